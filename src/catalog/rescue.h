/* catalog/rescue.h - copies of the catalog itself */
#pragma once
#include "catalog/rows.h"

/* Changes whenever something that a restore asks for does. Lives in A. */
int rescue_state(const char **out, bks_catalog *cat, bks_arena *a, bks_error *err);
/* The catalog as it stands into the file TO, which nothing may have; whole and on the disk. */
int rescue_copy(bks_catalog *cat, const char *to, bks_error *err);
