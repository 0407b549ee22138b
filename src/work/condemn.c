/*
 * From a plan to condemned copies. The plan is made anew inside the transaction that writes its
 * states, so that nothing comes in between; what was confirmed by its hash is held against it,
 * and what nobody confirmed is held by the brakes.
 */
#include "base/text.h"
#include "policy/brake.h"
#include "work/walaway.h"
#include <stdlib.h>
#include <string.h>

/* One backup that is to be condemned, or some of its copies. */
struct expiry {
	const bks_plan_row *row;
	bool *doomed; /* by artifact */
	size_t at;    /* in the stream's rows */
	int64_t bytes;
	bool whole; /* nothing of it stays */
};

struct stage {
	struct applying *w;
	const bks_plan *only;
	bks_plan plan;
	struct plan_index index, only_index;
	struct keep_plan *decided;
	struct stream_list streams;
	int64_t id;                       /* of the plan's row; 0: none yet */
	size_t actions, refused, waiting; /* what was told before */
};

bool plan_lets_go(const bks_plan_row *row, const char *repo)
{
	for (size_t i = 0; row && i < row->copy_count; i++)
		if (!strcmp(row->copies[i].repo, repo))
			return row->copies[i].action == BKS_EXPIRE;
	return false;
}

static bool expires(const bks_plan_row *row)
{
	for (size_t i = 0; i < row->copy_count; i++)
		if (row->copies[i].action == BKS_EXPIRE)
			return true;
	return false;
}

static bool may_touch(struct stage *st, const bks_plan_stream *s, const bks_plan_row *row,
	const bks_artifact *f)
{
	struct apply_place *p = applying_place(st->w, f->repo_id);

	if (p->repo && p->repo->read_only) {
		applying_refuse_once(st->w, "read-only", s->source, f->repo,
			"it is read-only: what lies there is not ours to delete");
		return false;
	}
	if (p->why || !p->s) {
		applying_refuse_once(st->w, "not-mounted", s->source, f->repo,
			p->why ? p->why : "not mounted?");
		return false;
	}
	for (size_t i = 0; i < row->backup->artifact_count; i++)
		if (row->backup->artifacts[i].repo_id == f->repo_id &&
			row->backup->artifacts[i].state == BKS_STATE_SETTLING) {
			applying_refuse(st->w, "settling", s->source, row->backup, f->repo,
				"files of it are still being written");
			return false;
		}
	return true;
}

static bool stays(const bks_artifact *f, bool doomed)
{
	return !doomed && (f->state == BKS_STATE_LIVE || f->state == BKS_STATE_SETTLING);
}

/* A backup that is kept keeps a copy that is as good as its best. */
static bool kept_as_good(const bks_backup *b, const bool *doomed)
{
	bks_artifact c;

	for (size_t i = 0; i < b->artifact_count; i++)
		if (stays(&b->artifacts[i], doomed[i]) &&
			backup_copy(&c, b, b->artifacts[i].repo_id) &&
			c.state == BKS_STATE_LIVE && c.verdict == b->verdict)
			return true;
	return false;
}

/* false: nothing of it goes now. */
static bool choose(struct expiry *x, struct stage *st, const bks_plan_stream *s,
	const bks_plan_row *row, const bks_plan_row *only)
{
	const bks_backup *b = row->backup;
	bool any = false;

	*x = (struct expiry){.row = row,
		.doomed = arena_take(st->w->a, (b->artifact_count + 1) * sizeof *x->doomed),
		.whole = true};
	for (size_t i = 0; i < b->artifact_count; i++) {
		const bks_artifact *f = &b->artifacts[i];

		x->doomed[i] = f->state == BKS_STATE_LIVE && plan_lets_go(row, f->repo) &&
			       (!only || plan_lets_go(only, f->repo)) &&
			       may_touch(st, s, row, f);
		any = any || x->doomed[i];
		x->bytes += x->doomed[i] ? f->size : 0;
		x->whole = x->whole && !stays(f, x->doomed[i]);
	}
	if (any && !x->whole && row->action != BKS_EXPIRE && !kept_as_good(b, x->doomed)) {
		applying_refuse(st->w, "last-good-copy", s->source, b, NULL,
			"its other copies are not as good as this one");
		return false;
	}
	return any;
}

/* Nothing that a plan confirmed may have become something else meanwhile. 1: it did, and was
 * told. */
static int still_planned(struct stage *st)
{
	const bks_plan_stream *s;
	int gone = 0;
	size_t at;

	for (size_t i = 0; i < st->only->stream_count; i++)
		for (size_t k = 0; k < st->only->streams[i].row_count; k++) {
			const bks_plan_row *was = &st->only->streams[i].rows[k];
			const bks_plan_row *is =
				plan_find_row(&s, &at, &st->index, was->backup->id);

			for (size_t c = 0; c < was->copy_count; c++)
				if (was->copies[c].action == BKS_EXPIRE &&
					!plan_lets_go(is, was->copies[c].repo)) {
					applying_refuse(st->w, "not-planned",
						st->only->streams[i].source, was->backup,
						was->copies[c].repo,
						is ? arena_form(st->w->a,
							     "the plan would keep it now (%s)",
							     is->reasons[0])
						   : "it is not there any more");
					gone = 1;
				}
		}
	return gone;
}

static const bks_plan_stream *same_stream(const bks_plan *p, const bks_plan_stream *s)
{
	for (size_t i = 0; p && i < p->stream_count; i++)
		if (p->streams[i].kind == s->kind && !strcmp(p->streams[i].source, s->source))
			return &p->streams[i];
	return NULL;
}

/* The same of archived WAL. */
static int wal_planned(struct stage *st)
{
	int gone = 0;

	for (size_t i = 0; i < st->only->stream_count; i++) {
		const bks_plan_stream *was = &st->only->streams[i],
				      *is = same_stream(&st->plan, was);
		const char *label;

		if (was->wal_count && wal_still_planned(&label, was, is, st->w->a)) {
			applying_refuse(st->w, "not-planned", was->source, NULL, NULL,
				arena_form(st->w->a, "the plan would keep WAL of %s now",
					label));
			gone = 1;
		}
	}
	return gone;
}

/* The planner promised this; whoever deletes counts for himself. */
static bool leaves_enough(
	struct stage *st, const struct stream_rows *rows, const struct expiry *v, size_t n)
{
	int64_t good = 0;
	bool good_goes = false;

	for (size_t i = 0; i < rows->n; i++)
		good += keep_eligible(&rows->rows[i], rows->policy->level, st->w->opt->now);
	for (size_t i = 0; i < n; i++)
		if (v[i].whole && keep_eligible(&rows->rows[v[i].at], rows->policy->level,
					  st->w->opt->now)) {
			good--;
			good_goes = true;
		}
	return good >= (good_goes ? keep_floor_of(rows->policy) : 1);
}

static int first_of_plan(struct stage *st)
{
	const struct plan_mark p = {st->plan.hash, st->w->command, st->w->opt->run};

	if (st->id)
		return 0;
	if (st->only)
		return plan_insert(&st->id, st->w->cat,
			&(struct plan_mark){st->only->hash, p.command, p.run}, st->w->opt->now,
			st->w->err);
	return plan_insert(&st->id, st->w->cat, &p, st->w->opt->now, st->w->err);
}

static void tell(struct stage *st, const struct expiry *x)
{
	const bks_backup *b = x->row->backup;

	for (size_t i = 0; i < b->artifact_count; i++) {
		int64_t bytes = 0;
		bool first = x->doomed[i];

		for (size_t k = 0; k < b->artifact_count; k++)
			if (x->doomed[k] &&
				b->artifacts[k].repo_id == b->artifacts[i].repo_id) {
				bytes += b->artifacts[k].size;
				first = first && k >= i;
			}
		if (first)
			applying_act(st->w, b, b->artifacts[i].repo, "live", "condemned",
				x->row->reasons[0], bytes);
	}
}

static const char *reasons_of(const bks_plan_row *row, bks_arena *a)
{
	struct text t = {.arena = a};

	for (size_t i = 0; i < row->reason_count; i++)
		text_form(&t, "%s%s", i ? ", " : "", row->reasons[i]);
	return t.s;
}

static int carry_out(
	struct stage *st, const struct stream_rows *rows, const struct expiry *v, size_t n)
{
	int r = n ? first_of_plan(st) : 0;

	for (size_t i = 0; !r && i < n; i++) {
		struct doom d = {.plan = st->id,
			.doomed = v[i].doomed,
			.reasons = reasons_of(v[i].row, st->w->a),
			.purge_after = st->w->opt->now + rows->policy->grace,
			.now = st->w->opt->now,
			.hash = st->only ? st->only->hash : st->plan.hash};

		r = backup_condemn(st->w->cat, v[i].row->backup, &d, st->w->err);
		if (!r)
			tell(st, &v[i]);
	}
	return r;
}

static int write_slots(struct stage *st, size_t i)
{
	const struct stream_rows *s = &st->streams.v[i];
	const struct keep_plan *p = &st->decided[i];
	struct slot_row *v = arena_take(st->w->a, (p->slot_count + 1) * sizeof *v);

	if (!s->source || p->reference == BKS_TIME_NONE)
		return 0;
	for (size_t k = 0; k < p->slot_count; k++)
		v[k] = (struct slot_row){
			p->slots[k].tier, p->slots[k].bucket, p->slots[k].backup};
	return slots_write(st->w->cat, s->source->id, s->kind, v, p->slot_count,
		st->w->opt->now, st->w->err);
}

/* Bytes of all copies that are there: what goes is counted by copies too. */
static int64_t lying(const bks_backup *b)
{
	int64_t sum = 0;

	for (size_t i = 0; i < b->artifact_count; i++)
		if (b->artifacts[i].state == BKS_STATE_LIVE ||
			b->artifacts[i].state == BKS_STATE_SETTLING)
			sum += b->artifacts[i].size;
	return sum;
}

static int by_id(const void *x, const void *y)
{
	const struct expiry *a = x, *b = y;

	return (a->row->backup->id > b->row->backup->id) - (a->row->backup->id < b->row->backup->id);
}

static int by_key(const void *x, const void *y)
{
	const int64_t *id = x;
	const struct expiry *b = y;

	return (*id > b->row->backup->id) - (*id < b->row->backup->id);
}

/* Leaves in V, oldest first, what one run may do. */
static size_t brake(
	struct stage *st, const struct stream_rows *rows, struct expiry *v, size_t n)
{
	struct brake_item *items = arena_take(st->w->a, (n + 1) * sizeof *items);
	struct expiry *sorted = arena_take(st->w->a, (n + 1) * sizeof *sorted);
	struct expiry *ids = arena_take(st->w->a, (n + 1) * sizeof *ids);
	int64_t count = 0, bytes = 0;
	struct brake b;

	for (size_t i = 0; i < rows->n; i++)
		if (rows->rows[i].state == BKS_STATE_LIVE ||
			rows->rows[i].state == BKS_STATE_SETTLING) {
			count++;
			bytes += lying(rows->backups[i]);
		}
	for (size_t i = 0; i < n; i++)
		items[i] = (struct brake_item){
			v[i].row->backup->id, v[i].row->backup->taken_at, v[i].bytes};
	brake_decide(&b, items, n, count, bytes, rows->policy);
	memcpy(ids, v, n * sizeof *v);
	if (n)
		qsort(ids, n, sizeof *ids, by_id);
	for (size_t i = 0; i < n; i++)
		sorted[i] = *(const struct expiry *)bsearch(
			&items[i].id, ids, n, sizeof *ids, by_key);
	memcpy(v, sorted, n * sizeof *v);
	if (b.left)
		*vec_add(&st->w->waiting, st->w->a) = (bks_waiting){.source = rows->name,
			.kind = rows->kind,
			.what = "brake",
			.backups = (int64_t)b.left,
			.bytes = b.left_bytes,
			.runs = b.runs,
			.until = BKS_TIME_NONE};
	return b.take;
}

static int plan_id(int64_t *id, void *arg)
{
	struct stage *st = arg;
	int r = first_of_plan(st);

	*id = st->id;
	return r;
}

static int stage_wal(struct stage *st, size_t i)
{
	const struct wal_job job = {.stream = &st->plan.streams[i],
		.only = same_stream(st->only, &st->plan.streams[i]),
		.rows = &st->streams.v[i],
		.hash = st->only ? st->only->hash : st->plan.hash,
		.plan = plan_id,
		.arg = st};

	return st->only && !job.only ? 0 : wal_condemn_stream(st->w, &job);
}

/* Those that the plan lets go (and that was confirmed), in V. *wanted counts what would, too. */
static size_t gather(
	struct expiry *v, size_t *wanted, struct stage *st, const bks_plan_stream *s)
{
	const bks_plan_stream *of;
	size_t n = 0, at;

	for (size_t k = 0; k < s->row_count; k++) {
		const bks_plan_row *only =
			st->only ? plan_find_row(&of, &at, &st->only_index,
					   s->rows[k].backup->id)
				 : NULL;

		if (!expires(&s->rows[k]) || (st->only && (!only || !expires(only))))
			continue;
		(*wanted)++;
		if (!s->switched_on || !choose(&v[n], st, s, &s->rows[k], only))
			continue;
		v[n++].at = k;
	}
	return n;
}

static void tell_off(struct stage *st, const bks_plan_stream *s, size_t wanted)
{
	if (wanted && st->only)
		applying_refuse(st->w, "not-switched-on", s->source, NULL, NULL,
			arena_form(st->w->a,
				"retention is not switched on for %s (%s): %zu backups stay",
				s->source, bks_kind_name(s->kind), wanted));
}

static const char *frozen_text(const char *why)
{
	return strcmp(why, "floor") != 0 ? why : "none of its backups is eligible";
}

/* Who waits for it to do something is told why it does nothing. */
static void tell_frozen(struct stage *st, const bks_plan_stream *s)
{
	if (s->frozen && s->row_count && strcmp(s->frozen, "no-policy") != 0)
		applying_refuse(st->w, "frozen", s->source, NULL, NULL,
			arena_form(st->w->a, "nothing of it (%s) is let go: %s",
				bks_kind_name(s->kind), frozen_text(s->frozen)));
}

static int stage_stream(struct stage *st, size_t i)
{
	const bks_plan_stream *s = &st->plan.streams[i];
	const struct stream_rows *rows = &st->streams.v[i];
	struct expiry *v = arena_take(st->w->a, (s->row_count + 1) * sizeof *v);
	size_t wanted = 0, n = gather(v, &wanted, st, s);
	int r;

	if (!s->switched_on) {
		tell_off(st, s, wanted);
		return 0;
	}
	tell_frozen(st, s);
	if (n && !st->only)
		n = brake(st, rows, v, n);
	if (n && !leaves_enough(st, rows, v, n)) {
		applying_refuse(st->w, "floor", s->source, NULL, NULL,
			"too few good backups would be left: nothing of it is let go");
		return 0;
	}
	r = n || !st->only || wanted ? write_slots(st, i) : 0;
	if (!r)
		r = carry_out(st, rows, v, n);
	return r ? r : stage_wal(st, i);
}

static int stage_all(struct applying *w, void *arg)
{
	struct stage *st = arg;
	int r = hold_release_expired(w->cat, w->opt->now, w->err);

	w->actions.n = st->actions;
	w->refused.n = st->refused;
	w->waiting.n = st->waiting;
	w->out->wal_condemned = 0;
	st->id = 0;
	if (!r)
		r = streams_load(&st->streams, w->cat, NULL, w->a, w->err);
	if (!r)
		r = retain_plan(&st->plan, &st->decided, w->cat, &st->streams, w->opt->now,
			w->a, w->err);
	if (!r)
		plan_index_make(&st->index, &st->plan, w->a);
	if (!r && st->only)
		plan_index_make(&st->only_index, st->only, w->a);
	if (!r && st->only && (still_planned(st) || wal_planned(st)))
		return 0;
	for (size_t i = 0; !r && i < st->plan.stream_count; i++)
		r = stage_stream(st, i);
	return r;
}

/* Room for what will be moved, made while there is some. */
static void make_trash(struct applying *w)
{
	for (size_t i = 0; i < w->places.n; i++)
		if (w->places.v[i]->s && !w->places.v[i]->why &&
			!w->places.v[i]->repo->read_only)
			(void)!store_trash_make(w->places.v[i]->s, NULL);
}

int condemn(struct applying *w, const struct condemn_job *job)
{
	struct stage st = {.w = w,
		.only = job->only,
		.actions = w->actions.n,
		.refused = w->refused.n,
		.waiting = w->waiting.n};
	int r = applying_step(w, stage_all, &st);

	if (r < 0) {
		w->actions.n = st.actions;
		return r;
	}
	memcpy(w->out->hash, job->only ? job->only->hash : st.plan.hash, sizeof w->out->hash);
	for (size_t i = st.actions; i < w->actions.n; i++)
		w->out->condemned += w->actions.v[i].backup_id != 0;
	if (st.id)
		make_trash(w);
	return 0;
}
