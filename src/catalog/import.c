/* Lines of JSON become rows of an empty catalog, all of them or none. */
#include "backstay/doctor.h"
#include "backstay/json.h"
#include "base/bytes.h"
#include "base/text.h"
#include "base/vec.h"
#include "catalog/tables.h"
#include <errno.h>
#include <stdlib.h>
#include <string.h>

enum { LINE_MAX_BYTES = 64 * 1024 * 1024 };

struct intake {
	bks_catalog *cat;
	FILE *from;
	char *line;
	size_t room, n; /* of the line */
	int64_t at;     /* its number */
	bool begun;     /* the header was read */
	int64_t rows;
	bks_arena *a; /* of one line */
};

/* 1: a line; 0: the end. */
static int next_line(struct intake *t, bks_error *err)
{
	int c;

	t->n = 0;
	t->at++;
	while ((c = getc_unlocked(t->from)) != EOF && c != '\n') {
		if (t->n + 1 >= LINE_MAX_BYTES)
			return fail(err, BKS_E_LIMIT, "line %lld is longer than %d bytes",
				(long long)t->at, LINE_MAX_BYTES);
		if (t->n + 1 >= t->room) {
			t->room = t->room ? t->room * 2 : 4096;
			t->line = realloc(t->line, t->room);
			if (!t->line)
				abort();
		}
		t->line[t->n++] = (char)c;
	}
	if (ferror(t->from))
		return fail(
			err, BKS_E_IO, "read line %lld: %s", (long long)t->at, strerror(errno));
	return c != EOF || t->n;
}

static int check_header(const bks_json *o, bks_error *err)
{
	const char *what = bks_json_get_text(o, "backstay");
	int64_t schema = bks_json_get_int(o, "schema", 0);

	if (!what || strcmp(what, "export") != 0 || schema <= 0)
		return fail(err, BKS_E_USAGE, "this is not what backstay export writes");
	if (schema > catalog_migrations_n)
		return fail(err, BKS_E_NEWER,
			"schema %lld, this program knows %d: a newer one wrote it",
			(long long)schema, catalog_migrations_n);
	return 0;
}

static const char *known_table(const bks_json *o)
{
	const char *name = bks_json_get_text(o, "table");

	for (int i = 0; name && catalog_tables[i]; i++)
		if (!strcmp(name, catalog_tables[i]))
			return catalog_tables[i];
	return NULL;
}

/* 1: KEY is not there. */
static int get_value(
	struct db_value *out, const bks_json *o, const char *key, bks_arena *a, bks_error *err)
{
	const bks_json *v = bks_json_get(o, key);
	const char *text = bks_json_as_text(v), *hex = bks_json_get_text(v, TABLES_HEX);
	uint8_t *bytes;

	*out = (struct db_value){.type = DB_NULL};
	if (!v)
		return 1;
	if (text) {
		*out = (struct db_value){.type = DB_TEXT, .bytes = text, .n = strlen(text)};
		return 0;
	}
	if (hex) {
		bytes = arena_take(a, strlen(hex) / 2 + 1);
		*out = (struct db_value){.type = DB_BLOB, .bytes = bytes, .n = strlen(hex) / 2};
		if (hex_read(bytes, out->n, hex))
			return 0;
	} else if (bks_json_get_int(o, key, 0) == bks_json_get_int(o, key, 1)) {
		*out = (struct db_value){.type = DB_INT, .i = bks_json_get_int(o, key, 0)};
		return 0;
	} else if (!strcmp(bks_json_text(v, a), "null")) {
		return 0;
	}
	return fail(err, BKS_E_USAGE, "%s holds no value that export writes", key);
}

typedef VEC(const char *) names;

static int read_columns(names *out, struct intake *t, const char *table, bks_error *err)
{
	AUTO(db_query_auto)
	db_query *q = db_sql(t->cat->db, "SELECT name FROM pragma_table_info(?)");
	int r;

	db_bind_text(q, table);
	while ((r = db_step(q, err)) > 0)
		*vec_add(out, t->a) = db_text(q, t->a);
	return r;
}

struct insertion {
	struct text columns, marks;
	VEC(struct db_value) values;
};

/* A column that the line does not have (an older schema wrote it) takes its default. */
static int collect(struct insertion *in, struct intake *t, const bks_json *o, const char *table,
	bks_error *err)
{
	names columns = {0};
	struct db_value v;
	int r = read_columns(&columns, t, table, err);

	for (size_t i = 0; !r && i < columns.n; i++) {
		r = get_value(&v, o, columns.v[i], t->a, err);
		if (!r) {
			text_form(&in->columns, "%s%s", in->values.n ? ", " : "", columns.v[i]);
			text_word(&in->marks, in->values.n ? ", ?" : "?");
			*vec_add(&in->values, t->a) = v;
		}
		r = r > 0 ? 0 : r;
	}
	return r || in->values.n ? r : fail(err, BKS_E_USAGE, "it has no columns");
}

static int insert_row(struct intake *t, const bks_json *o, const char *table, bks_error *err)
{
	struct insertion in = {.columns.arena = t->a, .marks.arena = t->a};
	db_query *q;
	int r = collect(&in, t, o, table, err);

	if (r)
		return r;
	q = db_sql(t->cat->db, arena_form(t->a, "INSERT INTO %s (%s) VALUES (%s)", table,
				       in.columns.s, in.marks.s));
	for (size_t i = 0; i < in.values.n; i++)
		db_bind_value(q, &in.values.v[i]);
	t->rows++;
	return db_run(q, err);
}

static int take_line(struct intake *t, bks_error *err)
{
	bks_json *o;
	const char *table;
	int r = bks_json_read(&o, t->line, t->n, err);

	if (r)
		return r;
	table = known_table(o);
	if (!t->begun)
		r = check_header(o, err);
	else if (!table)
		r = fail(err, BKS_E_USAGE, "it names no table of a catalog");
	else
		r = insert_row(t, o, table, err);
	t->begun = true;
	bks_json_free(o);
	return r;
}

/* A row that the catalog's rules refuse is the line's fault. */
static int blame_line(const struct intake *t, int r, bks_error *err)
{
	if (r == BKS_E_REFUSED || r == BKS_E_CATALOG) {
		r = BKS_E_USAGE;
		if (err)
			err->code = r;
	}
	return note(err, r, "line %lld", (long long)t->at);
}

static int count(int64_t *n, bks_catalog *cat, const char *sql, bks_error *err)
{
	AUTO(db_query_auto) db_query *q = db_sql(cat->db, sql);
	int r = db_step(q, err);

	if (r < 0)
		return r;
	*n = db_int(q);
	return db_end(q, err);
}

/* What the settings declared when the catalog was made is no content: it comes back at the end.
 */
static int make_room(bks_catalog *cat, bks_error *err)
{
	int64_t n;
	int r = count(&n, cat,
		"SELECT (SELECT count(*) FROM backups) + (SELECT count(*) FROM runs) + "
		"(SELECT count(*) FROM journal) + (SELECT count(*) FROM inventories) + "
		"(SELECT count(*) FROM repos WHERE declared IS NULL) + "
		"(SELECT count(*) FROM sources WHERE declared IS NULL)",
		err);

	if (!r && n)
		return fail(err, BKS_E_USAGE, "%s is not empty: import wants a new catalog",
			cat->file);
	return r ? r
		 : db_exec(cat->db,
			   "PRAGMA defer_foreign_keys = ON; DELETE FROM source_tables; "
			   "DELETE FROM source_globs; DELETE FROM sources; DELETE FROM repo_classes; DELETE FROM repos; "
			   "DELETE FROM facts",
			   err);
}

static int check_references(bks_catalog *cat, bks_error *err)
{
	AUTO(arena_auto) bks_arena *a = bks_arena_new();
	AUTO(db_query_auto)
	db_query *q = db_sql(
		cat->db, "SELECT \"table\", parent FROM pragma_foreign_key_check LIMIT 1");
	int r = db_step(q, err);
	const char *table, *parent;

	if (r <= 0)
		return r;
	table = db_text(q, a);
	parent = db_text(q, a);
	return fail(err, BKS_E_USAGE,
		"rows of %s refer to rows of %s that are not among the lines", table, parent);
}

static int take_all(struct intake *t, bks_error *err)
{
	int r = make_room(t->cat, err), more;

	if (r)
		return r;
	while ((more = next_line(t, err)) > 0) {
		bks_arena_reset(t->a);
		r = t->n ? take_line(t, err) : 0;
		if (r)
			return blame_line(t, r, err);
	}
	if (!more && !t->begun)
		more = fail(err, BKS_E_USAGE, "nothing to import: there is no line");
	if (!more)
		more = check_references(t->cat, err);
	if (!more)
		more = settings_forget(t->cat, err);
	if (!more)
		more = settings_sync(t->cat, err);
	if (more)
		return more;
	return journal_add(
		t->cat, "import", NULL, arena_form(t->a, "%lld rows", (long long)t->rows), err);
}

int bks_import(int64_t *rows, bks_catalog *cat, FILE *from, bks_error *err)
{
	struct intake t = {.cat = cat, .from = from, .a = bks_arena_new()};
	int r;

	CATALOG_STEP(cat, r, err, take_all(&t, err));
	*rows = r ? 0 : t.rows;
	free(t.line);
	bks_arena_free(t.a);
	return r;
}
