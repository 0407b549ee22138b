/*
 * Base backups that are folders. Plain: the files of the data directory, each held against the
 * manifest; WAL one segment after the other. Tars: base.tar, OID.tar for each tablespace, and
 * pg_wal.tar, with .gz, .lz4, .zst or what else is known behind it.
 */
#include "format/bbfolder.h"
#include "format/format.h"
#include <ctype.h>
#include <stdlib.h>
#include <string.h>

/* ---- what it is ---- */

enum named { NOT_NAMED, NAMED_BASE, NAMED_WAL, NAMED_TABLESPACE };

/* Behind its stem: .tar, and one wrapping. */
static bool is_tar(const char *suffix)
{
	static const char *const all[] = {
		".tar", ".tar.gz", ".tgz", ".tar.lz4", ".tar.zst", ".tar.xz", ".tar.bz2"};

	for (size_t i = 0; i < sizeof all / sizeof *all; i++)
		if (!strcmp(suffix, all[i]))
			return true;
	return false;
}

/* OID has room for 11 bytes. */
static enum named name_of(const char *name, char *oid)
{
	size_t digits = strspn(name, "0123456789");

	if (!strncmp(name, "base", 4) && is_tar(name + 4))
		return NAMED_BASE;
	if (!strncmp(name, "pg_wal", 6) && is_tar(name + 6))
		return NAMED_WAL;
	if (!digits || digits > 10 || *name == '0' || !is_tar(name + digits))
		return NOT_NAMED;
	memcpy(oid, name, digits);
	oid[digits] = '\0';
	return NAMED_TABLESPACE;
}

static bool has(const members *m, const char *name)
{
	return members_find(m, name) >= 0;
}

/* Whether some member lies beneath FOLDER, which ends with a slash. */
static bool has_beneath(const members *m, const char *folder)
{
	size_t lo = 0, hi = m->n, n = strlen(folder);

	while (lo < hi) {
		size_t mid = lo + (hi - lo) / 2;

		if (strcmp(m->v[mid].name, folder) < 0)
			lo = mid + 1;
		else
			hi = mid;
	}
	return lo < m->n && !strncmp(m->v[lo].name, folder, n);
}

static bool is_plain(const members *m)
{
	return has(m, "PG_VERSION") || has(m, "global/pg_control") || has_beneath(m, "base/1/");
}

static int probe_plain(const members *m)
{
	static const char *const files[] = {
		"PG_VERSION", "global/pg_control", "backup_manifest", "backup_label"};
	int n = has_beneath(m, "base/1/") + has_beneath(m, "pg_xact/");

	for (size_t i = 0; i < sizeof files / sizeof *files; i++)
		n += has(m, files[i]);
	return n < 2 ? 0 : n > 3 ? 100 : 60 + 10 * n;
}

static int probe_tars(const members *m)
{
	bool base = false, wal = false, space = false;
	bool manifest = has(m, "backup_manifest") || has(m, "backup_manifest.tmp");
	char oid[11];

	for (size_t i = 0; i < m->n; i++) {
		enum named n = name_of(m->v[i].name, oid);

		base |= n == NAMED_BASE;
		wal |= n == NAMED_WAL;
		space |= n == NAMED_TABLESPACE;
	}
	if (base)
		return manifest || wal ? 100 : space ? 80 : 0;
	return manifest && (wal || space) ? 90 : 0;
}

int bbfolder_probe(const members *m)
{
	int tars = probe_tars(m), plain = is_plain(m) ? probe_plain(m) : 0;

	return tars > plain ? tars : plain;
}

/* ---- the manifest ---- */

static int manifest_walk(void *arg, size_t i, stream *in, struct report *r, bks_error *err)
{
	(void)i;
	return bb_read_manifest(arg, in, r, err);
}

static int read_manifest(struct bb *b, struct folder *f, bks_error *err)
{
	ptrdiff_t at = members_find(f->m, "backup_manifest");
	int s = 0;

	if (at >= 0 && f->m->v[at].kind == MEMBER_FILE)
		s = folder_read(f, (size_t)at, manifest_walk, b, err);
	else if (has(f->m, "backup_manifest.tmp"))
		report_find(f->report, F_MEMBER_MISSING, "backup_manifest",
			"the backup never ended: its manifest has not got its name yet");
	return s;
}

/* ---- plain ---- */

static int file_walk(void *arg, size_t i, stream *in, struct report *r, bks_error *err)
{
	struct folder *f = ((struct bb *)arg)->folder;
	struct bbfile file;
	const uint8_t *p;
	size_t n;
	int s;

	bbfile_begin(&file, arg, f->m->v[i].name, r);
	while ((s = stream_next(in, &p, &n, err)) > 0)
		bbfile_push(&file, p, n);
	bbfile_end(&file, !s);
	return s;
}

static int wal_walk_member(void *arg, size_t i, stream *in, struct report *r, bks_error *err)
{
	struct bb *b = arg;
	const uint8_t *p;
	size_t n;
	int s;

	if (!bbwal_begin(b->wal, b->folder->m->v[i].name + strlen("pg_wal/"), r))
		return 0;
	while ((s = stream_next(in, &p, &n, err)) > 0)
		bbwal_push(b->wal, p, n);
	bbwal_end(b->wal, s < 0);
	return s;
}

/* A link to a tablespace belongs there, and so does pg_wal on another disk; what lies behind is
 * not in this folder. Any other was not made by a backup. */
static void meet_link(struct bb *b, size_t i)
{
	const char *name = b->folder->m->v[i].name;
	bool wal = !strcmp(name, "pg_wal");

	if (!wal && strncmp(name, "pg_tblspc/", 10) != 0)
		return; /* folder_end tells it */
	b->wal_link |= wal;
	b->links[b->link_count++] = name;
	folder_pass(b->folder, i);
	if (!wal && !b->manifest.whole)
		report_find(b->report, F_LINK_NOT_FOLLOWED, name,
			"a tablespace that lies elsewhere: it was not looked at");
}

/* Those that are read in order, in this thread: WAL, and what is kept. */
static int walk_in_order(
	struct bb *b, struct folder *f, size_t *list, size_t *n, bks_error *err)
{
	int s = 0;

	for (size_t i = 0; i < f->m->n && !s; i++) {
		const struct member *m = &f->m->v[i];

		if (m->kind == MEMBER_LINK)
			meet_link(b, i);
		else if (m->kind == MEMBER_FILE && !strncmp(m->name, "pg_wal/", 7))
			s = folder_read(f, i, wal_walk_member, b, err);
		if (!folder_was_read(f, i) && m->kind == MEMBER_FILE)
			list[(*n)++] = i;
	}
	return s;
}

static int walk_plain(struct bb *b, struct folder *f, size_t *list, bks_error *err)
{
	size_t n = 0;
	int s;

	b->wal = bbwal_new(b);
	s = walk_in_order(b, f, list, &n, err);
	bbwal_free(b->wal);
	b->wal = NULL;
	return s ? s : folder_each(f, list, n, file_walk, b, err);
}

/* ---- tars ---- */

static int tar_walk(void *arg, size_t i, stream *in, struct report *r, bks_error *err)
{
	static const enum bbtar_kind kinds[] = {[NAMED_BASE] = BBTAR_BASE,
		[NAMED_WAL] = BBTAR_WAL,
		[NAMED_TABLESPACE] = BBTAR_TABLESPACE};
	struct bb *b = arg;
	const struct format *inside;
	char oid[11] = "";
	enum named named = name_of(b->folder->m->v[i].name, oid);
	stream *top = stream_borrow(in);
	int s = format_unwrap(&top, &inside, r, err);

	if (!s)
		s = bbtar_walk(b, top, kinds[named], oid, r, err);
	else
		bb_cut(b);
	if (!s)
		s = stream_drain(top, NULL, err); /* the ends of its wrappings too */
	stream_close(top);
	return s < 0 && s != BKS_E_CUT ? s : 0;
}

/* Digests and signatures of the tars, as people put them beside. */
static bool is_sidecar(const char *name)
{
	static const char *const ends[] = {
		".sha256", ".sha512", ".sha1", ".md5", ".asc", ".sig", "SHA256SUMS"};
	size_t n = strlen(name);

	for (size_t i = 0; i < sizeof ends / sizeof *ends; i++) {
		size_t k = strlen(ends[i]);

		if (n >= k && !strcmp(name + n - k, ends[i]))
			return true;
	}
	return false;
}

static bool was_met(
	const struct bb *b, const size_t *list, size_t n, enum named named, const char *oid)
{
	char other[11] = "";

	for (size_t i = 0; i < n; i++)
		if (name_of(b->folder->m->v[list[i]].name, other) == named &&
			(named != NAMED_TABLESPACE || !strcmp(oid, other)))
			return true;
	return false;
}

static size_t list_tars(struct bb *b, struct folder *f, size_t *list)
{
	size_t n = 0;

	for (size_t i = 0; i < f->m->n; i++) {
		const char *name = f->m->v[i].name;
		char oid[11] = "";
		enum named named = name_of(name, oid);

		if (folder_was_read(f, i) || f->m->v[i].kind != MEMBER_FILE)
			continue;
		if (named != NOT_NAMED && !was_met(b, list, n, named, oid))
			list[n++] = i;
		else if (named != NOT_NAMED)
			report_find(f->report, F_MEMBER_UNEXPECTED, name,
				"a second tar of the same files");
		else if (!is_sidecar(name))
			report_find(f->report, F_MEMBER_UNEXPECTED, name,
				"no part of a base backup is called so");
	}
	return n;
}

static int walk_tars(struct bb *b, struct folder *f, size_t *list, bks_error *err)
{
	size_t n = list_tars(b, f, list);

	if (!was_met(b, list, n, NAMED_BASE, "")) {
		report_find(f->report, F_MEMBER_MISSING, "base.tar",
			"the tar of the data directory is not there");
		bb_cut(b);
	}
	b->tars = true;
	for (size_t i = 0; i < n; i++) {
		char oid[11] = "";

		if (name_of(f->m->v[list[i]].name, oid) == NAMED_TABLESPACE)
			bb_meet_tablespace(b, oid);
	}
	return folder_each(f, list, n, tar_walk, b, err);
}

int bbfolder_walk(struct bb *b, struct folder *f, bks_error *err)
{
	size_t *list = calloc(f->m->n + 1, sizeof *list);
	int s;

	b->folder = f;
	b->links = calloc(f->m->n + 1, sizeof *b->links);
	if (!list || !b->links)
		abort(); /* a few bytes for each of at most MEMBERS_MAX */
	s = read_manifest(b, f, err);
	b->manifest_known = true; /* there is none to wait for */
	if (!s)
		s = is_plain(f->m) ? walk_plain(b, f, list, err) : walk_tars(b, f, list, err);
	free(list);
	return s;
}
