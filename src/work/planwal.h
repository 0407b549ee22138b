/* work/planwal.h - which archived WAL of a stream of base backups stays */
#pragma once
#include "work/streams.h"

/* Fills OUT's wal by what PLAN, which is of S, keeps. Nothing for other kinds and for streams without a source.
 * Leases are those that stood at NOW. */
int plan_wal(bks_plan_stream *out, bks_catalog *cat, const struct stream_rows *s, const struct keep_plan *plan, bks_time now,
	bks_arena *a, bks_error *err);
