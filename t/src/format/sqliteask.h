/*
 * format/sqliteask.h - what SQLite itself says of a private copy: is it whole, what is in it
 *
 * Opened as hostile: no extension, trigger or view, no function of the schema that is not
 * harmless, every size bounded, and nothing but the questions below is ever prepared. Memory:
 * the page cache (4 MiB, or the copy's budget when that lies in the scratch file), the schema,
 * and one row, of at most the report's max_memory; past 256 MiB of all SQLite in this process,
 * or a number of steps that grows with the size, it ends as limit-reached.
 */
#pragma once
#include "format/report.h"
#include "format/sqlitecopy.h"

struct sqlite_facts {
	bool whole;   /* integrity_check ran and said ok */
	int64_t rows; /* of all tables that could be counted */
	size_t tables;
};

/* Asks for integrity, tables, row counts and foreign keys; what is found goes into R. NEWER:
 * the file was written by a younger SQLite than the linked one. 0; BKS_E_INTERRUPTED. */
int sqlite_ask(struct sqlite_facts *out, struct sqlite_copy *c, bool newer, struct report *r,
	bks_error *err);

uint32_t sqlite_linked(void); /* SQLITE_VERSION_NUMBER of the library */

/* What SQLite does once a process and wants rights for. */
void sqlite_ready(void);
