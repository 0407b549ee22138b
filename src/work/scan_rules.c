/* What a bucket's server does by itself, held against the policy: what it keeps, and what it would delete. */
#include "base/text.h"
#include "work/locks.h"
#include "work/scan_private.h"
#include "work/streams.h"
#include <string.h>

#define EVER INT64_MAX

static bool lives(const bks_tier_rule *t, const char *repo)
{
	for (size_t i = 0; i < t->repo_count; i++)
		if (!strcmp(t->repos[i], repo))
			return true;
	return !t->repo_count;
}

static int64_t days_of(const bks_tier_rule *t)
{
	return t->days > 0 ? t->days : (int64_t)t->months * 31;
}

/* The tier by which something lies longest in REPO, in *days: EVER: without a tier all stays. */
static const char *longest(int64_t *days, const bks_policy *p, const char *repo)
{
	const char *name = NULL;
	bool any = false;

	*days = 0;
	for (size_t i = 0; i < p->tier_count; i++) {
		const bks_tier_rule *t = &p->tiers[i];

		any = any || days_of(t) > 0;
		if (lives(t, repo) && days_of(t) > *days) {
			*days = days_of(t);
			name = t->name;
		}
	}
	if (!any)
		*days = EVER;
	return name;
}

/* How many of its backups lie where the rule reaches. */
static size_t reached(const struct stream_rows *rows, const struct store_rule *rule, int64_t repo)
{
	size_t n = 0, m = strlen(rule->prefix);

	for (size_t i = 0; i < rows->n; i++)
		for (size_t k = 0; k < rows->backups[i]->artifact_count; k++) {
			const bks_artifact *f = &rows->backups[i]->artifacts[k];

			if (f->repo_id == repo && artifact_lies(f) && !strncmp(f->path, rule->prefix, m)) {
				n++;
				break;
			}
		}
	return n;
}

static void hold_against(struct scan *s, const struct store_rule *rule, const struct stream_rows *rows)
{
	int64_t days;
	const char *tier = longest(&days, rows->policy, s->repo->name), *does, *keeps;
	size_t n = reached(rows, rule, s->repo->id);
	char day[BKS_TIME_TEXT];

	if (!n || (rule->days >= days && rule->at == BKS_TIME_NONE) || !days)
		return;
	does = rule->at != BKS_TIME_NONE ? arena_form(s->scratch, "at %s", bks_time_text(day, rule->at))
					 : arena_form(s->scratch, "%lld days after they were written", (long long)rule->days);
	keeps = days == EVER ? "keeps all" : arena_form(s->scratch, "keeps for %lld days in tier %s", (long long)days, tier ? tier : "?");
	scan_find(s, "lifecycle-deletes", rule->some ? BKS_NOTE : BKS_WARNING, *rule->prefix ? rule->prefix : NULL,
		arena_form(s->scratch, "the bucket's lifecycle rule \"%s\" deletes %s %s, and policy %s %s: %zu backup%s of %s %s within its reach",
			bks_shown(rule->id, s->scratch), rule->some ? "some objects" : "objects", does, rows->policy->name, keeps, n,
			n == 1 ? "" : "s", bks_shown(rows->name, s->scratch), n == 1 ? "is" : "are"));
}

static int find_rules(struct scan *s, store *place)
{
	const struct store_rule *v;
	struct stream_list l;
	bks_error e = {0};
	size_t n;
	int r = store_rules(&v, &n, place, s->scratch, &e);

	if (r == BKS_E_INTERRUPTED)
		return fail(s->err, r, "%s", e.text);
	if (r || !n)
		return 0; /* who may not ask has nothing to compare */
	r = streams_load(&l, s->cat, NULL, s->scratch, s->err);
	for (size_t i = 0; !r && i < n; i++)
		for (size_t k = 0; k < l.n && (v[i].days >= 0 || v[i].at != BKS_TIME_NONE); k++)
			hold_against(s, &v[i], &l.v[k]);
	return r;
}

struct place_of {
	int64_t repo;
	store *s;
};

static store *this_place(void *arg, int64_t repo)
{
	const struct place_of *p = arg;

	return p->repo == repo ? p->s : NULL;
}

static int find_locks(struct scan *s, store *place)
{
	struct place_of p = {s->repo->id, place};
	const struct lock_row *v;
	size_t n;
	int r = locks_ask(&v, &n, &(struct locks_job){s->cat, s->opt->now, this_place, &p, s->scratch}, s->err);

	if (r || !n || s->opt->dry_run)
		return r;
	r = catalog_begin(s->cat, s->err);
	if (r)
		return r;
	for (size_t i = 0; !r && i < n; i++)
		r = lock_put(s->cat, &v[i], s->opt->now, s->err);
	if (r) {
		catalog_rollback(s->cat);
		return r;
	}
	return catalog_commit(s->cat, s->err);
}

int scan_rules(struct scan *s, store *place)
{
	bool locks = s->repo->honours && strstr(s->repo->honours, "lock");
	int r;

	if (!store_remote(place))
		return 0;
	bks_arena_reset(s->scratch);
	r = find_rules(s, place);
	return r || !locks || s->repo->read_only ? r : find_locks(s, place);
}
