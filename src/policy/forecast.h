/* policy/forecast.h - nights to come: backups go on coming as they did, the planner is asked
 * each night, and what lies there is billed
 *
 * The formulas in plain words: docs/cost.md.
 */
#pragma once
#include "policy/money.h"
#include "policy/policy.h"

/* What bytes cost in a repo. */
struct forecast_terms {
	const char *repo;
	int64_t price;        /* of 10^9 bytes for a month; -1 unknown */
	int64_t min_duration; /* billed so long; 0: not */
	const char *storage_class; /* what is in it alone; NULL: what is in no other that is told */
};

/* Backups that come regularly: one every EVERY (above 0) after LAST, like LIKE, each GROWTH
 * bytes a day larger. */
struct forecast_series {
	struct keep_backup like;
	bks_time last;
	int64_t every;
	int64_t growth; /* may be negative; no backup grows smaller than a byte */
};

/* Bytes that retention does not speak of: they stay until GONE (BKS_TIME_NONE: for good). */
struct forecast_load {
	const char *repo;
	int64_t bytes;
	bks_time gone;
};

struct forecast_in {
	const struct keep_backup *rows; /* with copies; ids at most INT64_MAX / 2 */
	const bks_time *stored;         /* since when each lies there */
	size_t n;
	const struct keep_slot *slots;
	size_t slot_count;
	const bks_policy *policy;
	bks_time now;
	const struct forecast_series *series;
	size_t series_count;
	const struct forecast_load *loads;
	size_t load_count;
	const struct forecast_terms *terms;
	size_t term_count;
};

/* A stretch of time that is billed, at most a month. */
struct forecast_span {
	bks_time from, to; /* now or later */
	int64_t month;     /* how long the month is that prices are of */
	/* Filled in: what lies there, on average; what is billed for that which lies there now,
	 * and for that which comes. Added to what is there already, so that the streams of a
	 * catalog add up. */
	int64_t bytes, present, coming;
};

/*
 * Runs the planner every night from NOW to the end of the last span (in steps of more than a
 * day when those were more than 4000) as if its policy were switched on: what goes is billed
 * until its grace is over, and until its least duration is. What lies there is taken to be
 * verified as it is now, what comes to be sound. Deterministic; never fails.
 */
void forecast_run(
	struct forecast_span *spans, size_t n, const struct forecast_in *in, bks_arena *a);

/* The median of the growth from each size to the next, in bytes a day; POINTS ascend. 0 with
 * fewer than 4 of them. */
int64_t forecast_growth(const bks_time *points, const int64_t *sizes, size_t n);
