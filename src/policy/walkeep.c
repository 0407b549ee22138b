/* Which archived WAL goes: only what lies before the first byte that any backup that stays needs, so
 * that what is left has no hole that was not there before. */
#include "policy/walkeep.h"
#include "base/text.h"
#include "base/vec.h"
#include <stdlib.h>
#include <string.h>

struct cluster {
	const struct wal_need *needs;
	size_t n;
	const struct wal_fork *forks;
	size_t fork_count;
	const struct wal_need *base; /* replay begins with it; NULL: none of the cluster stays */
	bool unknown;		     /* the place of one that stays is not known */
	bool good;		     /* an eligible one of the cluster stays */
	bks_arena *arena;
};

static bool is_of(const struct wal_need *k, const struct wal_stretch *r)
{
	return k->start && k->system_id == r->system_id;
}

static void find_base(struct cluster *c, const struct wal_stretch *r)
{
	c->base = NULL;
	c->unknown = c->good = false;
	for (size_t i = 0; i < c->n; i++) {
		const struct wal_need *k = &c->needs[i];

		if (k->lease)
			continue;
		c->unknown = c->unknown || !k->start || !k->system_id;
		if (!is_of(k, r))
			continue;
		c->good = c->good || !k->unfit;
		if (!c->base || k->anchor > c->base->anchor ||
			(k->anchor == c->base->anchor && k->start < c->base->start))
			c->base = k;
	}
}

static uint64_t down(uint64_t lsn, uint32_t size)
{
	return lsn - lsn % size;
}

static uint64_t up(uint64_t lsn, uint32_t size)
{
	return lsn % size && lsn < UINT64_MAX - size ? down(lsn, size) + size : lsn;
}

/* Whether replay from the base can come to this timeline; of an unknown one it is taken for granted. */
static bool in_line(const struct cluster *c, uint32_t timeline)
{
	bool known = false;

	if (timeline == c->base->timeline)
		return true;
	for (size_t i = 0; i < c->fork_count; i++) {
		const struct wal_fork *f = &c->forks[i];

		if (f->timeline == timeline && f->ancestor == c->base->timeline)
			return f->lsn >= c->base->start;
		known = known || f->timeline == timeline ||
			(f->ancestor == timeline && f->timeline == c->base->timeline);
	}
	return !known;
}

/* The base's timeline left that one, or one that did. */
static bool is_past(const struct cluster *c, uint32_t timeline)
{
	for (size_t i = 0; i < c->fork_count; i++)
		if (c->forks[i].timeline == c->base->timeline && c->forks[i].ancestor == timeline)
			return true;
	return false;
}

/* Whether replay from K comes to that timeline by what the histories tell. */
static bool comes_to(const struct cluster *c, const struct wal_need *k, uint32_t timeline)
{
	for (size_t i = 0; i < c->fork_count; i++)
		if (c->forks[i].timeline == timeline && c->forks[i].ancestor == k->timeline)
			return c->forks[i].lsn >= k->start;
	return false;
}

/* A lease may read the timelines that its own one left, too. */
static bool needs_line(const struct wal_need *k, const struct wal_stretch *r)
{
	return is_of(k, r) && (k->timeline == r->timeline || (k->lease && k->timeline > r->timeline));
}

/* What lies before this goes. */
static uint64_t threshold(const struct cluster *c, const struct wal_stretch *r)
{
	bool aside = !in_line(c, r->timeline) && !is_past(c, r->timeline);
	uint64_t lowest = c->base->start;

	for (size_t i = 0; i < c->n; i++) {
		const struct wal_need *k = &c->needs[i];

		if (is_of(k, r) && k->start < lowest && (needs_line(k, r) || (aside && comes_to(c, k, r->timeline))))
			lowest = k->start;
	}
	return down(lowest, r->segment_size);
}

static uint64_t end_of(const struct wal_need *k, uint32_t size)
{
	return k->stop > k->start ? up(k->stop, size) : UINT64_MAX;
}

static const char *reason_of(const struct cluster *c, const struct wal_stretch *r, uint64_t at, const struct wal_need *of)
{
	if (of)
		return arena_form(c->arena, "wal: %s of %lld", of->lease ? "lease" : "consistency", (long long)of->backup);
	if (at < down(c->base->start, r->segment_size))
		return "wal: between";
	return in_line(c, r->timeline) ? "wal: replay" : "wal: other timeline";
}

typedef VEC(struct wal_part) part_list;

static void add_part(part_list *l, uint64_t from, uint64_t to, bool stays, const char *reason, bks_arena *a)
{
	struct wal_part *last = l->n ? &l->v[l->n - 1] : NULL;

	if (from >= to)
		return;
	if (last && last->stays == stays && !strcmp(last->reason, reason))
		last->to = to;
	else
		*vec_add(l, a) = (struct wal_part){from, to, stays, reason};
}

/* Places in the log, ascending; each begins a piece, which belongs to the first backup that needs it. */
struct pieces {
	uint64_t *at;
	const struct wal_need **of;
	size_t *free; /* for each piece that has an owner, one behind it that may have none; else itself */
	size_t n;
};

static int ascending(const void *a, const void *b)
{
	const uint64_t *x = a, *y = b;

	return (*x > *y) - (*x < *y);
}

static int by_backup(const void *a, const void *b)
{
	const struct wal_need *const *x = a, *const *y = b;

	if ((*x)->lease != (*y)->lease)
		return (*x)->lease ? 1 : -1;
	return ((*x)->backup > (*y)->backup) - ((*x)->backup < (*y)->backup);
}

/* The first piece that begins at LSN or behind it. */
static size_t piece_at(const struct pieces *p, uint64_t lsn)
{
	size_t lo = 0, hi = p->n;

	while (lo < hi) {
		size_t mid = lo + (hi - lo) / 2;

		if (p->at[mid] < lsn)
			lo = mid + 1;
		else
			hi = mid;
	}
	return lo;
}

static size_t next_free(struct pieces *p, size_t i)
{
	while (p->free[i] != i)
		i = p->free[i] = p->free[p->free[i]];
	return i;
}

static void own(struct pieces *p, const struct wal_need *k, uint32_t size)
{
	size_t to = piece_at(p, end_of(k, size));

	for (size_t i = next_free(p, piece_at(p, down(k->start, size))); i < to; i = next_free(p, i)) {
		p->of[i] = k;
		p->free[i] = i + 1;
	}
}

/* The places at which the reason may change, and who needs what lies between. */
static void cut(part_list *l, const struct cluster *c, const struct wal_stretch *r, uint64_t from)
{
	size_t room = 2 * c->n + 4, n = 0;
	const struct wal_need **own_line = arena_take(c->arena, (c->n + 1) * sizeof(struct wal_need *));
	struct pieces p = {arena_take(c->arena, room * sizeof *p.at), arena_take(c->arena, room * sizeof(struct wal_need *)),
		arena_take(c->arena, room * sizeof *p.free), 0};

	p.at[p.n++] = from;
	p.at[p.n++] = r->end;
	p.at[p.n++] = down(c->base->start, r->segment_size);
	for (size_t i = 0; i < c->n; i++)
		if (needs_line(&c->needs[i], r)) {
			own_line[n++] = &c->needs[i];
			p.at[p.n++] = down(c->needs[i].start, r->segment_size);
			p.at[p.n++] = end_of(&c->needs[i], r->segment_size);
		}
	qsort(p.at, p.n, sizeof *p.at, ascending);
	for (size_t i = 0; i <= p.n; i++)
		p.free[i] = i;
	if (n)
		qsort(own_line, n, sizeof(struct wal_need *), by_backup);
	for (size_t i = 0; i < n; i++)
		own(&p, own_line[i], r->segment_size);
	for (size_t i = 0; i + 1 < p.n; i++)
		if (p.at[i] >= from && p.at[i] < p.at[i + 1] && p.at[i + 1] <= r->end)
			add_part(l, p.at[i], p.at[i + 1], true, reason_of(c, r, p.at[i], p.of[i]), c->arena);
}

static void keep_run(struct wal_kept *out, struct cluster *c, const struct wal_stretch *r, const char *frozen)
{
	part_list l = {0};
	uint64_t from;

	find_base(c, r);
	if (frozen || c->unknown || !c->base || !c->good || !r->segment_size) {
		add_part(&l, r->start, r->end, true,
			frozen		? arena_form(c->arena, "wal: %s", frozen)
			: c->unknown ? "wal: a base backup whose place is not known"
			: c->base && !c->good ? "wal: no good base backup"
				     : "wal: no base backup",
			c->arena);
	} else {
		from = threshold(c, r);
		from = from < r->start ? r->start : from > r->end ? r->end : from;
		add_part(&l, r->start, from, false, "expired", c->arena);
		cut(&l, c, r, from);
	}
	*out = (struct wal_kept){l.v, l.n};
}

void wal_keep(struct wal_kept *out, const struct wal_stretch *run, const struct wal_need *needs, size_t need_count,
	const struct wal_fork *forks, size_t fork_count, const char *frozen, bks_arena *a)
{
	struct cluster c = {needs, need_count, forks, fork_count, NULL, false, false, a};

	keep_run(out, &c, run, frozen);
}
