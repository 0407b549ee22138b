/* work/mounted.h - whether a repo without a marker is there at all */
#pragma once
#include "catalog/rows.h"
#include "store/store.h"

/* 1: some file that is known of REPO lies in S, or none is known; 0: not one of them does, as in an empty mount point; negative:
 * the catalog failed. */
int mounted_seems(bks_catalog *cat, int64_t repo, store *s, bks_error *err);
