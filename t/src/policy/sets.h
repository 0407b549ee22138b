/*
 * policy/sets.h - which files are of one run: roles, schema and data that one backup is made of
 *
 * Plain decisions over plain rows; docs/catalog.md ("Sets") has the rules in words.
 */
#pragma once
#include "backstay/backup.h"
#include "base/arena.h"
#include "base/namestamp.h"

/* One file that may be a part of a set. */
struct set_file {
	int64_t family; /* files of one family alone can be of one set: a source, in a repo */
	enum bks_part part; /* never NONE */
	int64_t backup;     /* registered as part of this backup; 0: new */
	bool closed;        /* its backup takes nobody in: files of it were overwritten since */
	const char *path;
	const char *place; /* what its path says without stamps and without words for parts:
			      "supabase/shop" */
	bool stamped;      /* its name tells a time: */
	struct namestamp stamp;
	bks_time inside; /* that its own bytes tell; BKS_TIME_NONE: none */
	bks_time mtime;
};

/*
 * Sets group[i] for each of the N files of V: files of one number, counted from 0, are of one
 * run. Files of one registered backup stay together. No group has two files of a part, but for
 * those that one backup has already. The same files in another order get the same groups
 * (under other numbers). O(n log n). Returns how many groups there are.
 */
size_t sets_group(size_t *group, const struct set_file *v, size_t n, bks_arena *a);

/* Whether X and Y can be of one run, and how far apart they are then, microseconds; -1: they
 * are of two. */
int64_t sets_apart(const struct set_file *x, const struct set_file *y);
