/* Which storage classes are cold, and what is said of what lies in one. */
#include "work/cold.h"
#include "backstay/text.h"
#include "base/text.h"
#include <string.h>

bool cold_class(const char *storage_class)
{
	static const char *const all[] = {"GLACIER", "DEEP_ARCHIVE"}; /* GLACIER_IR answers at once */

	for (size_t i = 0; storage_class && i < sizeof all / sizeof *all; i++)
		if (!strcmp(storage_class, all[i]))
			return true;
	return false;
}

/* What Amazon says of its own, where the settings say nothing. */
static int64_t usual_delay(const char *storage_class)
{
	return (strcmp(storage_class, "DEEP_ARCHIVE") ? 5 : 12) * BKS_HOUR;
}

const char *cold_text(const bks_artifact *f, const bks_repo *r, bks_arena *a)
{
	char delay[BKS_DURATION_TEXT];
	bks_terms t = {0};

	if (r)
		bks_repo_terms(&t, r, f->storage_class);
	return arena_form(a, "in class %s, not read: to have it back takes about %s and is billed", bks_shown(f->storage_class, a),
		bks_duration_text(delay, t.retrieval_delay > 0 ? t.retrieval_delay : usual_delay(f->storage_class)));
}
