/* What the clocks said at runs that may delete, how often retention changed the catalog, and
 * whether the file is whole. */
#include "base/text.h"
#include "base/vec.h"
#include "catalog/condemned.h"
#include "catalog/doctor.h"
#include <string.h>

static int read_last(struct clock_row *out, bks_catalog *cat, bks_arena *a, bks_error *err)
{
	AUTO(db_query_auto)
	db_query *q = db_sql(cat->db,
		"SELECT wall, boottime, boot, accepted FROM clocks ORDER BY id DESC LIMIT 1");
	int r = db_step(q, err);

	if (r <= 0)
		return r ? r : 1;
	out->wall = db_time(q);
	out->boottime = db_int(q);
	out->boot = db_text(q, a);
	out->accepted = db_bool(q);
	return db_end(q, err);
}

int clock_last(
	struct clock_row *out, bks_time *high, bks_catalog *cat, bks_arena *a, bks_error *err)
{
	AUTO(db_query_auto)
	db_query *q = db_sql(cat->db,
		"WITH ok (id, run) AS (SELECT coalesce(max(id), 0), coalesce((SELECT run_id "
		"FROM clocks WHERE accepted "
		"ORDER BY id DESC LIMIT 1), 0) FROM clocks WHERE accepted) "
		"SELECT max(t) FROM (SELECT max(wall) AS t FROM clocks, ok WHERE clocks.id >= "
		"ok.id "
		"UNION ALL SELECT max(started) FROM runs, ok WHERE runs.id >= ok.run)");
	int r = db_step(q, err), last;

	if (r < 0)
		return r;
	*high = db_time(q);
	r = db_end(q, err);
	if (r)
		return r;
	last = read_last(out, cat, a, err);
	return last;
}

int clock_add(bks_catalog *cat, const struct clock_row *c, int64_t run, bks_error *err)
{
	db_query *q =
		db_sql(cat->db, "INSERT INTO clocks (wall, boottime, boot, run_id, accepted) "
				"VALUES (?, ?, ?, coalesce(?, (SELECT max(id) FROM runs)), ?)");

	db_bind_int(q, c->wall);
	db_bind_int(q, c->boottime);
	db_bind_text(q, c->boot);
	db_bind_ref(q, run);
	db_bind_int(q, c->accepted);
	return db_run(q, err);
}

/* The write time that three backups' files have reached. One or two in the future are odd
 * files, which the plan holds as future-dated; when there are more, it is the clock that is
 * behind. */
static int newest_file(bks_time *out, bks_catalog *cat, bks_error *err)
{
	AUTO(db_query_auto)
	db_query *q = db_sql(cat->db,
		"SELECT max(mtime) AS t FROM artifacts WHERE (state = 'live' OR state = "
		"'settling') "
		"AND first_seen > coalesce((SELECT max(wall) FROM clocks WHERE accepted), "
		"-9223372036854775807) GROUP BY backup_id ORDER BY t DESC LIMIT 1 OFFSET 2");
	int r = db_step(q, err);

	*out = r > 0 ? db_time(q) : BKS_TIME_NONE;
	return r > 0 ? db_end(q, err) : r;
}

int clock_witnesses(const bks_time **out, size_t *n, bks_time *newest, bks_catalog *cat,
	bks_time since, int64_t run, bks_arena *a, bks_error *err)
{
	AUTO(db_query_auto)
	db_query *q = db_sql(cat->db, "WITH sel (since, run) AS (VALUES (?, ?)) "
				      "SELECT mtime AS t FROM artifacts, sel WHERE mtime > "
				      "sel.since AND (state = 'live' OR state = 'settling') "
				      "UNION SELECT started FROM runs, sel WHERE started > "
				      "sel.since AND id <> sel.run ORDER BY t");
	VEC(bks_time) v = {0};
	int r = newest_file(newest, cat, err);

	if (r)
		return r;
	db_bind_int(q, since);
	db_bind_int(q, run);
	while ((r = db_step(q, err)) > 0)
		*vec_add(&v, a) = db_time(q);
	*out = v.v;
	*n = v.n;
	return r;
}

static int read_fact(
	const char **out, bks_catalog *cat, const char *name, bks_arena *a, bks_error *err)
{
	AUTO(db_query_auto)
	db_query *q = db_sql(cat->db, "SELECT CAST(value AS TEXT) FROM facts WHERE name = ?");
	int r;

	*out = NULL;
	db_bind_text(q, name);
	r = db_step(q, err);
	if (r <= 0)
		return r;
	*out = db_text(q, a);
	return db_end(q, err);
}

static int make_identity(bks_catalog *cat, bks_error *err)
{
	return db_run(db_sql(cat->db, "INSERT INTO facts (name, value) VALUES ('catalog', "
				      "lower(hex(randomblob(16))))"),
		err);
}

static int64_t number(const char *digits)
{
	int64_t v = 0;

	for (; digits && *digits >= '0' && *digits <= '9' && v < INT64_MAX / 100; digits++)
		v = v * 10 + (*digits - '0');
	return v;
}

int generation_read(
	int64_t *out, const char **catalog, bks_catalog *cat, bks_arena *a, bks_error *err)
{
	const char *text;
	int r = read_fact(&text, cat, "generation", a, err);

	*out = number(text);
	if (!r)
		r = read_fact(catalog, cat, "catalog", a, err);
	if (r || *catalog)
		return r;
	CATALOG_STEP(cat, r, err, make_identity(cat, err));
	return r ? r : read_fact(catalog, cat, "catalog", a, err);
}

int generation_write(bks_catalog *cat, int64_t generation, bks_error *err)
{
	db_query *q =
		db_sql(cat->db, "INSERT INTO facts (name, value) VALUES ('generation', ?) ON "
				"CONFLICT (name) DO UPDATE SET value = excluded.value");

	db_bind_int(q, generation);
	return db_run(q, err);
}

static int first_word(struct sick *s, const char *sql)
{
	AUTO(db_query_auto) db_query *q = db_sql(s->cat->db, sql);
	const char *text;
	int r = db_step(q, s->err);

	if (r <= 0)
		return r;
	text = db_name(q, s->a);
	return fail(s->err, BKS_E_CATALOG, "%s: %s: nothing is deleted by it (backstay doctor)",
		s->cat->file, text ? text : "?");
}

int catalog_sound(bks_catalog *cat, bks_error *err)
{
	AUTO(arena_auto) bks_arena *a = bks_arena_new();
	bks_error own = {0};
	struct sick s = {.cat = cat, .a = a, .err = err ? err : &own};
	int r = first_word(
		&s, "SELECT quick_check FROM pragma_quick_check(1) WHERE quick_check <> 'ok'");

	if (!r)
		r = first_word(&s, "SELECT 'a row of ' || \"table\" || ' refers to no row of ' "
				   "|| parent FROM pragma_foreign_key_check LIMIT 1");
	if (!r)
		r = doctor_schema(&s);
	if (!r)
		r = doctor_journal(&s);
	for (size_t i = 0; !r && i < s.rows.n; i++)
		if (s.rows.v[i].bad)
			r = fail(s.err, BKS_E_CATALOG,
				"%s: %s: %s: nothing is deleted by it (backstay doctor)",
				cat->file, s.rows.v[i].check, s.rows.v[i].text);
	return r;
}
