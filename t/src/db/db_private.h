/* db/db_private.h - shared by the files of src/db alone */
#pragma once
#include "db/db.h"
#include <sqlite3.h>

enum { IDLE_SLOTS = 128, IDLE_MAX = 256, WHY = 200 };

struct db {
	sqlite3 *conn;
	char *path;
	int64_t wait;
	int depth; /* of db_begin */
	bool lost; /* SQLite itself rolled back the whole transaction */
	int idle_n;
	db_query *idle[IDLE_SLOTS]; /* statements at rest, by the hash of their text */
};

struct db_query {
	db *d;
	sqlite3_stmt *stmt;
	db_query *next; /* at rest in the same slot */
	int rc;         /* first thing that went wrong while preparing, binding or reading */
	char why[WHY];  /* in words, when rc alone does not say it */
	int bound;      /* ? taken so far */
	int drunk;      /* columns read of this row */
	bool on_row;
};

/* The last error of D's connection; SQL names the statement. */
int db_fail(db *d, bks_error *err, const char *sql);
/* An SQLite result code as one of ours. */
int db_code(int rc);
/* The pid of another process that has a lock on the file, or 0 when that cannot be known. */
long db_holder(const char *path);
