/* Tasks of the calendar, each with the latest proof that it was done: a run, a drill, or
 * somebody's word. */
#include "backstay/text.h"
#include "base/auto.h"
#include "base/text.h"
#include "base/vec.h"
#include "catalog/task_rows.h"
#include "policy/schedule.h"
#include <string.h>

AUTO_FN(arena_end, bks_arena, bks_arena_free);

static const bks_settings *settings_of(const bks_catalog *cat)
{
	static const bks_settings none = {0};

	return bks_catalog_settings(cat) ? bks_catalog_settings(cat) : &none;
}

static bool retains(const bks_settings *s)
{
	for (size_t i = 0; i < s->policy_count; i++)
		if (s->policies[i].switched_on)
			return true;
	return false;
}

/* The later of the two; each may be none. R of the one just looked for. */
static int later(bks_task_proof *best, const bks_task_proof *other, int r)
{
	if (!r && (!best->kind || other->at > best->at))
		*best = *other;
	return r < 0 ? r : 0;
}

static int latest(bks_task_proof *out, bks_catalog *cat, const struct schedule_task *t,
	bks_time now, bks_arena *a, bks_error *err)
{
	static const enum task_run runs[] = {[SCHEDULE_VERIFY] = TASK_RUN_VERIFY,
		[SCHEDULE_RETAIN] = TASK_RUN_RETAIN,
		[SCHEDULE_COPY] = TASK_RUN_COPY};
	bks_task_proof p = {0};
	int r = 0;

	*out = (bks_task_proof){0};
	if (schedule_takes_notes(t->proof))
		r = later(out, &p, task_last_note(&p, cat, t->name, now, a, err));
	if (!r && t->proof == SCHEDULE_DRILLS)
		r = later(out, &p, task_last_drill(&p, cat, now, a, err));
	if (!r && schedule_is_automatic(t->proof))
		r = later(out, &p, task_last_run(&p, cat, runs[t->proof], now, a, err));
	return r;
}

static int fill(bks_task *out, bks_catalog *cat, const struct schedule_task *t, bks_time begun,
	bks_time now, bks_arena *a, bks_error *err)
{
	bks_task_proof *p = arena_one(a, bks_task_proof);
	struct schedule_standing s;
	int r = latest(p, cat, t, now, a, err);

	if (r)
		return r;
	s = schedule_judge(t->every, p->kind ? p->at : BKS_TIME_NONE, begun, now);
	*out = (bks_task){.name = t->name,
		.owner = t->owner,
		.text = t->text,
		.every = t->every,
		.automatic = schedule_is_automatic(t->proof),
		.proof = p->kind ? p : NULL,
		.next_due = s.next_due,
		.state = s.state,
		.overdue = s.overdue,
		.declared = t->declared};
	return 0;
}

int bks_task_list(const bks_task **out, size_t *n, bks_catalog *cat, bks_time now, bks_arena *a,
	bks_error *err)
{
	const bks_settings *s = settings_of(cat);
	const struct schedule_task *tasks;
	bks_task *v;
	bks_time begun;
	int r = task_begun(&begun, cat, err);

	*n = schedule_make(&tasks, s->tasks, s->task_count, retains(s), a);
	*out = v = arena_take(a, (*n + 1) * sizeof *v);
	if (begun == BKS_TIME_NONE)
		begun = now;
	for (size_t i = 0; !r && i < *n; i++)
		r = fill(&v[i], cat, &tasks[i], begun, now, a, err);
	return r;
}

/* The nearest name of a task that there is. */
static const char *near_miss(bks_catalog *cat, const char *name, bks_arena *a)
{
	const bks_settings *s = settings_of(cat);
	const struct schedule_task *tasks;
	size_t n = schedule_make(&tasks, s->tasks, s->task_count, true, a);
	const char **words = arena_take(a, (n + 1) * sizeof *words);

	for (size_t i = 0; i < n; i++)
		words[i] = tasks[i].name;
	words[n] = NULL;
	return bks_near_miss(name, words);
}

static int may_be_done(bks_catalog *cat, const char *name, bks_arena *a, bks_error *err)
{
	const bks_settings *s = settings_of(cat);
	const char *shown = bks_shown(name, a), *meant;
	struct schedule_task t;

	switch (schedule_find(&t, name, s->tasks, s->task_count)) {
	case 0:
		break;
	case 2:
		return fail(
			err, BKS_E_USAGE, "task %s is switched off at %s", shown, t.declared);
	default:
		meant = near_miss(cat, name, a);
		return fail(err, BKS_E_USAGE, "no task is called %s%s%s%s", shown,
			meant ? "; did you mean " : "", meant ? bks_shown(meant, a) : "",
			meant ? "?" : "");
	}
	if (!schedule_takes_notes(t.proof))
		return fail(err, BKS_E_USAGE,
			"task %s is done by this program: its runs are the evidence", shown);
	return 0;
}

int bks_task_done(int64_t *id, bks_catalog *cat, const char *name, bks_time at,
	const char *note, const bks_evidence *evidence, bks_error *err)
{
	AUTO(arena_end) bks_arena *a = bks_arena_new();
	int r = may_be_done(cat, name, a, err);

	if (r)
		return r;
	if (!note || !*note)
		return fail(err, BKS_E_USAGE, "what was done needs a note");
	if (!bks_is_utf8(note, strlen(note)))
		return fail(err, BKS_E_USAGE, "the note is no UTF-8");
	if (at > bks_clock_now())
		return fail(err, BKS_E_USAGE, "a task is not done in the future");
	return task_done_insert(id, cat, name, at, note, evidence, err);
}
