/*
 * work/rowsfile.h - NAME.manifest: the rows that the tables of a backup held when it was taken,
 * counted by whoever took it
 *
 * A line a table: its name as --require takes it (public.users, users, "a.b"."c"), blanks, and
 * the number of its rows. A blank line and one that begins with # say nothing. At most 8 MiB.
 */
#pragma once
#include "backstay/inspect.h"
#include "store/store.h"

struct manifest {
	const struct rowsfile_line {
		const char *schema, *name;
		int64_t rows;
	} * v;
	size_t n; /* by schema and name */
};

/* Reads the N bytes of TEXT; NAME is what messages call it. 0: *out lives in A; BKS_E_IO with
 * the number of a line that is none, or when no table is counted. */
int rowsfile_read(struct manifest *out, const char *text, size_t n, const char *name,
	bks_arena *a, bks_error *err);

/* Holds each count against the tables of OUT, where those are known to their end:
 * rows-disagree; and writes it beside them. */
void rowsfile_judge(bks_inspection *out, const struct manifest *m, bks_arena *a);

/* Looks for the manifest beside PATH of S and judges OUT by it. One that cannot be read is a
 * finding. */
void rowsfile_look(bks_inspection *out, store *s, const char *path, bks_arena *a);
