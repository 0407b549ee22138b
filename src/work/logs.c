/* The archived log as policy sees it: stretches that are proven, of one cluster, without what
 * lies in repos that are taken for lost. */
#include "work/logs.h"
#include "base/text.h"
#include "base/vec.h"
#include "store/store.h"
#include "work/streams.h"
#include <string.h>

bool lost_repo(const struct lost *l, const bks_repos *repos, const char *name)
{
	if ((l->repo && !strcmp(l->repo, name)) || (l->only && strcmp(l->only, name) != 0))
		return true;
	for (size_t i = 0; l->domain && i < repos->n; i++)
		if (!strcmp(repos->v[i].name, name))
			return repos->v[i].domain && !strcmp(repos->v[i].domain, l->domain);
	return false;
}

static int load_run(struct logs *l, size_t i, bks_error *err)
{
	const struct wal_run *r = &l->runs.v[i];
	int e = wal_mark_list(
		&l->marks[i], &l->mark_counts[i], l->cat, r->run.id, l->arena, err);

	if (!e)
		e = wal_fork_list(&l->forks[i], &l->fork_counts[i], l->cat, r->repo_id,
			r->run.folder, l->arena, err);
	if (!e)
		e = wal_bad_list(
			&l->bad[i], &l->bad_counts[i], l->cat, r->run.id, l->arena, err);
	return e;
}

int logs_load(struct logs *out, bks_catalog *cat, const struct lost *lost, bks_arena *a,
	bks_error *err)
{
	int e;

	*out = (struct logs){.cat = cat, .arena = a, .lost = *lost};
	e = bks_repo_list(&out->repos, cat, a, err);
	if (!e)
		e = wal_run_list_source(&out->runs, cat, NULL, a, err);
	if (e)
		return e;
	out->marks = arena_take(a, (out->runs.n + 1) * sizeof *out->marks);
	out->mark_counts = arena_take(a, (out->runs.n + 1) * sizeof *out->mark_counts);
	out->forks = arena_take(a, (out->runs.n + 1) * sizeof *out->forks);
	out->fork_counts = arena_take(a, (out->runs.n + 1) * sizeof *out->fork_counts);
	out->bad = arena_take(a, (out->runs.n + 1) * sizeof *out->bad);
	out->bad_counts = arena_take(a, (out->runs.n + 1) * sizeof *out->bad_counts);
	for (size_t i = 0; !e && i < out->runs.n; i++)
		e = load_run(out, i, err);
	return e;
}

enum { CHECKPOINT_SECONDS = 2 };

struct cutting {
	struct logs *l;
	struct reach_of *out;
	VEC(struct log_stretch) v;
	VEC(size_t) run_of;
	VEC(struct log_fork) forks;
	VEC(struct log_mark) marks;
};

static void add(struct cutting *c, size_t run, const struct log_stretch *s)
{
	if (s->to <= s->from && s->held <= s->from)
		return;
	*vec_add(&c->v, c->l->arena) = *s;
	*vec_add(&c->run_of, c->l->arena) = run;
}

/* The latest commit before the bad segment at LSN. false: nobody noted it. */
static bool before_bad(bks_time *out, const struct logs *l, size_t run, uint64_t lsn)
{
	for (size_t k = 0; k < l->mark_counts[run]; k++)
		if (l->marks[run][k].kind == WAL_MARK_BAD && l->marks[run][k].lsn == lsn) {
			*out = l->marks[run][k].time;
			return true;
		}
	*out = BKS_TIME_NONE;
	return false;
}

/* A run is cut wherever something stands against a segment of it. */
static void cut(struct cutting *c, size_t run)
{
	const bks_wal_run *w = &c->l->runs.v[run].run;
	struct log_stretch s = {.timeline = w->timeline, .from = w->start_lsn};

	for (size_t i = 0; i < c->l->bad_counts[run]; i++) {
		uint64_t bad = c->l->bad[run][i];

		if (bad < s.from || bad >= w->end_lsn)
			continue;
		s.to = s.held = bad;
		s.xact_known = before_bad(&s.last_xact, c->l, run, bad);
		add(c, run, &s);
		s.from = bad + w->segment_size;
	}
	s.to = w->proven_lsn;
	s.held = w->read_lsn >= w->proven_lsn
			 ? w->read_lsn
			 : w->proven_lsn & ~(uint64_t)(w->segment_size - 1);
	s.last_record = w->last_record > s.from ? w->last_record : 0;
	s.xact_known = w->last_record != 0;
	s.last_xact = w->last_xact;
	if (s.held < s.from)
		s.held = s.from;
	add(c, run, &s);
}

static void learn_marks(struct cutting *c, size_t run)
{
	const struct logs *l = c->l;
	const bks_wal_run *w = &l->runs.v[run].run;
	struct log_base *b = &c->out->base;

	for (size_t i = 0; i < l->mark_counts[run]; i++) {
		const struct wal_mark *m = &l->marks[run][i];

		if (m->kind == WAL_MARK_POINT && m->name)
			*vec_add(&c->marks, l->arena) =
				(struct log_mark){w->timeline, m->lsn, m->time, m->name};
		if (m->kind != WAL_MARK_STOP || m->start != b->start)
			continue;
		if (!b->stop)
			b->stop = m->lsn;
		/* all commits up to the end of that segment were read */
		if (m->lsn == b->stop && m->time != BKS_TIME_NONE)
			b->stopped = m->time > b->point ? m->time : b->point;
	}
}

static void learn_forks(struct cutting *c, size_t run, uint32_t *latest)
{
	const struct logs *l = c->l;

	if (l->runs.v[run].run.timeline > *latest)
		*latest = l->runs.v[run].run.timeline;
	for (size_t i = 0; i < l->fork_counts[run]; i++) {
		const struct wal_fork_row *f = &l->forks[run][i];
		bool known = false;

		for (size_t k = 0; k < c->forks.n; k++)
			known = known || (c->forks.v[k].timeline == f->timeline &&
						 c->forks.v[k].ancestor == f->ancestor);
		if (!known)
			*vec_add(&c->forks, l->arena) =
				(struct log_fork){f->timeline, f->ancestor, f->lsn};
		if (f->timeline > *latest)
			*latest = f->timeline;
	}
}

static void gather(struct cutting *c, uint32_t *latest)
{
	const bks_physical *p = c->out->backup->physical;

	for (size_t i = 0; i < c->l->runs.n; i++) {
		const bks_wal_run *w = &c->l->runs.v[i].run;

		if (!p->system_id || w->system_id != p->system_id ||
			w->segment_size != c->out->segment_size ||
			(p->version && w->version != p->version) ||
			lost_repo(&c->l->lost, &c->l->repos, w->repo))
			continue;
		cut(c, i);
		learn_marks(c, i);
		learn_forks(c, i, latest);
	}
}

/* What it builds on, down to a whole one. */
static void find_chain(
	struct reach_of *out, const struct logs *l, const bks_backup *const *all, size_t n)
{
	const bks_backup *b = out->backup;
	enum { LONGEST = 1000 };
	VEC(const bks_backup *) up = {0};

	while (b && up.n < LONGEST) {
		const bks_backup *below = NULL;

		*vec_add(&up, l->arena) = b;
		if (!b->physical || !b->physical->parent_lsn)
			break;
		for (size_t i = 0; i < n && b->parent_id; i++)
			if (all[i]->id == b->parent_id)
				below = all[i];
		if (!below)
			out->why_not = arena_form(l->arena,
				"its chain is not complete: backup %lld is not there",
				(long long)b->parent_id);
		b = below;
	}
	out->n = up.n;
	out->chain = arena_take(l->arena, (up.n + 1) * sizeof *out->chain);
	out->files = arena_take(l->arena, (up.n + 1) * sizeof *out->files);
	for (size_t i = 0; i < up.n; i++) {
		const bks_backup *one = up.v[up.n - 1 - i];

		out->chain[i] = one;
		if (!stream_best(&out->files[i], one, NULL))
			out->why_not = arena_form(l->arena,
				"its chain is not complete: no copy of backup %lld is there",
				(long long)one->id);
		else if (out->files[i].verdict != BKS_SOUND &&
			 out->files[i].verdict != BKS_UNPROVEN && one != out->backup)
			out->why_not = arena_form(l->arena,
				"its chain is not complete: backup %lld is %s",
				(long long)one->id, bks_verdict_name(out->files[i].verdict));
	}
}

static uint32_t timeline_of(int64_t wish, uint32_t latest, uint32_t own)
{
	if (wish == BKS_TIMELINE_CURRENT)
		return own;
	if (wish == BKS_TIMELINE_LATEST)
		return latest > own ? latest : own;
	return (uint32_t)wish;
}

/* Whether all that it needs to be consistent lies in it. */
static int carries_own(bool *own, struct logs *l, const bks_artifact *f, bks_error *err)
{
	static const char *const codes[] = {"wal-missing", "wal-gap", "wal-foreign"};
	int e = 0;

	*own = true;
	for (size_t i = 0; e >= 0 && i < sizeof codes / sizeof *codes; i++) {
		e = artifact_found(l->cat, f->id, codes[i], err);
		*own = *own && !e;
	}
	return e < 0 ? e : 0;
}

int logs_reach(struct reach_of *out, struct logs *l, const bks_backup *b,
	const bks_backup *const *all, size_t n, int64_t timeline, bks_error *err)
{
	const bks_physical *p = b->physical;
	struct cutting c = {.l = l, .out = out};
	struct log_path path;
	uint32_t latest = 0;
	int e;

	*out = (struct reach_of){.backup = b,
		.version = p->version,
		.segment_size = p->segment_size ? p->segment_size : 16U << 20};
	out->base = (struct log_base){.timeline = p->timeline,
		.start = p->start_lsn,
		.stop = p->stop_lsn,
		.stopped = BKS_TIME_NONE,
		.point = b->taken_at};
	find_chain(out, l, all, n);
	if (out->why_not)
		return 0;
	e = carries_own(&out->base.own, l, &out->files[out->n - 1], err);
	if (e)
		return e;
	/* of those before its start only the time of its checkpoint is known, in whole seconds
	 */
	if (out->base.own && b->taken_at != BKS_TIME_NONE)
		out->base.stopped = b->taken_at + CHECKPOINT_SECONDS * BKS_SECOND;
	for (size_t i = 0; i < n; i++)
		if (all[i]->physical && all[i]->physical->system_id == p->system_id &&
			all[i]->physical->timeline > latest)
			latest = all[i]->physical->timeline;
	gather(&c, &latest);
	out->timeline = timeline_of(timeline, latest, p->timeline);
	out->stretches = c.v.v;
	out->run_of = c.run_of.v;
	out->stretch_count = c.v.n;
	out->marks = c.marks.v;
	out->mark_count = c.marks.n;
	log_path_make(&path, c.forks.v, c.forks.n, out->timeline, l->arena);
	log_follow(&out->reach, &out->base, &path, c.v.v, c.v.n, out->segment_size, l->arena);
	out->wal_bytes = (int64_t)(out->reach.end - out->base.start);
	return 0;
}
