/* restore.h - restore points: which one meets a wish, and how much would have been lost */
#pragma once
#include "backup.h"

typedef struct bks_wish {
	const char *source;
	bks_time at;       /* 0: latest */
	bool before;       /* strictly before AT (an incident) */
	int64_t rpo, rto;  /* limits; 0: the source's, if any */
	int level;         /* BKS_LEVEL_NONE: eligible will do */
	const char *without_repo; /* as if this repo were lost; NULL */
	bks_time now;
} bks_wish;

typedef struct bks_point {
	int64_t backup;
	const char *label;
	const char *method; /* "logical" "physical" "provider" */
	bks_time point;
	int64_t loss;    /* microseconds; -1 unknown */
	int64_t restore; /* microseconds; -1 unknown */
	const char *restore_known_from; /* "drills" "default" */
	int meets_rpo, meets_rto; /* 1 yes, 0 no, -1 not asked or not known */
	enum bks_verdict verdict;
	const char *const *commands;
	size_t command_count;
} bks_point;

typedef struct bks_rejected {
	int64_t backup;
	const char *label;
	const char *reason;
} bks_rejected;

typedef struct bks_picked {
	const bks_point *choice;         /* NULL: none */
	const bks_point *before, *after; /* nearest ones, when the wish is not met; or NULL */
	const bks_rejected *rejected;
	size_t rejected_count;
} bks_picked;

/* 0: the choice meets the wish; 1: there is none, or it misses a limit. BKS_E_USAGE: no such source. Lives in A. */
BKS_API int bks_pick(
	bks_picked *out, bks_catalog *cat, const bks_wish *wish, bks_arena *a, bks_error *err);

typedef struct bks_gap {
	bks_time from, to;
} bks_gap;

typedef struct bks_gaps {
	bks_time from, to;
	int64_t rpo, slack; /* 0: none said */
	bks_gap worst;      /* from NONE: no point at all */
	double met_fraction; /* of the window, in which the loss was within rpo + slack; -1 without an rpo */
	const bks_gap *gaps; /* longer than rpo + slack, or every one without an rpo, oldest first */
	size_t gap_count;
} bks_gaps;

/* WINDOW 0: 30 days. 0; 1: a gap is longer than the limit, or no restore point at all. Lives in A. */
BKS_API int bks_gaps_find(bks_gaps *out, bks_catalog *cat, const char *source, int64_t window,
	bks_time now, bks_arena *a, bks_error *err);
