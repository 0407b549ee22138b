/*
 * db/db.h - the only door to SQLite: open, transactions, bind, step, read. A handle belongs to
 * one thread at a time.
 *
 * A query remembers its first error until it is stepped. Codes: BKS_E_BUSY another process
 * holds the file; BKS_E_IO the disk (full, read-only, failing); BKS_E_REFUSED a trigger of the
 * schema said no, in its words; BKS_E_CATALOG everything that means the file or its rows are
 * not what they should be.
 */
#pragma once
#include "backstay/time.h"
#include "base/arena.h"
#include "base/auto.h"
#include "base/error.h"
#include <stdbool.h>
#include <stdint.h>

typedef struct db db;
typedef struct db_query db_query;

struct db_options {
	bool read_only;      /* no statement may write; no right to write is needed */
	bool make;           /* a file that is not there, or empty, is made one of ours */
	int64_t wait;        /* how long to wait for another process, microseconds */
	int32_t application; /* what PRAGMA application_id must say; 0: not looked at */
	const char *what;    /* "backstay catalog", for messages */
};

/* PATH may be ":memory:". Foreign keys on, journal mode PERSIST, synchronous EXTRA, no trust in
 * the file's own SQL. */
int db_open(db **out, const char *path, const struct db_options *opt, bks_error *err);
void db_close(db *d); /* NULL is fine */
const char *db_path(const db *d);
/* One or more statements without rows and without binds. */
int db_exec(db *d, const char *sql, bks_error *err);

/*
 * Write transactions: the outermost is BEGIN IMMEDIATE, inner ones are savepoints, so that an
 * inner one undoes only its own. db_finish commits when R is 0 and rolls back otherwise; it
 * returns R or why the commit failed.
 */
int db_begin(db *d, bks_error *err);
int db_commit(db *d, bks_error *err);
void db_rollback(db *d); /* fine when none is open */
int db_finish(db *d, int r, bks_error *err);
int db_depth(const db *d);
/* Reads between these two see one moment of the file; nothing is written between them. */
int db_moment_begin(db *d, bks_error *err);
void db_moment_end(db *d);

/* SQL is one statement. Statements are kept and used again. Binds and reads go in order, each
 * taking the next ? or column. */
db_query *db_sql(db *d, const char *sql);
void db_query_free(db_query *q); /* NULL is fine */

void db_bind_int(db_query *q, int64_t v);
void db_bind_opt(db_query *q, int64_t v, int64_t none); /* NONE goes in as NULL */
void db_bind_time(db_query *q, bks_time t);             /* BKS_TIME_NONE goes in as NULL */
void db_bind_ref(db_query *q, int64_t id);              /* 0 goes in as NULL */
void db_bind_text(db_query *q, const char *v);          /* NULL goes in as NULL */
void db_bind_name(
	db_query *q, const char *v); /* bytes: TEXT when valid UTF-8, else BLOB; NULL as NULL */
void db_bind_blob(db_query *q, const void *v, size_t n); /* V NULL goes in as NULL */
void db_bind_null(db_query *q);

/* 1: a row is ready; 0: done; negative: failed. The row before must be drunk to its end. */
int db_step(db_query *q, bks_error *err);
int db_run(db_query *q, bks_error *err); /* for statements without rows; frees Q */
/* For one who stops before the last row: the row was drunk, and nothing went wrong while
 * reading it. */
int db_end(db_query *q, bks_error *err);

int64_t db_int(db_query *q); /* NULL is 0 */
int64_t db_opt(db_query *q, int64_t none);
bks_time db_time(db_query *q); /* NULL is BKS_TIME_NONE */
bool db_bool(db_query *q);
const char *db_text(db_query *q, bks_arena *a); /* NULL is NULL */
const char *db_name(
	db_query *q, bks_arena *a); /* TEXT or BLOB; a NUL inside fails Q; NULL is NULL */
bool db_bytes(db_query *q, uint8_t *out, size_t n); /* false: NULL; another length fails Q */
const void *db_blob(size_t *n, db_query *q, bks_arena *a);
/* A word's place in NAMES; an unknown one fails Q. NULL too, but for db_enum_opt, where it is
 * NONE. */
int db_enum(db_query *q, const char *const *names, int n);
int db_enum_opt(db_query *q, const char *const *names, int n, int none);

/* A value of any type, for those who copy whole tables. */
struct db_value {
	enum { DB_NULL, DB_INT, DB_TEXT, DB_BLOB } type;
	int64_t i;
	const void *bytes; /* NUL-ended */
	size_t n;
};
void db_value(struct db_value *out, db_query *q, bks_arena *a);
void db_bind_value(db_query *q, const struct db_value *v);
int db_columns(const db_query *q);
const char *db_column(const db_query *q, int i); /* its name; a loan of Q */

int64_t db_last_id(db *d);
int64_t db_changes(db *d);    /* rows that the last statement wrote */
const char *db_library(void); /* SQLite's version; a loan */

AUTO_FN(db_query_auto, db_query, db_query_free);
AUTO_FN(db_auto, db, db_close);
