/* zipped.h - for the tests of zip: archives made by hand, member by member */
#pragma once
#include "boxed.h"
#include <zlib.h>

enum { MADE_MAX = 8 };

struct zipped {
	struct bytes b;
	struct made {
		const char *name;
		uint32_t crc, size, packed;
		size_t at;
		uint16_t flags, method;
		uint32_t attributes;
	} v[MADE_MAX];
	size_t n, directory, end;
};

static inline void put16(struct bytes *b, unsigned v)
{
	put_byte(b, (int)(v & 255));
	put_byte(b, (int)(v >> 8 & 255));
}

static inline void put32(struct bytes *b, uint32_t v)
{
	put16(b, v & 0xffff);
	put16(b, v >> 16);
}

static inline void set16(struct bytes *b, size_t at, unsigned v)
{
	b->p[at] = (uint8_t)v;
	b->p[at + 1] = (uint8_t)(v >> 8);
}

/* The part that both headers share, from the version on. */
static inline void put_shared(struct bytes *b, const struct made *m, bool open)
{
	put16(b, 20);
	put16(b, m->flags);
	put16(b, m->method);
	put32(b, 0x5d610000);
	put32(b, open ? 0 : m->crc);
	put32(b, open ? 0 : m->packed);
	put32(b, open ? 0 : m->size);
	put16(b, (unsigned)strlen(m->name));
}

static inline struct made *add(
	struct zipped *z, const char *name, const char *text, uint16_t flags)
{
	struct made *m = &z->v[z->n++];
	uint32_t size = (uint32_t)strlen(text);

	assert_true(z->n <= MADE_MAX);
	*m = (struct made){.name = name,
		.flags = flags,
		.size = size,
		.packed = size,
		.at = z->b.n,
		.crc = (uint32_t)crc32(0, (const uint8_t *)text, size)};
	put(&z->b, "PK\3\4", 4);
	put_shared(&z->b, m, (flags & 8) != 0);
	put16(&z->b, 0);
	put(&z->b, name, strlen(name));
	put(&z->b, text, size);
	return m;
}

static inline void descriptor(struct zipped *z, bool sign, bool wide)
{
	const struct made *m = &z->v[z->n - 1];

	put(&z->b, "PK\7\10", sign ? 4 : 0);
	put32(&z->b, m->crc);
	for (int i = 0; i < 2; i++) {
		put32(&z->b, i ? m->size : m->packed);
		if (wide)
			put32(&z->b, 0);
	}
}

/* Deflated, its sizes behind it; WIDE as zip64 has them. */
static inline void add_open(
	struct zipped *z, const char *name, const char *text, bool sign, bool wide)
{
	static const uint8_t none[16];
	size_t at = z->b.n;
	struct made *m = add(z, name, "", 8);
	uint8_t packed[256];
	z_stream s = {.next_in = (uint8_t *)(uintptr_t)text,
		.avail_in = (uInt)strlen(text),
		.next_out = packed,
		.avail_out = sizeof packed};

	assert_int_equal(deflateInit2(&s, 9, Z_DEFLATED, -15, 8, 0), Z_OK);
	assert_int_equal(deflate(&s, Z_FINISH), Z_STREAM_END);
	m->method = 8;
	m->size = (uint32_t)s.total_in;
	m->packed = (uint32_t)s.total_out;
	m->crc = (uint32_t)crc32(0, (const uint8_t *)text, m->size);
	deflateEnd(&s);
	set16(&z->b, at + 8, 8);
	if (wide) {
		memset(z->b.p + at + 18, 0xff, 8);
		set16(&z->b, at + 28, 20);
		put16(&z->b, 1);
		put16(&z->b, 16);
		put(&z->b, none, 16);
	}
	put(&z->b, packed, m->packed);
	descriptor(z, sign, wide);
}

static inline void list(struct zipped *z, const struct made *m)
{
	put(&z->b, "PK\1\2\36\3", 6);
	put_shared(&z->b, m, false);
	put16(&z->b, 0);
	put16(&z->b, 0);
	put16(&z->b, 0);
	put16(&z->b, 0);
	put32(&z->b, m->attributes);
	put32(&z->b, (uint32_t)m->at);
	put(&z->b, m->name, strlen(m->name));
}

static inline void finish(struct zipped *z, size_t count)
{
	z->end = z->b.n;
	put(&z->b, "PK\5\6\0\0\0\0", 8);
	put16(&z->b, (unsigned)count);
	put16(&z->b, (unsigned)count);
	put32(&z->b, (uint32_t)(z->end - z->directory));
	put32(&z->b, (uint32_t)z->directory);
	put16(&z->b, 0);
}

static inline void close_zip(struct zipped *z)
{
	z->directory = z->b.n;
	for (size_t i = 0; i < z->n; i++)
		list(z, &z->v[i]);
	finish(z, z->n);
}
