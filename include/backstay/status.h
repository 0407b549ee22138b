/* status.h - one line a source: is there a proven backup, how old, what is wrong */
#pragma once
#include "backup.h"

/* never: no backup is there, or only proven bad ones. unknown: none was judged yet, or nobody said how often they come. */
#define BKS_LATES(X)                                                                           \
	X(UNKNOWN, "unknown")                                                                  \
	X(NO, "no")                                                                            \
	X(YES, "late")                                                                         \
	X(NEVER, "never")
#define X(name, word) BKS_LATE_##name,
enum bks_late { BKS_LATES(X) BKS_LATE_COUNT };
#undef X
BKS_API const char *bks_late_name(enum bks_late l);

typedef struct bks_trouble {
	int64_t backup;
	const char *label;
	const char *code;
	bool acked;
} bks_trouble;

/* A table that holds more or fewer rows than in the backup before; partitions count to their table. */
typedef struct bks_row_delta {
	const char *database, *schema, *name; /* database NULL: of a single one */
	int64_t before, now;		      /* -1: not there, or without data section */
} bks_row_delta;

typedef struct bks_source_status {
	const char *source;
	bool guessed;
	const bks_backup *newest_proven; /* NULL: none */
	int64_t age;                     /* of it; -1 none */
	int64_t limit;                   /* every + slack, or learned; -1 unknown */
	bool limit_learned;
	enum bks_late late;
	const bks_trouble *trouble;
	size_t trouble_count;
	bks_time next_due; /* NONE unknown */
	size_t live;       /* backups */
	/* Where archived log is there: what would be lost were the database lost now (-1 unknown), at most so much where
	 * RPO_IS_BOUND; and when its newest segment was written. WAL_SILENT: too long ago, which makes it late. */
	int64_t rpo_actual;
	bool rpo_is_bound;
	bks_time wal_newest;
	int64_t wal_limit; /* -1 unknown */
	bool wal_silent;
	/* The newest backup whose rows were read, and the good one before it; 0: there are no such two. */
	int64_t rows_backup, rows_before;
	const bks_row_delta *deltas; /* between them, the largest change in rows first */
	size_t delta_count;
} bks_source_status;

/* NAMES NULL: all. BKS_E_USAGE: no such source. Lives in A. */
BKS_API int bks_status(const bks_source_status **out, size_t *n, bks_catalog *cat,
	const char *const *names, size_t name_count, bks_time now, bks_arena *a, bks_error *err);
