/* work/commands.h - the exact commands that bring a backup back, ready to paste */
#pragma once
#include "backstay/restore.h"
#include "work/conninfo.h"

/* How they are made; zeroed, or NULL, is right. */
struct commands_how {
	const struct conninfo *into;  /* where the new database is made; NULL: as the environment says */
	const bks_requirement *table; /* this one alone; NULL: all */
};

/*
 * Fills OUT's commands for the file F of B: into a new database (or, for what names its own databases, into a new cluster),
 * stopping on the first error; what a dump says of databases by name (-C, -c) is left out; touching nothing that is live.
 */
void commands_restore(bks_point *out, const bks_backup *b, const bks_artifact *f, bks_catalog *cat,
	const struct commands_how *how, bks_arena *a);

/* The folder in which the repo called NAME lies here; a name that begins with '/', as no repo's does, is such a folder
 * itself: what was fetched lies there as it lay in the repo; of a bucket the one to which the commands fetch it. NULL: it is not there. Lives in A. */
const char *commands_root(const char *name, bks_catalog *cat, bks_arena *a);
