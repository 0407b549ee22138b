/* What a scan does with one entry of a repo: a new file is registered, a known one compared, an odd one told. */
#include "work/scan_private.h"
#include <string.h>

static int register_new(struct scan *s, const struct store_entry *e, int64_t *count)
{
	const char *why = NULL;
	bks_action a;
	int r;

	s->registrar.odd_sidecar = NULL;
	r = register_file(&a, &s->registrar, e, &why, s->scratch, s->err);
	if (r < 0)
		return r;
	if (s->registrar.odd_sidecar)
		scan_find(s, "sidecar-unreadable", BKS_WARNING, e->path, s->registrar.odd_sidecar);
	if (r) {
		scan_find(s, "cannot-open", BKS_ERROR, e->path, why);
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
	return scan_wrote(s);
}

static int visit_new(struct scan *s, const struct store_entry *e)
{
	return register_new(s, e, &s->out->added);
}

static bks_artifact as_is(const struct scan *s, const struct store_entry *e)
{
	return (bks_artifact){.repo_id = s->repo->id, .path = e->path, .size = e->id.size, .device = e->id.device,
		.inode = e->id.inode, .mtime = e->id.mtime};
}

static int seen_again(struct scan *s, struct known *k, const struct store_entry *e, const char *reason)
{
	bks_artifact now = as_is(s, e);

	if (reason)
		scan_act(s, k, k->state == BKS_STATE_SETTLING ? "settling" : "live", reason);
	if (s->opt->dry_run)
		return 0;
	if (artifact_seen(s->cat, k->artifact, &now, s->opt->now, s->err) < 0)
		return s->err ? s->err->code : BKS_E_CATALOG;
	return scan_wrote(s);
}

/* Programs that write move the mtime. Another size without that is damage or somebody's doing: verify looks at once, and the row
 * and what is registered of it stay. */
static int visit_suspect(struct scan *s, struct known *k)
{
	int r;

	if (k->damaged)
		return 0; /* told, and standing */
	scan_act(s, k, "digest-changed", "another size under the same mtime");
	if (s->opt->dry_run)
		return 0;
	r = artifact_recheck(s->cat, k->artifact, s->opt->now, s->err);
	return r < 0 ? r : scan_wrote(s);
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
		scan_act(s, k, "missing", "replaced");
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
		scan_act(s, k, bks_state_name(k->state), "time read in the dump zone");
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
		scan_find(s, "cannot-open", BKS_ERROR, e->path, e->error ? e->error : "it cannot be read");
		return 0;
	}
	s->out->seen++;
	s->out->ignored++;
	r = group_claim(&c, &s->sources, e->path, s->scratch, s->err);
	if (r < 0)
		return r;
	if (e->kind == STORE_LINK)
		scan_find(s, "special-file", c.source ? BKS_WARNING : BKS_NOTE, e->path, "a symbolic link, not followed");
	else
		scan_find(s, "special-file", c.source ? BKS_ERROR : BKS_WARNING, e->path, "no regular file, not opened");
	return 0;
}

static int visit_file(struct scan *s, const struct store_entry *e)
{
	struct known *k;

	if (scan_passes_over(s, e))
		return 0;
	s->out->seen++;
	if (scan_in_progress(e->path) || scan_is_member(s, e->path)) {
		s->out->ignored++;
		return 0;
	}
	k = known_find(&s->known, e->path);
	return k ? visit_known(s, k, e) : visit_new(s, e);
}

int scan_visit(void *arg, const struct store_entry *e)
{
	struct scan *s = arg;
	int r;

	if (s->opt->stop && s->opt->stop(s->opt->stop_arg))
		return fail(s->err, BKS_E_INTERRUPTED, "stopped by a signal");
	bks_arena_reset(s->scratch);
	r = e->kind == STORE_FILE ? visit_file(s, e) : visit_odd(s, e);
	s->failed = s->failed || r < 0;
	return r;
}

static bool others_clean(const struct scan *s, const struct known *k)
{
	return s->repo->cleaned_by_others && k->mtime < s->opt->now - s->repo->cleaned_by_others;
}

int scan_mark_missing(struct scan *s)
{
	for (size_t i = 0; i < s->known.n; i++) {
		struct known *k = s->known.all[i];
		const char *reason = others_clean(s, k) ? "cleaned by others" : "vanished";
		int r;

		if (k->seen || k->state == BKS_STATE_MISSING || known_find(&s->known, k->path) != k)
			continue;
		scan_act(s, k, "missing", reason);
		s->out->missing++;
		if (s->opt->dry_run)
			continue;
		r = artifact_set_state(s->cat, k->artifact, BKS_STATE_MISSING, reason, s->opt->now, s->err);
		if (!r)
			r = scan_wrote(s);
		if (r < 0)
			return r;
	}
	return 0;
}
