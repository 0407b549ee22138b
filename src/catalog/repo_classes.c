/* Rows of repo_classes: what the settings say of the storage classes of a repo. */
#include "base/vec.h"
#include "catalog/catalog_private.h"

#define COLUMNS "name, price_month, min_duration, retrieval_price, retrieval_delay"

int repo_classes_read(bks_repo *r, bks_catalog *cat, bks_arena *a, bks_error *err)
{
	AUTO(db_query_auto)
	db_query *q = db_sql(cat->db,
		"SELECT " COLUMNS
		" FROM repo_classes WHERE repo_id = ? ORDER BY CAST(name AS BLOB)");
	VEC(bks_class) rows = {0};
	int n;

	db_bind_int(q, r->id);
	while ((n = db_step(q, err)) > 0) {
		bks_class *c = vec_add(&rows, a);

		c->name = db_name(q, a);
		c->terms.price_month = db_opt(q, -1);
		c->terms.min_duration = db_opt(q, -1);
		c->terms.retrieval_price = db_opt(q, -1);
		c->terms.retrieval_delay = db_opt(q, -1);
	}
	r->classes = rows.v;
	r->class_count = rows.n;
	return n;
}

static int insert(bks_catalog *cat, int64_t id, const bks_class *c, bks_error *err)
{
	db_query *q = db_sql(cat->db,
		"INSERT INTO repo_classes (" COLUMNS ", repo_id) VALUES (?, ?, ?, ?, ?, ?)");

	db_bind_name(q, c->name);
	db_bind_opt(q, c->terms.price_month, -1);
	db_bind_opt(q, c->terms.min_duration, -1);
	db_bind_opt(q, c->terms.retrieval_price, -1);
	db_bind_opt(q, c->terms.retrieval_delay, -1);
	db_bind_int(q, id);
	return db_run(q, err);
}

int repo_classes_write(bks_catalog *cat, int64_t id, const bks_repo *r, bks_error *err)
{
	db_query *q = db_sql(cat->db, "DELETE FROM repo_classes WHERE repo_id = ?");
	int n;

	db_bind_int(q, id);
	n = db_run(q, err);
	for (size_t i = 0; i < r->class_count && !n; i++)
		n = insert(cat, id, &r->classes[i], err);
	return n;
}
