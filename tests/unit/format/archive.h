/* archive.h - for the tests of pg_dump archives: read a fixture, walk bytes, build an archive
 * by hand, make one older */
#pragma once
#include "format/format.h"
#include "unit.h"
#include <stdarg.h>

#ifndef LOOK_FORMAT /* another container: its format, and the folder of its corpus */
#define LOOK_FORMAT format_custom
#define LOOK_CORPUS "pgdump-custom"
#endif
extern const struct format LOOK_FORMAT;

struct bytes {
	uint8_t *p;
	size_t n, room;
};

static inline void put(struct bytes *b, const void *p, size_t n)
{
	if (b->n + n > b->room) {
		b->room = 2 * (b->n + n);
		b->p = realloc(b->p, b->room);
		assert_non_null(b->p);
	}
	if (n)
		memcpy(b->p + b->n, p, n);
	b->n += n;
}

static inline void put_byte(struct bytes *b, int v)
{
	uint8_t c = (uint8_t)v;

	put(b, &c, 1);
}

static inline void put_int(struct bytes *b, int64_t v)
{
	uint64_t u = (uint64_t)(v < 0 ? -v : v);

	put_byte(b, v < 0);
	for (int i = 0; i < 4; i++)
		put_byte(b, (int)(u >> 8 * i & 255));
}

static inline void put_text(struct bytes *b, const char *s)
{
	put_int(b, s ? (int64_t)strlen(s) : -1);
	put(b, s, s ? strlen(s) : 0);
}

static inline void put_head(struct bytes *b, int minor, int packing)
{
	static const int tm[] = {58, 59, 23, 31, 11, 125, 0};

	put(b, "PGDMP\1", 6);
	put_byte(b, minor);
	put(b, "\0\4\10\1", 4);
	if (minor >= 15)
		put_byte(b, packing);
	else
		put_int(b, packing ? -1 : 0);
	for (int i = 0; i < 7; i++)
		put_int(b, tm[i]);
	put_text(b, "shop");
	put_text(b, "15.20 (Debian 15.20-0+deb12u1)");
	put_text(b, "15.20 (Debian 15.20-0+deb12u1)");
}

/* An entry; zeroed it is one of a schema. */
struct put_entry {
	int id, dumper, section, place;
	const char *tag, *desc, *defn, *copy, *schema, *drop, *needs; /* needs: NULL is "1" */
	uint64_t at;
};

static inline void put_entry(struct bytes *b, int minor, const struct put_entry *e)
{
	put_int(b, e->id);
	put_int(b, e->dumper);
	put_text(b, "1259");
	put_text(b, "16384");
	put_text(b, e->tag);
	put_text(b, e->desc);
	if (minor >= 11)
		put_int(b, e->section ? e->section : e->dumper ? 3 : 2);
	put_text(b, e->defn);
	put_text(b, e->drop ? e->drop : "");
	put_text(b, e->copy);
	put_text(b, e->schema);
	put_text(b, "");
	if (minor >= 14)
		put_text(b, "heap");
	if (minor >= 16)
		put_int(b, 'r');
	put_text(b, "postgres");
	put_text(b, "false");
	put_text(b, e->needs ? e->needs : "1");
	put_text(b, NULL);
	put_byte(b, e->place ? e->place : e->dumper ? 1 : 3);
	for (int i = 0; i < 8; i++)
		put_byte(b, (int)(e->at >> 8 * i & 255));
}

static inline void put_block(struct bytes *b, int id, const void *p, size_t n)
{
	put_byte(b, 1);
	put_int(b, id);
	if (n) {
		put_int(b, (int64_t)n);
		put(b, p, n);
	}
	put_int(b, 0);
}

struct look {
	bks_arena *a;
	bks_inspection v;
	struct report r;
	int got;
};

/* Walks a copy of the bytes that ends where they end, so that a read past it is seen. */
static inline void look_at(struct look *l, const void *bytes, size_t n, size_t step)
{
	uint8_t *copy = malloc(n ? n : 1);
	bks_error err = {0};
	stream *s;

	assert_non_null(copy);
	if (n)
		memcpy(copy, bytes, n);
	*l = (struct look){.a = bks_arena_new()};
	s = stream_memory(copy, n, step);
	report_init(&l->r, &l->v, l->a);
	l->got = LOOK_FORMAT.walk(s, &l->r, &err);
	assert_int_equal(l->got, 0);
	if (!l->r.verdicts[BKS_UNSUPPORTED] || n > 8) {
		const uint8_t *p;
		size_t left;

		assert_int_equal(stream_next(s, &p, &left, &err), 0); /* all was read */
	}
	report_close(&l->r, l->got == 0);
	stream_close(s);
	free(copy);
}

static inline void look_away(struct look *l)
{
	bks_arena_free(l->a);
}

static inline const bks_finding *found(const struct look *l, const char *code)
{
	for (size_t i = 0; i < l->v.finding_count; i++)
		if (!strcmp(l->v.findings[i].code, code))
			return &l->v.findings[i];
	return NULL;
}

static inline const bks_table *table_in(const struct look *l, const char *name)
{
	for (size_t i = 0; i < l->v.table_count; i++)
		if (!strcmp(l->v.tables[i].name, name))
			return &l->v.tables[i];
	return NULL;
}

static inline struct bytes fixture(const char *name)
{
	struct bytes b = {0};
	char path[4096], block[4096];
	size_t n;
	FILE *f;

	snprintf(path, sizeof path, "%s/" LOOK_CORPUS "/%s", CORPUS, name);
	f = fopen(path, "rb");
	assert_non_null(f);
	while ((n = fread(block, 1, sizeof block, f)) > 0)
		put(&b, block, n);
	fclose(f);
	return b;
}

/* Whether a cut there is a cut in the header or in the table of contents. */
static inline bool cut_in_head(const struct bytes *b, size_t n)
{
	struct look l;
	const bks_finding *f;
	bool yes;

	look_at(&l, b->p, n, 0);
	f = found(&l, "truncated");
	yes = f && (strstr(f->text, "header") || strstr(f->text, "contents"));
	look_away(&l);
	return yes;
}

/* Where the table of contents ends and blocks of data begin. */
static inline size_t contents_end(const struct bytes *b)
{
	size_t low = 0, high = b->n;

	while (high - low > 1) {
		size_t n = low + (high - low) / 2;

		if (cut_in_head(b, n))
			low = n;
		else
			high = n;
	}
	assert_true(high > 100 && high < b->n);
	return high;
}
