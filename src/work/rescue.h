/* work/rescue.h - the files that are left in a repo, for rescue*.c and whoever passes them over
 */
#pragma once
#include "backstay/rescue.h"
#include "catalog/rows.h"
#include "store/store.h"

#define RESCUE_CATALOG ".backstay-catalog.db"
#define RESCUE_SUM RESCUE_CATALOG ".sha256"
#define RESCUE_PAGE "RESTORE.txt"
/* Its first line: what begins otherwise is not ours. */
#define RESCUE_HEAD "How to restore from this repo, as backstay knew it"

/* The page for REPO. 0 or negative. *out lives in A. */
int rescue_page(const char **out, bks_catalog *cat, const bks_repo *repo, store *s,
	bks_time now, bks_arena *a, bks_error *err);
