/*
 * The rollback journal: before a page of the database is changed, what it held goes here. While
 * such a journal lies beside a database it is in mid-transaction, and whoever opens it puts the
 * pages back. Segments: a header as long as a sector of the disk, and records of one page each.
 */
#include "format/sqlitehead.h"
#include "format/sqlitelog.h"
#include <stdlib.h>
#include <string.h>

enum { SUPER_TAIL = 16, SUPER_NAME_MAX = 512, SECTOR_MAX = 65536, LOCK_BYTE = 0x40000000 };
static const uint8_t magic[8] = {0xd9, 0xd5, 0x05, 0xf9, 0x20, 0xa1, 0x63, 0xd7};

struct journal {
	struct sqlite_journal *out;
	struct sqlite_copy *c;
	struct report *r;
	uint64_t size, at;
	uint32_t page_size, sector;
	uint8_t *record;
	size_t record_size;
	uint64_t in_file;
	uint8_t *seen;
	uint64_t seen_room;
};

static void bad(struct journal *j, enum finding_kind kind, const char *text)
{
	j->out->bad = true;
	report_find(j->r, kind,
		arena_form(j->r->arena, "-journal byte %llu", (unsigned long long)j->at), "%s",
		text);
}

uint64_t sqlite_journal_growth(const uint8_t *h, size_t n, uint64_t size)
{
	uint64_t then;

	if (n < SQLITE_JOURNAL_HEAD || memcmp(h, magic, sizeof magic) != 0 ||
		!sqlite_page_size(sqlite_u32(h + 24)))
		return 0;
	then = (uint64_t)sqlite_u32(h + 16) * sqlite_u32(h + 24);
	return then > size ? then - size : 0;
}

static uint32_t sum_of(const struct journal *j, uint32_t init)
{
	for (int64_t i = (int64_t)j->page_size - 200; i > 0; i -= 200)
		init += j->record[4 + i];
	return init;
}

static void see(struct journal *j, uint32_t page)
{
	uint64_t i;

	if (page <= j->in_file || page - j->in_file > j->seen_room)
		return;
	i = page - j->in_file - 1;
	j->seen[i / 8] = (uint8_t)(j->seen[i / 8] | 1 << i % 8);
}

/* The N records of one segment. With LOOSE nobody counted them: the first that is not whole
 * ends them. 1 or negative; 0: no more. */
static int read_records(struct journal *j, uint32_t n, uint32_t init, bool loose)
{
	for (uint32_t i = 0; i < n; i++) {
		ssize_t got = sqlite_copy_read(
			j->c, SQLITE_JOURNAL, j->record, j->record_size, j->at);
		uint32_t page;

		if (got < 0)
			return -1;
		page = sqlite_u32(j->record);
		if ((size_t)got < j->record_size) {
			if (!loose)
				bad(j, F_TRUNCATED,
					"the journal ends before the last of its pages: the "
					"database cannot be rolled back");
			return 0;
		}
		if (!page || page == LOCK_BYTE / j->page_size + 1 ||
			sqlite_u32(j->record + 4 + j->page_size) != sum_of(j, init)) {
			if (!loose)
				bad(j, F_CHECKSUM_MISMATCH,
					"a page of the journal is not that of its checksum: "
					"SQLite would roll back no further");
			return 0;
		}
		see(j, page);
		j->out->records++;
		j->at += j->record_size;
	}
	return 1;
}

/* 1: a segment was read; 0: that was the last; negative. */
static int read_segment(struct journal *j)
{
	uint8_t h[SQLITE_JOURNAL_HEAD];
	ssize_t got;
	uint32_t n;

	j->at = (j->at + j->sector - 1) / j->sector * j->sector;
	if (j->at >= j->size)
		return 0;
	got = sqlite_copy_read(j->c, SQLITE_JOURNAL, h, sizeof h, j->at);
	if (got < 0)
		return -1;
	if ((size_t)got < sizeof h || memcmp(h, magic, sizeof magic) != 0)
		return 0;
	n = sqlite_u32(h + 8);
	if (n == UINT32_MAX)
		n = (uint32_t)((j->size - j->at) / j->record_size);
	j->at += j->sector;
	return read_records(j, n, sqlite_u32(h + 12), sqlite_u32(h + 8) == UINT32_MAX);
}

/* The name of a journal over several databases stands at the end, where a transaction had more
 * than one. */
static int read_super(struct journal *j)
{
	uint8_t tail[SUPER_TAIL];
	uint32_t n, sum = 0;
	char *name;

	if (j->size < SUPER_TAIL)
		return 0;
	if (sqlite_copy_read(j->c, SQLITE_JOURNAL, tail, sizeof tail, j->size - SUPER_TAIL) < 0)
		return -1;
	n = sqlite_u32(tail);
	if (memcmp(tail + 8, magic, sizeof magic) != 0 || !n || n > SUPER_NAME_MAX ||
		n + SUPER_TAIL > j->size)
		return 0;
	name = arena_take(j->r->arena, n + 1);
	if (sqlite_copy_read(j->c, SQLITE_JOURNAL, name, n, j->size - SUPER_TAIL - n) < 0)
		return -1;
	for (uint32_t i = 0; i < n; i++) {
		uint32_t letter = (uint8_t)name[i];

		sum += letter < 128 ? letter : letter - 256; /* letters are signed there */
	}
	if (sum == sqlite_u32(tail + 4))
		j->out->super = name;
	return 0;
}

static void judge(struct journal *j)
{
	uint64_t pages = j->out->pages > j->in_file ? j->out->pages - j->in_file : 0,
		 lost = pages;

	for (uint64_t i = 0; i < pages && i < j->seen_room; i++)
		lost -= j->seen[i / 8] >> i % 8 & 1;
	if (!lost || j->out->bad || j->out->super)
		return;
	j->out->bad = true;
	report_find(j->r, F_TRUNCATED, report_byte(j->r, j->in_file * j->page_size),
		"rolled back the database has %u pages, and %llu of them are neither in it nor "
		"in its journal",
		j->out->pages, (unsigned long long)lost);
}

/* 1: it leads back; 0: it does not, or cannot; negative. */
static int read_head(struct journal *j)
{
	uint8_t h[SQLITE_JOURNAL_HEAD];
	ssize_t got = sqlite_copy_read(j->c, SQLITE_JOURNAL, h, sizeof h, 0);

	if (got <= 0 || !h[0]) /* what SQLite looks at: the journal of a transaction that ended
				  is empty, or begins with zeros */
		return got < 0 ? -1 : 0;
	if ((size_t)got < sizeof h) {
		bad(j, F_TRUNCATED, "the journal ends within its header");
		return 0;
	}
	if (memcmp(h, magic, sizeof magic) != 0) {
		bad(j, F_MALFORMED, "this is no rollback journal");
		return 0;
	}
	j->sector = sqlite_u32(h + 20);
	if (j->sector < 32 || j->sector > SECTOR_MAX || (j->sector & (j->sector - 1))) {
		bad(j, F_MALFORMED, "the journal's header tells of sectors that no disk has");
		return 0;
	}
	if (sqlite_page_size(sqlite_u32(h + 24)))
		j->page_size =
			sqlite_u32(h + 24); /* VACUUM may have been giving it another one */
	j->record_size = j->page_size + 8;
	j->in_file = j->c->part[SQLITE_MAIN].size / j->page_size;
	j->out->pages = sqlite_u32(h + 16);
	return 1;
}

int sqlite_journal_read(
	struct sqlite_journal *out, struct sqlite_copy *c, uint32_t page_size, struct report *r)
{
	struct journal j = {.out = out,
		.c = c,
		.r = r,
		.size = c->part[SQLITE_JOURNAL].size,
		.page_size = page_size};
	int got;

	*out = (struct sqlite_journal){0};
	got = read_head(&j);
	if (got <= 0)
		return got;
	out->hot = true;
	j.seen_room = (j.size / j.record_size + 8) / 8 * 8;
	j.record = malloc(j.record_size);
	j.seen = calloc(j.seen_room / 8, 1);
	if (!j.record || !j.seen)
		abort(); /* a page, and a bit for each record */
	got = read_super(&j);
	if (!got)
		do
			got = read_segment(&j);
		while (got > 0);
	if (!got)
		judge(&j);
	free(j.record);
	free(j.seen);
	return got;
}
