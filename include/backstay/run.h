/* run.h - past runs, holds, acknowledgements, the journal */
#pragma once
#include "catalog.h"

typedef struct bks_run {
	int64_t id;
	const char *command; /* scan, verify, nightly, ... */
	bks_time started, ended; /* ended is BKS_TIME_NONE for one that never said so */
	int status;              /* exit status; -1 unknown */
	const char *counts;      /* a JSON object in text */
} bks_run;

BKS_API int bks_run_begin(int64_t *id, bks_catalog *cat, const char *command, bks_error *err);
BKS_API int bks_run_end(
	bks_catalog *cat, int64_t id, int status, const char *counts_json, bks_error *err);
BKS_API int bks_run_list(const bks_run **out, size_t *n, bks_catalog *cat, bks_time since,
	bks_arena *a, bks_error *err);

typedef struct bks_hold {
	int64_t id, backup_id;
	const char *label;
	const char *kind; /* "pin" "legal" "lease" "suspicion" */
	const char *reason;
	bks_time created, until, released; /* NONE: without end, not released */
} bks_hold;

BKS_API int bks_hold_add(int64_t *id, bks_catalog *cat, int64_t backup_id, const char *reason,
	bks_time until, bks_error *err);
/* Releases every pin of the backup. 0; 1: it had none. */
BKS_API int bks_hold_release(bks_catalog *cat, int64_t backup_id, bks_error *err);
BKS_API int bks_hold_list(const bks_hold **out, size_t *n, bks_catalog *cat, bool released_too,
	bks_arena *a, bks_error *err);

/* Acknowledges the trouble of a backup: shown, no reason for status 1 any more, until UNTIL or a new kind of trouble. */
BKS_API int bks_ack_add(bks_catalog *cat, int64_t backup_id, const char *reason, bks_time until,
	bks_error *err);
