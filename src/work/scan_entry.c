/*
 * One thing that the walk of a repo shows: new, known, changed under its name, or nothing that a
 * catalog keeps. What is done with it is written down at once.
 */
#include "base/text.h"
#include "work/folded.h"
#include "work/rewritten.h"
#include "work/scan_private.h"
#include "work/walruns.h"
#include <string.h>

static bks_artifact as_is(const struct scan *s, const struct store_entry *e)
{
	return (bks_artifact){.repo_id = s->repo->id, .path = e->path, .size = e->id.size, .device = e->id.device,
		.inode = e->id.inode, .mtime = e->id.mtime, .etag = e->etag, .version_id = e->version, .storage_class = e->storage_class};
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
	scan_find(s, "same-file", BKS_WARNING, e->path,
		arena_form(s->scratch, "the same file as %s:%s: it is no second copy and not counted twice", there->repo,
			bks_shown(there->path, s->scratch)));
	return 1;
}

static int register_new(struct scan *s, const struct store_entry *e, int64_t *count)
{
	const char *why = NULL;
	bks_action a;
	int r = strangers_know(s, e);

	if (r > 0)
		s->out->ignored++;
	if (!r)
		r = is_elsewhere(s, e);
	if (r)
		return r < 0 ? r : 0;
	s->registrar.odd_sidecar = NULL;
	r = register_file(&a, &s->registrar, e, &why, s->scratch, s->err);
	if (r < 0)
		return r;
	if (s->registrar.odd_sidecar)
		scan_find(s, "sidecar-unreadable", BKS_WARNING, e->path, s->registrar.odd_sidecar);
	if (r == REGISTER_ASIDE) {
		++*count;
		return 0;
	}
	if (r) {
		scan_find(s, "cannot-open", BKS_ERROR, e->path, why);
		s->out->unreadable++;
		return 0;
	}
	if (!a.label) {
		s->out->ignored++;
		return strangers_note(s, e);
	}
	a.label = arena_text(s->arena, a.label);
	a.source = arena_text(s->arena, a.source);
	*vec_add(&s->actions, s->arena) = a;
	++*count;
	return scan_wrote(s);
}

static int visit_new(struct scan *s, const struct store_entry *e)
{
	int r = scan_renamed(s, e);

	return r ? r < 0 ? r : 0 : register_new(s, e, &s->out->added);
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
static int visit_suspect(struct scan *s, struct known *k, const struct store_entry *e)
{
	int r;

	if (k->damaged)
		return 0; /* told, and standing */
	scan_act(s, k, "digest-changed", e->etag ? "another object under the same time" : "another size under the same mtime");
	if (s->opt->dry_run)
		return 0;
	r = artifact_recheck(s->cat, k->artifact, s->opt->now, s->err);
	return r < 0 ? r : scan_wrote(s);
}

/* The same dump by the time inside it, under a new mtime: where its size is another one its bytes are, else the next look tells. */
static int visit_touched(struct scan *s, struct known *k, const struct store_entry *e)
{
	bks_artifact now = as_is(s, e);
	bool other = k->size != e->id.size;

	s->out->changed++;
	scan_act(s, k, other ? "digest-changed" : "live",
		other ? "written anew with another size, and the time inside is no newer" : "touched: the time inside is no newer");
	if (s->opt->dry_run)
		return 0;
	if (artifact_touched(s->cat, k->artifact, &now, s->opt->now, s->err) < 0)
		return s->err->code;
	return scan_wrote(s);
}

/* Other bytes under a known name: a file still being written is itself; else the old backup is gone and this is a new one. */
static int visit_changed(struct scan *s, struct known *k, const struct store_entry *e)
{
	bool there = k->state != BKS_STATE_MISSING, same_time = k->mtime == e->id.mtime;
	bool itself = !k->judged && !k->sealed && (k->state == BKS_STATE_SETTLING || (there && same_time));
	int renamed, r;

	s->out->changed += itself || (there && same_time);
	if (itself)
		return seen_again(s, k, e, "growing");
	if (there && same_time)
		return visit_suspect(s, k, e);
	renamed = scan_renamed(s, e);
	if (renamed < 0)
		return renamed;
	if (!renamed && (there || k->replaced)) {
		r = rewritten_same(&s->registrar, k, e, s->scratch, s->err);
		if (r)
			return r < 0 ? r : visit_touched(s, k, e);
	}
	if (there) {
		scan_act(s, k, "missing", "replaced");
		k->action = s->actions.n;
		r = s->opt->dry_run ? 0
				    : artifact_set_state(s->cat, k->artifact, BKS_STATE_MISSING, "replaced",
					      s->opt->now, s->err);
		if (r < 0)
			return r;
	}
	return renamed ? 0 : register_new(s, e, &s->out->changed);
}

/* A lifecycle rule may have moved the same object to another class. */
static bool moved_class(const struct known *k, const struct store_entry *e)
{
	return e->storage_class && (!k->storage_class || strcmp(k->storage_class, e->storage_class) != 0);
}

static int visit_known(struct scan *s, struct known *k, const struct store_entry *e)
{
	struct store_id was = {.size = k->size, .mtime = k->mtime};

	int r;

	k->seen = true;
	if (!store_same(&was, &e->id) || (e->etag && k->device == e->id.device && k->inode != e->id.inode))
		return visit_changed(s, k, e);
	s->out->unchanged++;
	r = regroup_time(&s->regroup, &s->registrar, k, e, s->scratch, s->err);
	if (r < 0)
		return r;
	if (r)
		scan_act(s, k, bks_state_name(k->state), "time read in the dump zone");
	if (k->state == BKS_STATE_MISSING)
		return seen_again(s, k, e, "back");
	if (k->inode != e->id.inode || k->device != e->id.device || moved_class(k, e))
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
		scan_find(s, "special-file", c.source ? BKS_ERROR : BKS_WARNING, e->path,
			e->error ? e->error : "no regular file, not opened");
	return 0;
}

/* A file, or a folder that is one backup. */
static int visit_artifact(struct scan *s, struct known *k, const struct store_entry *e)
{
	s->out->seen++;
	if (!k && e->kind == STORE_FILE && !passing_inner(&s->passing, e->path) && walruns_see(s->wal, e))
		return 0;
	if (!k && (passing_part(e->path) || passing_inner(&s->passing, e->path))) {
		s->out->ignored++;
		return 0;
	}
	return k ? visit_known(s, k, e) : visit_new(s, e);
}

static int visit_file(struct scan *s, const struct store_entry *e)
{
	if (passing_ours(&s->passing, e) || passing_member(&s->passing, e->path))
		return 0;
	return visit_artifact(s, known_find(&s->known, e->path), e);
}

/* The folder was registered as a backup, and its names say so no more: whatever it is now, it is told under its name. */
static int as_registered(struct store_entry *e, const struct known *k, struct scan *s, bks_error *why)
{
	return k && k->state != BKS_STATE_MISSING ? folded_stat(e, s->registrar.s, e->path, why) : 1;
}

/* Goes into the folder unless all in it is the one backup that it is. */
static int visit_folder(struct scan *s, const struct store_entry *e)
{
	struct known *k = known_find(&s->known, e->path);
	struct store_entry all = *e;
	bks_error why = {0};
	bool (*owns)(const char *name) = NULL;
	int r;

	if (passing_ours(&s->passing, e) || passing_inner(&s->passing, arena_form(s->scratch, "%s/", e->path)))
		return 0;
	r = folded_find(&all, &owns, s->registrar.s, &why);
	if (r > 0)
		r = as_registered(&all, k, s, &why);
	if (r > 0)
		return 0;
	if (r < 0) {
		s->blind = true;
		scan_find(s, "cannot-open", BKS_ERROR, e->path, why.text);
		return STORE_PASS;
	}
	r = visit_artifact(s, k, &all);
	if (!r && owns)
		passing_folder(&s->passing, e->path, owns);
	return r || owns ? r : STORE_PASS;
}

int scan_visit(void *arg, const struct store_entry *e)
{
	struct scan *s = arg;
	int r;

	if (s->opt->stop && s->opt->stop(s->opt->stop_arg))
		return fail(s->err, BKS_E_INTERRUPTED, "stopped by a signal");
	bks_arena_reset(s->scratch);
	r = e->kind == STORE_FILE     ? visit_file(s, e)
	    : e->kind == STORE_FOLDER ? visit_folder(s, e)
				      : visit_odd(s, e);
	s->failed = s->failed || r < 0;
	return r;
}

