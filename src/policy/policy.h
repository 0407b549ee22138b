/*
 * policy/policy.h - decisions over plain rows: no clock, no file, no SQL; the time is an argument
 *
 * What the tiers, the floor and the reference time mean: docs/ARCHITECTURE.md and DESIGN's "Retention".
 */
#pragma once
#include "backstay/restore.h"
#include "backstay/retain.h"
#include "base/arena.h"

/* One backup as the planner sees it. All of one stream. */
struct keep_backup {
	int64_t id;
	bks_time point; /* BKS_TIME_NONE: unknown */
	enum bks_taken_from point_from;
	bool point_confirmed;  /* false: not let go by policy (time-unconfirmed) when its evidence is mtime, name or less */
	bool source_confirmed; /* false: nothing of it is let go (source-unconfirmed) */
	enum bks_verdict verdict;
	enum bks_result levels[BKS_LEVEL_COUNT]; /* of its best copy */
	bool recognised;  /* a dump format, not raw or sql */
	enum bks_content content;
	enum bks_kind kind;
	enum bks_tier tier;
	enum bks_state state;
	bool held;          /* a pin, legal hold, lease, suspicion */
	bks_time bad_since; /* proven damaged or incomplete since; or NONE */
	bks_time registered;
	int good_copies;
	int64_t size;
};

/* The holder that a closed slot was given, in earlier runs. */
struct keep_slot {
	enum bks_tier tier; /* DAILY, WEEKLY, MONTHLY */
	const char *bucket; /* "2026-11-01", "2026-W44", "2026-11" */
	int64_t backup;
};

struct keep_row {
	int64_t id;
	enum bks_keep action;
	const char *const *reasons; /* strongest first, never empty; live in the arena */
	size_t reason_count;
	bool eligible;
};

struct keep_plan {
	bks_time reference; /* BKS_TIME_NONE: nothing is eligible */
	const char *note;
	struct keep_row *rows; /* in the order of the input */
	size_t n;
};

/*
 * Plans one stream. V in any order; ids unique. NOW is the clock. Total and deterministic: the same rows in another order get
 * the same answers. Never fails. O(n log n).
 */
void keep_decide(struct keep_plan *out, const struct keep_backup *v, size_t n, const struct keep_slot *slots,
	size_t slot_count, const bks_policy *policy, bks_time now, bks_arena *a);

/* Whether B may hold a slot, count to a floor, define time, or be offered as a restore point under LEVEL at NOW. */
bool keep_eligible(const struct keep_backup *b, int level, bks_time now);

/* The name of the bucket of T: "2026-11-01", "2026-W44" or "2026-11"; lives in A. */
const char *keep_bucket(enum bks_tier tier, bks_time t, const bks_policy *policy, bks_arena *a);

/* A restore point as pick and gaps see it: logical backups are one instant. */
struct point_candidate {
	struct keep_backup b;
	bool available;     /* some copy is there outside the repo that is taken for lost */
	const char *why_not; /* when it is not */
	int64_t restore;    /* estimated microseconds; -1 unknown */
};

struct point_choice {
	ptrdiff_t choice, before, after; /* indexes, -1 none */
	const char **reasons;            /* a candidate each: NULL for the chosen one; lives in the arena */
	int64_t loss;                    /* of the choice */
	int meets_rpo, meets_rto;        /* 1, 0, -1 not asked or not known */
};

/* LEVEL is what each candidate must have passed (BKS_LEVEL_NONE: just be eligible at POLICY_LEVEL). */
void point_pick(struct point_choice *out, const struct point_candidate *v, size_t n, const bks_wish *wish,
	int policy_level, bks_arena *a);

/* How much would have been lost at every moment of [from, to]: points ascending in V (microseconds). */
void gaps_measure(bks_gaps *out, const bks_time *points, size_t n, bks_time from, bks_time to, int64_t rpo,
	int64_t slack, bks_arena *a);

/* The usual interval of a history (its median, of at least 4 points), for sources that do not say `every`; 0 unknown. */
int64_t due_interval(const bks_time *points, size_t n);

/* What to verify next. */
struct due_item {
	int64_t artifact;
	bool changed_or_new;  /* never verified as it now is */
	bool trouble;         /* the last look could not look, or it was settling */
	bks_time verified_at; /* or NONE */
	int64_t size;
};
/* Sorts V: new and changed first (smallest id first), then what could not be looked at, then longest unread. Returns how many
 * are due when what was read within FRESH before NOW is not. */
size_t due_order(struct due_item *v, size_t n, bks_time now, int64_t fresh);
