/* A quota is a goal below the floors: what only tiers keep goes, the holders of the fewest slots
 * first, then the oldest, until the rest fits or nothing more may go. */
#include "backstay/text.h"
#include "base/text.h"
#include "policy/keep_private.h"
#include <stdlib.h>

/* What may go, the first to go first; those that others build on wait until those are gone. */
struct queue {
	struct keep_item **order; /* all that only tiers keep */
	size_t n;
	size_t *heap; /* places in ORDER, the smallest at the top */
	size_t count;
	int64_t total;
};

static int before(const void *a, const void *b)
{
	const struct keep_item *const *x = a, *const *y = b;

	if ((*x)->slots != (*y)->slots)
		return (*x)->slots > (*y)->slots ? 1 : -1;
	return keep_later((*x)->b, (*y)->b);
}

/* Whether tiers alone keep I, beside what builds on it. */
static bool only_tiers(const struct keep_item *i)
{
	bool slot = false;

	if (i->action != BKS_KEEP || !i->stands || i->by_chain || !i->b->source_confirmed || keep_time_weak(i->b))
		return false;
	for (size_t k = 0; k < i->reasons.n; k++) {
		if (!i->reasons.v[k].rule)
			return false;
		slot = true;
	}
	return slot;
}

static void push(struct queue *q, size_t at)
{
	size_t k = q->count++;

	for (; k && q->heap[(k - 1) / 2] > at; k = (k - 1) / 2)
		q->heap[k] = q->heap[(k - 1) / 2];
	q->heap[k] = at;
}

static size_t pop(struct queue *q)
{
	size_t top = q->heap[0], last = q->heap[--q->count], k = 0;

	for (size_t child; (child = 2 * k + 1) < q->count; k = child) {
		if (child + 1 < q->count && q->heap[child + 1] < q->heap[child])
			child++;
		if (q->heap[child] >= last)
			break;
		q->heap[k] = q->heap[child];
	}
	q->heap[k] = last;
	return top;
}

static void part(struct queue *q, struct keep_work *w, struct keep_item *i, const char *reason)
{
	q->total -= keep_bytes(w, i);
	i->action = BKS_EXPIRE;
	i->by_chain = false;
	i->reasons.n = 0;
	keep_say(w, i, reason);
}

static size_t place_of(const struct queue *q, struct keep_item *const i)
{
	size_t lo = 0, hi = q->n;

	while (lo < hi) {
		size_t mid = (lo + hi) / 2;

		if (before(&q->order[mid], &i) < 0)
			lo = mid + 1;
		else
			hi = mid;
	}
	return lo;
}

/* One that built on P is gone. */
static void release(struct queue *q, struct keep_work *w, struct keep_item *p)
{
	int64_t bytes;

	for (; p && !--p->kids; p = p->parent) {
		if (!p->by_chain) {
			bytes = keep_bytes(w, p);
			keep_unsay(p, "chain");
			q->total += keep_bytes(w, p) - bytes;
			if (only_tiers(p))
				push(q, place_of(q, p));
			return;
		}
		part(q, w, p, p->parting);
	}
}

static void queue_init(struct queue *q, struct keep_work *w)
{
	*q = (struct queue){.order = arena_take(w->arena, (w->n + 1) * sizeof(struct keep_item *)),
		.heap = arena_take(w->arena, (w->n + 1) * sizeof *q->heap)};
	for (size_t k = 0; k < w->n; k++) {
		struct keep_item *i = &w->items[k];

		q->total += keep_bytes(w, i);
		/* what others build on is put in its place as if they were gone */
		keep_unsay(i, "chain");
		i->slots = i->reasons.n;
		if (only_tiers(i))
			q->order[q->n++] = i;
	}
	if (q->n)
		qsort(q->order, q->n, sizeof(struct keep_item *), before);
	keep_chain_say(w);
	for (size_t k = 0; k < q->n; k++)
		if (!q->order[k]->kids)
			push(q, k);
}

void keep_quota(struct keep_work *w)
{
	bool frozen = w->block || w->reference == BKS_TIME_NONE || keep_keeps_all(w->policy);
	char limit[BKS_SIZE_TEXT], rest[BKS_SIZE_TEXT];
	struct queue q;

	if (w->policy->quota <= 0)
		return;
	queue_init(&q, w);
	while (!frozen && q.total > w->policy->quota && q.count) {
		struct keep_item *i = q.order[pop(&q)];

		part(&q, w, i, "quota");
		release(&q, w, i->parent);
	}
	keep_chain_say(w);
	bks_size_text(limit, w->policy->quota);
	if (q.total <= w->policy->quota)
		bks_size_text(rest, q.total);
	else
		bks_size_text(rest, q.total - w->policy->quota);
	*vec_add(&w->notes, w->arena) = q.total <= w->policy->quota
		? arena_form(w->arena, "quota of %s met: %s stay", limit, rest)
		: arena_form(w->arena, "quota of %s cannot be met%s: %s too much", limit,
			  frozen ? " while nothing is let go" : "", rest);
}
