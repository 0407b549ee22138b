/* The chain of the journal, walked from its first row. */
#include "base/text.h"
#include "catalog/doctor.h"
#include <string.h>

static void read_row(struct journal_row *out, db_query *q, bks_arena *a)
{
	out->id = db_int(q);
	out->at = db_int(q);
	out->uid = db_int(q);
	out->login = db_name(q, a);
	out->pid = db_int(q);
	out->host = db_name(q, a);
	out->action = db_text(q, a);
	out->object = db_name(q, a);
	out->detail = db_name(q, a);
	db_bytes(q, out->prev, sizeof out->prev);
	db_bytes(q, out->hash, sizeof out->hash);
}

/* NULL: the row follows on the one before, which had the id and hash given. */
static const char *wrong_with(
	const struct journal_row *row, int64_t before, const uint8_t last[32], bks_arena *a)
{
	uint8_t hash[32];

	if (row->id != before + 1)
		return "rows are missing before it";
	if (memcmp(row->prev, last, 32) != 0)
		return "it does not follow on the row before";
	journal_hash(hash, row, a);
	return memcmp(hash, row->hash, 32) != 0 ? "it was changed" : NULL;
}

int doctor_journal(struct sick *s)
{
	AUTO(arena_auto) bks_arena *a = bks_arena_new();
	AUTO(db_query_auto)
	db_query *q = db_sql(s->cat->db,
		"SELECT id, at, uid, login, pid, host, action, object, detail, prev, hash "
		"FROM journal ORDER BY id");
	struct journal_row row = {0};
	uint8_t last[32] = {0};
	const char *wrong = NULL;
	int64_t before = 0;
	int r = 0;

	while (!wrong && (r = db_step(q, s->err)) > 0) {
		bks_arena_reset(a);
		read_row(&row, q, a);
		if ((r = db_end(q, s->err)))
			break;
		wrong = wrong_with(&row, before, last, a);
		before = row.id;
		memcpy(last, row.hash, sizeof last);
	}
	if (r < 0)
		return doctor_told(s, "journal", r);
	doctor_say(s, wrong != NULL, "journal",
		wrong ? arena_form(s->a, "the chain breaks at row %lld: %s", (long long)row.id,
				wrong)
		      : arena_form(s->a, "%lld rows in one chain", (long long)before));
	return 0;
}
