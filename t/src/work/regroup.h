/* work/regroup.h - what a scan corrects of backups that it knows: whose they are, their tier, and the zone their time was read in */
#pragma once
#include "work/known.h"
#include "work/register.h"

struct regroup {
	bks_catalog *cat;
	const bks_sources *sources;
	const bks_repo *repo;
	bool dry_run;
	bks_arena *arena;
	const bks_backup *v; /* by id; empty when no source says anything that could change them */
	const char **zones;  /* of each: the zone its time should be read in; never NULL */
	size_t n;
};

/*
 * A file that was known before its source was gets that source, confirmed, as soon as a glob claims it, and the tier that a glob
 * gives it; TELL is called for each (reason "claimed" or "tier"). 0; BKS_E_USAGE: two sources claim one; or the catalog failed.
 */
int regroup_all(struct regroup *g, void (*tell)(void *arg, const bks_backup *b, const char *source, const char *reason),
	void *arg, bks_error *err);
/* The source's dump zone is another now: the time in E's head or name is read again. 1: it changed; 0: it did not. */
int regroup_time(struct regroup *g, struct registrar *r, const struct known *k, const struct store_entry *e, bks_arena *scratch,
	bks_error *err);
