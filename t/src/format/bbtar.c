/*
 * The tars of pg_basebackup: one of the data directory (or, made on a standard output, the only
 * one, with the manifest in it), one of each tablespace, one of the WAL that was streamed
 * meanwhile. Every header, padding and end block is held against what PostgreSQL writes.
 *
 * Source: src/backend/backup/basebackup.c, src/bin/pg_basebackup/walmethods.c, src/port/tar.c.
 */
#include "format/bb.h"
#include "format/pghead.h"
#include "format/ustar.h"
#include <stdio.h>
#include <string.h>

enum { TAR_END = 3 }; /* both end blocks were read; beside the answers of pghead.h */

/* initdb makes them, they are empty in a backup, and no server starts without. */
static const char *const folders[] = {"pg_commit_ts", "pg_dynshmem", "pg_logical/mappings",
	"pg_logical/snapshots", "pg_notify", "pg_replslot", "pg_serial", "pg_snapshots",
	"pg_stat", "pg_stat_tmp", "pg_subtrans", "pg_tblspc", "pg_twophase", "pg_wal"};

enum { FOLDERS = sizeof folders / sizeof *folders };

struct tar {
	struct bb *b;
	struct reader r;
	struct report *report;
	enum bbtar_kind kind;
	const char *oid;
	const char *outer; /* report->member of the tar itself */
	struct ustar head;
	const char *name; /* of the member, without "./" */
	char path[320];   /* where it lies beneath the data directory */
	char member[400]; /* for `where` */
	char inside[320]; /* where the tar would end if it ended now */
	bool folder_met[FOLDERS];
	struct bbwal *wal;
};

static int told(struct tar *t, enum finding_kind kind, uint64_t at, const char *text)
{
	report_find(t->report, kind, report_byte(t->report, at), "%s", text);
	return PG_TOLD;
}

/* ---- its frame ---- */

static int read_second_zeros(struct tar *t)
{
	uint8_t block[USTAR_BLOCK];

	snprintf(t->inside, sizeof t->inside, "its end mark, behind the first of two blocks");
	PG_MUST(reader_take(&t->r, block, sizeof block));
	if (ustar_zeros(block, sizeof block))
		return TAR_END;
	return told(t, F_MALFORMED, t->r.at - USTAR_BLOCK,
		"a block of zeros where a member's header should be");
}

/* 1: t->head is a member's; TAR_END; else as pghead.h says. */
static int read_head(struct tar *t)
{
	uint8_t block[USTAR_BLOCK];
	const char *why = "";
	uint64_t at = t->r.at;

	PG_MUST(reader_take(&t->r, block, sizeof block));
	switch (ustar_read(&t->head, block, &why)) {
	case USTAR_HEADER:
		snprintf(t->inside, sizeof t->inside, "member %s", t->head.name);
		return 1;
	case USTAR_ZEROS:
		return read_second_zeros(t);
	case USTAR_CHECKSUM:
		return told(t, F_CHECKSUM_MISMATCH, at,
			"the header of a member is not that of its checksum");
	case USTAR_STRANGE:
	default:
		return told(t, F_MALFORMED, at,
			arena_form(t->report->arena, "no header of a member: %s", why));
	}
}

static int read_padding(struct tar *t)
{
	uint8_t pad[USTAR_BLOCK];
	size_t n = (USTAR_BLOCK - t->head.size % USTAR_BLOCK) % USTAR_BLOCK;

	PG_MUST(reader_take(&t->r, pad, n));
	if (!ustar_zeros(pad, n))
		report_find(t->report, F_MALFORMED, report_byte(t->report, t->r.at - n),
			"%s is padded with other bytes than zeros", t->inside);
	snprintf(t->inside, sizeof t->inside, "no end mark, behind member %s", t->head.name);
	return 1;
}

static int read_trailing(struct tar *t)
{
	uint64_t from = t->r.at;
	const uint8_t *p;
	size_t n;
	int got;

	while ((got = reader_some(&t->r, &p, &n, UINT64_MAX)) > 0)
		if (!ustar_zeros(p, n))
			return told(
				t, F_TRAILING_DATA, from, "bytes behind the two end blocks");
	if (got == 0 && t->r.at > from)
		report_find(t->report, F_TRAILING_ZEROS, report_byte(t->report, from),
			"%llu zero bytes behind the two end blocks",
			(unsigned long long)(t->r.at - from));
	return got;
}

/* ---- its members ---- */

/* Where it will lie, and how it is told. */
static void place(struct tar *t)
{
	const char *name = t->head.name;
	size_t n;

	while (!strncmp(name, "./", 2))
		name += 2;
	t->name = name;
	if (t->kind == BBTAR_TABLESPACE)
		snprintf(t->path, sizeof t->path, "pg_tblspc/%s/%s", t->oid, name);
	else
		snprintf(t->path, sizeof t->path, "%s%s", t->kind == BBTAR_WAL ? "pg_wal/" : "",
			name);
	n = strlen(t->path);
	if (n && t->path[n - 1] == '/')
		t->path[n - 1] = '\0';
	snprintf(t->member, sizeof t->member, "%s%s%s", t->outer ? t->outer : "",
		t->outer ? " " : "", name);
}

static void meet_folder(struct tar *t)
{
	for (size_t i = 0; i < FOLDERS; i++)
		t->folder_met[i] |= !strcmp(t->path, folders[i]);
}

/* Of a link, a folder, or anything else without bytes of its own. */
static void judge_other(struct tar *t)
{
	bool tablespace = t->kind == BBTAR_BASE && !strncmp(t->path, "pg_tblspc/", 10) &&
			  !strchr(t->path + 10, '/');

	if (t->head.type == '5' && !t->head.size)
		meet_folder(t);
	else if (!(t->head.type == '2' && tablespace && !t->head.size))
		report_find(t->report, F_MEMBER_UNSAFE, NULL,
			"a member of type %c: neither a file nor a folder",
			t->head.type > ' ' && t->head.type < 127 ? t->head.type : '?');
}

/* One member's bytes as a stream, over the reader that goes on behind them. */
struct part {
	stream s;
	struct reader *from;
	uint64_t left;
};

static int part_next(stream *s, const uint8_t **p, size_t *n, bks_error *err)
{
	struct part *part = (struct part *)s;
	int r;

	(void)err; /* the reader has its own */
	if (!part->left)
		return 0;
	r = reader_some(part->from, p, n, part->left);
	if (r > 0)
		part->left -= *n;
	return r ? r : BKS_E_CUT; /* the tar ended: its walk tells */
}

static void part_close(stream *s)
{
	(void)s;
}

static int read_manifest(struct tar *t)
{
	static const struct stream_kind kind = {part_next, part_close};
	struct part part = {{.kind = &kind}, &t->r, t->head.size};
	bks_error own = {0};
	int s;

	if (t->b->folder) { /* its own lies beside, and other tars are walked by it now */
		report_find(t->report, F_MEMBER_UNEXPECTED, NULL,
			"a manifest within a tar of many");
		return reader_skip(&t->r, part.left);
	}
	s = bb_read_manifest(t->b, &part.s, t->report, t->r.err ? t->r.err : &own);

	stream_close(&part.s); /* what was peeked at */
	return s < 0 ? s : reader_skip(&t->r, part.left);
}

static bool is_wal(const struct tar *t)
{
	return t->kind != BBTAR_TABLESPACE && !strncmp(t->path, "pg_wal/", 7);
}

static int read_wal(struct tar *t)
{
	uint64_t left = t->head.size;
	int got = 1;

	if (!t->wal)
		t->wal = bbwal_new(t->b);
	if (!bbwal_begin(t->wal, t->path + 7, t->report)) {
		if (t->kind == BBTAR_WAL && strncmp(t->path, "pg_wal/archive_status/", 22) != 0)
			report_find(t->report, F_MEMBER_UNEXPECTED, NULL, "no file of WAL");
		return reader_skip(&t->r, left);
	}
	while (left && got > 0) {
		const uint8_t *p;
		size_t n;

		got = reader_some(&t->r, &p, &n, left);
		if (got <= 0)
			break;
		bbwal_push(t->wal, p, n);
		left -= n;
	}
	bbwal_end(t->wal, left != 0);
	return got;
}

static int read_file(struct tar *t)
{
	uint64_t left = t->head.size;
	struct bbfile f;
	int got = 1;

	bbfile_begin(&f, t->b, t->path, t->report);
	while (left && got > 0) {
		const uint8_t *p;
		size_t n;

		got = reader_some(&t->r, &p, &n, left);
		if (got <= 0)
			break;
		bbfile_push(&f, p, n);
		left -= n;
	}
	bbfile_end(&f, !left);
	return got;
}

static int read_bytes(struct tar *t)
{
	if (ustar_unsafe(t->name) || !*t->name) {
		report_find(t->report, F_MEMBER_UNSAFE, NULL,
			"a name that leads out of the folder");
		return reader_skip(&t->r, t->head.size);
	}
	if (t->head.type != '0') {
		judge_other(t);
		return reader_skip(&t->r, t->head.size);
	}
	if (t->kind == BBTAR_BASE && !strcmp(t->path, "backup_manifest"))
		return read_manifest(t);
	return is_wal(t) ? read_wal(t) : read_file(t);
}

static int read_member(struct tar *t)
{
	int got;

	if (t->report->dropped) /* nobody reads more, and each costs memory */
		return PG_TOLD;
	place(t);
	t->report->member = t->member;
	got = read_bytes(t);
	t->report->member = t->outer;
	return got;
}

/* TAR_END: all of it was read; else as pghead.h says. */
static int read_all(struct tar *t)
{
	snprintf(t->inside, sizeof t->inside, "its first header");
	for (;;) {
		PG_MUST(read_head(t));
		PG_MUST(read_member(t));
		PG_MUST(read_padding(t));
	}
}

static int tell_end(struct tar *t)
{
	for (size_t i = 0; t->kind == BBTAR_BASE && i < FOLDERS; i++)
		if (!t->folder_met[i])
			report_find(t->report, F_MEMBER_MISSING, folders[i],
				"no server starts without this folder");
	return read_trailing(t);
}

int bbtar_walk(struct bb *b, stream *in, enum bbtar_kind kind, const char *oid,
	struct report *r, bks_error *err)
{
	struct tar t = {.b = b, .report = r, .kind = kind, .oid = oid, .outer = r->member};
	int got;

	reader_init(&t.r, in, err);
	got = read_all(&t);
	if (got == 0)
		report_find(r, F_TRUNCATED, report_byte(r, t.r.at), "the tar ends in %s",
			bks_shown(t.inside, r->arena));
	if (got == TAR_END)
		got = tell_end(&t);
	else
		bb_cut(b);
	bbwal_free(t.wal);
	if (got == PG_TOLD)
		got = stream_drain(in, NULL, err);
	return got < 0 && got != BKS_E_CUT ? got : 0;
}
