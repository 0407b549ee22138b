/*
 * A file that two sources claim is asked wrongly: nothing is to be done then. So where more than one source has globs, all repos are
 * walked once by names alone before anything is written of any.
 */
#include "base/text.h"
#include "work/folded.h"
#include "work/scan_private.h"
#include "work/mounted.h"
#include <string.h>

struct claiming {
	struct scan *s;
	store *place;
	struct passing passing;
};

static bool may_clash(const bks_sources *all)
{
	int n = 0;

	for (size_t i = 0; i < all->n; i++)
		n += all->v[i].match_count || all->v[i].tier_glob_count;
	return n > 1;
}

/* What lies in a folder that is one backup is no file by itself; asked only of what two claim. */
static bool is_member(struct claiming *c, const char *path)
{
	for (const char *slash = strchr(path, '/'); slash; slash = strchr(slash + 1, '/')) {
		struct store_entry folder = {.path = arena_bytes(c->s->scratch, path, (size_t)(slash - path)), .kind = STORE_FOLDER};
		bool (*owns)(const char *name) = NULL;

		if (!folded_find(&folder, &owns, c->place, NULL) && (!owns || (!strchr(slash + 1, '/') && owns(slash + 1))))
			return true;
	}
	return false;
}

static int look(void *arg, const struct store_entry *e)
{
	struct claiming *c = arg;
	struct scan *s = c->s;
	struct claim claim;
	int r;

	if (s->opt->stop && s->opt->stop(s->opt->stop_arg))
		return fail(s->err, BKS_E_INTERRUPTED, "stopped by a signal");
	bks_arena_reset(s->scratch);
	if (e->kind == STORE_FOLDER || e->kind == STORE_UNREADABLE || passing_ours(&c->passing, e) || passing_part(e->path) ||
		passing_inner(&c->passing, e->path))
		return 0;
	r = group_claim(&claim, &s->sources, e->path, s->scratch, s->err);
	if (r < 0 && is_member(c, e->path)) {
		*s->err = (bks_error){0};
		return 0;
	}
	return r;
}

static int of_catalog(struct scan *s, const bks_repo *repo)
{
	bks_selection sel = {.repo = repo->name};
	struct claim claim;
	bks_backups all;
	bks_arena *a = bks_arena_new();
	int r = bks_backup_list(&all, s->cat, &sel, a, s->err);

	for (size_t i = 0; !r && i < all.n; i++)
		r = group_claim(&claim, &s->sources, all.v[i].label, a, s->err);
	bks_arena_free(a);
	return r;
}

/* A place that cannot be looked at is told by the walk that counts. */
static int of_place(struct scan *s, const bks_repo *repo)
{
	struct claiming c = {.s = s};
	AUTO(store_auto) store *place = NULL;
	bks_error why = {0};
	int r;

	if (mounted_open(&place, repo, &why) < 0)
		return 0;
	c.place = place;
	r = passing_init(&c.passing, s->cat, repo, place, s->arena, s->err);
	if (!r)
		r = store_walk(place, look, &c, s->err);
	if (r && r != BKS_E_USAGE && r != BKS_E_INTERRUPTED && r != BKS_E_CATALOG && r != BKS_E_BUSY) {
		*s->err = (bks_error){0};
		return 0;
	}
	return r ? note(s->err, r, "scan %s", repo->name) : 0;
}

int scan_claims(struct scan *s, const bks_repos *repos)
{
	int r = 0;

	for (size_t i = 0; !r && may_clash(&s->sources) && i < repos->n; i++) {
		r = of_catalog(s, &repos->v[i]);
		if (!r)
			r = of_place(s, &repos->v[i]);
	}
	return r;
}
