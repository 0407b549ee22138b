/* Who needs archived WAL, whatever a plan says; and what went of it. */
#include "base/vec.h"
#include "catalog/catalog_private.h"
#include "catalog/wal_condemned.h"
#include "catalog/words.h"

int wal_holder_list(const struct wal_holder **out, size_t *n, bks_catalog *cat, bks_arena *a,
	bks_error *err)
{
	AUTO(db_query_auto)
	db_query *q = db_sql(cat->db, "SELECT backup_id, source_id, system_id, start_lsn, "
				      "stop_lsn, timeline, state, purge_after FROM wal_holders "
				      "ORDER BY source_id, backup_id");
	VEC(struct wal_holder) rows = {0};
	int r;

	while ((r = db_step(q, err)) > 0) {
		struct wal_holder *h = vec_add(&rows, a);

		h->backup = db_int(q);
		h->source_id = db_int(q);
		h->system_id = (uint64_t)db_int(q);
		h->start = (uint64_t)db_int(q);
		h->stop = (uint64_t)db_int(q);
		h->timeline = (uint32_t)db_int(q);
		h->state = (enum bks_state)db_enum(q, words_state, BKS_STATE_COUNT);
		h->purge_after = db_time(q);
	}
	*out = rows.v;
	*n = rows.n;
	return r;
}

int wal_lease_list(const struct wal_lease **out, size_t *n, bks_catalog *cat, bks_time now,
	bks_arena *a, bks_error *err)
{
	AUTO(db_query_auto)
	db_query *q =
		db_sql(cat->db, "WITH x (now) AS (VALUES (?)) "
				"SELECT h.backup_id, l.system_id, l.from_lsn, l.to_lsn, "
				"l.timeline FROM x, wal_leases l "
				"JOIN holds h ON h.id = l.hold_id WHERE h.created <= x.now AND "
				"l.until > x.now AND "
				"(h.released IS NULL OR h.released > x.now) ORDER BY l.id");
	VEC(struct wal_lease) rows = {0};
	int r;

	db_bind_time(q, now);
	while ((r = db_step(q, err)) > 0) {
		struct wal_lease *l = vec_add(&rows, a);

		l->backup = db_int(q);
		l->system_id = (uint64_t)db_int(q);
		l->from = (uint64_t)db_int(q);
		l->to = (uint64_t)db_int(q);
		l->timeline = (uint32_t)db_int(q);
	}
	*out = rows.v;
	*n = rows.n;
	return r;
}

int wal_went_list(const struct wal_went **out, size_t *n, bks_catalog *cat, int64_t repo_id,
	const char *folder, bks_arena *a, bks_error *err)
{
	AUTO(db_query_auto)
	db_query *q = db_sql(cat->db,
		"SELECT system_id, timeline, from_lsn, CASE WHEN ended IS NULL THEN to_lsn "
		"ELSE "
		"reached END FROM wal_condemnations WHERE repo_id = ? AND folder = ? AND begun "
		"NOT NULL AND (ended IS NULL OR reached > from_lsn) ORDER BY system_id, "
		"timeline, "
		"from_lsn");
	VEC(struct wal_went) rows = {0};
	int r;

	db_bind_int(q, repo_id);
	db_bind_name(q, folder);
	while ((r = db_step(q, err)) > 0) {
		struct wal_went *w = vec_add(&rows, a);

		w->system_id = (uint64_t)db_int(q);
		w->timeline = (uint32_t)db_int(q);
		w->from = (uint64_t)db_int(q);
		w->to = (uint64_t)db_int(q);
	}
	*out = rows.v;
	*n = rows.n;
	return r;
}
