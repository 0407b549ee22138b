/* The holders that closed retention slots were given. */
#include "base/vec.h"
#include "catalog/catalog_private.h"

#define COLUMNS "tier, bucket, backup_id"

static void read_row(struct slot_row *out, db_query *q, bks_arena *a)
{
	out->tier = db_text(q, a);
	out->bucket = db_text(q, a);
	out->backup = db_int(q);
}

int slot_list(const struct slot_row **out, size_t *n, bks_catalog *cat, int64_t source_id,
	enum bks_kind kind, bks_arena *a, bks_error *err)
{
	AUTO(db_query_auto)
	db_query *q = db_sql(cat->db,
		"SELECT " COLUMNS
		" FROM slots WHERE source_id = ? AND kind = ? ORDER BY tier, bucket");
	VEC(struct slot_row) rows = {0};
	int r;

	db_bind_int(q, source_id);
	db_bind_text(q, words_kind[kind]);
	while ((r = db_step(q, err)) > 0)
		read_row(vec_add(&rows, a), q, a);
	*out = rows.v;
	*n = rows.n;
	return r;
}

int slot_put(bks_catalog *cat, int64_t source_id, enum bks_kind kind, const struct slot_row *s,
	bks_time now, bks_error *err)
{
	db_query *q = db_sql(cat->db,
		"INSERT INTO slots (source_id, kind, tier, bucket, backup_id, since) "
		"VALUES (?, ?, ?, ?, ?, ?) ON CONFLICT DO NOTHING");

	db_bind_int(q, source_id);
	db_bind_text(q, words_kind[kind]);
	db_bind_text(q, s->tier);
	db_bind_text(q, s->bucket);
	db_bind_int(q, s->backup);
	db_bind_int(q, now);
	return db_run(q, err);
}
