/*
 * policy/shrink.h - the rows of a backup held against those of good ones before it
 *
 * Two numbers stand for what went before: the newest good backup, and the median of all that
 * are given, so that rows which go a little every night are missed too. What a limit of 100 %
 * allows is everything.
 */
#pragma once
#include "policy/rowcount.h"

enum {
	SHRINK_NIGHTS = 7, /* how many earlier backups are worth giving */
	SHRINK_PCT = 50,   /* the largest shrink where nobody said one */
	SHRINK_NOISE = 20, /* and fewer rows than this are no drop there */
};

/* One earlier backup that was good, or whose drop somebody acknowledged. */
struct shrink_night {
	struct row_counts counts;
	bool accepted; /* acknowledged: history begins anew with it, and what was before it
			  counts no more */
};

struct shrink_rule {
	const bks_requirement *require;
	size_t require_count;
	int max_shrink_pct; /* of each table that says nothing of its own; 0: not said */
};

enum shrink_kind {
	SHRINK_DROPPED, /* fewer rows than the limit allows */
	SHRINK_EMPTIED, /* no row; it never was without */
	SHRINK_GONE,    /* not there; every earlier one had it */
	SHRINK_TOTAL,   /* the rows of all tables together, where no single table tells it */
};

struct shrink_found {
	enum shrink_kind kind;
	const struct row_count
		*table;      /* as it was in the newest earlier one; NULL for the total */
	int64_t now, before; /* now -1: no data section */
	int limit;           /* percent */
	bool median;         /* BEFORE is the median, not what the newest one held */
	size_t nights;       /* how many it was held against */
};

/*
 * Compares NOW with NIGHTS, newest first, at least one. A limit is that of the required table,
 * else that of the source, else 50 %; one that nobody set is lenient: it wants 20 rows gone at
 * least, and fewer rows than any of NIGHTS had. Partitions are judged as part of their table,
 * unless they are required by name themselves. What is required and not there, or has no data
 * section, is not told here. Errors first, in order of name, then what is gone. Lives in A, and
 * is a loan of NIGHTS.
 */
void shrink_judge(const struct shrink_found **out, size_t *n, const struct row_counts *now,
	const struct shrink_night *nights, size_t night_count, const struct shrink_rule *rule,
	bks_arena *a);

/* One table that holds more or fewer rows than before. */
struct shrink_delta {
	const struct row_count *table;
	int64_t before, now; /* -1: not there, or without data section */
};
/* What changed from BEFORE to NOW, the largest change in rows first, then by name; partitions
 * within their table. */
void shrink_deltas(struct shrink_delta **out, size_t *n, const struct row_counts *before,
	const struct row_counts *now, bks_arena *a);
