/* Is it as much as it was? A dump that lost rows on its way out of the server is whole to its
 * last byte; only history knows. */
#include "policy/shrink.h"
#include "base/vec.h"
#include <stdlib.h>
#include <string.h>

struct judge {
	const struct row_counts *now;
	const struct shrink_night *nights;
	size_t n;
	const struct shrink_rule *rule;
	const bks_requirement **required; /* by name */
	bks_arena *arena;
	VEC(struct shrink_found) found;
	bool error;
};

static int by_name(const void *x, const void *y)
{
	const bks_requirement *a = *(const bks_requirement *const *)x,
			      *b = *(const bks_requirement *const *)y;
	int c = strcmp(a->schema, b->schema);

	return c ? c : strcmp(a->name, b->name);
}

static void sort_required(struct judge *j)
{
	size_t n = j->rule->require_count;

	j->required = arena_take(j->arena, (n + 1) * sizeof *j->required);
	for (size_t i = 0; i < n; i++)
		j->required[i] = &j->rule->require[i];
	if (n)
		qsort(j->required, n, sizeof *j->required, by_name);
}

static const bks_requirement *required(const struct judge *j, const struct row_count *t)
{
	bks_requirement wanted = {.schema = t->schema ? t->schema : "", .name = t->name};
	const bks_requirement *key = &wanted, **at;

	at = j->rule->require_count ? bsearch(&key, j->required, j->rule->require_count,
					      sizeof *j->required, by_name)
				    : NULL;
	return at ? *at : NULL;
}

static void tell(struct judge *j, enum shrink_kind kind, const struct row_count *t, int64_t now,
	int64_t before)
{
	*vec_add(&j->found, j->arena) = (struct shrink_found){
		.kind = kind, .table = t, .now = now, .before = before, .nights = j->n};
	j->error = j->error || kind != SHRINK_GONE;
}

/* What a table held in each night that had it. */
struct past {
	int64_t rows[SHRINK_NIGHTS];
	size_t n;
	int64_t last, median, least;
	size_t had; /* nights that had it, with data or without */
};

static int by_rows(const void *x, const void *y)
{
	int64_t a = *(const int64_t *)x, b = *(const int64_t *)y;

	return (a > b) - (a < b);
}

static void sum_past(struct past *p)
{
	p->last = p->n ? p->rows[0] : 0;
	if (p->n)
		qsort(p->rows, p->n, sizeof *p->rows, by_rows);
	p->least = p->n ? p->rows[0] : 0;
	p->median = p->n ? p->rows[(p->n - 1) / 2] : 0;
}

static struct past past_of(const struct judge *j, const struct row_count *t)
{
	struct past p = {0};

	for (size_t i = 0; i < j->n; i++) {
		const struct row_count *was =
			rowcount_find(&j->nights[i].counts, t->database, t->schema, t->name);

		p.had += was != NULL;
		if (was && was->rows >= 0)
			p.rows[p.n++] = was->rows;
	}
	sum_past(&p);
	return p;
}

/* What a table may lose by a limit of its own, the sum does not cry over. */
static bool has_own_limit(const void *arg, const struct row_count *t)
{
	const bks_requirement *q = required(arg, t);

	return q && q->max_shrink_pct;
}

static struct past past_of_all(const struct judge *j)
{
	struct past p = {0};

	for (size_t i = 0; i < j->n; i++)
		p.rows[p.n++] = rowcount_all(&j->nights[i].counts, has_own_limit, j);
	sum_past(&p);
	return p;
}

struct limit {
	int pct;
	bool said;
};

static struct limit limit_of(const struct shrink_rule *rule, const bks_requirement *q)
{
	int pct = q && q->max_shrink_pct ? q->max_shrink_pct : rule->max_shrink_pct;

	return pct ? (struct limit){pct, true} : (struct limit){SHRINK_PCT, false};
}

static bool too_few(int64_t now, int64_t before, const struct past *p, struct limit l)
{
	if (now >= rowcount_less(before, l.pct))
		return false;
	return l.said || (before - now >= SHRINK_NOISE && now < p->least);
}

static void judge_rows(struct judge *j, enum shrink_kind kind, const struct row_count *t,
	int64_t now, const struct past *p, struct limit l)
{
	bool by_last = too_few(now, p->last, p, l);

	if (!by_last && !too_few(now, p->median, p, l))
		return;
	tell(j, kind, t, now, by_last ? p->last : p->median);
	j->found.v[j->found.n - 1].limit = l.pct;
	j->found.v[j->found.n - 1].median = !by_last;
}

static void judge_table(struct judge *j, const struct row_count *t)
{
	const struct row_count *is = rowcount_find(j->now, t->database, t->schema, t->name);
	const bks_requirement *q = required(j, t);
	struct limit l = limit_of(j->rule, q);
	struct past p;
	int64_t now;

	if ((t->part && !(q && q->max_shrink_pct)) || !is)
		return;
	now = is->rows < 0 ? 0 : is->rows;
	if (t->rows <= 0 || l.pct >= 100 || (q && !is->data))
		return;
	p = past_of(j, t);
	if (!now && p.least > 0)
		tell(j, SHRINK_EMPTIED, t, is->rows, p.last);
	else
		judge_rows(j, SHRINK_DROPPED, t, now, &p, l);
}

static void judge_total(struct judge *j)
{
	struct limit l = limit_of(j->rule, NULL);
	struct past p;

	if (j->error || l.pct >= 100)
		return;
	p = past_of_all(j);
	judge_rows(j, SHRINK_TOTAL, NULL, rowcount_all(j->now, has_own_limit, j), &p, l);
}

static void judge_gone(struct judge *j, const struct row_count *t)
{
	if (t->part || required(j, t) || rowcount_find(j->now, t->database, t->schema, t->name))
		return;
	if (past_of(j, t).had == j->n)
		tell(j, SHRINK_GONE, t, -1, t->rows);
}

static size_t window(const struct shrink_night *v, size_t n)
{
	n = n < SHRINK_NIGHTS ? n : SHRINK_NIGHTS;
	for (size_t i = 0; i < n; i++)
		if (v[i].accepted)
			return i + 1;
	return n;
}

void shrink_judge(const struct shrink_found **out, size_t *n, const struct row_counts *now,
	const struct shrink_night *nights, size_t night_count, const struct shrink_rule *rule,
	bks_arena *a)
{
	struct judge j = {.now = now, .nights = nights, .rule = rule, .arena = a};
	const struct row_counts *last = &nights[0].counts;

	j.n = window(nights, night_count);
	sort_required(&j);
	for (size_t i = 0; i < last->n; i++)
		judge_table(&j, &last->v[i]);
	judge_total(&j);
	for (size_t i = 0; i < last->n; i++)
		judge_gone(&j, &last->v[i]);
	*out = j.found.v;
	*n = j.found.n;
}

static uint64_t change(const struct shrink_delta *d)
{
	int64_t x = d->before < 0 ? 0 : d->before, y = d->now < 0 ? 0 : d->now;

	return x > y ? (uint64_t)x - (uint64_t)y : (uint64_t)y - (uint64_t)x;
}

struct ranked {
	struct shrink_delta d;
	size_t at;
};

static int largest_first(const void *x, const void *y)
{
	const struct ranked *a = x, *b = y;
	uint64_t c = change(&a->d), d = change(&b->d);

	if (c != d)
		return c < d ? 1 : -1;
	return (a->at > b->at) - (a->at < b->at);
}

/* Those of X, and what Y has of each; TURNED: X is the later one, and only what Y lacks is
 * taken. */
static void add_deltas(struct ranked *v, size_t *n, const struct row_counts *x,
	const struct row_counts *y, bool turned)
{
	for (size_t i = 0; i < x->n; i++) {
		const struct row_count *t = &x->v[i];
		const struct row_count *o = rowcount_find(y, t->database, t->schema, t->name);
		int64_t other = o ? o->rows : -1;
		struct shrink_delta d = {t, turned ? other : t->rows, turned ? t->rows : other};

		if (t->part || (turned && o) || (o && d.before == d.now))
			continue;
		v[*n] = (struct ranked){d, *n};
		++*n;
	}
}

void shrink_deltas(struct shrink_delta **out, size_t *n, const struct row_counts *before,
	const struct row_counts *now, bks_arena *a)
{
	struct ranked *v = arena_take(a, (before->n + now->n + 1) * sizeof *v);

	*n = 0;
	add_deltas(v, n, before, now, false);
	add_deltas(v, n, now, before, true);
	if (*n)
		qsort(v, *n, sizeof *v, largest_first);
	*out = arena_take(a, (*n + 1) * sizeof **out);
	for (size_t i = 0; i < *n; i++)
		(*out)[i] = v[i].d;
}
