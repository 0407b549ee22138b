/* Rows of sources: the databases that are backed up, with what their backups must hold. */
#include "base/text.h"
#include "base/vec.h"
#include "catalog/catalog_private.h"
#include <string.h>

#define COLUMNS                                                                                \
	"id, name, every, slack, rpo, rto, dump_zone, level, policy, guessed, declared, "      \
	"max_shrink_pct, database"

static void read_row(bks_source *out, db_query *q, bks_arena *a)
{
	out->id = db_int(q);
	out->name = db_name(q, a);
	out->every = db_int(q);
	out->slack = db_int(q);
	out->rpo = db_int(q);
	out->rto = db_int(q);
	out->dump_zone = db_text(q, a);
	out->level = db_enum_opt(q, words_level, BKS_LEVEL_COUNT, BKS_LEVEL_NONE);
	out->policy = db_name(q, a);
	out->guessed = db_bool(q);
	out->declared = db_name(q, a);
	out->max_shrink_pct = (int)db_int(q);
	out->database = db_name(q, a);
}

static int read_tables(bks_source *out, bks_catalog *cat, bks_arena *a, bks_error *err)
{
	AUTO(db_query_auto)
	db_query *q = db_sql(cat->db,
		"SELECT schema_name, table_name, min_rows, max_shrink_pct FROM source_tables "
		"WHERE source_id = ? ORDER BY position");
	VEC(bks_requirement) rows = {0};
	bks_requirement *v;
	int r;

	db_bind_int(q, out->id);
	while ((r = db_step(q, err)) > 0) {
		v = vec_add(&rows, a);
		v->schema = db_name(q, a);
		v->name = db_name(q, a);
		v->min_rows = db_int(q);
		v->max_shrink_pct = (int)db_int(q);
	}
	out->require = rows.v;
	out->require_count = rows.n;
	return r;
}

static int read_globs(bks_source *out, bks_catalog *cat, bks_arena *a, bks_error *err)
{
	AUTO(db_query_auto)
	db_query *q = db_sql(cat->db,
		"SELECT glob, tier FROM source_globs WHERE source_id = ? ORDER BY position");
	VEC(const char *) match = {0};
	VEC(bks_tier_glob) tiers = {0};
	const char *glob, *tier;
	int r;

	db_bind_int(q, out->id);
	while ((r = db_step(q, err)) > 0) {
		glob = db_name(q, a);
		tier = db_text(q, a);
		if (tier)
			*vec_add(&tiers, a) = (bks_tier_glob){tier, glob};
		else
			*vec_add(&match, a) = glob;
	}
	out->match = match.v;
	out->match_count = match.n;
	out->tier_globs = tiers.v;
	out->tier_glob_count = tiers.n;
	return r;
}

static int read_lists(bks_source *out, bks_catalog *cat, bks_arena *a, bks_error *err)
{
	int r = read_tables(out, cat, a, err);

	return r ? r : read_globs(out, cat, a, err);
}

int bks_source_list(bks_sources *out, bks_catalog *cat, bks_arena *a, bks_error *err)
{
	AUTO(db_query_auto)
	db_query *q = db_sql(cat->db,
		"SELECT " COLUMNS
		" FROM sources WHERE dropped IS NULL ORDER BY CAST(name AS BLOB)");
	VEC(bks_source) rows = {0};
	int r;

	while ((r = db_step(q, err)) > 0)
		read_row(vec_add(&rows, a), q, a);
	for (size_t i = 0; !r && i < rows.n; i++)
		r = read_lists(&rows.v[i], cat, a, err);
	if (r)
		return r;
	*out = (bks_sources){rows.v, rows.n};
	return 0;
}

static int find_by(bks_source **out, bks_catalog *cat, int64_t id, const char *name,
	bks_arena *a, bks_error *err)
{
	AUTO(db_query_auto)
	db_query *q =
		db_sql(cat->db, "SELECT " COLUMNS
				" FROM sources WHERE (id = ? OR name = ?) AND dropped IS NULL");
	int r;

	db_bind_int(q, id);
	db_bind_name(q, name);
	r = db_step(q, err);
	if (r <= 0)
		return r ? r : 1;
	*out = arena_one(a, bks_source);
	read_row(*out, q, a);
	r = db_end(q, err);
	return r ? r : read_lists(*out, cat, a, err);
}

int bks_source_find(const bks_source **out, bks_catalog *cat, const char *name, bks_arena *a,
	bks_error *err)
{
	bks_source *v;
	int r = find_by(&v, cat, 0, name, a, err);

	if (!r)
		*out = v;
	return r;
}

static int find_to_change(bks_source **out, bks_catalog *cat, int64_t id, const char *name,
	bks_arena *a, bks_error *err)
{
	int r = find_by(out, cat, id, name, a, err);

	if (r > 0)
		return fail(err, BKS_E_USAGE, "no source %s",
			name ? bks_shown(name, a) : "of that id");
	if (!r && (*out)->declared)
		return fail(err, BKS_E_USAGE, "source %s is declared in %s: change it there",
			bks_shown((*out)->name, a), bks_shown((*out)->declared, a));
	return r;
}

static bool policy_is_known(const bks_settings *s, const char *name)
{
	for (size_t i = 0; i < s->policy_count; i++)
		if (!strcmp(s->policies[i].name, name))
			return true;
	return false;
}

static int check_fields(bks_catalog *cat, const bks_source *s, bks_error *err)
{
	AUTO(arena_auto) bks_arena *a = bks_arena_new();

	if (!s->name || !*s->name)
		return fail(err, BKS_E_USAGE, "a source needs a name");
	if (s->every < 0 || s->slack < 0 || s->rpo < 0 || s->rto < 0)
		return fail(err, BKS_E_USAGE, "source %s: a span is negative",
			bks_shown(s->name, a));
	if (s->dump_zone && !bks_zone_exists(s->dump_zone))
		return fail(err, BKS_E_USAGE, "no time zone %s", bks_shown(s->dump_zone, a));
	if (s->policy && cat->settings && !policy_is_known(cat->settings, s->policy))
		return fail(err, BKS_E_USAGE, "no policy %s in the settings",
			bks_shown(s->policy, a));
	return 0;
}

/* One that scan guessed under that name becomes the one that is added. */
static int add_row(int64_t *id, bks_catalog *cat, const bks_source *s, bks_error *err)
{
	AUTO(arena_auto) bks_arena *a = bks_arena_new();
	bks_source *old;
	int r = find_by(&old, cat, 0, s->name, a, err);

	if (r < 0)
		return r;
	if (!r && !old->guessed)
		return fail(err, BKS_E_USAGE, "there is a source %s already",
			bks_shown(s->name, a));
	if (!r)
		*id = old->id;
	r = r ? source_insert(id, cat, s, err) : source_write(cat, *id, s, err);
	return r ? r : journal_add(cat, "source-add", s->name, NULL, err);
}

int bks_source_add(int64_t *id, bks_catalog *cat, const bks_source *s, bks_error *err)
{
	int r = check_fields(cat, s, err);

	if (!r)
		CATALOG_STEP(cat, r, err, add_row(id, cat, s, err));
	return r;
}

static int set_row(bks_catalog *cat, const bks_source *s, bks_error *err)
{
	bks_source to = *s;
	int r;

	to.guessed = false;
	r = source_write(cat, s->id, &to, err);
	return r ? r : journal_add(cat, "source-set", s->name, NULL, err);
}

int bks_source_set(bks_catalog *cat, const bks_source *s, bks_error *err)
{
	AUTO(arena_auto) bks_arena *a = bks_arena_new();
	bks_source *old, *other;
	int r = check_fields(cat, s, err);

	if (!r)
		r = find_to_change(&old, cat, s->id, NULL, a, err);
	if (r)
		return r;
	r = find_by(&other, cat, 0, s->name, a, err);
	if (!r && other->id != s->id)
		return fail(err, BKS_E_USAGE, "there is a source %s already",
			bks_shown(s->name, a));
	if (r >= 0)
		CATALOG_STEP(cat, r, err, set_row(cat, s, err));
	return r;
}

static int drop_row(bks_catalog *cat, const bks_source *s, bks_error *err)
{
	AUTO(arena_auto) bks_arena *a = bks_arena_new();
	AUTO(db_query_auto)
	db_query *q = db_sql(cat->db, "SELECT count(*) FROM backups WHERE source_id = ? AND "
				      "state IN ('live', 'settling', "
				      "'condemned')");
	db_query *w;
	int64_t live = 0;
	int r;

	db_bind_int(q, s->id);
	if ((r = db_step(q, err)) < 0)
		return r;
	live = db_int(q);
	if (live)
		return fail(err, BKS_E_REFUSED, "source %s has %lld live backups",
			bks_shown(s->name, a), (long long)live);
	w = db_sql(cat->db, "UPDATE sources SET dropped = ? WHERE id = ?");
	db_bind_time(w, bks_clock_now());
	db_bind_int(w, s->id);
	r = db_run(w, err);
	return r ? r : journal_add(cat, "source-drop", s->name, NULL, err);
}

int bks_source_drop(bks_catalog *cat, const char *name, bks_error *err)
{
	AUTO(arena_auto) bks_arena *a = bks_arena_new();
	bks_source *v;
	int r = find_to_change(&v, cat, 0, name, a, err);

	if (!r)
		CATALOG_STEP(cat, r, err, drop_row(cat, v, err));
	return r;
}

static int require_rows(bks_catalog *cat, const bks_source *s, const bks_requirement *v, size_t n,
	const char *why, bks_error *err)
{
	int r = source_write_tables(cat, s->id, v, n, err);

	return r ? r : journal_add(cat, "source-require", s->name, why, err);
}

int source_require(bks_catalog *cat, int64_t source_id, const bks_requirement *v, size_t n,
	const char *why, bks_error *err)
{
	AUTO(arena_auto) bks_arena *a = bks_arena_new();
	bks_source *s;
	int r = find_to_change(&s, cat, source_id, NULL, a, err);

	if (!r)
		CATALOG_STEP(cat, r, err, require_rows(cat, s, v, n, why, err));
	return r;
}
