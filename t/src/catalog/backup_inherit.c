/*
 * A file that was touched, or written again with the same bytes, is a new backup by its mtime. What people said of the old one was
 * said of these bytes: holds, acknowledgements and a pre-deployment tier go over to the row that has them now.
 */
#include "base/text.h"
#include "catalog/catalog_private.h"

/* The backup that lay under the same name with the same bytes, and is missing since. 0: *id; 1: there is none. */
static int forebear(int64_t *id, bks_catalog *cat, int64_t backup_id, int64_t artifact_id, bks_error *err)
{
	AUTO(db_query_auto)
	db_query *q = db_sql(cat->db,
		/* by the path: roles are the same bytes every night, a path is one file */
		"SELECT ob.id FROM artifacts m JOIN artifacts o ON +o.sha256 = m.sha256 "
		"AND o.repo_id = m.repo_id AND CAST(o.path AS BLOB) = CAST(m.path AS BLOB) AND o.state <> 'gone' AND o.id <> m.id "
		"JOIN backups mb ON mb.id = ? JOIN backups ob ON ob.id = o.backup_id "
		"AND ob.source_id = mb.source_id AND ob.id <> mb.id "
		"WHERE m.id = ? AND m.state = 'live' AND o.state = 'missing' AND ob.state = 'missing' "
		/* of a set every part must be what it was: roles are the same every night */
		"AND NOT EXISTS (SELECT 1 FROM artifacts x JOIN set_parts p ON p.artifact_id = x.id "
		"WHERE x.backup_id = mb.id AND x.repo_id = m.repo_id AND x.state IN ('live', 'settling') "
		"AND NOT EXISTS (SELECT 1 FROM artifacts y WHERE y.backup_id = ob.id AND y.repo_id = x.repo_id "
		"AND y.path IS x.path AND y.sha256 = x.sha256)) "
		"AND (ob.tier = 'predeploy' OR EXISTS (SELECT 1 FROM acks WHERE backup_id = ob.id) "
		"OR EXISTS (SELECT 1 FROM holds WHERE backup_id = ob.id AND released IS NULL)) "
		"ORDER BY ob.id DESC LIMIT 1");
	int r;

	db_bind_int(q, backup_id);
	db_bind_int(q, artifact_id);
	r = db_step(q, err);
	if (r <= 0)
		return r ? r : 1;
	*id = db_int(q);
	return db_end(q, err);
}

static int take_over(bks_catalog *cat, int64_t into, int64_t from, bks_arena *a, bks_error *err)
{
	static const char *const steps[] = {
		("UPDATE backups SET (tier, reason) = (SELECT tier, reason FROM backups WHERE id = ?2) "
		 "WHERE id = ?1 AND tier = 'auto'"),
		"UPDATE backups SET tier = 'auto' WHERE id = ?2 AND tier = 'predeploy' AND ?1",
		"UPDATE holds SET backup_id = ?1 WHERE backup_id = ?2 AND released IS NULL",
		"UPDATE acks SET backup_id = ?1 WHERE backup_id = ?2"};
	int r = 0;

	for (size_t i = 0; !r && i < sizeof steps / sizeof *steps; i++) {
		db_query *q = db_sql(cat->db, steps[i]);

		db_bind_int(q, into);
		db_bind_int(q, from);
		r = db_run(q, err);
	}
	return r ? r
		 : journal_add(cat, "backup-inherit", arena_form(a, "%lld", (long long)into),
			   arena_form(a, "what was said of %lld, which had the same bytes", (long long)from), err);
}

int backup_inherit(bks_catalog *cat, int64_t backup_id, int64_t artifact_id, bks_error *err)
{
	AUTO(arena_auto) bks_arena *a = bks_arena_new();
	int64_t from;
	int r = forebear(&from, cat, backup_id, artifact_id, err);

	if (r)
		return r < 0 ? r : 0;
	CATALOG_STEP(cat, r, err, take_over(cat, backup_id, from, a, err));
	return r;
}
