/* The runs of archived WAL that belong to a stream of base backups, and what of them stays. */
#include "work/planwal.h"
#include "catalog/wal_rows.h"
#include "policy/walkeep.h"
#include <string.h>

static size_t needs_of(struct wal_need *v, const struct stream_rows *s, const struct keep_plan *plan)
{
	size_t n = 0;

	for (size_t i = 0; i < s->n; i++) {
		const bks_physical *p = s->backups[i]->physical;
		struct wal_need *k = &v[n];

		if (plan->rows[i].action == BKS_EXPIRE)
			continue;
		n++;
		*k = (struct wal_need){.backup = s->backups[i]->id};
		if (p)
			*k = (struct wal_need){.backup = s->backups[i]->id, .system_id = p->system_id, .timeline = p->timeline,
				.start = p->start_lsn, .stop = p->stop_lsn};
		for (size_t r = 0; r < plan->rows[i].reason_count; r++)
			k->anchor = k->anchor || !strcmp(plan->rows[i].reasons[r], "anchor");
	}
	return n;
}

static int forks_of(struct wal_fork **out, size_t *n, bks_catalog *cat, const bks_repos *repos, const bks_wal_run *w, bks_arena *a,
	bks_error *err)
{
	const struct wal_fork_row *rows = NULL;
	int r = 0;

	*n = 0;
	for (size_t i = 0; i < repos->n && !r; i++)
		if (!strcmp(repos->v[i].name, w->repo))
			r = wal_fork_list(&rows, n, cat, repos->v[i].id, w->folder, a, err);
	*out = arena_take(a, (*n + 1) * sizeof **out);
	for (size_t i = 0; i < *n && !r; i++)
		(*out)[i] = (struct wal_fork){rows[i].timeline, rows[i].ancestor, rows[i].lsn};
	return r;
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
	*out = (bks_plan_wal){w->id, w->repo, w->folder, w->system_id, w->timeline, w->segment_size, v, kept->n};
}

int plan_wal(bks_plan_stream *out, bks_catalog *cat, const struct stream_rows *s, const struct keep_plan *plan, bks_arena *a,
	bks_error *err)
{
	struct wal_need *needs = arena_take(a, (s->n + 1) * sizeof *needs);
	size_t need_count;
	bks_plan_wal *v;
	bks_repos repos;
	bks_wal all;
	int r;

	if (s->kind != BKS_KIND_PHYSICAL || !s->source)
		return 0;
	r = bks_wal_list(&all, cat, NULL, s->name, a, err);
	if (!r)
		r = bks_repo_list(&repos, cat, a, err);
	if (r)
		return r;
	need_count = needs_of(needs, s, plan);
	v = arena_take(a, (all.run_count + 1) * sizeof *v);
	for (size_t i = 0; i < all.run_count && !r; i++) {
		const bks_wal_run *w = &all.runs[i];
		const struct wal_stretch run = {w->system_id, w->timeline, w->segment_size, w->start_lsn, w->end_lsn};
		struct wal_fork *forks;
		struct wal_kept kept;
		size_t n;

		r = forks_of(&forks, &n, cat, &repos, w, a, err);
		if (r)
			break;
		wal_keep(&kept, &run, needs, need_count, forks, n, plan->frozen, a);
		fill(&v[i], w, &kept, a);
	}
	out->wal = v;
	out->wal_count = all.run_count;
	return r;
}
