/*
 * format/sqlitesum.h - the checksums that SQLite's checksum VFS (ext/misc/cksumvfs.c) leaves in
 * the last eight bytes of each page
 */
#pragma once
#include "format/report.h"
#include "format/sqlitecopy.h"

enum { SQLITE_SUM_BYTES = 8 }; /* what such a database reserves in each page */

/* *summed: most pages carry one that holds, so that all must. 0, or negative: the copy could
 * not be read. */
int sqlite_sum_check(bool *summed, struct sqlite_copy *c, uint32_t page_size, struct report *r);
