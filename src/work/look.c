#include "work/look.h"
#include "base/text.h"
#include "format/verify.h"
#include "work/beside.h"
#include "work/folded.h"
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

enum { PROGRESS_STEP = 1 << 20 };

/* Counts what passes and asks whether to stop. */
struct watched {
	stream s;
	stream *outer;
	struct watch *watch;
	const char *shown;
	bool alone;
};

static int watched_next(stream *s, const uint8_t **p, size_t *n, bks_error *err)
{
	struct watched *w = (struct watched *)s;
	struct watch *o = w->watch;
	long long before, now;
	int r;

	if (o->stop && o->stop(o->stop_arg))
		return fail(err, BKS_E_INTERRUPTED, "stopped by a signal");
	r = stream_next(w->outer, p, n, err);
	if (r <= 0)
		return r;
	before = atomic_fetch_add(&o->bytes, (long long)*n);
	now = before + (long long)*n;
	if (w->alone && o->progress && before / PROGRESS_STEP != now / PROGRESS_STEP)
		o->progress(o->progress_arg, w->shown, now, o->total);
	return r;
}

static void watched_close(stream *s)
{
	stream_close(((struct watched *)s)->outer);
	free(s);
}

static stream *watched(stream *outer, const struct look *how)
{
	static const struct stream_kind kind = {watched_next, watched_close};
	struct watched *w;

	if (!how->watch)
		return outer;
	w = calloc(1, sizeof *w);
	if (!w)
		abort();
	*w = (struct watched){{.kind = &kind}, outer, how->watch, how->shown, how->alone};
	return &w->s;
}

void look_failed(bks_inspection *out, const char *shown, int kind, const char *text, bks_arena *a)
{
	struct report r;

	*out = (bks_inspection){.path = shown, .format = "raw", .size = -1, .unwrapped = -1,
		.taken_at = BKS_TIME_NONE};
	report_init(&r, out, a);
	report_find(&r, (enum finding_kind)kind, NULL, "%s", text);
	report_close(&r, false);
}

static int changed(void *arg, const char **how, bks_error *err)
{
	int r = store_recheck(how, arg);

	return r < 0 ? fail(err, BKS_E_IO, "%s", *how) : r;
}

static void size_registered(bks_inspection *out, const struct look *how, int64_t size, bks_arena *a)
{
	if (how->registered_size < 0 || size == how->registered_size)
		return;
	report_append(out, F_SIZE_CHANGED, NULL,
		arena_form(a, "%lld bytes, registered were %lld", (long long)size, (long long)how->registered_size), a);
}

static int look_failed_why(bks_inspection *out, const struct look *how, int r, const char *why, bks_arena *a)
{
	look_failed(out, how->shown, r == 1 ? F_VANISHED : r == 2 ? F_SPECIAL_FILE : F_CANNOT_OPEN,
		r == 1 ? "it is not there" : r == 2 ? "it is no regular file" : why, a);
	return 0;
}

static struct verify_job job_of(const char *path, const struct look *how)
{
	const char *base = strrchr(path, '/');

	return (struct verify_job){.name = base ? base + 1 : path,
		.jobs = how->jobs,
		.require = how->require,
		.require_count = how->require_count,
		.min_size = how->min_size,
		.expected = how->expected,
		.expected_from = how->expected_from,
		.seal_only = how->seal_only,
		.max_memory = how->max_memory,
		.wal = how->wal};
}

static int end_look(bks_inspection *out, bks_time *to, const struct look *how, int64_t size, bks_time mtime, bks_arena *a)
{
	out->path = how->shown;
	size_registered(out, how, size, a);
	if (to)
		*to = mtime;
	return 0;
}

/* The members of a folder, each watched as a file is. */
struct watched_members {
	members m;
	members *inner;
	struct look how;
};

static int watched_open(stream **out, members *m, size_t i, bks_error *err)
{
	struct watched_members *w = (struct watched_members *)m;
	int r = w->inner->open(out, w->inner, i, err);

	if (!r)
		*out = watched(*out, &w->how);
	return r;
}

static int watched_changed(members *m, size_t i, stream *in, const char **how, bks_error *err)
{
	struct watched_members *w = (struct watched_members *)m;

	return w->inner->changed(w->inner, i, w->how.watch ? ((struct watched *)in)->outer : in, how, err);
}

static void watched_members_close(members *m)
{
	members_close(((struct watched_members *)m)->inner);
	free(m);
}

static members *watch_members(members *inner, const struct look *how)
{
	struct watched_members *w = calloc(1, sizeof *w);

	if (!w)
		abort();
	*w = (struct watched_members){
		{inner->v, inner->n, watched_open, watched_changed, watched_members_close}, inner, *how};
	w->how.alone = how->alone && how->jobs <= 1; /* else other threads read, and tick() tells */
	return &w->m;
}

static void tick(void *arg)
{
	const struct look *how = arg;

	how->watch->progress(how->watch->progress_arg, how->shown, atomic_load(&how->watch->bytes), how->watch->total);
}

static int look_at_folder(bks_inspection *out, bks_time *mtime, store *s, const char *path, const struct look *how,
	bks_arena *a, bks_error *err)
{
	struct verify_job job = job_of(path, how);
	struct look shared = *how;
	bks_error why = {0};
	bks_time newest;
	members *m;
	int r = store_members(&m, s, path, &why);

	if (r)
		return look_failed_why(out, how, r, why.text, a);
	folded_sum(&job.size, &newest, m);
	job.members = watch_members(m, how);
	if (how->alone && how->watch && how->watch->progress) {
		job.tick = tick;
		job.tick_arg = &shared;
	}
	r = format_verify(out, &job, a, err);
	return r < 0 ? r : end_look(out, mtime, how, job.size, newest, a);
}

int look_at(bks_inspection *out, bks_time *mtime, store *s, const char *path, const struct look *how, bks_arena *a,
	bks_error *err)
{
	struct verify_job job = job_of(path, how);
	struct store_entry e;
	struct store_id id = {0};
	stream *in = NULL;
	bks_error why = {0};
	int r = store_read(&in, &id, s, path, &why);

	if (r == 2 && !store_stat(&e, s, path, NULL) && e.kind == STORE_FOLDER)
		return look_at_folder(out, mtime, s, path, how, a, err);
	if (r)
		return look_failed_why(out, how, r, why.text, a);
	job.changed = changed;
	job.changed_arg = in;
	job.in = watched(in, how);
	job.size = id.size;
	job.beside = beside_of(s, path);
	job.scratch = how->seal_only ? 0 : beside_scratch(id.size);
	if (how->watch) {
		job.stop = how->watch->stop;
		job.stop_arg = how->watch->stop_arg;
	}
	r = format_verify(out, &job, a, err);
	if (job.scratch)
		close(job.scratch);
	return r < 0 ? r : end_look(out, mtime, how, id.size, id.mtime, a);
}

void look_present(bks_inspection *out, store *s, const char *path, const struct look *how, bks_arena *a)
{
	struct store_entry e;
	bks_error why = {0};
	int r = folded_stat(&e, s, path, &why);

	if (!r && e.kind != STORE_FILE && e.kind != STORE_FOLDER)
		r = 2;
	if (r) {
		look_failed_why(out, how, r, why.text, a);
		return;
	}
	*out = (bks_inspection){.path = how->shown, .format = "raw", .size = e.id.size, .unwrapped = -1,
		.taken_at = BKS_TIME_NONE, .verdict = BKS_UNPROVEN};
	out->levels[BKS_PRESENT] = BKS_RESULT_PASS;
	size_registered(out, how, e.id.size, a);
}
