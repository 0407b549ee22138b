/* retain.h - what retention would keep and let go, each with its reasons; and carrying it out */
#pragma once
#include "backup.h"
#include "scan.h"
#include "settings.h"

enum bks_keep { BKS_KEEP, BKS_EXPIRE, BKS_UNDECIDED };
BKS_API const char *bks_keep_name(enum bks_keep k); /* "keep" "expire" "undecided" */

typedef struct bks_plan_copy {
	const char *repo;
	enum bks_keep action;
	const char *const *reasons;
	size_t reason_count;
	int64_t bytes;
} bks_plan_copy;

typedef struct bks_plan_row {
	const bks_backup *backup;
	enum bks_keep action;
	const char *const *reasons; /* the contract's words, strongest first; never empty */
	size_t reason_count;
	const bks_plan_copy *copies; /* of a backup that stays some may go: a tier need not live in every repo */
	size_t copy_count;
	/* What a tier asks for and did not get: "monthly 2026-08: no good copy in bucket" (tier-not-there). */
	const char *const *not_there;
	size_t not_there_count;
} bks_plan_row;

/* A stretch of a run of archived WAL, in whole segments: it stays or goes as one. */
typedef struct bks_plan_wal_part {
	uint64_t from, to; /* LSNs */
	enum bks_keep action;
	const char *reason; /* "wal: consistency of 17", "wal: replay", ...; "expired" */
	int64_t segments;
	int64_t bytes; /* as they lie there; by their share in the run */
} bks_plan_wal_part;

/* A run of segments, by its id in the catalog. Segments go, with their .backup files; no history file, no .partial. */
typedef struct bks_plan_wal {
	int64_t run;
	const char *repo, *folder;
	uint64_t system_id;
	uint32_t timeline, segment_size;
	bks_time last_seen; /* by a scan */
	const bks_plan_wal_part *parts; /* in order; they cover the run */
	size_t part_count;
} bks_plan_wal;

typedef struct bks_plan_stream {
	const char *source;
	enum bks_kind kind;
	bks_time reference; /* R; BKS_TIME_NONE when nothing is eligible */
	bool switched_on;
	const char *note; /* "floor met only by unproven backups", ...; NULL */
	const char *frozen; /* why nothing of it is let go: "hold newest is damaged", ...; NULL */
	const bks_plan_row *rows; /* newest first */
	size_t row_count;
	const bks_policy *policy; /* with the level that the source asks for */
	const bks_plan_wal *wal;  /* of a stream of base backups */
	size_t wal_count;
} bks_plan_stream;

typedef struct bks_plan {
	char hash[65]; /* SHA-256 over policy, every (backup, action, size, digest, copies) and the WAL that goes, not the clock; hex */
	bks_time now;
	const bks_plan_stream *streams;
	size_t stream_count;
	int64_t keep, expire, undecided, bytes_kept, bytes_freed;
	int64_t wal_keep, wal_expire, wal_bytes_kept, wal_bytes_freed; /* segments, and their bytes, of the sources with base backups */
	bks_time gone_by;                  /* when the last of them would be purged; NONE when nothing expires */
	int64_t cost_before, cost_after;   /* a month of the backups (without WAL: see cost.h), millionths; -1 unknown */
} bks_plan;

/* Changes nothing. SOURCE NULL: all. BKS_E_USAGE: no such source. Lives in A. */
BKS_API int bks_retain_plan(bks_plan *out, bks_catalog *cat, const char *source, bks_time now,
	bks_arena *a, bks_error *err);

/* Why one backup stays or goes, and until when. */
typedef struct bks_explained {
	const bks_plan_stream *stream;
	const bks_plan_row *row;
	const char *const *sentences; /* of the backup as a whole: one a reason, then what would have to change */
	size_t sentence_count;
	/* When its action changes if backups go on coming as they do, each proven: the day on which it goes.
	 * BKS_TIME_NONE: not in the time that the policy speaks of. */
	bks_time changes_at;
	const bks_time *copies_change_at; /* the same of each copy of ROW */
} bks_explained;

/* 0; 1: the plan does not look at it (it is gone). BKS_E_USAGE: no such backup. Lives in A. */
BKS_API int bks_retain_explain(bks_explained *out, bks_catalog *cat, int64_t backup, bks_time now,
	bks_arena *a, bks_error *err);

/*
 * Carrying it out (docs/retention.md): live -> condemned, by apply and run; condemned -> live, by undo; condemned -> gone, by purge
 * and run, once the grace is over. One process at a time does any of it.
 */
typedef struct bks_retain_options {
	bks_time now;
	int64_t run;       /* of bks_run_begin; 0: none */
	int64_t wait;      /* for another process that retains; microseconds */
	bks_time clock_ok; /* 0, or the time that a person says it is */
	bool catalog_ok;   /* a person says that this catalog goes on, although a repo knows a later or another one */
	bool (*stop)(void *arg);
	void *stop_arg;
} bks_retain_options;

/* What a safety rule did not let happen. */
typedef struct bks_refusal {
	const char *rule;     /* "not-switched-on" "clock" "not-mounted" "replaced" "survivors" ...: docs/retention.md */
	const char *source;   /* NULL: all of them */
	int64_t backup_id;    /* 0: no single one */
	const char *label, *repo; /* NULL as well */
	const char *text;
	bool minor; /* told, and no reason for a status by itself: a repo that is not ours to delete in */
} bks_refusal;

/* What is still to come. */
typedef struct bks_waiting {
	const char *source;
	enum bks_kind kind;
	const char *what; /* "brake": left for later runs; "grace": condemned, and not due yet */
	int64_t backups, bytes;
	int64_t wal;      /* files of archived WAL; then BACKUPS is 0 */
	int64_t runs;   /* "brake": so many runs more; -1: no run does it, only apply */
	bks_time until; /* "grace": the first is due then; else NONE */
} bks_waiting;

typedef struct bks_retained {
	char hash[65]; /* the plan that was carried out; "" when none was */
	const bks_action *actions;
	size_t action_count;
	const bks_refusal *refused;
	size_t refused_count;
	const bks_waiting *waiting;
	size_t waiting_count;
	int64_t condemned, taken_back, gone; /* copies */
	int64_t wal_condemned, wal_taken_back, wal_gone; /* files of archived WAL; their actions are of no backup (0) */
	int64_t bytes_freed;                 /* of what was seen to be gone */
	bool refusal;    /* one that is not minor */
	bool unfinished; /* something could not be done: I/O, a signal */
	const char *trouble; /* the first thing that could not be done; NULL */
} bks_retained;

/*
 * Condemns what the plan called HASH lets go, if that plan can still be made of this catalog (as it is, or as it was before what came
 * since) and each of its expiries would be planned now. 0, with what was done and what was refused; BKS_E_USAGE: HASH is none;
 * BKS_E_REFUSED: no such plan any more (nothing was done); BKS_E_BUSY; BKS_E_CATALOG: the catalog is damaged; BKS_E_IO. Lives in A.
 */
BKS_API int bks_retain_apply(bks_retained *out, bks_catalog *cat, const char *hash, const bks_retain_options *opt, bks_arena *a,
	bks_error *err);
/* Plans, condemns within the brakes where retention is switched on, and purges what is due. */
BKS_API int bks_retain_run(bks_retained *out, bks_catalog *cat, const bks_retain_options *opt, bks_arena *a, bks_error *err);
/* Takes back what is condemned of a backup (its id), or (ID 0) all that the plan HASH condemned. */
BKS_API int bks_retain_undo(bks_retained *out, bks_catalog *cat, int64_t id, const char *hash, const bks_retain_options *opt,
	bks_arena *a, bks_error *err);
/* Removes what was condemned and is over its grace, if it would still be let go, and what must stay is there. */
BKS_API int bks_retain_purge(bks_retained *out, bks_catalog *cat, const bks_retain_options *opt, bks_arena *a, bks_error *err);
/* Gives back the room that was set aside for the catalog beside it, on a full disk. Whether there was any. */
BKS_API bool bks_retain_room(bks_catalog *cat);
