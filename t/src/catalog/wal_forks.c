/* Where timelines left their ancestors, as .history files tell. */
#include "base/vec.h"
#include "catalog/catalog_private.h"
#include "catalog/wal_rows.h"

#define COLUMNS "timeline, ancestor, lsn"

static void read_row(struct wal_fork_row *out, db_query *q)
{
	out->timeline = (uint32_t)db_int(q);
	out->ancestor = (uint32_t)db_int(q);
	out->lsn = (uint64_t)db_int(q);
}

int wal_fork_list(const struct wal_fork_row **out, size_t *n, bks_catalog *cat, int64_t repo_id,
	const char *folder, bks_arena *a, bks_error *err)
{
	AUTO(db_query_auto)
	db_query *q = db_sql(cat->db,
		"SELECT " COLUMNS " FROM wal_forks WHERE repo_id = ? AND folder = ? "
		"ORDER BY timeline, ancestor");
	VEC(struct wal_fork_row) rows = {0};
	int r;

	db_bind_int(q, repo_id);
	db_bind_name(q, folder);
	while ((r = db_step(q, err)) > 0)
		read_row(vec_add(&rows, a), q);
	*out = rows.v;
	*n = rows.n;
	return r;
}

int wal_fork_put(bks_catalog *cat, int64_t repo_id, const char *folder,
	const struct wal_fork_row *f, bks_error *err)
{
	db_query *q = db_sql(cat->db, "INSERT INTO wal_forks (repo_id, folder, timeline, "
				      "ancestor, lsn) VALUES (?, ?, ?, ?, ?) "
				      "ON CONFLICT (repo_id, folder, timeline, ancestor) DO "
				      "UPDATE SET lsn = excluded.lsn");

	db_bind_int(q, repo_id);
	db_bind_name(q, folder);
	db_bind_int(q, f->timeline);
	db_bind_int(q, f->ancestor);
	db_bind_int(q, (int64_t)f->lsn);
	return db_run(q, err);
}
