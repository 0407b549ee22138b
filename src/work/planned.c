/*
 * The plan that a hash names. Plans are stored nowhere: it is looked for among those that could
 * have been made, of the catalog as it is and as it was before its newest files came, at the
 * times at which a clock alone changed the answer.
 */
#include "base/text.h"
#include "policy/eligible.h"
#include "work/applying.h"
#include <stdlib.h>
#include <string.h>

enum { NEWEST = 1000, TIMES = 1000 };

struct search {
	struct applying *w;
	const char *hash;
	struct stream_list all;
	bks_hold *holds; /* by backup */
	size_t hold_count;
	int64_t *newest; /* artifacts, newest first */
	bks_time *seen;  /* when each was */
	size_t n;
	bks_time *times; /* at which a timer ended, latest first */
	size_t time_count;
	bks_arena *scratch;
};

static int by_backup(const void *x, const void *y)
{
	const bks_hold *a = x, *b = y;

	return (a->backup_id > b->backup_id) - (a->backup_id < b->backup_id);
}

static int load_holds(struct search *s)
{
	const bks_hold *all;
	int r = bks_hold_list(&all, &s->hold_count, s->w->cat, true, s->w->a, s->w->err);

	if (r || !s->hold_count)
		return r;
	s->holds = arena_take(s->w->a, s->hold_count * sizeof *s->holds);
	memcpy(s->holds, all, s->hold_count * sizeof *s->holds);
	qsort(s->holds, s->hold_count, sizeof *s->holds, by_backup);
	return 0;
}

static size_t first_hold(const struct search *s, int64_t backup)
{
	size_t from = 0, to = s->hold_count;

	while (from < to) {
		size_t mid = from + (to - from) / 2;

		if (s->holds[mid].backup_id < backup)
			from = mid + 1;
		else
			to = mid;
	}
	return from;
}

static bool was_held(const struct search *s, int64_t backup, bks_time at)
{
	for (size_t i = first_hold(s, backup);
		i < s->hold_count && s->holds[i].backup_id == backup; i++) {
		const bks_hold *h = &s->holds[i];

		if (h->created <= at && (h->until == BKS_TIME_NONE || h->until > at) &&
			(h->released == BKS_TIME_NONE || h->released > at))
			return true;
	}
	return false;
}

/* B without the files that came from the artifact FROM on. NULL: nothing is left. */
static const bks_backup *before(const bks_backup *b, int64_t from, bks_arena *a)
{
	bks_backup *c;
	size_t n = 0;

	while (n < b->artifact_count && b->artifacts[n].id < from)
		n++;
	if (n == b->artifact_count)
		return b;
	if (!n)
		return NULL;
	c = arena_one(a, bks_backup);
	*c = *b; /* artifacts come in the order of their ids */
	c->artifact_count = n;
	return c;
}

static void stream_before(struct stream_rows *out, const struct stream_rows *s,
	const struct search *f, int64_t from, bks_time at)
{
	*out = *s;
	out->backups = arena_take(f->scratch, (s->n + 1) * sizeof *out->backups);
	out->rows = arena_take(f->scratch, (s->n + 1) * sizeof *out->rows);
	out->n = 0;
	for (size_t i = 0; i < s->n; i++) {
		const bks_backup *b = before(s->backups[i], from, f->scratch);

		if (!b)
			continue;
		out->backups[out->n] = b;
		out->rows[out->n] = b == s->backups[i] ? s->rows[i] : stream_row(b);
		if (at < f->w->opt->now)
			out->rows[out->n].held = was_held(f, b->id, at);
		out->n++;
	}
}

/* Plans are of all streams, or of one source, and then they are what that source has in the
 * plan of all. 0: this is it; 1: it is not. */
static int try_list(
	bks_plan *out, const struct search *s, const struct stream_list *l, bks_time at)
{
	int r = retain_plan(out, NULL, s->w->cat, l, at, s->scratch, s->w->err);

	if (r || !strcmp(out->hash, s->hash))
		return r;
	for (size_t i = 0, k; i < l->n; i = k) {
		struct stream_list one = {.v = &l->v[i]};
		bks_plan p = {.streams = &out->streams[i]};

		for (k = i; k < l->n && !strcmp(l->v[k].name, l->v[i].name); k++)
			one.n++;
		p.stream_count = one.n;
		if (one.n < l->n)
			retain_hash(&p, &one, s->scratch);
		if (!strcmp(p.hash, s->hash))
			return retain_plan(
				out, NULL, s->w->cat, &one, at, s->scratch, s->w->err);
	}
	return 1;
}

static int try_one(bks_plan *out, const struct search *s, int64_t from, bks_time at)
{
	struct stream_list l = {.v = arena_take(s->scratch, (s->all.n + 1) * sizeof *l.v)};

	for (size_t i = 0; i < s->all.n; i++) {
		stream_before(&l.v[l.n], &s->all.v[i], s, from, at);
		l.n += l.v[l.n].n > 0;
	}
	return try_list(out, s, &l, at);
}

static int try_at(bks_plan *out, struct search *s, int64_t from, bks_time at)
{
	bks_arena *keep = bks_arena_new();
	int r;

	s->scratch = keep;
	r = try_one(out, s, from, at);
	if (r) {
		bks_arena_free(keep);
	} else {
		arena_adopt(s->w->a, keep);
	}
	return r;
}

/* Without what came from FROM on: between SINCE and UNTIL. */
static int try_between(
	bks_plan *out, struct search *s, int64_t from, bks_time since, bks_time until)
{
	int r = try_at(out, s, from, until);

	for (size_t i = 0; r > 0 && i < s->time_count && !applying_stopped(s->w); i++)
		if (s->times[i] > since && s->times[i] <= until)
			r = try_at(out, s, from, s->times[i] - 1);
	return r;
}

static int latest_first(const void *x, const void *y)
{
	const int64_t *a = x, *b = y;

	return (*a < *b) - (*a > *b);
}

struct came {
	int64_t id;
	bks_time at;
};

static int came_last_first(const void *x, const void *y)
{
	const struct came *a = x, *b = y;

	return (a->id < b->id) - (a->id > b->id);
}

static void list_newest(struct search *s)
{
	struct came *v;
	size_t n = 0;

	for (size_t i = 0; i < s->all.n; i++)
		for (size_t k = 0; k < s->all.v[i].n; k++)
			n += s->all.v[i].backups[k]->artifact_count;
	v = arena_take(s->w->a, (n + 1) * sizeof *v);
	n = 0;
	for (size_t i = 0; i < s->all.n; i++)
		for (size_t k = 0; k < s->all.v[i].n; k++)
			for (size_t j = 0; j < s->all.v[i].backups[k]->artifact_count; j++)
				v[n++] = (struct came){s->all.v[i].backups[k]->artifacts[j].id,
					s->all.v[i].backups[k]->artifacts[j].first_seen};
	if (n)
		qsort(v, n, sizeof *v, came_last_first);
	s->n = n < NEWEST ? n : NEWEST;
	s->newest = arena_take(s->w->a, (s->n + 1) * sizeof *s->newest);
	s->seen = arena_take(s->w->a, (s->n + 1) * sizeof *s->seen);
	for (size_t i = 0; i < s->n; i++) {
		s->newest[i] = v[i].id;
		s->seen[i] = v[i].at;
	}
}

static void add_time(struct search *s, bks_time t, size_t room)
{
	if (t != BKS_TIME_NONE && t <= s->w->opt->now && s->time_count < room)
		s->times[s->time_count++] = t;
}

/* One scan proves many backups bad at one time. */
static void each_once(struct search *s)
{
	size_t n = 0;

	for (size_t i = 0; i < s->time_count; i++)
		if (!n || s->times[n - 1] != s->times[i])
			s->times[n++] = s->times[i];
	s->time_count = n;
}

static void list_times(struct search *s)
{
	size_t room = 3 * s->hold_count + 1;

	for (size_t i = 0; i < s->all.n; i++)
		room += 2 * s->all.v[i].n;
	s->times = arena_take(s->w->a, room * sizeof *s->times);
	for (size_t i = 0; i < s->hold_count; i++) {
		add_time(s, s->holds[i].created, room);
		add_time(s, s->holds[i].until, room);
		add_time(s, s->holds[i].released, room);
	}
	for (size_t i = 0; i < s->all.n; i++)
		for (size_t k = 0; k < s->all.v[i].n; k++) {
			const struct keep_backup *b = &s->all.v[i].rows[k];

			if (b->bad_since != BKS_TIME_NONE)
				add_time(s, b->bad_since + s->all.v[i].policy->failed_keep,
					room);
			if (b->point != BKS_TIME_NONE && b->point > b->registered)
				add_time(s, b->point - KEEP_AHEAD, room);
		}
	if (s->time_count)
		qsort(s->times, s->time_count, sizeof *s->times, latest_first);
	each_once(s);
	if (s->time_count > TIMES)
		s->time_count = TIMES;
}

int planned_find(bks_plan *out, struct applying *w, const char *hash)
{
	struct search s = {.w = w, .hash = hash};
	int r = streams_load(&s.all, w->cat, NULL, w->a, w->err);

	if (!r)
		r = load_holds(&s);
	if (r)
		return r;
	list_newest(&s);
	list_times(&s);
	r = try_between(out, &s, INT64_MAX, s.n ? s.seen[0] : BKS_TIME_NONE, w->opt->now);
	for (size_t i = 0; r > 0 && i < s.n && !applying_stopped(w); i++)
		r = try_between(out, &s, s.newest[i],
			i + 1 < s.n ? s.seen[i + 1] : BKS_TIME_NONE,
			s.seen[i] < w->opt->now ? s.seen[i] : w->opt->now);
	return r;
}
