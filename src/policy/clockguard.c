#include "policy/clockguard.h"
#include "base/text.h"
#include "policy/policy.h"
#include <string.h>

enum { SLACK = 5, TIMES = 10, LEAST_DAYS = 3, UNKNOWN_DAYS = 45 };

static int64_t apart(int64_t x, int64_t y)
{
	return x > y ? x - y : y - x;
}

static const char *span(int64_t us, bks_arena *a)
{
	return bks_duration_text(arena_take(a, BKS_DURATION_TEXT), us);
}

static const char *at(bks_time t, bks_arena *a)
{
	return bks_time_text(arena_take(a, BKS_TIME_TEXT), t);
}

static bool same_boot(const struct clock_facts *f)
{
	return f->last != BKS_TIME_NONE && f->boot && f->last_boot && *f->boot &&
	       !strcmp(f->boot, f->last_boot);
}

static const char *jumped(const struct clock_facts *f, bks_arena *a)
{
	int64_t wall, boot;

	if (!same_boot(f))
		return NULL;
	wall = f->wall - f->last;
	boot = f->since - f->last_since;
	if (apart(wall, boot) <= SLACK * BKS_MINUTE)
		return NULL;
	return arena_form(a,
		"the wall clock was set by %s since %s: it went %s%s, the machine ran %s",
		span(apart(wall, boot), a), at(f->last, a), wall < 0 ? "back " : "",
		span(apart(wall, 0), a), span(boot < 0 ? 0 : boot, a));
}

/* The longest time without any sign of life since the last run. */
static int64_t longest_hole(const struct clock_facts *f, bks_time *from)
{
	bks_time before = f->last;
	int64_t hole = 0;

	for (size_t i = 0; i <= f->n; i++) {
		bks_time t = i < f->n && f->seen[i] < f->wall ? f->seen[i] : f->wall;

		if (t - before > hole) {
			hole = t - before;
			*from = before;
		}
		before = t;
	}
	return hole;
}

static int64_t patience(const struct clock_facts *f)
{
	int64_t p = f->cadence > 0 && f->cadence < INT64_MAX / TIMES ? TIMES * f->cadence
								     : UNKNOWN_DAYS * BKS_DAY;

	return p < LEAST_DAYS * BKS_DAY ? LEAST_DAYS * BKS_DAY : p;
}

static const char *leapt(const struct clock_facts *f, bks_arena *a)
{
	int64_t most = patience(f), hole,
		long_hole = most > UNKNOWN_DAYS * BKS_DAY ? most : UNKNOWN_DAYS * BKS_DAY;
	bks_time from = f->last;

	if (f->last == BKS_TIME_NONE)
		return NULL;
	hole = longest_hole(f, &from);
	if (!f->n && hole > most)
		return arena_form(a,
			"%s passed since the last run at %s, by the wall clock, and no backup "
			"came: was the clock set?",
			span(hole, a), at(from, a));
	if (hole > long_hole)
		return arena_form(a,
			"%s without a run or a backup after %s, by the wall clock: was the "
			"clock set?",
			span(hole, a), at(from, a));
	return NULL;
}

const char *clock_doubt(const struct clock_facts *f, bks_arena *a)
{
	const char *why = jumped(f, a);

	if (why)
		return why;
	if (f->high != BKS_TIME_NONE && f->wall < f->high - SLACK * BKS_MINUTE)
		return arena_form(a, "the wall clock says %s, and it was %s already",
			at(f->wall, a), at(f->high, a));
	if (f->newest != BKS_TIME_NONE && f->newest > f->wall + KEEP_AHEAD)
		return arena_form(a,
			"files of three backups were written at %s or later, which is ahead of "
			"the wall clock "
			"(%s)",
			at(f->newest, a), at(f->wall, a));
	return leapt(f, a);
}
