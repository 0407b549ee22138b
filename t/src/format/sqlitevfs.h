/*
 * format/sqlitevfs.h - a file system for SQLite in which there is nothing but one private copy
 *
 * It opens no file, has no clock, no random numbers, no libraries and no locks.
 */
#pragma once
#include "format/sqlitecopy.h"
#include <sqlite3.h>

#define SQLITE_COPY_NAME "private/copy" /* by which it is opened */

struct sqlite_vfs {
	sqlite3_vfs v;
	char name[32];
};

/* Registers it under a name of its own; C and OUT must outlive every connection. Of any thread.
 * 0 or -1: no memory. */
int sqlite_vfs_add(struct sqlite_vfs *out, struct sqlite_copy *c);
void sqlite_vfs_drop(struct sqlite_vfs *v);
