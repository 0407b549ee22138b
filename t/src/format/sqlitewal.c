/*
 * The write-ahead log: a header and frames of one page each, under one running checksum. What
 * an earlier use of the file left behind the frames of this one is told by its other salts.
 */
#include "format/sqlitehead.h"
#include "format/sqlitelog.h"
#include <stdlib.h>
#include <string.h>

enum { WAL_HEAD = 32, FRAME_HEAD = 24, WAL_VERSION = 3007000 };
#define WAL_MAGIC 0x377f0682U /* and 1: checksums over big-endian words */

struct wal {
	struct sqlite_wal *out;
	struct sqlite_copy *c;
	struct report *r;
	uint8_t head[WAL_HEAD];
	uint8_t *frame;
	size_t frame_size;
	uint32_t sum[2];
	bool big;
	uint64_t last; /* the last frame of this use that ends a transaction, checksum or not;
			  from 1 */
	uint64_t in_file; /* whole pages of the main file */
	uint8_t *seen;    /* a bit for each page behind those */
	uint64_t seen_room;
};

static uint32_t word(const struct wal *w, const uint8_t *p)
{
	return w->big ? sqlite_u32(p)
		      : (uint32_t)p[3] << 24 | (uint32_t)p[2] << 16 | (uint32_t)p[1] << 8 |
				p[0];
}

static void add(struct wal *w, uint32_t sum[2], const uint8_t *p, size_t n)
{
	for (size_t i = 0; i < n; i += 8) {
		sum[0] += word(w, p + i) + sum[1];
		sum[1] += word(w, p + i + 4) + sum[0];
	}
}

static const char *at(struct wal *w, uint64_t byte)
{
	return arena_form(w->r->arena, "-wal byte %llu", (unsigned long long)byte);
}

static void bad(struct wal *w, enum finding_kind kind, uint64_t byte, const char *text)
{
	w->out->bad = true;
	report_find(w->r, kind, at(w, byte), "%s", text);
}

/* 1: frames can be read; 0: not, and a finding says why, or it is empty; negative. */
static int read_head(struct wal *w, uint32_t page_size)
{
	ssize_t n = sqlite_copy_read(w->c, SQLITE_WAL, w->head, sizeof w->head, 0);
	uint32_t magic;

	if (n <= 0)
		return (int)n;
	if (n < WAL_HEAD) {
		bad(w, F_TRUNCATED, (uint64_t)n, "the log ends within its header");
		return 0;
	}
	magic = sqlite_u32(w->head);
	w->big = magic & 1;
	add(w, w->sum, w->head, WAL_HEAD - 8);
	if ((magic & ~1U) != WAL_MAGIC)
		bad(w, F_MALFORMED, 0, "this is no write-ahead log");
	else if (sqlite_u32(w->head + 24) != w->sum[0] || sqlite_u32(w->head + 28) != w->sum[1])
		bad(w, F_CHECKSUM_MISMATCH, 0,
			"the log's header is not that of its checksum: SQLite would read none "
			"of it");
	else if (sqlite_u32(w->head + 4) != WAL_VERSION)
		bad(w, F_UNSUPPORTED_VERSION, 4,
			arena_form(w->r->arena, "a log of version %u, known is %d",
				sqlite_u32(w->head + 4), WAL_VERSION));
	else if (sqlite_u32(w->head + 8) != page_size)
		bad(w, F_SIZE_CONFLICT, 8,
			arena_form(w->r->arena,
				"the log has pages of %u bytes, the database of %u: they do "
				"not belong together",
				sqlite_u32(w->head + 8), page_size));
	return !w->out->bad;
}

/* Salts that both differ are those of an earlier use; one alone is a flipped bit. */
static bool is_ours(const struct wal *w)
{
	return !memcmp(w->frame + 8, w->head + 16, 4) ||
	       !memcmp(w->frame + 12, w->head + 20, 4);
}

static bool is_whole(struct wal *w)
{
	uint32_t sum[2] = {w->sum[0], w->sum[1]};

	if (!sqlite_u32(w->frame) || memcmp(w->frame + 8, w->head + 16, 8) != 0)
		return false;
	add(w, sum, w->frame, 8);
	add(w, sum, w->frame + FRAME_HEAD, w->frame_size - FRAME_HEAD);
	if (sqlite_u32(w->frame + 16) != sum[0] || sqlite_u32(w->frame + 20) != sum[1])
		return false;
	w->sum[0] = sum[0];
	w->sum[1] = sum[1];
	return true;
}

/* Which pages behind the end of the main file are here. A frame without a commit behind it only
 * makes it say less. */
static void see(struct wal *w)
{
	uint64_t page = sqlite_u32(w->frame);

	if (page <= w->in_file || page - w->in_file > w->seen_room)
		return;
	page -= w->in_file + 1;
	w->seen[page / 8] = (uint8_t)(w->seen[page / 8] | 1 << page % 8);
}

/* How many of the database's pages are neither in the main file nor here. */
static uint64_t missing(const struct wal *w)
{
	uint64_t pages =
		w->out->frames && w->out->pages > w->in_file ? w->out->pages - w->in_file : 0;
	uint64_t n = pages;

	for (uint64_t i = 0; i < pages && i < w->seen_room; i++)
		n -= w->seen[i / 8] >> i % 8 & 1;
	return n;
}

static void judge(struct wal *w, uint64_t valid)
{
	struct sqlite_wal *out = w->out;
	uint64_t lost = missing(w);

	if (valid < w->last) {
		bad(w, F_CHECKSUM_MISMATCH, WAL_HEAD + valid * w->frame_size,
			arena_form(w->r->arena,
				"frame %llu of %llu that were committed is not that of its "
				"checksum: SQLite would read nothing from it on",
				(unsigned long long)valid + 1, (unsigned long long)w->last));
	} else if (lost) {
		out->bad = true;
		report_find(w->r, F_TRUNCATED,
			report_byte(w->r, w->in_file * (w->frame_size - FRAME_HEAD)),
			"with its -wal the database has %u pages, and %llu of them are in "
			"neither file",
			out->pages, (unsigned long long)lost);
	}
	out->loose = valid - out->frames;
}

/* The last N bytes of the log are less than a frame. */
static int read_rest(struct wal *w, size_t n)
{
	uint64_t size = w->c->part[SQLITE_WAL].size;

	if (n >= 16 && sqlite_copy_read(w->c, SQLITE_WAL, w->frame, n, size - n) < 0)
		return -1;
	if (n && (n < 16 || is_ours(w)))
		bad(w, F_TRUNCATED, size, "the log ends within a frame");
	return 0;
}

static int read_frames(struct wal *w)
{
	struct sqlite_wal *out = w->out;
	uint64_t all = (w->c->part[SQLITE_WAL].size - WAL_HEAD) / w->frame_size, valid = 0;
	size_t rest = (size_t)((w->c->part[SQLITE_WAL].size - WAL_HEAD) % w->frame_size);
	bool whole = true;

	for (uint64_t i = 1; i <= all; i++) {
		ssize_t n = sqlite_copy_read(w->c, SQLITE_WAL, w->frame, w->frame_size,
			WAL_HEAD + (i - 1) * w->frame_size);

		if (n < 0)
			return -1;
		whole = whole && is_whole(w);
		if (whole) {
			valid = i;
			see(w);
		}
		if (!sqlite_u32(w->frame + 4))
			continue;
		if (whole) {
			out->frames = i;
			out->pages = sqlite_u32(w->frame + 4);
			out->commits++;
		}
		if (is_ours(w))
			w->last = i;
	}
	judge(w, valid);
	out->counts = out->frames > 0;
	return valid == all ? read_rest(w, rest) : 0;
}

int sqlite_wal_read(struct sqlite_wal *out, struct sqlite_copy *c, uint32_t page_size,
	uint64_t pages_in_file, struct report *r)
{
	struct wal w = {.out = out,
		.c = c,
		.r = r,
		.frame_size = page_size + FRAME_HEAD,
		.in_file = pages_in_file};
	int got;

	*out = (struct sqlite_wal){0};
	got = read_head(&w, page_size);
	if (got <= 0)
		return got;
	w.seen_room = (c->part[SQLITE_WAL].size / w.frame_size + 8) / 8 * 8;
	w.frame = malloc(w.frame_size);
	w.seen = calloc(w.seen_room / 8, 1);
	if (!w.frame || !w.seen)
		abort(); /* a page, and a bit for each frame */
	got = read_frames(&w);
	free(w.frame);
	free(w.seen);
	return got;
}
