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

/* A row of the journal. */
typedef struct bks_journal_row {
	int64_t id, uid, pid;
	bks_time at;
	const char *login, *host; /* NULL: not known */
	const char *action;	  /* "hold-add", "backup-state", ... */
	const char *object, *detail; /* bytes; NULL: none */
	char hash[65];		     /* hex */
} bks_journal_row;

/* Newest first. SINCE NONE: all; LAST 0: all; OBJECT NULL: any, else rows about just that: a name, or of a backup its id or label.
 * Lives in A. */
BKS_API int bks_journal_list(const bks_journal_row **out, size_t *n, bks_catalog *cat, bks_time since, size_t last,
	const char *object, bks_arena *a, bks_error *err);

typedef struct bks_journal_health {
	int64_t rows;	   /* that follow on each other, from the first */
	char head[65];	   /* hash of the last of them; 64 zeros when there is none */
	bool broken;
	int64_t broken_row; /* the first that does not fit; 0: it has no number, or a row that should be there is not */
	const char *why;    /* lives in the arena; NULL when sound */
	int64_t known_row;  /* the row with the head that was asked for; 0 */
} bks_journal_health;

/* Walks the chain from its first row. HEAD (64 hex digits, or NULL) is a hash noted earlier and elsewhere: it must still be that of
 * some row, else the journal was cut or written anew since, which nothing else can tell. BKS_E_USAGE: HEAD is no hash. */
BKS_API int bks_journal_verify(bks_journal_health *out, bks_catalog *cat, const char *head, bks_arena *a, bks_error *err);
/* The last row and its hash as they stand, unchecked: to be noted elsewhere. */
BKS_API int bks_journal_head(int64_t *rows, char hash[65], bks_catalog *cat, bks_error *err);
