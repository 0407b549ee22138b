/* format/name.h - what the ending of a file's name promises, and whether its bytes keep it */
#pragma once
#include "format/report.h"

/* Compares NAME with what the report's inspection found (format, wrapping) and writes not-what-its-name-says: an error when
 * nothing was recognised in a file whose name promises a format, a warning when only wrapping or flavour disagree. */
void name_compare(struct report *r, const char *name);

/* Whether the ending of NAME promises a backup ("x.sql.gz", "x.dump"), so that a file that is nothing of the kind is told. */
bool name_promises(const char *name);

/* The same of a dump or database, and of no archive or wrapping alone ("x.tar", "x.gz"). */
bool name_promises_dump(const char *name);
