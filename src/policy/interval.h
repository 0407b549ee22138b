/*
 * policy/interval.h - what a base backup and the archived WAL behind it can bring back: the
 * path of a timeline, how far the log goes on without a gap, and which target of recovery
 * answers a wish
 *
 * Source: PostgreSQL, src/backend/access/transam/xlogrecovery.c (XLogFileReadAnyTLI,
 * recoveryStopsBefore, recoveryStopsAfter) and timeline.c. Log sequence numbers (LSN) are byte
 * places in the log, all of one cluster; the edges are held by real recoveries in
 * tests/real/points.py.
 */
#pragma once
#include "backstay/restore.h"
#include "base/arena.h"

/* Where TIMELINE left ANCESTOR, as its history tells: LSN is the first that is no more the
 * ancestor's. */
struct log_fork {
	uint32_t timeline, ancestor;
	uint64_t lsn;
};

/* One timeline of a path: its own from BEGIN on, the next one's from END on. */
struct log_leg {
	uint32_t timeline;
	uint64_t begin, end; /* UINT64_MAX: the last one */
};
struct log_path {
	const struct log_leg *legs; /* oldest first */
	size_t n;
};

/* Proven log of one timeline in one folder, as a loan of the caller. */
struct log_stretch {
	uint32_t timeline;
	uint64_t from, to; /* FROM at the beginning of a segment; TO one past the last record
			      that is proven */
	uint64_t held;     /* one past its last whole segment: a record that is open there may
			      go on in another stretch's */
	uint64_t last_record; /* where that record begins; 0 unknown */
	bool xact_known;
	bks_time last_xact; /* the latest commit or abort before TO; NONE: there is none */
};

struct log_base {
	uint32_t timeline;
	uint64_t start, stop; /* it is consistent at STOP; 0 unknown */
	bks_time stopped;     /* no commit before STOP is later than this; NONE unknown */
	bks_time point; /* every commit that is as early as this lies before STOP; at most
			   STOPPED */
	bool own;             /* it carries its log from START to STOP */
};

/* Segments [FROM, TO) are fetched from stretch V[STRETCH]; LOG_OWN: they lie in the backup. */
#define LOG_OWN SIZE_MAX
struct log_piece {
	size_t stretch;
	uint32_t timeline;
	uint64_t from, to;
};

struct log_reach {
	bool on_path;
	bool consistent;      /* the log is there from START to STOP at least */
	uint64_t end;         /* it goes so far without a gap; START: there is none at all */
	uint64_t last_record; /* where the last record before END begins; 0 unknown */
	/* Some commit or abort is as late as REACHED (NONE unknown or none), none is later than
	 * LATEST (NONE: none at all), which is known or not. */
	bks_time reached, latest;
	bool latest_known;
	uint32_t missing_timeline; /* the segment that is needed next, and is not there; */
	uint64_t missing;          /* 0: the one that END lies in is there, and holds no more */
	bool cut;                  /* the log is known to go on behind that one */
	const struct log_piece *pieces;
	size_t n;
};

/* The path to TIMELINE, by the forks of its own history; a timeline without one is all of it.
 */
void log_path_make(struct log_path *out, const struct log_fork *v, size_t n, uint32_t timeline,
	bks_arena *a);
/* The leg from which the segment that begins at LSN is read: the newest whose first segment is
 * not behind it. NULL: it lies before the path. */
const struct log_leg *log_need(const struct log_path *p, uint64_t lsn, uint32_t segment_size);
/* How far B can be brought along P. SEGMENT_SIZE is a power of two. O(n) for each piece. */
void log_follow(struct log_reach *out, const struct log_base *b, const struct log_path *p,
	const struct log_stretch *v, size_t n, uint32_t segment_size, bks_arena *a);

/* A place in the log that was given a name (pg_create_restore_point). */
struct log_mark {
	uint32_t timeline;
	uint64_t lsn; /* behind its record */
	bks_time time;
	const char *name;
};

struct log_answer {
	bool fits;
	enum bks_target target; /* with TARGET_TIME, TARGET_LSN, or the wish's name */
	bks_time target_time;
	uint64_t target_lsn;
	bks_time point; /* the instant that is brought back: all that was committed before it is
			   there; of an LSN, which no time is known of, that of the stop */
	bool idle;      /* the wish is later than the last commit there is: all that there is
			   comes back */
	const char *why_not; /* of what does not fit; in the arena */
	const char *note;    /* of what fits; NULL */
	/* The nearest that can be reached: NONE there is none. */
	bks_time before, after;
};

/*
 * What of B answers WISH (at, before, lsn, name; none: the latest), MARKS in any order. A time
 * must lie between STOPPED and the last commit; beyond that one there is no target, and all of
 * the log is replayed.
 */
void log_answer(struct log_answer *out, const struct log_base *b, const struct log_reach *r,
	const struct log_mark *marks, size_t n, const bks_wish *wish, uint32_t segment_size,
	bks_arena *a);
