/* Acknowledgements: trouble that somebody knows of, by its kinds; another kind is news. */
#include "backstay/text.h"
#include "catalog/catalog_private.h"

/* Nothing stands against the backup itself: then it may be meant that a tier lives where it is not. */
static int ack_absence(bks_catalog *cat, int64_t id, bks_error *err)
{
	db_query *q = db_sql(cat->db, "INSERT INTO ack_codes (ack_id, code) VALUES (?, 'tier-not-there')");

	db_bind_int(q, id);
	return db_run(q, err);
}

static int insert(bks_catalog *cat, const bks_backup *b, const char *reason, bks_time until,
	bks_arena *a, bks_error *err)
{
	db_query *q = db_sql(cat->db,
		"INSERT INTO acks (backup_id, reason, created, until) VALUES (?, ?, ?, ?)");
	int64_t id;
	int r;

	db_bind_int(q, b->id);
	db_bind_name(q, reason);
	db_bind_time(q, bks_clock_now());
	db_bind_time(q, until);
	r = db_run(q, err);
	if (r)
		return r;
	id = db_last_id(cat->db);
	q = db_sql(cat->db, "INSERT INTO ack_codes (ack_id, code) "
			    "SELECT DISTINCT ?, code FROM all_errors WHERE backup_id = ?");
	db_bind_int(q, id);
	db_bind_int(q, b->id);
	r = db_run(q, err);
	if (!r && !db_changes(cat->db))
		r = ack_absence(cat, id, err);
	if (!r)
		r = suspicion_lift(cat, b->id, err);
	if (!r)
		r = history_accept(cat, b->id, bks_clock_now(), err);
	return r ? r : journal_add(cat, "ack", backup_object(b->id, b->label, a), reason, err);
}

int bks_ack_add(
	bks_catalog *cat, int64_t backup_id, const char *reason, bks_time until, bks_error *err)
{
	AUTO(arena_auto) bks_arena *a = bks_arena_new();
	bks_backup *b;
	int r = backup_get(&b, cat, backup_id, a, err);

	if (r)
		return r < 0 ? r
			     : fail(err, BKS_E_USAGE, "no backup %lld", (long long)backup_id);
	if (!reason || !*reason)
		return fail(err, BKS_E_USAGE, "an acknowledgement needs a reason");
	CATALOG_STEP(cat, r, err, insert(cat, b, reason, until, a, err));
	return r;
}

int ack_stands(bks_catalog *cat, int64_t backup_id, const char *code, bks_error *err)
{
	AUTO(db_query_auto)
	db_query *q = db_sql(cat->db,
		"SELECT EXISTS (SELECT 1 FROM acks k JOIN ack_codes c ON c.ack_id = k.id "
		"WHERE k.backup_id = ? AND c.code = ? AND (k.until IS NULL OR k.until > ?))");
	int r;

	db_bind_int(q, backup_id);
	db_bind_text(q, code);
	db_bind_time(q, bks_clock_now());
	r = db_step(q, err);
	if (r < 0)
		return r;
	r = db_bool(q);
	return db_end(q, err) < 0 ? BKS_E_CATALOG : r;
}

int ack_covers(bks_catalog *cat, int64_t backup_id, const bks_inspection *i, bks_error *err)
{
	bool any = false;
	int r = 1;

	if (i->verdict == BKS_MISSING)
		return ack_stands(cat, backup_id, "missing", err);
	for (size_t k = 0; r > 0 && k < i->finding_count; k++)
		if (i->findings[k].severity == BKS_ERROR) {
			any = true;
			r = ack_stands(cat, backup_id, i->findings[k].code, err);
		}
	return any ? r : ack_stands(cat, backup_id, bks_verdict_name(i->verdict), err);
}
