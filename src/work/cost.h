/* work/cost.h - the nights to come of a whole catalog */
#pragma once
#include "backstay/cost.h"
#include "backstay/repo.h"
#include "policy/forecast.h"

/* What lies there: the repos, and the bytes in them that no backup has. */
struct cost_there {
	const bks_repos *repos;
	const struct forecast_load *loads;
	size_t load_count;
};

/* Runs forecast_run over every stream of SOURCE (NULL: all) and over LOADS, which no stream
 * speaks of. */
int cost_ahead(struct forecast_span *spans, size_t n, bks_catalog *cat, const char *source,
	bks_time now, const struct cost_there *there, bks_arena *a, bks_error *err);

/* Since when F is billed where it lies: since it was written there, or first seen. */
bks_time cost_since(const bks_artifact *f);
