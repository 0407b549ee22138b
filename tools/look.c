/* look.c - a name that is not there gets the nearest one that is */
#include "look.h"
#include "backstay/repo.h"
#include "out.h"
#include <unistd.h>

int look_jobs(int *out, struct call *c)
{
	long cores = sysconf(_SC_NPROCESSORS_ONLN);
	*out = cores < 1 ? 1 : cores > 16 ? 16 : (int)cores;
	if (c->settings && c->settings->jobs > 0)
		*out = c->settings->jobs;
	if (opt_given(c, "jobs"))
		*out = (int)opt_count(c, "jobs");
	return *out > 256 ? fails(c, BKS_E_USAGE, "--jobs: at most 256") : 0;
}

/* Puts "no KIND NAME; did you mean X?" into c->err. */
static int none(
	struct call *c, const char *kind, const char *name, const char **words, size_t n)
{
	words[n] = NULL;
	no_match(c, "no %s %s%s", kind, shown(c, name), did_you_mean(name, words, ""));
	return 1;
}

int look_backup(const bks_backup **out, struct call *c, const char *name)
{
	int r = bks_backup_find(out, c->cat, name, c->arena, &c->err);
	if (r <= 0)
		return r;
	bks_backups all = {0};
	r = bks_backup_list(&all, c->cat, &(bks_selection){0}, c->arena, &c->err);
	if (r < 0)
		return r;
	const char **words = take((all.n + 1) * sizeof *words);
	for (size_t i = 0; i < all.n; i++)
		words[i] = all.v[i].label;
	return none(c, "backup", name, words, all.n);
}

int look_source(const bks_source **out, struct call *c, const char *name)
{
	int r = bks_source_find(out, c->cat, name, c->arena, &c->err);
	if (r <= 0)
		return r;
	bks_sources all = {0};
	r = bks_source_list(&all, c->cat, c->arena, &c->err);
	if (r < 0)
		return r;
	const char **words = take((all.n + 1) * sizeof *words);
	for (size_t i = 0; i < all.n; i++)
		words[i] = all.v[i].name;
	return none(c, "source", name, words, all.n);
}

int look_repo(struct call *c, const char *name)
{
	const bks_repo *repo;
	int r = bks_repo_find(&repo, c->cat, name, c->arena, &c->err);
	if (r <= 0)
		return r;
	bks_repos all = {0};
	r = bks_repo_list(&all, c->cat, c->arena, &c->err);
	if (r < 0)
		return r;
	const char **words = take((all.n + 1) * sizeof *words);
	for (size_t i = 0; i < all.n; i++)
		words[i] = all.v[i].name;
	return none(c, "repo", name, words, all.n);
}

/* What is named by a command that works on just that is asked wrongly when it is not there. */
static int must(struct call *c, int r)
{
	c->end.nothing = c->end.nothing && r <= 0;
	return r > 0 ? BKS_E_USAGE : r;
}

int look_backup_must(const bks_backup **out, struct call *c, const char *name)
{
	return must(c, look_backup(out, c, name));
}

int look_source_must(const bks_source **out, struct call *c, const char *name)
{
	return must(c, look_source(out, c, name));
}

int look_filters(bks_selection *sel, const char **zone, struct call *c)
{
	const bks_source *source = NULL;
	sel->source = opt_text(c, "source");
	sel->repo = opt_text(c, "repo");
	int r = sel->source ? look_source(&source, c, sel->source) : 0;
	if (!r && sel->repo)
		r = look_repo(c, sel->repo);
	if (zone)
		*zone = source ? source->dump_zone : NULL;
	return r;
}

int look_until(bks_time *out, struct call *c)
{
	*out = BKS_TIME_NONE;
	int r = opt_time(out, c, "until", NULL);
	if (r < 0 || *out == BKS_TIME_NONE || *out > c->now)
		return r;
	return fails(c, BKS_E_USAGE,
		"--until: %s is in the past (an age such as 7d counts backwards; name a date)",
		time_shown(*out));
}
