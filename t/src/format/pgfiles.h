/*
 * format/pgfiles.h - the files of a directory dump by their names, and what each is wrapped in
 *
 * Source: PostgreSQL, src/bin/pg_dump/pg_backup_directory.c, compress_io.c: pg_restore asks for
 * a file by its bare name, then with the ending of each way of packing, toc.dat among them.
 */
#pragma once
#include "format/format.h"

enum { PGFILES_NAME = 64, PGFILES_BARE = -1 }; /* "blob_4294967295.dat.zst" is far shorter */

/* NAME without the ending of a wrapping into STEM ("" when it is longer than any of pg_dump's).
 * Gives the wrapping, or PGFILES_BARE. */
int pgfiles_stem(char stem[PGFILES_NAME], const char *name);
ptrdiff_t pgfiles_contents(const members *m); /* of toc.dat, wrapped or not; -1: none */

int pgfiles_probe(const members *m); /* as format.h's probe_folder */
bool pgfiles_owns(const char *name); /* as format.h's owns */

/* Takes off what WRAPPING says: *top is the text, and owns what was there. 0; 1: it has no
 * byte, which is told unless MAY_BE_NOTHING and pg_dump writes that so; negative as of a stream. */
int pgfiles_unpack(
	stream **top, int wrapping, bool may_be_nothing, struct report *r, bks_error *err);
