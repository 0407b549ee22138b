/* work/cold.h - storage classes whose objects are read only after they were called back, which takes hours and is billed */
#pragma once
#include "backstay/backup.h"
#include "backstay/repo.h"

/* NULL is none. */
bool cold_class(const char *storage_class);
/* What is said of F, which lies in R: its class, how long it takes to have it back. Lives in A. */
const char *cold_text(const bks_artifact *f, const bks_repo *r, bks_arena *a);
