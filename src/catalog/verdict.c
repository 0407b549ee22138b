/*
 * A backup's state and verdict, worked out from its artifacts. The artifacts in one repo are
 * its copy there; a copy is as good as its worst artifact, a backup as good as its best copy.
 */
#include "base/text.h"
#include "base/vec.h"
#include "catalog/catalog_private.h"
#include <string.h>

struct copy {
	int64_t repo_id;
	enum bks_state state;
	const char *reason; /* of the state */
	enum bks_verdict verdict;
	enum bks_result levels[BKS_LEVEL_COUNT];
	bks_time verified_at; /* of the artifact that was looked at longest ago */
	bks_time proven_at;   /* of the one whose proof is the oldest; NONE: none has one */
	int level;
	const char *lacks; /* of a set */
	bool waiting, roles_alone;
};

/* Best first. */
static int rank_verdict(enum bks_verdict v)
{
	static const enum bks_verdict order[] = {BKS_SOUND, BKS_UNPROVEN, BKS_INCOMPLETE,
		BKS_DAMAGED, BKS_UNREADABLE, BKS_UNSUPPORTED, BKS_MISSING, BKS_UNKNOWN};

	for (int i = 0; i < BKS_VERDICT_COUNT; i++)
		if (order[i] == v)
			return i;
	return BKS_VERDICT_COUNT;
}

/* Of a copy's artifacts the worst word stands; of a backup's copies the best. */
static int rank_state(enum bks_state s)
{
	static const enum bks_state order[] = {BKS_STATE_LIVE, BKS_STATE_SETTLING,
		BKS_STATE_CONDEMNED, BKS_STATE_MISSING, BKS_STATE_GONE};

	for (int i = 0; i < BKS_STATE_COUNT; i++)
		if (order[i] == s)
			return i;
	return BKS_STATE_COUNT;
}

static enum bks_result worse(enum bks_result x, enum bks_result y)
{
	static const int rank[BKS_RESULT_COUNT] = {[BKS_RESULT_PASS] = 0,
		[BKS_RESULT_NOT_RUN] = 1,
		[BKS_RESULT_UNPROVABLE] = 2,
		[BKS_RESULT_FAIL] = 3};

	return rank[x] >= rank[y] ? x : y;
}

/* What an artifact counts for now: a young one that does not prove whole yet is not called bad.
 */
static enum bks_verdict counts_as(const bks_artifact *a)
{
	if (a->state == BKS_STATE_MISSING)
		return BKS_MISSING;
	if (a->state == BKS_STATE_SETTLING && a->verdict != BKS_SOUND &&
		a->verdict != BKS_UNPROVEN)
		return BKS_UNKNOWN;
	return a->verdict;
}

/* Of a set, what vanished is lacked by the rest: it does not stand for it. */
static bool is_lacked(const bks_artifact *a)
{
	return a->lacks && a->state == BKS_STATE_MISSING;
}

/* Roles hold no table: what is required is looked for in the other files of the set. */
static bool says_nothing(const bks_artifact *a)
{
	return a->part == BKS_PART_ROLES && a->levels[BKS_COVERED] == BKS_RESULT_NOT_RUN;
}

static void add_levels(struct copy *c, const bks_artifact *a, bool first)
{
	for (int i = 0; i < BKS_LEVEL_COUNT; i++)
		if (first || (i == BKS_COVERED && c->roles_alone))
			c->levels[i] = a->levels[i];
		else if (i != BKS_COVERED || !says_nothing(a))
			c->levels[i] = worse(c->levels[i], a->levels[i]);
	c->roles_alone = (first || c->roles_alone) && says_nothing(a);
}

static void add_proof(struct copy *c, const bks_artifact *a, bool first)
{
	if (first || c->proven_at == BKS_TIME_NONE || (a->proven_at != BKS_TIME_NONE && a->proven_at < c->proven_at))
		c->proven_at = a->proven_at;
}

static void copy_add(struct copy *c, const bks_artifact *a, bool first)
{
	enum bks_verdict v = counts_as(a);

	add_levels(c, a, first);
	add_proof(c, a, first);
	if (first) {
		c->repo_id = a->repo_id;
		c->state = a->state;
		c->reason = a->state_reason;
		c->verdict = v;
		c->verified_at = a->verified_at;
		c->lacks = a->lacks;
		c->waiting = a->waiting;
		return;
	}
	if (rank_state(a->state) > rank_state(c->state)) {
		c->state = a->state;
		c->reason = a->state_reason;
	}
	if (rank_verdict(v) > rank_verdict(c->verdict))
		c->verdict = v;
	if (a->verified_at < c->verified_at)
		c->verified_at = a->verified_at;
}

/* A set is complete or not as a whole; while it is young, what it lacks is still to come. */
static void judge_lacks(struct copy *c)
{
	bool good = c->verdict == BKS_SOUND || c->verdict == BKS_UNPROVEN;

	if (!c->lacks)
		return;
	if (c->waiting && c->state == BKS_STATE_LIVE)
		c->state = BKS_STATE_SETTLING;
	if (c->waiting && good)
		c->verdict = BKS_UNKNOWN;
	if (c->waiting)
		return;
	if (good)
		c->verdict = BKS_INCOMPLETE;
	c->levels[BKS_COVERED] = BKS_RESULT_FAIL;
}

/* An incremental one restores only with the one that it builds on: without that, it is as a set that lacks a part. */
static void judge_parent(struct copy *c, const bks_backup *b)
{
	bool good = c->verdict == BKS_SOUND || c->verdict == BKS_UNPROVEN;

	if (!b->physical || !b->physical->parent_lsn || b->parent_id)
		return;
	if (good)
		c->verdict = b->parent_waiting ? BKS_UNKNOWN : BKS_INCOMPLETE;
	if (!b->parent_waiting)
		c->levels[BKS_COVERED] = BKS_RESULT_FAIL;
}

/* The highest level passed, every lower one passed or not run. */
static int highest(const enum bks_result levels[BKS_LEVEL_COUNT])
{
	int level = BKS_LEVEL_NONE;

	for (int i = 0; i < BKS_LEVEL_COUNT; i++) {
		if (levels[i] == BKS_RESULT_PASS)
			level = i;
		else if (levels[i] != BKS_RESULT_NOT_RUN)
			break;
	}
	return level;
}

static bool better(const struct copy *x, const struct copy *y)
{
	if (rank_verdict(x->verdict) != rank_verdict(y->verdict))
		return rank_verdict(x->verdict) < rank_verdict(y->verdict);
	if (x->level != y->level)
		return x->level > y->level;
	return x->verified_at > y->verified_at;
}

/* What stood before, of the backup itself. */
struct standing {
	int64_t id;
	enum bks_state state;
	const char *reason;
	bks_time bad_since;
	int64_t inventory; /* 0: none */
	bool kept; /* a rule of the file forbids it to be gone */
};

static int read_standing(
	struct standing *out, bks_catalog *cat, int64_t id, bks_arena *a, bks_error *err)
{
	AUTO(db_query_auto)
	db_query *q = db_sql(cat->db,
		"SELECT id, state, state_reason, bad_since, inventory_id, tier = 'predeploy' OR EXISTS "
		"(SELECT 1 FROM holds WHERE backup_id = b.id AND released IS NULL) "
		"FROM backups b WHERE id = ?");
	int r;

	db_bind_int(q, id);
	r = db_step(q, err);
	if (r <= 0)
		return r ? r : fail(err, BKS_E_USAGE, "no backup %lld", (long long)id);
	out->id = db_int(q);
	out->state = (enum bks_state)db_enum(q, words_state, BKS_STATE_COUNT);
	out->reason = db_text(q, a);
	out->bad_since = db_time(q);
	out->inventory = db_int(q);
	out->kept = db_bool(q);
	return db_end(q, err);
}

static int put_state(bks_catalog *cat, const struct standing *was, enum bks_state to,
	const char *reason, bks_error *err)
{
	db_query *q;

	if (was->state == to && !was->reason == !reason &&
		(!reason || !strcmp(reason, was->reason)))
		return 0;
	q = db_sql(cat->db, "UPDATE backups SET state = ?, state_reason = ? WHERE id = ?");
	db_bind_text(q, words_state[to]);
	db_bind_text(q, reason);
	db_bind_int(q, was->id);
	return db_run(q, err);
}

static int write_state(
	bks_catalog *cat, const struct standing *was, const struct copy *c, bks_error *err)
{
	enum bks_state to = c->state;
	int r = 0;

	if (was->state == BKS_STATE_CONDEMNED || was->state == BKS_STATE_GONE)
		return 0;
	if (to == BKS_STATE_CONDEMNED || (to == BKS_STATE_GONE && was->kept))
		to = BKS_STATE_MISSING;
	if (to == BKS_STATE_GONE) /* the order of states: what vanished is missing first */
		r = put_state(cat, was, BKS_STATE_MISSING, c->reason, err);
	return r ? r : put_state(cat, was, to, c->reason, err);
}

static bool is_bad(enum bks_verdict v)
{
	return v == BKS_DAMAGED || v == BKS_INCOMPLETE;
}

static int write_verdict(bks_catalog *cat, const struct standing *b, const struct copy *c,
	const struct kept_rows *rows, bks_time now, bks_arena *a, bks_error *err)
{
	bks_time since = !is_bad(c->verdict)             ? BKS_TIME_NONE
			 : b->bad_since != BKS_TIME_NONE ? b->bad_since
							 : now;
	bool other = rows->told && rows->inventory != b->inventory;
	db_query *q = db_sql(cat->db,
		arena_form(a,
			"UPDATE backups SET %sbest_repo_id = ?, verdict = ?, level = ?, "
			"verified_at = ?, proven_at = ?, bad_since = ?, covered_failed = ? WHERE id = ?",
			other ? "inventory_id = ?, " : ""));

	if (other)
		db_bind_ref(q, rows->inventory);
	db_bind_int(q, c->repo_id);
	db_bind_text(q, words_verdict[c->verdict]);
	db_bind_text(q, c->level == BKS_LEVEL_NONE ? NULL : words_level[c->level]);
	db_bind_time(q, c->verified_at);
	db_bind_time(q, c->level > BKS_SEALED ? c->proven_at : BKS_TIME_NONE);
	db_bind_time(q, since);
	db_bind_int(q, c->levels[BKS_COVERED] == BKS_RESULT_FAIL);
	db_bind_int(q, b->id);
	return db_run(q, err);
}

bool backup_copy(bks_artifact *out, const bks_backup *b, int64_t repo_id)
{
	struct copy c = {0};
	bool found = false;

	for (size_t i = 0; i < b->artifact_count; i++) {
		const bks_artifact *v = &b->artifacts[i];

		if (v->repo_id != repo_id || v->state == BKS_STATE_GONE || v->state == BKS_STATE_MISSING)
			continue;
		if (!found)
			*out = *v;
		else
			out->size += v->size;
		copy_add(&c, v, !found);
		found = true;
	}
	if (!found)
		return false;
	judge_lacks(&c);
	judge_parent(&c, b);
	out->state = c.state;
	out->verdict = c.verdict;
	memcpy(out->levels, c.levels, sizeof c.levels);
	return true;
}

static void gather(struct copy *best, struct copy *state, const bks_backup *b, bks_arena *a)
{
	VEC(struct copy) copies = {0};

	for (size_t i = 0; i < b->artifact_count; i++) {
		const bks_artifact *v = &b->artifacts[i];
		size_t k = 0;

		if (is_lacked(v))
			continue;
		if (v->state == BKS_STATE_GONE) {
			state->reason = v->state_reason;
			continue;
		}
		while (k < copies.n && copies.v[k].repo_id != v->repo_id)
			k++;
		if (k == copies.n)
			copy_add(vec_add(&copies, a), v, true); /* zeroed */
		else
			copy_add(&copies.v[k], v, false);
	}
	for (size_t k = 0; k < copies.n; k++) {
		struct copy *c = &copies.v[k];

		judge_lacks(c);
		judge_parent(c, b);
		c->level = highest(c->levels);
		if (!k || better(c, best))
			*best = *c;
		if (!k || rank_state(c->state) < rank_state(state->state))
			*state = *c;
	}
}

static int refresh_one(bks_catalog *cat, int64_t backup_id, const struct kept_rows *rows,
	bks_time now, bks_error *err)
{
	AUTO(arena_auto) bks_arena *a = bks_arena_new();
	struct copy best = {0}, state = {.state = BKS_STATE_GONE};
	bks_backup b = {.id = backup_id};
	struct standing was = {0};
	int r = read_standing(&was, cat, backup_id, a, err);

	if (!r)
		r = backup_artifacts(&b, cat, a, err);
	if (!r)
		r = set_settle(cat, &b, now, a, err);
	if (!r)
		r = physical_settle(&b, cat, now, a, err);
	if (r)
		return r;
	gather(&best, &state, &b, a);
	r = write_state(cat, &was, &state, err);
	if (r)
		return r;
	if (best.repo_id)
		return write_verdict(cat, &was, &best, rows, now, a, err);
	/* a tombstone keeps its last verdict */
	return rows->told ? history_set(cat, backup_id, rows->inventory, err) : 0;
}

/* What builds on a backup follows it, and no further: whether a parent is there does not hang on
 * its own parent. */
int backup_refresh_rows(bks_catalog *cat, int64_t backup_id, const struct kept_rows *rows,
	bks_time now, bks_error *err)
{
	AUTO(arena_auto) bks_arena *a = bks_arena_new();
	const int64_t *ids;
	size_t n = 0;
	int r = refresh_one(cat, backup_id, rows, now, err);

	if (!r)
		r = physical_followers(&ids, &n, cat, backup_id, a, err);
	for (size_t i = 0; !r && i < n; i++)
		r = refresh_one(cat, ids[i], &(struct kept_rows){0}, now, err);
	return r;
}

int backup_refresh(bks_catalog *cat, int64_t backup_id, bks_time now, bks_error *err)
{
	return backup_refresh_rows(cat, backup_id, &(struct kept_rows){0}, now, err);
}

int backups_refresh(bks_catalog *cat,
	int (*list)(const int64_t **out, size_t *n, bks_catalog *cat, bks_arena *a, bks_error *err), bks_time now,
	bks_arena *a, bks_error *err)
{
	const int64_t *ids;
	size_t n = 0;
	int r = list(&ids, &n, cat, a, err);

	for (size_t i = 0; !r && i < n; i++)
		r = backup_refresh(cat, ids[i], now, err);
	return r;
}
