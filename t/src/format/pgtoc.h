/*
 * format/pgtoc.h - the table of contents of a pg_dump archive: tables and content class into
 * the report, and the list of entries that must have data
 *
 * The entries themselves are in pgentry.h.
 */
#pragma once
#include "format/pghead.h"
#include "format/pgoids.h"

enum { PGTOC_ENTRIES_MAX = 20000000 };

enum pgdata_kind {
	PGDATA_ROWS,     /* TABLE DATA */
	PGDATA_BLOBS,    /* large objects */
	PGDATA_COMMENTS, /* on large objects, as SQL; 8.x */
};

/* An entry that must have data. */
struct pgdata {
	int32_t id;
	uint32_t order; /* place among its like in the table of contents */
	uint8_t kind;
	bool copy;        /* rows as COPY text; else INSERT statements */
	int16_t columns;  /* of each row of COPY; -1 unknown */
	bool placed;      /* AT is known; a dump into a pipe does not know it */
	bool seen;        /* the caller's: its data was met */
	uint64_t at;      /* custom: byte where its block begins */
	const char *file; /* tar, directory: its member, without the ending of a wrapping; in
			     the report's arena */
	bks_table *table; /* of ROWS; NULL past the limit of tables */
};

struct pgtoc {
	struct pgdata *v; /* by id, once all is read; on the heap */
	size_t n, room;
	uint64_t count, at;     /* entries promised, and read */
	bool backslashes;       /* standard_conforming_strings is not on */
	bool ddl, data, tables; /* some entry defines something, brings data, is a table */
	bool statistics;
	struct pgoids oids; /* large objects; empty where there is no list */
};

/* Reads it and sets out->content of the report; answers as pghead.h says. */
int pgtoc_read(struct pgtoc *out, struct pgin *in);
struct pgdata *pgtoc_find(
	const struct pgtoc *t, int64_t id); /* NULL: no such entry with data */
void pgtoc_clear(struct pgtoc *t);

/* "public.t1 (entry 3348)" or "large objects (entry 12)"; lives in the report's arena. */
const char *pgdata_text(struct report *r, const struct pgdata *d);
