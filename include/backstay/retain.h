/* retain.h - what retention would keep and let go, each with its reasons; nothing here deletes */
#pragma once
#include "backup.h"

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
	const bks_plan_copy *copies;
	size_t copy_count;
} bks_plan_row;

typedef struct bks_plan_stream {
	const char *source;
	enum bks_kind kind;
	bks_time reference; /* R; BKS_TIME_NONE when nothing is eligible */
	bool switched_on;
	const char *note; /* "floor met only by unproven backups", ...; NULL */
	const bks_plan_row *rows; /* newest first */
	size_t row_count;
} bks_plan_stream;

typedef struct bks_plan {
	char hash[65]; /* SHA-256 over policy and every (backup, action, size, digest), not the clock; hex */
	bks_time now;
	const bks_plan_stream *streams;
	size_t stream_count;
	int64_t keep, expire, undecided, bytes_kept, bytes_freed;
	bks_time gone_by;                  /* when the last of them would be purged; NONE when nothing expires */
	int64_t cost_before, cost_after;   /* a month, millionths; -1 unknown */
} bks_plan;

/* Changes nothing. SOURCE NULL: all. BKS_E_USAGE: no such source. Lives in A. */
BKS_API int bks_retain_plan(bks_plan *out, bks_catalog *cat, const char *source, bks_time now,
	bks_arena *a, bks_error *err);
