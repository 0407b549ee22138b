/* restore.h - restore points: which one meets a wish, and how much would have been lost */
#pragma once
#include "backup.h"

/* What recovery aims at. none: the backup is one instant, as a dump is. */
#define BKS_TARGETS(X)                                                                         \
	X(NONE, "none")                                                                        \
	X(IMMEDIATE, "immediate") /* where the base backup stopped */                          \
	X(TIME, "time")                                                                        \
	X(LSN, "lsn")                                                                          \
	X(NAME, "name")                                                                        \
	X(END, "end") /* all of the archived log: recovery gets no target */
#define X(name, word) BKS_TARGET_##name,
enum bks_target { BKS_TARGETS(X) BKS_TARGET_COUNT };
#undef X
BKS_API const char *bks_target_name(enum bks_target t);

enum { BKS_TIMELINE_LATEST = 0, BKS_TIMELINE_CURRENT = -1 };

typedef struct bks_wish {
	const char *source;
	bks_time at;       /* 0: latest */
	bool before;       /* strictly before AT (an incident) */
	int64_t rpo, rto;  /* limits; 0: the source's, if any */
	int level;         /* BKS_LEVEL_NONE: eligible will do */
	const char *without_repo; /* as if this repo were lost; NULL */
	bks_time now;
	/* In place of AT, of base backups and their log alone: */
	uint64_t lsn;	  /* all that the log holds before it; 0: not asked */
	const char *name; /* up to that restore point (pg_create_restore_point); NULL */
	/* A number; LATEST: the newest of the cluster; CURRENT: the one that a backup was taken on. */
	int64_t timeline;
	const char *without_domain; /* as if all repos of this failure domain were lost; NULL */
	const char *only_repo; /* as if every other repo were lost; NULL */
	/* A connection (a conninfo text or URI, without a password) that the commands of a dump make
	 * their new database through; NULL: the environment's. BKS_E_USAGE from bks_pick: it cannot be
	 * read, or holds a secret. */
	const char *into;
	const bks_requirement *table; /* commands bring this table alone; what is known not to have it is no candidate; NULL */
	bool pause; /* the new server stops at the target and waits, to be looked at */
} bks_wish;

/* Where recovery goes. */
typedef struct bks_recovery {
	enum bks_target target;
	bks_time time;	  /* inclusive; of TIME */
	uint64_t lsn;	  /* exclusive; of LSN */
	const char *name; /* of NAME */
	uint32_t timeline; /* 0: none, a dump */
	/* What its base and the log behind it can bring back: any LSN of these, any instant between
	 * these (NONE unknown); LSN 0: it is one instant. */
	uint64_t from_lsn, to_lsn;
	bks_time from, to;
	int64_t wal_bytes; /* to be replayed */
} bks_recovery;

typedef struct bks_point {
	int64_t backup; /* 0: of a provider */
	const char *label;
	const char *method; /* "logical" "physical" "provider" */
	bks_time point;
	int64_t loss;	     /* microseconds; -1 unknown */
	bool loss_is_bound;  /* at most so much: nothing later was seen, and nothing later need have been */
	int64_t restore;     /* microseconds; -1 unknown */
	const char *restore_known_from; /* "drills" "default" */
	int meets_rpo, meets_rto; /* 1 yes, 0 no, -1 not asked or not known */
	enum bks_verdict verdict;
	const bks_recovery *recovery; /* of a base backup; NULL */
	const char *note;	      /* what a person should know of it; NULL */
	const char *const *commands;
	size_t command_count;
	const int64_t *inputs; /* backups that it needs: itself, and of a chain those below it */
	size_t input_count;
} bks_point;

typedef struct bks_rejected {
	int64_t backup;
	const char *label;
	const char *reason;
} bks_rejected;

typedef struct bks_picked {
	const bks_point *choice;         /* NULL: none */
	const bks_point *before, *after; /* nearest ones, when the wish is not met; or NULL */
	const bks_rejected *rejected;
	size_t rejected_count;
} bks_picked;

/* 0: the choice meets the wish; 1: there is none, or it misses a limit. BKS_E_USAGE: no such source. Lives in A. */
BKS_API int bks_pick(
	bks_picked *out, bks_catalog *cat, const bks_wish *wish, bks_arena *a, bks_error *err);

/* A wish as it is when something has happened, and what it comes to. */
typedef struct bks_scenario_answer {
	enum bks_scenario scenario;
	int64_t rto;	/* microseconds: the settings' */
	int meets;	/* 1 the choice is there in that time, 0 not or none, -1 not known */
	const char *lost; /* of a region: the failure domain or repo that is taken for lost; NULL */
	bool domain;	/* a failure domain it is */
	const char *note; /* NULL */
} bks_scenario_answer;
/*
 * As bks_pick, W's rto being the scenario's unless W says one. region: without the failure domain (of
 * a repo that names none, the repo) in which most copies of the source lie, of several the one whose
 * loss is worst, unless W says what is lost. Lives in A.
 */
BKS_API int bks_pick_scenario(bks_scenario_answer *answer, bks_picked *out, bks_catalog *cat,
	const bks_wish *wish, enum bks_scenario scenario, bks_arena *a, bks_error *err);

/* What a provider says that it keeps, and nobody verified: a copy a day, or every instant. */
enum bks_window_kind { BKS_WINDOW_DAILY, BKS_WINDOW_PITR, BKS_WINDOW_COUNT };
typedef struct bks_window {
	enum bks_window_kind kind;
	int64_t length; /* microseconds; 0 (of set): none any more */
	bks_time since; /* when somebody said so */
} bks_window;
BKS_API const char *bks_window_name(enum bks_window_kind k); /* "daily" "pitr" */
/* Reads "daily 7d", "pitr 7d". 0 or BKS_E_USAGE. */
BKS_API int bks_window_parse(bks_window *out, const char *text, bks_error *err);
/* OUT has room for BKS_WINDOW_COUNT. */
BKS_API int bks_window_list(
	bks_window *out, size_t *n, bks_catalog *cat, int64_t source_id, bks_error *err);
/* Writes W over the window of its kind. */
BKS_API int bks_window_set(
	bks_catalog *cat, int64_t source_id, const bks_window *w, bks_error *err);

/*
 * Holds what P is made of until UNTIL, so that no retention takes it away while it is restored:
 * its backups (holds of kind "lease") and the stretch of archived log. *id is that of the first
 * hold. BKS_E_USAGE: a point that a provider keeps, or UNTIL is past. It ends by itself.
 */
BKS_API int bks_lease(int64_t *id, bks_catalog *cat, const bks_point *p, const char *reason,
	bks_time until, bks_error *err);

typedef struct bks_gap {
	bks_time from, to;
} bks_gap;

/* How a source stands, worst first. */
#define BKS_STANDINGS(X)                                                                       \
	X(NEVER, "never")	    /* it never had a backup */                                \
	X(NONE, "none")		    /* there are backups, and no restore point among them */   \
	X(UNVERIFIED, "unverified") /* the newest backup was never verified */                 \
	X(GAP, "gap")		    /* longer than the limit */                                \
	X(MET, "met")
#define X(name, word) BKS_STANDS_##name,
enum bks_standing { BKS_STANDINGS(X) BKS_STANDING_COUNT };
#undef X
BKS_API const char *bks_standing_name(enum bks_standing s);

typedef struct bks_gaps {
	bks_time from, to;
	int64_t rpo, slack; /* 0: none said */
	bks_gap worst;      /* from NONE: no point at all */
	double met_fraction; /* of the window, in which the loss was within rpo + slack; -1 without an rpo */
	const bks_gap *gaps; /* longer than rpo + slack, or every one without an rpo, oldest first */
	size_t gap_count;
	enum bks_standing standing;
	const bks_gap *spans; /* what can be brought back: instants (from = to) and intervals, ascending, apart */
	size_t span_count;
	/* Of these a provider keeps some, which nobody verified. Without them: */
	bool provider;
	bks_gap proven_worst;
	double proven_met_fraction;
	bks_time proven_end; /* the newest instant that can be brought back; NONE: none */
} bks_gaps;

/* WINDOW 0: 30 days. 0: met; 1: any other standing. Lives in A. */
BKS_API int bks_gaps_find(bks_gaps *out, bks_catalog *cat, const char *source, int64_t window,
	bks_time now, bks_arena *a, bks_error *err);
