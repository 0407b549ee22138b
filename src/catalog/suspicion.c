/* Backups under suspicion: they lost rows or size suddenly, and nobody said yet that it was meant. A hold of its own kind
 * keeps each of them; an acknowledgement lifts it. */
#include "catalog/catalog_private.h"

int suspicion_sizes(struct suspicion_sizes *out, bks_catalog *cat, int64_t backup_id, bks_error *err)
{
	AUTO(db_query_auto)
	db_query *q = db_sql(cat->db,
		"SELECT me.size, b.size FROM backups me JOIN backups b ON b.source_id = me.source_id AND "
		"b.kind = me.kind WHERE me.id = ? AND b.id <> me.id AND b.taken_at < me.taken_at AND "
		"b.verdict IN ('sound', 'unproven') AND b.format IS me.format AND b.wrapping IS me.wrapping "
		"AND b.content = me.content AND b.merged_into IS NULL AND NOT EXISTS (SELECT 1 FROM holds h "
		"WHERE h.backup_id = b.id AND h.kind = 'suspicion' AND h.released IS NULL) AND NOT EXISTS "
		"(SELECT 1 FROM physical p WHERE p.backup_id IN (b.id, me.id) AND p.needs_lsn IS NOT NULL) "
		"ORDER BY b.taken_at DESC, b.id DESC LIMIT ?");
	int r;

	*out = (struct suspicion_sizes){0};
	db_bind_int(q, backup_id);
	db_bind_int(q, SUSPICION_NIGHTS);
	while ((r = db_step(q, err)) > 0) {
		out->own = db_int(q);
		out->before[out->n++] = db_int(q);
	}
	return r;
}

static int is_told(bks_catalog *cat, int64_t backup_id, bks_error *err)
{
	AUTO(db_query_auto)
	db_query *q = db_sql(cat->db,
		"SELECT EXISTS (SELECT 1 FROM acks WHERE backup_id = ?) OR EXISTS (SELECT 1 FROM holds WHERE "
		"backup_id = ? AND kind = 'suspicion' AND released IS NULL)");
	int r;

	db_bind_int(q, backup_id);
	db_bind_int(q, backup_id);
	r = db_step(q, err);
	if (r < 0)
		return r;
	r = db_bool(q);
	return db_end(q, err) < 0 ? BKS_E_CATALOG : r;
}

int suspicion_add(bks_catalog *cat, int64_t backup_id, const char *label, const char *what, bks_arena *a, bks_error *err)
{
	int64_t id;
	int r = is_told(cat, backup_id, err);

	if (r)
		return r < 0 ? r : 0;
	r = hold_insert(&id, cat, backup_id, "suspicion", what, BKS_TIME_NONE, err);
	return r ? r : journal_add(cat, "suspect", backup_object(backup_id, label, a), what, err);
}

int suspicion_lift(bks_catalog *cat, int64_t backup_id, bks_error *err)
{
	db_query *q = db_sql(cat->db,
		"UPDATE holds SET released = ? WHERE backup_id = ? AND kind = 'suspicion' AND released IS NULL");

	db_bind_time(q, bks_clock_now());
	db_bind_int(q, backup_id);
	return db_run(q, err);
}
