/* Write transactions, one inside the other. */
#include "db/db_private.h"
#include <assert.h>

/* A full disk or an I/O error makes SQLite roll everything back; what follows must not run
 * outside by mistake. */
static bool was_lost(db *d)
{
	if (d->depth && sqlite3_get_autocommit(d->conn))
		d->lost = true;
	return d->lost;
}

/* By way of the statements at rest: these few run more often than all others. */
static int run(db *d, const char *sql, bks_error *err)
{
	return db_run(db_sql(d, sql), err);
}

int db_begin(db *d, bks_error *err)
{
	int r;

	if (was_lost(d))
		return fail(err, BKS_E_IO,
			"%s: the transaction was undone by an earlier failure", d->path);
	r = run(d, d->depth ? "SAVEPOINT inner_step" : "BEGIN IMMEDIATE", err);
	if (!r)
		d->depth++;
	return r;
}

int db_commit(db *d, bks_error *err)
{
	int r;

	assert(d->depth > 0);
	if (was_lost(d))
		return fail(err, BKS_E_IO,
			"%s: the transaction was undone by an earlier failure", d->path);
	r = run(d, d->depth > 1 ? "RELEASE inner_step" : "COMMIT", err);
	if (!r)
		d->depth--;
	return r;
}

void db_rollback(db *d)
{
	if (!d->depth)
		return;
	if (!was_lost(d))
		db_exec(d,
			d->depth > 1 ? "ROLLBACK TO inner_step; RELEASE inner_step"
				     : "ROLLBACK",
			NULL);
	d->depth--;
	if (!d->depth)
		d->lost = false;
}

int db_finish(db *d, int r, bks_error *err)
{
	if (!r)
		r = db_commit(d, err);
	if (r)
		db_rollback(d);
	return r;
}

int db_depth(const db *d)
{
	return d->depth;
}

int db_moment_begin(db *d, bks_error *err)
{
	return run(d, "SAVEPOINT one_moment", err);
}

void db_moment_end(db *d)
{
	run(d, "RELEASE one_moment", NULL);
}
