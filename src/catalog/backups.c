/* Rows of backups: reading them, listing them, and writing new ones. */
#include "base/text.h"
#include "base/vec.h"
#include "catalog/catalog_private.h"
#include <stdio.h>
#include <string.h>

/* held and acked depend on the time: the first ? of each statement is now. acked is at first
 * that there is an acknowledgement; read_acked looks whether it covers the trouble. */
#define COLUMNS                                                                                \
	"b.id, b.label, b.source_id, s.name, b.source_guessed OR s.guessed, b.kind, "          \
	"b.format, "                                                                           \
	"b.content, b.taken_at, b.taken_from, b.time_confirmed, b.taken_zone, b.size, "        \
	"b.tier, "                                                                             \
	"b.reason, b.state, b.state_reason, b.first_seen, b.purge_after, b.verdict, b.level, " \
	"b.verified_at, b.proven_at, b.bad_since, b.covered_failed, b.database, b.wrapping, "  \
	"b.tier_name, b.merged_into, "                                                         \
	"EXISTS (SELECT 1 FROM holds h WHERE h.backup_id = b.id AND h.released IS NULL "       \
	"AND (h.until IS NULL OR h.until > now.t)), "                                          \
	"EXISTS (SELECT 1 FROM acks k WHERE k.backup_id = b.id "                               \
	"AND (k.until IS NULL OR k.until > now.t))"
#define WITH_NOW "WITH now (t) AS (VALUES (?)) "
#define FROM " FROM backups b JOIN sources s ON s.id = b.source_id, now "

/* What most rows say alike is copied once, not once a row. */
struct alike {
	const char *source, *format, *zone, *database, *wrapping;
};

static const char *again(const char **last, db_query *q, bks_arena *a)
{
	return *last = db_same(*last, q, a);
}

static void read_row(bks_backup *out, struct alike *like, db_query *q, bks_arena *a)
{
	out->id = db_int(q);
	out->label = db_name(q, a);
	out->source_id = db_int(q);
	out->source = again(&like->source, q, a);
	out->source_guessed = db_bool(q);
	out->kind = (enum bks_kind)db_enum(q, words_kind, BKS_KIND_COUNT);
	out->format = again(&like->format, q, a);
	out->content = (enum bks_content)db_enum(q, words_content, BKS_CONTENT_COUNT);
	out->taken_at = db_time(q);
	out->taken_from = (enum bks_taken_from)db_enum(q, words_taken_from, BKS_TAKEN_COUNT);
	out->time_confirmed = db_bool(q);
	out->taken_zone = again(&like->zone, q, a);
	out->size = db_int(q);
	out->tier = (enum bks_tier)db_enum(q, words_tier, BKS_TIER_COUNT);
	out->reason = db_name(q, a);
	out->state = (enum bks_state)db_enum(q, words_state, BKS_STATE_COUNT);
	out->state_reason = db_text(q, a);
	out->first_seen = db_time(q);
	out->purge_after = db_time(q);
	out->verdict = (enum bks_verdict)db_enum(q, words_verdict, BKS_VERDICT_COUNT);
	out->level = db_enum_opt(q, words_level, BKS_LEVEL_COUNT, BKS_LEVEL_NONE);
	out->verified_at = db_time(q);
	out->proven_at = db_time(q);
	out->bad_since = db_time(q);
	out->covered_failed = db_bool(q);
	out->database = again(&like->database, q, a);
	out->wrapping = again(&like->wrapping, q, a);
	out->tier_name = db_text(q, a);
	out->merged_into = db_int(q);
	out->held = db_bool(q);
	out->acked = db_bool(q);
}

/* Whether every kind of its trouble was acknowledged. */
static int read_acked(bks_backup *b, bks_catalog *cat, bks_error *err)
{
	AUTO(db_query_auto)
	db_query *q = db_sql(cat->db,
		"SELECT NOT EXISTS (SELECT 1 FROM all_errors WHERE backup_id = ? "
		"AND code NOT IN (SELECT c.code FROM acks k JOIN ack_codes c ON c.ack_id = "
		"k.id "
		"WHERE k.backup_id = ? AND (k.until IS NULL OR k.until > ?)))");
	int r;

	db_bind_int(q, b->id);
	db_bind_int(q, b->id);
	db_bind_time(q, bks_clock_now());
	r = db_step(q, err);
	if (r < 0)
		return r;
	b->acked = db_bool(q);
	return db_end(q, err);
}

static int read_rest(bks_backup *b, bks_catalog *cat, bks_arena *a, bks_error *err)
{
	int r = backup_repos(b, cat, a, err);

	if (!r)
		r = physical_read(b, cat, a, err);
	return r || !b->acked ? r : read_acked(b, cat, err);
}

int backup_get(bks_backup **out, bks_catalog *cat, int64_t id, bks_arena *a, bks_error *err)
{
	AUTO(db_query_auto)
	db_query *q = db_sql(cat->db, WITH_NOW "SELECT " COLUMNS FROM "WHERE b.id = ?");
	int r;

	db_bind_time(q, bks_clock_now());
	db_bind_int(q, id);
	r = db_step(q, err);
	if (r <= 0)
		return r ? r : 1;
	*out = arena_one(a, bks_backup);
	read_row(*out, &(struct alike){0}, q, a);
	r = db_end(q, err);
	return r ? r : read_rest(*out, cat, a, err);
}

/* The ids as a JSON list, which SQL takes apart; NULL when any will do. */
static const char *ids_text(const bks_selection *sel, bks_arena *a)
{
	struct text t = {.arena = a};

	if (!sel->ids)
		return NULL;
	text_word(&t, "[");
	for (size_t i = 0; i < sel->id_count; i++)
		text_form(&t, "%s%lld", i ? "," : "", (long long)sel->ids[i]);
	text_word(&t, "]");
	return t.s;
}

static void bind_word(db_query *q, const char *const *words, int one_more)
{
	if (one_more)
		db_bind_text(q, words[one_more - 1]);
}

/* In the order of add_wishes. */
static void bind_selection(db_query *q, const bks_selection *sel, bks_arena *a)
{
	db_bind_time(q, bks_clock_now());
	if (sel->ids)
		db_bind_text(q, ids_text(sel, a));
	if (sel->source)
		db_bind_name(q, sel->source);
	if (sel->repo)
		db_bind_name(q, sel->repo);
	bind_word(q, words_kind, sel->kind);
	bind_word(q, words_tier, sel->tier);
	bind_word(q, words_tier, sel->tier);
	bind_word(q, words_verdict, sel->verdict);
	bind_word(q, words_state, sel->state);
	if (sel->since)
		db_bind_int(q, sel->since);
	if (sel->until)
		db_bind_int(q, sel->until);
	db_bind_int(q, sel->last ? (int64_t)sel->last : -1);
}

/* What was merged into another backup was never a backup of its own: only its id finds it. A
 * backup that somebody else's clean-up took is missing to nobody, unless it is asked for by
 * state or id. */
static const char *state_wished(const bks_selection *sel)
{
	if (sel->state)
		return "b.state = ? AND b.merged_into IS NULL";
	if (sel->ids)
		return "1";
	return "b.state <> 'gone' AND NOT (b.state = 'missing' AND b.state_reason IS 'cleaned "
	       "by others')";
}

/* Only what is asked for stands in the statement: an index serves no wish that may be none. */
static void add_wishes(struct text *t, const bks_selection *sel)
{
	if (sel->ids)
		text_word(t, "b.id IN (SELECT value FROM json_each(?)) AND ");
	if (sel->source)
		text_word(t, "b.source_id IN (SELECT id FROM sources WHERE name = ?) AND ");
	if (sel->repo)
		text_word(t,
			"EXISTS (SELECT 1 FROM artifacts a JOIN repos r ON r.id = a.repo_id "
			"WHERE a.backup_id = b.id "
			"AND r.name = ? AND (a.state <> 'gone' OR b.state = 'gone')) AND ");
	if (sel->kind)
		text_word(t, "b.kind = ? AND ");
	if (sel->tier)
		text_word(t, "(b.tier = ? OR EXISTS (SELECT 1 FROM slots t WHERE t.backup_id = "
			     "b.id AND t.tier = ?)) AND ");
	if (sel->verdict)
		text_word(t, "b.verdict = ? AND ");
	text_word(t, state_wished(sel));
	if (sel->since)
		text_word(t, " AND b.taken_at >= ?");
	if (sel->until)
		text_word(t, " AND b.taken_at <= ?");
}

/* Stream by stream the index has them in order: nothing is sorted. */
static db_query *select_rows(
	bks_catalog *cat, const bks_selection *sel, bool by_stream, bks_arena *a)
{
	struct text t = {.arena = a};
	db_query *q;

	text_word(&t, WITH_NOW "SELECT " COLUMNS);
	text_word(&t, by_stream ? " FROM backups b CROSS JOIN sources s ON s.id = b.source_id "
				  "CROSS JOIN now WHERE "
				: FROM "WHERE ");
	add_wishes(&t, sel);
	text_word(&t, by_stream ? " ORDER BY b.source_id DESC, b.kind DESC, b.taken_at DESC, "
				  "b.id DESC LIMIT ?"
				: " ORDER BY b.taken_at DESC, b.id DESC LIMIT ?");
	q = db_sql(cat->db, t.s);
	bind_selection(q, sel, a);
	return q;
}

/* From its artifacts, where they were read anyway. */
static void take_repos(bks_backup *b, bks_arena *a)
{
	const char **v = arena_take(a, (b->artifact_count + 1) * sizeof *v);
	size_t n = 0, at;

	for (size_t i = 0; i < b->artifact_count; i++) {
		const bks_artifact *f = &b->artifacts[i];

		if (f->state == BKS_STATE_MISSING || f->state == BKS_STATE_GONE)
			continue;
		for (at = 0; at < n && strcmp(v[at], f->repo) < 0; at++)
			;
		if (at < n && !strcmp(v[at], f->repo))
			continue;
		memmove(&v[at + 1], &v[at], (n++ - at) * sizeof *v);
		v[at] = f->repo;
	}
	b->repos = v;
	b->repo_count = n;
}

static int complete(
	bks_backups *rows, bool artifacts, bks_catalog *cat, bks_arena *a, bks_error *err)
{
	bks_backup *v = (bks_backup *)(uintptr_t)rows->v;
	int r = artifacts ? artifacts_of_all(v, rows->n, cat, a, err)
			  : repos_of_all(v, rows->n, cat, a, err);

	for (size_t i = 0; !r && i < rows->n; i++) {
		if (artifacts)
			take_repos(&v[i], a);
		r = physical_read(&v[i], cat, a, err);
		if (!r && v[i].acked)
			r = read_acked(&v[i], cat, err);
	}
	return r;
}

static int read_list(bks_backups *out, bks_catalog *cat, const bks_selection *sel,
	bool by_stream, bks_arena *a, bks_error *err)
{
	db_query *q = select_rows(cat, sel, by_stream, a);
	struct alike like = {0};
	VEC(bks_backup) rows = {0};
	int r;

	while ((r = db_step(q, err)) > 0)
		read_row(vec_add(&rows, a), &like, q, a);
	db_query_free(q);
	*out = (bks_backups){rows.v, rows.n};
	return r ? r : complete(out, sel->with_artifacts, cat, a, err);
}

static int list(bks_backups *out, bks_catalog *cat, const bks_selection *sel, bool by_stream,
	bks_arena *a, bks_error *err)
{
	static const bks_selection every;
	int r = db_moment_begin(cat->db, err);

	if (r)
		return r;
	r = read_list(out, cat, sel ? sel : &every, by_stream, a, err);
	db_moment_end(cat->db);
	return r;
}

int bks_backup_list(bks_backups *out, bks_catalog *cat, const bks_selection *sel, bks_arena *a,
	bks_error *err)
{
	return list(out, cat, sel, false, a, err);
}

int backup_list_streams(bks_backups *out, bks_catalog *cat, const bks_selection *sel,
	bks_arena *a, bks_error *err)
{
	return list(out, cat, sel, true, a, err);
}

const char *backup_object(int64_t id, const char *label, bks_arena *a)
{
	return arena_form(a, "%lld %s", (long long)id, label ? label : "");
}

static void bind_backup(db_query *q, const bks_backup *b)
{
	db_bind_int(q, b->source_id);
	db_bind_int(q, b->source_guessed);
	db_bind_name(q, b->label);
	db_bind_text(q, words_kind[b->kind]);
	db_bind_text(q, b->format ? b->format : "raw");
	db_bind_text(q, words_content[b->content]);
	db_bind_name(q, b->database);
	db_bind_text(q, b->wrapping);
	db_bind_time(q, b->taken_at);
	db_bind_text(q, words_taken_from[b->taken_from]);
	db_bind_text(q, b->taken_zone);
	db_bind_int(q, b->time_confirmed);
	db_bind_int(q, b->size);
	db_bind_text(q, words_tier[b->tier]);
	db_bind_name(q, b->reason);
	db_bind_text(q, words_state[b->state]);
	db_bind_time(q, b->first_seen ? b->first_seen : bks_clock_now());
}

static int insert(int64_t *id, int64_t *artifact_id, bks_catalog *cat, const bks_backup *b,
	const bks_artifact *first, bks_error *err)
{
	db_query *q = db_sql(cat->db,
		"INSERT INTO backups (source_id, source_guessed, label, kind, format, content, "
		"database, wrapping, taken_at, taken_from, taken_zone, time_confirmed, size, "
		"tier, "
		"reason, "
		"state, first_seen) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, "
		"?)");
	bks_artifact made = *first;
	int64_t hold;
	int r;

	bind_backup(q, b);
	r = db_run(q, err);
	if (r)
		return r;
	*id = made.backup_id = db_last_id(cat->db);
	r = artifact_insert_row(artifact_id, cat, &made, err);
	if (!r && b->tier == BKS_TIER_PREDEPLOY && b->reason)
		r = hold_insert(&hold, cat, *id, "pin", b->reason, BKS_TIME_NONE, err);
	return r ? r : journal_added(cat, *id, b->label, err);
}

int backup_insert(int64_t *backup_id, int64_t *artifact_id, bks_catalog *cat,
	const bks_backup *b, const bks_artifact *first, bks_error *err)
{
	int r;

	CATALOG_BULK_STEP(cat, r, err, insert(backup_id, artifact_id, cat, b, first, err));
	return r;
}
