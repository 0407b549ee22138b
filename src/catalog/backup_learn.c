/* What deep looks teach about a backup: its format, its time, and that two rows are copies of
 * one. */
#include "base/text.h"
#include "catalog/catalog_private.h"
#include <string.h>

static bool begins(const char *s, const char *with)
{
	return !strncmp(s, with, strlen(with));
}

static enum bks_kind kind_of(const char *format)
{
	if (begins(format, "pgdump") || begins(format, "supabase-") ||
		!strcmp(format, "mysqldump") || !strcmp(format, "sql"))
		return BKS_KIND_LOGICAL;
	if (begins(format, "pg-"))
		return BKS_KIND_PHYSICAL;
	return !strcmp(format, "sqlite") ? BKS_KIND_SQLITE : BKS_KIND_FILES;
}

/* Strongest first after unknown; what a person said stands against all that is read. */
static bool time_is_better(const bks_backup *b, const bks_inspection *i)
{
	if (i->taken_from == BKS_TAKEN_UNKNOWN || i->taken_at == BKS_TIME_NONE)
		return false;
	if (b->taken_from == BKS_TAKEN_OPERATOR)
		return false;
	return b->taken_from == BKS_TAKEN_UNKNOWN || i->taken_from <= b->taken_from;
}

static int write_facts(
	bks_catalog *cat, const bks_backup *b, const bks_inspection *i, bks_error *err)
{
	const char *format = i->recognised || !b->format ? i->format : b->format;
	bool changed = format && b->format && strcmp(format, b->format) != 0;
	enum bks_kind kind = changed ? kind_of(format) : b->kind;
	enum bks_content content = i->content ? i->content : b->content;
	db_query *q = db_sql(cat->db, "UPDATE backups SET format = ?, kind = ?, content = ?, "
				      "database = coalesce(?, database), wrapping = coalesce(?, wrapping) "
				      "WHERE id = ?");

	db_bind_text(q, format ? format : "raw");
	db_bind_text(q, words_kind[kind]);
	db_bind_text(q, words_content[content]);
	db_bind_name(q, i->database);
	db_bind_text(q, i->unwrapped < 0 ? NULL : bks_wrapping_text(i));
	db_bind_int(q, b->id);
	return db_run(q, err);
}

static int write_time(
	bks_catalog *cat, const bks_backup *b, const bks_inspection *i, bks_error *err)
{
	db_query *q;

	if (!time_is_better(b, i))
		return 0;
	q = db_sql(cat->db, "UPDATE backups SET taken_at = ?, taken_from = ?, taken_zone = ?, "
			    "time_confirmed = ? "
			    "WHERE id = ?");
	db_bind_time(q, i->taken_at);
	db_bind_text(q, words_taken_from[i->taken_from]);
	db_bind_text(q, i->taken_zone);
	db_bind_int(q, b->time_confirmed || i->taken_from == BKS_TAKEN_ARTIFACT);
	db_bind_int(q, b->id);
	return db_run(q, err);
}

int backup_learn(bks_catalog *cat, int64_t backup_id, const bks_inspection *i, bks_error *err)
{
	AUTO(arena_auto) bks_arena *a = bks_arena_new();
	bks_backup *b;
	int r = backup_get(&b, cat, backup_id, a, err);

	if (!r)
		r = write_facts(cat, b, i, err);
	return r ? r : write_time(cat, b, i, err);
}

static const char *base_name(const char *path)
{
	const char *slash = strrchr(path, '/');

	return slash ? slash + 1 : path;
}

int backup_find_twin(
	int64_t *id, bks_catalog *cat, int64_t backup_id, int64_t artifact_id, bks_error *err)
{
	AUTO(arena_auto) bks_arena *a = bks_arena_new();
	AUTO(db_query_auto)
	db_query *q = db_sql(cat->db,
		"SELECT o.backup_id, o.path, m.path FROM artifacts m "
		"JOIN artifacts o ON o.sha256 = m.sha256 AND o.repo_id <> m.repo_id "
		"JOIN backups mb ON mb.id = m.backup_id "
		"JOIN backups ob ON ob.id = o.backup_id AND ob.source_id = mb.source_id "
		"WHERE m.id = ? AND ob.id <> ? AND ob.state = 'live' AND o.state = 'live' "
		"AND NOT EXISTS (SELECT 1 FROM artifacts x WHERE x.backup_id = ob.id "
		"AND x.repo_id = m.repo_id AND x.state IN ('live', 'settling', 'condemned')) "
		"ORDER BY o.backup_id");
	int r;

	db_bind_int(q, artifact_id);
	db_bind_int(q, backup_id);
	while ((r = db_step(q, err)) > 0) {
		int64_t other = db_int(q);
		const char *theirs = db_name(q, a), *mine = db_name(q, a);

		if (strcmp(base_name(theirs), base_name(mine)) != 0)
			continue;
		*id = other;
		return db_end(q, err);
	}
	return r ? r : 1;
}

static int move(bks_catalog *cat, const char *sql, int64_t into, int64_t from, bks_error *err)
{
	db_query *q = db_sql(cat->db, sql);

	db_bind_int(q, into);
	db_bind_int(q, from);
	return db_run(q, err);
}

/* In order: a copy that vanished and came back under another name is the one that came back. */
static int move_all(bks_catalog *cat, int64_t into, int64_t from, bks_error *err)
{
	static const char *const steps[] = {
		"UPDATE artifacts SET state = 'gone', state_reason = 'moved' WHERE backup_id = "
		"? "
		"AND state = 'missing' AND EXISTS (SELECT 1 FROM artifacts n WHERE n.backup_id "
		"= ? "
		"AND n.repo_id = artifacts.repo_id AND n.sha256 = artifacts.sha256)",
		"UPDATE artifacts SET backup_id = ? WHERE backup_id = ?",
		"UPDATE holds SET backup_id = ? WHERE backup_id = ?",
		"UPDATE acks SET backup_id = ? WHERE backup_id = ?",
		"UPDATE slots SET backup_id = ? WHERE backup_id = ?",
		"UPDATE backups SET state = 'gone', state_reason = 'merged', merged_into = ? "
		"WHERE id = ?"};
	int r = 0;

	for (size_t i = 0; !r && i < sizeof steps / sizeof *steps; i++)
		r = move(cat, steps[i], into, from, err);
	return r;
}

/* What was said of the one that goes holds for the one that stays. */
static int take_over(
	bks_catalog *cat, const bks_backup *into, const bks_backup *from, bks_error *err)
{
	bool tier = into->tier == BKS_TIER_AUTO && from->tier != BKS_TIER_AUTO;
	bks_inspection time = {.taken_at = from->taken_at,
		.taken_from = from->taken_from,
		.taken_zone = from->taken_zone};
	db_query *q;
	int r = 0;

	if (tier) {
		q = db_sql(cat->db, "UPDATE backups SET tier = ?, reason = ? WHERE id = ?");
		db_bind_text(q, words_tier[from->tier]);
		db_bind_name(q, from->reason);
		db_bind_int(q, into->id);
		r = db_run(q, err);
	}
	if (!r && !from->source_guessed && into->source_guessed) {
		q = db_sql(cat->db, "UPDATE backups SET source_guessed = 0 WHERE id = ?");
		db_bind_int(q, into->id);
		r = db_run(q, err);
	}
	/* equal evidence says the same of equal bytes, or an mtime, of which the older one is
	 * right */
	if (r || (from->taken_from == into->taken_from && from->taken_at >= into->taken_at))
		return r;
	return write_time(cat, into, &time, err);
}

static int merge(bks_catalog *cat, const bks_backup *into, const bks_backup *from, bks_arena *a,
	bks_error *err)
{
	bks_time since = into->bad_since != BKS_TIME_NONE ? into->bad_since : bks_clock_now();
	int r = move_all(cat, into->id, from->id, err);

	if (!r)
		r = take_over(cat, into, from, err);
	if (!r)
		r = backup_refresh(cat, into->id, since, err);
	return r ? r
		 : journal_add(cat, "backup-merge", backup_object(from->id, from->label, a),
			   arena_form(a, "into %lld", (long long)into->id), err);
}

int backup_merge(bks_catalog *cat, int64_t into, int64_t from, bks_error *err)
{
	AUTO(arena_auto) bks_arena *a = bks_arena_new();
	bks_backup *x, *y;
	int r = backup_get(&x, cat, into, a, err);

	if (!r)
		r = backup_get(&y, cat, from, a, err);
	if (r || into == from || x->source_id != y->source_id)
		return r < 0 ? r
			     : fail(err, BKS_E_USAGE,
				       "backups %lld and %lld are not two of one source",
				       (long long)into, (long long)from);
	CATALOG_STEP(cat, r, err, merge(cat, x, y, a, err));
	return r;
}
