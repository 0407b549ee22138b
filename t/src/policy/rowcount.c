/* Rows added up by table: a partitioned table holds what its partitions hold. */
#include "policy/rowcount.h"
#include <stdlib.h>
#include <string.h>

enum { DEPTH_MAX = 16 }; /* of partitions; in practice two */

static int compare(const char *x, const char *y)
{
	return strcmp(x ? x : "", y ? y : "");
}

static int by_name(const void *x, const void *y)
{
	const struct row_count *a = x, *b = y;
	int c = compare(a->database, b->database);

	c = c ? c : compare(a->schema, b->schema);
	return c ? c : compare(a->name, b->name);
}

static struct row_count *look_up(
	const struct row_counts *c, const char *database, const char *schema, const char *name)
{
	struct row_count key = {.database = database, .schema = schema, .name = name};

	return name && c->n ? bsearch(&key, c->v, c->n, sizeof *c->v, by_name) : NULL;
}

/* Sorted, and what is told twice is one. */
static void shelve(struct row_counts *c, const bks_table *v, size_t n)
{
	size_t to = 0;

	for (size_t i = 0; i < n; i++)
		c->v[i] = (struct row_count){
			v[i].database, v[i].schema, v[i].name, -1, v[i].ddl, v[i].data, false};
	if (n)
		qsort(c->v, n, sizeof *c->v, by_name);
	for (size_t i = 0; i < n; i++) {
		if (to && !by_name(&c->v[to - 1], &c->v[i])) {
			c->v[to - 1].ddl |= c->v[i].ddl;
			c->v[to - 1].data |= c->v[i].data;
		} else {
			c->v[to++] = c->v[i];
		}
	}
	c->n = to;
}

struct parent {
	struct row_count *of;
};

static void add(struct row_count *c, int64_t rows)
{
	c->data = true;
	if (rows < 0)
		return;
	if (__builtin_add_overflow(c->rows < 0 ? 0 : c->rows, rows, &c->rows))
		c->rows = INT64_MAX;
}

/* Each table's parent, by its place among the counts. */
static struct parent *find_parents(
	struct row_counts *c, const bks_table *v, size_t n, bks_arena *a)
{
	struct parent *p = arena_take(a, (c->n + 1) * sizeof *p);

	for (size_t i = 0; i < n; i++) {
		struct row_count *self = look_up(c, v[i].database, v[i].schema, v[i].name);
		struct row_count *over =
			look_up(c, v[i].database, v[i].parent_schema, v[i].parent_name);

		if (!self || !over || self == over)
			continue;
		p[self - c->v].of = over;
		self->part = true;
	}
	return p;
}

/* Upwards to the top, unless the parents stand in a circle. */
static void add_upwards(
	struct row_counts *c, const struct parent *p, struct row_count *self, int64_t rows)
{
	const struct row_count *seen[DEPTH_MAX];
	struct row_count *at = self;

	for (int depth = 0; at && depth < DEPTH_MAX; depth++) {
		for (int i = 0; i < depth; i++)
			if (seen[i] == at)
				return;
		seen[depth] = at;
		add(at, rows);
		at = p[at - c->v].of;
	}
}

void rowcount_make(struct row_counts *out, const bks_table *v, size_t n, bks_arena *a)
{
	struct parent *p;

	*out = (struct row_counts){arena_take(a, (n + 1) * sizeof *out->v), n};
	shelve(out, v, n);
	p = find_parents(out, v, n, a);
	for (size_t i = 0; i < n; i++) {
		struct row_count *self = look_up(out, v[i].database, v[i].schema, v[i].name);

		if (self && v[i].data)
			add_upwards(out, p, self, v[i].rows);
	}
}

const struct row_count *rowcount_find(
	const struct row_counts *c, const char *database, const char *schema, const char *name)
{
	return look_up(c, database, schema, name);
}

int64_t rowcount_of(
	const struct row_counts *c, const char *schema, const char *name, bool *found)
{
	struct row_count sum = {.rows = -1};
	bool any = false;

	for (size_t i = 0; i < c->n; i++)
		if (!compare(c->v[i].schema, schema) && !compare(c->v[i].name, name)) {
			any = true;
			add(&sum, c->v[i].rows);
		}
	if (found)
		*found = any;
	return sum.rows;
}

int64_t rowcount_all(const struct row_counts *c,
	bool (*skip)(const void *arg, const struct row_count *t), const void *arg)
{
	struct row_count sum = {.rows = 0};

	for (size_t i = 0; i < c->n; i++)
		if (!c->v[i].part && !(skip && skip(arg, &c->v[i])))
			add(&sum, c->v[i].rows);
	return sum.rows;
}

bool rowcount_data_only(const bks_table *v, size_t n)
{
	for (size_t i = 0; i < n; i++)
		if (v[i].ddl)
			return false;
	return n > 0;
}

int64_t rowcount_less(int64_t rows, int pct)
{
	return rows - rows / 100 * pct - rows % 100 * pct / 100;
}
