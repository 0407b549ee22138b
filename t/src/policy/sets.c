/* Which files are of one run. Pairs that can be are joined, the nearest first, so that a file
 * that is missing in one run is not taken from the next. */
#include "policy/sets.h"
#include "base/vec.h"
#include "base/zone.h"
#include <stdlib.h>
#include <string.h>

/* An mtime tells the end of a dump, which may have taken hours; what is told is its beginning.
 */
#define TOLD_APART BKS_HOUR
#define MTIME_APART (6 * BKS_HOUR)
#define STAMPED_APART BKS_DAY
enum { NEIGHBOURS = 16 };

struct pair {
	size_t x, y;
	bool elsewhere; /* their places differ */
	int64_t apart, mtimes;
};

/* Files by the bytes of their paths, so that the order of the input tells nothing. */
struct grouping {
	const struct set_file **v;
	size_t n;
	size_t *root, *next; /* a group: its smallest member, and its members in a circle */
	VEC(struct pair) pairs;
	bks_arena *arena;
};

static int64_t distance(bks_time x, bks_time y)
{
	return x > y ? x - y : y - x;
}

static int64_t within(int64_t d, int64_t limit)
{
	return d <= limit ? d : -1;
}

static bool same_day(const bks_civil *x, const bks_civil *y)
{
	return x->year == y->year && x->month == y->month && x->day == y->day;
}

static bool same_stamp(const struct namestamp *x, const struct namestamp *y)
{
	return x->has_time == y->has_time && same_day(&x->civil, &y->civil) &&
	       x->civil.hour == y->civil.hour && x->civil.minute == y->civil.minute &&
	       x->civil.second == y->civil.second;
}

/* Only ever held against another one of the same host: no zone is asked. */
static bks_time instant(const bks_civil *c)
{
	return days_from_date(c->year, c->month, c->day) * BKS_DAY + c->hour * BKS_HOUR +
	       c->minute * BKS_MINUTE + c->second * BKS_SECOND;
}

static bks_time told_by(const struct set_file *f)
{
	if (f->stamped && f->stamp.has_time)
		return instant(&f->stamp.civil);
	return f->inside;
}

int64_t sets_apart(const struct set_file *x, const struct set_file *y)
{
	bool inside = x->inside != BKS_TIME_NONE && y->inside != BKS_TIME_NONE;
	bks_time a = told_by(x), b = told_by(y);

	if (x->stamped && y->stamped && same_stamp(&x->stamp, &y->stamp))
		return inside && distance(x->inside, y->inside) > STAMPED_APART ? -1 : 0;
	if (x->stamped && y->stamped && !(x->stamp.has_time && y->stamp.has_time) &&
		!same_day(&x->stamp.civil, &y->stamp.civil))
		return -1;
	if (a != BKS_TIME_NONE && b != BKS_TIME_NONE)
		return within(distance(a, b), TOLD_APART);
	return within(distance(x->mtime, y->mtime), MTIME_APART);
}

static size_t root_of(struct grouping *g, size_t i)
{
	while (g->root[i] != i)
		i = g->root[i] = g->root[g->root[i]];
	return i;
}

static void unite(struct grouping *g, size_t x, size_t y)
{
	size_t a = root_of(g, x), b = root_of(g, y), swap = g->next[x];

	if (a == b)
		return;
	g->root[a > b ? a : b] = a > b ? b : a;
	g->next[x] = g->next[y];
	g->next[y] = swap;
}

static bool can_be(const struct set_file *x, const struct set_file *y)
{
	if (x->backup && x->backup == y->backup)
		return true;
	return x->family == y->family && x->part != y->part && !x->closed && !y->closed &&
	       sets_apart(x, y) >= 0;
}

/* Everybody on both sides must be of that run, not only the two that are nearest. */
static bool sides_agree(struct grouping *g, size_t x, size_t y)
{
	size_t i = x;

	do {
		size_t k = y;

		do {
			if (!can_be(g->v[i], g->v[k]))
				return false;
			k = g->next[k];
		} while (k != y);
		i = g->next[i];
	} while (i != x);
	return true;
}

static void add_pair(struct grouping *g, size_t x, size_t y)
{
	const struct set_file *f = g->v[x], *h = g->v[y];

	if ((!f->backup || f->backup != h->backup) && can_be(f, h))
		*vec_add(&g->pairs, g->arena) = (struct pair){x < y ? x : y, x < y ? y : x,
			strcmp(f->place, h->place) != 0, sets_apart(f, h),
			distance(f->mtime, h->mtime)};
}

struct ordered {
	size_t i;
	int64_t family;
	bks_time at;
};

static int by_time(const void *x, const void *y)
{
	const struct ordered *a = x, *b = y;
	int c = (a->family > b->family) - (a->family < b->family);

	if (!c)
		c = (a->at > b->at) - (a->at < b->at);
	return c ? c : (a->i > b->i) - (a->i < b->i);
}

/* The day that a name tells stands for its time here: equal stamps must be neighbours. */
static bks_time sort_time(const struct set_file *f, bool told)
{
	if (told && f->stamped)
		return instant(&f->stamp.civil);
	return told && f->inside != BKS_TIME_NONE ? f->inside : f->mtime;
}

static void find_pairs(struct grouping *g, bool told)
{
	struct ordered *o = arena_take(g->arena, (g->n + 1) * sizeof *o);

	for (size_t i = 0; i < g->n; i++)
		o[i] = (struct ordered){i, g->v[i]->family, sort_time(g->v[i], told)};
	qsort(o, g->n, sizeof *o, by_time);
	for (size_t i = 0; i < g->n; i++)
		for (size_t k = i + 1; k < g->n && k <= i + NEIGHBOURS; k++)
			add_pair(g, o[i].i, o[k].i);
}

static int by_nearness(const void *x, const void *y)
{
	const struct pair *a = x, *b = y;

	if (a->elsewhere != b->elsewhere)
		return a->elsewhere - b->elsewhere;
	if (a->apart != b->apart)
		return a->apart > b->apart ? 1 : -1;
	if (a->mtimes != b->mtimes)
		return a->mtimes > b->mtimes ? 1 : -1;
	if (a->x != b->x)
		return a->x > b->x ? 1 : -1;
	return (a->y > b->y) - (a->y < b->y);
}

static int by_path(const void *x, const void *y)
{
	const struct set_file *a = *(const struct set_file *const *)x,
			      *b = *(const struct set_file *const *)y;
	int c = strcmp(a->path, b->path);

	return c ? c : (a->backup > b->backup) - (a->backup < b->backup);
}

static int by_backup(const void *x, const void *y)
{
	const struct ordered *a = x, *b = y;
	int c = (a->family > b->family) - (a->family < b->family);

	return c ? c : (a->i > b->i) - (a->i < b->i);
}

/* What is registered as one stays one. */
static void keep_registered(struct grouping *g)
{
	struct ordered *o = arena_take(g->arena, (g->n + 1) * sizeof *o);
	size_t m = 0;

	for (size_t i = 0; i < g->n; i++)
		if (g->v[i]->backup)
			o[m++] = (struct ordered){i, g->v[i]->backup, 0};
	qsort(o, m, sizeof *o, by_backup);
	for (size_t i = 1; i < m; i++)
		if (o[i].family == o[i - 1].family)
			unite(g, o[i - 1].i, o[i].i);
}

static void join(struct grouping *g)
{
	find_pairs(g, true);
	find_pairs(g, false);
	if (g->pairs.n)
		qsort(g->pairs.v, g->pairs.n, sizeof *g->pairs.v, by_nearness);
	for (size_t i = 0; i < g->pairs.n; i++)
		if (root_of(g, g->pairs.v[i].x) != root_of(g, g->pairs.v[i].y) &&
			sides_agree(g, g->pairs.v[i].x, g->pairs.v[i].y))
			unite(g, g->pairs.v[i].x, g->pairs.v[i].y);
}

static struct grouping begin(const struct set_file *v, size_t n, bks_arena *a)
{
	struct grouping g = {.v = arena_take(a, (n + 1) * sizeof(const struct set_file *)),
		.n = n,
		.root = arena_take(a, (n + 1) * sizeof *g.root),
		.next = arena_take(a, (n + 1) * sizeof *g.next),
		.arena = a};

	for (size_t i = 0; i < n; i++) {
		g.v[i] = &v[i];
		g.root[i] = g.next[i] = i;
	}
	qsort(g.v, n, sizeof *g.v, by_path);
	return g;
}

size_t sets_group(size_t *group, const struct set_file *v, size_t n, bks_arena *a)
{
	struct grouping g = begin(v, n, a);
	size_t *of = arena_take(a, (n + 1) * sizeof *of), count = 0;

	keep_registered(&g);
	join(&g);
	for (size_t i = 0; i < n; i++)
		if (root_of(&g, i) == i)
			of[i] = count++;
	for (size_t i = 0; i < n; i++)
		group[g.v[i] - v] = of[root_of(&g, i)];
	return count;
}
