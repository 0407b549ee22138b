/*
 * Verifies what the catalog knows. Workers only look; this thread alone writes, in small groups, so that a run that is stopped
 * keeps what it proved and the next one goes on from there.
 */
#include "backstay/check.h"
#include "base/text.h"
#include "base/vec.h"
#include "base/workers.h"
#include "format/report.h"
#include "policy/policy.h"
#include "work/verify_private.h"
#include <stdlib.h>
#include <string.h>

enum { GROUP = 256, GROUP_US = 500000 };

static void look(void *arg, size_t i)
{
	struct verify *v = arg;
	struct job *j = &v->jobs[i];
	struct look how = {.shown = j->file->path, .require = j->require, .require_count = j->require_count,
		.expected = j->file->digests, .expected_from = j->file->digest_from, .registered_size = j->file->size,
		.seal_only = v->opt->level == BKS_SEALED, .max_memory = bks_catalog_settings(v->cat)->max_memory,
		.watch = &v->watch, .alone = v->opt->jobs <= 1 || v->job_count <= 1};

	j->started = bks_clock_now();
	if (j->replaced)
		look_failed(&j->out, how.shown, F_VANISHED, "other bytes lie under its name since the last scan", j->arena);
	else if (j->place->why)
		look_failed(&j->out, how.shown, F_CANNOT_OPEN, j->place->why, j->arena);
	else if (v->opt->level == BKS_PRESENT)
		look_present(&j->out, j->place->s, j->file->path, &how, j->arena);
	else
		j->r = look_at(&j->out, &j->mtime, j->place->s, j->file->path, &how, j->arena, &j->err);
	j->ended = bks_clock_now();
}

static int commit_group(struct verify *v, bool now)
{
	bks_time t = bks_clock_now();
	int r;

	if (!v->pending || (!now && v->pending < GROUP && t - v->group_began < GROUP_US))
		return 0;
	v->pending = 0;
	r = catalog_commit(v->cat, &v->err);
	return r;
}

static int begin_group(struct verify *v)
{
	if (v->pending)
		return 0;
	v->group_began = bks_clock_now();
	return catalog_begin(v->cat, &v->err);
}

/* A young file that does not prove whole may still be on its way: it is settling, and nothing is held against it yet. */
static bool settles(const struct verify *v, const struct job *j)
{
	const bks_inspection *i = &j->out;
	bool young = j->file->mtime > v->opt->now - bks_catalog_settings(v->cat)->settle;

	return young && j->file->verdict == BKS_UNKNOWN && !j->place->why &&
		(i->verdict == BKS_DAMAGED || i->verdict == BKS_INCOMPLETE);
}

static void call_settling(bks_inspection *i, bks_arena *a)
{
	bks_finding *f = arena_one(a, bks_finding);

	*f = (bks_finding){"settling", BKS_NOTE, NULL,
		arena_form(a, "young, and not whole yet (%s): it is looked at again before it is called bad",
			i->finding_count ? i->findings[0].code : bks_verdict_name(i->verdict))};
	i->findings = f;
	i->finding_count = 1;
	i->verdict = BKS_UNPROVEN;
	i->levels[BKS_WHOLE] = i->levels[BKS_COVERED] = BKS_RESULT_NOT_RUN;
}

static void tell_time(struct verify *v, struct job *j)
{
	const bks_backup *b = j->backup;

	if (j->out.bytes_read <= 0)
		return;
	moment_find(&j->out, j->file->path, j->file->mtime, j->zone, v->opt->now, j->arena);
	if (b->taken_from == BKS_TAKEN_OPERATOR || b->taken_from == BKS_TAKEN_SIDECAR) {
		j->out.taken_at = b->taken_at;
		j->out.taken_from = b->taken_from;
	}
}

static int join_twin(struct verify *v, struct job *j)
{
	int64_t twin;
	int r;

	if (!j->out.digests.has_sha256)
		return 0;
	r = backup_find_twin(&twin, v->cat, j->backup->id, j->file->id, &v->err);
	if (r)
		return r < 0 ? r : 0;
	return backup_merge(v->cat, twin < j->backup->id ? twin : j->backup->id,
		twin < j->backup->id ? j->backup->id : twin, &v->err);
}

static bool shallow(const struct verify *v)
{
	return v->opt->level == BKS_SEALED || v->opt->level == BKS_PRESENT;
}

static int record(struct verify *v, struct job *j)
{
	int64_t id;
	int r = check_insert(&id, v->cat, v->opt->run, j->file->id, &j->out, j->started, j->ended, &v->err);

	if (!r && j->out.verdict == BKS_MISSING)
		r = artifact_set_state(v->cat, j->file->id, BKS_STATE_MISSING, j->replaced ? "replaced" : "vanished",
			v->opt->now, &v->err);
	if (!r && j->out.bytes_read > 0 && !shallow(v))
		r = backup_learn(v->cat, j->backup->id, &j->out, &v->err);
	return r < 0 ? r : join_twin(v, j);
}

/* The same bytes, so what a deep look proved of them stands. */
static void keep_deep_verdict(struct job *j)
{
	const bks_artifact *f = j->file;

	if (j->out.levels[BKS_SEALED] != BKS_RESULT_PASS || f->levels[BKS_WHOLE] == BKS_RESULT_NOT_RUN)
		return;
	j->out.levels[BKS_WHOLE] = f->levels[BKS_WHOLE];
	j->out.levels[BKS_COVERED] = f->levels[BKS_COVERED];
	j->out.verdict = f->verdict;
}

/* It is there with its size: nothing new is known of its bytes, so nothing is recorded and what stands is told. */
static bool just_present(const struct verify *v, struct job *j)
{
	const bks_artifact *f = j->file;

	if (v->opt->level != BKS_PRESENT || j->out.verdict != BKS_UNPROVEN)
		return false;
	memcpy(j->out.levels, f->levels, sizeof j->out.levels);
	j->out.levels[BKS_PRESENT] = BKS_RESULT_PASS;
	j->out.verdict = f->verdict == BKS_UNKNOWN ? BKS_UNPROVEN : f->verdict;
	return true;
}

static void done(void *arg, size_t i)
{
	struct verify *v = arg;
	struct job *j = &v->jobs[i];

	if (v->r < 0 || j->r < 0) {
		if (j->r == BKS_E_INTERRUPTED)
			v->out->interrupted = true;
		return;
	}
	j->done = true;
	if (just_present(v, j))
		return;
	if (v->opt->level == BKS_SEALED)
		keep_deep_verdict(j);
	tell_time(v, j);
	if (settles(v, j)) {
		call_settling(&j->out, j->arena);
		return;
	}
	v->r = begin_group(v);
	if (v->r)
		return;
	v->pending++;
	v->r = verify_history(v, j);
	if (!v->r)
		v->r = record(v, j);
	if (!v->r)
		v->r = commit_group(v, false);
}

static bool stop(void *arg)
{
	struct verify *v = arg;
	const bks_verify_options *o = v->opt;

	if (o->stop && o->stop(o->stop_arg)) {
		v->out->interrupted = true;
		return true;
	}
	if (v->r < 0)
		return true;
	if (o->budget_bytes && atomic_load(&v->watch.bytes) >= o->budget_bytes)
		return true;
	return o->budget_time && bks_clock_now() - v->began >= o->budget_time;
}

static void tick(void *arg)
{
	struct verify *v = arg;

	if (v->opt->progress)
		v->opt->progress(v->opt->progress_arg, NULL, atomic_load(&v->watch.bytes), v->watch.total);
}

static int run(struct verify *v)
{
	int r;

	v->began = bks_clock_now();
	v->watch.stop = v->opt->stop;
	v->watch.stop_arg = v->opt->stop_arg;
	v->watch.progress = v->opt->progress;
	v->watch.progress_arg = v->opt->progress_arg;
	r = workers_run(&(struct workers){look, done, stop, tick, v}, v->job_count, v->opt->jobs);
	if (v->r < 0 && v->pending) {
		catalog_rollback(v->cat);
		return v->r;
	}
	if (!v->r)
		v->r = commit_group(v, true);
	return v->r ? v->r : r < 0 ? r : 0;
}

int bks_verify(bks_verified *out, bks_catalog *cat, const bks_selection *sel, const bks_verify_options *opt,
	bks_arena *a, bks_error *err)
{
	struct verify v = {.cat = cat, .opt = opt, .out = out, .arena = a};
	int r;

	*out = (bks_verified){0};
	r = verify_choose(&v, sel);
	if (!r)
		r = run(&v);
	verify_sum(&v);
	verify_close(&v);
	if (r < 0 && err)
		*err = v.err;
	return r;
}
