/* A history lived through again. Two worlds go side by side: the one in which the policy
 * deletes, and the one in which nobody does; a night without a good backup is the policy's
 * fault only where the other world had one. */
#include "policy/replay.h"
#include "base/vec.h"
#include "policy/money.h"
#include <stdlib.h>
#include <string.h>

struct world {
	const struct replay_item *v;
	size_t n;
	const struct peer_policy *policy;
	int level;
	bool *gone;
	struct keep_backup *now; /* each item as it was known this night */
	bool *good;
	size_t *up;   /* what each builds on; N: nothing, or nobody knows what */
	char *stands; /* of judge */
	size_t *path; /* room for a chain */
	const struct keep_slot *slots;
	size_t slot_count;
	VEC(struct replay_night) nights;
	VEC(struct replay_hole) holes;
	bks_arena *arena;
};

static bool is_bad(const struct replay_fact *f)
{
	return f->verdict == BKS_DAMAGED || f->verdict == BKS_INCOMPLETE;
}

/* The item as it was known at T: by its last check, or by its first one, from the beginning. */
static struct keep_backup as_known(const struct replay_item *i, bks_time t)
{
	struct keep_backup b = i->b;
	size_t last = 0, bad;

	b.state = BKS_STATE_LIVE;
	b.copies = NULL;
	b.copy_count = 0;
	b.same = 0;
	b.registered = i->appeared;
	b.verified_at = i->appeared;
	if (!i->fact_count)
		return b;
	while (last + 1 < i->fact_count && i->facts[last + 1].at <= t)
		last++;
	b.verdict = i->facts[last].verdict;
	memcpy(b.levels, i->facts[last].levels, sizeof b.levels);
	if (i->facts[last].at <= t)
		b.verified_at = i->facts[last].at;
	for (bad = last; bad > 0 && is_bad(&i->facts[bad - 1]);)
		bad--;
	b.bad_since = BKS_TIME_NONE;
	if (is_bad(&i->facts[last]))
		b.bad_since = bad && i->facts[bad].at <= t ? i->facts[bad].at : i->appeared;
	return b;
}

static bool is_there(const struct world *w, size_t k, bks_time t, bool deleting)
{
	return w->v[k].appeared <= t && !(deleting && w->gone[k]);
}

struct numbered {
	int64_t id;
	size_t at;
};

static int by_id(const void *x, const void *y)
{
	const struct numbered *a = x, *b = y;

	return (a->id > b->id) - (a->id < b->id);
}

static void find_parents(struct world *w)
{
	struct numbered *v = arena_take(w->arena, (w->n + 1) * sizeof *v);

	for (size_t k = 0; k < w->n; k++)
		v[k] = (struct numbered){w->v[k].b.id, k};
	if (w->n)
		qsort(v, w->n, sizeof *v, by_id);
	for (size_t k = 0; k < w->n; k++) {
		const struct numbered key = {w->v[k].b.parent, 0}, *found = NULL;

		if (w->v[k].b.incremental)
			found = bsearch(&key, v, w->n, sizeof *v, by_id);
		w->up[k] = found ? found->at : w->n;
	}
}

enum { UNSEEN, WALKING, FALLS, STANDS };

static bool holds_up(const struct world *w, size_t k, bks_time t, bool deleting)
{
	if (!is_there(w, k, t, deleting) || !w->good[k])
		return false;
	return !w->now[k].incremental || (w->up[k] < w->n && w->stands[w->up[k]] == STANDS);
}

/* What each builds on, back to one that stands alone, must be there and good. A ring is
 * neither. */
static void judge(struct world *w, bks_time t, bool deleting)
{
	memset(w->stands, UNSEEN, w->n);
	for (size_t k = 0; k < w->n; k++) {
		size_t n = 0;

		for (size_t i = k; i < w->n && w->stands[i] == UNSEEN; i = w->up[i]) {
			w->stands[i] = WALKING;
			w->path[n++] = i;
		}
		while (n) {
			size_t i = w->path[--n];

			w->stands[i] = holds_up(w, i, t, deleting) ? STANDS : FALLS;
		}
	}
}

static int64_t points(struct world *w, bks_time t, bool deleting)
{
	int64_t n = 0;

	judge(w, t, deleting);
	for (size_t k = 0; k < w->n; k++)
		n += w->stands[k] == STANDS;
	return n;
}

/* ---- one night ---- */

static void ask_ours(
	bool *goes, struct world *w, const size_t *of, size_t n, bks_time t, bks_arena *a)
{
	struct keep_backup *v = arena_take(a, (n + 1) * sizeof *v);
	struct keep_plan plan;
	struct keep_slot *slots;

	for (size_t k = 0; k < n; k++)
		v[k] = w->now[of[k]];
	keep_decide(&plan, v, n, w->slots, w->slot_count, w->policy->policy, t, a);
	for (size_t k = 0; k < n; k++)
		goes[k] = plan.rows[k].action == BKS_EXPIRE;
	if (plan.reference == BKS_TIME_NONE)
		return;
	slots = arena_take(w->arena, (plan.slot_count + 1) * sizeof *slots);
	for (size_t k = 0; k < plan.slot_count; k++)
		slots[k] = (struct keep_slot){plan.slots[k].tier,
			arena_text(w->arena, plan.slots[k].bucket), plan.slots[k].backup};
	w->slots = slots;
	w->slot_count = plan.slot_count;
}

static void ask_peer(
	bool *goes, const struct world *w, const size_t *of, size_t n, bks_time t, bks_arena *a)
{
	struct peer_backup *v = arena_take(a, (n + 1) * sizeof *v);

	for (size_t k = 0; k < n; k++) {
		const struct replay_item *i = &w->v[of[k]];

		v[k] = (struct peer_backup){
			i->b.point == BKS_TIME_NONE ? i->appeared : i->b.point, i->mtime};
	}
	peer_forget(goes, w->policy, v, n, t, a);
}

static void remove_all(struct replay_outcome *out, struct world *w, const bool *goes,
	const size_t *of, size_t n, bks_time t)
{
	VEC(int64_t) ids = {0};

	judge(w, t, true);
	for (size_t k = 0; k < n; k++) {
		if (!goes[k])
			continue;
		out->good_deleted += w->stands[of[k]] == STANDS;
		*vec_add(&ids, w->arena) = w->v[of[k]].b.id;
	}
	for (size_t k = 0; k < n; k++)
		w->gone[of[k]] = w->gone[of[k]] || goes[k];
	out->deleted += (int64_t)ids.n;
	if (ids.n)
		*vec_add(&w->nights, w->arena) = (struct replay_night){t, ids.v, ids.n};
}

static void look(struct world *w, bks_time t)
{
	for (size_t k = 0; k < w->n; k++) {
		w->now[k] = as_known(&w->v[k], t);
		w->good[k] = keep_eligible(&w->now[k], w->level, t);
	}
}

static void weigh(struct replay_outcome *out, struct world *w, bks_time t)
{
	struct replay_hole *last = w->holes.n ? &w->holes.v[w->holes.n - 1] : NULL;
	bool open = last && last->to == BKS_TIME_NONE, possible = points(w, t, false) > 0;

	out->points = points(w, t, true);
	if ((out->fewest < 0 && out->points) || (out->fewest > out->points && possible))
		out->fewest = out->points;
	if (last && open && (out->points || !possible))
		last->to = t;
	else if (!out->points && !open && possible)
		/* NOLINTNEXTLINE(clang-analyzer-core.NullDereference): vec_add() makes room or ends */
		*vec_add(&w->holes, w->arena) = (struct replay_hole){t, BKS_TIME_NONE};
}

static void night(struct replay_outcome *out, struct world *w, bks_time t)
{
	AUTO(arena_auto) bks_arena *a = bks_arena_new();
	size_t *of = arena_take(a, (w->n + 1) * sizeof *of), n = 0;
	bool *goes = arena_take(a, w->n + 1);

	look(w, t);
	for (size_t k = 0; k < w->n; k++)
		if (is_there(w, k, t, true))
			of[n++] = k;
	if (w->policy->rule == PEER_OURS)
		ask_ours(goes, w, of, n, t, a);
	else
		ask_peer(goes, w, of, n, t, a);
	remove_all(out, w, goes, of, n, t);
	weigh(out, w, t);
}

void replay_run(struct replay_outcome *out, const struct replay_item *v, size_t n,
	const struct peer_policy *p, int level, bks_time from, bks_time now, bks_arena *a)
{
	struct world w = {.v = v, .n = n, .policy = p, .level = level, .arena = a};
	int64_t nights = now > from ? (now - from) / BKS_DAY : 0;

	*out = (struct replay_outcome){.fewest = -1};
	w.gone = arena_take(a, n + 1);
	w.good = arena_take(a, n + 1);
	w.now = arena_take(a, (n + 1) * sizeof *w.now);
	w.up = arena_take(a, (n + 1) * sizeof *w.up);
	w.path = arena_take(a, (n + 1) * sizeof *w.path);
	w.stands = arena_take(a, n + 1);
	find_parents(&w);
	for (; nights >= 0; nights--)
		night(out, &w, now - nights * BKS_DAY);
	for (size_t k = 0; k < n; k++)
		if (is_there(&w, k, now, true)) {
			out->kept++;
			out->bytes = money_add(out->bytes, v[k].b.size);
		}
	out->nights = w.nights.v;
	out->night_count = w.nights.n;
	out->holes = w.holes.v;
	out->hole_count = w.holes.n;
}
