/* What a person says of a backup: whose it is, its tier, when it was taken. */
#include "base/text.h"
#include "catalog/catalog_private.h"
#include <string.h>

/* A guess that holds no backup any more was wrong: as a source it would be late for ever. */
static int drop_empty_guess(bks_catalog *cat, int64_t source, bks_error *err)
{
	db_query *q = db_sql(cat->db, "UPDATE sources SET dropped = ? WHERE id = ? AND guessed "
				      "AND dropped IS NULL AND "
				      "NOT EXISTS (SELECT 1 FROM backups WHERE source_id = "
				      "sources.id AND state <> 'gone')");

	db_bind_time(q, bks_clock_now());
	db_bind_int(q, source);
	return db_run(q, err);
}

static int reguess(int64_t *source, bks_catalog *cat, int64_t id, const char *name,
	bks_arena *a, bks_error *err)
{
	bks_backup *b;
	db_query *q;
	int r = backup_get(&b, cat, id, a, err);

	if (!r)
		r = source_guess(source, cat, name, err);
	/* cppcheck-suppress uninitStructMember ; r is 0: it was found */
	if (r || b->source_id == *source)
		return r > 0 ? fail(err, BKS_E_CATALOG, "no backup %lld", (long long)id) : r;
	q = db_sql(cat->db, "UPDATE backups SET source_id = ? WHERE id = ? AND source_guessed");
	db_bind_int(q, *source);
	db_bind_int(q, id);
	r = db_run(q, err);
	return r ? r : drop_empty_guess(cat, b->source_id, err);
}

int backup_reguess(
	int64_t *source, bks_catalog *cat, int64_t id, const char *name, bks_error *err)
{
	AUTO(arena_auto) bks_arena *a = bks_arena_new();
	int r;

	CATALOG_STEP(cat, r, err, reguess(source, cat, id, name, a, err));
	return r;
}

static int set_source(bks_catalog *cat, int64_t id, int64_t was, const char *name, bks_arena *a,
	bks_error *err)
{
	int64_t source;
	db_query *q;
	int r = source_id(&source, cat, name, err);

	if (r > 0)
		return fail(err, BKS_E_USAGE, "no source %s", bks_shown(name, a));
	if (r)
		return r;
	q = db_sql(
		cat->db, "UPDATE backups SET source_id = ?, source_guessed = 0 WHERE id = ?");
	db_bind_int(q, source);
	db_bind_int(q, id);
	r = db_run(q, err);
	if (r)
		return r;
	/* a source that somebody names is no guess any more; its other backups stay as they are
	 */
	q = db_sql(cat->db, "UPDATE sources SET guessed = 0 WHERE id = ?");
	db_bind_int(q, source);
	r = db_run(q, err);
	return r ? r : drop_empty_guess(cat, was, err);
}

static int set_tier(bks_catalog *cat, int64_t id, enum bks_tier tier, const char *name,
	const char *reason, bks_error *err)
{
	db_query *q = db_sql(cat->db, "UPDATE backups SET tier = ?, tier_name = ?, reason = "
				      "coalesce(?, reason) WHERE id = ?");
	int64_t hold;
	int r;

	db_bind_text(q, words_tier[tier]);
	db_bind_text(q, name);
	db_bind_name(q, reason);
	db_bind_int(q, id);
	r = db_run(q, err);
	if (r || tier != BKS_TIER_PREDEPLOY || !reason)
		return r;
	return hold_insert(&hold, cat, id, "pin", reason, BKS_TIME_NONE, err);
}

static int set_taken_at(bks_catalog *cat, int64_t id, bks_time t, bks_error *err)
{
	db_query *q = db_sql(cat->db,
		"UPDATE backups SET taken_at = ?, taken_from = 'operator', taken_zone = NULL, "
		"time_confirmed = 1 WHERE id = ?");

	db_bind_time(q, t);
	db_bind_int(q, id);
	return db_run(q, err);
}

/* A tier beyond the four words is one of the policy of its source, the new one where that
 * changes too. */
static int check_tier(
	bks_catalog *cat, const char *source, const char *tier, bks_arena *a, bks_error *err)
{
	const bks_source *s = NULL;
	int r = bks_source_find(&s, cat, source, a, err);
	const char *policy = !r && s->policy ? s->policy : "default";

	if (r < 0 || !cat->settings)
		return r < 0 ? r : 0;
	for (size_t i = 0; i < cat->settings->policy_count; i++) {
		const bks_policy *p = &cat->settings->policies[i];

		for (size_t k = 0; !strcmp(p->name, policy) && k < p->tier_count; k++)
			if (!strcmp(p->tiers[k].name, tier))
				return 0;
	}
	return fail(err, BKS_E_USAGE, "policy %s of source %s has no tier %s",
		bks_shown(policy, a), bks_shown(source, a), bks_shown(tier, a));
}

static const char *tier_word(const char *name, enum bks_tier tier)
{
	return name ? name : words_tier[tier];
}

static int set_all(bks_catalog *cat, const bks_backup *b, const bks_backup_change *c,
	bks_arena *a, bks_error *err)
{
	char taken[BKS_TIME_TEXT];
	struct text t = {.arena = a};
	int r = 0;

	if (c->source) {
		text_form(&t, " source %s to %s", b->source, c->source);
		r = set_source(cat, b->id, b->source_id, c->source, a, err);
	}
	if (!r && (c->tier || c->tier_name || c->reason)) {
		enum bks_tier tier = c->tier_name ? BKS_TIER_AUTO
				     : c->tier    ? (enum bks_tier)(c->tier - 1)
						  : b->tier;
		const char *name = c->tier ? NULL : c->tier_name ? c->tier_name : b->tier_name;

		text_form(&t, " tier %s to %s", tier_word(b->tier_name, b->tier),
			tier_word(name, tier));
		r = set_tier(cat, b->id, tier, name, c->reason, err);
	}
	if (!r && c->taken_at) {
		text_form(&t, " taken at %s", bks_time_text(taken, b->taken_at));
		text_form(&t, " to %s", bks_time_text(taken, c->taken_at));
		r = set_taken_at(cat, b->id, c->taken_at, err);
	}
	if (r || !t.n)
		return r;
	return journal_add(cat, "backup-set", backup_object(b->id, b->label, a), t.s + 1, err);
}

int bks_backup_set(bks_catalog *cat, int64_t id, const bks_backup_change *c, bks_error *err)
{
	AUTO(arena_auto) bks_arena *a = bks_arena_new();
	bks_backup *b;
	int r = backup_get(&b, cat, id, a, err);

	if (r)
		return r < 0 ? r : fail(err, BKS_E_USAGE, "no backup %lld", (long long)id);
	if (c->tier < 0 || c->tier > BKS_TIER_COUNT)
		return fail(err, BKS_E_USAGE, "no such tier");
	r = c->tier_name
		    ? check_tier(cat, c->source ? c->source : b->source, c->tier_name, a, err)
		    : 0;
	if (r)
		return r;
	CATALOG_STEP(cat, r, err, set_all(cat, b, c, a, err));
	return r;
}
