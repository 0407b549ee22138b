/* work/commands_log.h - commands that bring a base backup back, with or without archived log
 * behind it, into a new cluster */
#pragma once
#include "backstay/restore.h"
#include "policy/interval.h"

/* Segments that the new server may have: names FROM to LAST, out of FOLDER (absolute). MUST:
 * one that is not there stops the recovery, so that it never ends silently short. */
struct log_range {
	const char *folder;
	const char *from, *last;
	bool must;
	int64_t partial; /* where one is not there, its .partial will do when it has so many bytes; 0: it will not */
};

struct log_plan {
	const bks_backup *const *chain; /* the full one first; each that follows builds on it */
	const bks_artifact *files;      /* of each the copy to read */
	size_t n;
	int version; /* major; 0 unknown */
	const bks_recovery *recovery;
	bool own_timeline; /* that of the base backup: its history need not be there */
	const struct log_range *ranges;
	size_t range_count;
	const char *const *histories; /* folders with .history files (absolute) */
	size_t history_count;
	const char *last; /* name of the last segment that is promised */
	uint64_t end; /* recovery must come at least so far where it has no target */
	bool pause;
};

/* With PAUSE, lines that begin so are for whoever has looked at the new server and lets it go on. */
#define COMMANDS_LATER "# to go on: "

/* Fills OUT's commands, for bash -e. Whoever wants to go on with them adds to what is there:
 * the new cluster lies in the folder that *name tells, its data in NAME/data, its socket in
 * NAME, port 54999. */
void commands_cluster(bks_point *out, const char **name, const struct log_plan *p,
	bks_catalog *cat, bks_arena *a);
