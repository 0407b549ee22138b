/* The second opinion on what follows when each backup was judged by itself: what others build on, what a quota takes, where
 * a backup stays. All of it is worked out anew after each step. */
#include "oracle.h"
#include <stdio.h>
#include <string.h>

struct after {
	struct oracle_plan *out;
	const struct keep_backup *v;
	int n;
	const bks_policy *policy;
	enum bks_keep own[ORACLE_MOST]; /* what it would be, did nothing build on it */
	int own_reasons[ORACLE_MOST];
};

static bool stays(const struct after *a, int i);

static bool is_child(const struct after *a, int k, int i)
{
	return k != i && a->v[k].incremental && a->v[k].parent && a->v[k].parent == a->v[i].id;
}

static bool stays_in(const struct after *a, int i, int depth)
{
	if (a->own[i] != BKS_EXPIRE)
		return true;
	for (int k = 0; k < a->n && depth <= a->n; k++)
		if (is_child(a, k, i) && stays_in(a, k, depth + 1))
			return true;
	return false;
}

static bool stays(const struct after *a, int i)
{
	return stays_in(a, i, 0);
}

/* The smallest id that stays and builds on I; 0. */
static int64_t needed_by(const struct after *a, int i)
{
	int64_t least = 0;

	for (int k = 0; k < a->n; k++)
		if (is_child(a, k, i) && stays(a, k) && (!least || a->v[k].id < least))
			least = a->v[k].id;
	return least;
}

/* The rows as they stand now: the own reasons, and the chain. */
static void write_rows(struct after *a)
{
	for (int i = 0; i < a->n; i++) {
		struct oracle_row *r = &a->out->rows[i];
		int64_t by = needed_by(a, i);

		r->reason_count = a->own_reasons[i];
		r->action = a->own[i];
		if (!by || a->own[i] == BKS_UNDECIDED)
			continue;
		if (a->own[i] == BKS_EXPIRE)
			r->reason_count = 0; /* written over, and never asked for again: kept below */
		r->action = BKS_KEEP;
		r->tier[r->reason_count] = -1;
		snprintf(r->reasons[r->reason_count++], sizeof r->reasons[0], "chain %lld", (long long)by);
	}
}

/* ---- where ---- */

static bool lives(const struct after *a, int tier, const char *repo)
{
	const bks_tier_rule *t = &a->policy->tiers[tier];
	bool listed = !t->repo_count;

	for (size_t k = 0; k < t->repo_count; k++)
		listed = listed || !strcmp(t->repos[k], repo);
	return listed;
}

static bool good_copy_for(const struct after *a, int i, int tier)
{
	for (size_t c = 0; c < a->v[i].copy_count; c++)
		if (a->v[i].copies[c].good && (tier < 0 || lives(a, tier, a->v[i].copies[c].repo)))
			return true;
	return false;
}

static bool is_floor(const struct oracle_row *r, int k)
{
	return r->tier[k] < 0 && !strcmp(r->reasons[k], "floor");
}

static bool reason_holds(const struct after *a, int i, int k, size_t c)
{
	const struct oracle_row *r = &a->out->rows[i];

	if (is_floor(r, k)) {
		for (int o = 0; o < r->reason_count; o++)
			for (size_t g = 0; g < a->v[i].copy_count; g++)
				if (!is_floor(r, o) && a->v[i].copies[g].good && reason_holds(a, i, o, g))
					return false;
		return true;
	}
	return r->tier[k] < 0 || lives(a, r->tier[k], a->v[i].copies[c].repo) || !good_copy_for(a, i, r->tier[k]);
}

static void write_copies(struct after *a, int i)
{
	const struct keep_backup *b = &a->v[i];
	struct oracle_row *r = &a->out->rows[i];

	r->apart = r->action == BKS_KEEP && r->eligible && b->source_confirmed && !oracle_weak(b) && !*a->out->block &&
		   good_copy_for(a, i, -1);
	for (size_t c = 0; c < b->copy_count; c++) {
		bool any = !r->apart || !b->copies[c].there;

		for (int k = 0; k < r->reason_count; k++) {
			r->copy_holds[c][k] = !r->apart || !b->copies[c].there || reason_holds(a, i, k, c);
			any = any || r->copy_holds[c][k];
		}
		r->copies[c] = any ? r->action : BKS_EXPIRE;
	}
	r->not_there = 0;
	for (int k = 0; k < r->reason_count && b->copy_count && r->eligible && r->action == BKS_KEEP; k++)
		r->not_there += r->tier[k] >= 0 && r->closed[k] && a->policy->tiers[r->tier[k]].repo_count &&
				!good_copy_for(a, i, r->tier[k]);
}

static int64_t bytes_of(const struct after *a, int i)
{
	const struct keep_backup *b = &a->v[i];
	const struct oracle_row *r = &a->out->rows[i];
	int64_t n = b->copy_count || r->action == BKS_EXPIRE ? 0 : b->size;

	for (size_t c = 0; c < b->copy_count; c++)
		if (b->copies[c].there && r->copies[c] != BKS_EXPIRE)
			n += b->copies[c].bytes;
	return n;
}

/* ---- quota ---- */

static int slots_of(const struct after *a, int i)
{
	return a->own_reasons[i];
}

static bool may_go(const struct after *a, int i)
{
	const struct oracle_row *r = &a->out->rows[i];

	if (a->own[i] != BKS_KEEP || !r->stands || needed_by(a, i) || !a->v[i].source_confirmed || oracle_weak(&a->v[i]))
		return false;
	for (int k = 0; k < a->own_reasons[i]; k++)
		if (r->tier[k] < 0)
			return false;
	return a->own_reasons[i] > 0;
}

static int victim(const struct after *a)
{
	int worst = -1;

	for (int i = 0; i < a->n; i++)
		if (may_go(a, i) &&
			(worst < 0 || slots_of(a, i) < slots_of(a, worst) ||
				(slots_of(a, i) == slots_of(a, worst) && oracle_later(&a->v[worst], &a->v[i]))))
			worst = i;
	return worst;
}

static void settle(struct after *a)
{
	static struct oracle_row before[ORACLE_MOST];

	memcpy(before, a->out->rows, sizeof before);
	write_rows(a);
	a->out->bytes = 0;
	for (int i = 0; i < a->n; i++) {
		write_copies(a, i);
		a->out->bytes += bytes_of(a, i);
	}
	/* what a chain wrote over comes back for the next step */
	for (int i = 0; i < a->n; i++)
		if (a->own[i] == BKS_EXPIRE && a->out->rows[i].action == BKS_KEEP)
			snprintf(a->out->rows[i].reasons[ORACLE_REASONS - 1], 64, "%s", before[i].reasons[0]);
}

static void take_back(struct after *a)
{
	for (int i = 0; i < a->n; i++)
		if (a->own[i] == BKS_EXPIRE && a->out->rows[i].action == BKS_KEEP)
			memmove(a->out->rows[i].reasons[0], a->out->rows[i].reasons[ORACLE_REASONS - 1], 64);
}

void oracle_after(struct oracle_plan *out, const struct keep_backup *v, int n, const bks_policy *policy)
{
	struct after a = {out, v, n, policy, {0}, {0}};
	bool any = false;
	int i;

	for (i = 0; i < n; i++) {
		a.own[i] = out->rows[i].action;
		a.own_reasons[i] = out->rows[i].reason_count;
	}
	for (size_t t = 0; t < policy->tier_count; t++)
		any = any || policy->tiers[t].days > 0 || policy->tiers[t].months > 0;
	settle(&a);
	while (policy->quota > 0 && any && !*out->block && out->reference != BKS_TIME_NONE && out->bytes > policy->quota) {
		i = victim(&a);
		if (i < 0)
			break;
		take_back(&a);
		a.own[i] = BKS_EXPIRE;
		a.own_reasons[i] = 1;
		out->rows[i].tier[0] = -1;
		snprintf(out->rows[i].reasons[0], sizeof out->rows[i].reasons[0], "quota");
		settle(&a);
	}
}
