/* work/deltas.h - how the rows of a source changed from one backup to the next */
#pragma once
#include "backstay/status.h"

/* Fills the rows and deltas of OUT: the newest of ALL (of one source, newest first, with
 * artifacts) that was walked to its end and holds data, against the good backup before it. One
 * whose time lies ahead of NOW is passed over. All lives in A. */
int deltas_find(bks_source_status *out, bks_catalog *cat, const bks_backups *all, bks_time now,
	bks_arena *a, bks_error *err);
