/* segments.h - for the tests of WAL: the segments of the corpus, walks over one or several, and
 * segments forged by hand */
#pragma once
#include "base/crc32c.h"
#include "format/format.h"
#include "format/wal.h"
#include "unit.h"

enum { MIB = 1 << 20 };

struct segment {
	char name[64];
	uint8_t *p;
	size_t n;
};

/* CORPUS/pg-wal/FOLDER/NAME.gz, unpacked. */
static inline struct segment segment(const char *folder, const char *name)
{
	struct segment s = {0};
	bks_arena *a = bks_arena_new();
	bks_inspection out = {0};
	const struct format *inside;
	struct report r;
	char path[4096];
	const uint8_t *p;
	size_t n;
	stream *in;
	FILE *f;
	int got;

	snprintf(s.name, sizeof s.name, "%s", name);
	snprintf(path, sizeof path, "%s/pg-wal/%s/%s.gz", CORPUS, folder, name);
	f = fopen(path, "rb");
	assert_non_null(f);
	in = stream_fd(fileno(f), path, false);
	report_init(&r, &out, a);
	assert_int_equal(format_unwrap(&in, &inside, &r, NULL), 0);
	s.p = malloc(MIB + 1);
	assert_non_null(s.p);
	while ((got = stream_next(in, &p, &n, NULL)) > 0) {
		assert_true(s.n + n <= MIB);
		memcpy(s.p + s.n, p, n);
		s.n += n;
	}
	assert_int_equal(got, 0);
	stream_close(in);
	fclose(f);
	bks_arena_free(a);
	return s;
}

static inline void segment_free(struct segment *s)
{
	free(s->p);
	s->p = NULL;
}

struct walked {
	bks_arena *a;
	bks_inspection out;
	struct report r;
	struct wal *w;
};

static inline void walk_open(struct walked *k, const struct wal_carry *from)
{
	*k = (struct walked){.a = bks_arena_new()};
	report_init(&k->r, &k->out, k->a);
	k->w = malloc(sizeof *k->w);
	assert_non_null(k->w);
	wal_init(k->w, &k->r, from);
}

static inline void walk_on(
	struct walked *k, const struct segment *s, enum wal_how how, size_t step)
{
	wal_begin(k->w, s->name, how);
	for (size_t at = 0; at < s->n; at += step)
		wal_push(k->w, s->p + at, s->n - at < step ? s->n - at : step);
	wal_end(k->w, false);
}

static inline size_t findings(const struct walked *k)
{
	return k->r.findings.n;
}

static inline bool found(const struct walked *k, const char *code)
{
	for (size_t i = 0; i < k->r.findings.n; i++)
		if (!strcmp(k->r.findings.v[i].code, code))
			return true;
	return false;
}

static inline void walk_close(struct walked *k)
{
	free(k->w);
	bks_arena_free(k->a);
}

/* One walk of one segment; how many findings, and the first one's code in CODE (may be NULL).
 */
static inline size_t walk_one(const struct segment *s, enum wal_how how,
	const struct wal_carry *from, const char **code, struct wal_facts *facts)
{
	struct walked k;
	size_t n;

	walk_open(&k, from);
	walk_on(&k, s, how, s->n ? s->n : 1);
	n = findings(&k);
	if (code)
		*code = n ? k.r.findings.v[0].code : "";
	if (facts)
		*facts = k.w->facts;
	walk_close(&k);
	return n;
}

/* A segment that is written by hand, pages and records as a server would. */
struct forged {
	struct segment s;
	uint32_t page, size;
	uint64_t lsn, at, prev;  /* of its first byte; where the next byte goes, from there; the
				    last record */
	uint32_t timeline, open; /* OPEN: bytes of the record that is being put */
	uint16_t flags;          /* of the next page besides */
};

static inline void forge_le(uint8_t *p, uint64_t v, int n)
{
	for (int i = 0; i < n; i++)
		p[i] = (uint8_t)(v >> 8 * i);
}

static inline void forge_page(struct forged *f)
{
	uint8_t *p = f->s.p + f->at;
	bool first = !f->at;

	forge_le(p, 0xd110, 2);
	forge_le(p + 2, (f->open ? 1U : 0U) | (first ? 2U : 0U) | f->flags, 2);
	forge_le(p + 4, f->timeline, 4);
	forge_le(p + 8, f->lsn + f->at, 8);
	forge_le(p + 16, f->open, 4);
	if (first) {
		forge_le(p + 24, 7654321, 8);
		forge_le(p + 32, f->size, 4);
		forge_le(p + 36, f->page, 4);
	}
	f->flags = 0;
	f->at += first ? 40 : 24;
}

static inline struct forged forge(uint32_t page, uint32_t size, uint64_t lsn)
{
	struct forged f = {.page = page, .size = size, .lsn = lsn, .timeline = 1};

	f.s.p = calloc(1, size);
	assert_non_null(f.s.p);
	f.s.n = size;
	wal_name_write(f.s.name, 1, lsn, size);
	return f;
}

static inline void forge_bytes(struct forged *f, const uint8_t *p, size_t n)
{
	f->open = (uint32_t)n;
	while (n && f->at < f->size) {
		size_t room;

		if (f->at % f->page == 0)
			forge_page(f);
		room = f->page - f->at % f->page;
		room = room < n ? room : n;
		memcpy(f->s.p + f->at, p, room);
		f->at += room;
		p += room;
		n -= room;
		f->open = (uint32_t)n;
	}
	f->open = 0;
}

/* A record whose main data is DATA. What does not fit into the segment is not written. */
static inline void forge_record(
	struct forged *f, int rmid, int info, const void *data, uint32_t n)
{
	uint32_t head = n < 256 ? 2 : 5, all = 24 + head + n;
	uint8_t *r = calloc(1, all);

	assert_non_null(r);
	f->at = (f->at + 7) & ~UINT64_C(7);
	if (f->at < f->size && f->at % f->page == 0)
		forge_page(f);
	forge_le(r, all, 4);
	forge_le(r + 8, f->prev, 8);
	r[16] = (uint8_t)info;
	r[17] = (uint8_t)rmid;
	r[24] = n < 256 ? 255 : 254;
	forge_le(r + 25, n, n < 256 ? 1 : 4);
	memcpy(r + 24 + head, data, n);
	forge_le(r + 20, crc32c(crc32c(0, r + 24, all - 24), r, 20), 4);
	f->prev = f->lsn + f->at;
	forge_bytes(f, r, all);
	free(r);
}

/* Records up to its last byte; the last one may go on behind it. */
static inline void forge_rest(struct forged *f)
{
	uint8_t data[300];

	memset(data, 'x', sizeof data);
	while (f->at < f->size)
		forge_record(f, 10, 0, data, (uint32_t)(f->at % 97 + 200));
}
