/*
 * format/pgblocks.h - the data of one entry of a pg_dump archive: chunks to their zero length,
 * unpacked and counted
 *
 * Source: PostgreSQL, src/bin/pg_dump/pg_backup_custom.c. Data is (length, bytes)* and a length
 * of 0; large objects are (oid, data)* and an oid of 0. What is wrong inside the data is a
 * finding, and reading goes on behind it, up to the limit of findings; answers are those of
 * pghead.h.
 */
#pragma once
#include "format/pgrows.h"
#include "format/pgtoc.h"
#include "format/pgunpack.h"

struct pgblocks {
	struct pgin *in;
	struct pgunpack *unpack; /* NULL: only the lengths are walked */
	struct pgoids *oids;     /* large objects that may come; empty or NULL: any */
	bool backslashes;        /* as in inserts.h */
	bool unchecked;          /* out: some data had no checksum */
};

/* The data of D, behind the head of its block. Its table gets its rows when all of it could be
 * unpacked. */
int pgblocks_data(struct pgblocks *b, struct pgdata *d);
int pgblocks_blobs(struct pgblocks *b, struct pgdata *d);

/* Ends the count, gives the table its rows and writes down what is wrong with the text that
 * begins at byte FROM; also for data that came in a file of its own. */
void pgblocks_tell_rows(
	struct report *r, uint64_t from, const struct pgdata *d, struct pgrows *rows);
