/* catalog/strangers.h - objects of a bucket that were looked at and are no backups */
#pragma once
#include "catalog/rows.h"

struct stranger {
	const char *path;
	int64_t inode, size;
	bks_time mtime;
};

/* All of a repo, by the bytes of their paths. Lives in A. */
int stranger_list(const struct stranger **out, size_t *n, bks_catalog *cat, int64_t repo, bks_arena *a, bks_error *err);
/* It was looked at; what was known under its path is forgotten. */
int stranger_put(bks_catalog *cat, int64_t repo, const struct stranger *s, bks_error *err);
/* It is not there any more, or no stranger. */
int stranger_drop(bks_catalog *cat, int64_t repo, const char *path, bks_error *err);
