/* policy/rate.h - how long a restore takes, from how long restores took */
#pragma once
#include "base/arena.h"
#include <stddef.h>
#include <stdint.h>

/* A restore of so many bytes of backup that took so many microseconds. */
struct rate_sample {
	int64_t bytes, took;
};

/*
 * How long BYTES take: BYTES times the median of duration per byte (of two in the middle, their
 * mean). Drills between a tenth and ten times the size tell more than others, which carry their
 * fixed part over to another size; they alone count where there are such. Samples of no bytes
 * or no duration tell nothing. -1: there is none that tells something, or BYTES is negative. At
 * least a second.
 */
int64_t rate_restore(const struct rate_sample *v, size_t n, int64_t bytes, bks_arena *a);
