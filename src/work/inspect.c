/* Looks at files without any catalog: each is opened beneath its own directory, so that the store's care holds here too. */
#include "backstay/inspect.h"
#include "base/error.h"
#include "base/text.h"
#include "base/workers.h"
#include "format/report.h"
#include "work/apart.h"
#include "work/canary.h"
#include "format/format.h"
#include "work/look.h"
#include "work/rowsfile.h"
#include "work/moment.h"
#include "work/sidecar.h"
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

struct one {
	const char *shown; /* as given */
	char *real;        /* resolved; freed at the end */
	bks_arena *arena;
	bks_inspection out;
	bks_digests beside; /* a digest that lies beside it, */
	bks_time written;   /* since then; */
	bool doubted;	    /* it is older than the file */
	bks_error err;
	int r;
};

struct all {
	struct one *v;
	const bks_inspect_options *opt;
	struct watch watch;
	int each; /* threads that the PATHS leave over for each: a folder's files take them */
	bool alone;
};

/* NULL, or why the digest that lies beside the file could not be read. */
static const char *sealed_beside(struct look *how, store *s, const char *base, struct one *one)
{
	struct sidecars sc = {0};
	struct store_entry e;
	bks_error why = {0};
	int r = sidecar_is(base) ? 0 : sidecar_find(&one->beside, &one->written, &sc, s, base, one->arena, &why);

	sidecars_clear(&sc);
	one->doubted = r > 0 && !store_stat(&e, s, base, NULL) && e.kind == STORE_FILE && sidecar_older(one->written, e.id.mtime);
	if (r > 0 && !one->doubted) {
		how->expected = one->beside;
		how->expected_from = BKS_DIGEST_BIRTH;
	}
	return r < 0 ? arena_text(one->arena, why.text) : NULL;
}

static int look_beneath(struct one *one, const struct all *all)
{
	const bks_inspect_options *opt = all->opt;
	char *base = strrchr(one->real, '/') + 1;
	const char *dir = arena_bytes(one->arena, one->real, (size_t)(base - one->real));
	struct look how = {.shown = one->shown, .require = opt->require, .require_count = opt->require_count,
		.min_size = opt->min_size, .registered_size = -1, .sha256_unasked = opt->no_sha256, .jobs = all->each, .alone = all->alone};
	bks_time mtime = BKS_TIME_NONE;
	const char *odd;
	AUTO(store_auto) store *s = NULL;
	struct watch *w = (struct watch *)(uintptr_t)&all->watch;
	int r = store_open(&s, dir, &one->err);

	if (r < 0) {
		look_failed(&one->out, one->shown, F_CANNOT_OPEN, one->err.text, one->arena);
		return 0;
	}
	how.watch = w;
	odd = sealed_beside(&how, s, base, one);
	r = look_at(&one->out, &mtime, s, base, &how, one->arena, &one->err);
	if (!r && odd && one->out.bytes_read > 0)
		report_append(&one->out, F_SIDECAR_UNREADABLE, NULL, odd, one->arena);
	if (!r)
		rowsfile_look(&one->out, s, base, one->arena);
	if (!r && one->out.bytes_read >= 0 && one->out.verdict != BKS_MISSING && mtime != BKS_TIME_NONE)
		moment_find(&one->out, one->shown, mtime, opt->dump_zone, opt->now, one->arena);
	if (!r && one->doubted && one->out.verdict != BKS_UNREADABLE)
		sidecar_doubt(&one->out, &one->beside, one->written, one->arena);
	return r;
}

/* A name that leads nowhere, now or since it was resolved, is something we could not look at. */
static void not_there(struct one *one, const char *why)
{
	look_failed(&one->out, one->shown, F_CANNOT_OPEN, why, one->arena);
}

static void work(void *arg, size_t i)
{
	struct all *all = arg;
	struct one *one = &all->v[i];

	if (!one->real)
		return;
	one->r = look_beneath(one, all);
	if (!one->r && one->out.verdict == BKS_MISSING)
		not_there(one, "it is not there");
}

/* A folder that is a backup by the names in it is one PATH. */
static int resolve_folder(struct one *one, bks_error *err)
{
	AUTO(store_auto) store *s = NULL;
	AUTO(members_auto) members *m = NULL;
	bks_error why = {0};
	int r = store_open(&s, one->real, &why);

	if (!r)
		r = store_members(&m, s, "", &why);
	if (r) {
		not_there(one, r > 0 ? "it is not there" : why.text);
		free(one->real);
		one->real = NULL;
		return 0;
	}
	if (one->real[1] && format_guess_folder(m))
		return 0;
	return fail(err, BKS_E_USAGE, "%s is a folder, and no backup that is known", bks_shown(one->shown, one->arena));
}

/* 0; BKS_E_USAGE for a folder that is no backup. What is not there keeps `real` NULL and is a result already. */
static int resolve(struct one *one, bks_error *err)
{
	struct stat st;

	one->real = realpath(one->shown, NULL);
	if (!one->real) {
		not_there(one, arena_form(one->arena, "%s", strerror(errno)));
		return 0;
	}
	return !stat(one->real, &st) && S_ISDIR(st.st_mode) ? resolve_folder(one, err) : 0;
}

static int collect(const bks_inspection **out, struct all *all, size_t n, bks_arena *a, bks_error *err)
{
	bks_inspection *v = arena_take(a, n * sizeof *v);
	int r = 0;

	for (size_t i = 0; i < n; i++) {
		struct one *one = &all->v[i];

		if (one->r < 0 && !r) {
			r = one->r;
			if (err)
				*err = one->err;
		}
		v[i] = one->out;
		free(one->real);
		arena_adopt(a, one->arena);
	}
	*out = v;
	return r;
}

static bool stop(void *arg)
{
	const struct all *all = arg;
	return all->opt->stop && all->opt->stop(all->opt->stop_arg);
}

static void tick(void *arg)
{
	struct all *all = arg;
	if (all->opt->progress)
		all->opt->progress(all->opt->progress_arg, NULL, atomic_load(&all->watch.bytes), -1);
}

int bks_inspect(const bks_inspection **out, const char *const *paths, size_t n, const bks_inspect_options *opt,
	bks_arena *a, bks_error *err)
{
	struct all all = {.v = arena_take(a, n * sizeof *all.v), .opt = opt, .alone = opt->jobs <= 1 || n <= 1};
	int r = 0, c;

	all.each = n && opt->jobs > 0 && n < (size_t)opt->jobs ? opt->jobs / (int)n : 1;
	all.watch.progress = opt->progress;
	all.watch.progress_arg = opt->progress_arg;
	all.watch.stop = opt->stop;
	all.watch.stop_arg = opt->stop_arg;
	all.watch.total = -1;
	for (size_t i = 0; i < n; i++) {
		all.v[i].shown = paths[i];
		all.v[i].arena = bks_arena_new();
		if (!r)
			r = resolve(&all.v[i], err);
	}
	if (!r)
		r = canary_run(err);
	if (!r)
		r = workers_run(&(struct workers){.work = work, .stop = stop, .tick = tick, .arg = &all}, n, opt->jobs);
	apart_rest();
	c = collect(out, &all, n, a, err);
	if (r > 0 && !c)
		c = fail(err, BKS_E_INTERRUPTED, "stopped by a signal");
	return r < 0 ? r : c;
}
