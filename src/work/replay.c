/* A catalog's history, with its tombstones, handed to the replay of another policy and of the
 * one that holds. */
#include "backstay/replay.h"
#include "base/text.h"
#include "base/vec.h"
#include "policy/replay.h"
#include "work/streams.h"
#include <stdlib.h>
#include <string.h>

struct past {
	const struct check_fact *facts; /* by backup, then time */
	size_t n;
	bks_time now;
	bks_arena *arena;
};

typedef VEC(struct replay_item) item_list;

static int rank(enum bks_verdict v)
{
	static const enum bks_verdict best_first[] = {
		BKS_SOUND, BKS_UNPROVEN, BKS_INCOMPLETE, BKS_DAMAGED};

	for (int i = 0; i < (int)(sizeof best_first / sizeof *best_first); i++)
		if (best_first[i] == v)
			return i;
	return 9;
}

/* Says something of the bytes; a look that could not look does not. */
static bool tells(const struct check_fact *f)
{
	return f->verdict != BKS_MISSING && f->verdict != BKS_UNREADABLE &&
	       f->verdict != BKS_UNKNOWN;
}

static size_t first_fact(const struct past *p, int64_t backup)
{
	size_t lo = 0, hi = p->n;

	while (lo < hi) {
		size_t mid = lo + (hi - lo) / 2;

		if (p->facts[mid].backup < backup)
			lo = mid + 1;
		else
			hi = mid;
	}
	return lo;
}

/* After the look AT, the best of what the last look at each artifact said. */
static struct replay_fact best_at(const struct check_fact *v, size_t at)
{
	const struct check_fact *best = &v[at];

	for (size_t k = at; k-- > 0;) {
		bool later = false;

		for (size_t j = k + 1; j <= at && !later; j++)
			later = v[j].artifact == v[k].artifact && tells(&v[j]);
		if (!later && tells(&v[k]) && rank(v[k].verdict) < rank(best->verdict))
			best = &v[k];
	}
	return (struct replay_fact){v[at].at, best->verdict,
		{best->levels[0], best->levels[1], best->levels[2], best->levels[3],
			best->levels[4], best->levels[5]}};
}

/* Files of a set are judged together: of those there is only what stands now. */
static bool is_set(const bks_backup *b)
{
	for (size_t i = 0; i < b->artifact_count; i++)
		if (b->artifacts[i].part != BKS_PART_NONE)
			return true;
	return false;
}

static void facts_of(struct replay_item *i, const bks_backup *b, const struct past *p)
{
	size_t from = first_fact(p, b->id), to = from, n = 0;
	struct replay_fact *v;

	while (to < p->n && p->facts[to].backup == b->id)
		to++;
	if (is_set(b))
		return;
	v = arena_take(p->arena, (to - from + 1) * sizeof *v);
	for (size_t k = from; k < to; k++)
		if (tells(&p->facts[k]) && p->facts[k].at <= p->now)
			v[n++] = best_at(p->facts + from, k - from);
	i->facts = v;
	i->fact_count = n;
}

static void add(item_list *l, const struct stream_rows *s, const struct past *p)
{
	for (size_t k = 0; k < s->n; k++) {
		const bks_backup *b = s->backups[k];
		bks_time t = b->taken_at != BKS_TIME_NONE && b->taken_at < b->first_seen
				     ? b->taken_at
				     : b->first_seen;
		struct replay_item *i;

		if (t > p->now || (b->state_reason && !strcmp(b->state_reason, "replaced")))
			continue;
		i = vec_add(l, p->arena);
		*i = (struct replay_item){.b = s->rows[k], .appeared = t, .mtime = t};
		for (size_t f = 0; f < b->artifact_count; f++)
			if (b->artifacts[f].mtime != BKS_TIME_NONE &&
				b->artifacts[f].mtime <= b->first_seen)
				i->mtime = b->artifacts[f].mtime;
		facts_of(i, b, p);
	}
}

static bks_replay_outcome told(const struct replay_outcome *r, bks_arena *a)
{
	bks_replay_night *nights = arena_take(a, (r->night_count + 1) * sizeof *nights);
	bks_replay_hole *holes = arena_take(a, (r->hole_count + 1) * sizeof *holes);

	for (size_t k = 0; k < r->night_count; k++)
		nights[k] =
			(bks_replay_night){r->nights[k].at, r->nights[k].ids, r->nights[k].n};
	for (size_t k = 0; k < r->hole_count; k++)
		holes[k] = (bks_replay_hole){r->holes[k].from, r->holes[k].to};
	return (bks_replay_outcome){r->deleted, r->good_deleted, r->kept, r->points, r->bytes,
		r->fewest, nights, r->night_count, holes, r->hole_count};
}

static void stream(bks_replay_stream *out, const struct stream_rows *s, const item_list *l,
	const struct peer_policy *asked, int64_t window, const struct past *p)
{
	struct peer_policy ours = {.text = "ours", .rule = PEER_OURS, .policy = s->policy},
			   other = *asked;
	bks_time from = p->now;
	struct replay_outcome r;
	bks_policy *own;

	for (size_t k = 0; k < l->n; k++)
		from = l->v[k].appeared < from ? l->v[k].appeared : from;
	if (window > 0 && p->now - window > from)
		from = p->now - window;
	if (other.policy) { /* the source's own level goes before the policy's */
		own = arena_one(p->arena, bks_policy);
		*own = *other.policy;
		if (s->source && s->source->level != BKS_LEVEL_NONE)
			own->level = s->source->level;
		other.policy = own;
	}
	*out = (bks_replay_stream){.source = s->name,
		.kind = s->kind,
		.backups = (int64_t)l->n,
		.from = from,
		.ours_name = s->policy->name};
	replay_run(&r, l->v, l->n, &other, s->policy->level, from, p->now, p->arena);
	out->asked = told(&r, p->arena);
	replay_run(&r, l->v, l->n, &ours, s->policy->level, from, p->now, p->arena);
	out->ours = told(&r, p->arena);
}

static int find_policy(struct peer_policy *out, bks_catalog *cat, const char *text,
	bks_arena *a, bks_error *err)
{
	int r = peer_parse(out, text, a, err);

	if (r || out->rule != PEER_OURS)
		return r;
	out->policy = bks_policy_find(bks_catalog_settings(cat), out->name);
	return out->policy ? 0
			   : fail(err, BKS_E_USAGE, "the settings have no policy \"%s\"",
				     bks_shown(out->name, a));
}

static void run_all(bks_replay *out, const struct stream_list *live,
	const struct stream_list *gone, const struct peer_policy *asked, int64_t window,
	const struct past *p)
{
	bks_replay_stream *v = arena_take(p->arena, (live->n + gone->n + 1) * sizeof *v);

	for (size_t i = 0; i < live->n + gone->n; i++) {
		const struct stream_rows *s = i < live->n ? &live->v[i] : &gone->v[i - live->n];
		const struct stream_rows *other = stream_same(i < live->n ? gone : live, s);
		item_list l = {0};

		if (i >= live->n && other)
			continue; /* it had its turn among those that live */
		add(&l, s, p);
		if (other)
			add(&l, other, p);
		if (l.n)
			stream(&v[out->stream_count++], s, &l, asked, window, p);
	}
	out->streams = v;
}

int bks_replay_run(bks_replay *out, bks_catalog *cat, const char *policy, const char *source,
	int64_t window, bks_time now, bks_arena *a, bks_error *err)
{
	struct past p = {.now = now, .arena = a};
	struct stream_list live, gone;
	struct peer_policy asked;
	int r = find_policy(&asked, cat, policy, a, err);

	*out = (bks_replay){.policy = policy, .now = now};
	if (!r)
		r = streams_load(&live, cat, source, a, err);
	if (!r)
		r = streams_load_gone(&gone, cat, source, a, err);
	if (!r)
		r = check_facts(&p.facts, &p.n, cat, a, err);
	if (r)
		return r;
	run_all(out, &live, &gone, &asked, window, &p);
	return 0;
}
