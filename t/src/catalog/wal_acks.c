/* Trouble of archived segments that somebody knows of: by the name of the segment, and by its
 * kinds as they were then. */
#include "base/text.h"
#include "catalog/catalog_private.h"
#include "catalog/wal_rows.h"
#include <string.h>

static int insert(bks_catalog *cat, const char *folder, const char *segment, const char *place,
	const char *reason, bks_time until, bks_error *err)
{
	db_query *q = db_sql(cat->db,
		"INSERT INTO wal_acks (repo_id, folder, segment, code, reason, created, until) "
		"SELECT DISTINCT repo_id, folder, segment, code, ?, ?, ? FROM wal_findings "
		"WHERE segment = ? AND (? OR folder = ?)");
	int r;

	db_bind_name(q, reason);
	db_bind_time(q, bks_clock_now());
	db_bind_time(q, until);
	db_bind_name(q, segment);
	db_bind_int(q, !folder);
	db_bind_name(q, folder);
	r = db_run(q, err);
	if (r || !db_changes(cat->db))
		return r ? r : 1;
	return journal_add(cat, "ack", place, reason, err);
}

int wal_finding_acked(bks_catalog *cat, const struct wal_finding *f, bks_error *err)
{
	AUTO(db_query_auto)
	db_query *q = db_sql(cat->db, "SELECT EXISTS (SELECT 1 FROM wal_acks WHERE repo_id = ? "
				      "AND folder = ? AND segment = ? "
				      "AND code = ? AND (until IS NULL OR until > ?))");
	int r;

	db_bind_int(q, f->repo_id);
	db_bind_name(q, f->folder);
	db_bind_name(q, f->segment);
	db_bind_text(q, f->code);
	db_bind_time(q, bks_clock_now());
	r = db_step(q, err);
	if (r < 0)
		return r;
	r = db_bool(q);
	return db_end(q, err) < 0 ? BKS_E_CATALOG : r;
}

int bks_wal_ack(
	bks_catalog *cat, const char *place, const char *reason, bks_time until, bks_error *err)
{
	AUTO(arena_auto) bks_arena *a = bks_arena_new();
	const char *slash = strrchr(place, '/');
	const char *folder = slash ? arena_bytes(a, place, (size_t)(slash - place)) : NULL;
	int r;

	if (!reason || !*reason)
		return fail(err, BKS_E_USAGE, "an acknowledgement needs a reason");
	CATALOG_STEP(cat, r, err,
		insert(cat, folder, slash ? slash + 1 : place, place, reason, until, err));
	return r;
}
