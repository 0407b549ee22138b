/* A second opinion on keep.c and point.c, written from docs/retention.md and
 * docs/restore-points.md and not from them: buckets are compared as text, days found by trial,
 * every rule asks every pair. It shares zone_instant with the product (its own test holds that
 * against the C library) and nothing else. */
#include "oracle_world.h"
#include <stdio.h>
#include <string.h>

/* A tier's own level is one more thing to be known. */
static bool meets(const struct world *w, int tier, const struct keep_backup *b)
{
	int level = rule(w, tier)->level;

	return level == BKS_LEVEL_NONE || oracle_good(b, level, w->now);
}

static bool covers_in(const struct world *w, int tier, const struct keep_backup *x, const struct keep_backup *y)
{
	return covers(x, y) && (meets(w, tier, x) || !meets(w, tier, y));
}

static bool displaces(const struct world *w, int tier, const struct keep_backup *x, const struct keep_backup *y)
{
	return covers_in(w, tier, x, y) && (!covers_in(w, tier, y, x) || oracle_later(x, y));
}

/* ---- slots ---- */

/* Whether slot S holds for backup I: closed, of the window, its holder eligible and of about
 * its days. */
static bool in_force(const struct world *w, const struct keep_slot *s, int tier, int i)
{
	char text[32];
	int64_t first = INT64_MAX, last = INT64_MIN;

	static const int around[BKS_BUCKET_COUNT] = {4, 10, 35, 370};
	enum bks_bucket b = rule(w, tier)->bucket;

	if (strcmp(s->tier, rule(w, tier)->name) || s->backup != w->v[i].id ||
		!eligible(w, i) || !tier_on(w, tier))
		return false;
	label(text, b, w->today);
	if (strcmp(s->bucket, text) >= 0)
		return false;
	for (int64_t d = w->day[i] - around[b]; d <= w->day[i] + around[b]; d++) {
		label(text, b, d);
		if (strcmp(text, s->bucket))
			continue;
		first = d < first ? d : first;
		last = d > last ? d : last;
	}
	if (first > last || w->day[i] < first - 2 || w->day[i] > last + 2)
		return false;
	if (!in_window(w, tier, first) && !in_window(w, tier, w->day[i]))
		return false;
	return in_window(w, tier, last);
}

static bool sticky(const struct world *w, int tier, const char *bucket, int i)
{
	for (int k = 0; k < w->slot_count; k++)
		if (w->force[k] == i && !strcmp(w->slots[k].tier, rule(w, tier)->name) &&
			!strcmp(w->slots[k].bucket, bucket))
			return true;
	return false;
}

static bool is_candidate(const struct world *w, int tier, const char *bucket, int i)
{
	return !strcmp(w->label[i][tier], bucket) && stands(w, i) &&
	       in_window(w, tier, w->day[i]);
}

static bool holds(const struct world *w, int tier, const char *bucket, int i)
{
	if (sticky(w, tier, bucket, i))
		return true;
	if (!is_candidate(w, tier, bucket, i))
		return false;
	for (int k = 0; k < w->n; k++) {
		if (k == i)
			continue;
		if (sticky(w, tier, bucket, k) && covers_in(w, tier, &w->v[k], &w->v[i]))
			return false;
		if (is_candidate(w, tier, bucket, k) && displaces(w, tier, &w->v[k], &w->v[i]))
			return false;
	}
	return true;
}

static void say_slot(struct world *w, int i, int tier, const char *word, const char *bucket)
{
	struct oracle_row *r = &w->out->rows[i];
	char text[64], open[32];

	snprintf(text, sizeof text, "%s%s%s", word, *bucket ? " " : "", bucket);
	for (int k = 0; k < r->reason_count; k++)
		if (!strcmp(r->reasons[k], text))
			return;
	r->tier[r->reason_count] = tier;
	if (tier >= 0) {
		label(open, rule(w, tier)->bucket, w->today);
		r->closed[r->reason_count] = strcmp(bucket, open) < 0;
	}
	snprintf(r->reasons[r->reason_count++], sizeof r->reasons[0], "%s", text);
}

static void say(struct world *w, int i, const char *word, const char *bucket)
{
	say_slot(w, i, -1, word, bucket);
}

static void tier_reasons(struct world *w, int tier, int i)
{
	const char *word = rule(w, tier)->name;
	const struct keep_backup *b = &w->v[i];
	bool dated = b->point != BKS_TIME_NONE && !oracle_future(b, w->now);
	static const char *const asked[BKS_TIER_COUNT] = {"", "daily", "weekly", "monthly", ""};
	const char *own = w->label[i][tier];

	if (w->reference == BKS_TIME_NONE || !tier_on(w, tier) || !dated)
		return;
	if (holds(w, tier, own, i))
		say_slot(w, i, tier, word, own);
	for (int k = 0; k < w->slot_count; k++)
		if (sticky(w, tier, w->slots[k].bucket, i))
			say_slot(w, i, tier, word, w->slots[k].bucket);
	if (!strcmp(asked[b->tier], word) && (stands(w, i) || bad(b)) &&
		in_window(w, tier, w->day[i]))
		say_slot(w, i, tier, word, own);
}

/* ---- the rest of the rules ---- */

static int floor_number(const struct world *w)
{
	return w->policy->floor < 2 ? 2 : w->policy->floor;
}

/* Whether K is asked before I. */
static bool goes_first(const struct world *w, int k, int i)
{
	if (k == i || !stands(w, k))
		return false;
	return eligible(w, k) != eligible(w, i) ? eligible(w, k) : oracle_later(&w->v[k], &w->v[i]);
}

/* Stands, and is not a newer one's twin, which is known as well: one file under two names. */
static bool counts(const struct world *w, int i)
{
	if (!stands(w, i))
		return false;
	for (int k = 0; k < w->n; k++)
		if (w->v[i].same && w->v[k].same == w->v[i].same && goes_first(w, k, i) &&
			covers(&w->v[k], &w->v[i]) && counts(w, k))
			return false;
	return true;
}

static bool in_floor(const struct world *w, int i)
{
	int newer = 0, all = 0;

	if (!stands(w, i))
		return false;
	for (int k = 0; k < w->n; k++) {
		bool stands_in = goes_first(w, k, i) && covers(&w->v[k], &w->v[i]);

		all += stands_in;
		newer += stands_in && counts(w, k);
	}
	return all < floor_number(w) || (counts(w, i) && newer < floor_number(w));
}

static bool is_newest(const struct world *w, int i)
{
	for (int k = 0; k < w->n; k++)
		if (k != i && eligible(w, k) && oracle_later(&w->v[k], &w->v[i]))
			return false;
	return eligible(w, i);
}

static bool before_pitr(const struct world *w, int i)
{
	return eligible(w, i) && w->v[i].kind == BKS_KIND_PHYSICAL &&
	       w->v[i].point + w->policy->pitr_window <= w->reference;
}

static bool is_anchor(const struct world *w, int i)
{
	if (w->policy->pitr_window <= 0 || w->reference == BKS_TIME_NONE || !before_pitr(w, i))
		return false;
	for (int k = 0; k < w->n; k++)
		if (k != i && before_pitr(w, k) && oracle_later(&w->v[k], &w->v[i]))
			return false;
	return true;
}

/* Whether something newer that counts holds what B held; LOOSELY: what nobody could read is made good by rows, too. */
static bool replaced(const struct world *w, const struct keep_backup *b, bool loosely)
{
	for (int k = 0; k < w->n; k++) {
		const struct keep_backup *x = &w->v[k];

		if (!eligible(w, k) || x->point <= b->point)
			continue;
		if (b->content == BKS_CONTENT_UNKNOWN &&
			(x->content == BKS_CONTENT_FULL || (loosely && x->content == BKS_CONTENT_DATA)))
			return true;
		if (!(parts(b->content) & ~parts(x->content)))
			return true;
	}
	return false;
}

static bool bad_may_go(const struct world *w, int i)
{
	const struct keep_backup *b = &w->v[i];

	return b->bad_since != BKS_TIME_NONE && w->now >= b->bad_since + w->policy->failed_keep &&
	       replaced(w, b, false);
}

static bool is_poison(const struct world *w, int i)
{
	const struct keep_backup *b = &w->v[i];

	return b->state == BKS_STATE_LIVE && b->point != BKS_TIME_NONE && !oracle_future(b, w->now) &&
	       !b->acked && (b->suspicion || bad(b)) && !replaced(w, b, true);
}

/* Why nothing goes, once all reasons to keep are told. */
static void find_block(struct world *w)
{
	const struct keep_backup *worst = NULL;
	bool fresh = false;

	for (int i = 0; i < w->n; i++) {
		const struct keep_backup *b = &w->v[i];

		if (is_poison(w, i) && (!worst || oracle_later(b, worst)))
			worst = b;
		if (eligible(w, i) && w->out->rows[i].reason_count && b->verified_at != BKS_TIME_NONE &&
			b->verified_at >= w->now - 30 * BKS_DAY)
			fresh = true;
	}
	if (worst)
		snprintf(w->out->block, sizeof w->out->block, "hold newest %s",
			worst->suspicion		    ? worst->suspicion
			: worst->verdict == BKS_DAMAGED	    ? "is damaged"
			: worst->verdict == BKS_INCOMPLETE ? "is incomplete"
							    : "lacks what is required");
	else if (!fresh && w->reference != BKS_TIME_NONE)
		snprintf(w->out->block, sizeof w->out->block, "floor not verified within 30 days");
}

static enum bks_keep parting(struct world *w, int i, const char *reason)
{
	const bks_policy *p = w->policy;
	const struct keep_backup *b = &w->v[i];
	bool any = false;

	for (size_t t = 0; t < p->tier_count; t++)
		any = any || tier_on(w, (int)t);
	if (!any) {
		say(w, i, "no-policy", "");
		return BKS_KEEP;
	}
	if (w->reference == BKS_TIME_NONE) {
		say(w, i, "floor", "");
		return BKS_KEEP;
	}
	if (b->source_confirmed && !oracle_weak(b)) {
		say(w, i, *w->out->block ? w->out->block : reason, "");
		return *w->out->block ? BKS_KEEP : BKS_EXPIRE;
	}
	if (!b->source_confirmed)
		say(w, i, "source-unconfirmed", "");
	if (oracle_weak(b))
		say(w, i, "time-unconfirmed", "");
	return BKS_UNDECIDED;
}

static void reasons_to_keep(struct world *w, int i)
{
	if (w->v[i].held)
		say(w, i, "hold", "");
	if (w->v[i].tier == BKS_TIER_PREDEPLOY)
		say(w, i, "predeploy", "");
	if (oracle_future(&w->v[i], w->now))
		say(w, i, "future-dated", "");
	for (size_t t = 0; t < w->policy->tier_count; t++)
		tier_reasons(w, (int)t, i);
	if (is_anchor(w, i))
		say(w, i, "anchor", "");
	if (in_floor(w, i))
		say(w, i, "floor", "");
	if (is_newest(w, i))
		say(w, i, "newest", "");
}

/* What it builds on is not there, or does not stand. */
static bool chain_is_broken(const struct world *w, int i)
{
	for (int k = 0; k < w->n; k++)
		if (k != i && w->v[i].parent && w->v[k].id == w->v[i].parent)
			return !stands(w, k);
	return true;
}

static enum bks_keep verdict(struct world *w, int i)
{
	const struct keep_backup *b = &w->v[i];
	bool usable = b->verdict == BKS_SOUND || (b->verdict == BKS_UNPROVEN && b->recognised);

	if (w->out->rows[i].reason_count)
		return BKS_KEEP;
	if (stands(w, i))
		return parting(w, i, "expired");
	if (bad(b)) {
		if (bad_may_go(w, i))
			return parting(w, i, "proven-bad");
		say(w, i, "proven-bad", "");
		return BKS_KEEP;
	}
	if (there(b) && b->incremental && chain_is_broken(w, i))
		say(w, i, "chain-broken", "");
	else if (there(b) && usable && b->point == BKS_TIME_NONE)
		say(w, i, "time-unconfirmed", "");
	else if (there(b) && b->verdict == BKS_UNPROVEN)
		say(w, i, "unproven", "");
	else
		say(w, i, "not-judged", "");
	return BKS_UNDECIDED;
}

void oracle_decide(struct oracle_plan *out, const struct keep_backup *v, int n,
	const struct keep_slot *slots, int slot_count, const bks_policy *policy, bks_time now)
{
	static struct world w;

	memset(out, 0, sizeof *out);
	memset(&w, 0, sizeof w);
	w.v = v;
	w.n = n;
	w.slots = slots;
	w.slot_count = slot_count;
	w.policy = policy;
	w.now = now;
	w.reference = BKS_TIME_NONE;
	w.out = out;
	for (int i = 0; i < n; i++) {
		if (v[i].point != BKS_TIME_NONE) {
			w.day[i] = day_of(&w, v[i].point);
			for (size_t t = 0; t < policy->tier_count; t++)
				label(w.label[i][t], policy->tiers[t].bucket, w.day[i]);
		}
		if (eligible(&w, i) && v[i].point > w.reference)
			w.reference = v[i].point;
	}
	if (w.reference > now)
		w.reference = now;
	if (w.reference != BKS_TIME_NONE)
		w.today = day_of(&w, w.reference);
	out->reference = w.reference;
	for (int k = 0; k < slot_count; k++) {
		w.force[k] = -1;
		for (int i = 0; i < n && w.reference != BKS_TIME_NONE; i++)
			for (size_t t = 0; t < policy->tier_count; t++)
				if (in_force(&w, &slots[k], (int)t, i))
					w.force[k] = i;
	}
	for (int i = 0; i < n; i++)
		reasons_to_keep(&w, i);
	find_block(&w);
	for (int i = 0; i < n; i++) {
		out->rows[i].action = verdict(&w, i);
		out->rows[i].eligible = eligible(&w, i);
		out->rows[i].stands = stands(&w, i);
	}
	oracle_after(out, v, n, policy);
}
