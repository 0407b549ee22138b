/* Binding in order. The first failure stays with the query until it is stepped. */
#include "backstay/text.h"
#include "db/db_private.h"
#include <string.h>

static void bound(db_query *q, int rc)
{
	if (!q->rc)
		q->rc = rc;
}

void db_bind_int(db_query *q, int64_t v)
{
	bound(q, sqlite3_bind_int64(q->stmt, ++q->bound, v));
}

void db_bind_null(db_query *q)
{
	bound(q, sqlite3_bind_null(q->stmt, ++q->bound));
}

void db_bind_opt(db_query *q, int64_t v, int64_t none)
{
	if (v == none)
		db_bind_null(q);
	else
		db_bind_int(q, v);
}

void db_bind_time(db_query *q, bks_time t)
{
	db_bind_opt(q, t, BKS_TIME_NONE);
}

void db_bind_ref(db_query *q, int64_t id)
{
	db_bind_opt(q, id, 0);
}

void db_bind_text(db_query *q, const char *v)
{
	bound(q, sqlite3_bind_text(q->stmt, ++q->bound, v, -1, SQLITE_TRANSIENT));
}

void db_bind_blob(db_query *q, const void *v, size_t n)
{
	bound(q, sqlite3_bind_blob64(q->stmt, ++q->bound, v, n, SQLITE_TRANSIENT));
}

void db_bind_name(db_query *q, const char *v)
{
	if (!v || bks_is_utf8(v, strlen(v)))
		db_bind_text(q, v);
	else
		db_bind_blob(q, v, strlen(v));
}

void db_bind_value(db_query *q, const struct db_value *v)
{
	switch (v->type) {
	case DB_NULL:
		db_bind_null(q);
		break;
	case DB_INT:
		db_bind_int(q, v->i);
		break;
	case DB_TEXT:
		bound(q, sqlite3_bind_text64(q->stmt, ++q->bound, v->bytes, v->n,
				 SQLITE_TRANSIENT, SQLITE_UTF8));
		break;
	case DB_BLOB:
		db_bind_blob(q, v->bytes, v->n);
		break;
	}
}
