/* source.h - databases that are backed up, and what their backups must hold */
#pragma once
#include "backup.h"

typedef struct bks_sources {
	const bks_source *v;
	size_t n;
} bks_sources;

/* Adds S; a source that scan guessed under that name becomes S, and is guessed no more. BKS_E_USAGE: the name is taken or
 * empty, a zone or policy that does not exist. */
BKS_API int bks_source_add(int64_t *id, bks_catalog *cat, const bks_source *s, bks_error *err);
/* Writes S over the row of S->id, its tables and globs too; clears `guessed`, and then that of its backups. BKS_E_USAGE when it is declared. */
BKS_API int bks_source_set(bks_catalog *cat, const bks_source *s, bks_error *err);
/* 0: found, lives in A; 1: there is none of that name. */
BKS_API int bks_source_find(
	const bks_source **out, bks_catalog *cat, const char *name, bks_arena *a, bks_error *err);
BKS_API int bks_source_list(bks_sources *out, bks_catalog *cat, bks_arena *a, bks_error *err);
typedef struct bks_learned {
	const bks_source *source; /* as it is now */
	const bks_backup *backup;
	const bks_requirement *added; /* what it requires since this call */
	size_t added_count;
	size_t kept;   /* tables of the backup that it required before; they stay as they are */
	const bks_requirement *lacking; /* what it requires, and this backup does not hold: stays required */
	size_t lacking_count;
	size_t left_out; /* tables without a data section (foreign, excluded): what it does not hold cannot be asked of others */
} bks_learned;

/*
 * Requires of the source of backup ID every table that this backup holds with its data, partitions within their table. What is
 * required already keeps its numbers. BKS_E_REFUSED: the backup is not sound, or shows no table with data; BKS_E_USAGE: the source is
 * declared in the settings. A guessed source stays guessed. *out lives in A.
 */
BKS_API int bks_source_learn(bks_learned *out, bks_catalog *cat, int64_t id, bks_arena *a, bks_error *err);
/* BKS_E_REFUSED while it has live backups; BKS_E_USAGE when declared or unknown. */
BKS_API int bks_source_drop(bks_catalog *cat, const char *name, bks_error *err);
