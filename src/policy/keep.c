/* What is kept of one stream, and why. Reasons to keep are gathered first, all of them; a row
 * without any is let go only when everything about it is known. In doubt a row is undecided,
 * and stays. */
#include "base/text.h"
#include "policy/keep_private.h"
#include <stdlib.h>
#include <string.h>

static const bks_policy no_policy = {.level = BKS_WHOLE};

void keep_say_slot(struct keep_work *w, struct keep_item *i, const struct keep_reason *r)
{
	for (size_t k = 0; k < i->reasons.n; k++)
		if (!strcmp(i->reasons.v[k].text, r->text))
			return;
	*vec_add(&i->reasons, w->arena) = *r;
}

void keep_say(struct keep_work *w, struct keep_item *i, const char *reason)
{
	keep_say_slot(w, i, &(struct keep_reason){.text = reason});
}

void keep_unsay(struct keep_item *i, const char *word)
{
	size_t n = 0, length = strlen(word);

	for (size_t k = 0; k < i->reasons.n; k++) {
		const char *t = i->reasons.v[k].text;

		if (strncmp(t, word, length) != 0 || (t[length] && t[length] != ' '))
			i->reasons.v[n++] = i->reasons.v[k];
	}
	i->reasons.n = n;
}

static int by_id(const void *a, const void *b)
{
	const struct keep_item *const *x = a, *const *y = b;

	return ((*x)->b->id > (*y)->b->id) - ((*x)->b->id < (*y)->b->id);
}

static int newest_first(const void *a, const void *b)
{
	const struct keep_item *const *x = a, *const *y = b;

	return keep_later((*y)->b, (*x)->b);
}

struct keep_item *keep_find(const struct keep_work *w, int64_t id)
{
	const struct keep_backup b = {.id = id};
	struct keep_item wanted = {.b = &b}, *key = &wanted, **at;

	at = w->n ? bsearch(&key, w->by_id, w->n, sizeof(struct keep_item *), by_id) : NULL;
	return at ? *at : NULL;
}

static void item_init(
	struct keep_item *i, const struct keep_backup *b, const struct keep_work *w)
{
	bool there = b->state == BKS_STATE_LIVE || b->state == BKS_STATE_CONDEMNED;

	i->b = b;
	i->stands = there && keep_stands(b, w->policy->level, w->now);
	i->eligible = i->stands && b->state == BKS_STATE_LIVE;
	i->bad = there && keep_proven_bad(b);
	i->dated = b->point != BKS_TIME_NONE && !keep_future(b, w->now);
	i->group = keep_group(b);
	if (i->dated)
		i->day = bucket_day(b->point, w->policy);
}

static void find_newest(struct keep_work *w)
{
	for (int c = 0; c < BKS_CONTENT_COUNT; c++)
		w->newest[c] = BKS_TIME_NONE;
	for (size_t k = 0; k < w->standing_count; k++) {
		const struct keep_item *i = w->standing[k];

		if (i->eligible && w->newest[i->b->content] < i->b->point)
			w->newest[i->b->content] = i->b->point;
	}
}

/* R: now, but not after the newest eligible one, so that windows stop when backups stop. */
static void find_reference(struct keep_work *w)
{
	w->reference = BKS_TIME_NONE;
	for (int c = 0; c < BKS_CONTENT_COUNT; c++)
		if (w->newest[c] > w->reference)
			w->reference = w->newest[c];
	if (w->reference == BKS_TIME_NONE)
		return;
	if (w->reference > w->now)
		w->reference = w->now;
	w->today = bucket_day(w->reference, w->policy);
}

static void work_init(struct keep_work *w, const struct keep_backup *v, size_t n)
{
	w->n = n;
	w->items = arena_take(w->arena, n * sizeof *w->items);
	w->standing = arena_take(w->arena, n * sizeof(struct keep_item *));
	w->by_id = arena_take(w->arena, n * sizeof(struct keep_item *));
	for (size_t k = 0; k < n; k++) {
		item_init(&w->items[k], &v[k], w);
		w->by_id[k] = &w->items[k];
	}
	if (n)
		qsort(w->by_id, n, sizeof(struct keep_item *), by_id);
	keep_chain_find(w);
	for (size_t k = 0; k < n; k++)
		if (w->items[k].stands)
			w->standing[w->standing_count++] = &w->items[k];
	if (w->standing_count)
		qsort(w->standing, w->standing_count, sizeof(struct keep_item *), newest_first);
	find_newest(w);
	find_reference(w);
}

static void keep_pinned(struct keep_work *w)
{
	for (size_t k = 0; k < w->n; k++) {
		struct keep_item *i = &w->items[k];

		if (i->b->held)
			keep_say(w, i, "hold");
		if (i->b->tier == BKS_TIER_PREDEPLOY)
			keep_say(w, i, "predeploy");
		if (keep_future(i->b, w->now))
			keep_say(w, i, "future-dated");
	}
}

static bool bad_is_over(const struct keep_work *w, const struct keep_backup *b)
{
	return b->bad_since != BKS_TIME_NONE &&
	       w->now - b->bad_since >= w->policy->failed_keep && keep_replaced(w, b, false);
}

bool keep_keeps_all(const bks_policy *p)
{
	for (size_t k = 0; k < p->tier_count; k++)
		if (p->tiers[k].days > 0 || p->tiers[k].months > 0)
			return false;
	return true;
}

/* Nothing asks for I: it goes for REASON, unless the policy, the floor or a doubt says no. */
static enum bks_keep let_go(struct keep_work *w, struct keep_item *i, const char *reason)
{
	if (keep_keeps_all(w->policy)) {
		keep_say(w, i, "no-policy");
		return BKS_KEEP;
	}
	if (w->reference == BKS_TIME_NONE) {
		keep_say(w, i, "floor");
		return BKS_KEEP;
	}
	if (!i->b->source_confirmed)
		keep_say(w, i, "source-unconfirmed");
	if (keep_time_weak(i->b))
		keep_say(w, i, "time-unconfirmed");
	if (i->reasons.n)
		return BKS_UNDECIDED;
	keep_say(w, i, w->block ? w->block : reason);
	return w->block ? BKS_KEEP : BKS_EXPIRE;
}

/* Why I is neither proven good enough nor proven bad. */
static const char *doubt(const struct keep_item *i)
{
	const struct keep_backup *b = i->b;

	if (b->state != BKS_STATE_LIVE && b->state != BKS_STATE_CONDEMNED)
		return "not-judged";
	if (i->broken)
		return "chain-broken";
	if (!i->dated &&
		(b->verdict == BKS_SOUND || (b->verdict == BKS_UNPROVEN && b->recognised)))
		return "time-unconfirmed";
	return b->verdict == BKS_UNPROVEN ? "unproven" : "not-judged";
}

static enum bks_keep settle(struct keep_work *w, struct keep_item *i)
{
	if (i->reasons.n)
		return BKS_KEEP;
	if (i->stands)
		return let_go(w, i, "expired");
	if (i->bad && bad_is_over(w, i->b))
		return let_go(w, i, "proven-bad");
	if (i->bad) {
		keep_say(w, i, "proven-bad");
		return BKS_KEEP;
	}
	keep_say(w, i, doubt(i));
	return BKS_UNDECIDED;
}

static const char *joined(struct keep_work *w)
{
	const char *all = NULL;

	for (size_t k = 0; k < w->notes.n; k++)
		all = all ? arena_form(w->arena, "%s; %s", all, w->notes.v[k]) : w->notes.v[k];
	return all;
}

static void row_fill(struct keep_row *out, struct keep_work *w, struct keep_item *i)
{
	const char **reasons = arena_take(w->arena, (i->reasons.n + 1) * sizeof *reasons);

	for (size_t k = 0; k < i->reasons.n; k++)
		reasons[k] = i->reasons.v[k].text;
	*out = (struct keep_row){.id = i->b->id,
		.action = i->action,
		.reasons = reasons,
		.reason_count = i->reasons.n,
		.eligible = i->eligible};
	keep_copies(out, w, i);
}

static void rows_fill(struct keep_plan *out, struct keep_work *w)
{
	size_t absent = 0;

	out->n = w->n;
	out->rows = arena_take(w->arena, w->n * sizeof *out->rows);
	for (size_t k = 0; k < w->n; k++) {
		row_fill(&out->rows[k], w, &w->items[k]);
		absent += out->rows[k].not_there_count > 0;
	}
	if (absent)
		*vec_add(&w->notes, w->arena) = arena_form(w->arena,
			"tier-not-there: %zu with a tier that lives where no good copy of them is", absent);
}

/* What a quota took from a slot holds it no more. */
static void holders_fill(struct keep_plan *out, struct keep_work *w)
{
	size_t n = 0;

	for (size_t k = 0; k < w->holders.n; k++)
		if (keep_find(w, w->holders.v[k].backup)->action != BKS_EXPIRE)
			w->holders.v[n++] = w->holders.v[k];
	out->slots = w->holders.v;
	out->slot_count = n;
}

static void gather(struct keep_work *w)
{
	keep_pinned(w);
	for (size_t k = 0; k < w->policy->tier_count && w->reference != BKS_TIME_NONE; k++)
		keep_tier(w, &w->policy->tiers[k]);
	keep_anchor(w);
	keep_floor(w);
	keep_newest(w);
	keep_block(w);
}

void keep_decide(struct keep_plan *out, const struct keep_backup *v, size_t n,
	const struct keep_slot *slots, size_t slot_count, const bks_policy *policy,
	bks_time now, bks_arena *a)
{
	struct keep_work w = {.policy = policy ? policy : &no_policy,
		.now = now,
		.slots = slots,
		.slot_count = slot_count,
		.arena = a};

	work_init(&w, v, n);
	gather(&w);
	for (size_t k = 0; k < n; k++)
		w.items[k].action = settle(&w, &w.items[k]);
	keep_chain_close(&w);
	keep_chain_say(&w);
	keep_quota(&w);
	for (size_t k = 0; k < n; k++)
		keep_locked(&w, &w.items[k]);
	*out = (struct keep_plan){.reference = w.reference};
	out->frozen = keep_keeps_all(w.policy)		? "no-policy"
		      : w.reference == BKS_TIME_NONE	? "floor"
							: w.block;
	rows_fill(out, &w);
	holders_fill(out, &w);
	out->note = joined(&w);
}
