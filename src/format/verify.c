/*
 * The verifier: one pass over the artifact's bytes that digests them, unwraps them, walks what is inside to its end, and sums
 * up. Every byte is read once; whatever stops a walk early, the rest is still read for the digests.
 */
#include "format/verify.h"
#include "backstay/json.h"
#include "base/arena.h"
#include "base/bytes.h"
#include "base/digest.h"
#include "format/cover.h"
#include "format/format.h"
#include "format/inflate.h"
#include "format/name.h"
#include "format/sqliteask.h"
#include "format/sqlitehead.h"
#include "format/wal.h"
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

/* Of an artifact's bytes so many are looked at; where the first few say enough, no more. */
enum { GLANCE_FIRST = 2048, GLANCE_MAX = 1 << 20 };

int format_unwrap(stream **top, const struct format **inside, struct report *r, bks_error *err)
{
	for (;;) {
		const uint8_t *head;
		size_t n;
		int s = stream_peek(*top, FORMAT_HEAD, &head, &n, err);

		if (s < 0)
			return s;
		if (!n) {
			r->out->content = BKS_CONTENT_EMPTY;
			report_find(r, F_EMPTY, "byte 0", "%s",
				r->out->wrappings ? "nothing is left after unwrapping" : "zero bytes");
			return 1;
		}
		*inside = format_guess(head, n);
		if (!*inside || !(*inside)->unwrap)
			return 0;
		if (r->out->wrappings == BKS_WRAPPINGS_MAX) {
			report_find(r, F_LIMIT_REACHED, NULL, "wrapped more than %d times",
				BKS_WRAPPINGS_MAX);
			return 1;
		}
		r->out->wrapping[r->out->wrappings++] = (*inside)->name;
		s = (*inside)->unwrap(top, *top, r, err);
		if (s < 0)
			return s;
	}
}

static int walk_inside(stream *top, const struct format *inside, struct report *r, bks_error *err)
{
	int s = 0;

	if (inside) {
		r->out->format = inside->name;
		if (r->out->wrappings)
			r->lanes = 1; /* what can be read again is not what is walked */
		s = inside->walk(top, r, err);
	}
	return s < 0 ? s : stream_drain(top, NULL, err);
}

/* 1: every layer was walked to its end; 0: it was not, and a finding says why; negative: interrupted. */
static int look_inside(stream *raw, struct report *r, bks_error *err)
{
	const struct format *inside = NULL;
	stream *top = stream_borrow(raw);
	int s = format_unwrap(&top, &inside, r, err);

	if (!s)
		s = walk_inside(top, inside, r, err);
	if (s >= 0)
		r->out->unwrapped = (int64_t)top->given;
	stream_close(top);
	if (s == BKS_E_INTERRUPTED)
		return s;
	if (s < 0 && s != BKS_E_CUT)
		report_find(r, s == BKS_E_LIMIT ? F_LIMIT_REACHED : F_READ_ERROR,
			report_byte(r, raw->given), "%s", err->text);
	if (!s && !inside)
		report_find(r, F_NOT_A_BACKUP, NULL, "no backup format known: only its digest can be checked");
	return s == 0;
}

static bool digests_differ(const bks_digests *a, const bks_digests *b)
{
	if (a->has_sha256 && b->has_sha256 && memcmp(a->sha256, b->sha256, sizeof a->sha256) != 0)
		return true;
	return a->has_xxh3 && b->has_xxh3 && memcmp(a->xxh3, b->xxh3, sizeof a->xxh3) != 0;
}

static void judge_seal(struct report *r, const struct verify_job *job)
{
	bks_inspection *out = r->out;
	const bks_digests *want = &job->expected;
	char is[65], must[65];

	out->digest_from = BKS_DIGEST_FIRST_SIGHT;
	if (!want->has_sha256 && !want->has_xxh3)
		return;
	out->digest_from = job->expected_from;
	out->levels[BKS_SEALED] = BKS_RESULT_PASS;
	if (!digests_differ(&out->digests, want))
		return;
	out->levels[BKS_SEALED] = BKS_RESULT_FAIL;
	if (want->has_sha256 && out->digests.has_sha256)
		report_find(r, F_DIGEST_CHANGED, NULL, "SHA-256 is %s, registered was %s",
			hex_write(is, out->digests.sha256, 32), hex_write(must, want->sha256, 32));
	else
		report_find(r, F_DIGEST_CHANGED, NULL, "XXH3-128 is %s, registered was %s",
			hex_write(is, out->digests.xxh3, 16), hex_write(must, want->xxh3, 16));
}

/* Whether it changed, or nobody can tell. */
static bool judge_change(struct report *r, const struct verify_job *job, bks_error *err)
{
	const char *how = NULL;
	int s = job->changed ? job->changed(job->changed_arg, &how, err) : 0;

	if (s > 0)
		report_find(r, F_CHANGED_WHILE_READING, NULL, "it changed while it was read: %s", how);
	else if (s < 0)
		report_find(r, F_READ_ERROR, NULL, "%s", err->text);
	return s != 0;
}

/* The digest is the file's alone: where part of a database lies beside it, that part is not under the seal. */
static void judge_beside(struct report *r)
{
	if (report_has(r, F_SIDECAR_NOT_SEALED) && r->out->levels[BKS_SEALED] == BKS_RESULT_PASS)
		r->out->levels[BKS_SEALED] = BKS_RESULT_UNPROVABLE;
}

/* The same for who asks for the seal alone: whether a database has a -wal or a journal with anything in it. */
static int look_beside(stream *raw, struct report *r, bks_error *err)
{
	const uint8_t *p;
	size_t n = 0;
	int s = stream_peek(raw, SQLITE_HEAD, &p, &n, err);

	if (s || !r->beside || n < SQLITE_HEAD || sqlite_probe(p, n) <= 0)
		return s == BKS_E_INTERRUPTED ? s : 0;
	for (size_t i = 0; i < r->beside->n; i++) {
		AUTO(stream_auto) stream *in = NULL;

		s = r->beside->open(&in, r->beside, i, err);
		if (s == BKS_E_INTERRUPTED)
			return s;
		if (s == 1 || (!s && !stream_peek(in, 1, &p, &n, err) && (!n || !*p)))
			continue;
		report_find(r, F_SIDECAR_NOT_SEALED, r->beside->v[i].name, "it belongs to the database, and the digest is not of it");
	}
	return 0;
}

/* Reads what no walk took, so that the digests cover every byte. 0, or negative when interrupted. */
static int finish_raw(stream *raw, digest *d, struct report *r, const struct verify_job *job, bks_error *err)
{
	int s = stream_drain(raw, NULL, err);

	r->out->bytes_read = (int64_t)raw->given;
	if (s == BKS_E_INTERRUPTED) {
		digest_free(d);
		return s;
	}
	if (s < 0) {
		if (!report_has(r, F_READ_ERROR))
			report_find(r, F_READ_ERROR, report_byte(r, raw->given), "%s", err->text);
		digest_free(d);
		return 0;
	}
	digest_end(&r->out->digests, d);
	r->changed = judge_change(r, job, err);
	if (r->changed)
		r->out->digests = (bks_digests){0}; /* of bytes that never lay there together */
	else
		judge_seal(r, job);
	judge_beside(r);
	return 0;
}

static int walk_folder(struct folder *f, bks_error *err)
{
	const struct format *format = format_guess_folder(f->m);

	if (!format) {
		report_find(f->report, F_NOT_A_BACKUP, NULL,
			"a folder of no backup format known: only its digest can be checked");
		return 0;
	}
	f->report->out->format = format->name;
	return format->walk_folder(f, err);
}

/* The same of a backup that is a folder. 1: its format walked it; 0: nobody knows it, or nobody asked; BKS_E_INTERRUPTED. */
static int look_folder(struct report *r, const struct verify_job *job, bool sha256, bks_error *err)
{
	struct folder f;
	int s = 0;

	folder_begin(&f, job->members, r, job->jobs, sha256);
	f.tick = job->tick;
	f.tick_arg = job->tick_arg;
	if (!job->seal_only)
		s = walk_folder(&f, err);
	if (s >= 0)
		s = folder_end(&f, err);
	if (s < 0)
		return s;
	if (r->out->unwrapped < 0 && !job->seal_only)
		r->out->unwrapped = r->out->size;
	if (r->out->digests.has_xxh3)
		judge_seal(r, job);
	return !job->seal_only && strcmp(r->out->format, "raw") != 0;
}

static bool is_void(const struct report *r)
{
	return r->doubt && atomic_load(r->doubt);
}

/* The same of one file. 1: every layer was walked to its end. */
static int look_file(struct report *r, const struct verify_job *job, bool sha256, bks_error *err)
{
	digest *d = digest_new(sha256);
	stream *raw = digest_tee(stream_borrow(job->in), d);
	int whole = job->seal_only ? look_beside(raw, r, err) : look_inside(raw, r, err), s;

	if (whole < 0 || is_void(r))
		digest_free(d);
	s = whole < 0 || is_void(r) ? whole : finish_raw(raw, d, r, job, err);
	stream_close(raw);
	return s < 0 ? s : whole;
}

static void start(bks_inspection *out, const struct verify_job *job, struct report *r, bks_arena *a)
{
	*out = (bks_inspection){.path = job->name, .format = "raw", .size = job->size, .unwrapped = -1,
		.taken_at = BKS_TIME_NONE};
	report_init(r, out, a);
	r->wal = job->wal;
	if (job->max_memory)
		r->max_memory = job->max_memory;
	r->scratch = job->scratch;
	r->lanes = job->again ? job->jobs : 1;
	r->again = job->again;
	r->again_arg = job->again_arg;
	r->beside = job->beside;
	r->stop = job->stop;
	r->stop_arg = job->stop_arg;
	out->levels[BKS_PRESENT] = BKS_RESULT_PASS;
}

/* A wrapping that broke before anything inside was seen: what its name says may well be so. */
static bool cut_before_inside(const struct report *r)
{
	return r->out->wrappings && r->verdicts[BKS_DAMAGED] && !strcmp(r->out->format, "raw");
}

/* DOUBT: as struct report's. */
static int attempt(bks_inspection *out, const struct verify_job *job, atomic_bool *doubt, bks_arena *a, bks_error *err)
{
	/* XXH3 finds what went wrong by itself; who wants to make other bytes with the same one can */
	bool sha256 = !job->wal && !(job->sha256_once && job->expected.has_xxh3) &&
		      (!job->sha256_unasked || job->expected.has_sha256);
	struct report r;
	int whole;

	start(out, job, &r, a);
	r.doubt = doubt;
	if (!doubt && inflate_has_fast())
		r.lanes = 1; /* something is wrong, and one thread will tell it */
	whole = job->members ? look_folder(&r, job, sha256, err) : look_file(&r, job, sha256, err);
	if (whole < 0 || is_void(&r))
		return whole < 0 ? whole : 0;
	if (!job->seal_only) {
		if (!job->members && !report_has(&r, F_EMPTY) && !report_has(&r, F_ENCRYPTED) &&
			!r.verdicts[BKS_UNREADABLE] && !cut_before_inside(&r))
			name_compare(&r, job->name);
		if (!r.verdicts[BKS_UNREADABLE] && !r.verdicts[BKS_UNSUPPORTED])
			out->levels[BKS_COVERED] =
				cover_judge(&r, job->require, job->require_count, job->min_size);
	}
	report_close(&r, whole == 1);
	return 0;
}

int format_able(bks_error *err)
{
	(void)err; /* linked, not loaded: see door.c */
	return 0;
}

/* By the faster engines. 0 or negative as above; 1: they met something that they are not believed on, and OUT is void. */
static int attempt_fast(bks_inspection *out, const struct verify_job *job, bks_arena *a, bks_error *err)
{
	struct wal_part before = job->wal ? *job->wal : (struct wal_part){0};
	bks_arena *own = bks_arena_new();
	atomic_bool doubt = false;
	int s = attempt(out, job, &doubt, own, err);

	if (s < 0 || !atomic_load(&doubt)) {
		arena_adopt(a, own);
		return s;
	}
	bks_arena_free(own);
	if (job->wal)
		*job->wal = before;
	return 1;
}

int format_verify(bks_inspection *out, const struct verify_job *job, bks_arena *a, bks_error *err)
{
	bks_error own = {0};
	int s = 1;

	if (!err)
		err = &own;
	if (inflate_has_fast() && !job->careful && (!job->in || job->repeats || !stream_again(job->in))) {
		s = attempt_fast(out, job, a, err);
		if (s > 0 && job->in && stream_again(job->in))
			s = job->repeats ? 2 : fail(err, BKS_E_IO, "%s cannot be read a second time", job->name);
	}
	if (s == 1)
		s = attempt(out, job, NULL, a, err);
	stream_close(job->in);
	members_close(job->members);
	members_close(job->beside);
	return s < 0 ? s : s == 2;
}

void format_ready(void)
{
	bks_json *first = NULL;

	sqlite_ready();
	/* a parser seeds its hashes from a file when it meets its first object */
	if (!bks_json_read(&first, "{}", 2, NULL))
		bks_json_free(first);
}

/* A dump defines a table before it fills it: where rows come first, rows are all it holds. */
static enum bks_content content_by(const struct report *r)
{
	bool data = false;

	if (r->out->content != BKS_CONTENT_UNKNOWN || !r->out->recognised)
		return r->out->recognised ? r->out->content : BKS_CONTENT_UNKNOWN;
	for (size_t i = 0; i < r->tables.n; i++) {
		if (r->tables.v[i]->t.ddl)
			return BKS_CONTENT_UNKNOWN;
		data = data || r->tables.v[i]->t.data;
	}
	return data ? BKS_CONTENT_DATA : BKS_CONTENT_UNKNOWN;
}

/* What the first N bytes say. Text that showed no table yet may still turn out to be another tool's: *SURE is false. */
static int glance(bks_inspection *out, bool *sure, const uint8_t *bytes, size_t n, const char *name, bks_arena *a,
	bks_error *err)
{
	struct verify_job job = {.name = name, .size = -1};
	const struct format *inside = NULL;
	const uint8_t *head;
	struct report r;
	stream *top = stream_memory(bytes, n, 0), *part;
	int s;

	start(out, &job, &r, a);
	out->levels[BKS_PRESENT] = BKS_RESULT_NOT_RUN;
	r.glance = true;
	s = format_unwrap(&top, &inside, &r, err);
	if (!s && inside) {
		s = stream_peek(top, FORMAT_HEAD, &head, &n, err);
		part = stream_memory(head, n, 0);
		out->format = inside->name;
		if (!s)
			s = inside->walk(part, &r, err);
		stream_close(part);
	}
	stream_close(top);
	out->content = content_by(&r);
	out->members = NULL; /* heads of what lies in an archive prove nothing of it */
	out->member_count = 0;
	/* an archive tells its content where its table of contents ends, text where all of it does */
	*sure = r.tables.n && out->producer &&
		(out->content != BKS_CONTENT_UNKNOWN || !strcmp(out->format, "pgdump-plain"));
	return s < 0 && s != BKS_E_CUT ? s : 0;
}

int format_glance(bks_inspection *out, stream *in, const char *name, bks_arena *a, bks_error *err)
{
	const uint8_t *head;
	bool sure = false;
	size_t n;
	int s = stream_peek(in, GLANCE_MAX, &head, &n, err);

	if (!s && n > GLANCE_FIRST)
		s = glance(out, &sure, head, GLANCE_FIRST, name, a, err);
	if (!s && !sure)
		s = glance(out, &sure, head, n, name, a, err);
	stream_close(in);
	return s;
}

int format_glance_folder(bks_inspection *out, members *m, const char *name, bks_arena *a, bks_error *err)
{
	const struct format *format = format_guess_folder(m);
	struct verify_job job = {.name = name, .size = -1};
	struct report r;
	int s = 0;

	start(out, &job, &r, a);
	out->levels[BKS_PRESENT] = BKS_RESULT_NOT_RUN;
	if (format)
		out->format = format->name;
	if (format && format->glance_folder)
		s = format->glance_folder(m, &r, err);
	out->content = content_by(&r);
	members_close(m);
	return s < 0 && s != BKS_E_CUT ? s : !format;
}
