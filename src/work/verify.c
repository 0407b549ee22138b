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
#include "work/apart.h"
#include "work/canary.h"
#include "work/here.h"
#include "work/verify_private.h"
#include <stdlib.h>
#include <string.h>

enum { GROUP = 256, GROUP_US = 500000, LOOKS_AHEAD = 16 };

/* Clocks of two machines differ; by more than this a file is dated in the future. */
#define AHEAD_US (10 * BKS_MINUTE)

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

/* A young file that does not prove whole may still be on its way: it is settling, and nothing is held against it yet. One that is
 * dated in the future is as old as its row; one that is written to all the time settles for a day. */
static bool settles(const struct verify *v, const struct job *j)
{
	const bks_inspection *i = &j->out;
	bks_time edge = v->opt->now - bks_catalog_settings(v->cat)->settle;
	bool ahead = j->file->mtime > v->opt->now + AHEAD_US;
	bool young = ahead ? j->file->first_seen > edge
			   : j->file->mtime > edge && j->file->first_seen > v->opt->now - BKS_DAY;

	return young && j->file->verdict == BKS_UNKNOWN && !j->place->why && !look_is_done(i) &&
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

/* Bytes that are not the registered ones, or that changed while they were read, teach nothing about the backup. */
static bool teaches(const struct verify *v, const struct job *j)
{
	const bks_inspection *i = &j->out;

	return i->bytes_read > 0 && !shallow(v) && !j->kept && i->levels[BKS_SEALED] != BKS_RESULT_FAIL &&
		i->levels[BKS_PRESENT] != BKS_RESULT_FAIL && i->verdict != BKS_UNREADABLE;
}

/* A digest that lies beside the file is registered once the bytes agree with it; where they do not, what was seen first is, so that
 * no later look takes other bytes for these. */
static int record_digest(struct verify *v, struct job *j)
{
	const bks_inspection *i = &j->out;
	int r = 0;

	if (j->vouched)
		r = artifact_set_digest(v->cat, j->file->id, &j->beside, BKS_DIGEST_BIRTH, &v->err);
	else if (j->beside.has_sha256 && j->file->digest_from == BKS_DIGEST_NONE && i->verdict == BKS_DAMAGED)
		r = artifact_set_digest(v->cat, j->file->id, &i->digests, BKS_DIGEST_FIRST_SIGHT, &v->err);
	return r < 0 ? r : 0;
}

/* What was missing and still is was written down when it went. */
static bool is_news(const struct job *j)
{
	return j->file->state != BKS_STATE_MISSING || j->out.verdict != BKS_MISSING;
}

static int record_place(struct verify *v, struct job *j)
{
	if (j->grown || j->back)
		return artifact_seen(v->cat, j->file->id, j->file, v->opt->now, &v->err);
	if (j->out.verdict == BKS_MISSING)
		return artifact_set_state(v->cat, j->file->id, BKS_STATE_MISSING, j->replaced ? "replaced" : "vanished",
			v->opt->now, &v->err);
	return 0;
}

static int record(struct verify *v, struct job *j)
{
	int64_t id;
	int r = j->grown || j->back ? record_place(v, j) : 0;

	if (!r)
		r = check_insert(&id, v->cat, v->opt->run, j->file->id, &j->out, j->started, j->ended, &v->err);
	if (!r && !j->grown && !j->back)
		r = record_place(v, j);
	if (!r)
		r = record_digest(v, j);
	if (!r && teaches(v, j))
		r = artifact_learn(v->cat, j->backup->id, j->file->id, &j->out, v->opt->now, &v->err);
	if (!r && j->file->verdict == BKS_UNKNOWN && j->out.digests.has_sha256)
		r = backup_inherit(v->cat, j->backup->id, j->file->id, &v->err);
	if (r >= 0)
		r = verify_suspect(v, j);
	return r < 0 ? r : join_twin(v, j);
}

/* The same bytes, so what a deep look proved of them stands: it is told, and the catalog keeps it by itself. */
static void keep_deep_verdict(struct job *j)
{
	const bks_artifact *f = j->file;

	if (j->out.levels[BKS_SEALED] != BKS_RESULT_PASS || f->levels[BKS_WHOLE] == BKS_RESULT_NOT_RUN ||
		j->out.verdict != BKS_UNPROVEN || j->back)
		return;
	j->out.levels[BKS_WHOLE] = f->levels[BKS_WHOLE];
	j->out.levels[BKS_COVERED] = f->levels[BKS_COVERED];
	j->out.verdict = f->verdict;
	j->out.proven_at = f->proven_at;
}

/* A proof from long ago, or from the future, is none of today. */
static bool is_fresh(const struct verify *v, const bks_artifact *f)
{
	int64_t age = v->opt->now - f->verified_at;

	return f->verified_at != BKS_TIME_NONE && age >= 0 && age < VERIFY_FRESH;
}

/* It is there with its size: nothing new is known of its bytes, so nothing is recorded and what stands is told. */
static bool just_present(const struct verify *v, struct job *j)
{
	const bks_artifact *f = j->file;

	if (v->opt->level != BKS_PRESENT || j->out.verdict != BKS_UNPROVEN || j->back)
		return false;
	memcpy(j->out.levels, f->levels, sizeof j->out.levels);
	j->out.proven_at = f->proven_at;
	j->out.levels[BKS_PRESENT] = BKS_RESULT_PASS;
	j->out.verdict = f->verdict == BKS_UNKNOWN || (f->verdict == BKS_SOUND && !is_fresh(v, f)) ? BKS_UNPROVEN
												   : f->verdict;
	return true;
}

static int write_down(struct verify *v, struct job *j)
{
	int r = begin_group(v);

	if (r)
		return r;
	v->pending++;
	r = verify_sidecar(v, j);
	verify_named(j);
	if (!r)
		r = verify_history(v, j);
	if (!r)
		r = record(v, j);
	return r ? r : commit_group(v, false);
}

static void conclude(struct verify *v, struct job *j)
{
	if (v->r < 0 || j->r < 0) {
		if (j->r == BKS_E_INTERRUPTED) {
			v->out->interrupted = true;
		} else if (!v->r) {
			v->r = j->r;
			v->err = j->err;
		}
		return;
	}
	j->done = true;
	/* of a place that is not mounted nothing is known: what was proven stands */
	if (j->place->why || just_present(v, j) || !is_news(j))
		return;
	if (!j->kept)
		tell_time(v, j);
	else if ((v->r = verify_again(v, j)) < 0)
		return;
	v->out->kept += j->kept;
	verify_doubt(j);
	if (settles(v, j)) {
		call_settling(&j->out, j->arena);
		return;
	}
	v->r = write_down(v, j);
	if (v->opt->level == BKS_SEALED)
		keep_deep_verdict(j);
}

static void done(void *arg, size_t i)
{
	struct verify *v = arg;

	verify_turn(v, v->order[i], conclude);
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

/* On the calling thread, while a file is read: what is pending must not hold the catalog until a file of hours is done. */
static void progressed(void *arg, const char *path, int64_t bytes, int64_t total)
{
	struct verify *v = arg;

	if (!v->r)
		v->r = commit_group(v, false);
	if (v->opt->progress)
		v->opt->progress(v->opt->progress_arg, path, bytes, total);
}

static void tick(void *arg)
{
	struct verify *v = arg;

	progressed(v, NULL, atomic_load(&v->watch.bytes), v->watch.total);
}

int verify_known_inputs(struct verify *v, bks_error *err)
{
	int r;

	pthread_mutex_lock(&v->lock);
	if (!v->known_inputs)
		v->known_r = canary_run(&v->known_err);
	v->known_inputs = true;
	r = v->known_r;
	if (r < 0)
		*err = v->known_err;
	pthread_mutex_unlock(&v->lock);
	return r;
}

/* Who compares digests alone asks no verifier. */
static bool walks(const struct verify *v)
{
	for (size_t i = 0; i < v->job_count && !shallow(v); i++)
		if (!v->jobs[i].bound)
			return true;
	return false;
}

/* Small files are read faster than their rows are written. A budget ends a run at once. */
static int looks_ahead(const struct verify *v)
{
	return v->opt->budget_time || v->opt->budget_bytes ? 0 : LOOKS_AHEAD;
}

static int run(struct verify *v)
{
	int r;

	v->began = bks_clock_now();
	r = v->job_count ? here_known(&v->err) : 0;
	if (!r && walks(v))
		r = verify_known_inputs(v, &v->err);
	if (r < 0)
		return r;
	v->watch.stop = v->opt->stop;
	v->watch.stop_arg = v->opt->stop_arg;
	v->watch.progress = progressed;
	v->watch.progress_arg = v;
	r = workers_run(&(struct workers){verify_look, done, stop, tick, v, looks_ahead(v)}, v->job_count, v->opt->jobs);
	verify_last_turns(v, conclude);
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
	if (pthread_mutex_init(&v.lock, NULL))
		abort();
	v.sidecars.lock = &v.lock;
	r = sets_refresh(cat, opt->now, &v.err);
	if (!r)
		r = verify_choose(&v, sel);
	if (!r)
		r = run(&v);
	if (!r && !v.r)
		r = verify_wal(&v, sel);
	if (!r && !v.r && v.job_count)
		r = chains_refresh(cat, opt->now, &v.err);
	if (!r && !v.r)
		r = bks_coverage_list(&out->coverage, &out->coverage_count, cat, bks_clock_now(), a, &v.err);
	apart_rest();
	verify_sum(&v);
	verify_close(&v);
	r = r ? r : v.r;
	if (r < 0 && err)
		*err = v.err;
	return r;
}
