/* The schema against the one that a fresh catalog gets: a trigger that somebody dropped guards
 * nothing any more. */
#include "base/text.h"
#include "catalog/doctor.h"
#include <pthread.h>
#include <string.h>

struct item {
	const char *type, *name, *sql;
};
typedef VEC(struct item) items;

static int read_schema(items *out, db *d, bks_arena *a, bks_error *err)
{
	AUTO(db_query_auto)
	db_query *q =
		db_sql(d, "SELECT type, name, sql FROM sqlite_schema WHERE sql IS NOT NULL "
			  "AND name NOT LIKE 'sqlite\\_%' ESCAPE '\\' ORDER BY type, name");
	struct item *v;
	int r;

	while ((r = db_step(q, err)) > 0) {
		v = vec_add(out, a);
		v->type = db_text(q, a);
		v->name = db_text(q, a);
		v->sql = db_text(q, a);
	}
	return r;
}

static int make_fresh(items *out, bks_arena *a, bks_error *err)
{
	struct db_options opt = {.make = true};
	AUTO(db_auto) db *d = NULL;
	struct db_migrated m;
	int r = db_open(&d, ":memory:", &opt, err);

	if (!r)
		r = db_migrate(&m, d, catalog_migrations, catalog_migrations_n,
			CATALOG_APPLICATION, a, err);
	return r ? r : read_schema(out, d, a, err);
}

/* Made once: it takes ten times as long as all else that is looked at here. */
static int fresh_schema(const items **out, bks_error *err)
{
	static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;
	static bks_arena *arena;
	static items made;
	int r = 0;

	pthread_mutex_lock(&lock);
	if (!arena) {
		arena = bks_arena_new();
		r = make_fresh(&made, arena, err);
		if (r) {
			bks_arena_free(arena);
			arena = NULL;
			made = (items){0};
		}
	}
	pthread_mutex_unlock(&lock);
	*out = &made;
	return r;
}

static const struct item *find(const items *in, const struct item *x)
{
	for (size_t i = 0; i < in->n; i++)
		if (!strcmp(in->v[i].type, x->type) && !strcmp(in->v[i].name, x->name))
			return &in->v[i];
	return NULL;
}

static int look_at_views(struct sick *s, const items *have)
{
	struct text t = {.arena = s->a};
	int n = 0;

	for (size_t i = 0; i < have->n; i++) {
		db_query *q;
		int r;

		if (strcmp(have->v[i].type, "view") != 0)
			continue;
		n++;
		q = db_sql(s->cat->db,
			arena_form(s->a, "SELECT count(*) FROM (SELECT * FROM \"%s\" LIMIT 1)",
				have->v[i].name));
		r = db_step(q, s->err);
		db_query_free(q);
		if (r < 0 && r != BKS_E_CATALOG)
			return r;
		if (r < 0)
			text_form(&t, "%s%s", t.n ? "; " : "", s->err->text);
	}
	doctor_say(s, t.n > 0, "views", t.n ? t.s : arena_form(s->a, "%d views answer", n));
	return 0;
}

int doctor_schema(struct sick *s)
{
	const items *want;
	items have = {0};
	struct text t = {.arena = s->a};
	int r = fresh_schema(&want, s->err);

	if (!r)
		r = read_schema(&have, s->cat->db, s->a, s->err);
	if (r)
		return doctor_told(s, "schema", r);
	for (size_t i = 0; i < want->n; i++) {
		const struct item *is = find(&have, &want->v[i]);

		if (!is || strcmp(is->sql, want->v[i].sql) != 0)
			text_form(&t, "%s%s %s is %s", t.n ? "; " : "", want->v[i].type,
				want->v[i].name, is ? "not as it was made" : "not there");
	}
	doctor_say(s, t.n > 0, "schema",
		t.n ? t.s
		    : arena_form(s->a, "schema %d, %zu tables, indexes, views and rules",
			      catalog_migrations_n, want->n));
	return look_at_views(s, &have);
}
