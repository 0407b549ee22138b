/* policy/brake.h - how much one run may condemn at most, so that a mistake shows before it is
 * large */
#pragma once
#include "backstay/settings.h"
#include "backstay/time.h"

/* One backup that the plan lets go. */
struct brake_item {
	int64_t id;
	bks_time point; /* or BKS_TIME_NONE: counts as the oldest */
	int64_t bytes;
};

struct brake {
	size_t take; /* the first so many of the sorted items may go now */
	size_t left; /* the others */
	int64_t left_bytes;
	int64_t runs; /* how many runs more until nothing is left; -1: they never will, a person
			 must say so */
};

/*
 * Sorts V oldest first (then by id) and says how many of it a run may condemn, of a stream that
 * has COUNT backups with BYTES in all, those of V included. At most max(brake_count,
 * brake_count_pct percent of COUNT); and past the first brake_count of them only as long as
 * their bytes together are within brake_bytes_pct percent of BYTES. Nothing is skipped for
 * something later.
 */
void brake_decide(struct brake *out, struct brake_item *v, size_t n, int64_t count,
	int64_t bytes, const bks_policy *p);

struct wal_brake {
	int64_t left; /* segments that must wait */
	int64_t left_bytes;
	int64_t runs; /* until nothing is left */
};

/*
 * The same of archived WAL, which goes by thousands: not its number counts, but its bytes. Of WANTED segments with WANTED_BYTES a
 * run may condemn brake_bytes_pct percent of BYTES, which is what lies there, and always LEAST segments.
 */
void brake_wal(struct wal_brake *out, int64_t wanted, int64_t wanted_bytes, int64_t bytes, int64_t least, const bks_policy *p);
