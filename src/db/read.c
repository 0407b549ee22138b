/* Reading a row in order. A value that cannot be what its reader expects fails the query: files
 * rot. */
#include "base/text.h"
#include "db/db_private.h"
#include <assert.h>
#include <stdio.h>
#include <string.h>

static int take(db_query *q)
{
	assert(q->on_row && q->drunk < sqlite3_column_count(q->stmt));
	return q->drunk++;
}

static void rotten(db_query *q, int column, const char *what)
{
	if (q->rc)
		return;
	q->rc = SQLITE_CORRUPT;
	snprintf(q->why, sizeof q->why, "%.100s: column %s %.60s", q->d->path,
		sqlite3_column_name(q->stmt, column), what);
}

int64_t db_int(db_query *q)
{
	return sqlite3_column_int64(q->stmt, take(q));
}

int64_t db_opt(db_query *q, int64_t none)
{
	int c = take(q);

	return sqlite3_column_type(q->stmt, c) == SQLITE_NULL
		       ? none
		       : sqlite3_column_int64(q->stmt, c);
}

bks_time db_time(db_query *q)
{
	return db_opt(q, BKS_TIME_NONE);
}

bool db_bool(db_query *q)
{
	return db_int(q) != 0;
}

const void *db_blob(size_t *n, db_query *q, bks_arena *a)
{
	int c = take(q);
	const void *v = sqlite3_column_blob(q->stmt, c);

	*n = (size_t)sqlite3_column_bytes(q->stmt, c);
	if (sqlite3_column_type(q->stmt, c) == SQLITE_NULL)
		return NULL;
	return arena_bytes(a, v ? v : "", *n);
}

const char *db_name(db_query *q, bks_arena *a)
{
	int c = q->drunk;
	size_t n;
	const char *s = db_blob(&n, q, a);

	if (s && strlen(s) != n)
		rotten(q, c, "holds a NUL byte");
	return s;
}

const char *db_text(db_query *q, bks_arena *a)
{
	return db_name(q, a);
}

const char *db_same(const char *last, db_query *q, bks_arena *a)
{
	const void *v = sqlite3_column_blob(q->stmt, q->drunk);
	size_t n = (size_t)sqlite3_column_bytes(q->stmt, q->drunk);

	if (!last || !v || strncmp(last, v, n) != 0 || last[n])
		return db_name(q, a);
	take(q);
	return last;
}

bool db_bytes(db_query *q, uint8_t *out, size_t n)
{
	int c = take(q);

	if (sqlite3_column_type(q->stmt, c) == SQLITE_NULL)
		return false;
	if (sqlite3_column_type(q->stmt, c) != SQLITE_BLOB ||
		(size_t)sqlite3_column_bytes(q->stmt, c) != n) {
		rotten(q, c, "has a wrong length");
		return false;
	}
	memcpy(out, sqlite3_column_blob(q->stmt, c), n);
	return true;
}

int db_enum_opt(db_query *q, const char *const *names, int n, int none)
{
	bool null = sqlite3_column_type(q->stmt, q->drunk) == SQLITE_NULL;

	if (!null)
		return db_enum(q, names, n);
	take(q);
	return none;
}

int db_enum(db_query *q, const char *const *names, int n)
{
	int c = take(q);
	const char *s = (const char *)sqlite3_column_text(q->stmt, c);
	char what[60];

	for (int i = 0; s && i < n; i++)
		if (!strcmp(s, names[i]))
			return i;
	snprintf(what, sizeof what, "holds the unknown word \"%.30s\"", s ? s : "NULL");
	rotten(q, c, what);
	return 0;
}

void db_value(struct db_value *out, db_query *q, bks_arena *a)
{
	int type = sqlite3_column_type(q->stmt, q->drunk);

	*out = (struct db_value){.type = DB_NULL};
	if (type == SQLITE_INTEGER)
		*out = (struct db_value){
			.type = DB_INT, .i = sqlite3_column_int64(q->stmt, q->drunk)};
	else if (type != SQLITE_NULL)
		out->type = type == SQLITE_BLOB ? DB_BLOB : DB_TEXT;
	if (out->type == DB_TEXT || out->type == DB_BLOB)
		out->bytes = db_blob(&out->n, q, a);
	else
		take(q);
}

int db_columns(const db_query *q)
{
	return sqlite3_column_count(q->stmt);
}

const char *db_column(const db_query *q, int i)
{
	return sqlite3_column_name(q->stmt, i);
}
