/* policy/replay.h - a history lived through again under another policy, night by night */
#pragma once
#include "policy/peers.h"

/* What a check said. */
struct replay_fact {
	bks_time at;
	enum bks_verdict verdict;
	enum bks_result levels[BKS_LEVEL_COUNT];
};

/* One backup that was ever there. */
struct replay_item {
	struct keep_backup b; /* as the catalog has it now; its state does not count */
	bks_time appeared;    /* when it came to lie there; never NONE */
	bks_time mtime;
	const struct replay_fact *facts; /* ascending; none: as B says */
	size_t fact_count;
};

struct replay_night {
	bks_time at;
	const int64_t *ids; /* what it deleted, in the order of the items */
	size_t n;
};

/* A time in which it would have left nothing good, while something good had been made. */
struct replay_hole {
	bks_time from, to; /* TO BKS_TIME_NONE: to the end */
};

struct replay_outcome {
	int64_t deleted, kept, points; /* at the end; POINTS: eligible ones */
	int64_t bytes;                 /* that are kept, one copy each */
	int64_t good_deleted; /* of the deleted, how many were eligible when they went */
	int64_t fewest; /* the fewest points after any night since the first one with one; -1:
			   never one */
	const struct replay_night *nights; /* those on which something was deleted */
	size_t night_count;
	const struct replay_hole *holes;
	size_t hole_count;
};

/*
 * Runs P on the backups V of one stream, every 24 hours from FROM or after until NOW, the last
 * time at NOW. Before the first night nothing is deleted. A backup's first check counts from
 * when it appeared. LEVEL is what an eligible one must not have failed. Ids are unique.
 * Deterministic; never fails.
 */
void replay_run(struct replay_outcome *out, const struct replay_item *v, size_t n,
	const struct peer_policy *p, int level, bks_time from, bks_time now, bks_arena *a);
