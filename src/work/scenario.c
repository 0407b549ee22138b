/* What a wish comes to when something has happened: which repos are lost then, and whether the
 * choice is there in the time that the settings ask for. */
#include "backstay/repo.h"
#include "backstay/restore.h"
#include "base/text.h"
#include "base/vec.h"
#include <string.h>

/* A failure domain, or a repo that names none. */
struct region {
	const char *name;
	bool domain;
	size_t copies;
};
typedef VEC(struct region) regions;

static struct region *region_of(
	regions *v, const bks_repos *repos, const char *repo, bks_arena *a)
{
	struct region is = {repo, false, 0};

	for (size_t i = 0; i < repos->n; i++)
		if (!strcmp(repos->v[i].name, repo) && repos->v[i].domain)
			is = (struct region){repos->v[i].domain, true, 0};
	for (size_t i = 0; i < v->n; i++)
		if (v->v[i].domain == is.domain && !strcmp(v->v[i].name, is.name))
			return &v->v[i];
	*vec_add(v, a) = is;
	return &v->v[v->n - 1];
}

/* Where copies of the source lie. */
static int count_copies(
	regions *out, bks_catalog *cat, const char *source, bks_arena *a, bks_error *err)
{
	bks_selection sel = {.source = source, .with_artifacts = true};
	bks_backups all;
	bks_repos repos;
	int r = bks_repo_list(&repos, cat, a, err);

	if (!r)
		r = bks_backup_list(&all, cat, &sel, a, err);
	for (size_t i = 0; !r && i < all.n; i++)
		for (size_t k = 0; k < all.v[i].artifact_count; k++)
			if (all.v[i].artifacts[k].state == BKS_STATE_LIVE)
				region_of(out, &repos, all.v[i].artifacts[k].repo, a)->copies++;
	return r;
}

static bool is_worse(const bks_picked *x, const bks_picked *than)
{
	if (!x->choice || !than->choice)
		return !x->choice && than->choice;
	return x->choice->loss > than->choice->loss;
}

static int without_region(bks_scenario_answer *s, bks_picked *out, bks_catalog *cat,
	const bks_wish *w, bks_arena *a, bks_error *err)
{
	regions v = {0};
	size_t most = 0;
	int r = count_copies(&v, cat, w->source, a, err), is = 1;

	if (r)
		return r;
	for (size_t i = 0; i < v.n; i++)
		most = v.v[i].copies > most ? v.v[i].copies : most;
	for (size_t i = 0; i < v.n; i++) {
		bks_wish lost = *w;
		bks_picked p;

		if (v.v[i].copies < most)
			continue;
		*(v.v[i].domain ? &lost.without_domain : &lost.without_repo) = v.v[i].name;
		r = bks_pick(&p, cat, &lost, a, err);
		if (r < 0)
			return r;
		if (s->lost && !is_worse(&p, out))
			continue;
		*out = p;
		is = r;
		s->lost = v.v[i].name;
		s->domain = v.v[i].domain;
	}
	return s->lost ? is : bks_pick(out, cat, w, a, err);
}

static const char *advice(const bks_wish *w, enum bks_scenario s)
{
	if (s == BKS_SCENARIO_CORRUPTION && !w->before && !w->at && !w->lsn && !w->name)
		return "no incident was named, so this is the latest state, which may hold the "
		       "corruption: --before TIME";
	if (s == BKS_SCENARIO_TABLE && !w->table)
		return "no table was named: --table TABLE brings back that one alone";
	return NULL;
}

int bks_pick_scenario(bks_scenario_answer *answer, bks_picked *out, bks_catalog *cat,
	const bks_wish *wish, enum bks_scenario scenario, bks_arena *a, bks_error *err)
{
	const bks_settings *settings = bks_catalog_settings(cat);
	static const int64_t hours[] = {
#define X(name, word, h) h,
		BKS_SCENARIOS(X)
#undef X
	};
	bks_wish w = *wish;
	int r;

	*answer = (bks_scenario_answer){.scenario = scenario,
		.rto = settings ? settings->scenario_rto[scenario] : hours[scenario] * BKS_HOUR,
		.note = advice(wish, scenario)};
	w.rto = w.rto ? w.rto : answer->rto;
	if (scenario == BKS_SCENARIO_REGION && !w.without_repo && !w.without_domain)
		r = without_region(answer, out, cat, &w, a, err);
	else
		r = bks_pick(out, cat, &w, a, err);
	if (r < 0)
		return r;
	if (!out->choice)
		answer->meets = 0;
	else if (out->choice->restore < 0)
		answer->meets = -1;
	else
		answer->meets = out->choice->restore <= answer->rto;
	return r;
}
