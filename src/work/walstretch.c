/* Stretches of segments without a gap, out of single files; and what is wrong between and in
 * them. */
#include "work/walruns_private.h"
#include <stdlib.h>
#include <string.h>

static int by_stretch(const void *x, const void *y)
{
	const struct wal_stretch *a = x, *b = y;

	if (a->group != b->group)
		return a->group < b->group ? -1 : 1;
	if (a->timeline != b->timeline)
		return a->timeline < b->timeline ? -1 : 1;
	return (a->start > b->start) - (a->start < b->start);
}

static bool is_odd_size(const struct wal_seen *s, uint32_t size)
{
	return !s->form && !(s->flags & (SEEN_PARTIAL | SEEN_YOUNG)) && s->size != size;
}

/* The stretch that S lengthens; the files come by timeline, then place, of all clusters at
 * once. */
static struct wal_stretch *open_one(struct walruns *w, const struct wal_seen *s, uint64_t lsn)
{
	for (size_t i = w->stretches.n; i-- > 0 && w->stretches.n - i <= w->groups.n;) {
		struct wal_stretch *t = &w->stretches.v[i];

		if (t->group + 1 == s->group && t->timeline == s->timeline && t->end == lsn &&
			!t->partial)
			return t;
	}
	return NULL;
}

/* The same segment twice, as itself and wrapped, or whole and .partial: the first one counts.
 */
static bool is_twin(const struct walruns *w, size_t i)
{
	const struct wal_seen *s = &w->f->v[i], *b;

	for (size_t k = i; k-- > 0;) {
		b = &w->f->v[k];
		if (b->timeline != s->timeline || b->log != s->log || b->seg != s->seg)
			return false;
		if (b->group == s->group)
			return true;
	}
	return false;
}

static void take(struct walruns *w, size_t i)
{
	const struct wal_seen *s = &w->f->v[i];
	const struct wal_group *g = &w->groups.v[s->group - 1];
	uint64_t lsn = walruns_lsn(s, g->size);
	struct wal_stretch *t = open_one(w, s, lsn);

	if (!t) {
		t = vec_add(&w->stretches, w->arena);
		*t = (struct wal_stretch){.group = (uint16_t)(s->group - 1),
			.timeline = s->timeline,
			.start = lsn,
			.end = lsn,
			.first = i,
			.changed = UINT64_MAX};
	}
	t->bytes += s->size;
	t->written[t->times++ % WALRUNS_TIMES] = s->written;
	if (s->written > t->newest)
		t->newest = s->written;
	if ((s->flags & SEEN_CHANGED) && lsn < t->changed)
		t->changed = lsn;
	if (!(s->flags & (SEEN_KNOWN | SEEN_CHANGED))) {
		t->news = true;
		t->added += !(s->flags & SEEN_PARTIAL);
		t->added_bytes += s->size;
	}
	if (s->flags & SEEN_PARTIAL) {
		t->partial = true;
		return;
	}
	t->end += g->size;
	w->groups.v[s->group - 1].segments++;
}

void walruns_stretch(struct walruns *w)
{
	for (size_t i = 0; i < w->f->n; i++)
		if (w->f->v[i].group && !is_twin(w, i))
			take(w, i);
	if (w->stretches.n)
		qsort(w->stretches.v, w->stretches.n, sizeof *w->stretches.v, by_stretch);
}

static int by_number(const void *x, const void *y)
{
	const uint32_t *a = x, *b = y;

	return (*a > *b) - (*a < *b);
}

int64_t walruns_usual(const struct wal_stretch *t)
{
	size_t n = t->times < WALRUNS_TIMES ? t->times : WALRUNS_TIMES;
	uint32_t v[WALRUNS_TIMES];

	if (n < 4)
		return 0;
	memcpy(v, t->written, n * sizeof *v);
	qsort(v, n, sizeof *v, by_number);
	for (size_t i = 0; i + 1 < n; i++)
		v[i] = v[i + 1] - v[i];
	qsort(v, n - 1, sizeof *v, by_number);
	return v[(n - 1) / 2] * BKS_SECOND;
}

static ptrdiff_t stretch_of(const struct walruns *w, const struct wal_seen *s, uint64_t lsn)
{
	for (size_t i = 0; i < w->stretches.n; i++) {
		const struct wal_stretch *t = &w->stretches.v[i];

		if (t->group + 1 == s->group && t->timeline == s->timeline && lsn >= t->start &&
			lsn < t->end)
			return (ptrdiff_t)i;
	}
	return -1;
}

static void judge_sizes(struct walruns *w)
{
	for (size_t i = 0; i < w->f->n; i++) {
		const struct wal_seen *s = &w->f->v[i];
		uint32_t size = s->group ? w->groups.v[s->group - 1].size : 0;

		if (size && is_odd_size(s, size))
			walruns_tell(w,
				w->told.n < WALRUNS_TOLD_MAX
					? stretch_of(w, s, walruns_lsn(s, size))
					: -1,
				walruns_segment(s, w->arena), walruns_lsn(s, size),
				"size-conflict", "%u bytes, a segment of this cluster has %u",
				s->size, size);
	}
}

static const char *name_of(
	const struct walruns *w, uint32_t timeline, uint64_t lsn, uint32_t size)
{
	return wal_name_write(arena_take(w->arena, WAL_NAME_TEXT), timeline, lsn, size);
}

static void tell_gap(
	struct walruns *w, size_t before, uint32_t timeline, uint64_t from, uint64_t to)
{
	uint32_t size = w->groups.v[w->stretches.v[before].group].size;
	uint64_t n = (to - from) / size;
	const char *first = name_of(w, timeline, from, size);

	if (n == 1)
		walruns_tell(w, (ptrdiff_t)before, first, from, "wal-gap",
			"segment %s is missing", first);
	else
		walruns_tell(w, (ptrdiff_t)before, first, from, "wal-gap",
			"%llu segments are missing: %s to %s", (unsigned long long)n, first,
			name_of(w, timeline, to - size, size));
}

/* Where the first segment from FROM on is that no deletion of ours took; TO when they took all. They come in order. */
static uint64_t behind_went(const struct walruns *w, uint64_t system_id, uint32_t timeline, uint64_t from, uint64_t to)
{
	for (size_t i = 0; i < w->went_count && from < to; i++) {
		const struct wal_went *g = &w->went[i];

		if (g->system_id == system_id && g->timeline == timeline && g->from <= from && g->to > from)
			from = g->to;
	}
	return from < to ? from : to;
}

static void judge_gap(struct walruns *w, size_t before, uint32_t timeline, uint64_t from, uint64_t to)
{
	uint64_t system_id = w->groups.v[w->stretches.v[before].group].system_id, at = behind_went(w, system_id, timeline, from, to);

	/* of a gap that was there before what lay around it went, its own part is told */
	if (at < to)
		tell_gap(w, before, timeline, at, to);
}

static void judge_gaps(struct walruns *w)
{
	for (size_t i = 0; i + 1 < w->stretches.n; i++) {
		const struct wal_stretch *a = &w->stretches.v[i], *b = a + 1;

		if (a->group == b->group && a->timeline == b->timeline && b->start > a->end)
			judge_gap(w, i, a->timeline, a->end, b->start);
	}
}

/* The last stretch of TIMELINE in GROUP, or the first one. */
static ptrdiff_t edge_of(const struct walruns *w, uint16_t group, uint32_t timeline, bool last)
{
	ptrdiff_t found = -1;

	for (size_t i = 0; i < w->stretches.n; i++)
		if (w->stretches.v[i].group == group &&
			w->stretches.v[i].timeline == timeline && (last || found < 0))
			found = (ptrdiff_t)i;
	return found;
}

/* A timeline begins with the segment that holds the place where it left its parent: the parent
 * must reach so far. */
static void judge_fork(struct walruns *w, const struct wal_fork_row *f)
{
	for (size_t g = 0; g < w->groups.n; g++) {
		ptrdiff_t parent = edge_of(w, (uint16_t)g, f->ancestor, true),
			  child = edge_of(w, (uint16_t)g, f->timeline, false);
		uint64_t fork = f->lsn - f->lsn % w->groups.v[g].size, from;

		if (parent < 0 || child < 0)
			continue;
		from = w->stretches.v[parent].end;
		if (from < fork && from < w->stretches.v[child].start)
			judge_gap(w, (size_t)parent, f->ancestor, from,
				fork < w->stretches.v[child].start
					? fork
					: w->stretches.v[child].start);
	}
}

static int judge_forks(struct walruns *w)
{
	const struct wal_fork_row *v;
	size_t n;
	int r = wal_fork_list(
		&v, &n, w->job.cat, w->job.repo->id, w->f->name, w->arena, w->err);

	for (size_t i = 0; !r && i < n; i++)
		if (i + 1 == n ||
			v[i + 1].timeline != v[i].timeline) /* its parent; the others are the
							       parent's ancestors */
			judge_fork(w, &v[i]);
	return r;
}

/* The folder is that cluster's of which most lies there. */
static void judge_strangers(struct walruns *w)
{
	int64_t most = -1;
	uint64_t owner = 0;

	for (size_t i = 0; i < w->groups.n; i++)
		if (w->groups.v[i].segments > most) {
			most = w->groups.v[i].segments;
			owner = w->groups.v[i].system_id;
		}
	for (size_t i = 0; i < w->stretches.n; i++) {
		const struct wal_stretch *t = &w->stretches.v[i];
		const struct wal_group *g = &w->groups.v[t->group];
		uint64_t n = (t->end - t->start) / g->size;

		if (g->system_id != owner)
			walruns_tell(w, (ptrdiff_t)i,
				name_of(w, t->timeline, t->start, g->size), t->start,
				"wal-foreign",
				"%llu segment%s of cluster %llu among those of %llu",
				(unsigned long long)n, n == 1 ? "" : "s",
				(unsigned long long)g->system_id, (unsigned long long)owner);
	}
}

int walruns_judge(struct walruns *w)
{
	int r = wal_went_list(&w->went, &w->went_count, w->job.cat, w->job.repo->id, w->f->name, w->arena, w->err);

	if (r)
		return r;
	judge_sizes(w);
	judge_strangers(w);
	judge_gaps(w);
	return judge_forks(w);
}
