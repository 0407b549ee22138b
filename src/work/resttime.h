/* work/resttime.h - how long it takes to bring a backup back, and from what that is known */
#pragma once
#include "backstay/backup.h"
#include <stddef.h>

struct rate_sample;

struct resttime {
	int64_t us;             /* -1 unknown */
	const char *known_from; /* "drills" "default" */
};

/* What was asked last: backups come stream by stream. Zeroed before the first question, of one arena. */
struct resttime_last {
	int64_t source_id;
	enum bks_kind kind;
	const char *format; /* NULL: nothing was */
	struct rate_sample *v;
	size_t n;
};

/* Of BYTES to be restored of B: the artifact, and what of its chain and of the log comes with
 * it. Drills of its source, kind and format that passed tell it (policy/rate.h); without one,
 * half a minute to start, then 10 MiB a second. */
int resttime_find(struct resttime *out, struct resttime_last *last, bks_catalog *cat, const bks_backup *b,
	int64_t bytes, bks_arena *a, bks_error *err);
