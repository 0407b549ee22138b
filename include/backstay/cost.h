/* cost.h - what keeping costs: a month of what lies there, what a plan saves, and the months to
 * come */
#pragma once
#include "retain.h"

/* Money is in millionths of the currency of the settings. Something in it has a price that
 * nobody told. */
#define BKS_COST_UNKNOWN INT64_MIN

typedef struct bks_cost_line {
	const char *name; /* of a source (NULL: WAL that none claims), tier or reason, repo */
	int64_t bytes, cost;
	bks_terms terms; /* of a repo */
} bks_cost_line;

/* A copy that the plan lets go although it is billed for longer: not worth deleting now. */
typedef struct bks_cost_early {
	const bks_backup *backup;
	const char *repo;
	int64_t charge; /* what is billed for the days left */
	bks_time until;
} bks_cost_early;

typedef struct bks_cost_month {
	const char *month; /* "2026-12", of UTC */
	int64_t bytes;     /* that lie there, on average */
	int64_t cost;
} bks_cost_month;

typedef struct bks_cost {
	const char *currency; /* NULL: not said */
	bks_time now;
	/* A month of what lies there now; known: the part of it that has a price. A backup
	 * counts once, under its strongest reason. */
	int64_t bytes, total, known;
	const bks_cost_line *sources, *tiers, *repos; /* dearest first */
	size_t source_count, tier_count, repo_count;
	/* What the plan takes from that, what is billed for it all the same, and the difference
	 * in the first month. */
	int64_t bytes_saved, saves_month, early_deletion, net;
	const bks_cost_early *early;
	size_t early_count;
	bks_cost_month forecast[12];
	const char *const *assumed; /* sources for which retention is not switched on, though
				       the forecast takes it for so */
	size_t assumed_count;
	const char *const *unknown; /* repos in which something lies and that have no price */
	size_t unknown_count;
} bks_cost;

/* Changes nothing. SOURCE NULL: all. The forecast takes every policy for switched on.
 * BKS_E_USAGE: no such source. Lives in A. */
BKS_API int bks_cost_find(bks_cost *out, bks_catalog *cat, const char *source, bks_time now,
	bks_arena *a, bks_error *err);

/* What is billed from NOW until BY, which is later and at most 100 years: for what lies there
 * now, until retention lets it go, and for what comes. */
BKS_API int bks_cost_until(int64_t *present, int64_t *coming, bks_catalog *cat,
	const char *source, bks_time now, bks_time by, bks_arena *a, bks_error *err);
