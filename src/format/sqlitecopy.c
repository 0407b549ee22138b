/*
 * A database is read in any order, and a stream comes in one. What fits is kept in memory; more
 * goes to a file without a name that the caller opened, as nothing here may open one.
 */
#include "format/sqlitecopy.h"
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

enum { ALIGN = 65536, FIRST_ROOM = 256 * 1024 };

static int no_room(struct sqlite_copy *c, bks_error *err, const char *what)
{
	c->error = errno;
	fail(err, BKS_E_LIMIT, "no room for a private copy: %s", what);
	return SQLITE_COPY_NO_ROOM;
}

static int put(struct sqlite_copy *c, const uint8_t *p, size_t n, uint64_t at)
{
	while (n) {
		ssize_t w = pwrite(c->scratch, p, n, (off_t)at);

		if (w < 0 && errno == EINTR)
			continue;
		if (w <= 0) {
			errno = w ? errno : ENOSPC;
			return -1;
		}
		p += w;
		n -= (size_t)w;
		at += (uint64_t)w;
	}
	return 0;
}

/* What is in memory moves to the scratch file. */
static int spill(struct sqlite_copy *c, struct sqlite_part *f, bks_error *err)
{
	if (c->scratch <= 0) {
		errno = 0;
		return no_room(c, err,
			"it is larger than what is held in memory, and there is no temporary "
			"file (TMPDIR, /var/tmp)");
	}
	f->base = c->taken;
	if (put(c, f->mem, (size_t)f->size, f->base))
		return no_room(c, err, strerror(errno));
	free(f->mem);
	f->mem = NULL;
	f->room = 0;
	c->held -= f->size;
	return 0;
}

static void make_room(struct sqlite_copy *c, struct sqlite_part *f, uint64_t size)
{
	size_t room = f->room ? f->room : FIRST_ROOM;

	while (room < size)
		room *= 2;
	if (room > c->budget && size <= c->budget)
		room = (size_t)c->budget;
	if (room <= f->room)
		return;
	f->mem = realloc(f->mem, room);
	if (!f->mem)
		abort(); /* bounded by the budget */
	f->room = room;
}

static int add(struct sqlite_copy *c, struct sqlite_part *f, const uint8_t *p, size_t n,
	bks_error *err)
{
	bool memory = f->mem || !f->size;

	if (memory && c->held + n > c->budget) {
		int r = spill(c, f, err);

		if (r)
			return r;
		memory = false;
	}
	if (memory) {
		make_room(c, f, f->size + n);
		memcpy(f->mem + f->size, p, n);
		c->held += n;
	} else if (put(c, p, n, f->base + f->size)) {
		return no_room(c, err, strerror(errno));
	}
	f->size += n;
	return 0;
}

void sqlite_copy_grow(struct sqlite_copy *c, enum sqlite_file which, uint64_t by)
{
	struct sqlite_part *f = &c->part[which];

	f->end = f->base + f->size + by;
	if (f->mem && f->end > c->budget)
		f->end = c->budget;
	else if (!f->mem && f->size)
		c->taken = (f->end + ALIGN - 1) / ALIGN * ALIGN;
}

int sqlite_copy_take(struct sqlite_copy *c, enum sqlite_file which, stream *in, bks_error *err)
{
	struct sqlite_part *f = &c->part[which];
	const uint8_t *p;
	size_t n;
	int r;

	f->there = true;
	while ((r = stream_next(in, &p, &n, err)) > 0) {
		r = add(c, f, p, n, err);
		if (r)
			return r;
	}
	sqlite_copy_grow(c, which, 0);
	return r;
}

static bool asked_to_stop(struct sqlite_copy *c)
{
	c->stopped = c->stopped || (c->stop && c->stop(c->stop_arg));
	return c->stopped;
}

ssize_t sqlite_copy_read(
	struct sqlite_copy *c, enum sqlite_file which, void *out, size_t n, uint64_t at)
{
	struct sqlite_part *f = &c->part[which];
	size_t got = 0;

	if (asked_to_stop(c))
		return -1;
	if (at >= f->size)
		return 0;
	if (n > f->size - at)
		n = (size_t)(f->size - at);
	if (f->mem) {
		memcpy(out, f->mem + at, n);
		return (ssize_t)n;
	}
	while (got < n) {
		ssize_t k = pread(
			c->scratch, (uint8_t *)out + got, n - got, (off_t)(f->base + at + got));

		if (k < 0 && errno == EINTR)
			continue;
		if (k <= 0) {
			c->error = k ? errno : EIO;
			return -1;
		}
		got += (size_t)k;
	}
	return (ssize_t)got;
}

/* Zeros from its end on, up to SIZE. */
static int extend(struct sqlite_copy *c, struct sqlite_part *f, uint64_t size)
{
	static const uint8_t zeros[4096];

	if (f->base + size > f->end)
		return -1;
	if (f->mem || !f->size) {
		make_room(c, f, size);
		if (f->mem) {
			memset(f->mem + f->size, 0, (size_t)(size - f->size));
			f->size = size;
		}
	}
	while (f->size < size) {
		size_t n =
			size - f->size < sizeof zeros ? (size_t)(size - f->size) : sizeof zeros;

		if (put(c, zeros, n, f->base + f->size)) {
			c->error = errno;
			return -1;
		}
		f->size += n;
	}
	return 0;
}

int sqlite_copy_write(
	struct sqlite_copy *c, enum sqlite_file which, const void *bytes, size_t n, uint64_t at)
{
	struct sqlite_part *f = &c->part[which];

	if (at + n > f->size && extend(c, f, at + n))
		return -1;
	if (f->mem) {
		memcpy(f->mem + at, bytes, n);
	} else if (put(c, bytes, n, f->base + at)) {
		c->error = errno;
		return -1;
	}
	return 0;
}

void sqlite_copy_clear(struct sqlite_copy *c)
{
	for (int i = 0; i < SQLITE_FILE_COUNT; i++)
		free(c->part[i].mem);
	*c = (struct sqlite_copy){0};
}
