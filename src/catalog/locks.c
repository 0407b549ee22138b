/* Locks and legal holds that servers keep on artifacts, as they were last seen. */
#include "base/vec.h"
#include "catalog/catalog_private.h"
#include "catalog/rows.h"

int lock_list(const struct lock_row **out, size_t *n, bks_catalog *cat, bks_arena *a, bks_error *err)
{
	AUTO(db_query_auto)
	db_query *q = db_sql(cat->db,
		"SELECT artifact_id, until, legal_hold FROM locks WHERE until IS NOT NULL OR legal_hold ORDER BY artifact_id");
	VEC(struct lock_row) v = {0};
	int r;

	while ((r = db_step(q, err)) > 0) {
		struct lock_row *l = vec_add(&v, a);

		l->artifact = db_int(q);
		l->until = db_time(q);
		if (db_bool(q))
			l->until = INT64_MAX;
	}
	*out = v.v;
	*n = v.n;
	return r;
}

int lock_put(bks_catalog *cat, const struct lock_row *l, bks_time now, bks_error *err)
{
	db_query *q = db_sql(cat->db, "INSERT INTO locks (artifact_id, until, legal_hold, seen) VALUES (?, ?, ?, ?) "
				      "ON CONFLICT (artifact_id) DO UPDATE SET until = excluded.until, legal_hold = "
				      "excluded.legal_hold, seen = excluded.seen");

	db_bind_int(q, l->artifact);
	db_bind_time(q, l->until == INT64_MAX ? BKS_TIME_NONE : l->until);
	db_bind_int(q, l->until == INT64_MAX);
	db_bind_int(q, now);
	return db_run(q, err);
}
