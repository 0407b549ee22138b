/* What the backups of a source must hold, taken from one that is known to be good. */
#include "backstay/source.h"
#include "base/text.h"
#include "base/vec.h"
#include "catalog/rows.h"
#include "policy/rowcount.h"
#include <stdlib.h>
#include <string.h>

struct lesson {
	bks_learned *out;
	bks_catalog *cat;
	bks_arena *arena;
	const bks_requirement **known; /* what is required already, by name */
	size_t known_count;
	VEC(bks_requirement) all, added;
};

static int by_name(const void *x, const void *y)
{
	const bks_requirement *a = *(const bks_requirement *const *)x,
			      *b = *(const bks_requirement *const *)y;
	int c = strcmp(a->schema, b->schema);

	return c ? c : strcmp(a->name, b->name);
}

static bool is_known(const struct lesson *l, const bks_requirement *q)
{
	return l->known_count &&
	       bsearch(&q, l->known, l->known_count, sizeof *l->known, by_name);
}

static void start(struct lesson *l, const bks_source *s)
{
	l->known_count = s->require_count;
	l->known = arena_take(l->arena, (s->require_count + 1) * sizeof *l->known);
	for (size_t i = 0; i < s->require_count; i++) {
		l->known[i] = &s->require[i];
		*vec_add(&l->all, l->arena) = s->require[i];
	}
	if (s->require_count)
		qsort(l->known, s->require_count, sizeof *l->known, by_name);
}

/* Of several databases, a table that two of them have is one. */
static bool told_before(const struct lesson *l, const bks_requirement *q, bool cluster)
{
	for (size_t i = 0; cluster && i < l->added.n; i++)
		if (!strcmp(l->added.v[i].schema, q->schema) &&
			!strcmp(l->added.v[i].name, q->name))
			return true;
	return false;
}

static void take(struct lesson *l, const struct row_count *t, bool data_only)
{
	bks_requirement q = {.schema = t->schema, .name = t->name};

	if (t->part || !t->schema)
		return;
	if (!t->data || !(t->ddl || data_only)) {
		l->out->left_out++;
	} else if (is_known(l, &q)) {
		l->out->kept++;
	} else if (!told_before(l, &q, t->database != NULL)) {
		*vec_add(&l->added, l->arena) = q;
		*vec_add(&l->all, l->arena) = q;
	}
}

static void list_lacking(struct lesson *l, const bks_source *s, const struct row_counts *c)
{
	bks_requirement *v = arena_take(l->arena, (s->require_count + 1) * sizeof *v);

	for (size_t i = 0; i < s->require_count; i++)
		if (rowcount_of(c, s->require[i].schema, s->require[i].name, NULL) < 0)
			v[l->out->lacking_count++] = s->require[i];
	l->out->lacking = v;
}

static int find_source(const bks_source **out, struct lesson *l, int64_t id, bks_error *err)
{
	bks_sources all;
	int r = bks_source_list(&all, l->cat, l->arena, err);

	for (size_t i = 0; !r && i < all.n; i++) {
		const bks_source *one = all.v + i;

		if (one->id != id)
			continue;
		*out = one;
		return 0;
	}
	return r ? r : fail(err, BKS_E_CATALOG, "no source %lld", (long long)id);
}

static int learn(struct lesson *l, const bks_source *s, const bks_backup *b, bks_error *err)
{
	const bks_table *tables;
	struct row_counts c;
	bool data_only;
	size_t n = 0;
	int r = bks_backup_tables(&tables, &n, l->cat, b->id, l->arena, err);

	if (r)
		return r;
	rowcount_make(&c, tables, n, l->arena);
	start(l, s);
	data_only = rowcount_data_only(tables, n);
	for (size_t i = 0; i < c.n; i++)
		take(l, &c.v[i], data_only);
	if (!l->added.n && !l->out->kept)
		return fail(err, BKS_E_REFUSED, "backup %lld %s shows no table with its data",
			(long long)b->id, bks_shown(b->label, l->arena));
	list_lacking(l, s, &c);
	l->out->added = l->added.v;
	l->out->added_count = l->added.n;
	return l->added.n
		       ? source_require(l->cat, s->id, l->all.v, l->all.n,
				 arena_form(l->arena, "%zu tables learned from backup %lld %s",
					 l->added.n, (long long)b->id,
					 bks_shown(b->label, l->arena)),
				 err)
		       : 0;
}

int bks_source_learn(
	bks_learned *out, bks_catalog *cat, int64_t id, bks_arena *a, bks_error *err)
{
	struct lesson l = {.out = out, .cat = cat, .arena = a};
	const bks_source *s = NULL;
	int r;

	*out = (bks_learned){0};
	r = bks_backup_find(&out->backup, cat, arena_form(a, "%lld", (long long)id), a, err);
	if (r)
		return r < 0 ? r : fail(err, BKS_E_USAGE, "no backup %lld", (long long)id);
	r = find_source(&s, &l, out->backup->source_id, err);
	if (r)
		return r;
	if (s->declared) /* says so, with file and line */
		return source_require(cat, s->id, NULL, 0, "", err);
	if (out->backup->verdict != BKS_SOUND)
		return fail(err, BKS_E_REFUSED,
			"backup %lld %s is %s, not sound: nothing can be learned from it",
			(long long)id, bks_shown(out->backup->label, a),
			bks_verdict_name(out->backup->verdict));
	r = learn(&l, s, out->backup, err);
	return r ? r : find_source(&out->source, &l, s->id, err);
}
