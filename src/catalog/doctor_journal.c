/* The chain of the journal, walked from its first row. */
#include "base/text.h"
#include "catalog/doctor.h"

int doctor_journal(struct sick *s)
{
	bks_journal_health h;
	int r = bks_journal_verify(&h, s->cat, NULL, s->a, s->err);

	if (r)
		return doctor_told(s, "journal", r);
	doctor_say(s, h.broken, "journal",
		h.broken ? arena_form(s->a, "the chain breaks at row %lld: %s",
				   (long long)h.broken_row, h.why)
			 : arena_form(s->a, "%lld rows in one chain", (long long)h.rows));
	return 0;
}
