#include "work/look.h"
#include "base/text.h"
#include "format/verify.h"
#include "work/apart.h"
#include "work/beside.h"
#include "work/folded.h"
#include "work/here.h"
#include <string.h>
#include <unistd.h>

/* Who watches one look, and how. */
struct watching {
	struct watch *watch;
	const char *shown;
	bool alone;
};

static bool asked_to_stop(void *arg)
{
	const struct watching *w = arg;

	return w->watch && w->watch->stop && w->watch->stop(w->watch->stop_arg);
}

static void was_read(void *arg, int64_t n)
{
	const struct watching *w = arg;
	struct watch *o = w->watch;
	long long now;

	if (!o)
		return;
	now = atomic_fetch_add(&o->bytes, (long long)n) + (long long)n;
	if (w->alone && o->progress)
		o->progress(o->progress_arg, w->shown, now, o->total);
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
		.sha256_once = how->sha256_once,
		.sha256_unasked = how->sha256_unasked,
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

/* In a process without rights, unless nothing is parsed: FOLDER is where it lies, or NULL. */
static int look_apart(bks_inspection *out, const struct verify_job *job, const char *folder, const struct look *how, bks_arena *a,
	bks_error *err)
{
	struct watching watching = {how->watch, how->shown, how->alone};
	struct remote_watch w = {asked_to_stop, was_read, &watching, 0};

	return how->here && how->seal_only ? here_seal(out, job, &w, a, err) : apart_verify(out, job, folder, &w, a, err);
}

static int look_at_folder(bks_inspection *out, bks_time *mtime, store *s, const char *path, const struct look *how,
	bks_arena *a, bks_error *err)
{
	struct verify_job job = job_of(path, how);
	bks_error why = {0};
	bks_time newest;
	members *m;
	int r = store_members(&m, s, path, &why);

	if (r)
		return look_failed_why(out, how, r, why.text, a);
	folded_sum(&job.size, &newest, m);
	job.members = m;
	r = look_apart(out, &job, NULL, how, a, err);
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
	int r;

	if (how->opened) {
		in = how->opened->in;
		id = how->opened->id;
		why = how->opened->err;
	}
	r = how->opened ? how->opened->r : store_read(&in, &id, s, path, &why);
	if (r == 2 && !store_stat(&e, s, path, NULL) && e.kind == STORE_FOLDER)
		return look_at_folder(out, mtime, s, path, how, a, err);
	if (r)
		return look_failed_why(out, how, r, why.text, a);
	job.changed = changed;
	job.changed_arg = in;
	job.in = in;
	job.size = id.size;
	job.beside = how->here ? NULL : beside_of(s, path);
	job.scratch = how->seal_only ? 0 : beside_scratch(id.size);
	r = look_apart(out, &job, apart_folder(s, path, a), how, a, err);
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
