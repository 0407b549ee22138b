/*
 * Brings the catalog in line with a repo: what is new is registered, what changed under its name is a new backup, what is not
 * there any more is missing. A repo that is not the one we know (no marker, another marker) changes nothing at all.
 */
#include "base/text.h"
#include "work/apart.h"
#include "work/cleaned.h"
#include "work/mounted.h"
#include "work/scan_private.h"
#include "work/worktree.h"
#include "work/walruns.h"
#include <stdlib.h>
#include <string.h>

enum { GROUP = 2048 };
#define GROUP_TIME (BKS_SECOND / 2) /* what is not written yet is lost when it is stopped, and others wait */

void scan_find(struct scan *s, const char *code, enum bks_severity sev, const char *path, const char *text)
{
	bks_finding *f = vec_add(&s->findings, s->arena);

	*f = (bks_finding){code, sev,
		path ? arena_form(s->arena, "%s:%s", s->repo->name, bks_shown(path, s->arena)) : s->repo->name,
		arena_text(s->arena, text)};
	if (sev == BKS_ERROR)
		s->out->unfinished = true;
}

bks_action *scan_act(struct scan *s, const struct known *k, const char *to, const char *reason)
{
	bks_action *v = vec_add(&s->actions, s->arena);

	*v = (bks_action){.backup_id = k->backup, .label = arena_text(s->arena, k->path), .repo = s->repo->name,
		.from = bks_state_name(k->state), .to = to, .reason = reason, .bytes = k->size};
	return v;
}

static int begin(struct scan *s)
{
	int r = catalog_begin_bulk(s->cat, s->err);

	s->pending = 0;
	s->open = !r;
	s->began = bks_clock_now();
	return r;
}

int scan_wrote(struct scan *s)
{
	int r;

	if (s->opt->dry_run || (++s->pending < GROUP && (s->pending % 16 || bks_clock_now() - s->began < GROUP_TIME)))
		return 0;
	s->open = false;
	r = catalog_commit(s->cat, s->err);
	return r ? r : begin(s);
}

static bool others_clean(const struct scan *s, const struct known *k)
{
	return s->repo->cleaned_by_others && k->mtime < s->opt->now - s->repo->cleaned_by_others;
}

/* What a listing left out may be there all the same: before it is called missing its server is asked for it by name. 1: it is there;
 * 0: it is not; negative: nobody can tell. */
static int left_out(struct scan *s, const struct known *k)
{
	struct store_entry e;
	bks_error why = {0};
	int r;

	if (!store_remote(s->registrar.s))
		return 0;
	r = store_stat(&e, s->registrar.s, k->path, &why);
	if (r == BKS_E_INTERRUPTED)
		return fail(s->err, r, "%s", why.text);
	if (r == 1)
		return 0;
	s->blind = true;
	scan_find(s, "read-error", BKS_ERROR, k->path,
		r ? arena_text(s->arena, why.text) : "the server's listing left it out, and it is there: nothing is called missing");
	return 1;
}

static int mark_missing(struct scan *s)
{
	struct cleaned *c = NULL;
	int r = s->repo->cleaned_by_others ? cleaned_load(&c, s->cat, s->opt->now, s->arena, s->err) : 0;

	for (size_t i = 0; !r && i < s->known.n; i++) {
		struct known *k = s->known.all[i];
		const char *reason;

		if (k->seen || k->deleting || k->state == BKS_STATE_MISSING || known_find(&s->known, k->path) != k)
			continue;
		r = left_out(s, k);
		if (r < 0 || s->blind)
			break;
		reason = c && others_clean(s, k) && cleaned_well(c, k->backup, s->repo->id) ? "cleaned by others" : "vanished";
		scan_act(s, k, "missing", reason);
		scan_why_missing(s, k);
		s->out->missing++;
		if (s->opt->dry_run)
			continue;
		r = artifact_set_state(s->cat, k->artifact, BKS_STATE_MISSING, reason, s->opt->now, s->err);
		if (!r)
			r = scan_wrote(s);
	}
	return r < 0 ? r : 0;
}

/* 0: it is the repo we know; 1: it is not, and a finding says so. */
static int check_place(struct scan *s, store *place)
{
	const char *why, *note;
	int r = mounted_check(&why, &note, s->cat, s->repo, place, !s->opt->dry_run, s->scratch, s->err);

	if (r > 0)
		scan_find(s, "not-mounted", BKS_ERROR, NULL, arena_form(s->scratch, "%s no row was changed", why));
	if (!r && note && !s->opt->dry_run)
		r = repo_set_marker(s->cat, s->repo->id, note, s->err);
	return r;
}

/* What was done is kept when the place failed or a signal came, and undone when the catalog itself did. */
static int end_group(struct scan *s, int r)
{
	int c;

	if (!s->open)
		return r;
	s->open = false;
	if (r && s->failed) {
		catalog_rollback(s->cat);
		return r;
	}
	c = catalog_commit(s->cat, r ? NULL : s->err);
	s->failed = s->failed || c < 0;
	return r ? r : c;
}

static void regrouped(void *arg, const bks_backup *b, const char *source, const char *reason)
{
	struct scan *s = arg;
	bks_action *v = vec_add(&s->actions, s->arena);

	*v = (bks_action){.backup_id = b->id, .label = b->label, .repo = s->repo->name, .source = arena_text(s->arena, source),
		.from = bks_state_name(b->state), .to = bks_state_name(b->state), .reason = reason, .bytes = b->size};
}

static void in_set(void *arg, const bks_action *a)
{
	struct scan *s = arg;
	bks_action *v = vec_add(&s->actions, s->arena);

	*v = *a;
	v->label = arena_text(s->arena, a->label);
	v->source = arena_text(s->arena, a->source);
}

static int one_more(void *arg)
{
	return scan_wrote(arg);
}

/* Only now is all known that may be of one run. */
static int make_sets(struct scan *s)
{
	const struct sets_told to = {in_set, one_more, s};
	int r = sets_flush(&s->sets, &to, s->err);

	return r || s->opt->dry_run ? r : sets_refresh(s->cat, s->opt->now, s->err);
}

static int walk_repo(struct scan *s, store *place)
{
	int r = s->opt->dry_run ? 0 : begin(s);

	s->failed = r < 0;
	if (!r) {
		r = known_load(&s->known, s->cat, s->repo->id, s->arena, s->err);
		s->failed = r < 0;
	}
	if (!r) {
		r = regroup_all(&s->regroup, regrouped, s, s->err);
		s->failed = r < 0;
	}
	if (!r) {
		r = strangers_load(s, place);
		s->failed = r < 0;
	}
	if (!r)
		r = scan_ahead(s, place);
	if (!r) {
		r = walruns_settle(s->wal, s->blind, s->err);
		s->failed = r < 0;
	}
	if (!r && !s->blind) {
		r = mark_missing(s);
		if (!r && !s->blind)
			r = strangers_forget(s);
		s->failed = r < 0;
	}
	if (!r) {
		r = make_sets(s);
		s->failed = r < 0;
	}
	return end_group(s, r);
}

static void wal_act(void *arg, const bks_action *a)
{
	struct scan *s = arg;

	*vec_add(&s->actions, s->arena) = *a;
}

static void wal_find(void *arg, const char *code, const char *path, const char *text)
{
	scan_find(arg, code, BKS_WARNING, path, text);
}

static void open_wal(struct scan *s, store *place)
{
	s->wal = walruns_open(&(struct walruns_job){.cat = s->cat, .sources = &s->sources, .repo = s->repo, .s = place,
		.settle = bks_catalog_settings(s->cat)->settle, .now = s->opt->now, .dry_run = s->opt->dry_run,
		.arena = s->arena, .counts = s->out, .act = wal_act, .find = wal_find, .arg = s});
}

static int scan_repo(struct scan *s, const bks_repo *repo)
{
	AUTO(store_auto) store *place = NULL;
	bks_error why = {0};
	int r;

	s->repo = repo;
	s->blind = false;
	r = mounted_open(&place, repo, &why);
	if (r < 0) {
		scan_find(s, "not-mounted", BKS_ERROR, NULL, why.text);
		return 0;
	}
	place->stop = s->opt->stop;
	place->stop_arg = s->opt->stop_arg;
	r = check_place(s, place);
	if (r)
		return r < 0 ? r : 0;
	s->sidecars = (struct sidecars){0};
	s->registrar = (struct registrar){.cat = s->cat, .sources = &s->sources, .repo = repo, .s = place,
		.sidecars = &s->sidecars, .settle = bks_catalog_settings(s->cat)->settle, .now = s->opt->now,
		.dry_run = s->opt->dry_run, .sets = &s->sets};
	s->sets = (struct sets){.cat = s->cat, .repo = repo, .now = s->opt->now, .dry_run = s->opt->dry_run, .arena = s->arena};
	s->regroup = (struct regroup){.cat = s->cat, .sources = &s->sources, .repo = repo, .dry_run = s->opt->dry_run,
		.arena = s->arena};
	r = passing_init(&s->passing, s->cat, repo, place, s->arena, s->err);
	s->failed = r < 0;
	open_wal(s, place);
	if (!r)
		r = walk_repo(s, place);
	if (!r)
		r = scan_rest(s, place);
	if (!r)
		r = scan_rules(s, place);
	if (!r)
		r = worktree_find(s);
	s->out->requests += store_requests(place);
	walruns_close(s->wal);
	sidecars_clear(&s->sidecars);
	if (r == BKS_E_IO && !s->failed) {
		scan_find(s, "read-error", BKS_ERROR, NULL, s->err->text);
		return 0;
	}
	return r < 0 ? note(s->err, r, "scan %s", repo->name) : 0;
}

static int by_place(const void *x, const void *y)
{
	const bks_action *a = x, *b = y;
	int c = strcmp(a->repo, b->repo);

	if (!c)
		c = strcmp(a->label, b->label);
	return c ? c : (a->backup_id > b->backup_id) - (a->backup_id < b->backup_id);
}

static int chosen(bks_repos *out, struct scan *s)
{
	const bks_repo *r;
	VEC(bks_repo) v = {0};
	int e;

	if (!s->opt->repo_count)
		return bks_repo_list(out, s->cat, s->arena, s->err);
	for (size_t i = 0; i < s->opt->repo_count; i++) {
		e = bks_repo_find(&r, s->cat, s->opt->repos[i], s->arena, s->err);
		if (e)
			return e < 0 ? e : fail(s->err, BKS_E_USAGE, "no repo is called %s", s->opt->repos[i]);
		*vec_add(&v, s->arena) = *r;
	}
	*out = (bks_repos){v.v, v.n};
	return 0;
}

static int scan_all(struct scan *s)
{
	bks_repos repos;
	int r = chosen(&repos, s);

	if (!r)
		r = bks_source_list(&s->sources, s->cat, s->arena, s->err);
	if (!r && !repos.n)
		r = fail(s->err, BKS_E_USAGE, "no repo is registered: backstay repo add NAME DIR");
	if (!r)
		r = scan_claims(s, &repos);
	for (size_t i = 0; !r && i < repos.n; i++)
		r = scan_repo(s, &repos.v[i]);
	return r;
}

int bks_scan(bks_scanned *out, bks_catalog *cat, const bks_scan_options *opt, bks_arena *a, bks_error *err)
{
	bks_error own = {0};
	struct scan s = {.cat = cat, .opt = opt, .arena = a, .scratch = bks_arena_new(), .out = out,
		.err = err ? err : &own};
	int r;

	*out = (bks_scanned){0};
	r = scan_all(&s);
	apart_rest();
	if (s.actions.n)
		qsort(s.actions.v, s.actions.n, sizeof *s.actions.v, by_place);
	out->actions = s.actions.v;
	out->action_count = s.actions.n;
	out->findings = s.findings.v;
	out->finding_count = s.findings.n;
	bks_arena_free(s.scratch);
	return r;
}
