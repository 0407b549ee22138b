/* A base backup, its log and a target as a restore point that is told with its commands. */
#include "base/text.h"
#include "base/vec.h"
#include "work/commands.h"
#include "work/logs.h"
#include <string.h>

/* The folder of RUN as the restoring machine knows it. */
static const char *folder_of(struct logs *l, const bks_wal_run *w)
{
	const char *root = commands_root(w->repo, l->cat, l->arena);

	if (!root)
		return w->folder;
	return arena_form(l->arena, "%s%s%s", root, *w->folder ? "/" : "", w->folder);
}

struct telling {
	struct logs *l;
	const struct reach_of *r;
	VEC(struct log_range) ranges;
	VEC(const char *) folders;
};

static const char *segment(struct telling *t, uint32_t timeline, uint64_t lsn)
{
	return bks_wal_segment(arena_take(t->l->arena, BKS_WAL_SEGMENT_TEXT), timeline, lsn,
		t->r->segment_size);
}

static void add_folder(struct telling *t, const char *folder)
{
	for (size_t i = 0; i < t->folders.n; i++)
		if (!strcmp(t->folders.v[i], folder))
			return;
	*vec_add(&t->folders, t->l->arena) = folder;
}

static void add_piece(struct telling *t, const struct log_piece *p)
{
	const char *folder;

	if (p->stretch == LOG_OWN)
		return;
	folder = folder_of(t->l, &t->l->runs.v[t->r->run_of[p->stretch]].run);
	add_folder(t, folder);
	*vec_add(&t->ranges, t->l->arena) =
		(struct log_range){folder, segment(t, p->timeline, p->from),
			segment(t, p->timeline, p->to - t->r->segment_size), true, 0};
}

/* For the latest state what came since is taken, too, unless it is known to be bad. */
static void add_rest(struct telling *t)
{
	const struct log_piece *last =
		t->r->reach.n ? &t->r->reach.pieces[t->r->reach.n - 1] : NULL;
	const char *folder;

	if (!last || last->stretch == LOG_OWN || t->r->reach.cut)
		return;
	for (size_t run = t->r->run_of[last->stretch], i = 0; i < t->l->bad_counts[run]; i++)
		if (t->l->bad[run][i] >= last->to)
			return;
	folder = t->ranges.v[t->ranges.n - 1].folder;
	*vec_add(&t->ranges, t->l->arena) = (struct log_range){folder,
		segment(t, last->timeline, last->to),
		arena_form(t->l->arena, "%08XFFFFFFFFFFFFFFFF", (unsigned)last->timeline),
		false, t->r->segment_size};
}

static bks_recovery *recovery_of(struct logs *l, const struct reach_of *r,
	const struct log_answer *x, const bks_wish *wish)
{
	bks_recovery *v = arena_one(l->arena, bks_recovery);
	const struct log_reach *h = &r->reach;

	*v = (bks_recovery){.target = x->target,
		.time = x->target_time,
		.lsn = x->target_lsn,
		.name = x->target == BKS_TARGET_NAME ? wish->name : NULL,
		.timeline = r->timeline,
		.from_lsn = r->base.stop,
		.to_lsn = h->end,
		.from = r->base.stopped != BKS_TIME_NONE ? r->base.stopped : r->base.point,
		.to = h->latest_known && h->latest != BKS_TIME_NONE ? h->latest : h->reached,
		.wal_bytes = r->wal_bytes};
	if (v->to != BKS_TIME_NONE && v->from != BKS_TIME_NONE && v->to < v->from)
		v->to = v->from;
	if (x->target == BKS_TARGET_IMMEDIATE) {
		v->timeline = r->base.timeline;
		v->wal_bytes = (int64_t)(r->base.stop - r->base.start);
	}
	return v;
}

static void add_inputs(bks_point *p, struct logs *l, const struct reach_of *r)
{
	int64_t *v = arena_take(l->arena, (r->n + 1) * sizeof *v);

	for (size_t i = 0; i < r->n; i++)
		v[i] = r->chain[i]->id;
	p->inputs = v;
	p->input_count = r->n;
}

void logs_tell(bks_point *p, struct logs *l, const struct reach_of *r,
	const struct log_answer *x, const bks_wish *wish)
{
	bks_recovery *v = recovery_of(l, r, x, wish);
	struct telling t = {.l = l, .r = r};
	struct log_plan plan = {.chain = r->chain,
		.files = r->files,
		.n = r->n,
		.version = r->version,
		.recovery = v,
		.own_timeline = v->timeline == r->base.timeline,
		/* where its last record begins: it must be behind that */
		.end = r->reach.last_record ? r->reach.last_record + 1 : r->base.stop,
		.pause = wish->pause};
	uint64_t last = r->reach.end > r->base.stop ? r->reach.end : r->base.stop;

	for (size_t i = 0; i < r->reach.n; i++)
		if (x->target != BKS_TARGET_IMMEDIATE || r->reach.pieces[i].from < r->base.stop)
			add_piece(&t, &r->reach.pieces[i]);
	if (x->target == BKS_TARGET_END && !wish->at && !wish->lsn)
		add_rest(&t);
	plan.last = segment(
		&t, v->timeline, (last ? last - 1 : 0) & ~(uint64_t)(r->segment_size - 1));
	plan.ranges = t.ranges.v;
	plan.range_count = t.ranges.n;
	plan.histories = t.folders.v;
	plan.history_count = t.folders.n;
	p->method = "physical";
	p->recovery = v;
	p->note = x->note;
	add_inputs(p, l, r);
	commands_cluster(p, NULL, &plan, l->cat, l->arena);
}
