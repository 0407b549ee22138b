/*
 * format/pgtarget.h - the table that a text of INSERT statements fills, held against the one
 * whose data it should be
 *
 * pg_dump writes "INSERT INTO schema.name", each bare or in double quotes. With
 * --load-via-partition-root that is the topmost table of a partition's.
 */
#pragma once
#include "format/report.h"

enum {
	PGTARGET_HEAD = 4096
}; /* so many first bytes of a text hold both names, or it has none */

/* What the N first bytes of a text name: "public.t" for a person, in A; NULL when it is T, or a
 * table above it, or when nobody can tell (no INSERT, no definition of T in R, ...). */
const char *pgtarget_other(
	const struct report *r, const bks_table *t, const uint8_t *p, size_t n, bks_arena *a);
