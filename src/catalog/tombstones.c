/* Backups of which nothing is left: tombstones, for ever. */
#include "base/text.h"
#include "base/vec.h"
#include "catalog/catalog_private.h"
#include "catalog/condemned.h"

/* 1: it is condemned and nothing of it is left. */
static int is_hollow(bks_catalog *cat, int64_t backup, bks_error *err)
{
	AUTO(db_query_auto)
	db_query *q = db_sql(cat->db,
		"SELECT state = 'condemned' AND NOT EXISTS (SELECT 1 FROM artifacts WHERE "
		"backup_id = b.id "
		"AND state IN ('live', 'settling', 'condemned')) FROM backups b WHERE id = ?");
	bool hollow;
	int r;

	db_bind_int(q, backup);
	r = db_step(q, err);
	if (r <= 0)
		return r;
	hollow = db_bool(q);
	r = db_end(q, err);
	return r ? r : hollow;
}

static int put(bks_catalog *cat, int64_t backup, const char *state, bks_error *err)
{
	db_query *q =
		db_sql(cat->db, "UPDATE backups SET state = ?, purge_after = NULL, "
				"state_reason = coalesce((SELECT state_reason FROM artifacts "
				"WHERE backup_id = backups.id AND state = 'missing' ORDER BY "
				"id LIMIT 1), 'purged') WHERE id = ?");

	db_bind_text(q, state);
	db_bind_int(q, backup);
	return db_run(q, err);
}

/* Its files are gone already: where a rule says no only now, the row says missing, which is
 * true. */
static int bury(bks_catalog *cat, int64_t backup, bks_time now, bks_error *err)
{
	AUTO(arena_auto) bks_arena *a = bks_arena_new();
	bks_backup *b;
	int r = is_hollow(cat, backup, err);

	if (r <= 0)
		return r ? r : backup_refresh(cat, backup, now, err);
	r = backup_get(&b, cat, backup, a, err);
	if (r)
		return r;
	r = put(cat, backup, "gone", err);
	if (r == BKS_E_REFUSED)
		r = put(cat, backup, "missing", err);
	return r ? r
		 : journal_add(
			   cat, "backup-gone", backup_object(b->id, b->label, a), NULL, err);
}

int backup_bury(bks_catalog *cat, int64_t backup, bks_time now, bks_error *err)
{
	int hollow = is_hollow(cat, backup, err), r;

	if (hollow < 0)
		return hollow;
	CATALOG_STEP(cat, r, err, bury(cat, backup, now, err));
	return r ? r : hollow;
}

int backups_hollow(
	const int64_t **out, size_t *n, bks_catalog *cat, bks_arena *a, bks_error *err)
{
	AUTO(db_query_auto)
	db_query *q =
		db_sql(cat->db, "SELECT id FROM backups b WHERE state = 'condemned' AND NOT "
				"EXISTS (SELECT 1 FROM artifacts WHERE backup_id = b.id "
				"AND state IN ('live', 'settling', 'condemned')) ORDER BY id");
	VEC(int64_t) v = {0};
	int r;

	while ((r = db_step(q, err)) > 0)
		*vec_add(&v, a) = db_int(q);
	*out = v.v;
	*n = v.n;
	return r;
}
