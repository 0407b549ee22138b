/* The tables that looks found, each distinct list once: named by SHA-256 over it. */
#include "base/digest.h"
#include "base/text.h"
#include "base/vec.h"
#include "catalog/catalog_private.h"
#include <string.h>

#define COLUMNS                                                                                \
	"t.database, t.schema_name, t.table_name, t.parent_schema, t.parent_name, t.ddl, "     \
	"t.data, "                                                                             \
	"t.rows, t.told_rows"

static void read_row(bks_table *out, db_query *q, bks_arena *a)
{
	out->database = db_name(q, a);
	out->schema = db_name(q, a);
	out->name = db_name(q, a);
	out->parent_schema = db_name(q, a);
	out->parent_name = db_name(q, a);
	out->ddl = db_bool(q);
	out->data = db_bool(q);
	out->rows = db_opt(q, -1);
	out->told_rows = db_opt(q, -1);
	out->told = out->told_rows >= 0;
}

static void add_field(struct text *t, const char *s)
{
	text_form(t, s ? "%zu:" : "-", s ? strlen(s) : (size_t)0);
	text_word(t, s ? s : "");
}

static void list_digest(uint8_t out[32], const bks_table *v, size_t n, bks_arena *a)
{
	struct text t = {.arena = a};

	for (size_t i = 0; i < n; i++) {
		add_field(&t, v[i].database);
		add_field(&t, v[i].schema);
		add_field(&t, v[i].name);
		add_field(&t, v[i].parent_schema);
		add_field(&t, v[i].parent_name);
		text_form(&t, "%d%d%lld", v[i].ddl, v[i].data, (long long)v[i].rows);
		if (v[i].told) /* without one, a list is named as it always was */
			text_form(&t, ":%lld", (long long)v[i].told_rows);
		text_word(&t, "\n");
	}
	digest_sha256(out, t.n ? t.s : "", t.n);
}

static int find(int64_t *id, bks_catalog *cat, const uint8_t key[32], bks_error *err)
{
	AUTO(db_query_auto)
	db_query *q = db_sql(cat->db, "SELECT id FROM inventories WHERE digest = ?");
	int r;

	db_bind_blob(q, key, 32);
	r = db_step(q, err);
	if (r <= 0)
		return r ? r : 1;
	*id = db_int(q);
	return db_end(q, err);
}

static int insert_table(
	bks_catalog *cat, int64_t id, size_t at, const bks_table *t, bks_error *err)
{
	db_query *q = db_sql(cat->db,
		"INSERT INTO inventory_tables (inventory_id, position, database, schema_name, "
		"table_name, parent_schema, parent_name, ddl, data, rows, told_rows) "
		"VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)");

	db_bind_int(q, id);
	db_bind_int(q, (int64_t)at);
	db_bind_name(q, t->database);
	db_bind_name(q, t->schema);
	db_bind_name(q, t->name);
	db_bind_name(q, t->parent_schema);
	db_bind_name(q, t->parent_name);
	db_bind_int(q, t->ddl);
	db_bind_int(q, t->data);
	db_bind_opt(q, t->rows < 0 ? -1 : t->rows, -1);
	db_bind_opt(q, t->told ? t->told_rows : -1, -1);
	return db_run(q, err);
}

static int insert(int64_t *id, bks_catalog *cat, const uint8_t key[32], const bks_table *v,
	size_t n, bks_error *err)
{
	db_query *q = db_sql(cat->db, "INSERT INTO inventories (digest, tables) VALUES (?, ?)");
	int r;

	db_bind_blob(q, key, 32);
	db_bind_int(q, (int64_t)n);
	r = db_run(q, err);
	*id = db_last_id(cat->db);
	for (size_t i = 0; !r && i < n; i++)
		r = insert_table(cat, *id, i, &v[i], err);
	return r;
}

int inventory_store(int64_t *id, bks_catalog *cat, const bks_table *v, size_t n, bks_error *err)
{
	AUTO(arena_auto) bks_arena *a = bks_arena_new();
	uint8_t key[32];
	int r;

	*id = 0;
	if (!n)
		return 0;
	list_digest(key, v, n, a);
	r = find(id, cat, key, err);
	if (r > 0)
		CATALOG_STEP(cat, r, err, insert(id, cat, key, v, n, err));
	return r;
}

static int drain(const bks_table **out, size_t *n, db_query *q, bks_arena *a, bks_error *err)
{
	VEC(bks_table) rows = {0};
	int r;

	while ((r = db_step(q, err)) > 0)
		read_row(vec_add(&rows, a), q, a);
	*out = rows.v;
	*n = rows.n;
	return r;
}

int inventory_read(const bks_table **out, size_t *n, bks_catalog *cat, int64_t inventory_id,
	bks_arena *a, bks_error *err)
{
	AUTO(db_query_auto)
	db_query *q = db_sql(cat->db,
		"SELECT " COLUMNS
		" FROM inventory_tables t WHERE t.inventory_id = ? ORDER BY t.position");

	db_bind_int(q, inventory_id);
	return drain(out, n, q, a, err);
}

/* Those of one copy: the live one that was looked at last. Its artifacts hold parts of the
 * whole. */
int bks_backup_tables(const bks_table **out, size_t *n, bks_catalog *cat, int64_t id,
	bks_arena *a, bks_error *err)
{
	AUTO(db_query_auto)
	db_query *q = db_sql(cat->db,
		"SELECT t.database, t.schema_name, t.table_name, max(t.parent_schema), "
		"max(t.parent_name), max(t.ddl), max(t.data), max(t.rows), max(t.told_rows) "
		"FROM artifacts a JOIN inventory_tables t ON t.inventory_id = a.inventory_id "
		"WHERE a.backup_id = ? AND a.repo_id = (SELECT repo_id FROM artifacts "
		"WHERE backup_id = ? AND inventory_id IS NOT NULL "
		"ORDER BY state <> 'live', verified_at DESC, id LIMIT 1) "
		"GROUP BY t.database, t.schema_name, t.table_name ORDER BY min(a.id), "
		"min(t.position)");

	db_bind_int(q, id);
	db_bind_int(q, id);
	return drain(out, n, q, a, err);
}
