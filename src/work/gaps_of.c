/* How much would have been lost at every moment: instants of dumps, intervals of base backups
 * with their log, and what a provider says that it keeps, in one row. */
#include "base/text.h"
#include "base/vec.h"
#include "policy/policy.h"
#include "work/candidates.h"
#include <string.h>

enum { DAYS_MOST = 1000 };

struct spans {
	const struct candidates *c;
	bks_time now;
	VEC(bks_gap) v;
	bks_arena *arena;
};

static bool holds(const struct keep_backup *k, bool rows_alone)
{
	return k->content == BKS_CONTENT_FULL || k->content == BKS_CONTENT_UNKNOWN ||
	       (rows_alone && k->content == BKS_CONTENT_DATA);
}

/* From its stop to the last commit there is, where the log is known to end; where no time can
 * be aimed at, its stop alone. */
static void add_reach(struct spans *s, const struct reach_of *r)
{
	const struct log_reach *h = &r->reach;
	bks_time from = r->base.point;
	bks_time to = h->latest_known && h->latest != BKS_TIME_NONE ? h->latest : h->reached;

	if (r->why_not || !h->consistent)
		return;
	/* the seconds in which it stopped cannot be told apart, and are no gap */
	if (to == BKS_TIME_NONE || to < from || r->base.stopped == BKS_TIME_NONE)
		to = from;
	*vec_add(&s->v, s->arena) = (bks_gap){from, to};
}

/* Rows without tables count only where there is nothing better, as in pick. */
static void add_backups(struct spans *s)
{
	const struct stream_rows *all = &s->c->all;

	for (int rows_alone = 0; rows_alone < 2 && !s->v.n; rows_alone++)
		for (size_t i = 0; i < all->n; i++) {
			if (!keep_eligible(&all->rows[i], all->policy->level, s->now) ||
				!holds(&all->rows[i], rows_alone))
				continue;
			if (s->c->reach[i].backup)
				add_reach(s, &s->c->reach[i]);
			else
				*vec_add(&s->v, s->arena) =
					(bks_gap){all->rows[i].point, all->rows[i].point};
		}
}

static void add_windows(struct spans *s)
{
	bks_gap *v = arena_take(s->arena, DAYS_MOST * sizeof *v);

	for (size_t i = 0; i < s->c->window_count; i++) {
		size_t n = provider_spans(v, DAYS_MOST, &s->c->windows[i], s->now);

		for (size_t k = 0; k < n; k++)
			*vec_add(&s->v, s->arena) = v[k];
	}
}

static bool newest_is_unverified(const struct candidates *c)
{
	const bks_backup *newest = NULL;

	for (size_t i = 0; i < c->all.n; i++) {
		const bks_backup *b = c->all.backups[i];

		if (b->state == BKS_STATE_LIVE && b->taken_at != BKS_TIME_NONE &&
			(!newest || b->taken_at > newest->taken_at))
			newest = b;
	}
	return newest && newest->verdict == BKS_UNKNOWN;
}

static int ever_had_one(
	bool *out, bks_catalog *cat, const char *source, bks_arena *a, bks_error *err)
{
	bks_selection sel = {.source = source, .state = BKS_STATE_GONE + 1, .last = 1};
	bks_backups gone;
	int r = bks_backup_list(&gone, cat, &sel, a, err);

	*out = !r && gone.n > 0;
	return r;
}

static int judge(bks_gaps *out, const struct candidates *c, bks_catalog *cat, bks_arena *a,
	bks_error *err)
{
	bool ever = c->all.n > 0;
	int r = ever ? 0 : ever_had_one(&ever, cat, c->source->name, a, err);

	if (!ever && !c->window_count)
		out->standing = BKS_STANDS_NEVER;
	else if (!out->span_count)
		out->standing = BKS_STANDS_NONE;
	else if (newest_is_unverified(c))
		out->standing = BKS_STANDS_UNVERIFIED;
	else
		out->standing =
			c->source->rpo && out->gap_count ? BKS_STANDS_GAP : BKS_STANDS_MET;
	return r;
}

int bks_gaps_find(bks_gaps *out, bks_catalog *cat, const char *source, int64_t window,
	bks_time now, bks_arena *a, bks_error *err)
{
	bks_wish w = {.source = source, .now = now, .level = BKS_LEVEL_NONE};
	bks_time from = now - (window ? window : 30 * BKS_DAY);
	struct candidates c = {0};
	struct spans s = {.c = &c, .now = now, .arena = a};
	bks_gaps proven;
	bks_gap *v;
	size_t n;
	int r = candidates_load(&c, cat, &w, a, err);

	*out = (bks_gaps){0};
	if (r)
		return r;
	add_backups(&s);
	v = arena_take(a, (s.v.n + 1) * sizeof *v);
	if (s.v.n)
		memcpy(v, s.v.v, s.v.n * sizeof *v);
	n = gaps_join(v, s.v.n);
	gaps_measure_spans(&proven, v, n, from, now, c.source->rpo, c.source->slack, a);
	proven.proven_end = n ? v[n - 1].to : BKS_TIME_NONE;
	add_windows(&s);
	n = gaps_join(s.v.v, s.v.n);
	gaps_measure_spans(out, s.v.v, n, from, now, c.source->rpo, c.source->slack, a);
	out->provider = c.window_count > 0;
	out->proven_worst = proven.worst;
	out->proven_met_fraction = proven.met_fraction;
	out->proven_end = proven.proven_end;
	r = judge(out, &c, cat, a, err);
	return r ? r : out->standing != BKS_STANDS_MET;
}
