/* The holders that closed retention slots were given. */
#include "base/vec.h"
#include "catalog/catalog_private.h"
#include "catalog/condemned.h"
#include <string.h>

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

static bool in_list(const struct slot_row *s, const struct slot_row *v, size_t n)
{
	for (size_t i = 0; i < n; i++)
		if (!strcmp(v[i].tier, s->tier) && v[i].backup == s->backup && !strcmp(v[i].bucket, s->bucket))
			return true;
	return false;
}

static int slot_drop(bks_catalog *cat, int64_t source_id, enum bks_kind kind, const struct slot_row *s, bks_error *err)
{
	db_query *q = db_sql(cat->db,
		"DELETE FROM slots WHERE source_id = ? AND kind = ? AND tier = ? AND bucket = ? AND backup_id = ?");

	db_bind_int(q, source_id);
	db_bind_text(q, words_kind[kind]);
	db_bind_text(q, s->tier);
	db_bind_text(q, s->bucket);
	db_bind_int(q, s->backup);
	return db_run(q, err);
}

static int write_slots(bks_catalog *cat, int64_t source_id, enum bks_kind kind, const struct slot_row *v, size_t n,
	bks_time now, bks_error *err)
{
	AUTO(arena_auto) bks_arena *a = bks_arena_new();
	const struct slot_row *was;
	size_t k;
	int r = slot_list(&was, &k, cat, source_id, kind, a, err);

	for (size_t i = 0; !r && i < k; i++)
		if (!in_list(&was[i], v, n))
			r = slot_drop(cat, source_id, kind, &was[i], err);
	for (size_t i = 0; !r && i < n; i++)
		r = slot_put(cat, source_id, kind, &v[i], now, err);
	return r;
}

int slots_write(bks_catalog *cat, int64_t source_id, enum bks_kind kind, const struct slot_row *v, size_t n, bks_time now,
	bks_error *err)
{
	int r;

	CATALOG_STEP(cat, r, err, write_slots(cat, source_id, kind, v, n, now, err));
	return r;
}
