/*
 * Brings the catalog in line with a repo: what is new is registered, what changed under its name is a new backup, what is not
 * there any more is missing. A repo that is not the one we know (no marker, another marker) changes nothing at all.
 */
#include "backstay/scan.h"
#include "base/text.h"
#include "base/vec.h"
#include "work/apart.h"
#include "work/cleaned.h"
#include "work/known.h"
#include "work/mounted.h"
#include "work/passing.h"
#include "work/register.h"
#include "work/regroup.h"
#include <stdlib.h>
#include <string.h>

enum { GROUP = 256 };

struct scan {
	bks_catalog *cat;
	const bks_scan_options *opt;
	bks_arena *arena, *scratch;
	bks_sources sources;
	bks_scanned *out;
	VEC(bks_action) actions;
	VEC(bks_finding) findings;
	bks_error *err;
	/* of the repo that is being walked */
	const bks_repo *repo;
	struct registrar registrar;
	struct sidecars sidecars;
	struct known_set known;
	struct regroup regroup;
	bool blind; /* some directory could not be read: nothing is called missing */
	bool open;  /* a group of writes is */
	bool failed; /* the catalog did, not the place that is walked */
	int pending;
	struct passing passing;
};

static void find(struct scan *s, const char *code, enum bks_severity sev, const char *path, const char *text)
{
	bks_finding *f = vec_add(&s->findings, s->arena);

	*f = (bks_finding){code, sev,
		path ? arena_form(s->arena, "%s:%s", s->repo->name, bks_shown(path, s->arena)) : s->repo->name,
		arena_text(s->arena, text)};
	if (sev == BKS_ERROR)
		s->out->unfinished = true;
}

static bks_action *act(struct scan *s, const struct known *k, const char *to, const char *reason)
{
	bks_action *v = vec_add(&s->actions, s->arena);

	*v = (bks_action){.backup_id = k->backup, .label = arena_text(s->arena, k->path), .repo = s->repo->name,
		.from = bks_state_name(k->state), .to = to, .reason = reason, .bytes = k->size};
	return v;
}

static int begin(struct scan *s)
{
	int r = catalog_begin(s->cat, s->err);

	s->pending = 0;
	s->open = !r;
	return r;
}

/* Writes come in groups, so that a stopped scan keeps what it did and nobody waits long for the lock. */
static int wrote(struct scan *s)
{
	int r;

	if (s->opt->dry_run || ++s->pending < GROUP)
		return 0;
	s->open = false;
	r = catalog_commit(s->cat, s->err);
	return r ? r : begin(s);
}

static bks_artifact as_is(const struct scan *s, const struct store_entry *e)
{
	return (bks_artifact){.repo_id = s->repo->id, .path = e->path, .size = e->id.size, .device = e->id.device,
		.inode = e->id.inode, .mtime = e->id.mtime};
}

/* 1: the very same file is registered of another repo (a mount, a link, a second name for one folder): it is no second copy. */
static int is_elsewhere(struct scan *s, const struct store_entry *e)
{
	bks_artifact now = as_is(s, e);
	const bks_artifact *there;
	int r = artifact_find_same(&there, s->cat, &now, s->scratch, s->err);

	if (r)
		return r < 0 ? r : 0;
	s->out->ignored++;
	find(s, "same-file", BKS_WARNING, e->path,
		arena_form(s->scratch, "the same file as %s:%s: it is no second copy and not counted twice", there->repo,
			bks_shown(there->path, s->scratch)));
	return 1;
}

static int register_new(struct scan *s, const struct store_entry *e, int64_t *count)
{
	const char *why = NULL;
	bks_action a;
	int r;

	r = is_elsewhere(s, e);
	if (r)
		return r < 0 ? r : 0;
	s->registrar.odd_sidecar = NULL;
	r = register_file(&a, &s->registrar, e, &why, s->scratch, s->err);
	if (r < 0)
		return r;
	if (s->registrar.odd_sidecar)
		find(s, "sidecar-unreadable", BKS_WARNING, e->path, s->registrar.odd_sidecar);
	if (r) {
		find(s, "cannot-open", BKS_ERROR, e->path, why);
		s->out->unreadable++;
		return 0;
	}
	if (!a.label) {
		s->out->ignored++;
		return 0;
	}
	a.label = arena_text(s->arena, a.label);
	a.source = arena_text(s->arena, a.source);
	*vec_add(&s->actions, s->arena) = a;
	++*count;
	return wrote(s);
}

static int visit_new(struct scan *s, const struct store_entry *e)
{
	return register_new(s, e, &s->out->added);
}

static int seen_again(struct scan *s, struct known *k, const struct store_entry *e, const char *reason)
{
	bks_artifact now = as_is(s, e);

	if (reason)
		act(s, k, k->state == BKS_STATE_SETTLING ? "settling" : "live", reason);
	if (s->opt->dry_run)
		return 0;
	if (artifact_seen(s->cat, k->artifact, &now, s->opt->now, s->err) < 0)
		return s->err ? s->err->code : BKS_E_CATALOG;
	return wrote(s);
}

/* Programs that write move the mtime. Another size without that is damage or somebody's doing: verify looks at once, and the row
 * and what is registered of it stay. */
static int visit_suspect(struct scan *s, struct known *k)
{
	int r;

	if (k->damaged)
		return 0; /* told, and standing */
	act(s, k, "digest-changed", "another size under the same mtime");
	if (s->opt->dry_run)
		return 0;
	r = artifact_recheck(s->cat, k->artifact, s->opt->now, s->err);
	return r < 0 ? r : wrote(s);
}

/* Other bytes under a known name: a file still being written is itself; else the old backup is gone and this is a new one. */
static int visit_changed(struct scan *s, struct known *k, const struct store_entry *e)
{
	bool there = k->state != BKS_STATE_MISSING, same_time = k->mtime == e->id.mtime;
	bool itself = !k->judged && !k->sealed && (k->state == BKS_STATE_SETTLING || (there && same_time));
	int r;

	s->out->changed += itself || (there && same_time);
	if (itself)
		return seen_again(s, k, e, "growing");
	if (there && same_time)
		return visit_suspect(s, k);
	if (there) {
		act(s, k, "missing", "replaced");
		r = s->opt->dry_run ? 0
				    : artifact_set_state(s->cat, k->artifact, BKS_STATE_MISSING, "replaced",
					      s->opt->now, s->err);
		if (r < 0)
			return r;
	}
	return register_new(s, e, &s->out->changed);
}

static int visit_known(struct scan *s, struct known *k, const struct store_entry *e)
{
	struct store_id was = {.size = k->size, .mtime = k->mtime};

	int r;

	k->seen = true;
	if (!store_same(&was, &e->id))
		return visit_changed(s, k, e);
	s->out->unchanged++;
	r = regroup_time(&s->regroup, &s->registrar, k, e, s->scratch, s->err);
	if (r < 0)
		return r;
	if (r)
		act(s, k, bks_state_name(k->state), "time read in the dump zone");
	if (k->state == BKS_STATE_MISSING)
		return seen_again(s, k, e, "back");
	if (k->inode != e->id.inode || k->device != e->id.device)
		return seen_again(s, k, e, NULL);
	return 0;
}

static int visit_odd(struct scan *s, const struct store_entry *e)
{
	struct claim c;
	int r;

	if (e->kind == STORE_UNREADABLE) {
		s->blind = true;
		find(s, "cannot-open", BKS_ERROR, e->path, e->error ? e->error : "it cannot be read");
		return 0;
	}
	s->out->seen++;
	s->out->ignored++;
	r = group_claim(&c, &s->sources, e->path, s->scratch, s->err);
	if (r < 0)
		return r;
	if (e->kind == STORE_LINK)
		find(s, "special-file", c.source ? BKS_WARNING : BKS_NOTE, e->path, "a symbolic link, not followed");
	else
		find(s, "special-file", c.source ? BKS_ERROR : BKS_WARNING, e->path, "no regular file, not opened");
	return 0;
}

static int visit_file(struct scan *s, const struct store_entry *e)
{
	struct known *k;

	if (passing_ours(&s->passing, e))
		return 0;
	s->out->seen++;
	k = known_find(&s->known, e->path);
	if (!k && (passing_part(&s->passing, e->path) || passing_inner(&s->passing, e->path))) {
		s->out->ignored++;
		return 0;
	}
	return k ? visit_known(s, k, e) : visit_new(s, e);
}

static int visit(void *arg, const struct store_entry *e)
{
	struct scan *s = arg;
	int r;

	if (s->opt->stop && s->opt->stop(s->opt->stop_arg))
		return fail(s->err, BKS_E_INTERRUPTED, "stopped by a signal");
	bks_arena_reset(s->scratch);
	if (e->kind == STORE_FOLDER)
		return 0;
	r = e->kind == STORE_FILE ? visit_file(s, e) : visit_odd(s, e);
	s->failed = s->failed || r < 0;
	return r;
}

static bool others_clean(const struct scan *s, const struct known *k)
{
	return s->repo->cleaned_by_others && k->mtime < s->opt->now - s->repo->cleaned_by_others;
}

static int mark_missing(struct scan *s)
{
	struct cleaned *c = NULL;
	int r = s->repo->cleaned_by_others ? cleaned_load(&c, s->cat, s->opt->now, s->arena, s->err) : 0;

	for (size_t i = 0; !r && i < s->known.n; i++) {
		struct known *k = s->known.all[i];
		const char *reason;

		if (k->seen || k->state == BKS_STATE_MISSING || known_find(&s->known, k->path) != k)
			continue;
		reason = c && others_clean(s, k) && cleaned_well(c, k->backup, s->repo->id) ? "cleaned by others" : "vanished";
		act(s, k, "missing", reason);
		s->out->missing++;
		if (s->opt->dry_run)
			continue;
		r = artifact_set_state(s->cat, k->artifact, BKS_STATE_MISSING, reason, s->opt->now, s->err);
		if (!r)
			r = wrote(s);
	}
	return r < 0 ? r : 0;
}

/* 0: it is the repo we know; 1: it is not, and a finding says so. */
static int check_place(struct scan *s, store *place)
{
	const char *why, *note;
	int r = mounted_check(&why, &note, s->cat, s->repo, place, !s->opt->dry_run, s->scratch, s->err);

	if (r > 0)
		find(s, "not-mounted", BKS_ERROR, NULL, arena_form(s->scratch, "%s no row was changed", why));
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
	if (!r)
		r = store_walk(place, visit, s, s->err);
	if (!r && !s->blind) {
		r = mark_missing(s);
		s->failed = r < 0;
	}
	return end_group(s, r);
}

static int scan_repo(struct scan *s, const bks_repo *repo)
{
	AUTO(store_auto) store *place = NULL;
	bks_error why = {0};
	int r;

	s->repo = repo;
	s->blind = false;
	r = store_open(&place, repo->url, &why);
	if (r < 0) {
		find(s, "not-mounted", BKS_ERROR, NULL, why.text);
		return 0;
	}
	r = check_place(s, place);
	if (r)
		return r < 0 ? r : 0;
	s->sidecars = (struct sidecars){0};
	s->registrar = (struct registrar){.cat = s->cat, .sources = &s->sources, .repo = repo, .s = place,
		.sidecars = &s->sidecars, .settle = bks_catalog_settings(s->cat)->settle, .now = s->opt->now,
		.dry_run = s->opt->dry_run};
	s->regroup = (struct regroup){.cat = s->cat, .sources = &s->sources, .repo = repo, .dry_run = s->opt->dry_run,
		.arena = s->arena};
	r = passing_init(&s->passing, s->cat, repo, place, s->arena, s->err);
	s->failed = r < 0;
	if (!r)
		r = walk_repo(s, place);
	sidecars_clear(&s->sidecars);
	if (r == BKS_E_IO && !s->failed) {
		find(s, "read-error", BKS_ERROR, NULL, s->err->text);
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
