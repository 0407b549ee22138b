/*
 * Which process reads what. Idle ones that may serve more of the same are kept in a short list,
 * the one that waited longest gives way.
 */
#include "work/apart.h"
#include "backstay/start.h"
#include "base/arena.h"
#include "base/text.h"
#include "work/canary.h"
#include "work/servant.h"
#include <pthread.h>
#include <stdatomic.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

enum { IDLE_MAX = 32, WINDOW_MIB = 192, OWN_MIB = 64, GLANCE_MIB = 256 };

static struct {
	pthread_mutex_t lock;
	struct remote *v[IDLE_MAX]; /* oldest first */
	size_t n;
} idle = {PTHREAD_MUTEX_INITIALIZER, {NULL}, 0};

int bks_start(bks_error *err)
{
	return nursery_start(&servant_trade, err);
}

void bks_stop(void)
{
	apart_rest();
	nursery_stop();
}

/* A private copy is no larger than what its artifact can hold: deflate makes at most 1032 times
 * as much. */
static int64_t scratch_for(const struct verify_job *job)
{
	if (job->scratch <= 0)
		return 0;
	return job->size < 0 || job->size > INT64_MAX >> 12
		       ? INT64_MAX
		       : ((int64_t)1 << 30) + job->size * 1100;
}

static int threads_for(const struct verify_job *job)
{
	return job->jobs > 1 && (job->members || job->size >= APART_LANES) ? job->jobs : 1;
}

/* Its own buffers, and for each thread the largest window that a wrapping may ask for; names of
 * a folder's members are held too. */
static struct sandbox_limits limits_for(const struct verify_job *job)
{
	int64_t own = job->max_memory ? job->max_memory : (int64_t)OWN_MIB << 20;
	struct sandbox_limits l = {own, threads_for(job), scratch_for(job)};

	l.memory += (int64_t)l.threads * WINDOW_MIB << 20;
	for (size_t i = 0; job->members && i < job->members->n; i++)
		l.memory += 256 + 2 * (int64_t)strlen(job->members->v[i].name);
	return l;
}

static atomic_int standing = -1;

int apart_standing(void)
{
	return atomic_load(&standing);
}

static struct remote *take_idle(const char *key, const struct sandbox_limits *l)
{
	struct remote *r = NULL;

	pthread_mutex_lock(&idle.lock);
	for (size_t i = idle.n; i-- > 0 && !r;)
		if (!strcmp(idle.v[i]->key, key) && idle.v[i]->limits.memory == l->memory &&
			idle.v[i]->limits.scratch >= l->scratch) {
			r = idle.v[i];
			memmove(&idle.v[i], &idle.v[i + 1], (--idle.n - i) * sizeof *idle.v);
		}
	pthread_mutex_unlock(&idle.lock);
	return r;
}

static void give_back(struct remote *r)
{
	struct remote *old = NULL;

	pthread_mutex_lock(&idle.lock);
	if (idle.n == IDLE_MAX) {
		old = idle.v[0];
		memmove(&idle.v[0], &idle.v[1], --idle.n * sizeof *idle.v);
	}
	idle.v[idle.n++] = r;
	pthread_mutex_unlock(&idle.lock);
	remote_dismiss(old);
}

void apart_rest(void)
{
	pthread_mutex_lock(&idle.lock);
	while (idle.n)
		remote_dismiss(idle.v[--idle.n]);
	pthread_mutex_unlock(&idle.lock);
}

/* NULL: none could be had. */
static struct remote *hire(const struct sandbox_limits *l, const char *key, bks_error *err)
{
	struct remote *r = NULL;

	if (bks_start(err) < 0 || remote_hire(&r, l, err) < 0 || !r)
		return NULL;
	r->key = strdup(key);
	if (!r->key)
		abort();
	return r;
}

/* The same again from the start, by a process that has served nobody: what the last one died of
 * may have been left behind by an artifact before this. Only where the bytes can be had again.
 */
static bool can_repeat(const struct order *o, enum remote_end end, int served)
{
	if (served == 0 || o->job.members || o->fed ||
		(end != REMOTE_DIED && end != REMOTE_LIED && end != REMOTE_SHORT))
		return false;
	return lseek(stream_descriptor(o->job.in), 0, SEEK_SET) == 0;
}

static const struct sandbox_limits glances = {(int64_t)GLANCE_MIB << 20, 1, 0};

/* One that verifies has other limits: no key is of both. */
static const char *glance_key(const char *folder, bks_arena *a)
{
	return arena_form(a, "*%s", folder);
}

struct remote *apart_lend(const char *folder)
{
	AUTO(arena_auto) bks_arena *a = bks_arena_new();
	const char *key = glance_key(folder, a);
	struct remote *r = take_idle(key, &glances);

	return r ? r : hire(&glances, key, NULL);
}

void apart_return(struct remote *r, bool good)
{
	if (r->standing >= 0)
		atomic_store(&standing, r->standing);
	if (good && r->served < APART_GLANCES)
		give_back(r);
	else
		remote_dismiss(r);
}

/* KEY: processes are shared with whoever has the same one; NULL: with nobody. ROW: by so many.
 * *served is by how many before. */
static enum remote_end run_once(bks_inspection *out, int *served, struct order *o,
	const char *key, int row, const struct remote_watch *w, bks_arena *a, bks_error *err)
{
	struct sandbox_limits l = o->kind == ORDER_GLANCE ? glances : limits_for(&o->job);
	struct remote *r = key ? take_idle(key, &l) : NULL;
	enum remote_end end;

	*served = 0;
	if (!r)
		r = hire(&l, key ? key : "", err);
	if (!r)
		return REMOTE_DIED;
	*served = r->served;
	end = remote_do(out, r, o, w, a, err);
	if (r->standing >= 0)
		atomic_store(&standing, r->standing);
	if (key && (end == REMOTE_DONE || end == REMOTE_REFUSED) && r->served < row)
		give_back(r);
	else
		remote_dismiss(r);
	return end;
}

static enum remote_end run(bks_inspection *out, struct order *o, const char *key, int row,
	const struct remote_watch *w, bks_arena *a, bks_error *err)
{
	int served;
	enum remote_end end = run_once(out, &served, o, key, row, w, a, err);

	return can_repeat(o, end, served) ? run_once(out, &served, o, NULL, 1, w, a, err) : end;
}

/* Nobody could look at it; that it is there is known. */
static void tell_failed(bks_inspection *out, const struct verify_job *job, enum remote_end end,
	const char *text, bks_arena *a)
{
	struct report r;

	*out = (bks_inspection){.path = job->name,
		.format = "raw",
		.size = job->size,
		.unwrapped = -1,
		.taken_at = BKS_TIME_NONE};
	report_init(&r, out, a);
	out->levels[BKS_PRESENT] = BKS_RESULT_PASS;
	report_find(&r, end == REMOTE_SHORT ? F_LIMIT_REACHED : F_VERIFIER_FAILED, NULL, "%s",
		text);
	report_close(&r, false);
}

int apart_verify(bks_inspection *out, const struct verify_job *job, const char *folder,
	const struct remote_watch *w, bks_arena *a, bks_error *err)
{
	struct order o = {.kind = ORDER_VERIFY, .job = *job};
	bool small = folder && job->in && job->size >= 0 && job->size <= APART_SMALL;
	bks_error own = {0};
	enum remote_end end;

	o.job.jobs = threads_for(job); /* who tries one more is killed */
	err = err ? err : &own;
	o.job.repeats = job->in && stream_descriptor(job->in) < 0 && !stream_again(job->in);
	end = run(out, &o, small ? folder : NULL, APART_ROW, w, a, err);
	if (end == REMOTE_DONE && o.answered && o.job.repeats && !stream_again(job->in)) {
		o.job.careful = true;
		o.job.repeats = false;
		end = run(out, &o, small ? folder : NULL, APART_ROW, w, a, err);
	}
	if (end == REMOTE_DONE && o.answered) {
		end = REMOTE_LIED;
		fail(err, BKS_E_IO, "the process that read it gave no answer");
	}
	if (end != REMOTE_DONE && end != REMOTE_STOPPED)
		tell_failed(out, job, end, err->text, a);
	stream_close(job->in);
	members_close(job->members);
	members_close(job->beside);
	return end == REMOTE_STOPPED ? BKS_E_INTERRUPTED : 0;
}

static int glance(
	bks_inspection *out, struct order *o, const char *folder, bks_arena *a, bks_error *err)
{
	static const struct remote_watch nothing;
	const char *key = folder ? glance_key(folder, a) : NULL;
	bks_error own = {0};
	enum remote_end end;

	err = err ? err : &own;
	end = run(out, o, key, APART_GLANCES, &nothing, a, err);
	stream_close(o->job.in);
	members_close(o->job.members);
	return end == REMOTE_DONE ? o->answered : err->code;
}

const char *apart_folder(const store *s, const char *path, bks_arena *a)
{
	const char *base = strrchr(path, '/');

	return arena_form(a, "%s/%.*s", s->root, base ? (int)(base - path) : 0, path);
}

int apart_glance(bks_inspection *out, stream *in, const char *name, int64_t size,
	const char *folder, bks_arena *a, bks_error *err)
{
	struct order o = {.kind = ORDER_GLANCE, .job = {.in = in, .name = name, .size = size}};

	return glance(out, &o, folder, a, err);
}

int apart_glance_folder(
	bks_inspection *out, members *m, const char *name, bks_arena *a, bks_error *err)
{
	struct order o = {
		.kind = ORDER_GLANCE, .job = {.members = m, .name = name, .size = -1}};

	return glance(out, &o, NULL, a, err);
}
