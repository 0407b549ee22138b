/* How far the log goes on behind a base backup. PostgreSQL asks for each segment of the newest
 * timeline that can have it first; so does this, and it stops at the first that is not there.
 */
#include "policy/interval.h"
#include "base/vec.h"
#include <stdlib.h>

static int by_lsn(const void *x, const void *y)
{
	const struct log_leg *a = x, *b = y;

	if (a->end != b->end)
		return a->end < b->end ? -1 : 1;
	return (a->timeline > b->timeline) - (a->timeline < b->timeline);
}

void log_path_make(struct log_path *out, const struct log_fork *v, size_t n, uint32_t timeline,
	bks_arena *a)
{
	VEC(struct log_leg) legs = {0};
	uint64_t begin = 0;

	for (size_t i = 0; i < n; i++)
		if (v[i].timeline == timeline)
			*vec_add(&legs, a) = (struct log_leg){v[i].ancestor, 0, v[i].lsn};
	if (legs.n)
		qsort(legs.v, legs.n, sizeof *legs.v, by_lsn);
	*vec_add(&legs, a) = (struct log_leg){timeline, 0, UINT64_MAX};
	for (size_t i = 0; i < legs.n; i++) {
		legs.v[i].begin = begin;
		begin = legs.v[i].end;
	}
	*out = (struct log_path){legs.v, legs.n};
}

static uint64_t floor_of(uint64_t lsn, uint32_t size)
{
	return lsn & ~(uint64_t)(size - 1);
}

const struct log_leg *log_need(const struct log_path *p, uint64_t lsn, uint32_t segment_size)
{
	uint64_t segment = floor_of(lsn, segment_size);

	for (size_t i = p->n; i-- > 0;)
		if (floor_of(p->legs[i].begin, segment_size) <= segment)
			return &p->legs[i];
	return NULL;
}

/* Where the next leg's first segment begins, from which on this one is not asked. */
static uint64_t leg_end(const struct log_path *p, const struct log_leg *leg, uint32_t size)
{
	return leg + 1 == p->legs + p->n ? UINT64_MAX : floor_of(leg->end, size);
}

static bool is_on_path(const struct log_base *b, const struct log_path *p)
{
	for (size_t i = 0; i < p->n; i++)
		if (p->legs[i].timeline == b->timeline)
			return b->stop <= p->legs[i].end && b->start >= p->legs[i].begin;
	return false;
}

struct follow {
	struct log_reach *out;
	const struct log_base *b;
	const struct log_path *p;
	const struct log_stretch *v;
	size_t n;
	uint32_t size;
	bool open; /* a record goes over from the piece before: nobody knows what it is */
	VEC(struct log_piece) pieces;
	bks_arena *arena;
};

/* The bytes that S holds end there. */
static uint64_t end_of(const struct log_stretch *s)
{
	return s->held > s->to ? s->held : s->to;
}

/* The stretch of TIMELINE that holds the segment at AT and goes farthest; LOG_OWN with *to AT:
 * there is none. */
static size_t farthest(const struct follow *f, uint32_t timeline, uint64_t at, uint64_t *to)
{
	size_t best = LOG_OWN;

	*to = at;
	if (f->b->own && f->b->timeline == timeline && at >= floor_of(f->b->start, f->size) &&
		f->b->stop > at)
		*to = f->b->stop;
	for (size_t i = 0; i < f->n; i++)
		if (f->v[i].timeline == timeline && f->v[i].from <= at &&
			end_of(&f->v[i]) > *to) {
			best = i;
			*to = end_of(&f->v[i]);
		}
	return best;
}

static void learn(struct follow *f, size_t stretch, bool to_its_end)
{
	struct log_reach *r = f->out;
	const struct log_stretch *s = &f->v[stretch];

	r->reached = BKS_TIME_NONE;
	r->last_record = to_its_end ? s->last_record : 0;
	/* what is open may be a commit, later than all that were read, where none follows */
	if (!s->xact_known || (f->open && s->last_xact == BKS_TIME_NONE)) {
		r->latest_known = false;
		return;
	}
	if (s->last_xact == BKS_TIME_NONE)
		return;
	if (r->latest == BKS_TIME_NONE || s->last_xact > r->latest)
		r->latest = s->last_xact;
	if (to_its_end)
		r->reached = s->last_xact;
}

/* What lies in the backup alone ends at its stop. */
static void learn_own(struct follow *f)
{
	f->out->reached = BKS_TIME_NONE;
	f->out->last_record = 0;
}

/* One piece from the segment at AT on. Returns where the next one begins, or 0: it ends here.
 */
static uint64_t take(struct follow *f, const struct log_leg *leg, uint64_t at)
{
	uint64_t to, edge = leg_end(f->p, leg, f->size), whole, proven;
	size_t s = farthest(f, leg->timeline, at, &to);

	f->out->missing = at;
	f->out->missing_timeline = leg->timeline;
	if (to == at)
		return 0;
	whole = floor_of(to, f->size);
	if (whole > edge)
		whole = edge;
	if (whole == at) {
		whole = at + f->size;
		f->out->missing = 0;
	}
	*vec_add(&f->pieces, f->arena) = (struct log_piece){s, leg->timeline, at, whole};
	proven = s == LOG_OWN ? to : f->v[s].to;
	if (proven > at)
		f->out->end = proven < whole ? proven : whole;
	if (s == LOG_OWN)
		learn_own(f);
	else
		learn(f, s, proven <= whole);
	f->open = proven < whole;
	return f->out->missing ? whole : 0;
}

/* Pieces of one stretch that follow on each other are one. */
static void join(struct follow *f)
{
	size_t n = 0;

	for (size_t i = 0; i < f->pieces.n; i++) {
		struct log_piece *p = &f->pieces.v[i];

		if (n && f->pieces.v[n - 1].stretch == p->stretch &&
			f->pieces.v[n - 1].timeline == p->timeline &&
			f->pieces.v[n - 1].to == p->from)
			f->pieces.v[n - 1].to = p->to;
		else
			f->pieces.v[n++] = *p;
	}
	f->out->pieces = f->pieces.v;
	f->out->n = n;
}

/* Whether log of the path lies behind what is missing. */
static bool goes_on_behind(const struct follow *f)
{
	for (size_t i = 0; i < f->n; i++) {
		const struct log_stretch *s = &f->v[i];
		const struct log_leg *leg = log_need(f->p, s->from, f->size);

		if (s->from > f->out->missing && s->from > f->out->end && leg &&
			leg->timeline == s->timeline)
			return true;
	}
	return false;
}

void log_follow(struct log_reach *out, const struct log_base *b, const struct log_path *p,
	const struct log_stretch *v, size_t n, uint32_t segment_size, bks_arena *a)
{
	struct follow f = {
		.out = out, .b = b, .p = p, .v = v, .n = n, .size = segment_size, .arena = a};
	uint64_t at = floor_of(b->start, segment_size), next = at;
	const struct log_leg *leg = NULL;

	*out = (struct log_reach){.end = b->start,
		.reached = BKS_TIME_NONE,
		.latest = BKS_TIME_NONE,
		.latest_known = true};
	out->on_path = b->start && b->stop && is_on_path(b, p);
	if (!out->on_path)
		return;
	while (next && (leg = log_need(p, next, segment_size))) {
		at = next;
		next = take(&f, leg, at);
	}
	if (out->end < b->start)
		out->end = b->start;
	join(&f);
	out->cut = goes_on_behind(&f);
	out->consistent = out->end >= b->stop;
}
