/* Statements: prepared once, kept at rest by their text, stepped, and the first error of each
 * kept until somebody asks. */
#include "db/db.h"
#include "db/db_private.h"
#include <assert.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

int db_exec(db *d, const char *sql, bks_error *err)
{
	return sqlite3_exec(d->conn, sql, NULL, NULL, NULL) ? db_fail(d, err, sql) : 0;
}

/* The end of a statement tells it from its like better than its beginning; from_rest compares
 * the whole. */
static unsigned slot_of(const char *sql)
{
	size_t n = strlen(sql), from = n > 24 ? n - 24 : 0;
	uint32_t h = 2166136261u ^ (uint32_t)n;

	for (size_t i = from; i < n; i++)
		h = (h ^ (uint8_t)sql[i]) * 16777619u;
	return h % IDLE_SLOTS;
}

static db_query *from_rest(db *d, const char *sql)
{
	for (db_query **at = &d->idle[slot_of(sql)]; *at; at = &(*at)->next)
		if (!strcmp(sqlite3_sql((*at)->stmt), sql)) {
			db_query *q = *at;

			*at = q->next;
			d->idle_n--;
			return q;
		}
	return NULL;
}

db_query *db_sql(db *d, const char *sql)
{
	db_query *q = from_rest(d, sql);
	bks_error why;

	if (q)
		return q;
	q = calloc(1, sizeof *q);
	if (!q)
		abort();
	q->d = d;
	q->rc = sqlite3_prepare_v3(d->conn, sql, -1, SQLITE_PREPARE_PERSISTENT, &q->stmt, NULL);
	if (q->rc) {
		db_fail(d, &why, sql);
		snprintf(q->why, sizeof q->why, "%.*s", WHY - 1, why.text);
	}
	return q;
}

void db_query_free(db_query *q)
{
	unsigned slot;
	db *d;

	if (!q)
		return;
	d = q->d;
	if (!q->stmt || d->idle_n >= IDLE_MAX) {
		sqlite3_finalize(q->stmt);
		free(q);
		return;
	}
	sqlite3_reset(q->stmt);
	sqlite3_clear_bindings(q->stmt);
	slot = slot_of(sqlite3_sql(q->stmt));
	*q = (db_query){.d = d, .stmt = q->stmt, .next = d->idle[slot]};
	d->idle[slot] = q;
	d->idle_n++;
}

static int tell(const db_query *q, bks_error *err)
{
	const char *sql = q->stmt ? sqlite3_sql(q->stmt) : "prepare";

	if (q->why[0])
		return fail(err, db_code(q->rc), "%s", q->why);
	return fail(
		err, db_code(q->rc), "%s: %s [%.60s]", q->d->path, sqlite3_errstr(q->rc), sql);
}

int db_step(db_query *q, bks_error *err)
{
	int rc;

	if (q->rc)
		return tell(q, err);
	assert(q->bound == sqlite3_bind_parameter_count(q->stmt));
	assert(!q->on_row || q->drunk == sqlite3_column_count(q->stmt));
	if (q->d->depth && sqlite3_get_autocommit(q->d->conn))
		return fail(err, BKS_E_IO,
			"%s: the transaction was undone by an earlier failure", q->d->path);
	rc = sqlite3_step(q->stmt);
	q->drunk = 0;
	q->on_row = rc == SQLITE_ROW;
	if (rc != SQLITE_ROW && rc != SQLITE_DONE)
		return db_fail(q->d, err, sqlite3_sql(q->stmt));
	return q->on_row;
}

int db_run(db_query *q, bks_error *err)
{
	int r = db_step(q, err);

	assert(r <= 0);
	db_query_free(q);
	return r;
}

int db_end(db_query *q, bks_error *err)
{
	if (q->rc)
		return tell(q, err);
	assert(!q->on_row || q->drunk == sqlite3_column_count(q->stmt));
	return 0;
}

int64_t db_last_id(db *d)
{
	return sqlite3_last_insert_rowid(d->conn);
}

int64_t db_changes(db *d)
{
	return sqlite3_changes64(d->conn);
}
