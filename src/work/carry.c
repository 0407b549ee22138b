/* The commands that carry retention out. */
#include "base/text.h"
#include "work/applying.h"
#include "work/locks.h"
#include <string.h>

static struct applying start(bks_retained *out, bks_catalog *cat, const char *command,
	const bks_retain_options *opt, bks_arena *a, bks_error *err)
{
	*out = (bks_retained){.hash = ""};
	return (struct applying){.cat = cat,
		.opt = opt,
		.command = command,
		.a = a,
		.err = err,
		.out = out,
		.lock = -1};
}

static bool is_hash(const char *s)
{
	return strlen(s) == 64 && strspn(s, "0123456789abcdef") == 64;
}

static int apply(struct applying *w, const char *hash)
{
	struct condemn_job job = {0};
	char at[BKS_TIME_TEXT];
	bks_plan plan;
	bks_time when;
	int r = planned_find(&plan, w, hash);

	if (r > 0 && applying_stopped(w)) {
		w->out->unfinished = true;
		return 0;
	}
	if (r > 0 && plan_applied(&when, w->cat, hash, w->err) == 0) {
		applying_refuse(w, "plan", NULL, NULL, NULL,
			arena_form(w->a,
				"that plan was carried out at %s, and cannot be made of this "
				"catalog any more",
				bks_time_text(at, when)));
		return 0;
	}
	if (r > 0) {
		applying_refuse(w, "plan", NULL, NULL, NULL,
			"no plan of that hash can be made of this catalog any more: backstay "
			"retain plan");
		return 0;
	}
	job.only = &plan;
	return r ? r : condemn(w, &job);
}

static store *remote_place(void *arg, int64_t repo)
{
	struct apply_place *p = applying_place(arg, repo);

	return p->s && !p->why && !p->repo->read_only && store_remote(p->s) ? p->s : NULL;
}

struct locks_seen {
	const struct lock_row *v;
	size_t n;
};

static int write_locks(struct applying *w, void *arg)
{
	const struct locks_seen *l = arg;
	int r = 0;

	for (size_t i = 0; !r && i < l->n; i++)
		r = lock_put(w->cat, &l->v[i], w->opt->now, w->err);
	return r;
}

/* Before anything is planned: what servers keep by themselves. */
static int look_at_locks(struct applying *w)
{
	struct locks_seen l;
	bool any = false;
	int r;

	for (size_t i = 0; i < w->repos.n; i++)
		any = any || remote_place(w, w->repos.v[i].id);
	if (!any)
		return 0;
	r = locks_ask(&l.v, &l.n, &(struct locks_job){w->cat, w->opt->now, remote_place, w, w->a}, w->err);
	return r || !l.n ? r : applying_step(w, write_locks, &l);
}

static bool any_on(const bks_settings *s)
{
	for (size_t i = 0; s && i < s->policy_count; i++)
		if (s->policies[i].switched_on)
			return true;
	return false;
}

static int none_on(struct applying *w)
{
	applying_refuse(w, "not-switched-on", NULL, NULL, NULL,
		"retention is not switched on for any stream (`backstay retain plan` shows "
		"what would go)");
	return 0;
}

int bks_retain_apply(bks_retained *out, bks_catalog *cat, const char *hash,
	const bks_retain_options *opt, bks_arena *a, bks_error *err)
{
	bks_error own = {0};
	struct applying w = start(out, cat, "apply", opt, a, err ? err : &own);
	int r;

	if (!any_on(bks_catalog_settings(cat)))
		return applying_end(&w, none_on(&w));
	if (!is_hash(hash))
		return fail(err, BKS_E_USAGE,
			"%s is not the hash of a plan (64 digits, as `backstay retain plan` "
			"prints it)",
			bks_shown(hash, a));
	r = applying_begin(&w, true);
	if (!r)
		r = look_at_locks(&w);
	if (!r)
		r = apply(&w, hash);
	return applying_end(&w, r < 0 ? r : 0);
}

int bks_retain_run(bks_retained *out, bks_catalog *cat, const bks_retain_options *opt,
	bks_arena *a, bks_error *err)
{
	bks_error own = {0};
	struct applying w = start(out, cat, "run", opt, a, err ? err : &own);
	struct condemn_job job = {0};
	int r;

	if (!any_on(bks_catalog_settings(cat)))
		return applying_end(&w, none_on(&w));
	r = applying_begin(&w, true);
	if (!r)
		r = look_at_locks(&w);
	if (!r)
		r = condemn(&w, &job);
	if (!r)
		r = purge(&w);
	return applying_end(&w, r < 0 ? r : 0);
}

int bks_retain_purge(bks_retained *out, bks_catalog *cat, const bks_retain_options *opt,
	bks_arena *a, bks_error *err)
{
	bks_error own = {0};
	struct applying w = start(out, cat, "purge", opt, a, err ? err : &own);
	int r = applying_begin(&w, true);

	if (!r)
		r = look_at_locks(&w);
	if (!r)
		r = purge(&w);
	return applying_end(&w, r < 0 ? r : 0);
}

int bks_retain_undo(bks_retained *out, bks_catalog *cat, int64_t id, const char *hash,
	const bks_retain_options *opt, bks_arena *a, bks_error *err)
{
	bks_error own = {0};
	struct applying w = start(out, cat, "undo", opt, a, err ? err : &own);
	int r = applying_begin(&w, false);

	if (!r)
		r = undo(&w, id, hash);
	return applying_end(&w, r < 0 ? r : 0);
}
