#include "work/look.h"
#include "base/text.h"
#include "format/verify.h"
#include <stdlib.h>
#include <string.h>

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

stream *look_watched(stream *in, struct watch *w)
{
	return watched(in, &(struct look){.watch = w});
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

int look_at(bks_inspection *out, bks_time *mtime, store *s, const char *path, const struct look *how, bks_arena *a,
	bks_error *err)
{
	const char *base = strrchr(path, '/');
	struct verify_job job = {.name = base ? base + 1 : path,
		.require = how->require,
		.require_count = how->require_count,
		.min_size = how->min_size,
		.expected = how->expected,
		.expected_from = how->expected_from,
		.seal_only = how->seal_only,
		.max_memory = how->max_memory,
		.changed = changed};
	struct store_id id = {0};
	stream *in = NULL;
	bks_error why = {0};
	int r = store_read(&in, &id, s, path, &why);

	if (r) {
		look_failed(out, how->shown,
			r == 1 ? F_VANISHED : r == 2 ? F_SPECIAL_FILE : F_CANNOT_OPEN,
			r == 1 ? "it is not there" : r == 2 ? "it is no regular file" : why.text, a);
		return 0;
	}
	job.changed_arg = in;
	job.in = watched(in, how);
	job.size = id.size;
	r = format_verify(out, &job, a, err);
	if (r < 0)
		return r;
	out->path = how->shown;
	size_registered(out, how, id.size, a);
	if (mtime)
		*mtime = id.mtime;
	return 0;
}

void look_present(bks_inspection *out, store *s, const char *path, const struct look *how, bks_arena *a)
{
	struct store_entry e;
	bks_error why = {0};
	int r = store_stat(&e, s, path, &why);

	if (r || e.kind != STORE_FILE) {
		look_failed(out, how->shown, r == 1 ? F_VANISHED : r < 0 ? F_CANNOT_OPEN : F_SPECIAL_FILE,
			r == 1 ? "it is not there" : r < 0 ? why.text : "it is no regular file", a);
		return;
	}
	*out = (bks_inspection){.path = how->shown, .format = "raw", .size = e.id.size, .unwrapped = -1,
		.taken_at = BKS_TIME_NONE, .verdict = BKS_UNPROVEN};
	out->levels[BKS_PRESENT] = BKS_RESULT_PASS;
	size_registered(out, how, e.id.size, a);
}
