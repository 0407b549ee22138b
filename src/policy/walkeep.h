/* policy/walkeep.h - which archived WAL the backups that stay need, and which may go */
#pragma once
#include "policy/policy.h"

/* A run of segments, one behind the other. */
struct wal_stretch {
	uint64_t system_id;
	uint32_t timeline, segment_size;
	uint64_t start, end; /* of the first segment's first byte; one past the last one's last */
};

/* A base backup that stays; or what a restore that runs was promised of the log. */
struct wal_need {
	int64_t backup;
	uint64_t system_id; /* 0 unknown, as START */
	uint32_t timeline;
	uint64_t start, stop; /* STOP 0: not known */
	bool anchor;
	bool unfit; /* not eligible: it keeps its log, and is no reason to let other log go */
	bool lease; /* of BACKUP: from START to STOP, on TIMELINE and those that it left */
};

/* TIMELINE branched off ANCESTOR, or off one of its descendants, at LSN. */
struct wal_fork {
	uint32_t timeline, ancestor;
	uint64_t lsn;
};

struct wal_part {
	uint64_t from, to; /* whole segments */
	bool stays;
	const char *reason;
};

struct wal_kept {
	const struct wal_part *parts; /* they cover the run, in order; no two neighbours say the same */
	size_t n;
};

/*
 * What of RUN stays; what OUT points to lives in A. FROZEN: nothing of the stream is let go, for
 * that reason; NULL.
 *
 * A base backup needs the WAL from its start to its stop, on its timeline, to become consistent. Replay needs all from
 * the base on: the anchor's start, or without an anchor that of the oldest backup that stays. What lies before
 * both on its timeline may go (on a timeline where no backup that stays begins: what lies before the base), in whole segments.
 * What lies between stays (`wal: between`), so that the archive has no hole. Nothing goes of a cluster of which no
 * eligible backup stays, nor while the place of one that stays is not known; nor from where a lease begins. On a timeline that
 * the base does not come to, and that is none of its own past, all stays from the oldest backup on that comes to it.
 * O(needs * log needs) for a run.
 */
void wal_keep(struct wal_kept *out, const struct wal_stretch *run, const struct wal_need *needs, size_t need_count,
	const struct wal_fork *forks, size_t fork_count, const char *frozen, bks_arena *a);
