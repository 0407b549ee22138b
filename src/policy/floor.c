/* What stays whatever the tiers say: the anchor, the floor, the newest; and when nothing at all
 * is let go, because the newest backup lost what the older ones still have, or nobody looked
 * lately. */
#include "base/text.h"
#include "policy/keep_private.h"

/* The newest base backup from before the promised window, so that the window's first moment can
 * be reached. */
void keep_anchor(struct keep_work *w)
{
	bks_time edge = w->reference - w->policy->pitr_window;

	if (w->policy->pitr_window <= 0 || w->reference == BKS_TIME_NONE)
		return;
	for (size_t k = 0; k < w->standing_count; k++) {
		struct keep_item *i = w->standing[k];

		if (i->eligible && i->b->kind == BKS_KIND_PHYSICAL && i->b->point <= edge) {
			keep_say(w, i, "anchor");
			return;
		}
	}
}

int keep_floor_of(const bks_policy *p)
{
	return p->floor > BKS_FLOOR_LEAST ? p->floor : BKS_FLOOR_LEAST;
}

static int64_t covering(const int64_t *counts, int group)
{
	int64_t all = 0;

	for (int g = 0; g < KEEP_GROUPS; g++)
		if (counts[g] && keep_covers(g, group))
			all += counts[g];
	return all;
}

/* One file under two names is one good backup: whether a newer one of the same bytes, which is
 * known as well, was counted. */
static bool is_twin(const uint64_t *seen, const struct keep_item *i)
{
	if (!i->b->same)
		return false;
	for (int g = 0; g < KEEP_GROUPS; g++)
		if (seen[i->b->same] >> g & 1 && keep_covers(g, i->group))
			return true;
	return false;
}

static int64_t most_same(const struct keep_work *w)
{
	int64_t most = 0;

	for (size_t k = 0; k < w->n; k++)
		most = w->items[k].b->same > most ? w->items[k].b->same : most;
	return most;
}

/* Keeps what fewer than the floor's number of newer ones cover, twins not counted; and likewise
 * with twins counted, so that where all there are is one file many times, the floor's number of
 * them stays. A condemned one counts every live one as newer. */
void keep_floor(struct keep_work *w)
{
	uint64_t *seen = arena_take(w->arena, (size_t)(most_same(w) + 1) * sizeof *seen);
	int64_t counts[KEEP_GROUPS] = {0}, all[KEEP_GROUPS] = {0};
	int floor = keep_floor_of(w->policy);
	bool twin;

	_Static_assert(KEEP_GROUPS <= 64, "a bit each");
	for (int pass = 0; pass < 2; pass++)
		for (size_t k = 0; k < w->standing_count; k++) {
			struct keep_item *i = w->standing[k];

			if (i->eligible != (pass == 0))
				continue;
			twin = is_twin(seen, i);
			if (covering(twin ? all : counts, i->group) < floor)
				keep_say(w, i, "floor");
			all[i->group]++;
			if (twin)
				continue;
			counts[i->group]++;
			seen[i->b->same] |= (uint64_t)1 << i->group;
		}
}

void keep_newest(struct keep_work *w)
{
	for (size_t k = 0; k < w->standing_count; k++)
		if (w->standing[k]->eligible) {
			keep_say(w, w->standing[k], "newest");
			return;
		}
}

bool keep_replaced(const struct keep_work *w, const struct keep_backup *b, bool loosely)
{
	bool unknown = b->content == BKS_CONTENT_UNKNOWN;

	for (int c = 0; c < BKS_CONTENT_COUNT; c++) {
		if (w->newest[c] <= b->point)
			continue;
		if (keep_holds((enum bks_content)c, b->content) ||
			(unknown && c == BKS_CONTENT_FULL) ||
			(unknown && loosely && c == BKS_CONTENT_DATA))
			return true;
	}
	return false;
}

static const char *poison_of(struct keep_work *w, const struct keep_backup *b)
{
	if (b->suspicion)
		return arena_form(w->arena, "hold newest %s", b->suspicion);
	if (b->verdict == BKS_DAMAGED)
		return "hold newest is damaged";
	return b->verdict == BKS_INCOMPLETE ? "hold newest is incomplete"
					    : "hold newest lacks what is required";
}

static bool is_poison(const struct keep_work *w, const struct keep_item *i)
{
	const struct keep_backup *b = i->b;

	return b->state == BKS_STATE_LIVE && i->dated && !b->acked &&
	       (i->bad || b->suspicion) && !keep_replaced(w, b, true);
}

/* The newest backup lost something suddenly, and nobody said that it was meant: the older ones
 * may be all that is left of it. */
static void find_poison(struct keep_work *w)
{
	const struct keep_item *worst = NULL;

	for (size_t k = 0; k < w->n; k++)
		if (is_poison(w, &w->items[k]) &&
			(!worst || keep_later(w->items[k].b, worst->b) > 0))
			worst = &w->items[k];
	if (!worst)
		return;
	w->block = poison_of(w, worst->b);
	if (w->reference != BKS_TIME_NONE)
		*vec_add(&w->notes, w->arena) = arena_form(w->arena,
			"nothing is let go until backup %lld is acknowledged or a newer good "
			"one comes: %s",
			(long long)worst->b->id, w->block + sizeof "hold");
}

static bool is_fresh(const struct keep_work *w, const struct keep_item *i)
{
	bks_time at = i->b->verified_at;

	return at != BKS_TIME_NONE && w->now - at <= 30 * BKS_DAY;
}

/* A floor of backups that nobody looked at for a month is no floor. */
static void find_stale(struct keep_work *w)
{
	for (size_t k = 0; k < w->standing_count; k++)
		if (w->standing[k]->eligible && w->standing[k]->reasons.n &&
			is_fresh(w, w->standing[k]))
			return;
	if (w->reference == BKS_TIME_NONE)
		return;
	w->block = "floor not verified within 30 days";
	*vec_add(&w->notes, w->arena) =
		"nothing is let go: no backup that stays was verified within 30 days";
}

static const char *floor_note(const struct keep_work *w)
{
	int64_t eligible = 0, sound = 0;

	for (size_t k = 0; k < w->standing_count; k++)
		if (w->standing[k]->eligible) {
			eligible++;
			sound += w->standing[k]->b->verdict == BKS_SOUND;
		}
	if (!w->n || sound >= keep_floor_of(w->policy))
		return NULL;
	if (!eligible)
		return "nothing is eligible: nothing is let go";
	if (eligible < keep_floor_of(w->policy))
		return "floor not met: too few eligible backups";
	return sound ? "floor met only with unproven backups"
		     : "floor met only by unproven backups";
}

void keep_block(struct keep_work *w)
{
	const char *note = floor_note(w);

	if (note)
		*vec_add(&w->notes, w->arena) = note;
	find_poison(w);
	if (!w->block)
		find_stale(w);
}
