/* db/migrate.h - brings a file to this program's schema, or refuses */
#pragma once
#include "db/db.h"

struct db_migration {
	const char *name;
	const char *sql;
};

/* The schema number that stands in the file: how many migrations it took. */
int db_version(int *out, db *d, bks_error *err);

/* Refuses in words, with BKS_E_NEWER. */
int db_newer(const db *d, int have, int n, bks_error *err);

struct db_migrated {
	int from, to;
	const char *copy; /* path of the copy that was taken first; NULL: none was needed. Lives
			     in the arena */
};

/*
 * Takes the file through TABLE's steps that it lacks, all in one transaction, with APPLICATION
 * as its id. A file that holds something already is copied first, as
 * "PATH.before-upgrade-FROM"; a copy that is there is never written over. The version is read
 * inside the write lock, so two processes cannot both upgrade. BKS_E_NEWER: it has more steps
 * than N.
 */
int db_migrate(struct db_migrated *out, db *d, const struct db_migration *table, int n,
	int32_t application, bks_arena *a, bks_error *err);

/* Gives the file FROM the name TO, which nothing may have: 0; 1: something has it; BKS_E_IO.
 * The directory is synced. */
int db_place(const char *from, const char *to, bks_error *err);
/* Makes sure the names in PATH's directory are on the disk. */
int db_sync_directory(const char *path, bks_error *err);
