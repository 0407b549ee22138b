/* Where a backup stays. A tier that lives in some repos keeps no copy elsewhere, once a good one
 * lies there; all other reasons keep every copy. */
#include "backstay/time.h"
#include "base/text.h"
#include "policy/keep_private.h"
#include <string.h>

static bool lives(const bks_tier_rule *t, const char *repo)
{
	for (size_t k = 0; t && k < t->repo_count; k++)
		if (!strcmp(t->repos[k], repo))
			return true;
	return !t || !t->repo_count;
}

static bool is_met(const bks_tier_rule *t, const struct keep_backup *b)
{
	for (size_t k = 0; k < b->copy_count; k++)
		if (b->copies[k].good && lives(t, b->copies[k].repo))
			return true;
	return false;
}

static bool is_floor(const struct keep_reason *r)
{
	return !r->rule && !strcmp(r->text, "floor");
}

/* Whether R, which is not the floor, keeps the copy C. */
static bool keeps_there(const struct keep_reason *r, const struct keep_backup *b, const struct keep_copy *c)
{
	return !r->rule || lives(r->rule, c->repo) || !is_met(r->rule, b);
}

/* The floor asks for one good copy: one that another reason keeps will do. */
static bool floor_is_met(const struct keep_item *i)
{
	for (size_t c = 0; c < i->b->copy_count; c++)
		for (size_t k = 0; i->b->copies[c].good && k < i->reasons.n; k++)
			if (!is_floor(&i->reasons.v[k]) &&
				keeps_there(&i->reasons.v[k], i->b, &i->b->copies[c]))
				return true;
	return false;
}

/* Copies are told apart only where all is known, and something good is left. */
static bool tells_apart(const struct keep_work *w, const struct keep_item *i)
{
	return i->action == BKS_KEEP && i->eligible && i->b->source_confirmed && !keep_time_weak(i->b) &&
	       !w->block && is_met(NULL, i->b);
}

static bool holds(const struct keep_item *i, const struct keep_reason *r, const struct keep_copy *c)
{
	return is_floor(r) ? !floor_is_met(i) : keeps_there(r, i->b, c);
}

static bool stays(const struct keep_work *w, const struct keep_item *i, const struct keep_copy *c)
{
	if (!c->there || !tells_apart(w, i))
		return i->action != BKS_EXPIRE;
	for (size_t k = 0; k < i->reasons.n; k++)
		if (holds(i, &i->reasons.v[k], c))
			return true;
	return false;
}

int64_t keep_bytes(const struct keep_work *w, const struct keep_item *i)
{
	int64_t n = 0;

	if (!i->b->copy_count)
		return i->action == BKS_EXPIRE ? 0 : i->b->size;
	for (size_t k = 0; k < i->b->copy_count; k++)
		if (i->b->copies[k].there && stays(w, i, &i->b->copies[k]))
			n += i->b->copies[k].bytes;
	return n;
}

/* The reason is of that repo alone, as that of a tier which lives there: copies elsewhere may go. */
static void say_locked(struct keep_work *w, struct keep_item *i, const struct keep_copy *c)
{
	char text[BKS_TIME_TEXT];
	bks_tier_rule *rule = arena_one(w->arena, bks_tier_rule);
	const char **repos = arena_take(w->arena, sizeof *repos);

	repos[0] = c->repo;
	*rule = (bks_tier_rule){.repos = repos, .repo_count = 1};
	*vec_add(&i->reasons, w->arena) = (struct keep_reason){
		.text = c->locked == INT64_MAX ? "held: under a legal hold"
					       : arena_form(w->arena, "held: locked until %s", bks_time_text(text, c->locked)),
		.rule = rule};
}

void keep_locked(struct keep_work *w, struct keep_item *i)
{
	bool goes = i->action == BKS_EXPIRE, first = goes;

	for (size_t k = 0; i->action != BKS_UNDECIDED && k < i->b->copy_count; k++) {
		const struct keep_copy *c = &i->b->copies[k];

		if (!c->there || c->locked <= w->now || (!goes && stays(w, i, c)))
			continue;
		if (first)
			i->reasons.n = 0;
		first = false;
		say_locked(w, i, c);
		i->action = BKS_KEEP;
	}
}

/* The reasons that keep a copy; of one that goes, what keeps the backup elsewhere. */
static void copy_fill(struct keep_copy_row *out, const struct keep_row *row, const struct keep_work *w,
	const struct keep_item *i, const struct keep_copy *c)
{
	bool apart = c->there && tells_apart(w, i), here = stays(w, i, c);
	const char **v;

	*out = (struct keep_copy_row){i->action, row->reasons, row->reason_count};
	if (!apart)
		return;
	v = arena_take(w->arena, (i->reasons.n + 1) * sizeof *v);
	out->action = here ? BKS_KEEP : BKS_EXPIRE;
	out->reasons = v;
	out->reason_count = 0;
	if (!here)
		v[out->reason_count++] = "expired";
	for (size_t k = 0; k < i->reasons.n; k++) {
		const struct keep_reason *r = &i->reasons.v[k];

		if (here && holds(i, r, c))
			v[out->reason_count++] = r->text;
		else if (!here)
			v[out->reason_count++] = arena_form(w->arena, "elsewhere %s", r->text);
	}
}

static const char *places(const bks_tier_rule *t, bks_arena *a)
{
	const char *all = t->repos[0];

	for (size_t k = 1; k < t->repo_count; k++)
		all = arena_form(a, "%s or %s", all, t->repos[k]);
	return all;
}

/* A copy of the tier's repos that lies in a storage class it should not lie in; NULL. */
static const struct keep_copy *in_other_class(const bks_tier_rule *t, const struct keep_backup *b)
{
	const struct keep_copy *other = NULL;

	for (size_t k = 0; t->class_count && k < b->copy_count; k++) {
		const struct keep_copy *c = &b->copies[k];
		bool listed = !c->storage_class;

		for (size_t j = 0; j < t->class_count && !listed; j++)
			listed = !strcmp(t->classes[j], c->storage_class);
		if (!c->good || !lives(t, c->repo))
			continue;
		if (listed)
			return NULL;
		other = c;
	}
	return other;
}

static const char *absence(const struct keep_reason *r, const struct keep_backup *b, bks_arena *a)
{
	const struct keep_copy *c;

	if (!r->rule || !r->closed)
		return NULL;
	if (!is_met(r->rule, b))
		return r->rule->repo_count ? arena_form(a, "%s: no good copy in %s", r->text,
						     places(r->rule, a))
					   : NULL;
	c = in_other_class(r->rule, b);
	return c ? arena_form(a, "%s: %s in %s, not %s", r->text, c->storage_class, c->repo,
			   r->rule->classes[0])
		 : NULL;
}

void keep_copies(struct keep_row *out, const struct keep_work *w, const struct keep_item *i)
{
	const struct keep_backup *b = i->b;
	struct keep_copy_row *v = arena_take(w->arena, (b->copy_count + 1) * sizeof *v);
	const char **absent = arena_take(w->arena, (i->reasons.n + 1) * sizeof *absent);

	out->copies = v;
	out->not_there = absent;
	for (size_t k = 0; k < b->copy_count; k++)
		copy_fill(&v[k], out, w, i, &b->copies[k]);
	for (size_t k = 0; i->eligible && i->action == BKS_KEEP && b->copy_count && k < i->reasons.n; k++) {
		const char *text = absence(&i->reasons.v[k], b, w->arena);

		if (text)
			absent[out->not_there_count++] = text;
	}
}
