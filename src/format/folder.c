/*
 * Walking the members of a folder. Each is read once, by whoever asks for it first; the digest
 * is fed beside the walk. On several threads each member has a report of its own, and these are
 * joined in the order in which they were asked for, so that the result never depends on which
 * thread was faster.
 */
#include "format/folder.h"
#include "base/bytes.h"
#include "base/digest.h"
#include "base/workers.h"
#include <stdlib.h>

struct folder_part {
	bks_digests digests;
	int64_t size; /* bytes read */
	bool done;    /* asked for, or passed */
	bool whole;   /* read to its end, and did not change: the digests count */
};

void folder_begin(struct folder *f, members *m, struct report *r, int jobs, bool sha256)
{
	*f = (struct folder){.m = m, .report = r, .jobs = jobs, .sha256 = sha256};
	f->parts = arena_take(r->arena, (m->n + 1) * sizeof *f->parts);
}

bool folder_was_read(const struct folder *f, size_t i)
{
	return f->parts[i].done;
}

void folder_pass(struct folder *f, size_t i)
{
	f->parts[i].done = true;
}

static void tell_kind(struct report *r, const struct member *m)
{
	if (m->kind == MEMBER_UNREADABLE)
		report_find(r, F_CANNOT_OPEN, NULL, "%s",
			m->why ? m->why : "it cannot be looked at");
	else
		report_find(r, F_MEMBER_UNSAFE, NULL, "%s",
			m->kind == MEMBER_LINK ? "a link, which nobody follows"
					       : "neither a file nor a folder");
}

/* 0: *in is open; 1: it is not, and a finding says why; or BKS_E_INTERRUPTED. */
static int open_member(
	stream **in, struct folder *f, size_t i, struct report *r, bks_error *err)
{
	int s;

	if (f->m->v[i].kind != MEMBER_FILE) {
		tell_kind(r, &f->m->v[i]);
		return 1;
	}
	s = f->m->open(in, f->m, i, err);
	if (!s || s == BKS_E_INTERRUPTED)
		return s;
	if (s < 0) {
		report_find(r, F_CANNOT_OPEN, NULL, "%s", err->text);
	} else if (s == 1) {
		report_find(r, F_CHANGED_WHILE_READING, NULL,
			"it was there when the folder was listed, and is gone");
		r->changed = true;
	} else {
		report_find(r, F_MEMBER_UNSAFE, NULL,
			"a file when the folder was listed, and now it is none");
	}
	return 1;
}

static int tell_failure(struct report *r, int s, uint64_t at, const bks_error *err)
{
	if (s < 0 && s != BKS_E_INTERRUPTED && s != BKS_E_CUT)
		report_find(r, s == BKS_E_LIMIT ? F_LIMIT_REACHED : F_READ_ERROR,
			report_byte(r, at), "%s", err->text);
	return s == BKS_E_INTERRUPTED ? s : 0;
}

/* All of its bytes, by WALK and what it left. 0, or BKS_E_INTERRUPTED. */
static int read_bytes(struct folder *f, size_t i, folder_walk *walk, void *arg, stream *raw,
	struct report *r, bks_error *err)
{
	struct folder_part *part = &f->parts[i];
	int walked = walk ? walk(arg, i, raw, r, err) : 0, s;

	if (tell_failure(r, walked, raw->given, err))
		return walked;
	s = stream_drain(raw, NULL, err);
	part->size = (int64_t)raw->given;
	part->whole = s == 0;
	return s == walked ? 0
			   : tell_failure(r, s, raw->given,
				     err); /* a failure sticks, and comes twice */
}

static void ask_change(struct folder *f, size_t i, stream *in, struct report *r, bks_error *err)
{
	const char *how = NULL;
	int s = f->m->changed ? f->m->changed(f->m, i, in, &how, err) : 0;

	if (s > 0)
		report_find(r, F_CHANGED_WHILE_READING, NULL,
			"it changed while it was read: %s", how);
	else if (s < 0)
		report_find(r, F_READ_ERROR, NULL, "%s", err->text);
	r->changed |= s != 0;
	f->parts[i].whole &= s == 0;
}

/* 0, or BKS_E_INTERRUPTED. */
static int read_member(struct folder *f, size_t i, folder_walk *walk, void *arg,
	struct report *r, bks_error *err)
{
	struct folder_part *part = &f->parts[i];
	stream *in, *raw;
	digest *d;
	int s;

	if (part->done || (r->doubt && atomic_load(r->doubt))) /* the result is void */
		return 0;
	part->done = true;
	s = open_member(&in, f, i, r, err);
	if (s)
		return s < 0 ? s : 0;
	d = digest_new(f->sha256);
	raw = digest_tee(stream_borrow(in), d);
	s = read_bytes(f, i, walk, arg, raw, r, err);
	if (!s)
		ask_change(f, i, in, r, err);
	digest_end(&part->digests, d);
	stream_close(raw);
	stream_close(in);
	return s;
}

int folder_read(struct folder *f, size_t i, folder_walk *walk, void *arg, bks_error *err)
{
	struct report *r = f->report;
	const char *before = r->member;
	bks_inspection was = *r->out;
	bks_error own = {0};
	int s;

	r->member = f->m->v[i].name;
	r->out->wrappings = 0;
	s = read_member(f, i, walk, arg, r, err ? err : &own);
	r->member = before;
	r->out->wrappings = was.wrappings;
	memcpy(r->out->wrapping, was.wrapping, sizeof was.wrapping);
	return s;
}

/* What a thread found in one member. */
struct found {
	bks_arena *arena;
	bks_inspection out;
	struct report r;
	bks_error err;
	int status;
};

struct each {
	struct folder *f;
	const size_t *list;
	size_t n;
	size_t *order;        /* places in LIST, the largest member first */
	struct found **found; /* by place in LIST; NULL: nothing, or joined */
	size_t kept;          /* findings in them */
	folder_walk *walk;
	void *arg;
	bks_error *err;
	int status;
};

enum { KEPT_MAX = 20 * REPORT_FINDINGS_MAX };

static void found_free(struct found *d)
{
	bks_arena_free(d->arena);
	free(d);
}

static void work(void *arg, size_t k)
{
	struct each *e = arg;
	size_t place = e->order[k], i = e->list[place];
	struct found *d = calloc(1, sizeof *d);

	if (!d)
		abort();
	d->arena = bks_arena_new();
	report_init(&d->r, &d->out, d->arena);
	d->r.member = e->f->m->v[i].name;
	d->r.max_memory = e->f->report->max_memory;
	d->r.doubt = e->f->report->doubt;
	d->status = read_member(e->f, i, e->walk, e->arg, &d->r, &d->err);
	e->found[place] = d;
}

static bool is_nothing(const struct report *r)
{
	return !r->findings.n && !r->dropped && !r->tables.n && !r->changed;
}

/* A folder full of damage: only the findings that come first in the list will be shown, so the
 * others go, but for what they do to the verdict. */
static void shed(struct each *e)
{
	size_t before = 0;

	e->kept = 0;
	for (size_t i = 0; i < e->n; i++) {
		struct report *r = e->found[i] ? &e->found[i]->r : NULL;

		if (r && before >= REPORT_FINDINGS_MAX) {
			r->dropped += r->findings.n;
			r->findings.n = 0;
		}
		before += r ? r->findings.n : 0;
	}
	e->kept = before;
}

static void done(void *arg, size_t k)
{
	struct each *e = arg;
	struct found **d = &e->found[e->order[k]];

	if ((*d)->status < 0) {
		e->status = (*d)->status;
		if (e->err)
			*e->err = (*d)->err;
	}
	e->kept += (*d)->r.findings.n;
	if (is_nothing(&(*d)->r)) {
		found_free(*d);
		*d = NULL;
	} else if (e->kept > KEPT_MAX) {
		shed(e);
	}
}

static bool stop(void *arg)
{
	return ((struct each *)arg)->status < 0;
}

static void tick(void *arg)
{
	const struct each *e = arg;

	e->f->tick(e->f->tick_arg);
}

struct sized {
	int64_t size;
	size_t place;
};

static int by_size(const void *a, const void *b)
{
	const struct sized *x = a, *y = b;

	if (x->size != y->size)
		return x->size > y->size ? -1 : 1;
	return (x->place > y->place) - (x->place < y->place);
}

static void *zeroed(size_t n, size_t size)
{
	void *p = calloc(n ? n : 1, size);

	if (!p)
		abort(); /* a few bytes for each of at most MEMBERS_MAX */
	return p;
}

static size_t *largest_first(const struct folder *f, const size_t *list, size_t n)
{
	struct sized *v = zeroed(n, sizeof *v);
	size_t *order = zeroed(n, sizeof *order);

	for (size_t i = 0; i < n; i++)
		v[i] = (struct sized){f->m->v[list[i]].size, i};
	qsort(v, n, sizeof *v, by_size);
	for (size_t i = 0; i < n; i++)
		order[i] = v[i].place;
	free(v);
	return order;
}

int folder_each(struct folder *f, const size_t *list, size_t n, folder_walk *walk, void *arg,
	bks_error *err)
{
	struct each e = {.f = f, .list = list, .n = n, .walk = walk, .arg = arg, .err = err};
	struct workers w = {.work = work,
		.done = done,
		.stop = stop,
		.tick = f->tick ? tick : NULL,
		.arg = &e};

	e.order = largest_first(f, list, n);
	e.found = zeroed(n, sizeof *e.found);
	workers_run(&w, n, f->jobs);
	for (size_t i = 0; i < n; i++)
		if (e.found[i]) {
			report_join(f->report, &e.found[i]->r);
			found_free(e.found[i]);
		}
	free(e.found);
	free(e.order);
	return e.status;
}

static int read_left(struct folder *f, bks_error *err)
{
	size_t *list = zeroed(f->m->n, sizeof *list), n = 0;
	int s;

	for (size_t i = 0; i < f->m->n; i++)
		if (!f->parts[i].done)
			list[n++] = i;
	s = folder_each(f, list, n, NULL, NULL, err);
	free(list);
	return s;
}

/* One line as sha256sum prints it, without the backslash in front of one with an escape. */
static void add_line(digest *d, const uint8_t *value, size_t n, const char *name)
{
	char hex[65];

	digest_add(d, hex_write(hex, value, n), 2 * n);
	digest_add(d, "  ", 2);
	for (const char *end; *name; name = end) {
		size_t plain = strcspn(name, "\\\n");

		digest_add(d, name, plain);
		end = name + plain;
		if (*end)
			digest_add(d, *end++ == '\n' ? "\\n" : "\\\\", 2);
	}
	digest_add(d, "\n", 1);
}

static void sum_up(struct folder *f)
{
	digest *sha = f->sha256 ? digest_new(true) : NULL, *xxh = digest_new(false);
	bks_digests *out = &f->report->out->digests, of_sha = {0};

	for (size_t i = 0; i < f->m->n; i++) {
		const struct folder_part *p = &f->parts[i];

		if (f->m->v[i].kind != MEMBER_FILE)
			continue;
		add_line(xxh, p->digests.xxh3, sizeof p->digests.xxh3, f->m->v[i].name);
		if (sha)
			add_line(sha, p->digests.sha256, sizeof p->digests.sha256,
				f->m->v[i].name);
	}
	digest_end(out, xxh);
	if (!sha)
		return;
	digest_end(&of_sha, sha);
	out->has_sha256 = of_sha.has_sha256;
	memcpy(out->sha256, of_sha.sha256, sizeof out->sha256);
}

int folder_end(struct folder *f, bks_error *err)
{
	bks_inspection *out = f->report->out;
	bool whole = true;
	int64_t read = 0, size = 0;
	int s = read_left(f, err);

	if (s < 0)
		return s;
	for (size_t i = 0; i < f->m->n; i++) {
		const struct folder_part *p = &f->parts[i];
		bool file = f->m->v[i].kind == MEMBER_FILE;

		read += p->size;
		whole &= p->whole || (!file && f->m->v[i].kind != MEMBER_UNREADABLE);
		if (file)
			size += p->whole || f->m->v[i].size < p->size ? p->size
								      : f->m->v[i].size;
	}
	out->bytes_read = read;
	out->size = size;
	if (whole && !f->report->changed)
		sum_up(f);
	return 0;
}
