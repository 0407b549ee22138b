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

int facts_read(
	struct facts *out, bks_catalog *cat, int64_t id, bks_arena *a, bks_error *err)
{
	AUTO(db_query_auto)
	db_query *q = db_sql(cat->db,
		"SELECT id, format, kind, content, database, wrapping, taken_at, taken_from, taken_zone, "
		"time_confirmed FROM backups WHERE id = ?");
	int r;

	db_bind_int(q, id);
	r = db_step(q, err);
	if (r <= 0)
		return r ? r : fail(err, BKS_E_USAGE, "no backup %lld", (long long)id);
	out->id = db_int(q);
	out->format = db_text(q, a);
	out->kind = (enum bks_kind)db_enum(q, words_kind, BKS_KIND_COUNT);
	out->content = (enum bks_content)db_enum(q, words_content, BKS_CONTENT_COUNT);
	out->database = db_name(q, a);
	out->wrapping = db_text(q, a);
	out->taken_at = db_time(q);
	out->taken_from = (enum bks_taken_from)db_enum(q, words_taken_from, BKS_TAKEN_COUNT);
	out->taken_zone = db_text(q, a);
	out->time_confirmed = db_bool(q);
	return db_end(q, err);
}

int facts_write(bks_catalog *cat, const struct facts *f, bks_error *err)
{
	db_query *q = db_sql(cat->db,
		"UPDATE backups SET format = ?, kind = ?, content = ?, database = ?, "
		"wrapping = ?, taken_at "
		"= ?, "
		"taken_from = ?, taken_zone = ?, time_confirmed = ? WHERE id = ?");

	db_bind_text(q, f->format);
	db_bind_text(q, words_kind[f->kind]);
	db_bind_text(q, words_content[f->content]);
	db_bind_name(q, f->database);
	db_bind_text(q, f->wrapping);
	db_bind_time(q, f->taken_at);
	db_bind_text(q, words_taken_from[f->taken_from]);
	db_bind_text(q, f->taken_zone);
	db_bind_int(q, f->time_confirmed);
	db_bind_int(q, f->id);
	return db_run(q, err);
}

/* Strongest first after unknown; what a person said stands against all that is read. */
void facts_time(struct facts *f, bks_time at, enum bks_taken_from from, const char *zone)
{
	if (from == BKS_TAKEN_UNKNOWN || at == BKS_TIME_NONE ||
		f->taken_from == BKS_TAKEN_OPERATOR)
		return;
	if (f->taken_from != BKS_TAKEN_UNKNOWN && from > f->taken_from)
		return;
	f->taken_at = at;
	f->taken_from = from;
	f->taken_zone = zone;
	f->time_confirmed |= from == BKS_TAKEN_ARTIFACT;
}

static bool same_text(const char *x, const char *y)
{
	return x && y ? !strcmp(x, y) : x == y;
}

bool facts_same(const struct facts *x, const struct facts *y)
{
	return x->kind == y->kind && x->content == y->content && x->taken_at == y->taken_at &&
	       x->taken_from == y->taken_from && x->time_confirmed == y->time_confirmed &&
	       same_text(x->format, y->format) && same_text(x->database, y->database) &&
	       same_text(x->wrapping, y->wrapping) && same_text(x->taken_zone, y->taken_zone);
}

int backup_learn(bks_catalog *cat, int64_t backup_id, const bks_inspection *i, bks_error *err)
{
	AUTO(arena_auto) bks_arena *a = bks_arena_new();
	struct facts was, is;
	int r = facts_read(&was, cat, backup_id, a, err);

	if (r)
		return r;
	is = was;
	if (i->recognised && i->format && !same_text(i->format, was.format)) {
		is.format = i->format;
		is.kind = kind_of(i->format);
	}
	if (i->content != BKS_CONTENT_UNKNOWN)
		is.content = i->content;
	if (i->database)
		is.database = i->database;
	if (i->unwrapped >= 0)
		is.wrapping = bks_wrapping_text(i);
	facts_time(&is, i->taken_at, i->taken_from, i->taken_zone);
	r = facts_same(&was, &is) ? 0 : facts_write(cat, &is, err);
	return r ? r : physical_learn(cat, backup_id, i, err);
}

static const char *base_name(const char *path)
{
	const char *slash = strrchr(path, '/');

	return slash ? slash + 1 : path;
}

/* Of a set, its rows are what to look for: roles are the same every night. 0: *id; 1: not all of its files were read yet. */
static int probe_of(int64_t *id, bks_catalog *cat, int64_t artifact_id, bks_error *err)
{
	AUTO(db_query_auto)
	db_query *q = db_sql(cat->db,
		"SELECT o.id, o.sha256 IS NOT NULL FROM artifacts m JOIN artifacts o ON o.backup_id = m.backup_id "
		"AND o.repo_id = m.repo_id AND o.state IN ('live', 'settling') JOIN set_parts p ON p.artifact_id = o.id "
		"WHERE m.id = ? AND EXISTS (SELECT 1 FROM set_parts WHERE artifact_id = m.id) "
		"ORDER BY p.part = 'roles', p.part = 'schema', o.id");
	bool all = true;
	int r;

	*id = 0;
	db_bind_int(q, artifact_id);
	while ((r = db_step(q, err)) > 0) {
		int64_t one = db_int(q);

		*id = *id ? *id : one;
		all = db_bool(q) && all;
	}
	*id = *id ? *id : artifact_id;
	return r ? r : !all;
}

int backup_find_twin(
	int64_t *id, bks_catalog *cat, int64_t backup_id, int64_t artifact_id, bks_error *err)
{
	AUTO(arena_auto) bks_arena *a = bks_arena_new();
	AUTO(db_query_auto) db_query *q = NULL;
	int r = probe_of(&artifact_id, cat, artifact_id, err);

	if (r)
		return r;
	q = db_sql(cat->db,
		"SELECT o.backup_id, o.path, m.path FROM artifacts m "
		"CROSS JOIN repos p ON p.id <> m.repo_id " /* not past all that equals it here */
		"CROSS JOIN artifacts o ON o.sha256 = m.sha256 AND o.repo_id = p.id "
		"JOIN backups mb ON mb.id = m.backup_id "
		"JOIN backups ob ON ob.id = o.backup_id AND ob.source_id = mb.source_id "
		"WHERE m.id = ? AND ob.id <> ? AND ob.state = 'live' AND o.state = 'live' "
		"AND NOT EXISTS (SELECT 1 FROM artifacts x WHERE x.backup_id = ob.id "
		"AND x.repo_id = m.repo_id AND x.state IN ('live', 'settling', 'condemned')) "
		/* of a set every part must be, on both sides */
		"AND NOT EXISTS (SELECT 1 FROM artifacts x JOIN set_parts p ON p.artifact_id = x.id "
		"WHERE x.backup_id = mb.id AND x.repo_id = m.repo_id AND x.state IN ('live', 'settling') "
		"AND NOT EXISTS (SELECT 1 FROM artifacts y JOIN set_parts z ON z.artifact_id = y.id "
		"WHERE y.backup_id = ob.id AND y.repo_id = o.repo_id AND z.part = p.part AND y.sha256 = x.sha256)) "
		"AND NOT EXISTS (SELECT 1 FROM artifacts x JOIN set_parts p ON p.artifact_id = x.id "
		"WHERE x.backup_id = ob.id AND x.repo_id = o.repo_id AND x.state IN ('live', 'settling') "
		"AND NOT EXISTS (SELECT 1 FROM artifacts y JOIN set_parts z ON z.artifact_id = y.id "
		"WHERE y.backup_id = mb.id AND y.repo_id = m.repo_id AND z.part = p.part AND y.sha256 = x.sha256)) "
		"ORDER BY o.backup_id");
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
		("UPDATE artifacts SET state = 'gone', state_reason = 'moved' WHERE backup_id = ? "
		 "AND state = 'missing' AND EXISTS (SELECT 1 FROM artifacts n WHERE n.backup_id = ? "
		 "AND n.repo_id = artifacts.repo_id AND n.sha256 = artifacts.sha256)"),
		"UPDATE artifacts SET backup_id = ? WHERE backup_id = ?",
		"UPDATE holds SET backup_id = ? WHERE backup_id = ?",
		"UPDATE acks SET backup_id = ? WHERE backup_id = ?",
		"UPDATE slots SET backup_id = ? WHERE backup_id = ?",
		"DELETE FROM set_lacks WHERE ? AND backup_id = ?",
		"UPDATE OR IGNORE physical SET backup_id = ? WHERE backup_id = ?",
		("UPDATE backups SET state = 'gone', state_reason = 'merged', merged_into = ? "
		 "WHERE id = ?")};
	int r = 0;

	for (size_t i = 0; !r && i < sizeof steps / sizeof *steps; i++)
		r = move(cat, steps[i], into, from, err);
	return r;
}

static int take_tier(
	bks_catalog *cat, const bks_backup *into, const bks_backup *from, bks_error *err)
{
	db_query *q;

	if (into->tier != BKS_TIER_AUTO || from->tier == BKS_TIER_AUTO)
		return 0;
	q = db_sql(cat->db, "UPDATE backups SET tier = ?, reason = ? WHERE id = ?");
	db_bind_text(q, words_tier[from->tier]);
	db_bind_name(q, from->reason);
	db_bind_int(q, into->id);
	return db_run(q, err);
}

/* What was said of the one that goes holds for the one that stays. */
static int take_over(bks_catalog *cat, const bks_backup *into, const bks_backup *from,
	bks_arena *a, bks_error *err)
{
	struct facts f;
	db_query *q;
	int r = take_tier(cat, into, from, err);

	if (!r && !from->source_guessed && into->source_guessed) {
		q = db_sql(cat->db, "UPDATE backups SET source_guessed = 0 WHERE id = ?");
		db_bind_int(q, into->id);
		r = db_run(q, err);
	}
	/* equal evidence of equal bytes says the same, but for an mtime: there the older one is
	 * right */
	if (r || (from->taken_from == into->taken_from && from->taken_at >= into->taken_at))
		return r;
	r = facts_read(&f, cat, into->id, a, err);
	if (r)
		return r;
	facts_time(&f, from->taken_at, from->taken_from, from->taken_zone);
	return facts_write(cat, &f, err);
}

static int merge(bks_catalog *cat, const bks_backup *into, const bks_backup *from, bks_arena *a,
	bks_error *err)
{
	bks_time since = into->bad_since != BKS_TIME_NONE ? into->bad_since : bks_clock_now();
	int r = move_all(cat, into->id, from->id, err);

	if (!r)
		r = take_over(cat, into, from, a, err);
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
	/* cppcheck-suppress uninitStructMember ; r is 0: both were found */
	if (r || into == from || x->source_id != y->source_id)
		return r < 0 ? r
			     : fail(err, BKS_E_USAGE,
				       "backups %lld and %lld are not two of one source",
				       (long long)into, (long long)from);
	CATALOG_STEP(cat, r, err, merge(cat, x, y, a, err));
	return r;
}
