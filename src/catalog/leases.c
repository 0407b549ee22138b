/* Leases: holds that end by themselves, and the log that goes with them. */
#include "backstay/restore.h"
#include "base/text.h"
#include "catalog/catalog_private.h"

int lease_put(int64_t *id, bks_catalog *cat, int64_t backup_id, const char *reason,
	bks_time until, bks_error *err)
{
	AUTO(arena_auto) bks_arena *a = bks_arena_new();
	bks_backup *b;
	int r = backup_get(&b, cat, backup_id, a, err);

	if (r > 0)
		return fail(err, BKS_E_USAGE, "no backup %lld", (long long)backup_id);
	if (!r)
		r = hold_insert(id, cat, backup_id, "lease", reason, until, err);
	return r ? r
		 : journal_add(cat, "lease", backup_object(b->id, b->label, a), reason, err);
}

int lease_put_log(bks_catalog *cat, int64_t hold, int64_t backup_id,
	const struct bks_recovery *r, bks_time until, bks_error *err)
{
	db_query *q = db_sql(cat->db, "INSERT INTO wal_leases (hold_id, system_id, timeline, "
				      "from_lsn, to_lsn, until) "
				      "SELECT ?, p.system_id, ?, p.start_lsn, ?, ? FROM "
				      "physical p WHERE p.backup_id = ? "
				      "AND p.system_id NOT NULL AND p.start_lsn NOT NULL");

	db_bind_int(q, hold);
	db_bind_int(q, r->timeline);
	db_bind_int(q, (int64_t)r->to_lsn);
	db_bind_time(q, until);
	db_bind_int(q, backup_id);
	return db_run(q, err);
}
