/*
 * format/sqlcopy.h - the data of a COPY ... FROM stdin, from the end of its statement to the
 * line \.
 *
 * Text format of COPY as PostgreSQL's src/backend/commands/copyto.c writes it: one line a row,
 * a tab between columns, and no backslash but before b f n r t v N and itself. Only the first
 * byte of a line and its tabs are looked at.
 */
#pragma once
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct sqlcopy {
	int state;
	int columns;      /* every row must have so many; -1: unknown */
	uint64_t rows;    /* whole lines so far */
	uint64_t lines;   /* line ends taken, that of the statement and of \. among them */
	uint64_t tabs;    /* in the present row */
	uint64_t bad_row; /* the first row that COPY cannot have written, counted from 1; 0:
			     none */
};

void sqlcopy_begin(struct sqlcopy *c, int columns);
void sqlcopy_rows(struct sqlcopy *c, int columns); /* from the first row on, behind the statement */

/* Takes from *P on, at most to END, and moves *P. true: the line \. was read with its line end.
 */
bool sqlcopy_feed(struct sqlcopy *c, const uint8_t **p, const uint8_t *end);
