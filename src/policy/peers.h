/* policy/peers.h - what the rules of other tools would let go: `find -mtime`, a count, restic's
 * forget
 *
 * They look at times alone: not at what a backup holds, nor whether it is good. Civil times are
 * of UTC. Sources: findutils'
 * `-mtime` counts whole days of 24 hours; restic's rules as its documentation has them
 * ("Removing backup snapshots"): every rule by itself takes the newest of each period that has
 * one, and the oldest of all while it has some left.
 */
#pragma once
#include "policy/policy.h"

enum peer_rule { PEER_MTIME, PEER_COUNT, PEER_RESTIC, PEER_OURS };
enum peer_period {
	PEER_HOUR,
	PEER_DAY,
	PEER_WEEK,
	PEER_MONTH,
	PEER_YEAR,
	PEER_EACH,
	PEER_PERIODS
};

/* A length as restic has it: by the calendar. All 0: not said. */
struct peer_length {
	int hours, days, months, years;
};

struct peer_policy {
	const char *text; /* as it was asked for: "mtime:30d", "restic:7d,4w,12m" */
	enum peer_rule rule;
	int64_t days;                            /* of mtime */
	int counts[PEER_PERIODS];                /* of count (EACH) and restic; 0: none */
	struct peer_length within[PEER_PERIODS]; /* of restic; EACH keeps all of them */
	const char
		*name; /* OURS: of a policy of the settings; NULL: what holds for each stream */
	const bks_policy
		*policy; /* OURS: what it means for this stream; filled by the caller */
};

struct peer_backup {
	bks_time point; /* never NONE */
	bks_time mtime;
};

/*
 * Reads "mtime:30d", "count:7", "restic:7d,4w,12m" (a number and l, h, d, w, m or y: last,
 * hourly, daily, ...), "restic-within:30d" or "restic-within:daily=7d,weekly=30d,monthly=12m"
 * (h, d, m, y; weeks are not among restic's lengths), "policy:NAME". 0, or BKS_E_USAGE.
 */
int peer_parse(struct peer_policy *out, const char *text, bks_arena *a, bks_error *err);

/* Says of each of V, in any order, whether it goes at NOW. For every rule but OURS. */
void peer_forget(bool *goes, const struct peer_policy *p, const struct peer_backup *v, size_t n,
	bks_time now, bks_arena *a);
