/*
 * The tars of pg_basebackup: one of the data directory (or, made on a standard output, the only
 * one, with the manifest in it), one of each tablespace, one of the WAL that was streamed
 * meanwhile. Every header, padding and end block is held against what PostgreSQL writes.
 *
 * Source: src/backend/backup/basebackup.c, src/bin/pg_basebackup/walmethods.c, src/port/tar.c.
 */
#include "format/bb.h"
#include "format/tarframe.h"
#include <stdio.h>
#include <string.h>

/* initdb makes them, they are empty in a backup, and no server starts without. */
static const char *const folders[] = {"pg_commit_ts", "pg_dynshmem", "pg_logical/mappings",
	"pg_logical/snapshots", "pg_notify", "pg_replslot", "pg_serial", "pg_snapshots",
	"pg_stat", "pg_stat_tmp", "pg_subtrans", "pg_tblspc", "pg_twophase", "pg_wal"};

enum { FOLDERS = sizeof folders / sizeof *folders };

struct tar {
	struct bb *b;
	struct tarframe f;
	struct report *report;
	enum bbtar_kind kind;
	const char *oid;
	const char *outer; /* report->member of the tar itself */
	const char *name;  /* of the member, without "./" */
	char path[320];    /* where it lies beneath the data directory */
	char member[400];  /* for `where` */
	bool folder_met[FOLDERS];
	struct bbwal *wal;
};

/* ---- its members ---- */

/* Where it will lie, and how it is told. */
static void place(struct tar *t)
{
	const char *name = t->f.head.name;
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

	if (t->f.head.type == '5' && !t->f.head.size)
		meet_folder(t);
	else if (!(t->f.head.type == '2' && tablespace && !t->f.head.size))
		report_find(t->report, F_MEMBER_UNSAFE, NULL,
			"a member of type %c: neither a file nor a folder",
			t->f.head.type > ' ' && t->f.head.type < 127 ? t->f.head.type : '?');
}

static int read_manifest(struct tar *t)
{
	struct tarpart part;
	bks_error own = {0};
	int s;

	tarpart_init(&part, &t->f, BKS_E_CUT); /* the tar's walk tells */
	if (t->b->folder) { /* its own lies beside, and other tars are walked by it now */
		report_find(t->report, F_MEMBER_UNEXPECTED, NULL,
			"a manifest within a tar of many");
		return reader_skip(&t->f.r, part.left);
	}
	s = bb_read_manifest(t->b, &part.s, t->report, t->f.r.err ? t->f.r.err : &own);

	stream_close(&part.s); /* what was peeked at */
	return s < 0 ? s : reader_skip(&t->f.r, part.left);
}

static bool is_wal(const struct tar *t)
{
	return t->kind != BBTAR_TABLESPACE && !strncmp(t->path, "pg_wal/", 7);
}

static int read_wal(struct tar *t)
{
	uint64_t left = t->f.head.size;
	int got = 1;

	if (!t->wal)
		t->wal = bbwal_new(t->b);
	if (!bbwal_begin(t->wal, t->path + 7, t->report)) {
		if (t->kind == BBTAR_WAL && strncmp(t->path, "pg_wal/archive_status/", 22) != 0)
			report_find(t->report, F_MEMBER_UNEXPECTED, NULL, "no file of WAL");
		return reader_skip(&t->f.r, left);
	}
	while (left && got > 0) {
		const uint8_t *p;
		size_t n;

		got = reader_some(&t->f.r, &p, &n, left);
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
	uint64_t left = t->f.head.size;
	struct bbfile f;
	int got = 1;

	bbfile_begin(&f, t->b, t->path, t->report);
	while (left && got > 0) {
		const uint8_t *p;
		size_t n;

		got = reader_some(&t->f.r, &p, &n, left);
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
		return reader_skip(&t->f.r, t->f.head.size);
	}
	if (t->f.head.type != '0') {
		judge_other(t);
		return reader_skip(&t->f.r, t->f.head.size);
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
	for (;;) {
		PG_MUST(tarframe_head(&t->f));
		PG_MUST(read_member(t));
		PG_MUST(tarframe_padding(&t->f));
	}
}

static int tell_end(struct tar *t)
{
	for (size_t i = 0; t->kind == BBTAR_BASE && i < FOLDERS; i++)
		if (!t->folder_met[i])
			report_find(t->report, F_MEMBER_MISSING, folders[i],
				"no server starts without this folder");
	return tarframe_trailing(&t->f);
}

int bbtar_walk(struct bb *b, stream *in, enum bbtar_kind kind, const char *oid,
	struct report *r, bks_error *err)
{
	struct tar t = {.b = b, .report = r, .kind = kind, .oid = oid, .outer = r->member};
	int got;

	tarframe_init(&t.f, in, r, err);
	/* where pg_basebackup 17 puts a tar together anew (on its standard output, with -R) its
	 * padding is what lay in its memory */
	t.f.loose = true;
	got = read_all(&t);
	if (got == 0)
		report_find(r, F_TRUNCATED, report_byte(r, t.f.r.at), "the tar ends in %s",
			bks_shown(t.f.inside, r->arena));
	if (got == TAR_END)
		got = tell_end(&t);
	else
		bb_cut(b);
	bbwal_free(t.wal);
	if (got == PG_TOLD)
		got = stream_drain(in, NULL, err);
	return got < 0 && got != BKS_E_CUT ? got : 0;
}
