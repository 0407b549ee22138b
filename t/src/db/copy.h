/* db/copy.h - a copy of the file as it stands, taken beside it */
#pragma once
#include "db/db.h"

/* The caller holds the write lock and has written nothing yet. *out lives in A. BKS_E_IO: no
 * room, no right. */
int db_copy_beside(const char **out, db *d, int version, bks_arena *a, bks_error *err);
