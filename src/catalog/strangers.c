/* Rows of strangers: what need not be asked for again. */
#include "catalog/strangers.h"
#include "base/text.h"
#include "base/vec.h"
#include "catalog/catalog_private.h"

int stranger_list(const struct stranger **out, size_t *n, bks_catalog *cat, int64_t repo, bks_arena *a, bks_error *err)
{
	AUTO(db_query_auto)
	db_query *q = db_sql(cat->db, "SELECT path, inode, size, mtime FROM strangers WHERE repo_id = ? ORDER BY CAST(path AS BLOB)");
	VEC(struct stranger) rows = {0};
	int r;

	db_bind_int(q, repo);
	while ((r = db_step(q, err)) > 0) {
		struct stranger *s = vec_add(&rows, a);

		s->path = db_name(q, a);
		s->inode = db_int(q);
		s->size = db_int(q);
		s->mtime = db_time(q);
	}
	*out = rows.v;
	*n = rows.n;
	return r;
}

int stranger_put(bks_catalog *cat, int64_t repo, const struct stranger *s, bks_error *err)
{
	db_query *q = db_sql(cat->db, "INSERT OR REPLACE INTO strangers (repo_id, path, inode, size, mtime) VALUES (?, ?, ?, ?, ?)");

	db_bind_int(q, repo);
	db_bind_name(q, s->path);
	db_bind_int(q, s->inode);
	db_bind_int(q, s->size);
	db_bind_time(q, s->mtime);
	return db_run(q, err);
}

int stranger_drop(bks_catalog *cat, int64_t repo, const char *path, bks_error *err)
{
	db_query *q = db_sql(cat->db, "DELETE FROM strangers WHERE repo_id = ? AND path = ?");

	db_bind_int(q, repo);
	db_bind_name(q, path);
	return db_run(q, err);
}
