/* The bill: the plan's copies and the WAL beside them, each at the price of where it lies.
 * Unknown stays unknown. */
#include "backstay/cost.h"
#include "backstay/wal.h"
#include "base/text.h"
#include "base/vec.h"
#include "base/zone.h"
#include "catalog/rows.h"
#include "work/cost.h"
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

typedef VEC(bks_cost_line) line_list;
typedef VEC(struct forecast_load) load_list;

struct bill {
	bks_cost *out;
	bks_repos repos;
	bks_plan plan;
	bks_wal wal;
	line_list sources, tiers, places;
	load_list loads;
	VEC(bks_cost_early) early;
	bks_arena *arena;
};

/* A repo that was dropped has no price any more. */
static bks_terms terms_of(const struct bill *b, const char *repo, const char *storage_class)
{
	bks_terms t = {-1, 0, -1, 0};

	for (size_t i = 0; i < b->repos.n; i++)
		if (!strcmp(b->repos.v[i].name, repo))
			bks_repo_terms(&t, &b->repos.v[i], storage_class);
	return t;
}

static void line_add(line_list *l, const char *name, int64_t bytes, int64_t cost, bks_arena *a)
{
	bks_cost_line *v = NULL;

	for (size_t i = 0; i < l->n && !v; i++)
		if (l->v[i].name == name ||
			(name && l->v[i].name && !strcmp(l->v[i].name, name)))
			v = &l->v[i];
	if (!v) {
		v = vec_add(l, a);
		*v = (bks_cost_line){.name = name};
	}
	v->bytes = money_add(v->bytes, bytes);
	v->cost = money_add(v->cost, cost);
}

struct lying {
	const char *repo, *storage_class; /* NULL: as its repo says */
	int64_t bytes;
};

/* Something that lies AT, kept for TIER; GOES: the plan takes it. */
static void charge(struct bill *b, const char *source, const char *tier, const struct lying *at, bool goes)
{
	int64_t bytes = at->bytes, cost = money_month(terms_of(b, at->repo, at->storage_class).price_month, bytes);
	const char *repo = at->repo;
	bks_cost *o = b->out;

	if (bytes <= 0)
		return;
	o->bytes = money_add(o->bytes, bytes);
	o->total = money_add(o->total, cost);
	o->known = cost == MONEY_UNKNOWN ? o->known : money_add(o->known, cost);
	line_add(&b->sources, source, bytes, cost, b->arena);
	line_add(&b->tiers, tier, bytes, cost, b->arena);
	line_add(&b->places, repo, bytes, cost, b->arena);
	if (goes) {
		o->bytes_saved = money_add(o->bytes_saved, bytes);
		o->saves_month = money_add(o->saves_month, cost);
	}
}

/* The first word of the strongest reason: a tier, or what else keeps it. */
static const char *tier_of(const bks_plan_copy *c, bks_arena *a)
{
	const char *r = c->reason_count ? c->reasons[0] : "";

	if (c->action == BKS_UNDECIDED)
		return "undecided";
	return arena_form(a, "%.*s", (int)strcspn(r, " :"), r);
}

/* What of a copy that goes would be billed all the same. */
static void early(struct bill *b, const bks_backup *backup, const bks_plan_copy *c)
{
	bks_cost_early e = {.backup = backup, .repo = c->repo, .until = BKS_TIME_NONE};

	for (size_t i = 0; i < backup->artifact_count; i++) {
		const bks_artifact *f = &backup->artifacts[i];
		bks_terms t = terms_of(b, c->repo, f->storage_class);
		bks_time until = cost_since(f) + t.min_duration;

		if (strcmp(f->repo, c->repo) != 0 || !artifact_lies(f) || until <= b->out->now)
			continue;
		e.charge = money_add(e.charge,
			money_span(t.price_month, f->size, until - b->out->now, MONEY_MONTH));
		e.until = until > e.until ? until : e.until;
	}
	if (e.until == BKS_TIME_NONE)
		return;
	b->out->early_deletion = money_add(b->out->early_deletion, e.charge);
	*vec_add(&b->early, b->arena) = e;
}

/* Each file at the price of its own class. */
static void charge_copy(struct bill *b, const char *source, const bks_backup *backup, const bks_plan_copy *p)
{
	const char *tier = tier_of(p, b->arena);

	for (size_t i = 0; i < backup->artifact_count; i++) {
		const bks_artifact *f = &backup->artifacts[i];

		if (!strcmp(f->repo, p->repo) && artifact_lies(f))
			charge(b, source, tier, &(struct lying){p->repo, f->storage_class, f->size}, p->action == BKS_EXPIRE);
	}
}

static void charge_rows(struct bill *b, const bks_plan_stream *s)
{
	for (size_t i = 0; i < s->row_count; i++)
		for (size_t c = 0; c < s->rows[i].copy_count; c++) {
			const bks_plan_copy *p = &s->rows[i].copies[c];
			bool goes = p->action == BKS_EXPIRE;

			charge_copy(b, s->source, s->rows[i].backup, p);
			if (goes && p->bytes > 0)
				early(b, s->rows[i].backup, p);
		}
}

static void load(struct bill *b, const char *repo, int64_t bytes, bks_time gone)
{
	if (bytes > 0)
		*vec_add(&b->loads, b->arena) = (struct forecast_load){repo, bytes, gone};
}

static int64_t going(const struct bill *b, const bks_wal_run *w, bks_time *gone)
{
	int64_t n = 0;

	for (size_t s = 0; s < b->plan.stream_count; s++)
		for (size_t k = 0; k < b->plan.streams[s].wal_count; k++) {
			const bks_plan_wal *p = &b->plan.streams[s].wal[k];

			for (size_t i = 0; p->run == w->id && i < p->part_count; i++)
				if (p->parts[i].action == BKS_EXPIRE) {
					n += p->parts[i].bytes;
					*gone = b->out->now + b->plan.streams[s].policy->grace;
				}
		}
	return n < w->bytes ? n : w->bytes;
}

/* WAL is no backup: it has a line of its own, and stays where nobody plans for it. */
static void charge_wal(struct bill *b)
{
	for (size_t i = 0; i < b->wal.run_count; i++) {
		const bks_wal_run *w = &b->wal.runs[i];
		bks_time gone = BKS_TIME_NONE;
		int64_t goes = going(b, w, &gone);

		charge(b, w->source, "wal", &(struct lying){w->repo, NULL, w->bytes - goes}, false);
		charge(b, w->source, "expired", &(struct lying){w->repo, NULL, goes}, true);
		load(b, w->repo, w->bytes - goes, BKS_TIME_NONE);
		load(b, w->repo, goes, gone);
	}
}

static int dearest_first(const void *x, const void *y)
{
	const bks_cost_line *a = x, *b = y;

	if (a->cost != b->cost)
		return a->cost < b->cost ? 1 : -1;
	if (a->bytes != b->bytes)
		return a->bytes < b->bytes ? 1 : -1;
	return strcmp(a->name ? a->name : "", b->name ? b->name : "");
}

static void put(const bks_cost_line **out, size_t *n, line_list *l)
{
	if (l->n)
		qsort(l->v, l->n, sizeof *l->v, dearest_first);
	*out = l->v;
	*n = l->n;
}

static void finish(struct bill *b)
{
	const char **unknown = arena_take(b->arena, (b->places.n + 1) * sizeof *unknown);
	const char **assumed =
		arena_take(b->arena, (b->plan.stream_count + 1) * sizeof *assumed);
	bks_cost *o = b->out;

	for (size_t i = 0; i < b->places.n; i++)
		b->places.v[i].terms = terms_of(b, b->places.v[i].name, NULL);
	put(&o->sources, &o->source_count, &b->sources);
	put(&o->tiers, &o->tier_count, &b->tiers);
	put(&o->repos, &o->repo_count, &b->places);
	for (size_t i = 0; i < o->repo_count; i++)
		if (o->repos[i].cost == MONEY_UNKNOWN)
			unknown[o->unknown_count++] = o->repos[i].name;
	for (size_t i = 0; i < b->plan.stream_count;
		i++) { /* by name: kinds of one source stand together */
		const bks_plan_stream *s = &b->plan.streams[i];
		const char *last = o->assumed_count ? assumed[o->assumed_count - 1] : NULL;

		if (!s->switched_on && (!last || strcmp(last, s->source) != 0))
			assumed[o->assumed_count++] = s->source;
	}
	o->assumed = assumed;
	o->unknown = unknown;
	o->early = b->early.v;
	o->early_count = b->early.n;
	o->net = money_less(o->saves_month, o->early_deletion);
}

static int read_all(
	struct bill *b, bks_catalog *cat, const char *source, bks_time now, bks_error *err)
{
	int r = bks_retain_plan(&b->plan, cat, source, now, b->arena, err);

	if (!r)
		r = bks_repo_list(&b->repos, cat, b->arena, err);
	if (!r)
		r = bks_wal_list(&b->wal, cat, NULL, source, b->arena, err);
	return r;
}

static void count_up(struct bill *b)
{
	for (size_t s = 0; s < b->plan.stream_count; s++)
		charge_rows(b, &b->plan.streams[s]);
	charge_wal(b);
	finish(b);
}

/* ---- months ---- */

/* The first moment of the month that is AHEAD months after T's. */
static bks_time month_start(bks_time t, int ahead)
{
	bks_civil c = zone_civil(t, NULL);

	return zone_instant(
		&(bks_civil){.year = c.year, .month = c.month + ahead, .day = 1}, NULL);
}

static void months(struct forecast_span *v, bks_cost *o, bks_arena *a)
{
	for (int i = 0; i < 12; i++) {
		bks_civil c;

		v[i] = (struct forecast_span){
			.from = month_start(o->now, i + 1), .to = month_start(o->now, i + 2)};
		v[i].month = v[i].to - v[i].from;
		c = zone_civil(v[i].from, NULL);
		o->forecast[i].month = arena_form(a, "%04d-%02d", c.year, c.month);
	}
}

int bks_cost_find(bks_cost *out, bks_catalog *cat, const char *source, bks_time now,
	bks_arena *a, bks_error *err)
{
	struct bill b = {.out = out, .arena = a};
	struct forecast_span spans[12];
	int r = read_all(&b, cat, source, now, err);

	*out = (bks_cost){.now = now};
	if (!r)
		r = catalog_currency(&out->currency, cat, a, err);
	if (r)
		return r;
	count_up(&b);
	months(spans, out, a);
	r = cost_ahead(spans, 12, cat, source, now,
		&(struct cost_there){&b.repos, b.loads.v, b.loads.n}, a, err);
	for (int i = 0; i < 12; i++) {
		out->forecast[i].bytes = spans[i].bytes;
		out->forecast[i].cost = money_add(spans[i].present, spans[i].coming);
	}
	return r;
}

/* Each month at its own length, as bills are made. */
static struct forecast_span *cut(size_t *n, bks_time now, bks_time by, bks_arena *a)
{
	VEC(struct forecast_span) v = {0};

	while (now < by) {
		bks_time first = month_start(now, 0), next = month_start(now, 1);

		*vec_add(&v, a) = (struct forecast_span){
			.from = now, .to = next < by ? next : by, .month = next - first};
		now = next;
	}
	*n = v.n;
	return v.v;
}

int bks_cost_until(int64_t *present, int64_t *coming, bks_catalog *cat, const char *source,
	bks_time now, bks_time by, bks_arena *a, bks_error *err)
{
	bks_cost unused = {.now = now};
	struct bill b = {.out = &unused, .arena = a};
	struct forecast_span *spans;
	size_t n;
	int r;

	if (by < now || by - now > 36525 * BKS_DAY)
		return fail(
			err, BKS_E_USAGE, "what is billed can be told for the next 100 years");
	r = read_all(&b, cat, source, now, err);
	if (r)
		return r;
	count_up(&b);
	spans = cut(&n, now, by, a);
	r = cost_ahead(spans, n, cat, source, now,
		&(struct cost_there){&b.repos, b.loads.v, b.loads.n}, a, err);
	*present = *coming = 0;
	for (size_t i = 0; i < n; i++) {
		*present = money_add(*present, spans[i].present);
		*coming = money_add(*coming, spans[i].coming);
	}
	return r;
}
