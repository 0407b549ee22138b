/* store/memory.h - a store without any disk, for tests: what lies in it is put there by the
 * calls below */
#pragma once
#include "store/store.h"

/* An empty one; store_close frees it, after all streams of it are closed. */
store *store_memory_new(void);

/* A file of N bytes (copied) in place of what had that name; a new inode each time. */
void store_memory_add(store *s, const char *path, const void *bytes, size_t n, bks_time mtime);
/* More bytes at the end of a file that is there: the same inode, a later mtime. */
void store_memory_append(
	store *s, const char *path, const void *bytes, size_t n, bks_time mtime);
/* A name that is STORE_SPECIAL, STORE_LINK, STORE_UNREADABLE, or an empty STORE_FOLDER; ERROR (static) is what is said
 * of an unreadable one. Folders with files in them need no such call. */
void store_memory_odd(store *s, const char *path, enum store_kind_of kind, const char *error);
/* Takes a name away; fine when it is not there. */
void store_memory_drop(store *s, const char *path);
