/* policy/clockguard.h - whether a clock may be believed when it decides about years of backups
 */
#pragma once
#include "backstay/time.h"
#include "base/arena.h"
#include <stdbool.h>

struct clock_facts {
	bks_time wall;
	int64_t since; /* of the boot clock, microseconds */
	const char *boot;
	/* at the last run that was allowed to delete; `last` NONE: there was none */
	bks_time last;
	int64_t last_since;
	const char *last_boot;
	bks_time high;        /* the latest wall time that is known of any run; or NONE */
	bks_time newest;      /* mtime that the files of three backups have reached; or NONE */
	const bks_time *seen; /* after `last`, ascending: files came, runs were made */
	size_t n;
	int64_t cadence; /* how often backups come; 0: not known */
};

/*
 * NULL: nothing speaks against the wall clock. Else why nothing is deleted by it, in words; it
 * lives in A. It is doubted when
 * - within one boot it moved otherwise than the boot clock, by more than 5 minutes;
 * - it is more than 5 minutes before a time that was seen already;
 * - the files of three backups are more than 10 minutes ahead of it;
 * - since the last run more than 10 times the cadence passed (never less than 3 days; 45 days
 * where none is known), and nothing came and nothing ran meanwhile; or between any two signs of
 * life since then more than 45 days, and more than 10 times the cadence.
 */
const char *clock_doubt(const struct clock_facts *f, bks_arena *a);
