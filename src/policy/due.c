/* What is expected when, and what to verify next. */
#include "base/arena.h"
#include "base/auto.h"
#include "policy/policy.h"
#include <stdlib.h>

AUTO_FN(arena_end, bks_arena, bks_arena_free);

static int by_length(const void *a, const void *b)
{
	const int64_t *x = a, *y = b;

	return (*x > *y) - (*x < *y);
}

int64_t due_interval(const bks_time *points, size_t n)
{
	enum { POINTS = 4 };
	AUTO(arena_end) bks_arena *a = bks_arena_new();
	int64_t *steps = arena_take(a, n * sizeof *steps);
	size_t count = 0;

	for (size_t k = 1; k < n; k++)
		if (points[k] > points[k - 1])
			steps[count++] = points[k] - points[k - 1];
	if (count + 1 < POINTS)
		return 0;
	qsort(steps, count, sizeof *steps, by_length);
	return steps[(count - 1) / 2];
}

enum { NEW, TROUBLE, READ };

struct ranked {
	struct due_item item;
	int rank;
};

static int rank_of(const struct due_item *i, bks_time now)
{
	if (i->changed_or_new || i->verified_at == BKS_TIME_NONE)
		return NEW;
	/* A proof from the future is none. */
	return i->trouble || i->verified_at > now ? TROUBLE : READ;
}

static int due_first(const void *a, const void *b)
{
	const struct ranked *x = a, *y = b;

	if (x->rank != y->rank)
		return x->rank > y->rank ? 1 : -1;
	if (x->rank != NEW && x->item.verified_at != y->item.verified_at)
		return x->item.verified_at > y->item.verified_at ? 1 : -1;
	return (x->item.artifact > y->item.artifact) - (x->item.artifact < y->item.artifact);
}

size_t due_order(struct due_item *v, size_t n, bks_time now, int64_t fresh)
{
	AUTO(arena_end) bks_arena *a = bks_arena_new();
	struct ranked *r = arena_take(a, n * sizeof *r);
	size_t due = 0;

	for (size_t k = 0; k < n; k++)
		r[k] = (struct ranked){v[k], rank_of(&v[k], now)};
	if (n)
		qsort(r, n, sizeof *r, due_first);
	for (size_t k = 0; k < n; k++) {
		v[k] = r[k].item;
		if (r[k].rank != READ || now - v[k].verified_at >= fresh)
			due = k + 1;
	}
	return due;
}

bool due_deep(const struct due_proof *p, int verifier, bks_time now)
{
	int64_t lasts = DUE_DEEP - p->artifact % DUE_DEEP_SPREAD * BKS_DAY;

	return p->at == BKS_TIME_NONE || p->by < verifier || p->at > now || now - p->at >= lasts;
}
