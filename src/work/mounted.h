/* work/mounted.h - whether what lies at a repo's place is the repo that the catalog knows */
#pragma once
#include "catalog/rows.h"
#include "store/store.h"

/*
 * A repo that we may write to has a marker file with a random id; of a read-only one the catalog notes inode and device of its
 * folder, and where these are others (disks are numbered anew) one registered file that is still there proves it. 0: it is the
 * repo, *note (NULL: nothing new) is what the catalog should note of it as its marker; 1: it is not, *why says how; negative:
 * the catalog failed. With MAKE a marker is written where none is known yet. Texts live in A.
 */
int mounted_check(const char **why, const char **note, bks_catalog *cat, const bks_repo *r, store *s, bool make,
	bks_arena *a, bks_error *err);
/* Opens the place of R as its settings say. As store_open. */
int mounted_open(store **out, const bks_repo *r, bks_error *err);
/* What a new read-only repo is known by; NULL when its folder cannot be asked. Lives in A. */
const char *mounted_folder(store *s, bks_arena *a);
