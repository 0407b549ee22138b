/* backup.h - for the tests of base backups: one put together from real parts, as a folder, as
 * tars, as one tar */
#pragma once
#include "base/bytes.h"
#include "base/crc32c.h"
#include "corpus.h"
#include "format/manifest.h"
#include "format/verify.h"
#include "many.h"

enum { FILES_MAX = 60, BLOCK = 512 };

struct part {
	const char *path;
	struct bytes b;
	uint64_t told; /* the size that the manifest tells */
	bool listed;   /* in the manifest */
	bool gone;     /* not in the backup */
	enum member_kind kind;
};

struct backup {
	struct part v[FILES_MAX];
	size_t n;
	enum checksum_kind kind; /* of the manifest's sums */
	char system[64];         /* the line of version 2, or "" */
	char ranges[400];
	struct bytes manifest; /* made by manifest_of when it is empty */
	int jobs;
};

static inline struct part *add(
	struct backup *k, const char *path, const void *p, size_t n, bool listed)
{
	struct part *f = &k->v[k->n++];

	assert_true(k->n <= FILES_MAX);
	*f = (struct part){.path = path, .told = n, .listed = listed, .kind = MEMBER_FILE};
	put(&f->b, p, n);
	return f;
}

static inline struct part *add_text(
	struct backup *k, const char *path, const char *text, bool listed)
{
	return add(k, path, text, strlen(text), listed);
}

static inline void add_corpus(struct backup *k, const char *path, const char *name, bool listed)
{
	struct bytes b = corpus(name);

	add(k, path, b.p, b.n, listed);
	free(b.p);
}

static inline struct part *part(struct backup *k, const char *path)
{
	for (size_t i = 0; i < k->n; i++)
		if (!strcmp(k->v[i].path, path))
			return &k->v[i];
	fail_msg("no part %s", path);
	return NULL;
}

#define WAL "pg_wal/000000010000000000000007"

static inline void backup_init(struct backup *k)
{
	uint8_t page[3 * 8192];

	memset(k, 0, sizeof *k);
	k->kind = CHECKSUM_CRC32C;
	k->jobs = 1;
	snprintf(k->ranges, sizeof k->ranges,
		"{ \"Timeline\": 1, \"Start-LSN\": \"0/700028\", \"End-LSN\": \"0/700100\" }");
	for (size_t i = 0; i < sizeof page; i++)
		page[i] = (uint8_t)(i * 7 + i / 256);
	add_corpus(k, "backup_label", "15-small.label", true);
	add_text(k, "PG_VERSION", "15\n", true);
	add(k, "base/1/1259", page, sizeof page, true);
	add(k, "base/1/2619", page, 8192, true);
	add(k, "base/1/empty", "", 0, true);
	add(k, "pg_xact/0000", page, 1000, true);
	add_text(k, "postgresql.auto.conf", "# by hand\n", true);
	add_corpus(k, WAL, "15-small.wal.gz", false);
	add_corpus(k, "global/pg_control", "15-small.control.gz", true);
}

static inline void backup_clear(struct backup *k)
{
	for (size_t i = 0; i < k->n; i++)
		free(k->v[i].b.p);
	free(k->manifest.p);
}

static inline void put_entry(struct bytes *b, const struct part *f, enum checksum_kind kind)
{
	char line[512], hex[2 * CHECKSUM_MAX + 1];
	uint8_t sum[CHECKSUM_MAX];
	checksum *c = checksum_new(kind);

	checksum_add(c, f->b.p, f->b.n);
	hex_write(hex, sum, checksum_end(sum, c));
	snprintf(line, sizeof line,
		"{ \"Path\": \"%s\", \"Size\": %llu, \"Last-Modified\": \"2026-11-22 05:44:36 "
		"GMT\"",
		f->path, (unsigned long long)f->told);
	put_str(b, line);
	if (kind != CHECKSUM_NONE) {
		snprintf(line, sizeof line,
			", \"Checksum-Algorithm\": \"%s\", \"Checksum\": \"%s\"",
			checksum_name(kind), hex);
		put_str(b, line);
	}
	put_str(b, " }");
}

/* The manifest as the parts are now. */
static inline void manifest_of(struct backup *k)
{
	struct bytes *b = &k->manifest;
	uint8_t sum[CHECKSUM_MAX];
	const char *comma = "\n";
	char hex[65];
	checksum *c;

	b->n = 0;
	put_str(b, *k->system ? "{ \"PostgreSQL-Backup-Manifest-Version\": 2,\n"
			      : "{ \"PostgreSQL-Backup-Manifest-Version\": 1,\n");
	put_str(b, k->system);
	put_str(b, "\"Files\": [");
	for (size_t i = 0; i < k->n; i++)
		if (k->v[i].listed) {
			put_str(b, comma);
			put_entry(b, &k->v[i], k->kind);
			comma = ",\n";
		}
	put_str(b, "\n],\n\"WAL-Ranges\": [\n");
	put_str(b, k->ranges);
	put_str(b, "\n],\n");
	c = checksum_new(CHECKSUM_SHA256);
	checksum_add(c, b->p, b->n);
	checksum_end(sum, c);
	put_str(b, "\"Manifest-Checksum\": \"");
	put_str(b, hex_write(hex, sum, 32));
	put_str(b, "\"}\n");
}

/* ---- tars ---- */

static inline void seal_head(struct bytes *b, size_t at)
{
	unsigned sum = 0;
	char text[9];

	memset(b->p + at + 148, ' ', 8);
	for (size_t i = 0; i < BLOCK; i++)
		sum += b->p[at + i];
	snprintf(text, sizeof text, "%07o ", sum);
	memcpy(b->p + at + 148, text, 8);
}

static inline void put_head(struct bytes *b, const char *name, char type, size_t n)
{
	uint8_t head[BLOCK] = {0};
	size_t at = b->n;

	memcpy(head, name, strlen(name));
	memcpy(head + 100, "0000600 ", 8);
	snprintf((char *)head + 124, 12, "%011zo", n);
	memcpy(head + 136, "15300457513 ", 12);
	head[156] = (uint8_t)type;
	memcpy(head + 257, "ustar\00000", 8);
	put(b, head, sizeof head);
	seal_head(b, at);
}

static inline void put_file(struct bytes *b, const char *name, const void *p, size_t n)
{
	static const uint8_t zeros[BLOCK];

	put_head(b, name, '0', n);
	put(b, p, n);
	put(b, zeros, (BLOCK - n % BLOCK) % BLOCK);
}

static inline void put_end(struct bytes *b)
{
	static const uint8_t zeros[2 * BLOCK];

	put(b, zeros, sizeof zeros);
}

static inline void put_folders(struct bytes *b)
{
	static const char *const folders[] = {"pg_commit_ts/", "pg_dynshmem/", "pg_logical/",
		"pg_logical/mappings/", "pg_logical/snapshots/", "pg_notify/", "pg_replslot/",
		"pg_serial/", "pg_snapshots/", "pg_stat/", "pg_stat_tmp/", "pg_subtrans/",
		"pg_tblspc/", "pg_twophase/", "./pg_wal/", "./pg_wal/archive_status/"};

	for (size_t i = 0; i < sizeof folders / sizeof *folders; i++)
		put_head(b, folders[i], '5', 0);
}

/* base.tar: with WAL, with the manifest as its last member. */
static inline struct bytes tar_of(struct backup *k, bool wal, bool manifest)
{
	struct bytes b = {0};

	for (size_t i = 0; i < k->n; i++) {
		const struct part *f = &k->v[i];

		if (i == 1)
			put_folders(&b);
		if (f->gone || !strncmp(f->path, "pg_tblspc/", 10) ||
			(!strncmp(f->path, "pg_wal/", 7) && !wal))
			continue;
		put_file(&b, f->path, f->b.p, f->b.n);
	}
	if (manifest)
		put_file(&b, "backup_manifest", k->manifest.p, k->manifest.n);
	put_end(&b);
	return b;
}

static inline struct bytes wal_tar_of(struct backup *k)
{
	struct bytes b = {0};

	for (size_t i = 0; i < k->n; i++)
		if (!k->v[i].gone && !strncmp(k->v[i].path, "pg_wal/", 7))
			put_file(&b, k->v[i].path + 7, k->v[i].b.p, k->v[i].b.n);
	put_file(&b, "archive_status/000000010000000000000007.done", "", 0);
	put_end(&b);
	return b;
}

/* ---- looks ---- */

struct seen {
	bks_arena *a;
	bks_inspection v;
};

static inline void seen_clear(struct seen *s)
{
	bks_arena_free(s->a);
}

static inline struct seen see_members(struct many *m, int jobs)
{
	struct verify_job job = {.members = &m->m, .name = "b", .size = -1, .jobs = jobs};
	struct seen s = {.a = bks_arena_new()};

	assert_int_equal(format_verify(&s.v, &job, s.a, NULL), 0);
	return s;
}

/* A copy that ends where it ends, so that a read past it is seen. */
static inline struct seen see_bytes(const void *p, size_t n, size_t step)
{
	uint8_t *copy = malloc(n ? n : 1);
	struct verify_job job = {.name = "base.tar", .size = -1};
	struct seen s = {.a = bks_arena_new()};

	assert_non_null(copy);
	memcpy(copy, p, n);
	job.in = stream_memory(copy, n, step);
	assert_int_equal(format_verify(&s.v, &job, s.a, NULL), 0);
	free(copy);
	return s;
}

static inline int by_path(const void *a, const void *b)
{
	return strcmp(
		(*(const struct part *const *)a)->path, (*(const struct part *const *)b)->path);
}

static inline struct many *many_of(struct backup *k)
{
	struct part *order[FILES_MAX + 1],
		manifest = {.path = "backup_manifest", .b = k->manifest};
	struct many *m = calloc(1, sizeof *m);
	size_t n = 0;

	assert_non_null(m);
	many_begin(m);
	for (size_t i = 0; i < k->n; i++)
		if (!k->v[i].gone)
			order[n++] = &k->v[i];
	if (k->manifest.n)
		order[n++] = &manifest;
	qsort(order, n, sizeof *order, by_path);
	for (size_t i = 0; i < n; i++) {
		many_add(m, order[i]->path, order[i]->b.p, order[i]->b.n);
		m->v[i].kind = order[i]->kind;
	}
	return m;
}

static inline struct seen see_folder(struct backup *k)
{
	struct many *m = many_of(k);
	struct seen s = see_members(m, k->jobs);

	free(m);
	return s;
}

static inline const bks_finding *found(const struct seen *s, const char *code)
{
	for (size_t i = 0; i < s->v.finding_count; i++)
		if (!strcmp(s->v.findings[i].code, code))
			return &s->v.findings[i];
	return NULL;
}

static inline void show(const struct seen *s)
{
	for (size_t i = 0; i < s->v.finding_count; i++)
		print_error("%s %s: %s\n", s->v.findings[i].code,
			s->v.findings[i].where ? s->v.findings[i].where : "",
			s->v.findings[i].text);
}

/* Wants that verdict, and that finding where CODE is given, at WHERE where that is. */
static inline void want(
	struct seen s, enum bks_verdict verdict, const char *code, const char *where)
{
	const bks_finding *f = code ? found(&s, code) : NULL;

	if (s.v.verdict != verdict || (code && !f) || (!code && s.v.finding_count) ||
		(where && (!f->where || strcmp(f->where, where) != 0)) ||
		strcmp(s.v.format, "pg-basebackup") != 0) {
		show(&s);
		fail_msg("%s %s, wanted %s %s %s", s.v.format, bks_verdict_name(s.v.verdict),
			bks_verdict_name(verdict), code ? code : "", where ? where : "");
	}
	seen_clear(&s);
}
