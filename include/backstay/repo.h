/* repo.h - places where backups lie */
#pragma once
#include "catalog.h"

typedef struct bks_repos {
	const bks_repo *v;
	size_t n;
} bks_repos;

/* Adds R (name, url, read_only, cleaned_by_others, domain, and of a bucket endpoint, region, path_style, ca_file, profile). A path
 * becomes a file:// URL; the directory must exist, a bucket must answer. A marker file with a random id is written into it unless
 * read_only. BKS_E_USAGE: name or place taken, no such directory, no keys; BKS_E_IO: the bucket cannot be listed or written to. */
BKS_API int bks_repo_add(int64_t *id, bks_catalog *cat, const bks_repo *r, bks_error *err);
/* Writes R's read_only, cleaned_by_others, domain and what it says of its bucket over the row of R->id; no server is asked.
 * BKS_E_USAGE when it is declared in the settings. */
BKS_API int bks_repo_set(bks_catalog *cat, const bks_repo *r, bks_error *err);
/* 0: found, lives in A; 1: there is none of that name. */
BKS_API int bks_repo_find(
	const bks_repo **out, bks_catalog *cat, const char *name, bks_arena *a, bks_error *err);
BKS_API int bks_repo_list(bks_repos *out, bks_catalog *cat, bks_arena *a, bks_error *err);
/* BKS_E_REFUSED while live backups lie in it (the rows stay as history otherwise); BKS_E_USAGE when declared. */
BKS_API int bks_repo_drop(bks_catalog *cat, const char *name, bks_error *err);
