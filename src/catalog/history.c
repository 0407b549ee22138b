/*
 * Which backups are good enough to hold later ones against, and the rows that they had. A night
 * that lost rows must not become what the next is compared with, or a loss makes itself the
 * rule; so backups.inventory_id is set by sound looks alone, taken back by those that miss
 * something, and given again by an acknowledgement.
 */
#include "base/vec.h"
#include "catalog/catalog_private.h"

/* The findings that speak of rows: to acknowledge one of them is to accept the rows that are
 * there. */
#define LOSSES                                                                                 \
	"('rows-dropped', 'table-emptied', 'rows-below-floor', 'required-table-empty', "       \
	"'required-table-missing', 'rows-disagree')"

static int list(const struct history_row **out, size_t *n, bks_catalog *cat,
	const struct history_ask *ask, bks_arena *a, bks_error *err)
{
	AUTO(db_query_auto)
	db_query *q = db_sql(cat->db,
		"SELECT b.id, b.taken_at, EXISTS (SELECT 1 FROM acks k JOIN ack_codes c ON "
		"c.ack_id = k.id "
		"WHERE k.backup_id = b.id AND c.code IN " LOSSES
		"), b.inventory_id FROM backups b "
		"WHERE b.source_id = ? AND b.kind = ? AND b.id <> ? AND b.taken_at < ? "
		"AND b.inventory_id IS NOT NULL AND b.merged_into IS NULL "
		"AND NOT EXISTS (SELECT 1 FROM inventory_tables t WHERE t.inventory_id = "
		"b.inventory_id AND t.ddl) = ? "
		"AND NOT EXISTS (SELECT 1 FROM holds h WHERE h.backup_id = b.id AND h.kind = "
		"'suspicion' "
		"AND h.released IS NULL) "
		"ORDER BY b.taken_at DESC, b.id DESC LIMIT ?");
	VEC(struct history_row) rows = {0};
	int r;

	db_bind_int(q, ask->source_id);
	db_bind_text(q, words_kind[ask->kind]);
	db_bind_int(q, ask->backup_id);
	db_bind_time(q, ask->taken_at);
	db_bind_int(q, ask->data_only);
	db_bind_int(q, (int64_t)ask->most);
	while ((r = db_step(q, err)) > 0) {
		struct history_row *v = vec_add(&rows, a);

		v->backup = db_int(q);
		v->taken_at = db_time(q);
		v->accepted = db_bool(q);
		v->inventory = db_int(q);
	}
	*out = rows.v;
	*n = rows.n;
	return r;
}

/* Most nights are like the one before: a list that two of them share is read once. */
static int read_tables(
	struct history_row *v, size_t at, bks_catalog *cat, bks_arena *a, bks_error *err)
{
	for (size_t i = 0; i < at; i++)
		if (v[i].inventory == v[at].inventory) {
			v[at].tables = v[i].tables;
			v[at].n = v[i].n;
			return 0;
		}
	return inventory_read(&v[at].tables, &v[at].n, cat, v[at].inventory, a, err);
}

int history_before(const struct history_row **out, size_t *n, bks_catalog *cat,
	const struct history_ask *ask, bks_arena *a, bks_error *err)
{
	int r = list(out, n, cat, ask, a, err);
	struct history_row *v = arena_take(a, (*n + 1) * sizeof *v);

	for (size_t i = 0; !r && i < *n; i++) {
		v[i] = (*out)[i];
		r = read_tables(v, i, cat, a, err);
	}
	*out = v;
	return r;
}

int history_set(bks_catalog *cat, int64_t backup_id, int64_t inventory, bks_error *err)
{
	db_query *q = db_sql(cat->db, "UPDATE backups SET inventory_id = ?1 WHERE id = ?2 AND "
				      "inventory_id IS NOT ?1");

	db_bind_ref(q, inventory);
	db_bind_int(q, backup_id);
	return db_run(q, err);
}

static bool has_data(const bks_inspection *i)
{
	for (size_t k = 0; k < i->table_count; k++)
		if (i->tables[k].data)
			return true;
	return false;
}

int history_judge(struct kept_rows *out, bks_catalog *cat, int64_t backup_id,
	const bks_inspection *i, int64_t inventory, bks_error *err)
{
	int r;

	*out = (struct kept_rows){0};
	if (!inventory || !has_data(i))
		return 0;
	if (i->verdict == BKS_SOUND) {
		*out = (struct kept_rows){true, inventory};
		return 0;
	}
	/* what breaks in the file says nothing about the rows that it had */
	if (i->levels[BKS_COVERED] != BKS_RESULT_FAIL ||
		i->levels[BKS_WHOLE] != BKS_RESULT_PASS)
		return 0;
	r = ack_covers(cat, backup_id, i, err);
	*out = (struct kept_rows){true, r > 0 ? inventory : 0};
	return r < 0 ? r : 0;
}

/* The rows that the look saw which told of a loss; of the best copy, if that is one of them. */
static int lossy_inventory(int64_t *out, bks_catalog *cat, int64_t backup_id, bks_error *err)
{
	AUTO(db_query_auto)
	db_query *q = db_sql(cat->db,
		"SELECT a.inventory_id FROM backups b JOIN artifacts a ON a.backup_id = b.id "
		"JOIN findings f ON f.check_id = a.check_id WHERE b.id = ? AND a.state = "
		"'live' "
		"AND a.whole = 'pass' AND f.code IN " LOSSES
		" AND EXISTS (SELECT 1 FROM inventory_tables t "
		"WHERE t.inventory_id = a.inventory_id AND t.data) "
		"ORDER BY a.repo_id <> b.best_repo_id, a.id LIMIT 1");
	int r;

	*out = 0;
	db_bind_int(q, backup_id);
	r = db_step(q, err);
	if (r <= 0)
		return r;
	*out = db_int(q);
	return db_end(q, err);
}

static int list_due(const int64_t **out, size_t *n, bks_catalog *cat, int64_t backup_id,
	bks_arena *a, bks_error *err)
{
	AUTO(db_query_auto)
	db_query *q = db_sql(cat->db, "SELECT DISTINCT a.id FROM backups b JOIN backups l ON "
				      "l.source_id = b.source_id AND l.kind = b.kind "
				      "AND l.taken_at > b.taken_at AND l.state = 'live' JOIN "
				      "artifacts a ON a.backup_id = l.id AND a.state = 'live' "
				      "JOIN findings f ON f.check_id = a.check_id AND f.code "
				      "IN ('rows-dropped', 'table-emptied') WHERE b.id = ?");
	VEC(int64_t) due = {0};
	int r;

	db_bind_int(q, backup_id);
	while ((r = db_step(q, err)) > 0)
		*vec_add(&due, a) = db_int(q);
	*out = due.v;
	*n = due.n;
	return r;
}

int history_accept(bks_catalog *cat, int64_t backup_id, bks_time now, bks_error *err)
{
	AUTO(arena_auto) bks_arena *a = bks_arena_new();
	const int64_t *due = NULL;
	int64_t inventory;
	size_t n = 0;
	int r = lossy_inventory(&inventory, cat, backup_id, err);

	if (r || !inventory)
		return r;
	r = history_set(cat, backup_id, inventory, err);
	if (!r)
		r = list_due(&due, &n, cat, backup_id, a, err);
	for (size_t i = 0; !r && i < n; i++)
		r = artifact_recheck(cat, due[i], now, err);
	return r;
}
