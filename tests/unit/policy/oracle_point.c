/* The second opinion on restore points. */
#include "oracle.h"

static bool whole_or_rows(const struct keep_backup *b)
{
	return b->content == BKS_CONTENT_FULL || b->content == BKS_CONTENT_UNKNOWN ||
	       b->content == BKS_CONTENT_DATA;
}

static bool passed(const struct keep_backup *b, int level)
{
	for (int l = 0; l < level; l++)
		if (b->levels[l] == BKS_RESULT_FAIL)
			return false;
	return b->levels[level] == BKS_RESULT_PASS;
}

static bool fits(const struct point_candidate *c, const bks_wish *wish, int policy_level)
{
	const struct keep_backup *b = &c->b;

	if (!c->available || b->state != BKS_STATE_LIVE || !whole_or_rows(b))
		return false;
	if (wish->level == BKS_LEVEL_NONE)
		return oracle_good(b, policy_level, wish->now);
	return b->point != BKS_TIME_NONE && !oracle_future(b, wish->now) &&
	       (b->verdict == BKS_SOUND || b->verdict == BKS_UNPROVEN) &&
	       b->levels[BKS_COVERED] != BKS_RESULT_FAIL && passed(b, wish->level);
}

static bool offered(const struct point_candidate *c, const bks_wish *wish, int policy_level)
{
	return fits(c, wish, policy_level) ||
	       (c->available && c->b.state == BKS_STATE_LIVE && whole_or_rows(&c->b) &&
		       oracle_good(&c->b, policy_level, wish->now));
}

static bool in_time(const struct point_candidate *c, const bks_wish *wish)
{
	return !wish->at || c->b.point < wish->at || (!wish->before && c->b.point == wish->at);
}

/* Rows alone last, then what takes too long, then what is older. */
static bool chosen_before(
	const struct point_candidate *x, const struct point_candidate *y, const bks_wish *wish)
{
	int rows_x = x->b.content == BKS_CONTENT_DATA,
	    rows_y = y->b.content == BKS_CONTENT_DATA;
	int slow_x = wish->rto > 0 && (x->restore < 0 || x->restore > wish->rto);
	int slow_y = wish->rto > 0 && (y->restore < 0 || y->restore > wish->rto);

	if (rows_x != rows_y)
		return rows_x < rows_y;
	if (slow_x != slow_y)
		return slow_x < slow_y;
	return oracle_later(&x->b, &y->b);
}

static bool nearer(const struct point_candidate *x, const struct point_candidate *y, bool after)
{
	int rows_x = x->b.content == BKS_CONTENT_DATA,
	    rows_y = y->b.content == BKS_CONTENT_DATA;

	if (rows_x != rows_y)
		return rows_x < rows_y;
	if (x->b.point != y->b.point)
		return after ? x->b.point < y->b.point : x->b.point > y->b.point;
	return oracle_later(&x->b, &y->b);
}

static int nearest(const struct point_candidate *v, int n, const bks_wish *wish,
	int policy_level, bool after)
{
	for (int i = 0; i < n; i++) {
		bool best =
			offered(&v[i], wish, policy_level) && in_time(&v[i], wish) == !after;

		for (int k = 0; best && k < n; k++)
			if (k != i && offered(&v[k], wish, policy_level) &&
				in_time(&v[k], wish) == !after && nearer(&v[k], &v[i], after))
				best = false;
		if (best)
			return i;
	}
	return -1;
}

void oracle_pick(struct oracle_pick *out, const struct point_candidate *v, int n,
	const bks_wish *wish, int policy_level)
{
	*out = (struct oracle_pick){-1, -1, -1, -1, -1, -1, false};
	for (int i = 0; i < n; i++) {
		bool best = fits(&v[i], wish, policy_level) && in_time(&v[i], wish);

		for (int k = 0; best && k < n; k++)
			if (k != i && fits(&v[k], wish, policy_level) && in_time(&v[k], wish) &&
				chosen_before(&v[k], &v[i], wish))
				best = false;
		if (best)
			out->choice = i;
	}
	out->before = nearest(v, n, wish, policy_level, false);
	out->after = nearest(v, n, wish, policy_level, true);
	if (out->choice >= 0) {
		const struct point_candidate *c = &v[out->choice];
		bks_time end = wish->at && wish->at < wish->now ? wish->at : wish->now;

		out->loss = end > c->b.point ? end - c->b.point : 0;
		out->partial = c->b.content == BKS_CONTENT_DATA;
		if (wish->rpo)
			out->meets_rpo = wish->rpo >= out->loss;
		if (wish->rto && c->restore >= 0)
			out->meets_rto = wish->rto >= c->restore;
	}
}
