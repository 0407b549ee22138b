/*
 * format/pgrows.h - counts the rows in the data of one table of a pg_dump archive
 *
 * COPY text: a row a line, then the line \. and only line ends after it, as pg_dump writes it
 * into every data block; INSERT statements: see inserts.h. Text comes in pieces of any size.
 */
#pragma once
#include "format/inserts.h"
#include "format/sqlcopy.h"

enum pgrows_end {
	ROWS_FINE,
	ROWS_OPEN,    /* COPY: no line \. ; INSERT: ends within a statement */
	ROWS_AFTER,   /* something behind the line \. */
	ROWS_STRANGE, /* no INSERT statement */
	ROWS_ZERO,    /* a zero byte, which no text of PostgreSQL has */
	ROWS_BAD /* COPY: row bad_row has another number of columns, or an escape that is none
		  */
};

struct pgrows {
	bool copy, zero, ended, after;
	int64_t rows;
	uint64_t bad_row; /* counted from 1; 0: none */
	struct sqlcopy lines;
	struct inserts inserts;
};

/* COLUMNS of each row of COPY, -1: unknown; BACKSLASHES as in inserts.h. */
void pgrows_begin(struct pgrows *c, bool copy, int columns, bool backslashes);
void pgrows_feed(struct pgrows *c, const uint8_t *p, size_t n);
enum pgrows_end pgrows_end(struct pgrows *c); /* c->rows is right from here on */
