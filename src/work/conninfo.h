/* work/conninfo.h - where a new database is to be made, as libpq is told: never with a
 * password, which would stand in commands, histories and lists of processes */
#pragma once
#include "base/arena.h"
#include "base/error.h"
#include <stddef.h>

struct conninfo {
	const char *database;                     /* as it was said; NULL */
	const char *const *names, *const *values; /* all others */
	size_t n;
};

/* Reads "host=... user=..." or "postgresql://user@host/db?...", as libpq has them (PostgreSQL,
 * doc: Connection Strings). BKS_E_USAGE: it is neither, or holds a password: that belongs to
 * PGPASSFILE or ~/.pgpass. No text of an error repeats TEXT. Lives in A. */
int conninfo_read(struct conninfo *out, const char *text, bks_arena *a, bks_error *err);
/* As words "name='value' ...", with DATABASE. Lives in A. */
const char *conninfo_text(const struct conninfo *in, const char *database, bks_arena *a);
