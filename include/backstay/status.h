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
} bks_source_status;

/* NAMES NULL: all. BKS_E_USAGE: no such source. Lives in A. */
BKS_API int bks_status(const bks_source_status **out, size_t *n, bks_catalog *cat,
	const char *const *names, size_t name_count, bks_time now, bks_arena *a, bks_error *err);
