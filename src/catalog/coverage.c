/* How much of what lies in the repos was read lately, and what waits longest to be. */
#include "base/vec.h"
#include "catalog/catalog_private.h"

static void read_row(bks_coverage *out, db_query *q, bks_arena *a)
{
	out->repo = db_name(q, a);
	out->files = db_int(q);
	out->bytes = db_int(q);
	out->read_bytes = db_int(q);
	out->never_bytes = db_int(q);
	out->unread_since = db_time(q);
}

static void add(bks_coverage *all, const bks_coverage *one)
{
	all->files += one->files;
	all->bytes += one->bytes;
	all->read_bytes += one->read_bytes;
	all->never_bytes += one->never_bytes;
	if (one->unread_since != BKS_TIME_NONE &&
		(all->unread_since == BKS_TIME_NONE || one->unread_since < all->unread_since))
		all->unread_since = one->unread_since;
}

int bks_coverage_list(const bks_coverage **out, size_t *n, bks_catalog *cat, bks_time now,
	bks_arena *a, bks_error *err)
{
	AUTO(db_query_auto)
	db_query *q = db_sql(cat->db,
		"SELECT r.name, count(*), sum(a.size), "
		"coalesce(sum(a.size) FILTER (WHERE a.read_at > ?1 AND a.read_at <= ?2), 0), "
		"coalesce(sum(a.size) FILTER (WHERE a.read_at IS NULL), 0), "
		"min(coalesce(a.read_at, a.first_seen)) FILTER (WHERE a.size > 0) "
		"FROM artifacts a JOIN repos r ON r.id = a.repo_id "
		"WHERE a.state IN ('live', 'settling', 'condemned') GROUP BY r.id ORDER BY "
		"CAST(r.name AS BLOB)");
	VEC(bks_coverage) rows = {0};
	int r;

	db_bind_time(q, now - BKS_COVERAGE_WINDOW);
	db_bind_time(q, now);
	*vec_add(&rows, a) = (bks_coverage){.unread_since = BKS_TIME_NONE};
	while ((r = db_step(q, err)) > 0) {
		read_row(vec_add(&rows, a), q, a);
		add(&rows.v[0], &rows.v[rows.n - 1]);
	}
	*out = rows.v;
	*n = rows.n;
	return r;
}
