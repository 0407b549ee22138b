/* What the oracle's two opinions begin with: days by trial, which backups count, which stands in for which. */
#include "oracle_world.h"
#include "base/zone.h"

static bks_time midnight(const struct world *w, int64_t day)
{
	struct date d = date_of(day);
	bks_civil c = {
		d.year, d.month, d.day, 0, 0, (int)(w->policy->day_start / BKS_SECOND), ""};

	if (!w->policy->zone)
		return day * BKS_DAY + w->policy->day_start;
	return zone_instant(&c, w->policy->zone);
}

/* The last day of those around T that has begun. */
int64_t day_of(const struct world *w, bks_time t)
{
	int64_t guess = t / BKS_DAY, found = guess - 3;

	for (int64_t d = guess - 2; d <= guess + 2; d++)
		if (midnight(w, d) <= t)
			found = d;
	return found;
}

const bks_tier_rule *rule(const struct world *w, int tier)
{
	return &w->policy->tiers[tier];
}

bool tier_on(const struct world *w, int tier)
{
	return rule(w, tier)->days > 0 || rule(w, tier)->months > 0;
}

/* Whether DAY lies in the window of TIER that ends at R's day; what is later than that does
 * too. */
bool in_window(const struct world *w, int tier, int64_t day)
{
	struct date d = date_of(day), r = date_of(w->today);
	const bks_tier_rule *t = rule(w, tier);

	if (t->days > 0)
		return w->today - day < t->days;
	if (t->bucket == BKS_BUCKET_YEAR)
		return (r.year - d.year) * 12 < t->months;
	return (r.year * 12 + r.month) - (d.year * 12 + d.month) < t->months;
}

/* ---- what counts ---- */

bool oracle_future(const struct keep_backup *b, bks_time now)
{
	return b->point != BKS_TIME_NONE && b->point - now > 600 * BKS_SECOND;
}

bool oracle_good(const struct keep_backup *b, int level, bks_time now)
{
	int needed = level == BKS_LEVEL_NONE ? BKS_WHOLE : level;

	if (b->point == BKS_TIME_NONE || oracle_future(b, now))
		return false;
	if (b->verdict != BKS_SOUND && b->verdict != BKS_UNPROVEN)
		return false;
	for (int l = BKS_PRESENT; l < BKS_LEVEL_COUNT; l++)
		if (b->levels[l] == BKS_RESULT_FAIL && (l <= needed || l == BKS_COVERED))
			return false;
	switch (needed) {
	case BKS_COVERED:
	case BKS_RESTORED:
	case BKS_EQUAL:
		if (b->levels[needed] != BKS_RESULT_PASS)
			return false;
		break;
	default:
		break;
	}
	if (b->verdict == BKS_UNPROVEN && !b->recognised)
		return needed <= BKS_SEALED && b->levels[needed] == BKS_RESULT_PASS;
	return true;
}

bool there(const struct keep_backup *b)
{
	return b->state == BKS_STATE_LIVE || b->state == BKS_STATE_CONDEMNED;
}

/* With all that it builds on, down to one that builds on nothing. */
bool stands(const struct world *w, int i)
{
	for (int steps = 0; steps <= w->n; steps++) {
		int parent = -1;

		if (!there(&w->v[i]) || !oracle_good(&w->v[i], w->policy->level, w->now))
			return false;
		if (!w->v[i].incremental)
			return true;
		for (int k = 0; k < w->n; k++)
			if (k != i && w->v[k].id == w->v[i].parent && w->v[i].parent)
				parent = k;
		if (parent < 0)
			return false;
		i = parent;
	}
	return false; /* a ring */
}

bool eligible(const struct world *w, int i)
{
	return w->v[i].state == BKS_STATE_LIVE && stands(w, i);
}

bool bad(const struct keep_backup *b)
{
	if (!there(b))
		return false;
	if (b->verdict == BKS_DAMAGED || b->verdict == BKS_INCOMPLETE)
		return true;
	return (b->verdict == BKS_SOUND || b->verdict == BKS_UNPROVEN) &&
	       b->levels[BKS_COVERED] == BKS_RESULT_FAIL;
}

bool oracle_weak(const struct keep_backup *b)
{
	if (b->point == BKS_TIME_NONE)
		return true;
	if (date_of(b->point / BKS_DAY).year < 2000 && b->point_from != BKS_TAKEN_OPERATOR)
		return true;
	return !b->point_confirmed &&
	       (b->point_from == BKS_TAKEN_MTIME || b->point_from == BKS_TAKEN_UNKNOWN);
}

/* ---- who stands in for whom ---- */

unsigned parts(enum bks_content c)
{
	static const unsigned bits[BKS_CONTENT_COUNT] = {[BKS_CONTENT_SCHEMA] = 1,
		[BKS_CONTENT_DATA] = 2,
		[BKS_CONTENT_FULL] = 1 | 2,
		[BKS_CONTENT_ROLES] = 4,
		[BKS_CONTENT_UNKNOWN] = 8};

	return bits[c];
}

bool covers(const struct keep_backup *x, const struct keep_backup *y)
{
	if (parts(y->content) & ~parts(x->content))
		return false;
	if (y->verdict == BKS_SOUND && x->verdict != BKS_SOUND)
		return false;
	if (y->state == BKS_STATE_LIVE && x->state != BKS_STATE_LIVE)
		return false;
	return (x->source_confirmed && !oracle_weak(x)) ||
	       !(y->source_confirmed && !oracle_weak(y));
}

static int fullness(enum bks_content c)
{
	const char order[] = {BKS_CONTENT_UNKNOWN, BKS_CONTENT_EMPTY, BKS_CONTENT_ROLES,
		BKS_CONTENT_SCHEMA, BKS_CONTENT_DATA, BKS_CONTENT_FULL};

	for (int k = 0; k < (int)sizeof order; k++)
		if (order[k] == (char)c)
			return k;
	return -1;
}

static int top(const struct keep_backup *b)
{
	int best = -1;

	for (int l = 0; l < BKS_LEVEL_COUNT; l++)
		if (b->levels[l] == BKS_RESULT_PASS)
			best = l;
	return best;
}

/* Later, or better of the same instant: the first number that differs decides. */
bool oracle_later(const struct keep_backup *x, const struct keep_backup *y)
{
	const int64_t a[] = {x->point, fullness(x->content), x->verdict == BKS_SOUND, top(x),
		x->good_copies, !x->incremental, -x->registered, -x->id};
	const int64_t b[] = {y->point, fullness(y->content), y->verdict == BKS_SOUND, top(y),
		y->good_copies, !y->incremental, -y->registered, -y->id};

	for (int k = 0; k < 8; k++)
		if (a[k] != b[k])
			return a[k] > b[k];
	return false;
}
