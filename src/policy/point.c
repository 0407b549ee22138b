/* The restore point for a wish. Every candidate is either one that fits, or has a sentence that
 * says why not; of those that fit, the one that loses least is the choice. */
#include "base/text.h"
#include "base/zone.h"
#include "policy/eligible.h"
#include "policy/interval.h"

struct pick {
	const struct point_candidate *v;
	size_t n;
	const bks_wish *wish;
	int policy_level;
	bks_time target; /* the moment that the wish is about, for the loss */
	bool latest;
	bool in_log; /* it names a place in the log, not an instant */
	bks_arena *arena;
};

/* The instant that C brings back for this wish. */
static bks_time point_of(const struct point_candidate *c)
{
	return c->log && c->log->fits && c->log->point != BKS_TIME_NONE ? c->log->point
									: c->b.point;
}

static const char *span(struct pick *p, int64_t us)
{
	return bks_duration_text(arena_take(p->arena, BKS_DURATION_TEXT), us);
}

static const char *instant(struct pick *p, bks_time t)
{
	bks_civil c = zone_civil(t, NULL);

	return arena_form(p->arena, "%04d-%02d-%02dT%02d:%02d:%02dZ", c.year, c.month, c.day,
		c.hour, c.minute, c.second);
}

static const char *not_there(const struct point_candidate *c)
{
	if (!c->available)
		return c->why_not ? c->why_not : "all copies are missing";
	switch (c->b.state) {
	case BKS_STATE_LIVE:
		return NULL;
	case BKS_STATE_SETTLING:
		return "still settling";
	case BKS_STATE_CONDEMNED:
		return "condemned; undo would bring it back";
	case BKS_STATE_MISSING:
	case BKS_STATE_GONE:
	case BKS_STATE_COUNT:
		break;
	}
	return c->b.state == BKS_STATE_MISSING ? "missing" : "gone";
}

static const char *badly_judged(const struct keep_backup *b)
{
	switch (b->verdict) {
	case BKS_DAMAGED:
		return "damaged";
	case BKS_INCOMPLETE:
		return "incomplete";
	case BKS_UNREADABLE:
		return "could not be read";
	case BKS_UNSUPPORTED:
		return "of a format or version that is not supported";
	case BKS_MISSING:
		return "missing";
	case BKS_SOUND:
	case BKS_UNPROVEN:
		return b->levels[BKS_COVERED] == BKS_RESULT_FAIL
			       ? "lacks something that is required"
			       : NULL;
	case BKS_UNKNOWN:
	case BKS_VERDICT_COUNT:
		break;
	}
	return "never verified";
}

static const char *time_wrong(struct pick *p, const struct keep_backup *b)
{
	if (b->point == BKS_TIME_NONE)
		return "its time is not known";
	if (keep_future(b, p->wish->now))
		return arena_form(p->arena, "dated in the future (%s)", instant(p, b->point));
	return NULL;
}

/* What keeps B, well judged, below the level it must have. */
static const char *too_low(struct pick *p, const struct keep_backup *b)
{
	int level = p->wish->level;

	if (level < 0 || level >= BKS_LEVEL_COUNT)
		return keep_stands(b, p->policy_level, p->wish->now) ? NULL
		       : b->verdict == BKS_UNPROVEN && !b->recognised
			       ? "unproven: not a dump that is recognised"
			       : "not proven at the level that its policy asks for";
	for (int l = 0; l <= level; l++)
		if (b->levels[l] == BKS_RESULT_FAIL)
			return arena_form(p->arena, "%s: fail", bks_level_name(l));
	if (b->levels[level] != BKS_RESULT_PASS)
		return arena_form(p->arena, "%s: %s", bks_level_name(level),
			bks_result_name(b->levels[level]));
	return NULL;
}

static const char *holds_too_little(const struct keep_backup *b)
{
	switch (b->content) {
	case BKS_CONTENT_SCHEMA:
		return "schema only: no rows";
	case BKS_CONTENT_ROLES:
		return "roles only: no database";
	case BKS_CONTENT_EMPTY:
		return "holds nothing";
	case BKS_CONTENT_UNKNOWN:
	case BKS_CONTENT_FULL:
	case BKS_CONTENT_DATA:
	case BKS_CONTENT_COUNT:
		break;
	}
	return NULL;
}

/* Why C is no restore point at any time; NULL when it is one of the level the wish asks for. */
static const char *unfit(struct pick *p, const struct point_candidate *c)
{
	const char *why = not_there(c);

	if (!why)
		why = time_wrong(p, &c->b);
	if (!why)
		why = badly_judged(&c->b);
	if (!why)
		why = too_low(p, &c->b);
	return why ? why : holds_too_little(&c->b);
}

/* A point to offer beside the wish: one that fits it, or would without the level it asks for.
 */
static bool is_offered(struct pick *p, const struct point_candidate *c)
{
	return !unfit(p, c) || (c->available && !holds_too_little(&c->b) &&
				       keep_eligible(&c->b, p->policy_level, p->wish->now));
}

static bool is_too_late(const struct pick *p, const struct point_candidate *c)
{
	if (c->log)
		return !c->log->fits;
	if (p->in_log)
		return true;
	if (p->latest)
		return false;
	return p->wish->before ? c->b.point >= p->wish->at : c->b.point > p->wish->at;
}

static const char *too_late(struct pick *p, const struct point_candidate *c)
{
	if (c->log)
		return c->log->why_not;
	if (p->in_log)
		return "a dump has no place in the log";
	return arena_form(p->arena, "after the wish (%s)", instant(p, c->b.point));
}

static bool is_rows_only(const struct point_candidate *c)
{
	return c->b.content == BKS_CONTENT_DATA;
}

static bool is_quick(const struct pick *p, const struct point_candidate *c)
{
	return p->wish->rto <= 0 || (c->restore >= 0 && c->restore <= p->wish->rto);
}

/* Whether X brings back more than Y, or as much and is the better one. */
static bool is_later(const struct point_candidate *x, const struct point_candidate *y)
{
	int by;

	if (!x->log && !y->log)
		return keep_later(&x->b, &y->b) > 0;
	if (point_of(x) != point_of(y))
		return point_of(x) > point_of(y);
	by = keep_proven_better(&x->b, &y->b);
	if (by)
		return by > 0;
	if (x->wal_bytes != y->wal_bytes)
		return x->wal_bytes < y->wal_bytes;
	return keep_later(&x->b, &y->b) > 0;
}

/* Whether X makes a better choice than Y; both fit. */
static bool is_preferred(
	const struct pick *p, const struct point_candidate *x, const struct point_candidate *y)
{
	if (is_rows_only(x) != is_rows_only(y))
		return is_rows_only(y);
	if (x->drill_failed != y->drill_failed)
		return y->drill_failed;
	if (is_quick(p, x) != is_quick(p, y))
		return is_quick(p, x);
	return is_later(x, y);
}

static void choose(struct point_choice *out, struct pick *p)
{
	for (size_t k = 0; k < p->n; k++) {
		const struct point_candidate *c = &p->v[k];

		out->reasons[k] = unfit(p, c);
		if (out->reasons[k])
			continue;
		if (is_too_late(p, c))
			out->reasons[k] = too_late(p, c);
		else if (out->choice < 0 || is_preferred(p, c, &p->v[out->choice]))
			out->choice = (ptrdiff_t)k;
	}
}

static const char *outdone(
	struct pick *p, const struct point_candidate *c, const struct point_candidate *choice)
{
	int64_t more = point_of(choice) - point_of(c);

	if (is_rows_only(c) && !is_rows_only(choice))
		return "rows only: no tables to put them in";
	if (c->drill_failed && !choice->drill_failed)
		return "its latest drill failed";
	if (more > 0 && !p->in_log)
		return arena_form(p->arena, "loses %s more%s%s", span(p, more),
			c->log && c->log->note ? ": " : "",
			c->log && c->log->note ? c->log->note : "");
	if (!is_quick(p, c) && is_quick(p, choice))
		return c->restore < 0 ? "how long it takes is not known"
				      : arena_form(p->arena, "takes %s, longer than the limit",
						span(p, c->restore));
	if (c->b.verdict != choice->b.verdict)
		return "of the same time, but unproven";
	if (c->log && choice->log && c->wal_bytes > choice->wal_bytes)
		return "has more log to replay";
	return "of the same time; the choice is as good or better";
}

static void explain(struct point_choice *out, struct pick *p)
{
	for (size_t k = 0; k < p->n; k++)
		if (!out->reasons[k] && (ptrdiff_t)k != out->choice)
			out->reasons[k] = outdone(p, &p->v[k], &p->v[out->choice]);
}

/* What C offers beside the wish: before it, or after it; NONE nothing. */
static bks_time beside(const struct pick *p, const struct point_candidate *c, bool after)
{
	if (c->log)
		return after ? c->log->after : c->log->before;
	if (p->in_log)
		return BKS_TIME_NONE;
	return is_too_late(p, c) == after ? c->b.point : BKS_TIME_NONE;
}

/* Whether X lies nearer to the wish than Y, both on the side that AFTER says; whole ones go
 * first. */
static bool is_nearer(const struct pick *p, const struct point_candidate *x,
	const struct point_candidate *y, bool after)
{
	bks_time t = beside(p, x, after), u = beside(p, y, after);

	if (is_rows_only(x) != is_rows_only(y))
		return is_rows_only(y);
	if (t != u)
		return after ? t < u : t > u;
	return is_later(x, y);
}

static void offer(struct point_choice *out, struct pick *p)
{
	for (size_t k = 0; k < p->n; k++) {
		if (!is_offered(p, &p->v[k]))
			continue;
		for (int after = 0; after < 2; after++) {
			ptrdiff_t *side = after ? &out->after : &out->before;

			if (beside(p, &p->v[k], after) != BKS_TIME_NONE &&
				(*side < 0 || is_nearer(p, &p->v[k], &p->v[*side], after)))
				*side = (ptrdiff_t)k;
		}
	}
}

static void measure(struct point_choice *out, const struct pick *p)
{
	const struct point_candidate *c = &p->v[out->choice];

	out->loss = p->in_log || point_of(c) >= p->target ? 0 : p->target - point_of(c);
	/* an incident's last instant before it is no loss */
	if (c->log && c->log->target == BKS_TARGET_TIME && !c->log->idle)
		out->loss = 0;
	out->loss_is_bound = c->log && c->log->idle && out->loss > 0;
	out->partial = is_rows_only(c);
	out->doubted = c->drill_failed;
	if (p->wish->rpo > 0)
		out->meets_rpo = out->loss <= p->wish->rpo;
	if (p->wish->rto > 0 && c->restore >= 0)
		out->meets_rto = c->restore <= p->wish->rto;
}

void point_pick(struct point_choice *out, const struct point_candidate *v, size_t n,
	const bks_wish *wish, int policy_level, bks_arena *a)
{
	struct pick p = {
		.v = v, .n = n, .wish = wish, .policy_level = policy_level, .arena = a};

	p.latest = wish->at == 0;
	p.in_log = wish->lsn || wish->name;
	/* Nothing can have been lost of what has not happened yet. */
	p.target = p.latest || wish->at > wish->now ? wish->now : wish->at;
	*out = (struct point_choice){.choice = -1,
		.before = -1,
		.after = -1,
		.reasons = arena_take(a, n * sizeof(const char *)),
		.loss = -1,
		.meets_rpo = -1,
		.meets_rto = -1};
	choose(out, &p);
	offer(out, &p);
	if (out->choice < 0)
		return;
	explain(out, &p);
	measure(out, &p);
}
