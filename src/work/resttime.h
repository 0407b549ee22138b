/* work/resttime.h - how long it takes to bring a backup back, and from what that is known */
#pragma once
#include "backstay/backup.h"

struct resttime {
	int64_t us;             /* -1 unknown */
	const char *known_from; /* "drills" "default" */
};

/* Of BYTES to be restored of B: the artifact, and what of its chain and of the log comes with
 * it. Drills of its source, kind and format that passed tell it (policy/rate.h); without one,
 * half a minute to start, then 10 MiB a second. */
int resttime_find(struct resttime *out, bks_catalog *cat, const bks_backup *b, int64_t bytes,
	bks_arena *a, bks_error *err);
