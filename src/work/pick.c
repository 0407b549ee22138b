/* Restore points: rows of the catalog, chosen by policy, told with the commands that bring them back. */
#include "backstay/restore.h"
#include "base/text.h"
#include "base/vec.h"
#include "work/commands.h"
#include "work/resttime.h"
#include "work/streams.h"
#include <stdlib.h>
#include <string.h>

static int candidates(struct point_candidate **out, const struct stream_rows *s, bks_catalog *cat, const bks_wish *w,
	bks_arena *a, bks_error *err)
{
	struct point_candidate *v = *out = arena_take(a, (s->n + 1) * sizeof *v);

	for (size_t i = 0; i < s->n; i++) {
		bks_artifact f, other;
		bool there = stream_best(&f, s->backups[i], w->without_repo);
		struct resttime t;
		int r = resttime_find(&t, cat, s->backups[i], s->backups[i]->size, a, err);

		if (r)
			return r;
		v[i] = (struct point_candidate){.b = stream_row_of(s->backups[i], there ? &f : NULL), .available = there, .restore = t.us};
		if (!there)
			v[i].why_not = w->without_repo && stream_best(&other, s->backups[i], NULL)
				? arena_form(a, "its only copy lies in %s", w->without_repo)
				: "no copy of it is there any more";
	}
	return 0;
}

static int point_of(const bks_point **out, const bks_backup *b, bks_catalog *cat, const bks_wish *w, bks_arena *a, bks_error *err)
{
	bks_point *p = arena_one(a, bks_point);
	struct resttime t;
	bks_artifact f;
	bool there = stream_best(&f, b, w->without_repo);
	bks_time wish = w->at ? w->at : w->now;
	int r = resttime_find(&t, cat, b, b->size, a, err);

	if (r)
		return r;
	*p = (bks_point){.backup = b->id, .label = b->label, .method = "logical", .point = b->taken_at,
		.loss = wish >= b->taken_at ? wish - b->taken_at : -1, .restore = t.us,
		.restore_known_from = t.known_from, .meets_rpo = -1, .meets_rto = -1, .verdict = there ? f.verdict : b->verdict};
	if (there)
		commands_restore(p, b, &f, cat, a);
	*out = p;
	return 0;
}

/* All kinds that are one instant each stand in one row: logical dumps, SQLite copies, plain files. */
static void join(struct stream_rows *out, const struct stream_list *l, bks_arena *a)
{
	size_t n = 0;

	*out = l->n ? l->v[0] : (struct stream_rows){0};
	for (size_t i = 0; i < l->n; i++)
		n += l->v[i].n;
	out->backups = arena_take(a, (n + 1) * sizeof *out->backups);
	out->rows = arena_take(a, (n + 1) * sizeof *out->rows);
	out->n = 0;
	for (size_t i = 0; i < l->n; i++)
		for (size_t k = 0; k < l->v[i].n; k++) {
			out->backups[out->n] = l->v[i].backups[k];
			out->rows[out->n++] = l->v[i].rows[k];
		}
}

static void tell_rejected(bks_picked *out, const struct stream_rows *s, const struct point_choice *c, bks_arena *a)
{
	bks_rejected *v = arena_take(a, (s->n + 1) * sizeof *v);

	for (size_t i = 0; i < s->n; i++)
		if ((ptrdiff_t)i != c->choice)
			v[out->rejected_count++] = (bks_rejected){s->backups[i]->id, s->backups[i]->label, c->reasons[i]};
	out->rejected = v;
}

static int load(struct stream_rows *all, bks_wish *w, bks_catalog *cat, const bks_source **s, bks_arena *a,
	bks_error *err)
{
	struct stream_list l;
	int r = bks_source_find(s, cat, w->source, a, err);

	if (r)
		return r < 0 ? r : fail(err, BKS_E_USAGE, "no source is called %s", bks_shown(w->source, a));
	r = streams_load(&l, cat, w->source, a, err);
	if (r)
		return r;
	join(all, &l, a);
	if (!all->policy)
		all->policy = stream_policy(cat, *s, a);
	if (!w->rpo)
		w->rpo = (*s)->rpo;
	if (!w->rto)
		w->rto = (*s)->rto;
	return 0;
}

int bks_pick(bks_picked *out, bks_catalog *cat, const bks_wish *wish, bks_arena *a, bks_error *err)
{
	struct stream_rows all;
	struct point_candidate *v;
	struct point_choice c;
	const bks_source *s;
	const bks_point *chosen;
	bks_wish w = *wish;
	bks_point *p;
	int r = load(&all, &w, cat, &s, a, err);

	*out = (bks_picked){0};
	if (!r)
		r = candidates(&v, &all, cat, &w, a, err);
	if (r)
		return r;
	point_pick(&c, v, all.n, &w, all.policy->level, a);
	if (c.before >= 0)
		r = point_of(&out->before, all.backups[c.before], cat, &w, a, err);
	if (!r && c.after >= 0)
		r = point_of(&out->after, all.backups[c.after], cat, &w, a, err);
	if (!r && c.choice >= 0)
		r = point_of(&chosen, all.backups[c.choice], cat, &w, a, err);
	if (r)
		return r;
	tell_rejected(out, &all, &c, a);
	if (c.choice < 0)
		return 1;
	p = arena_one(a, bks_point);
	*p = *chosen;
	p->loss = c.loss;
	p->meets_rpo = c.meets_rpo;
	p->meets_rto = c.meets_rto;
	out->choice = p;
	return c.partial || p->meets_rpo == 0 || p->meets_rto == 0;
}

static int ascending(const void *x, const void *y)
{
	const bks_time *a = x, *b = y;

	return (*a > *b) - (*a < *b);
}

static bool holds(const struct keep_backup *k, bool rows_alone)
{
	return k->content == BKS_CONTENT_FULL || k->content == BKS_CONTENT_UNKNOWN ||
		(rows_alone && k->content == BKS_CONTENT_DATA);
}

/* The instants that can be brought back. Rows without tables count only where there is nothing better, as in pick. */
static size_t instants(bks_time *out, const struct stream_rows *all, bks_time now)
{
	size_t n = 0;

	for (int rows_alone = 0; rows_alone < 2 && !n; rows_alone++)
		for (size_t i = 0; i < all->n; i++)
			if (keep_eligible(&all->rows[i], all->policy->level, now) &&
				holds(&all->rows[i], rows_alone))
				out[n++] = all->rows[i].point;
	qsort(out, n, sizeof *out, ascending);
	return n;
}

int bks_gaps_find(bks_gaps *out, bks_catalog *cat, const char *source, int64_t window, bks_time now, bks_arena *a,
	bks_error *err)
{
	bks_wish w = {.source = source, .now = now};
	struct stream_rows all;
	const bks_source *s;
	bks_time *points;
	size_t n;
	int r = load(&all, &w, cat, &s, a, err);

	*out = (bks_gaps){0};
	if (r)
		return r;
	points = arena_take(a, (all.n + 1) * sizeof *points);
	n = instants(points, &all, now);
	gaps_measure(out, points, n, now - (window ? window : 30 * BKS_DAY), now, s->rpo, s->slack, a);
	if (!n)
		return 1;
	return s->rpo && out->gap_count > 0;
}
