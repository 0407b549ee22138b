/*
 * Opening the file: the pragmas that keep it safe, and the check that it is ours before
 * anything else is asked of it. A reader opens for writing where it may, so that a journal that
 * a crash left can be rolled back, and then forbids itself to write.
 */
#include "db/db_private.h"
#include <pthread.h>
#include <stdlib.h>
#include <string.h>

#define PRAGMAS_ALL                                                                            \
	"PRAGMA foreign_keys = ON; PRAGMA recursive_triggers = ON; PRAGMA trusted_schema = "   \
	"OFF; "                                                                                \
	"PRAGMA cell_size_check = ON; PRAGMA mmap_size = 0; PRAGMA temp_store = MEMORY; "      \
	"PRAGMA cache_size = -8192"
/* The limit gives back the room that one large transaction took, and keeps enough for a small
 * one on a full disk. */
#define PRAGMAS_WRITE                                                                          \
	"PRAGMA journal_mode = PERSIST; PRAGMA journal_size_limit = 4194304; "                 \
	"PRAGMA synchronous = EXTRA"

static int pragma_int(int64_t *out, db *d, const char *sql, bks_error *err)
{
	AUTO(db_query_auto) db_query *q = db_sql(d, sql);
	int r = db_step(q, err);

	if (r < 0)
		return r;
	*out = db_int(q);
	return db_end(q, err);
}

static int check_owner(db *d, const struct db_options *opt, bks_error *err)
{
	int64_t id, pages, version;
	int r;

	(void)((r = pragma_int(&id, d, "PRAGMA application_id", err)) ||
		(r = pragma_int(&pages, d, "PRAGMA page_count", err)) ||
		(r = pragma_int(&version, d, "PRAGMA user_version", err)));
	if (r)
		return r;
	if (id == opt->application && (id || pages))
		return 0;
	if (!pages && opt->make)
		return 0;
	if (!pages)
		return fail(err, BKS_E_CATALOG, "%s is empty, no %s", d->path, opt->what);
	return fail(err, BKS_E_CATALOG, "%s is not a %s (application id %lld, schema %lld)",
		d->path, opt->what, (long long)id, (long long)version);
}

static int set_up(db *d, const struct db_options *opt, bks_error *err)
{
	int64_t ms = (opt->wait + 999) / 1000;
	int r;

	sqlite3_busy_timeout(d->conn, ms > INT32_MAX ? INT32_MAX : (int)ms);
	sqlite3_extended_result_codes(d->conn, 1);
	sqlite3_db_config(d->conn, SQLITE_DBCONFIG_DEFENSIVE, 1, NULL);
	sqlite3_db_config(d->conn, SQLITE_DBCONFIG_DQS_DML, 0, NULL);
	sqlite3_db_config(d->conn, SQLITE_DBCONFIG_DQS_DDL, 0, NULL);
	r = db_exec(d, PRAGMAS_ALL, err);
	if (!r && opt->application)
		r = check_owner(d, opt, err);
	if (!r && opt->read_only)
		return db_exec(d, "PRAGMA query_only = ON", err);
	if (!r && sqlite3_db_readonly(d->conn, "main") == 1)
		r = fail(err, BKS_E_IO, "%s may not be written by this user", d->path);
	return r ? r : db_exec(d, PRAGMAS_WRITE, err);
}

/* Nobody asks how much memory the catalog takes, and each allocation would take a lock to count it.
 * Too late, and without harm, where SQLite was used before. */
static void leave_memory_uncounted(void)
{
	sqlite3_config(SQLITE_CONFIG_MEMSTATUS, 0);
}

int db_open(db **out, const char *path, const struct db_options *opt, bks_error *err)
{
	/* a handle belongs to one thread at a time, so SQLite need not lock it */
	int flags = SQLITE_OPEN_READWRITE | SQLITE_OPEN_NOMUTEX |
		    (opt->make ? SQLITE_OPEN_CREATE : 0);
	static pthread_once_t once = PTHREAD_ONCE_INIT;
	db *d = calloc(1, sizeof *d);
	int r;

	pthread_once(&once, leave_memory_uncounted);
	if (!d || !(d->path = strdup(path)))
		abort();
	d->wait = opt->wait;
	if (sqlite3_open_v2(path, &d->conn, flags, NULL))
		r = db_fail(d, err, "open");
	else
		r = set_up(d, opt, err);
	if (r) {
		db_close(d);
		return r;
	}
	*out = d;
	return 0;
}

void db_close(db *d)
{
	if (!d)
		return;
	for (int i = 0; i < IDLE_SLOTS; i++)
		while (d->idle[i]) {
			db_query *q = d->idle[i];

			d->idle[i] = q->next;
			sqlite3_finalize(q->stmt);
			free(q);
		}
	sqlite3_close_v2(d->conn);
	free(d->path);
	free(d);
}

const char *db_path(const db *d)
{
	return d->path;
}

const char *db_library(void)
{
	return sqlite3_libversion();
}
