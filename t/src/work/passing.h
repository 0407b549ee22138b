/* work/passing.h - what lies in a repo and is no backup of it: our own files, other tools' work in progress, parts of something else */
#pragma once
#include "catalog/rows.h"
#include "store/store.h"
#include <sys/stat.h>

/* Made for one walk of one repo. */
struct passing {
	bks_arena *arena;
	store *s;
	const char *catalog; /* base name of our own file */
	struct stat catalog_file;
	const char **inner; /* the repos that lie in this one, "sub/" each */
	size_t inner_count;
	const char *folder; /* one backup, in which other things lie too: the last that the walk entered */
	bool (*owns)(const char *name);
};

/* Lives in A, as long as S. 0, or negative when the catalog cannot say which repos there are. */
int passing_init(struct passing *out, bks_catalog *cat, const bks_repo *repo, store *s, bks_arena *a, bks_error *err);
/* Ours, or what belongs to another file: no count has it. */
bool passing_ours(const struct passing *p, const struct store_entry *e);
/* Somebody's work in progress, left alone until it gets its name. */
bool passing_part(const char *path);
/* A part of the folder that passing_folder named; whatever else lies in that is seen by itself. */
bool passing_member(const struct passing *p, const char *path);
/* The walk goes into the folder PATH, which is one backup: OWNS tells of its files which are its parts. */
void passing_folder(struct passing *p, const char *path, bool (*owns)(const char *name));
/* A file of a repo within this one: that one holds it. */
bool passing_inner(const struct passing *p, const char *path);
