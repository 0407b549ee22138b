/* SQLite's result codes in our words: what the caller may do about them differs, so the classes
 * must not be mixed. */
#include "db/db_private.h"
#include <stdio.h>

int db_code(int rc)
{
	if (rc == SQLITE_CONSTRAINT_TRIGGER)
		return BKS_E_REFUSED;
	switch (rc & 0xff) {
	case SQLITE_BUSY:
	case SQLITE_LOCKED:
		return BKS_E_BUSY;
	case SQLITE_FULL:
	case SQLITE_IOERR:
	case SQLITE_READONLY:
	case SQLITE_CANTOPEN:
	case SQLITE_PERM:
	case SQLITE_AUTH:
	case SQLITE_NOMEM:
	case SQLITE_NOLFS:
		return BKS_E_IO;
	case SQLITE_INTERRUPT:
		return BKS_E_INTERRUPTED;
	default:
		return BKS_E_CATALOG;
	}
}

static int fail_busy(const db *d, bks_error *err)
{
	char waited[BKS_DURATION_TEXT], who[32] = "";
	long pid = db_holder(d->path);

	if (pid)
		snprintf(who, sizeof who, " (pid %ld)", pid);
	return fail(err, BKS_E_BUSY, "busy: another process%s holds %s (waited %s)", who, d->path,
		bks_duration_text(waited, d->wait));
}

int db_fail(db *d, bks_error *err, const char *sql)
{
	int rc = sqlite3_extended_errcode(d->conn);
	const char *says = sqlite3_errmsg(d->conn);

	switch (rc & 0xff) {
	case SQLITE_BUSY:
	case SQLITE_LOCKED:
		return fail_busy(d, err);
	case SQLITE_CORRUPT:
	case SQLITE_NOTADB:
		return fail(err, BKS_E_CATALOG, "%s: %s", d->path, says);
	case SQLITE_CANTOPEN:
		return fail(err, BKS_E_IO,
			"%s: %s (its directory must exist and, to write, be writable)", d->path,
			says);
	case SQLITE_FULL:
	case SQLITE_IOERR:
	case SQLITE_READONLY:
	case SQLITE_PERM:
		return fail(err, BKS_E_IO, "%s: %s", d->path, says);
	default:
		return rc == SQLITE_CONSTRAINT_TRIGGER
			       ? fail(err, BKS_E_REFUSED, "%s", says)
			       : fail(err, db_code(rc), "%s: %s [%.60s]", d->path, says, sql);
	}
}
