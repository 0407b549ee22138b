/*
 * SQLite reads strangers through this: the private copy, and no other file. It writes to the
 * copy alone, where it rolls a journal back.
 */
#include "format/sqlitevfs.h"
#include <stdatomic.h>
#include <stdio.h>
#include <string.h>

enum { PATH = 512, SECTOR = 4096 }; /* SQLite wants a path to fit in its smallest page */

struct handle {
	sqlite3_file base;
	struct sqlite_copy *c;
	enum sqlite_file which;
};

static struct handle *handle_of(sqlite3_file *f)
{
	return (struct handle *)f;
}

static struct sqlite_part *part_of(sqlite3_file *f)
{
	return &handle_of(f)->c->part[handle_of(f)->which];
}

static int x_close(sqlite3_file *f)
{
	(void)f;
	return SQLITE_OK;
}

static int x_read(sqlite3_file *f, void *out, int n, sqlite3_int64 at)
{
	struct handle *h = handle_of(f);
	ssize_t got = sqlite_copy_read(h->c, h->which, out, (size_t)n, (uint64_t)at);

	if (got < 0)
		return SQLITE_IOERR_READ;
	if (got == n)
		return SQLITE_OK;
	memset((char *)out + got, 0, (size_t)(n - got));
	return SQLITE_IOERR_SHORT_READ;
}

static int x_write(sqlite3_file *f, const void *bytes, int n, sqlite3_int64 at)
{
	struct handle *h = handle_of(f);

	if (!sqlite_copy_write(h->c, h->which, bytes, (size_t)n, (uint64_t)at))
		return SQLITE_OK;
	return h->c->error ? SQLITE_IOERR_WRITE : SQLITE_FULL;
}

static int x_truncate(sqlite3_file *f, sqlite3_int64 size)
{
	struct sqlite_part *p = part_of(f);

	if ((uint64_t)size < p->size)
		p->size = (uint64_t)size;
	return SQLITE_OK;
}

static int x_sync(sqlite3_file *f, int flags)
{
	(void)f;
	(void)flags;
	return SQLITE_OK;
}

static int x_size(sqlite3_file *f, sqlite3_int64 *out)
{
	*out = (sqlite3_int64)part_of(f)->size;
	return SQLITE_OK;
}

/* Nobody else has the copy. */
static int x_lock(sqlite3_file *f, int level)
{
	(void)f;
	(void)level;
	return SQLITE_OK;
}

static int x_reserved(sqlite3_file *f, int *out)
{
	(void)f;
	*out = 0;
	return SQLITE_OK;
}

static int x_control(sqlite3_file *f, int op, void *arg)
{
	(void)f;
	(void)op;
	(void)arg;
	return SQLITE_NOTFOUND;
}

static int x_sector(sqlite3_file *f)
{
	(void)f;
	return SECTOR;
}

static int x_traits(sqlite3_file *f)
{
	(void)f;
	return 0;
}

/* Version 1: no shared memory, so that a write-ahead log is read with its index on the heap. */
static const sqlite3_io_methods methods = {1, x_close, x_read, x_write, x_truncate, x_sync,
	x_size, x_lock, x_lock, x_reserved, x_control, x_sector, x_traits, NULL, NULL, NULL,
	NULL, NULL, NULL};

static int which_of(const char *name)
{
	static const char *const names[] = {
		SQLITE_COPY_NAME, SQLITE_COPY_NAME "-journal", SQLITE_COPY_NAME "-wal"};

	for (int i = 0; i < SQLITE_FILE_COUNT; i++)
		if (!strcmp(name, names[i]))
			return i;
	return -1;
}

static int v_open(sqlite3_vfs *v, const char *name, sqlite3_file *f, int flags, int *out_flags)
{
	struct handle *h = handle_of(f);
	struct sqlite_copy *c = v->pAppData;
	int which;

	*h = (struct handle){.c = c};
	which = name ? which_of(name) : -1;
	if (which < 0 || (flags & SQLITE_OPEN_MAIN_DB) !=
				 (which == SQLITE_MAIN ? SQLITE_OPEN_MAIN_DB : 0))
		return SQLITE_CANTOPEN;
	h->which = (enum sqlite_file)which;
	if (!c->part[h->which].there && !(flags & SQLITE_OPEN_CREATE))
		return SQLITE_CANTOPEN;
	c->part[h->which].there = true;
	f->pMethods = &methods;
	if (out_flags)
		*out_flags = flags;
	return SQLITE_OK;
}

static int v_delete(sqlite3_vfs *v, const char *name, int sync)
{
	struct sqlite_copy *c = v->pAppData;

	(void)sync;
	if (which_of(name) >= 0)
		c->part[which_of(name)].there = false;
	return SQLITE_OK;
}

/* An empty file is none, as it is to SQLite's own. */
static int v_access(sqlite3_vfs *v, const char *name, int flags, int *out)
{
	struct sqlite_copy *c = v->pAppData;
	int which = which_of(name);

	(void)flags;
	*out = which >= 0 && c->part[which].there && c->part[which].size;
	return SQLITE_OK;
}

static int v_path(sqlite3_vfs *v, const char *name, int n, char *out)
{
	(void)v;
	return snprintf(out, (size_t)n, "%s", name) < n ? SQLITE_OK : SQLITE_CANTOPEN;
}

static void *v_library(sqlite3_vfs *v, const char *name)
{
	(void)v;
	(void)name;
	return NULL;
}

static void v_library_error(sqlite3_vfs *v, int n, char *out)
{
	(void)v;
	if (n > 0)
		*out = '\0';
}

static void (*v_symbol(sqlite3_vfs *v, void *library, const char *name))(void)
{
	(void)v;
	(void)library;
	(void)name;
	return NULL;
}

static void v_library_close(sqlite3_vfs *v, void *library)
{
	(void)v;
	(void)library;
}

static int v_random(sqlite3_vfs *v, int n, char *out)
{
	(void)v;
	memset(out, 0x5a, (size_t)n);
	return n;
}

static int v_sleep(sqlite3_vfs *v, int us)
{
	(void)v;
	return us;
}

/* Whatever asks for it in a stranger's schema gets 1970. */
static int v_time(sqlite3_vfs *v, double *out)
{
	(void)v;
	*out = 2440587.5;
	return SQLITE_OK;
}

static int v_error(sqlite3_vfs *v, int n, char *out)
{
	(void)v;
	if (n > 0)
		*out = '\0';
	return 0;
}

int sqlite_vfs_add(struct sqlite_vfs *out, struct sqlite_copy *c)
{
	static atomic_uint count;

	*out = (struct sqlite_vfs){.v = {.iVersion = 1,
					   .szOsFile = sizeof(struct handle),
					   .mxPathname = PATH,
					   .pAppData = c,
					   .xOpen = v_open,
					   .xDelete = v_delete,
					   .xAccess = v_access,
					   .xFullPathname = v_path,
					   .xDlOpen = v_library,
					   .xDlError = v_library_error,
					   .xDlSym = v_symbol,
					   .xDlClose = v_library_close,
					   .xRandomness = v_random,
					   .xSleep = v_sleep,
					   .xCurrentTime = v_time,
					   .xGetLastError = v_error}};
	snprintf(out->name, sizeof out->name, "backstay-%u", atomic_fetch_add(&count, 1));
	out->v.zName = out->name;
	return sqlite3_vfs_register(&out->v, 0) == SQLITE_OK ? 0 : -1;
}

void sqlite_vfs_drop(struct sqlite_vfs *v)
{
	sqlite3_vfs_unregister(&v->v);
}
