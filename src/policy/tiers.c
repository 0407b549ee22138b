/* Who holds the slots of a tier. A bucket's holder is its last backup, but nobody is displaced
 * by a backup that holds less or is proven less, nor from a closed slot by one that came late.
 */
#include "base/text.h"
#include "policy/keep_private.h"
#include <stdlib.h>
#include <string.h>

/* A backup that stands for the slot of a bucket. */
struct entry {
	int64_t key;
	int group; /* twice that of the item, and one more where it has the tier's own level */
	bool sticky; /* holds it already */
	size_t rank; /* among the standing, newest first */
	struct keep_item *item;
};

struct tier {
	const bks_tier_rule *rule;
	int64_t first, open; /* first day of the window; key of the bucket that R lies in */
	VEC(struct entry) entries;
};

/* Newest bucket first; in it those that hold it already, then the newest. */
static int entry_order(const void *a, const void *b)
{
	const struct entry *x = a, *y = b;

	if (x->key != y->key)
		return x->key > y->key ? -1 : 1;
	if (x->sticky != y->sticky)
		return x->sticky ? -1 : 1;
	if (x->rank != y->rank)
		return x->rank > y->rank ? 1 : -1;
	return (x->item->b->id > y->item->b->id) - (x->item->b->id < y->item->b->id);
}

static int entry_group(const struct keep_work *w, const struct tier *t, const struct keep_item *i)
{
	bool has = t->rule->level == BKS_LEVEL_NONE || keep_stands(i->b, t->rule->level, w->now);

	return i->group * 2 + has;
}

static bool covers(int x, int y)
{
	return keep_covers(x / 2, y / 2) && x % 2 >= y % 2;
}

static struct keep_reason tier_reason(struct keep_work *w, const struct tier *t, int64_t key)
{
	char buf[BUCKET_TEXT];

	return (struct keep_reason){arena_form(w->arena, "%s %s", t->rule->name,
					    bucket_text(buf, t->rule->bucket, key)),
		t->rule, key < t->open};
}

static void hold_slot(struct keep_work *w, const struct tier *t, const struct entry *e)
{
	struct keep_reason r = tier_reason(w, t, e->key);

	keep_say_slot(w, e->item, &r);
	if (r.closed && e->item->eligible)
		*vec_add(&w->holders, w->arena) = (struct keep_slot){.tier = t->rule->name,
			.bucket = r.text + strlen(t->rule->name) + 1,
			.backup = e->item->b->id};
}

/* A closed slot stays with its holder while that is eligible and of about that time. */
static void sticky_entry(struct keep_work *w, struct tier *t, const struct keep_slot *slot)
{
	enum { EDGE = 2 }; /* days that an edited zone and start of day can move a backup */
	struct keep_item *i = keep_find(w, slot->backup);
	int64_t key, first, last;

	if (strcmp(slot->tier, t->rule->name) != 0 || !i || !i->eligible ||
		!bucket_read(&key, t->rule->bucket, slot->bucket) || key >= t->open)
		return;
	bucket_days(&first, &last, t->rule->bucket, key);
	if (last < t->first || i->day < first - EDGE || i->day > last + EDGE)
		return;
	/* A bucket may begin before its window does: there its holder's own day counts, as it
	 * did when it was elected. */
	if (first < t->first && i->day < t->first)
		return;
	*vec_add(&t->entries, w->arena) = (struct entry){key, entry_group(w, t, i), true, 0, i};
}

enum { GROUPS = KEEP_GROUPS * 2 };

static bool is_covered(
	const struct entry *v, size_t stickies, struct entry *const *best, int group)
{
	for (size_t k = 0; k < stickies; k++)
		if (covers(v[k].group, group))
			return true;
	for (int g = 0; g < GROUPS; g++)
		if (g != group && best[g] && covers(g, group))
			return true;
	return false;
}

/* Elects the holders of one bucket, whose N entries begin at V: the newest of each group that
 * nobody covers. */
static void elect(struct keep_work *w, const struct tier *t, struct entry *v, size_t n)
{
	struct entry *best[GROUPS] = {0};
	size_t stickies = 0;

	for (; stickies < n && v[stickies].sticky; stickies++)
		if (!stickies || v[stickies].item != v[stickies - 1].item)
			hold_slot(w, t, &v[stickies]);
	for (size_t k = stickies; k < n; k++)
		if (!best[v[k].group])
			best[v[k].group] = &v[k];
	for (int g = 0; g < GROUPS; g++)
		if (best[g] && !is_covered(v, stickies, best, g))
			hold_slot(w, t, best[g]);
}

static void elect_all(struct keep_work *w, struct tier *t)
{
	struct entry *v = t->entries.v;
	size_t n = t->entries.n;

	if (n)
		qsort(v, n, sizeof *v, entry_order);
	for (size_t from = 0, to; from < n; from = to) {
		for (to = from; to < n && v[to].key == v[from].key;)
			to++;
		elect(w, t, v + from, to - from);
	}
}

/* What was asked for by name is kept for the length of its tier, slot or not, bad or not. */
static void keep_asked(struct keep_work *w, const struct tier *t)
{
	static const char *const words[BKS_TIER_COUNT] = {[BKS_TIER_DAILY] = "daily",
		[BKS_TIER_WEEKLY] = "weekly",
		[BKS_TIER_MONTHLY] = "monthly"};

	for (size_t k = 0; k < w->n; k++) {
		struct keep_item *i = &w->items[k];
		const char *asked = i->b->tier_name ? i->b->tier_name : words[i->b->tier];

		if (asked && !strcmp(asked, t->rule->name) && (i->stands || i->bad) &&
			i->dated && i->day >= t->first) {
			struct keep_reason r =
				tier_reason(w, t, bucket_key(t->rule->bucket, i->day));

			keep_say_slot(w, i, &r);
		}
	}
}

void keep_tier(struct keep_work *w, const bks_tier_rule *rule)
{
	struct tier t = {.rule = rule, .open = bucket_key(rule->bucket, w->today)};

	if (!bucket_window(&t.first, rule, w->today))
		return;
	for (size_t k = 0; k < w->slot_count; k++)
		sticky_entry(w, &t, &w->slots[k]);
	for (size_t k = 0; k < w->standing_count; k++) {
		struct keep_item *i = w->standing[k];

		if (i->day >= t.first)
			*vec_add(&t.entries, w->arena) = (struct entry){
				bucket_key(rule->bucket, i->day), entry_group(w, &t, i), false, k, i};
	}
	elect_all(w, &t);
	keep_asked(w, &t);
}
