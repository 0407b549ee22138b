/* All kinds of backups of a source side by side: dumps and copies that are one instant each,
 * base backups with what their log makes of them, and what a provider says that it keeps. */
#include "work/candidates.h"
#include "base/text.h"
#include <string.h>

/* B without its copies in repos that are lost: what stands about it is what stands about the best of the others. */
static const bks_backup *without(
	const bks_backup *b, const struct candidates *c, const struct lost *l, bks_arena *a)
{
	bks_backup *out;
	bks_artifact *v, best;

	if (!l->repo && !l->domain && !l->only)
		return b;
	out = arena_one(a, bks_backup);
	v = arena_take(a, (b->artifact_count + 1) * sizeof *v);
	*out = *b;
	out->artifacts = v;
	out->artifact_count = 0;
	for (size_t i = 0; i < b->artifact_count; i++)
		if (!lost_repo(l, &c->logs.repos, b->artifacts[i].repo))
			v[out->artifact_count++] = b->artifacts[i];
	if (out->artifact_count == b->artifact_count || !stream_best(&best, out, NULL))
		return out;
	out->verdict = best.verdict;
	out->covered_failed = best.levels[BKS_COVERED] == BKS_RESULT_FAIL;
	if (out->state == BKS_STATE_LIVE)
		out->state = best.state;
	return out;
}

/* All kinds stand in one row. */
static void join(struct candidates *out, const struct stream_list *l, const struct lost *lost,
	bks_arena *a)
{
	struct stream_rows *all = &out->all;
	size_t n = 0;

	*all = l->n ? l->v[0] : (struct stream_rows){0};
	for (size_t i = 0; i < l->n; i++)
		n += l->v[i].n;
	all->backups = arena_take(a, (n + 1) * sizeof *all->backups);
	all->rows = arena_take(a, (n + 1) * sizeof *all->rows);
	out->whole = arena_take(a, (n + 1) * sizeof *out->whole);
	all->n = 0;
	for (size_t i = 0; i < l->n; i++)
		for (size_t k = 0; k < l->v[i].n; k++) {
			out->whole[all->n] = l->v[i].backups[k];
			all->backups[all->n] = without(l->v[i].backups[k], out, lost, a);
			all->rows[all->n++] = l->v[i].rows[k];
		}
}

static int reach_all(struct candidates *c, int64_t timeline, bks_arena *a, bks_error *err)
{
	int e = 0;

	c->reach = arena_take(a, (c->all.n + 1) * sizeof *c->reach);
	for (size_t i = 0; !e && i < c->all.n; i++) {
		bks_artifact f;

		c->reach[i] = (struct reach_of){0};
		if (c->all.backups[i]->physical && stream_best(&f, c->all.backups[i], NULL))
			e = logs_reach(&c->reach[i], &c->logs, c->all.backups[i],
				c->all.backups, c->all.n, timeline, err);
	}
	return e;
}

int candidates_load(
	struct candidates *out, bks_catalog *cat, bks_wish *w, bks_arena *a, bks_error *err)
{
	struct lost lost = {w->without_repo, w->without_domain, w->only_repo};
	struct stream_list l;
	int r = bks_source_find(&out->source, cat, w->source, a, err);

	if (r)
		return r < 0 ? r
			     : fail(err, BKS_E_USAGE, "no source is called %s",
				       bks_shown(w->source, a));
	r = logs_load(&out->logs, cat, &lost, a, err);
	if (!r)
		r = streams_load(&l, cat, w->source, a, err);
	if (!r)
		r = bks_window_list(
			out->windows, &out->window_count, cat, out->source->id, err);
	if (r)
		return r;
	join(out, &l, &lost, a);
	if (!out->all.policy)
		out->all.policy = stream_policy(cat, out->source, a);
	if (!w->rpo)
		w->rpo = out->source->rpo;
	if (!w->rto)
		w->rto = out->source->rto;
	return reach_all(out, w->timeline, a, err);
}
