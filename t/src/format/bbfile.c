/*
 * One file of a base backup: its size and checksum are those of the manifest, or else it is
 * told. A tar that was written to a pipe has its manifest behind the files: of these all kinds
 * of sums are made, for nobody knows yet which one the manifest will name.
 */
#include "format/bb.h"
#include "format/ustar.h"
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

void bb_init(struct bb *b, struct report *r)
{
	*b = (struct bb){.report = r,
		.arena = r->arena,
		.last_xact = BKS_TIME_NONE,
		.manifest.newest = BKS_TIME_NONE};
	pthread_mutex_init(&b->lock, NULL);
}

void bb_clear(struct bb *b)
{
	for (size_t i = 0; i < BB_KEPT; i++)
		free(b->kept[i].bytes);
	free(b->met);
	free(b->links);
	free(b->streams);
	pthread_mutex_destroy(&b->lock);
}

void bb_cut(struct bb *b)
{
	pthread_mutex_lock(&b->lock);
	b->cut = true;
	pthread_mutex_unlock(&b->lock);
}

void bb_meet_tablespace(struct bb *b, const char *oid)
{
	*vec_add(&b->tablespaces, b->arena) = arena_text(b->arena, oid);
}

/* NAME itself, or something beneath it. */
static bool is_or_beneath(const char *path, const char *name)
{
	size_t n = strlen(name);

	return !strncmp(path, name, n) && (!path[n] || path[n] == '/');
}

bool bb_ignored(const char *path)
{
	static const char *const names[] = {"backup_manifest", "pg_wal", "postgresql.auto.conf",
		"recovery.signal", "standby.signal"};

	for (size_t i = 0; i < sizeof names / sizeof *names; i++)
		if (is_or_beneath(path, names[i]))
			return true;
	return false;
}

static struct bb_kept_file *kept_of(struct bb *b, const char *path)
{
	static const char *const names[BB_KEPT] = {[BB_VERSION] = "PG_VERSION",
		[BB_LABEL] = "backup_label",
		[BB_CONTROL] = "global/pg_control",
		[BB_TABLESPACES] = "tablespace_map",
		[BB_AUTO_CONF] = "postgresql.auto.conf",
		[BB_STANDBY] = "standby.signal",
		[BB_RECOVERY] = "recovery.signal"};

	for (size_t i = 0; i < BB_KEPT; i++)
		if (!strcmp(path, names[i]))
			return &b->kept[i];
	return NULL;
}

static void begin_keeping(struct bbfile *f)
{
	struct bb_kept_file *k = kept_of(f->b, f->path);

	if (!k)
		return;
	if (k->met) {
		report_find(f->report, F_MEMBER_UNEXPECTED, NULL, "for the second time");
		f->nothing = true;
		return;
	}
	k->met = true;
	k->whole = false;
	k->n = 0;
	snprintf(k->member, sizeof k->member, "%s",
		f->report->member ? f->report->member : f->path);
	if (!k->bytes && !(k->bytes = malloc(BB_KEEP_MAX + 1)))
		abort();
	f->kept = k;
}

/* Finds it in the manifest that is known already. */
static void begin_entry(struct bbfile *f)
{
	struct bb *b = f->b;

	if (!b->manifest.whole || bb_ignored(f->path))
		return;
	f->entry = manifest_find(&b->manifest, f->path);
	if (f->entry < 0) {
		report_find(
			f->report, F_MEMBER_UNEXPECTED, NULL, "the manifest does not name it");
		return;
	}
	if (atomic_exchange(&b->met[f->entry], 1)) {
		report_find(f->report, F_MEMBER_UNEXPECTED, NULL, "for the second time");
		f->entry = -1;
		f->nothing = true;
		return;
	}
	if (b->manifest.v[f->entry].kind != CHECKSUM_NONE) {
		enum checksum_kind k = b->manifest.v[f->entry].kind;

		f->sums[k] = checksum_new(k);
	}
}

void bbfile_begin(struct bbfile *f, struct bb *b, const char *path, struct report *r)
{
	*f = (struct bbfile){.b = b, .report = r, .path = path, .entry = -1};
	begin_keeping(f);
	if (f->nothing)
		return;
	if (b->manifest_known)
		begin_entry(f);
	else if (!bb_ignored(path))
		for (unsigned k = CHECKSUM_NONE + 1; k < CHECKSUM_KINDS; k++)
			f->sums[k] = checksum_new((enum checksum_kind)k);
}

void bbfile_push(struct bbfile *f, const uint8_t *p, size_t n)
{
	struct bb_kept_file *k = f->kept;

	f->size += n;
	for (size_t i = 0; i < CHECKSUM_KINDS; i++)
		if (f->sums[i])
			checksum_add(f->sums[i], p, n);
	if (k) {
		size_t room = BB_KEEP_MAX - k->n, take = n < room ? n : room;

		memcpy(k->bytes + k->n, p, take);
		k->n += take;
	}
}

/* A server whose lowest byte comes last writes its CRCs so. */
static bool sums_equal(enum checksum_kind kind, const uint8_t *a, const uint8_t *b, size_t n)
{
	if (!memcmp(a, b, n))
		return true;
	return kind == CHECKSUM_CRC32C && a[0] == b[3] && a[1] == b[2] && a[2] == b[1] &&
	       a[3] == b[0];
}

static void tell_size(struct report *r, uint64_t is, uint64_t must)
{
	report_find(r, F_SIZE_CONFLICT, NULL, "it has %llu bytes, the manifest says %llu",
		(unsigned long long)is, (unsigned long long)must);
}

static void tell_sum(struct report *r, enum checksum_kind kind)
{
	report_find(r, F_CHECKSUM_MISMATCH, NULL, "its %s is not that of the manifest",
		checksum_name(kind));
}

static void compare(struct bbfile *f)
{
	const struct manifest_file *m = &f->b->manifest.v[f->entry];
	uint8_t sum[CHECKSUM_MAX];

	if (f->size != m->size) {
		tell_size(f->report, f->size, m->size);
		return;
	}
	if (m->kind == CHECKSUM_NONE)
		return;
	checksum_end(sum, f->sums[m->kind]);
	f->sums[m->kind] = NULL;
	if (!sums_equal(m->kind, sum, m->sum, checksum_size(m->kind)))
		tell_sum(f->report, m->kind);
}

static void remember(struct bbfile *f)
{
	struct bb *b = f->b;
	struct bb_seen *s;

	if (b->seen.n == MANIFEST_FILES_MAX) {
		b->seen_too_many = true;
		return;
	}
	s = vec_add(&b->seen, b->arena);
	s->path = arena_text(b->arena, f->path);
	s->size = f->size;
	for (unsigned k = CHECKSUM_NONE + 1; k < CHECKSUM_KINDS; k++) {
		uint8_t sum[CHECKSUM_MAX] = {0};

		checksum_end(sum, f->sums[k]);
		f->sums[k] = NULL;
		memcpy(s->sum[k], sum, sizeof s->sum[k]);
	}
}

void bbfile_end(struct bbfile *f, bool whole)
{
	if (f->kept) {
		f->kept->whole = whole && f->size == f->kept->n;
		f->kept->bytes[f->kept->n] = '\0';
	}
	if (whole && f->entry >= 0)
		compare(f);
	else if (whole && !f->nothing && !f->b->manifest_known && !bb_ignored(f->path))
		remember(f);
	for (size_t i = 0; i < CHECKSUM_KINDS; i++)
		checksum_free(f->sums[i]);
}

/* ---- a manifest that came behind the files ---- */

static void compare_seen(struct bb *b, const struct bb_seen *s)
{
	ptrdiff_t at = manifest_find(&b->manifest, s->path);
	const struct manifest_file *m = at < 0 ? NULL : &b->manifest.v[at];
	struct report *r = b->report;
	size_t n;

	r->member = bks_shown(s->path, b->arena);
	if (!m) {
		report_find(r, F_MEMBER_UNEXPECTED, NULL, "the manifest does not name it");
		return;
	}
	if (atomic_exchange(&b->met[at], 1)) {
		report_find(r, F_MEMBER_UNEXPECTED, NULL, "for the second time");
		return;
	}
	n = checksum_size(m->kind);
	if (s->size != m->size)
		tell_size(r, s->size, m->size);
	else if (n && !sums_equal(m->kind, s->sum[m->kind], m->sum,
			      n < sizeof s->sum[0] ? n : sizeof s->sum[0]))
		tell_sum(r, m->kind);
}

int bb_read_manifest(struct bb *b, stream *in, struct report *r, bks_error *err)
{
	const char *member = b->report->member;
	int s;

	if (b->manifest_met) {
		report_find(r, F_MEMBER_UNEXPECTED, NULL, "a second manifest");
		return stream_drain(in, NULL, err);
	}
	b->manifest_met = b->manifest_known = true;
	s = manifest_read(&b->manifest, in, r, b->arena, err);
	if (!b->manifest.whole)
		return s;
	b->met = calloc(b->manifest.n + 1, sizeof *b->met);
	if (!b->met)
		abort(); /* a byte for each file that is in memory already */
	for (size_t i = 0; i < b->manifest.n; i++)
		b->sums_lacking |= b->manifest.v[i].kind == CHECKSUM_NONE &&
				   !bb_ignored(b->manifest.v[i].path);
	for (size_t i = 0; i < b->seen.n && b->report->dropped < 1000; i++)
		compare_seen(b, &b->seen.v[i]);
	b->report->member = member;
	if (b->seen_too_many)
		report_find(r, F_LIMIT_REACHED, NULL, "more than %d files before the manifest",
			MANIFEST_FILES_MAX);
	b->seen.n = 0;
	return s;
}
