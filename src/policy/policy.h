/*
 * policy/policy.h - decisions over plain rows: no clock, no file, no SQL; the time is an
 * argument
 *
 * What the tiers, the floor and the reference time mean, in plain words: docs/retention.md and
 * docs/restore-points.md.
 */
#pragma once
#include "backstay/restore.h"
#include "backstay/retain.h"
#include "base/arena.h"

/* What lies of a backup in one repo. */
struct keep_copy {
	const char *repo;
	const char *storage_class; /* NULL: not known, or none */
	bool there;	/* bytes lie there, condemned ones too */
	bool good;	/* live, and eligible by itself */
	int64_t bytes;
	bks_time locked; /* its server keeps it until then; 0 or past: not; INT64_MAX: a legal hold */
};

/* One backup as the planner sees it. All of one stream. */
struct keep_backup {
	int64_t id;
	bks_time point; /* BKS_TIME_NONE: unknown */
	enum bks_taken_from point_from;
	bool point_confirmed;  /* false: not let go by policy (time-unconfirmed) when its
				  evidence is mtime or less */
	bool source_confirmed; /* false: nothing of it is let go (source-unconfirmed) */
	enum bks_verdict verdict;
	enum bks_result levels[BKS_LEVEL_COUNT]; /* of its best copy */
	bool recognised;                         /* a dump format, not raw or sql */
	enum bks_content content;
	enum bks_kind kind;
	enum bks_tier tier;
	const char *tier_name; /* asked for by another name; NULL */
	enum bks_state state;
	bool held;          /* a pin, legal hold, lease, suspicion */
	bks_time bad_since; /* proven damaged or incomplete since; or NONE */
	bks_time registered;
	int good_copies;
	int64_t size;
	const struct keep_copy *copies; /* one a repo */
	size_t copy_count;
	bks_time verified_at; /* its best copy; or NONE */
	int64_t same; /* backups of one number hold the same bytes in one repo; 0: of no other's.
			 Small numbers: memory grows with the largest */
	bool incremental; /* of no use without PARENT, an id; 0: nobody knows which */
	int64_t parent;
	bool acked;            /* what stands against it is known to somebody */
	const char *suspicion; /* "lost rows": a sudden drop that nobody acknowledged; NULL */
};

/*
 * The holder that a closed slot was given, in earlier runs. It stays the holder while it is
 * eligible and lies within two days of the bucket (an edited zone moves a day's edge; a
 * corrected time voids the slot). One bucket has several slots when it has holders that do not
 * cover each other: see keep_decide.
 */
struct keep_slot {
	const char *tier;   /* its name in the policy */
	const char *bucket; /* "2026-11-01", "2026-W44", "2026-11", "2026" */
	int64_t backup;
};

struct keep_copy_row {
	enum bks_keep action;
	const char *const *reasons;
	size_t reason_count;
};

struct keep_row {
	int64_t id;
	enum bks_keep action;
	const char *const *reasons; /* strongest first, never empty; live in the arena */
	size_t reason_count;
	bool eligible;
	const struct keep_copy_row *copies; /* in the order of the backup's */
	/* What tiers that it holds closed slots of ask for and did not get: "monthly 2026-08: no good
	 * copy in bucket". */
	const char *const *not_there;
	size_t not_there_count;
};

struct keep_plan {
	bks_time reference; /* BKS_TIME_NONE: nothing is eligible */
	const char *note;   /* all notes, "; " between; or NULL */
	const char *frozen; /* why nothing at all is let go; or NULL */
	struct keep_row *rows; /* in the order of the input */
	size_t n;
	/* Every closed slot and its holder. `apply` and `run` write them in place of what was
	 * there, unless the reference is NONE. */
	struct keep_slot *slots;
	size_t slot_count;
};

/*
 * Plans one stream. V in any order; ids unique. NOW is the clock. Total and deterministic: the
 * same rows in another order get the same answers. Never fails. O(n log n). POLICY NULL, or
 * with all tiers off, keeps all (`no-policy`).
 *
 * R = min(now, newest eligible). A tier's candidates are the eligible backups of its window,
 * which ends at R's civil day and counts days and months of the calendar. In each bucket the
 * last one holds the slot; but X displaces Y only where X covers Y: it holds all that Y holds
 * (full holds schema and data; roles and unknown bytes are held by their own kind only) and is
 * known as well (an unproven one covers no sound one, one of unconfirmed source or time no
 * confirmed one). So a bucket may have two holders, and never loses its fullest. The floor is
 * the same rule over the whole stream: a backup stays while fewer than max(2, floor) newer ones
 * cover it.
 *
 * A tier's own level is one more thing to be known of a holder: one that has it is displaced by
 * none that has not. A tier lives in its repos: it keeps no copy elsewhere while a good one lies
 * in one of them. Backups that stay keep what they build on (`chain`); one that builds on what is
 * not there or not good counts for nothing (`chain-broken`). While the newest backup is proven
 * bad or lost rows, and nobody acknowledged it, nothing is let go; nor while no backup that stays
 * was verified within 30 days. A quota lets go what only tiers keep, the holders of the fewest
 * slots first, then the oldest.
 *
 * A condemned backup is planned again: behind every live one, but it is kept when a live one
 * that stood in for it was lost. A proven bad one (damaged, incomplete, a failed `covered`)
 * goes `failed_keep` after `bad_since`, once a newer eligible one holds as much; until then it
 * is kept (`proven-bad`). What is undecided, held, future-dated, of an unconfirmed source or
 * time, or dated before 2000 by anybody but the operator, is never let go. Nothing is let go
 * while nothing is eligible.
 */
void keep_decide(struct keep_plan *out, const struct keep_backup *v, size_t n,
	const struct keep_slot *slots, size_t slot_count, const bks_policy *policy,
	bks_time now, bks_arena *a);

/*
 * Whether B may hold a slot, count to a floor, define time, or be offered as a restore point
 * under LEVEL at NOW: live, its point known and at most 10 minutes ahead of NOW, no level up to
 * LEVEL failed, `covered` not failed, and its verdict
 * - sound, or unproven of a recognised dump format;
 * - unproven of anything else (encrypted, raw) only when LEVEL is at most `sealed` and passed.
 * A LEVEL above `whole` must have passed. BKS_LEVEL_NONE means `whole`.
 */
bool keep_eligible(const struct keep_backup *b, int level, bks_time now);

/* Clocks of two machines differ: by more than this ahead of NOW a point is future-dated. */
#define KEEP_AHEAD (10 * BKS_MINUTE)
bool keep_future(const struct keep_backup *b, bks_time now);
/* The floor of P, never less than the least. */
int keep_floor_of(const bks_policy *p);

/* The name of the bucket of T: "2026-11-01", "2026-W44", "2026-11" or "2026"; lives in A. NULL
 * for no T. */
const char *keep_bucket(enum bks_bucket b, bks_time t, const bks_policy *policy, bks_arena *a);

/* A restore point as pick and gaps see it: logical backups are one instant, a base backup is
 * what its log makes of it. */
struct log_answer;
struct point_candidate {
	struct keep_backup b;
	const struct log_answer *log; /* of a base backup: what of it answers this wish; NULL:
					 it is the instant b.point */
	int64_t wal_bytes;            /* to be replayed for that */
	bool available;      /* some copy is there outside the repo that is taken for lost */
	const char *why_not; /* when it is not */
	int64_t restore;     /* estimated microseconds; -1 unknown */
	bool drill_failed;   /* its latest restore by hand failed, and nobody acknowledged it: chosen where nothing else fits */
};

struct point_choice {
	ptrdiff_t choice, before, after; /* indexes, -1 none */
	const char **reasons;     /* a candidate each, NULL for the chosen one; in the arena */
	int64_t loss;             /* of the choice; -1 without one */
	bool loss_is_bound;       /* at most so much */
	int meets_rpo, meets_rto; /* 1, 0, -1 not asked or not known */
	bool partial; /* the choice holds rows only, without tables: the wish is not met */
	bool doubted; /* the choice is one whose latest drill failed: the wish is not met */
};

/*
 * Picks among the candidates of one stream, in any order, the one that loses least at the wish,
 * of those known to restore within wish->rto if there are such. On a tie: fuller content,
 * sound, higher level, less log to replay, the newer base, more good copies, earlier
 * registered, smaller id. A candidate must be
 * available and eligible at POLICY_LEVEL; where wish->level says more or less, it must have
 * passed that one. A backup of rows alone is chosen only when nothing whole lies at or before
 * the wish (`partial`); one of schema or roles alone, or of nothing, never is. `before` and
 * `after` are the nearest eligible or fitting candidates at either side of the wish, filled
 * whenever there are such; `before` may be the choice itself.
 */
void point_pick(struct point_choice *out, const struct point_candidate *v, size_t n,
	const bks_wish *wish, int policy_level, bks_arena *a);

/*
 * How much would have been lost at every moment of [FROM, TO]: the age of the newest of POINTS,
 * which ascend; those before FROM count for its first moments, those after TO do not count. A
 * gap runs from one point to the next (so it may begin before FROM), from FROM where there is
 * no point before it, and to TO after the last one. Lives in A.
 */
void gaps_measure(bks_gaps *out, const bks_time *points, size_t n, bks_time from, bks_time to,
	int64_t rpo, int64_t slack, bks_arena *a);
/* The same of SPANS, which ascend and lie apart (gaps_join): within one nothing is lost, and a
 * gap runs from the end of one to the beginning of the next. */
void gaps_measure_spans(bks_gaps *out, const bks_gap *spans, size_t n, bks_time from,
	bks_time to, int64_t rpo, int64_t slack, bks_arena *a);
/* Sorts V by beginning and joins what touches; returns how many are left. */
size_t gaps_join(bks_gap *v, size_t n);

/* The usual interval of a history (the median between its distinct POINTS, which ascend and are
 * at least 4), for sources that do not say `every`; 0 unknown. */
int64_t due_interval(const bks_time *points, size_t n);

/* What to verify next. */
struct due_item {
	int64_t artifact;
	bool changed_or_new;  /* never verified as it now is */
	bool trouble;         /* the last look could not look, or it was settling */
	bks_time verified_at; /* when it was last read; or NONE */
	int64_t size;
};
/* Sorts V: new, changed and never read first (smallest id first), then what could not be looked
 * at or was looked at after NOW, then longest unread. Returns how many are due: all but what
 * was read within FRESH before NOW. */
size_t due_order(struct due_item *v, size_t n, bks_time now, int64_t fresh);

/* What was proven of unchanged bytes. */
struct due_proof {
	int64_t artifact;
	bks_time at; /* or NONE */
	int by;	     /* the generation of the verifier */
};
/* Proofs are renewed after this long, those of one night on DUE_DEEP_SPREAD different days before. */
#define DUE_DEEP (180 * BKS_DAY)
enum { DUE_DEEP_SPREAD = 30 };
/* Whether it must be walked again: there is no proof, it is of an earlier generation than VERIFIER, from after NOW, or too old. */
bool due_deep(const struct due_proof *p, int verifier, bks_time now);
