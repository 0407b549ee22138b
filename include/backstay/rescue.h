/* rescue.h - what is left in the repos for the day on which the catalog's host is gone, and the
 * way back from it */
#pragma once
#include "catalog.h"

typedef struct bks_rescue_left {
	const char *repo;
	bool written;    /* false: what lies there is as new as it need be */
	const char *why; /* could not be written; NULL */
} bks_rescue_left;

typedef struct bks_rescued {
	const bks_rescue_left *v; /* the repos that may be written to */
	size_t n;
} bks_rescued;

/*
 * Leaves in each repo that may be written to `.backstay-catalog.db` (mode 0600, found whole
 * before it gets its name), its digest beside it (`.sha256`) and RESTORE.txt, where what they
 * tell has changed or a day has passed. A RESTORE.txt that is somebody else's stays. 0, also
 * where a repo could not be written; negative: the catalog could not be read. Lives in A.
 */
BKS_API int bks_rescue(
	bks_rescued *out, bks_catalog *cat, bks_time now, bks_arena *a, bks_error *err);

typedef struct bks_adopted {
	const char *copy; /* the file that was read */
	bool digest_compared;
	bks_time taken; /* when it was made; NONE unknown */
	int64_t backups, repos;
	const char *host_before; /* the catalog's identity before, its first digits */
} bks_adopted;

/* Whether FROM is a copy of a catalog, or a folder that holds one: *copy is its path; lives in
 * A. */
BKS_API bool bks_adopts(const char **copy, const char *from, bks_arena *a);

/*
 * Makes the catalog PATH out of such a copy: where nothing lies. Its digest (where one lies
 * beside it), its mark, its schema and every page of it are checked first. It gets an identity
 * of its own, so that retention asks whether the other catalog is given up. BKS_E_USAGE: PATH
 * is there, or it is no copy; BKS_E_CATALOG: damaged, or of another digest; BKS_E_NEWER. Lives
 * in A.
 */
BKS_API int bks_adopt(bks_adopted *out, const char *path, const char *copy,
	const bks_settings *s, int64_t wait, bks_arena *a, bks_error *err);
