/*
 * format/pgparts.h - which partition hangs on which table, out of the SQL of a
 * table-of-contents entry
 *
 * Since PostgreSQL 14 an entry TABLE ATTACH says so; before, the TABLE entry itself ends with
 * the same ALTER TABLE, or (10) begins CREATE TABLE ... PARTITION OF.
 */
#pragma once
#include "format/report.h"

/* Sets the parent of the partition that SQL (N bytes, perhaps only its beginning) attaches;
 * SCHEMA is for names without one. Does nothing when it attaches none. */
void pgparts_note(struct report *r, const char *sql, size_t n, const char *schema);
