/* work/sets.h - files that are parts of one backup (roles, schema, data): a scan puts them
 * aside, and makes sets of them at its end */
#pragma once
#include "backstay/scan.h"
#include "catalog/rows.h"

struct newcomer {
	bks_backup b;   /* what it would be alone; source_id 0: b.source is a guess */
	bks_artifact f; /* backup_id 0 */
	struct part is;
	const char *guess; /* the source that its path looks like */
};

/* Zeroed but for the first five, it is empty. */
struct sets {
	bks_catalog *cat;
	const bks_repo *repo;
	bks_time now;
	bool dry_run;
	bks_arena *arena; /* what is put aside lives there */
	struct newcomer *v;
	size_t n, room;
};

void sets_put(struct sets *s, const struct newcomer *one);

/* Told of each file that was put aside, when it has its backup. */
struct sets_told {
	void (*tell)(void *arg, const bks_action *a);
	int (*wrote)(void *arg); /* after each backup: the caller may commit; NULL is fine */
	void *arg;
};

/*
 * Makes backups of what was put aside and of what the catalog knows of the repo: files of one
 * run go into one backup, one that came late into the backup of its run. A dry run only tells.
 * 0, or the catalog failed.
 */
int sets_flush(struct sets *s, const struct sets_told *to, bks_error *err);
