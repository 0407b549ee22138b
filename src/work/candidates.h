/* work/candidates.h - everything of a source that could be brought back, for pick and gaps */
#pragma once
#include "policy/provider.h"
#include "work/logs.h"
#include "work/streams.h"

struct candidates {
	const bks_source *source;
	struct stream_rows all;   /* of every kind, as if lost repos had never been */
	const bks_backup **whole; /* the same with all of their copies */
	struct logs logs;
	struct reach_of *reach; /* of each; backup NULL: it is one instant */
	bks_window windows[BKS_WINDOW_COUNT];
	size_t window_count;
};

/* W's limits are filled from the source where they are not said. BKS_E_USAGE: no such source.
 */
int candidates_load(
	struct candidates *out, bks_catalog *cat, bks_wish *w, bks_arena *a, bks_error *err);
