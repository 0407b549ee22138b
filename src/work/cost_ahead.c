/* From the catalog's rows to nights to come: which backups come regularly, how large they grow,
 * and what they cost where they lie. */
#include "base/auto.h"
#include "base/vec.h"
#include "work/cost.h"
#include "work/streams.h"
#include <stdlib.h>
#include <string.h>

bks_time cost_since(const bks_artifact *f)
{
	return f->mtime != BKS_TIME_NONE && f->mtime < f->first_seen ? f->mtime : f->first_seen;
}

static bks_time stored(const bks_backup *b)
{
	bks_time last = b->first_seen;
	bool any = false;

	for (size_t i = 0; i < b->artifact_count; i++) {
		const bks_artifact *f = &b->artifacts[i];

		if (artifact_lies(f) && (!any || cost_since(f) > last)) {
			last = cost_since(f);
			any = true;
		}
	}
	return last;
}

/* ---- what comes ---- */

struct seen {
	const struct keep_backup *b;
	bool live;
};

typedef VEC(struct seen) seen_list;

static int oldest_first(const void *x, const void *y)
{
	const struct seen *a = x, *b = y;

	if (a->b->point != b->b->point)
		return a->b->point > b->b->point ? 1 : -1;
	return (a->b->id > b->b->id) - (a->b->id < b->b->id);
}

static void see(seen_list *l, const struct stream_rows *s, const struct keep_backup *like,
	bool live, bks_time now, bks_arena *a)
{
	for (size_t i = 0; i < s->n; i++) {
		const struct keep_backup *b = &s->rows[i];
		bool good = live ? keep_eligible(b, s->policy->level, now)
				 : b->point != BKS_TIME_NONE && b->point <= now &&
					    b->bad_since == BKS_TIME_NONE;

		if (good && b->tier != BKS_TIER_PREDEPLOY && b->content == like->content &&
			b->incremental == like->incremental)
			*vec_add(l, a) = (struct seen){b, live};
	}
}

/* The usual time between the last of them, and the growth of all. The last ones: what was
 * thinned out before tells of the policy. */
static void measure(struct forecast_series *out, const struct seen *v, size_t n, bks_arena *a)
{
	enum { LAST = 8 };
	bks_time *points = arena_take(a, (n + 1) * sizeof *points);
	int64_t *sizes = arena_take(a, (n + 1) * sizeof *sizes);
	size_t from = n > LAST ? n - LAST : 0;

	for (size_t k = 0; k < n; k++) {
		points[k] = v[k].b->point;
		sizes[k] = v[k].b->size;
	}
	out->every = due_interval(points + from, n - from);
	out->growth = forecast_growth(points, sizes, n);
}

/* One like the newest, as it will come: nobody holds it, and all that lies of it is good. */
static struct keep_backup coming(const struct keep_backup *like, bks_arena *a)
{
	struct keep_copy *v = arena_take(a, (like->copy_count + 1) * sizeof *v);
	struct keep_backup b = *like;
	size_t n = 0;

	for (size_t c = 0; c < like->copy_count; c++)
		if (like->copies[c].there) {
			v[n] = like->copies[c];
			v[n].locked = 0;
			v[n++].good = true;
		}
	b.copies = v;
	b.copy_count = n;
	b.state = BKS_STATE_LIVE;
	b.tier = BKS_TIER_AUTO;
	b.held = b.acked = false;
	b.suspicion = NULL;
	b.same = b.parent = 0;
	b.source_confirmed = b.point_confirmed = true;
	return b;
}

/* false: they come no more, or nobody can tell how often. */
static bool series_of(struct forecast_series *out, const struct stream_rows *s,
	const struct stream_rows *gone, const struct keep_backup *like, bks_time now,
	bks_arena *a)
{
	enum { STOPPED = 3 }; /* so many did not come */
	seen_list l = {0};
	int64_t patience;

	see(&l, s, like, true, now, a);
	if (gone)
		see(&l, gone, like, false, now, a);
	if (l.n)
		qsort(l.v, l.n, sizeof *l.v, oldest_first);
	*out = (struct forecast_series){.last = like->point};
	measure(out, l.v, l.n, a);
	if (!out->every && s->source)
		out->every = s->source->every;
	patience = out->every * STOPPED + (s->source ? s->source->slack : 0);
	if (out->every <= 0 || now - like->point > patience)
		return false;
	if (out->every < BKS_HOUR)
		out->every = BKS_HOUR;
	/* those that should have come meanwhile did not */
	while (out->last + out->every <= now)
		out->last += out->every;
	out->like = coming(like, a);
	return true;
}

/* The newest eligible one of each content begins a series of its own, and so does the newest
 * incremental one. */
static size_t all_series(struct forecast_series *v, const struct stream_rows *s,
	const struct stream_rows *gone, bks_time now, bks_arena *a)
{
	const struct keep_backup *newest[BKS_CONTENT_COUNT * 2] = {0};
	size_t n = 0;

	for (size_t i = 0; i < s->n; i++) {
		const struct keep_backup *b = &s->rows[i],
					 **at = &newest[b->content * 2 + b->incremental];

		if (keep_eligible(b, s->policy->level, now) && b->tier != BKS_TIER_PREDEPLOY &&
			(!*at || b->point > (*at)->point))
			*at = b;
	}
	for (size_t k = 0; k < sizeof newest / sizeof *newest; k++)
		if (newest[k] && series_of(&v[n], s, gone, newest[k], now, a))
			n++;
	return n;
}

/* ---- one stream after the other ---- */

static int stream_ahead(struct forecast_span *spans, size_t n, struct forecast_in *in,
	bks_catalog *cat, struct stream_rows *s, const struct stream_rows *gone, bks_arena *a,
	bks_error *err)
{
	struct forecast_series series[BKS_CONTENT_COUNT * 2];
	bks_time *since = arena_take(a, (s->n + 1) * sizeof *since);
	struct keep_slot *slots = NULL;
	int r = stream_slots(&slots, &in->slot_count, cat, s, a, err);

	if (!r)
		r = stream_complete(s, cat, in->now, a, err);
	if (r)
		return r;
	for (size_t i = 0; i < s->n; i++)
		since[i] = stored(s->backups[i]);
	in->rows = s->rows;
	in->stored = since;
	in->n = s->n;
	in->slots = slots;
	in->policy = s->policy;
	in->series = series;
	in->series_count = all_series(series, s, gone, in->now, a);
	forecast_run(spans, n, in, a);
	in->series = NULL; /* they were ours */
	in->series_count = 0;
	return 0;
}

static const struct forecast_terms *all_terms(size_t *n, const bks_repos *repos, bks_arena *a)
{
	VEC(struct forecast_terms) v = {0};

	for (size_t i = 0; i < repos->n; i++) {
		const bks_repo *r = &repos->v[i];
		bks_terms t;

		bks_repo_terms(&t, r, NULL);
		*vec_add(&v, a) = (struct forecast_terms){r->name, t.price_month, t.min_duration, NULL};
		for (size_t k = 0; k < r->class_count; k++) {
			bks_repo_terms(&t, r, r->classes[k].name);
			*vec_add(&v, a) = (struct forecast_terms){r->name, t.price_month, t.min_duration, r->classes[k].name};
		}
	}
	*n = v.n;
	return v.v;
}

int cost_ahead(struct forecast_span *spans, size_t n, bks_catalog *cat, const char *source,
	bks_time now, const struct cost_there *there, bks_arena *a, bks_error *err)
{
	const bks_repos *repos = there->repos;
	size_t term_count;
	const struct forecast_terms *terms = all_terms(&term_count, repos, a);
	struct forecast_in load = {.policy = bks_policy_find(bks_catalog_settings(cat), NULL),
		.now = now,
		.loads = there->loads,
		.load_count = there->load_count,
		.terms = terms,
		.term_count = term_count};
	struct stream_list l, gone;
	int r = streams_load(&l, cat, source, a, err);

	if (!r)
		r = streams_load_gone(&gone, cat, source, a, err);
	for (size_t i = 0; i < l.n && !r; i++) {
		struct forecast_in in = {.now = now, .terms = terms, .term_count = term_count};

		r = stream_ahead(
			spans, n, &in, cat, &l.v[i], stream_same(&gone, &l.v[i]), a, err);
	}
	if (!r)
		forecast_run(spans, n, &load, a);
	return r;
}
