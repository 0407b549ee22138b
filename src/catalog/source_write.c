/* Writing sources: the row, its lists, and those that scan guesses. */
#include "catalog/catalog_private.h"

int source_id(int64_t *id, bks_catalog *cat, const char *name, bks_error *err)
{
	AUTO(db_query_auto)
	db_query *q =
		db_sql(cat->db, "SELECT id FROM sources WHERE name = ? AND dropped IS NULL");
	int r;

	db_bind_name(q, name);
	r = db_step(q, err);
	if (r <= 0)
		return r ? r : 1;
	*id = db_int(q);
	return db_end(q, err);
}

static int clear_list(bks_catalog *cat, const char *sql, int64_t id, bks_error *err)
{
	db_query *q = db_sql(cat->db, sql);

	db_bind_int(q, id);
	return db_run(q, err);
}

static int write_table(
	bks_catalog *cat, int64_t id, size_t i, const bks_requirement *v, bks_error *err)
{
	db_query *q = db_sql(cat->db, "INSERT INTO source_tables (source_id, position, "
				      "schema_name, table_name, min_rows, "
				      "max_shrink_pct) VALUES (?, ?, ?, ?, ?, ?)");

	db_bind_int(q, id);
	db_bind_int(q, (int64_t)i);
	db_bind_name(q, v->schema ? v->schema : "public");
	db_bind_name(q, v->name);
	db_bind_int(q, v->min_rows);
	db_bind_int(q, v->max_shrink_pct);
	return db_run(q, err);
}

static int write_glob(bks_catalog *cat, int64_t id, size_t i, const char *glob,
	const char *tier, bks_error *err)
{
	db_query *q = db_sql(cat->db, "INSERT INTO source_globs (source_id, position, glob, "
				      "tier) VALUES (?, ?, ?, ?)");

	db_bind_int(q, id);
	db_bind_int(q, (int64_t)i);
	db_bind_name(q, glob);
	db_bind_text(q, tier);
	return db_run(q, err);
}

int source_write_tables(
	bks_catalog *cat, int64_t id, const bks_requirement *v, size_t n, bks_error *err)
{
	int r = clear_list(cat, "DELETE FROM source_tables WHERE source_id = ?", id, err);

	for (size_t i = 0; !r && i < n; i++)
		r = write_table(cat, id, i, &v[i], err);
	return r;
}

int source_write_lists(bks_catalog *cat, int64_t id, const bks_source *s, bks_error *err)
{
	size_t at = 0;
	int r = source_write_tables(cat, id, s->require, s->require_count, err);

	if (!r)
		r = clear_list(cat, "DELETE FROM source_globs WHERE source_id = ?", id, err);
	for (size_t i = 0; !r && i < s->match_count; i++)
		r = write_glob(cat, id, at++, s->match[i], NULL, err);
	for (size_t i = 0; !r && i < s->tier_glob_count; i++)
		r = write_glob(
			cat, id, at++, s->tier_globs[i].glob, s->tier_globs[i].tier, err);
	return r;
}

static void bind_fields(db_query *q, const bks_source *s)
{
	bool has_level = s->level >= 0 && s->level < BKS_LEVEL_COUNT;

	db_bind_name(q, s->name);
	db_bind_int(q, s->every);
	db_bind_int(q, s->slack);
	db_bind_int(q, s->rpo);
	db_bind_int(q, s->rto);
	db_bind_text(q, s->dump_zone);
	db_bind_text(q, has_level ? words_level[s->level] : NULL);
	db_bind_name(q, s->policy);
	db_bind_int(q, s->guessed);
	db_bind_name(q, s->declared);
	db_bind_int(q, s->max_shrink_pct);
	db_bind_name(q, s->database);
}

int source_insert(int64_t *id, bks_catalog *cat, const bks_source *s, bks_error *err)
{
	db_query *q =
		db_sql(cat->db, "INSERT INTO sources (name, every, slack, rpo, rto, dump_zone, "
				"level, policy, guessed, "
				"declared, max_shrink_pct, database, created) "
				"VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)");
	int r;

	bind_fields(q, s);
	db_bind_time(q, bks_clock_now());
	r = db_run(q, err);
	*id = db_last_id(cat->db);
	return r ? r : source_write_lists(cat, *id, s, err);
}

/* Somebody named the source: what scan put to it by guess is confirmed with it. */
static int confirm_backups(bks_catalog *cat, int64_t id, bks_error *err)
{
	db_query *q = db_sql(cat->db,
		"UPDATE backups SET source_guessed = 0 WHERE source_id = ? AND source_guessed "
		"AND EXISTS (SELECT 1 FROM sources WHERE id = source_id AND guessed)");

	db_bind_int(q, id);
	return db_run(q, err);
}

int source_write(bks_catalog *cat, int64_t id, const bks_source *s, bks_error *err)
{
	db_query *q;
	int r = s->guessed ? 0 : confirm_backups(cat, id, err);

	if (r)
		return r;
	q = db_sql(cat->db, "UPDATE sources SET name = ?, every = ?, slack = ?, rpo = ?, rto = "
			    "?, dump_zone = ?, "
			    "level = ?, policy = ?, guessed = ?, declared = ?, max_shrink_pct = ?, database = ? WHERE id = ?");
	bind_fields(q, s);
	db_bind_int(q, id);
	r = db_run(q, err);
	return r ? r : source_write_lists(cat, id, s, err);
}

static int guess(int64_t *id, bks_catalog *cat, const char *name, bks_error *err)
{
	bks_source s = {.name = name, .level = BKS_LEVEL_NONE, .guessed = true};
	int r = source_insert(id, cat, &s, err);

	return r ? r : journal_add(cat, "source-guess", name, NULL, err);
}

int source_guess(int64_t *id, bks_catalog *cat, const char *name, bks_error *err)
{
	int r = source_id(id, cat, name, err);

	if (r > 0)
		CATALOG_STEP(cat, r, err, guess(id, cat, name, err));
	return r;
}
