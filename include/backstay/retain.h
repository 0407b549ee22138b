/* retain.h - what retention would keep and let go, each with its reasons; nothing here deletes */
#pragma once
#include "backup.h"
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

/* A run of segments, by its id in the catalog. Only segments go: no history file, no .partial. */
typedef struct bks_plan_wal {
	int64_t run;
	const char *repo, *folder;
	uint64_t system_id;
	uint32_t timeline, segment_size;
	const bks_plan_wal_part *parts; /* in order; they cover the run */
	size_t part_count;
} bks_plan_wal;

typedef struct bks_plan_stream {
	const char *source;
	enum bks_kind kind;
	bks_time reference; /* R; BKS_TIME_NONE when nothing is eligible */
	bool switched_on;
	const char *note; /* "floor met only by unproven backups", ...; NULL */
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
