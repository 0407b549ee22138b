/* scan.h - bring the catalog in line with what lies in the repos */
#pragma once
#include "backup.h"

typedef struct bks_action {
	int64_t backup_id; /* 0 in a dry run for one that is not there yet */
	const char *label, *repo, *source;
	const char *from, *to; /* states; from is "" for what is new; to "live" "settling" "missing" "gone" "digest-changed" */
	const char *reason;    /* "new", "replaced", "vanished", "back", "copy", ...; NULL */
	int64_t bytes;
} bks_action;

typedef struct bks_scanned {
	const bks_action *actions;
	size_t action_count;
	const bks_finding *findings; /* of repos and files: not mounted, unreadable, special file skipped; where is the path */
	size_t finding_count;
	int64_t seen; /* files: added + changed + unchanged + ignored + unreadable */
	int64_t added, changed, missing, unchanged, ignored, unreadable;
	int64_t requests; /* to the servers of buckets; a listing costs one for a thousand keys */
	int64_t wal_trouble; /* findings of archived WAL that are trouble: gaps, strangers, sizes; acknowledged ones too */
	bool unfinished; /* some repo or file could not be looked at: status 3 */
} bks_scanned;

typedef struct bks_scan_options {
	const char *const *repos; /* names; NULL: all */
	size_t repo_count;
	bool dry_run;
	bks_time now;
	bool (*stop)(void *arg);
	void *stop_arg;
} bks_scan_options;

/* BKS_E_USAGE: no such repo; a file that two sources claim. A missing marker ("not mounted?") is a finding, and no row of
 * that repo changes. */
BKS_API int bks_scan(bks_scanned *out, bks_catalog *cat, const bks_scan_options *opt,
	bks_arena *a, bks_error *err);

typedef struct bks_add_options {
	const char *source;
	int tier; /* enum bks_tier + 1 */
	const char *reason;
	bks_time taken_at;  /* 0: as found */
	const char *sha256; /* 64 hex digits, for a single path: its digest at birth */
	bks_time now;
} bks_add_options;

/* Registers one file by hand; the repo is the one beneath whose root PATH lies (BKS_E_USAGE when none is). 0: *id is
 * the backup; 1: it was known, and the options were applied to it. */
BKS_API int bks_add(int64_t *id, bks_catalog *cat, const char *path,
	const bks_add_options *opt, bks_error *err);
