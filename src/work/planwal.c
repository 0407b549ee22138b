/* The runs of archived WAL that belong to a stream of base backups, and what of them stays. */
#include "work/planwal.h"
#include "catalog/wal_condemned.h"
#include "policy/walkeep.h"
#include <string.h>

/* What is asked once for all runs of a stream. */
struct needs {
	struct wal_need *v;
	size_t n;
	const struct wal_run *runs;
	size_t run_count;
	const struct keep_plan *plan;
	bks_arena *arena;
	/* of the folder that was asked about last */
	int64_t repo;
	const char *folder;
	struct wal_fork *forks;
	size_t fork_count;
};

static void needs_of(struct needs *o, const struct stream_rows *s)
{
	for (size_t i = 0; i < s->n; i++) {
		const bks_physical *p = s->backups[i]->physical;
		struct wal_need *k = &o->v[o->n];

		if (o->plan->rows[i].action == BKS_EXPIRE)
			continue;
		o->n++;
		*k = (struct wal_need){.backup = s->backups[i]->id};
		if (p)
			*k = (struct wal_need){.backup = s->backups[i]->id, .system_id = p->system_id, .timeline = p->timeline,
				.start = p->start_lsn, .stop = p->stop_lsn};
		k->unfit = !o->plan->rows[i].eligible;
		for (size_t r = 0; r < o->plan->rows[i].reason_count; r++)
			k->anchor = k->anchor || !strcmp(o->plan->rows[i].reasons[r], "anchor");
	}
}

/* Base backups that other sources have of the same cluster, and what restores that run were promised. */
static int needs_beside(struct needs *o, bks_catalog *cat, const struct stream_rows *s, bks_time now, bks_error *err)
{
	const struct wal_holder *h;
	const struct wal_lease *l;
	size_t n, leases;
	int r = wal_holder_list(&h, &n, cat, o->arena, err);

	if (!r)
		r = wal_lease_list(&l, &leases, cat, now, o->arena, err);
	if (r)
		return r;
	o->v = arena_grow(o->arena, o->v, o->n * sizeof *o->v, (o->n + n + leases + 1) * sizeof *o->v);
	for (size_t i = 0; i < n; i++)
		if (h[i].source_id != s->source->id && h[i].start && h[i].system_id)
			o->v[o->n++] = (struct wal_need){.backup = h[i].backup, .system_id = h[i].system_id,
				.timeline = h[i].timeline, .start = h[i].start, .stop = h[i].stop, .unfit = true};
	for (size_t i = 0; i < leases; i++)
		o->v[o->n++] = (struct wal_need){.backup = l[i].backup, .system_id = l[i].system_id, .timeline = l[i].timeline,
			.start = l[i].from, .stop = l[i].to, .lease = true};
	return 0;
}

static int forks_of(struct needs *o, bks_catalog *cat, const struct wal_run *w, bks_error *err)
{
	const struct wal_fork_row *rows = NULL;
	size_t n;
	int r;

	if (o->folder && o->repo == w->repo_id && !strcmp(o->folder, w->run.folder))
		return 0;
	r = wal_fork_list(&rows, &n, cat, w->repo_id, w->run.folder, o->arena, err);
	if (r)
		return r;
	o->repo = w->repo_id;
	o->folder = w->run.folder;
	o->fork_count = n;
	o->forks = arena_take(o->arena, (n + 1) * sizeof *o->forks);
	for (size_t i = 0; i < n; i++)
		o->forks[i] = (struct wal_fork){rows[i].timeline, rows[i].ancestor, rows[i].lsn};
	return 0;
}

/* Names tell no cluster: where two lie in one folder, on one timeline, nobody can say by its name whose a file is. They come by
 * folder, then cluster. */
static bool is_mixed(const struct needs *o, size_t at)
{
	const bks_wal_run *w = &o->runs[at].run;

	for (int step = -1; step <= 1; step += 2)
		for (size_t i = at + (size_t)step; i < o->run_count && o->runs[i].repo_id == o->runs[at].repo_id &&
						   !strcmp(o->runs[i].run.folder, w->folder);
			i += (size_t)step)
			if (o->runs[i].run.timeline == w->timeline &&
				(o->runs[i].run.system_id != w->system_id || o->runs[i].run.segment_size != w->segment_size))
				return true;
	return false;
}

static void fill(bks_plan_wal *out, const bks_wal_run *w, const struct wal_kept *kept, bks_arena *a)
{
	bks_plan_wal_part *v = arena_take(a, (kept->n + 1) * sizeof *v);

	for (size_t i = 0; i < kept->n; i++) {
		const struct wal_part *p = &kept->parts[i];
		int64_t segments = w->segment_size ? (int64_t)((p->to - p->from) / w->segment_size) : 0;

		v[i] = (bks_plan_wal_part){p->from, p->to, p->stays ? BKS_KEEP : BKS_EXPIRE, p->reason, segments,
			w->segments ? (int64_t)((double)w->bytes / (double)w->segments * (double)segments) : 0};
	}
	*out = (bks_plan_wal){w->id, w->repo, w->folder, w->system_id, w->timeline, w->segment_size, w->last_seen, v, kept->n};
}

int plan_wal(bks_plan_stream *out, bks_catalog *cat, const struct stream_rows *s, const struct keep_plan *plan, bks_time now,
	bks_arena *a, bks_error *err)
{
	struct needs o = {.v = arena_take(a, (s->n + 1) * sizeof *o.v), .plan = plan, .arena = a};
	struct wal_runs all;
	bks_plan_wal *v;
	int r;

	if (s->kind != BKS_KIND_PHYSICAL || !s->source)
		return 0;
	r = wal_run_list_source(&all, cat, s->name, a, err);
	if (r || !all.n)
		return r;
	o.runs = all.v;
	o.run_count = all.n;
	needs_of(&o, s);
	r = needs_beside(&o, cat, s, now, err);
	v = arena_take(a, (all.n + 1) * sizeof *v);
	for (size_t i = 0; i < all.n && !r; i++) {
		const bks_wal_run *w = &all.v[i].run;
		const struct wal_stretch run = {w->system_id, w->timeline, w->segment_size, w->start_lsn, w->end_lsn};
		struct wal_kept kept;

		r = forks_of(&o, cat, &all.v[i], err);
		if (r)
			break;
		wal_keep(&kept, &run, o.v, o.n, o.forks, o.fork_count,
			plan->frozen ? plan->frozen : is_mixed(&o, i) ? "another cluster's log in its folder" : NULL, a);
		fill(&v[i], w, &kept, a);
	}
	out->wal = v;
	out->wal_count = all.n;
	return r;
}
