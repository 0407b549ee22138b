/* work/cleaned.h - what somebody else's cleaning may take without a word */
#pragma once
#include "catalog/rows.h"

struct cleaned; /* what the catalog had before the walk */

/* Reads all streams. Lives in A. */
int cleaned_load(struct cleaned **out, bks_catalog *cat, bks_time now, bks_arena *a, bks_error *err);
/*
 * A copy of BACKUP in REPO is gone, as its age let one expect. false: that is a loss all the same, because no other copy is left
 * and it was held, stood in a slot, or was one of the last eligible ones of its stream (the floor). Counts it as gone.
 */
bool cleaned_well(struct cleaned *c, int64_t backup, int64_t repo);
