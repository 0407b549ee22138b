/*
 * People scan first and name their sources afterwards. So a scan also looks at what is registered: a guess gives way to a glob,
 * and a time that was read in another zone than the source's is read again.
 */
#include "work/regroup.h"
#include "base/text.h"
#include "work/moment.h"
#include <stdlib.h>
#include <string.h>

static bool says_something(const bks_sources *s)
{
	for (size_t i = 0; i < s->n; i++)
		if (s->v[i].match_count || s->v[i].tier_glob_count || s->v[i].dump_zone)
			return true;
	return false;
}

static int by_id(const void *x, const void *y)
{
	const bks_backup *a = x, *b = y;

	return (a->id > b->id) - (a->id < b->id);
}

static int load(struct regroup *g, bks_error *err)
{
	bks_selection sel = {.repo = g->repo->name, .with_artifacts = true};
	bks_backup *v;
	bks_backups all;
	int r = bks_backup_list(&all, g->cat, &sel, g->arena, err);

	if (r)
		return r;
	v = arena_take(g->arena, (all.n + 1) * sizeof *v);
	if (all.n)
		memcpy(v, all.v, all.n * sizeof *v);
	qsort(v, all.n, sizeof *v, by_id);
	g->v = v;
	g->n = all.n;
	g->zones = arena_take(g->arena, (all.n + 1) * sizeof *g->zones);
	return 0;
}

static const char *zone_of(const struct regroup *g, int64_t source)
{
	for (size_t i = 0; i < g->sources->n; i++)
		if (g->sources->v[i].id == source && g->sources->v[i].dump_zone)
			return g->sources->v[i].dump_zone;
	return "UTC";
}

/* Copies that were two backups only because their sources were guessed apart become one. */
static int join_twins(struct regroup *g, const bks_backup *b, bks_error *err)
{
	for (size_t i = 0; i < b->artifact_count; i++) {
		int64_t twin;
		int r = b->artifacts[i].state != BKS_STATE_LIVE
				? 1
				: backup_find_twin(&twin, g->cat, b->id, b->artifacts[i].id, err);

		if (r < 0)
			return r;
		if (!r)
			return backup_merge(g->cat, twin < b->id ? twin : b->id, twin < b->id ? b->id : twin, err);
	}
	return 0;
}

static int one(const char **zone, const char **reason, struct regroup *g, const bks_backup *b, const struct claim *c,
	bks_error *err)
{
	bks_backup_change to = {0};
	int r = 0;

	*reason = NULL;
	*zone = zone_of(g, c->source && b->source_guessed ? c->source->id : b->source_id);
	if (!c->source)
		return 0;
	if (b->source_guessed)
		to.source = c->source->name;
	if (c->tier != BKS_TIER_AUTO && b->tier == BKS_TIER_AUTO && (to.source || b->source_id == c->source->id))
		to.tier = (int)c->tier + 1;
	*reason = to.source ? "claimed" : to.tier ? "tier" : NULL;
	if (*reason && !g->dry_run)
		r = bks_backup_set(g->cat, b->id, &to, err);
	if (!r && to.source && !g->dry_run)
		r = join_twins(g, b, err);
	return r;
}

int regroup_all(struct regroup *g, void (*tell)(void *arg, const bks_backup *b, const char *source, const char *reason),
	void *arg, bks_error *err)
{
	int r = says_something(g->sources) ? load(g, err) : 0;

	for (size_t i = 0; !r && i < g->n; i++) {
		const char *reason;
		struct claim c;

		r = group_claim(&c, g->sources, g->v[i].label, g->arena, err);
		if (!r)
			r = one(&g->zones[i], &reason, g, &g->v[i], &c, err);
		if (!r && reason)
			tell(arg, &g->v[i], c.source->name, reason);
	}
	return r;
}

int regroup_time(struct regroup *g, struct registrar *r, const struct known *k, const struct store_entry *e, bks_arena *scratch,
	bks_error *err)
{
	const bks_backup key = {.id = k->backup};
	const bks_backup *b = g->n ? bsearch(&key, g->v, g->n, sizeof *g->v, by_id) : NULL;
	const char *zone, *why = NULL;
	bks_inspection i;

	if (!b || (b->taken_from != BKS_TAKEN_ARTIFACT && b->taken_from != BKS_TAKEN_NAME))
		return 0;
	zone = g->zones[b - g->v];
	if (!strcmp(zone, b->taken_zone ? b->taken_zone : "UTC") || register_glance(&i, r, e, &why, scratch))
		return 0;
	moment_find(&i, e->path, e->id.mtime, zone, r->now, scratch);
	if (i.taken_at == b->taken_at || i.taken_from != b->taken_from)
		return 0;
	return g->dry_run ? 1 : artifact_learn(g->cat, b->id, k->artifact, &i, r->now, err) < 0 ? BKS_E_CATALOG : 1;
}
