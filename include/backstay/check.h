/* check.h - verify what the catalog knows, and the history of that */
#pragma once
#include "backup.h"

typedef struct bks_check {
	int64_t id, run_id, backup_id, artifact_id;
	const char *repo, *path;
	bks_time started, ended;
	int64_t bytes_read;
	const char *program; /* "backstay 0.1.0" */
	enum bks_verdict verdict;
	enum bks_result levels[BKS_LEVEL_COUNT];
	const bks_finding *findings;
	size_t finding_count;
} bks_check;

/* Every check of a backup, newest first, with findings. Lives in A. */
BKS_API int bks_check_list(const bks_check **out, size_t *n, bks_catalog *cat,
	int64_t backup_id, bks_arena *a, bks_error *err);

typedef struct bks_verify_options {
	bool all;       /* whatever the selection names, due or not */
	bool deep;      /* unpack again what is unchanged */
	int64_t run;    /* of bks_run_begin, which the checks name; 0: none */
	int level;      /* how far to go: BKS_LEVEL_NONE is covered; SEALED just compares digests */
	int64_t budget_time, budget_bytes; /* stop starting new ones after; 0: none */
	int jobs;
	bks_time now;
	void (*progress)(void *arg, const char *path, int64_t bytes, int64_t total); /* as bks_inspect_options */
	void *progress_arg;
	bool (*stop)(void *arg); /* asked between artifacts and blocks; NULL is fine */
	void *stop_arg;
} bks_verify_options;

typedef struct bks_verified {
	const bks_inspection *v; /* one an artifact and copy */
	const int64_t *backups;  /* the backup of each */
	const char *const *repos; /* and its repo's name */
	size_t n;
	int64_t counts[BKS_VERDICT_COUNT];
	int64_t matched; /* how many were selected; those not looked at any more (budget, signal) are in `left` */
	int64_t left;
	int64_t acked_trouble; /* items in trouble that somebody acknowledged */
	/* Without a selection: artifacts that were not looked at, because what was said of them is still fresh; how many of them
	 * were sound; and how many are in trouble that nobody acknowledged. */
	int64_t fresh, fresh_sound, fresh_trouble;
	int64_t cold;     /* artifacts in a storage class that cannot be read at once: their last proof stands; in `fresh`, too */
	int64_t requests; /* to the servers of buckets */
	bool source_without_proof; /* some selected source got no sound and no trouble either */
	bool interrupted;
} bks_verified;

/*
 * Verifies what SEL names, or (ids NULL and no filter set) what is due: new, changed, then longest unread. Results are
 * written in groups of 256 or half a second, so that a stopped run goes on where it was. 0 also when much is damaged.
 */
BKS_API int bks_verify(bks_verified *out, bks_catalog *cat, const bks_selection *sel,
	const bks_verify_options *opt, bks_arena *a, bks_error *err);
