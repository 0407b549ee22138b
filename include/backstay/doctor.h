/* doctor.h - the catalog's own health; the catalog as JSON lines, out and in */
#pragma once
#include "catalog.h"
#include <stdio.h>

typedef struct bks_ailment {
	bool bad; /* false: told for information */
	const char *check; /* "integrity", "foreign-keys", "journal", "orphans", "settings", "sqlite-version" ... */
	const char *text;
} bks_ailment;

/* Checks the file against itself. 0 with *n rows (one a check, bad or not); BKS_E_CATALOG when it cannot be read at all. */
BKS_API int bks_doctor(const bks_ailment **out, size_t *n, bks_catalog *cat, bks_arena *a, bks_error *err);

/* How the processes stand that read strangers' bytes: one is asked, and judges a few known inputs. One row, "sandbox". */
BKS_API void bks_doctor_process(bks_ailment *out, bks_arena *a);

/* Tries, on each bucket with a reaper_profile, whether its two keys can each do no more than they should (canaries are written and taken
 * away). One row a bucket, "keys"; without any *n is 0 and no server is asked. Lives in A. */
BKS_API int bks_doctor_keys(const bks_ailment **out, size_t *n, bks_catalog *cat, bks_arena *a, bks_error *err);

/* Writes every row as JSON lines: {"backstay": "export", "schema": N} first, then {"table": ..., row...}. */
BKS_API int bks_export(bks_catalog *cat, FILE *to, bks_error *err);
/* Reads them into an empty catalog, all or nothing. BKS_E_USAGE: the catalog is not empty, or a line that is wrong (named). */
BKS_API int bks_import(int64_t *rows, bks_catalog *cat, FILE *from, bks_error *err);
