/*
 * Rows of physical: what base backups tell of themselves, and which one an incremental one
 * builds on. They may come in any order, so that it is worked out anew whenever one of them
 * changes; docs/catalog.md tells the rules.
 */
#include "base/vec.h"
#include "catalog/catalog_private.h"
#include <string.h>

static int forget(bks_catalog *cat, int64_t backup_id, bks_error *err)
{
	db_query *q = db_sql(cat->db, "DELETE FROM physical WHERE backup_id = ?");

	db_bind_int(q, backup_id);
	return db_run(q, err);
}

static int put(bks_catalog *cat, int64_t backup_id, const bks_physical *p, bks_error *err)
{
	db_query *q = db_sql(cat->db,
		"INSERT INTO physical (backup_id, system_id, version, timeline, start_lsn, "
		"stop_lsn, segment_size, started, stopped, label, needs_lsn, needs_timeline, "
		"waiting) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)");

	db_bind_int(q, backup_id);
	db_bind_opt(q, (int64_t)p->system_id, 0);
	db_bind_opt(q, p->version, 0);
	db_bind_opt(q, p->timeline, 0);
	db_bind_opt(q, (int64_t)p->start_lsn, 0);
	db_bind_opt(q, (int64_t)p->stop_lsn, 0);
	db_bind_opt(q, p->segment_size, 0);
	db_bind_time(q, p->started);
	db_bind_time(q, p->stopped);
	db_bind_name(q, p->label);
	db_bind_opt(q, (int64_t)p->parent_lsn, 0);
	db_bind_opt(q, p->parent_lsn ? p->parent_timeline : 0, 0);
	db_bind_int(q, p->parent_lsn != 0);
	return db_run(q, err);
}

static int is_known(bks_catalog *cat, int64_t backup_id, bks_error *err)
{
	AUTO(db_query_auto)
	db_query *q =
		db_sql(cat->db, "SELECT EXISTS (SELECT 1 FROM physical WHERE backup_id = ?)");
	int r;

	db_bind_int(q, backup_id);
	r = db_step(q, err);
	if (r < 0)
		return r;
	r = db_bool(q);
	return db_end(q, err) < 0 ? BKS_E_CATALOG : r;
}

int physical_learn(bks_catalog *cat, int64_t backup_id, const bks_inspection *i, bks_error *err)
{
	bool good = i->verdict == BKS_SOUND || i->verdict == BKS_UNPROVEN;
	int r;

	if (!i->physical || !i->physical->start_lsn || !i->format ||
		strcmp(i->format, "pg-basebackup") != 0)
		return 0;
	/* what a bad copy says is taken only where no better one said anything */
	r = good ? forget(cat, backup_id, err) : is_known(cat, backup_id, err);
	return r ? (r < 0 ? r : 0) : put(cat, backup_id, i->physical, err);
}

static void read_row(bks_backup *b, db_query *q, bks_arena *a)
{
	bks_physical *p = arena_one(a, bks_physical);

	p->system_id = (uint64_t)db_int(q);
	p->version = (int)db_int(q);
	p->timeline = (uint32_t)db_int(q);
	p->start_lsn = (uint64_t)db_int(q);
	p->stop_lsn = (uint64_t)db_int(q);
	p->segment_size = (uint32_t)db_int(q);
	p->started = db_time(q);
	p->stopped = db_time(q);
	p->label = db_name(q, a);
	p->parent_lsn = (uint64_t)db_int(q);
	p->parent_timeline = (uint32_t)db_int(q);
	b->physical = p;
	b->parent_id = db_int(q);
	b->parent_waiting = db_bool(q);
}

int physical_read(bks_backup *b, bks_catalog *cat, bks_arena *a, bks_error *err)
{
	AUTO(db_query_auto) db_query *q = NULL;
	int r;

	if (b->kind != BKS_KIND_PHYSICAL)
		return 0;
	q = db_sql(cat->db,
		"SELECT system_id, version, timeline, start_lsn, stop_lsn, segment_size, "
		"started, stopped, label, needs_lsn, needs_timeline, parent_id, waiting "
		"FROM physical WHERE backup_id = ?");
	db_bind_int(q, b->id);
	r = db_step(q, err);
	if (r <= 0)
		return r;
	read_row(b, q, a);
	return db_end(q, err);
}

/* Two may begin at one place: copies that nobody joined yet, or a whole one that
 * pg_combinebackup made of a chain. Each will do, and the better one is taken. */
static int find_parent(int64_t *out, bks_catalog *cat, int64_t backup_id, bks_error *err)
{
	AUTO(db_query_auto)
	db_query *q = db_sql(cat->db,
		"SELECT o.backup_id FROM physical p JOIN physical o ON o.system_id = "
		"p.system_id AND o.start_lsn = p.needs_lsn AND o.timeline = p.needs_timeline "
		"AND o.start_lsn < p.start_lsn JOIN backups b ON b.id = o.backup_id "
		"WHERE p.backup_id = ? AND b.state IN ('live', 'settling', 'condemned') "
		"ORDER BY b.state = 'condemned', CASE b.verdict WHEN 'sound' THEN 0 WHEN "
		"'unproven' THEN 1 ELSE 2 END, o.needs_lsn NOT NULL, b.id LIMIT 1");
	int r;

	*out = 0;
	db_bind_int(q, backup_id);
	r = db_step(q, err);
	if (r <= 0)
		return r;
	*out = db_int(q);
	return db_end(q, err);
}

/* While it is young, and while a base backup is there that nobody looked into. 1: it may. */
static int may_come(bks_catalog *cat, const bks_backup *b, bks_time now, bks_error *err)
{
	int64_t settle = cat->settings ? cat->settings->settle : 15 * BKS_MINUTE;
	AUTO(db_query_auto) db_query *q = NULL;
	int r;

	for (size_t i = 0; i < b->artifact_count; i++)
		if (b->artifacts[i].mtime > now - settle && b->artifacts[i].mtime <= now)
			return 1;
	q = db_sql(cat->db,
		"SELECT EXISTS (SELECT 1 FROM backups b WHERE b.format = 'pg-basebackup' AND "
		"b.verdict = 'unknown' AND b.state IN ('live', 'settling') AND NOT EXISTS "
		"(SELECT 1 FROM physical WHERE backup_id = b.id))");
	r = db_step(q, err);
	if (r < 0)
		return r;
	r = db_bool(q);
	return db_end(q, err) < 0 ? BKS_E_CATALOG : r;
}

static int write_parent(
	bks_catalog *cat, int64_t backup_id, int64_t parent, int waiting, bks_error *err)
{
	db_query *q = db_sql(cat->db,
		"UPDATE physical SET parent_id = ?1, waiting = ?2 WHERE backup_id = ?3 AND "
		"(parent_id IS NOT ?1 OR waiting <> ?2)");

	db_bind_ref(q, parent);
	db_bind_int(q, waiting);
	db_bind_int(q, backup_id);
	return db_run(q, err);
}

int physical_settle(bks_backup *b, bks_catalog *cat, bks_time now, bks_arena *a, bks_error *err)
{
	int r, waiting = 0;

	b->kind = BKS_KIND_PHYSICAL;
	r = physical_read(b, cat, a, err);
	if (r || !b->physical || !b->physical->parent_lsn)
		return r;
	r = find_parent(&b->parent_id, cat, b->id, err);
	if (!r && !b->parent_id)
		waiting = may_come(cat, b, now, err);
	if (r || waiting < 0)
		return r ? r : waiting;
	b->parent_waiting = waiting;
	return write_parent(cat, b->id, b->parent_id, waiting, err);
}

static int drain_ids(const int64_t **out, size_t *n, db_query *q, bks_arena *a, bks_error *err)
{
	VEC(int64_t) ids = {0};
	int r;

	while ((r = db_step(q, err)) > 0)
		*vec_add(&ids, a) = db_int(q);
	*out = ids.v;
	*n = ids.n;
	return r;
}

int physical_followers(const int64_t **out, size_t *n, bks_catalog *cat, int64_t backup_id,
	bks_arena *a, bks_error *err)
{
	AUTO(db_query_auto)
	db_query *q = db_sql(cat->db,
		"SELECT c.backup_id FROM physical p JOIN physical c ON c.system_id = "
		"p.system_id AND c.needs_lsn = p.start_lsn AND c.needs_timeline = p.timeline "
		"AND c.start_lsn > p.start_lsn WHERE p.backup_id = ? ORDER BY c.backup_id");

	db_bind_int(q, backup_id);
	return drain_ids(out, n, q, a, err);
}

static int lacking(
	const int64_t **out, size_t *n, bks_catalog *cat, bks_arena *a, bks_error *err)
{
	AUTO(db_query_auto)
	db_query *q = db_sql(cat->db, "SELECT p.backup_id FROM physical p JOIN backups b ON "
				      "b.id = p.backup_id WHERE p.needs_lsn NOT NULL AND "
				      "p.parent_id IS NULL AND b.state <> 'gone' "
				      "ORDER BY p.backup_id");

	return drain_ids(out, n, q, a, err);
}

int chains_refresh(bks_catalog *cat, bks_time now, bks_error *err)
{
	AUTO(arena_auto) bks_arena *a = bks_arena_new();
	int r;

	CATALOG_STEP(cat, r, err, backups_refresh(cat, lacking, now, a, err));
	return r;
}

int chain_standing(struct chain_standing *out, bks_catalog *cat, int64_t backup_id,
	bks_arena *a, bks_error *err)
{
	bks_backup b = {.id = backup_id, .kind = BKS_KIND_PHYSICAL};
	int r = physical_read(&b, cat, a, err);

	*out = (struct chain_standing){
		b.physical && b.physical->parent_lsn && !b.parent_id, b.parent_waiting};
	return r;
}

int bks_backup_children(const int64_t **out, size_t *n, bks_catalog *cat, int64_t id,
	bks_arena *a, bks_error *err)
{
	AUTO(db_query_auto)
	db_query *q = db_sql(cat->db,
		"SELECT p.backup_id FROM physical p JOIN backups b ON b.id = p.backup_id "
		"WHERE p.parent_id = ? AND b.state <> 'gone' ORDER BY p.start_lsn, b.id");

	db_bind_int(q, id);
	return drain_ids(out, n, q, a, err);
}
