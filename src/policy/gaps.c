/* How much would have been lost at each moment of a window. */
#include "base/vec.h"
#include "policy/policy.h"
#include <stdlib.h>

struct measure {
	bks_gaps *out;
	int64_t limit;
	int64_t met, worst; /* microseconds */
	VEC(bks_gap) gaps;
	bks_arena *arena;
};

static int64_t length(bks_time from, bks_time to)
{
	return to > from ? to - from : 0;
}

/* From FROM on nothing newer could be brought back until TO; BARE: nothing at all. */
static void stretch(struct measure *m, bks_time from, bks_time to, bool bare)
{
	bks_time begin = from > m->out->from ? from : m->out->from;
	bks_time met = to - from < m->limit ? to : from + m->limit;

	if (to <= from)
		return;
	if (!bare)
		m->met += length(begin, met);
	if (to - from > m->worst) {
		m->worst = to - from;
		m->out->worst = (bks_gap){from, to};
	}
	if (!m->out->rpo || to - from > m->limit)
		*vec_add(&m->gaps, m->arena) = (bks_gap){from, to};
}

/* The spans that count are [*first, *last): from the last one that begins at or before the
 * window on, up to its end. */
static void clip(
	size_t *first, size_t *last, const bks_gap *v, size_t n, bks_time from, bks_time to)
{
	*first = 0;
	*last = n;
	while (*last > 0 && v[*last - 1].from > to)
		--*last;
	while (*first + 1 < *last && v[*first + 1].from <= from)
		++*first;
}

static int by_beginning(const void *x, const void *y)
{
	const bks_gap *a = x, *b = y;

	return (a->from > b->from) - (a->from < b->from);
}

size_t gaps_join(bks_gap *v, size_t n)
{
	size_t k = 0;

	if (n)
		qsort(v, n, sizeof *v, by_beginning);
	for (size_t i = 0; i < n; i++) {
		if (k && v[i].from <= v[k - 1].to) {
			if (v[i].to > v[k - 1].to)
				v[k - 1].to = v[i].to;
		} else {
			v[k++] = v[i];
		}
	}
	return k;
}

/* Within a span nothing would have been lost. */
static void within(struct measure *m, const bks_gap *s)
{
	bks_time from = s->from > m->out->from ? s->from : m->out->from;
	bks_time to = s->to < m->out->to ? s->to : m->out->to;

	m->met += length(from, to);
}

void gaps_measure_spans(bks_gaps *out, const bks_gap *spans, size_t n, bks_time from,
	bks_time to, int64_t rpo, int64_t slack, bks_arena *a)
{
	struct measure m = {.out = out, .limit = rpo + slack, .arena = a};
	size_t first, last;

	*out = (bks_gaps){
		.from = from, .to = to, .rpo = rpo, .slack = slack, .met_fraction = -1};
	out->spans = spans;
	out->span_count = n;
	out->worst = (bks_gap){to, to};
	clip(&first, &last, spans, n, from, to);
	if (first == last) {
		stretch(&m, from, to, true);
		out->worst = (bks_gap){BKS_TIME_NONE, to};
	} else {
		stretch(&m, from, spans[first].from, true);
		for (size_t k = first; k < last; k++) {
			within(&m, &spans[k]);
			stretch(&m, spans[k].to, k + 1 < last ? spans[k + 1].from : to, false);
		}
	}
	out->gaps = m.gaps.v;
	out->gap_count = m.gaps.n;
	if (rpo > 0 && to > from)
		out->met_fraction = (double)m.met / (double)(to - from);
}

void gaps_measure(bks_gaps *out, const bks_time *points, size_t n, bks_time from, bks_time to,
	int64_t rpo, int64_t slack, bks_arena *a)
{
	bks_gap *v = arena_take(a, (n + 1) * sizeof *v);

	for (size_t i = 0; i < n; i++)
		v[i] = (bks_gap){points[i], points[i]};
	gaps_measure_spans(out, v, n, from, to, rpo, slack, a);
}
