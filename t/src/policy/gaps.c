/* How much would have been lost at each moment of a window. */
#include "base/vec.h"
#include "policy/policy.h"

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

/* The points that count are [*first, *last): from the last one at or before the window on, up
 * to its end. */
static void clip(size_t *first, size_t *last, const bks_time *points, size_t n, bks_time from,
	bks_time to)
{
	*first = 0;
	*last = n;
	while (*last > 0 && points[*last - 1] > to)
		--*last;
	while (*first + 1 < *last && points[*first + 1] <= from)
		++*first;
}

void gaps_measure(bks_gaps *out, const bks_time *points, size_t n, bks_time from, bks_time to,
	int64_t rpo, int64_t slack, bks_arena *a)
{
	struct measure m = {.out = out, .limit = rpo + slack, .arena = a};
	size_t first, last;

	*out = (bks_gaps){
		.from = from, .to = to, .rpo = rpo, .slack = slack, .met_fraction = -1};
	out->worst = (bks_gap){to, to};
	clip(&first, &last, points, n, from, to);
	if (first == last) {
		stretch(&m, from, to, true);
		out->worst = (bks_gap){BKS_TIME_NONE, to};
	} else {
		stretch(&m, from, points[first], true);
		for (size_t k = first; k < last; k++)
			stretch(&m, points[k], k + 1 < last ? points[k + 1] : to, false);
	}
	out->gaps = m.gaps.v;
	out->gap_count = m.gaps.n;
	if (rpo > 0 && to > from)
		out->met_fraction = (double)m.met / (double)(to - from);
}
