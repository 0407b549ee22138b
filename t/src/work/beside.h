/* work/beside.h - what may lie beside a database under its name, and a file for its private
 * copy */
#pragma once
#include "store/store.h"

/* "-journal" and "-wal" of PATH in S, looked for when the verifier asks for them and not
 * before. S and PATH must outlive it. */
members *beside_of(store *s, const char *path);

/* Whether PATH ends as what SQLite writes beside a database, and that database lies there. */
bool beside_is(store *s, const char *path, bks_arena *a);

/* A file without a name, in TMPDIR or /var/tmp, for what is larger than memory may hold: only
 * for an artifact of SIZE (-1 unknown) that could be, packed as tightly as can be. A
 * descriptor, or 0. */
int beside_scratch(int64_t size);
