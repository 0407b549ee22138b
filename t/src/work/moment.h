/* work/moment.h - the point time of an artifact: where it is read, and what it disagrees with */
#pragma once
#include "backstay/inspect.h"

/*
 * Sets taken_at, taken_from and taken_zone of I from, strongest first: the header inside, the file's NAME (a path: its folders may tell the day), its MTIME
 * (BKS_TIME_NONE unknown). A reading without a zone of its own is in ZONE (NULL is UTC). Adds the findings clock-disagrees (off
 * MTIME by whole hours) and future-dated (past NOW by more than 10 minutes).
 */
void moment_find(bks_inspection *i, const char *name, bks_time mtime, const char *zone, bks_time now, bks_arena *a);
