/* One line a source. Absence of news is bad news: what did not come is late, what never came is "never". */
#include "backstay/restore.h"
#include "backstay/status.h"
#include "backstay/retain.h"
#include "backstay/wal.h"
#include "base/text.h"
#include "base/vec.h"
#include "catalog/task_rows.h"
#include "work/deltas.h"
#include "work/streams.h"
#include <string.h>

#define X(name, word) word,
static const char *const late_words[] = {BKS_LATES(X)};
#undef X

const char *bks_late_name(enum bks_late l)
{
	return (unsigned)l < BKS_LATE_COUNT ? late_words[l] : "?";
}

struct tally {
	bks_catalog *cat;
	bks_arena *arena;
	bks_error *err;
	const bks_source *source;
	int level;
	bks_time now;
	bks_time newest; /* of the eligible ones; NONE */
	bool undecided;  /* some backup is there that nobody could judge yet */
	const int64_t *failed; /* backups whose latest drill failed, ascending */
	size_t failed_count;
	VEC(bks_time) points;
	VEC(bks_trouble) trouble;
	bks_source_status *out;
};

static bool covers(const bks_backup *b)
{
	return b->content != BKS_CONTENT_SCHEMA && b->content != BKS_CONTENT_ROLES && b->content != BKS_CONTENT_EMPTY;
}

static void add_trouble(struct tally *t, const bks_backup *b, const char *code)
{
	*vec_add(&t->trouble, t->arena) = (bks_trouble){b->id, b->label, code, b->acked};
}

/* A file that its producer overwrites every night, or that others are known to clean up, went as expected; of a set, one is enough:
 * the run that overwrites it goes on. */
static bool went_as_expected(const bks_backup *b)
{
	for (size_t i = 0; i < b->artifact_count; i++) {
		const char *why = b->artifacts[i].state_reason;

		if (b->artifacts[i].part != BKS_PART_NONE && b->artifacts[i].state != BKS_STATE_MISSING)
			continue;
		if (!why || (strcmp(why, "replaced") != 0 && strcmp(why, "cleaned by others") != 0))
			return false;
	}
	return b->artifact_count > 0;
}

static bool bad(enum bks_verdict v)
{
	return v != BKS_SOUND && v != BKS_UNPROVEN && v != BKS_UNKNOWN;
}

/* A good copy elsewhere does not make the bad one well: it is one loss nearer to none. */
static bool bad_copy(const bks_backup *b)
{
	for (size_t i = 0; i < b->artifact_count; i++) {
		const bks_artifact *f = &b->artifacts[i];

		if (f->state == BKS_STATE_LIVE && bad(f->verdict))
			return true;
		if (f->state == BKS_STATE_MISSING && f->state_reason && !strcmp(f->state_reason, "vanished"))
			return true;
		if (f->lacks && !f->waiting)
			return true;
	}
	return false;
}

static bool drill_failed_of(const struct tally *t, int64_t backup)
{
	size_t low = 0, high = t->failed_count;

	while (low < high) {
		size_t middle = low + (high - low) / 2;

		if (t->failed[middle] < backup)
			low = middle + 1;
		else
			high = middle;
	}
	return low < t->failed_count && t->failed[low] == backup;
}

/* One kind of trouble is told once a backup, however many copies have it. */
static bool told(const struct tally *t, int64_t backup, const char *code)
{
	for (size_t i = t->trouble.n; i-- > 0 && t->trouble.v[i].backup == backup;)
		if (!strcmp(t->trouble.v[i].code, code))
			return true;
	return false;
}

static int trouble(struct tally *t, const bks_backup *b)
{
	const bks_finding *f = NULL;
	size_t n = 0;
	int r;

	if (b->state == BKS_STATE_MISSING) {
		if (!went_as_expected(b))
			add_trouble(t, b, "missing");
		return 0;
	}
	if (!bad(b->verdict) && !bad_copy(b) && !drill_failed_of(t, b->id))
		return 0;
	r = trouble_of(&f, &n, t->cat, b->id, t->arena, t->err);
	for (size_t i = 0; !r && i < n; i++)
		if (!told(t, b->id, f[i].code))
			add_trouble(t, b, f[i].code);
	if (!r && !n && bad(b->verdict))
		add_trouble(t, b, bks_verdict_name(b->verdict));
	return r;
}

static int take(struct tally *t, const bks_backup *b)
{
	struct keep_backup k = stream_row(b);

	if (b->state == BKS_STATE_LIVE || b->state == BKS_STATE_SETTLING)
		t->out->live++;
	t->undecided = t->undecided || (b->state != BKS_STATE_MISSING && b->verdict != BKS_DAMAGED &&
					       b->verdict != BKS_INCOMPLETE);
	if (keep_eligible(&k, t->level, t->now) && covers(b)) {
		if (t->newest == BKS_TIME_NONE || b->taken_at > t->newest)
			t->newest = b->taken_at;
		*vec_add(&t->points, t->arena) = b->taken_at;
		if (b->verdict == BKS_SOUND &&
			(!t->out->newest_proven || b->taken_at > t->out->newest_proven->taken_at))
			t->out->newest_proven = b;
	}
	return trouble(t, b);
}

static void judge_age(struct tally *t)
{
	bks_source_status *o = t->out;
	const bks_source *s = t->source;
	int64_t every = s->every;
	bks_time *ascending = arena_take(t->arena, t->points.n * sizeof *ascending);

	for (size_t i = 0; i < t->points.n; i++)
		ascending[i] = t->points.v[t->points.n - 1 - i];
	o->age = o->newest_proven ? t->now - o->newest_proven->taken_at : -1;
	if (!every) {
		every = due_interval(ascending, t->points.n);
		o->limit_learned = every > 0;
	}
	/* what was learned is a habit, not a promise: half of it again is allowed */
	o->limit = every ? every + (s->every ? s->slack : every / 2) : -1;
	o->next_due = every && t->newest != BKS_TIME_NONE ? t->newest + every : BKS_TIME_NONE;
	if (t->newest == BKS_TIME_NONE)
		o->late = t->undecided ? BKS_LATE_UNKNOWN : BKS_LATE_NEVER;
	else if (o->limit < 0)
		o->late = BKS_LATE_UNKNOWN;
	else
		o->late = t->now - t->newest > o->limit ? BKS_LATE_YES : BKS_LATE_NO;
}

/* What a tier asks for in a place where no good copy lies. */
static int absences(struct tally *t)
{
	bks_plan p;
	int r = bks_retain_plan(&p, t->cat, t->source->name, t->now, t->arena, t->err);

	for (size_t s = 0; s < p.stream_count && !r; s++)
		for (size_t i = 0; i < p.streams[s].row_count && r >= 0; i++) {
			const bks_plan_row *row = &p.streams[s].rows[i];

			if (!row->not_there_count)
				continue;
			r = ack_stands(t->cat, row->backup->id, "tier-not-there", t->err);
			if (r >= 0)
				*vec_add(&t->trouble, t->arena) = (bks_trouble){row->backup->id,
					row->backup->label, "tier-not-there", r > 0};
			r = r > 0 ? 0 : r;
		}
	return r;
}

/* Segments that stop coming are a loss that grows, whatever the backups say. */
static int judge_log(struct tally *t)
{
	enum { USUALS = 3 };
	bks_source_status *o = t->out;
	int64_t usual = 0;
	bks_wal wal;
	bks_gaps g;
	int r = bks_wal_list(&wal, t->cat, NULL, t->source->name, t->arena, t->err);

	o->rpo_actual = o->wal_limit = -1;
	o->wal_newest = BKS_TIME_NONE;
	for (size_t i = 0; !r && i < wal.run_count; i++)
		if (wal.runs[i].newest != BKS_TIME_NONE && wal.runs[i].newest > o->wal_newest) {
			o->wal_newest = wal.runs[i].newest;
			usual = wal.runs[i].usual;
		}
	if (r || !wal.run_count)
		return r;
	o->wal_limit = t->source->rpo ? t->source->rpo : usual ? USUALS * usual : -1;
	o->wal_silent = o->wal_limit > 0 && o->wal_newest != BKS_TIME_NONE &&
			t->now - o->wal_newest > o->wal_limit;
	if (o->wal_silent && o->late != BKS_LATE_NEVER)
		o->late = BKS_LATE_YES;
	r = bks_gaps_find(&g, t->cat, t->source->name, 0, t->now, t->arena, t->err);
	if (r >= 0 && g.proven_end != BKS_TIME_NONE && g.proven_end <= t->now) {
		o->rpo_actual = t->now - g.proven_end;
		o->rpo_is_bound = true;
	}
	return r < 0 ? r : 0;
}

static int status_of(bks_source_status *out, struct tally *t, const bks_source *s)
{
	bks_selection sel = {.source = s->name, .with_artifacts = true};
	bks_backups all;
	int r = bks_backup_list(&all, t->cat, &sel, t->arena, t->err);

	*out = (bks_source_status){.source = s->name, .guessed = s->guessed};
	t->out = out;
	t->source = s;
	t->level = stream_policy(t->cat, s, t->arena)->level;
	t->newest = BKS_TIME_NONE;
	t->undecided = false;
	t->points.n = t->points.room = t->trouble.n = t->trouble.room = 0;
	t->points.v = NULL;
	t->trouble.v = NULL;
	for (size_t i = 0; !r && i < all.n; i++)
		r = take(t, &all.v[i]);
	if (!r)
		r = absences(t);
	if (r)
		return r;
	out->trouble = t->trouble.v;
	out->trouble_count = t->trouble.n;
	judge_age(t);
	r = judge_log(t);
	return r ? r : deltas_find(out, t->cat, &all, t->now, t->arena, t->err);
}

static int chosen(bks_sources *out, struct tally *t, const char *const *names, size_t n)
{
	VEC(bks_source) v = {0};

	if (!n)
		return bks_source_list(out, t->cat, t->arena, t->err);
	for (size_t i = 0; i < n; i++) {
		const bks_source *s;
		int r = bks_source_find(&s, t->cat, names[i], t->arena, t->err);

		if (r)
			return r < 0 ? r : fail(t->err, BKS_E_USAGE, "no source is called %s", bks_shown(names[i], t->arena));
		*vec_add(&v, t->arena) = *s;
	}
	*out = (bks_sources){v.v, v.n};
	return 0;
}

int bks_status(const bks_source_status **out, size_t *n, bks_catalog *cat, const char *const *names, size_t name_count,
	bks_time now, bks_arena *a, bks_error *err)
{
	struct tally t = {.cat = cat, .arena = a, .err = err, .now = now};
	bks_source_status *v;
	bks_sources sources;
	int r = chosen(&sources, &t, names, name_count);

	if (!r)
		r = drill_failed(&t.failed, &t.failed_count, cat, a, err);
	if (r)
		return r;
	v = arena_take(a, (sources.n + 1) * sizeof *v);
	for (size_t i = 0; !r && i < sources.n; i++)
		r = status_of(&v[i], &t, &sources.v[i]);
	*out = v;
	*n = sources.n;
	return r;
}
