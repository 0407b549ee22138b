/*
 * format/pgrows.h - counts the rows in the data of one table of a pg_dump archive
 *
 * COPY text: a row a line, then the line \. and only line ends after it, as pg_dump writes it
 * into every data block; INSERT statements: see inserts.h. Text comes in pieces of any size.
 */
#pragma once
#include "format/inserts.h"

enum pgrows_end {
	ROWS_FINE,
	ROWS_OPEN,   /* COPY: no line \. ; INSERT: ends within a statement */
	ROWS_AFTER,  /* something behind the line \. */
	ROWS_STRANGE, /* no INSERT statement */
	ROWS_ZERO     /* a zero byte, which no text of PostgreSQL has */
};

struct pgrows {
	bool copy, zero;
	uint8_t state;
	int64_t rows;
	struct inserts inserts;
};

/* BACKSLASHES as in inserts.h. */
void pgrows_begin(struct pgrows *c, bool copy, bool backslashes);
void pgrows_feed(struct pgrows *c, const uint8_t *p, size_t n);
enum pgrows_end pgrows_end(struct pgrows *c); /* c->rows is right from here on */
