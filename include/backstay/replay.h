/* replay.h - what another policy would have done to this catalog's history */
#pragma once
#include "retain.h"

typedef struct bks_replay_night {
	bks_time at;
	const int64_t *backups; /* ids of what it would have deleted */
	size_t n;
} bks_replay_night;

/* It would have left nothing good, though something good had been made. TO: BKS_TIME_NONE to
 * the end. */
typedef struct bks_replay_hole {
	bks_time from, to;
} bks_replay_hole;

typedef struct bks_replay_outcome {
	int64_t deleted, good_deleted; /* of those, eligible ones */
	int64_t kept, points,
		bytes;  /* at the end; POINTS: restore points; bytes of one copy each */
	int64_t fewest; /* restore points after any night since the first; -1: there never was
			   one */
	const bks_replay_night *nights; /* with a deletion */
	size_t night_count;
	const bks_replay_hole *holes;
	size_t hole_count;
} bks_replay_outcome;

typedef struct bks_replay_stream {
	const char *source;
	enum bks_kind kind;
	int64_t backups;       /* that ever were, tombstones too */
	bks_time from;         /* the first night, or after */
	const char *ours_name; /* of the policy that holds for it */
	bks_replay_outcome asked, ours;
} bks_replay_stream;

typedef struct bks_replay {
	const char *policy;
	bks_time now;
	const bks_replay_stream *streams;
	size_t stream_count;
} bks_replay;

/*
 * POLICY: "mtime:30d" (find -mtime +30), "count:7", "restic:7d,4w,12m",
 * "restic-within:daily=7d,weekly=30d,monthly=12m" or "policy:NAME" of the settings. WINDOW 0:
 * from the first backup on; else nothing is deleted before NOW - WINDOW. Changes nothing.
 * BKS_E_USAGE: no such policy or source. Lives in A.
 */
BKS_API int bks_replay_run(bks_replay *out, bks_catalog *cat, const char *policy,
	const char *source, int64_t window, bks_time now, bks_arena *a, bks_error *err);
