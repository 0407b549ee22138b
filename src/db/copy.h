/* db/copy.h - a copy of the file as it stands, taken beside it */
#pragma once
#include "db/db.h"

/* The file as it stands, read in one moment, into TO, which nothing may have (mode 0600); it was
 * found whole (quick_check) and is on the disk. BKS_E_IO; BKS_E_CATALOG: it is not whole. No file
 * stays when it fails. */
int db_copy_to(db *d, const char *to, bks_error *err);

/* The caller holds the write lock and has written nothing yet. *out lives in A. BKS_E_IO: no
 * room, no right. */
int db_copy_beside(const char **out, db *d, int version, bks_arena *a, bks_error *err);
