/* Nights to come. The planner is the one that decides today; only what it is asked about is
 * made up. */
#include "policy/forecast.h"
#include "base/auto.h"
#include "base/vec.h"
#include <stdlib.h>
#include <string.h>

__extension__ typedef __int128 wide;

enum { NIGHTS_MOST = 4000 };
#define SIZE_MOST (INT64_MAX / 4) /* nothing grows beyond that */

/* One backup, there or to come, and when each of its copies goes. */
struct item {
	struct keep_backup b;
	struct keep_copy *copies; /* b.copies, to write */
	bks_time stored, *gone;
	bool coming, out;
};

typedef VEC(struct item) item_list;

struct nights {
	const struct forecast_in *in;
	item_list items;
	bks_time *next; /* of each series */
	int64_t id;
	const struct keep_slot *slots;
	size_t slot_count;
	bks_arena *arena;
};

static int64_t scaled(int64_t bytes, int64_t of, int64_t to)
{
	wide v = of > 0 ? (wide)bytes * to / of : to;

	return v > SIZE_MOST ? SIZE_MOST : (int64_t)v;
}

static void item_add(
	struct nights *s, const struct keep_backup *b, bks_time stored, bool coming)
{
	struct item *i = vec_add(&s->items, s->arena);
	size_t n = b->copy_count;

	*i = (struct item){.b = *b, .stored = stored, .coming = coming};
	i->copies = arena_take(s->arena, (n + 1) * sizeof *i->copies);
	i->gone = arena_take(s->arena, (n + 1) * sizeof *i->gone);
	for (size_t c = 0; c < n; c++) {
		i->copies[c] = b->copies[c];
		i->gone[c] = BKS_TIME_NONE;
	}
	i->b.copies = i->copies;
	s->id = b->id > s->id ? b->id : s->id;
}

static int64_t size_at(const struct forecast_series *r, bks_time at)
{
	wide size = r->like.size + (wide)r->growth * (at - r->last) / (wide)BKS_DAY;

	return size < 1 ? 1 : size > SIZE_MOST ? SIZE_MOST : (int64_t)size;
}

/* The next of a series, as large as it will be. One that builds on others builds on the one
 * before it. */
static void come(struct nights *s, const struct forecast_series *r, bks_time at)
{
	struct keep_backup b = r->like;
	int64_t before = s->id;
	struct item *i;

	b.id = before + 1;
	b.size = size_at(r, at);
	b.point = b.registered = b.verified_at = at;
	b.parent = b.incremental ? before : 0;
	item_add(s, &b, at, true);
	i = &s->items.v[s->items.n - 1];
	for (size_t c = 0; c < b.copy_count; c++)
		i->copies[c].bytes = scaled(i->copies[c].bytes, r->like.size, b.size);
}

static void come_until(struct nights *s, bks_time now)
{
	for (size_t k = 0; k < s->in->series_count; k++)
		for (; s->next[k] <= now; s->next[k] += s->in->series[k].every)
			come(s, &s->in->series[k], s->next[k]);
}

/* Numbers of twins are of those that are left. */
static void renumber(struct keep_backup *v, size_t n, size_t most, bks_arena *a)
{
	int64_t *as = arena_take(a, (most + 1) * sizeof *as), next = 0;

	for (size_t k = 0; k < n; k++) {
		int64_t same = v[k].same;

		if (same <= 0 || same > (int64_t)most)
			continue;
		as[same] = as[same] ? as[same] : ++next;
		v[k].same = as[same];
	}
}

static size_t left(
	struct keep_backup *v, size_t *of, const struct nights *s, bks_time now, bks_arena *a)
{
	size_t n = 0;

	for (size_t k = 0; k < s->items.n; k++) {
		const struct item *i = &s->items.v[k];

		if (i->out)
			continue;
		v[n] = i->b;
		if (v[n].verified_at != BKS_TIME_NONE && !i->coming)
			v[n].verified_at += now - s->in->now;
		of[n++] = k;
	}
	renumber(v, n, s->in->n, a);
	return n;
}

static void let_go(struct item *i, const struct keep_row *row, bks_time gone)
{
	i->out = row->action == BKS_EXPIRE;
	for (size_t c = 0; c < i->b.copy_count; c++) {
		if (i->gone[c] != BKS_TIME_NONE ||
			(!i->out && row->copies[c].action != BKS_EXPIRE))
			continue;
		i->gone[c] = gone;
		i->copies[c].there = i->copies[c].good = false;
	}
}

static void keep_slots(struct nights *s, const struct keep_plan *p)
{
	struct keep_slot *v;

	if (p->reference == BKS_TIME_NONE)
		return;
	v = arena_take(s->arena, (p->slot_count + 1) * sizeof *v);
	for (size_t k = 0; k < p->slot_count; k++)
		v[k] = (struct keep_slot){p->slots[k].tier,
			arena_text(s->arena, p->slots[k].bucket), p->slots[k].backup};
	s->slots = v;
	s->slot_count = p->slot_count;
}

static void night(struct nights *s, bks_time now)
{
	AUTO(arena_auto) bks_arena *a = bks_arena_new();
	struct keep_backup *v;
	struct keep_plan plan;
	size_t n, *of;

	come_until(s, now);
	v = arena_take(a, (s->items.n + 1) * sizeof *v);
	of = arena_take(a, (s->items.n + 1) * sizeof *of);
	n = left(v, of, s, now, a);
	keep_decide(&plan, v, n, s->slots, s->slot_count, s->in->policy, now, a);
	for (size_t k = 0; k < n; k++)
		let_go(&s->items.v[of[k]], &plan.rows[k], now + s->in->policy->grace);
	keep_slots(s, &plan);
}

/* ---- what it costs ---- */

static const struct forecast_terms *terms_of(const struct forecast_in *in, const char *repo, const char *storage_class)
{
	static const struct forecast_terms unknown = {NULL, -1, 0, NULL};
	const struct forecast_terms *found = &unknown;

	for (size_t k = 0; k < in->term_count; k++) {
		const struct forecast_terms *t = &in->terms[k];

		if (strcmp(t->repo, repo) != 0)
			continue;
		if (t->storage_class && storage_class && !strcmp(t->storage_class, storage_class))
			return t;
		if (!t->storage_class)
			found = t;
	}
	return found;
}

static int64_t overlap(bks_time from, bks_time to, const struct forecast_span *s)
{
	bks_time a = from > s->from ? from : s->from,
		 b = to == BKS_TIME_NONE || to > s->to ? s->to : to;

	return b > a ? b - a : 0;
}

static void bill(struct forecast_span *s, const struct forecast_terms *t, int64_t bytes,
	bks_time stored, bks_time gone, bool coming)
{
	int64_t *to = coming ? &s->coming : &s->present, lies = overlap(stored, gone, s);

	if (lies && s->to > s->from)
		s->bytes =
			money_add(s->bytes, (int64_t)((wide)bytes * lies / (s->to - s->from)));
	if (gone != BKS_TIME_NONE && gone < stored + t->min_duration)
		gone = stored + t->min_duration;
	*to = money_add(*to, money_span(t->price, bytes, overlap(stored, gone, s), s->month));
}

static void bill_all(struct forecast_span *span, const struct nights *s)
{
	for (size_t k = 0; k < s->items.n; k++) {
		const struct item *i = &s->items.v[k];

		for (size_t c = 0; c < i->b.copy_count; c++)
			if (i->copies[c].there || i->gone[c] != BKS_TIME_NONE)
				bill(span, terms_of(s->in, i->copies[c].repo, i->copies[c].storage_class),
					i->copies[c].bytes, i->stored, i->gone[c], i->coming);
	}
	for (size_t k = 0; k < s->in->load_count; k++) {
		const struct forecast_load *l = &s->in->loads[k];

		bill(span, terms_of(s->in, l->repo, NULL), l->bytes, s->in->now, l->gone, false);
	}
}

void forecast_run(
	struct forecast_span *spans, size_t n, const struct forecast_in *in, bks_arena *a)
{
	struct nights s = {
		.in = in, .slots = in->slots, .slot_count = in->slot_count, .arena = a};
	bks_time end = n ? spans[n - 1].to : in->now;
	int64_t step = (end - in->now) / NIGHTS_MOST;

	if (step < BKS_DAY)
		step = BKS_DAY;
	for (size_t k = 0; k < in->n; k++)
		item_add(&s, &in->rows[k], in->stored[k], false);
	s.next = arena_take(a, (in->series_count + 1) * sizeof *s.next);
	for (size_t k = 0; k < in->series_count; k++)
		s.next[k] = in->series[k].last + in->series[k].every;
	for (bks_time t = in->now; t < end; t += step)
		night(&s, t);
	for (size_t k = 0; k < n; k++)
		bill_all(&spans[k], &s);
}

static int by_size(const void *x, const void *y)
{
	const int64_t *a = x, *b = y;

	return (*a > *b) - (*a < *b);
}

int64_t forecast_growth(const bks_time *points, const int64_t *sizes, size_t n)
{
	enum { POINTS = 4 };
	AUTO(arena_auto) bks_arena *a = bks_arena_new();
	int64_t *v = arena_take(a, (n + 1) * sizeof *v);
	size_t count = 0;

	for (size_t k = 1; k < n; k++)
		if (points[k] > points[k - 1]) {
			wide g = ((wide)sizes[k] - sizes[k - 1]) * (wide)BKS_DAY /
				 (points[k] - points[k - 1]);

			v[count++] = g > INT64_MAX    ? INT64_MAX
				     : g < -INT64_MAX ? -INT64_MAX
						      : (int64_t)g;
		}
	if (count + 1 < POINTS)
		return 0;
	qsort(v, count, sizeof *v, by_size);
	return v[(count - 1) / 2];
}
