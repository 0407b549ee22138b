/* Rows of set_parts: what each file of a backup of several is to it, as its own bytes say. */
#include "base/text.h"
#include "base/vec.h"
#include "catalog/catalog_private.h"
#include <string.h>

enum bks_part part_of(const char *format, enum bks_content content)
{
	if (!strcmp(format, "supabase-roles"))
		return BKS_PART_ROLES;
	if (!strcmp(format, "supabase-schema"))
		return BKS_PART_SCHEMA;
	if (!strcmp(format, "supabase-data"))
		return BKS_PART_DATA;
	if (!strcmp(format, "pgdumpall"))
		return content == BKS_CONTENT_ROLES ? BKS_PART_ROLES : BKS_PART_NONE;
	if (strncmp(format, "pgdump-", 7) != 0)
		return BKS_PART_NONE;
	return content == BKS_CONTENT_SCHEMA ? BKS_PART_SCHEMA
	       : content == BKS_CONTENT_DATA ? BKS_PART_DATA
					     : BKS_PART_NONE;
}

int part_put(bks_catalog *cat, int64_t artifact_id, const struct part *p, bks_error *err)
{
	db_query *q = db_sql(cat->db,
		"INSERT INTO set_parts (artifact_id, part, format, content, database, "
		"wrapping, "
		"taken_at, taken_from, taken_zone) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?) "
		"ON CONFLICT (artifact_id) DO UPDATE SET part = excluded.part, format = "
		"excluded.format, "
		"content = excluded.content, database = excluded.database, wrapping = "
		"excluded.wrapping, "
		"taken_at = excluded.taken_at, taken_from = excluded.taken_from, "
		"taken_zone = excluded.taken_zone");

	db_bind_int(q, artifact_id);
	db_bind_text(q, words_part[p->part]);
	db_bind_text(q, p->format);
	db_bind_text(q, words_content[p->content]);
	db_bind_name(q, p->database);
	db_bind_text(q, p->wrapping);
	db_bind_time(q, p->taken_at);
	db_bind_text(q, words_taken_from[p->taken_from]);
	db_bind_text(q, p->taken_zone);
	return db_run(q, err);
}

static void read_part(struct part *out, db_query *q, bks_arena *a)
{
	out->part = (enum bks_part)db_enum(q, words_part, BKS_PART_COUNT);
	out->format = db_text(q, a);
	out->content = (enum bks_content)db_enum(q, words_content, BKS_CONTENT_COUNT);
	out->database = db_name(q, a);
	out->wrapping = db_text(q, a);
	out->taken_at = db_time(q);
	out->taken_from = (enum bks_taken_from)db_enum(q, words_taken_from, BKS_TAKEN_COUNT);
	out->taken_zone = db_text(q, a);
}

#define PART_COLUMNS                                                                           \
	"p.part, p.format, p.content, p.database, p.wrapping, p.taken_at, p.taken_from, "      \
	"p.taken_zone"

int part_get(
	struct part *out, bks_catalog *cat, int64_t artifact_id, bks_arena *a, bks_error *err)
{
	AUTO(db_query_auto)
	db_query *q = db_sql(
		cat->db, "SELECT " PART_COLUMNS " FROM set_parts p WHERE p.artifact_id = ?");
	int r;

	db_bind_int(q, artifact_id);
	r = db_step(q, err);
	if (r <= 0)
		return r ? r : 1;
	read_part(out, q, a);
	return db_end(q, err);
}

int set_members(const struct set_member **out, size_t *n, bks_catalog *cat, int64_t repo_id,
	bks_arena *a, bks_error *err)
{
	AUTO(db_query_auto)
	db_query *q =
		db_sql(cat->db, "SELECT a.id, a.backup_id, a.path, a.mtime, b.label, "
				"b.source_id, s.name, b.source_guessed, "
				"EXISTS (SELECT 1 FROM artifacts o WHERE o.backup_id = b.id "
				"AND o.repo_id = a.repo_id "
				"AND o.state = 'missing' AND (o.state_reason = 'replaced' OR "
				"o.state_reason = 'cleaned by others')), " PART_COLUMNS
				" FROM set_parts p JOIN artifacts a ON a.id = p.artifact_id "
				"JOIN backups b ON b.id = a.backup_id "
				"JOIN sources s ON s.id = b.source_id "
				"WHERE a.repo_id = ? AND a.state IN ('live', 'settling') AND "
				"b.state NOT IN ('condemned', 'gone') "
				"ORDER BY a.id");
	VEC(struct set_member) rows = {0};
	int r;

	db_bind_int(q, repo_id);
	while ((r = db_step(q, err)) > 0) {
		struct set_member *m = vec_add(&rows, a);

		m->artifact = db_int(q);
		m->backup = db_int(q);
		m->path = db_name(q, a);
		m->mtime = db_time(q);
		m->label = db_name(q, a);
		m->source_id = db_int(q);
		m->source = db_name(q, a);
		m->source_guessed = db_bool(q);
		m->closed = db_bool(q);
		read_part(&m->is, q, a);
	}
	*out = rows.v;
	*n = rows.n;
	return r;
}

/* How many files the backup has beside this one. */
static int has_others(bks_catalog *cat, int64_t backup_id, int64_t artifact_id, bks_error *err)
{
	AUTO(db_query_auto)
	db_query *q = db_sql(cat->db,
		"SELECT EXISTS (SELECT 1 FROM artifacts o JOIN artifacts a ON a.id = ? AND "
		"o.repo_id = a.repo_id "
		"WHERE o.backup_id = ? AND o.id <> a.id AND o.state <> 'gone')");
	int r;

	db_bind_int(q, artifact_id);
	db_bind_int(q, backup_id);
	r = db_step(q, err);
	if (r < 0)
		return r;
	r = db_bool(q);
	return db_end(q, err) < 0 ? BKS_E_CATALOG : r;
}

static void learn(struct part *p, const bks_inspection *i)
{
	if (i->recognised && i->format)
		p->format = i->format;
	if (i->content != BKS_CONTENT_UNKNOWN)
		p->content = i->content;
	if (i->database)
		p->database = i->database;
	if (i->unwrapped >= 0)
		p->wrapping = bks_wrapping_text(i);
	if (i->taken_from == BKS_TAKEN_UNKNOWN || i->taken_at == BKS_TIME_NONE ||
		(p->taken_from != BKS_TAKEN_UNKNOWN && i->taken_from > p->taken_from))
		return;
	if (i->taken_from == BKS_TAKEN_OPERATOR || i->taken_from == BKS_TAKEN_SIDECAR)
		return; /* said of the backup, not of its files */
	p->taken_at = i->taken_at;
	p->taken_from = i->taken_from;
	p->taken_zone = i->taken_zone;
}

static int forget(bks_catalog *cat, int64_t artifact_id, bks_error *err)
{
	db_query *q = db_sql(cat->db, "DELETE FROM set_parts WHERE artifact_id = ?");

	db_bind_int(q, artifact_id);
	return db_run(q, err);
}

/* A file alone is what its bytes are found to be; one of a set stays what it was taken in as.
 */
static int learn_of(bks_catalog *cat, int64_t backup_id, int64_t artifact_id,
	const bks_inspection *i, bks_time now, bks_arena *a, bks_error *err)
{
	struct part p = {.taken_at = BKS_TIME_NONE};
	enum bks_part is =
		i->recognised && i->format ? part_of(i->format, i->content) : BKS_PART_NONE;
	int was = part_get(&p, cat, artifact_id, a, err);
	int others = was < 0 ? was : has_others(cat, backup_id, artifact_id, err);
	int r;

	if (was < 0 || others < 0)
		return was < 0 ? was : others;
	if (!others && i->recognised && i->content != BKS_CONTENT_UNKNOWN)
		p.part = is;
	if (p.part == BKS_PART_NONE) {
		r = was ? 0 : forget(cat, artifact_id, err);
		if (!r)
			r = backup_learn(cat, backup_id, i, err);
		return r || !i->physical ? r : backup_refresh(cat, backup_id, now, err);
	}
	learn(&p, i);
	r = p.format ? part_put(cat, artifact_id, &p, err) : 0;
	return r ? r : backup_refresh(cat, backup_id, now, err);
}

int artifact_learn(bks_catalog *cat, int64_t backup_id, int64_t artifact_id,
	const bks_inspection *i, bks_time now, bks_error *err)
{
	AUTO(arena_auto) bks_arena *a = bks_arena_new();
	int r;

	CATALOG_STEP(cat, r, err, learn_of(cat, backup_id, artifact_id, i, now, a, err));
	return r;
}
