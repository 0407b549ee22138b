/* pictures.h - a world on disk: listed, summed up, copied, and what its catalog says of it */
#pragma once
#include "kill_at.h"
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum { REPOS = 2, PATHS = 512 };

/* The folder of a world: catalog.db and s.conf, and beside them a folder for each repo, by its name. */
struct world {
	char folder[PATHS];
	const char *repos[REPOS];
	size_t repo_count;
};

struct seen_file {
	char *path; /* REPO/path */
	unsigned long inode;
	long size;
	int64_t mtime; /* nanoseconds */
	char kind;     /* f, d, l */
};
struct seen_files {
	struct seen_file *v;
	size_t n;
};

/* Of all repos, by their paths. Freed by the caller. */
void picture_files(struct seen_files *out, const struct world *w);
void picture_free(struct seen_files *f);
const struct seen_file *picture_find(const struct seen_files *f, const char *path);

/* Sums up all that a later process could read: every byte beside the repos and of small files of our own in them, and each other
 * file by inode, size and mtime. CATALOG: this file in place of the catalog, and without its journal (one that was recovered). */
uint64_t picture_sum(const struct world *w, const char *catalog);

/* A copy. Files of the repos are second names of the same bytes (nothing ever writes into one), folders look as if they had the inode
 * of what they were copied of: kill_at_looks is set for that. */
void picture_copy(const char *to, const char *from);
void picture_remove(const char *folder);

/* A copy of the catalog alone in FOLDER, recovered by SQLite as the next process would recover it: FOLDER/catalog.db. */
void picture_recover(const char *folder, const struct world *w);

/* What must be true of a world whose catalog, recovered, is SIDE. BASE: its files as they were when nothing was done. KEPT: what must
 * be there, whatever happens. SETTLED: and nothing is half done. NULL, or what is wrong (freed by the caller). */
char *picture_truths(const struct world *w, const char *side, const struct seen_files *base, const struct seen_files *kept, bool settled);
/* Files and states as one text, freed by the caller. */
char *picture_state(const struct world *w, const char *side);
/* The files of live artifacts and of runs of WAL... all that STATE's world has, as KEPT wants it. */
char *form(const char *fmt, ...) __attribute__((format(printf, 1, 2)));
