/*
 * Every row as a line of JSON. All is written into a nameless file first, in one read
 * transaction, so that the lines are of one moment and a slow reader of the output holds nobody
 * up.
 */
#include "backstay/doctor.h"
#include "backstay/json.h"
#include "backstay/text.h"
#include "base/text.h"
#include "catalog/tables.h"
#include <errno.h>
#include <string.h>

const char *const catalog_tables[] = {"repos", "repo_classes", "sources", "source_tables", "source_globs",
	"inventories", "inventory_tables", "runs", "backups", "artifacts", "strangers", "set_parts",
	"set_lacks", "physical", "checks", "findings", "holds", "acks", "ack_codes", "slots", "wal_runs",
	"wal_findings", "wal_acks", "wal_forks", "wal_marks", "wal_leases",
	"provider_windows", "plans", "condemnations", "intents", "intent_members",
	"wal_condemnations", "wal_condemned_files",
	"locks", "clocks", "tasks_done", "drills", "journal", NULL};

static void put_value(bks_json *o, const char *key, const struct db_value *v)
{
	bks_json *blob;

	if (v->type == DB_INT) {
		bks_json_put_int(o, key, v->i);
	} else if (v->type == DB_NULL) {
		bks_json_put(o, key, NULL);
	} else if (v->type == DB_TEXT && bks_is_utf8(v->bytes, v->n)) {
		bks_json_put_text(o, key, v->bytes);
	} else {
		blob = bks_json_object();
		bks_json_put_hex(blob, TABLES_HEX, v->bytes, v->n);
		bks_json_put(o, key, blob);
	}
}

static int print(bks_json *o, FILE *to, bks_arena *a, bks_error *err)
{
	const char *line = bks_json_text(o, a);

	bks_json_free(o);
	if (fputs(line, to) == EOF || fputc('\n', to) == EOF)
		return fail(err, BKS_E_IO, "write the rows: %s", strerror(errno));
	return 0;
}

static int export_table(bks_catalog *cat, const char *table, FILE *to, bks_error *err)
{
	AUTO(arena_auto) bks_arena *a = bks_arena_new();
	AUTO(db_query_auto)
	db_query *q = db_sql(cat->db, arena_form(a, "SELECT * FROM %s", table));
	int r = 0, n;

	while (!r && (n = db_step(q, err)) != 0) {
		bks_json *o;
		struct db_value v;

		if (n < 0)
			return n;
		bks_arena_reset(a);
		o = bks_json_object();
		bks_json_put_text(o, "table", table);
		for (int i = 0; i < db_columns(q); i++) {
			db_value(&v, q, a);
			put_value(o, db_column(q, i), &v);
		}
		r = print(o, to, a, err);
	}
	return r;
}

static int export_all(bks_catalog *cat, FILE *to, bks_error *err)
{
	AUTO(arena_auto) bks_arena *a = bks_arena_new();
	bks_json *o = bks_json_object();
	int r;

	bks_json_put_text(o, "backstay", "export");
	bks_json_put_int(o, "schema", catalog_migrations_n);
	bks_json_put_time(o, "at", bks_clock_now());
	r = print(o, to, a, err);
	for (int i = 0; !r && catalog_tables[i]; i++)
		r = export_table(cat, catalog_tables[i], to, err);
	return r;
}

static int pour(FILE *to, FILE *from, bks_error *err)
{
	char block[65536];
	size_t n;

	rewind(from);
	while ((n = fread(block, 1, sizeof block, from)) > 0)
		if (fwrite(block, 1, n, to) != n)
			return fail(err, BKS_E_IO, "write the output: %s", strerror(errno));
	if (ferror(from))
		return fail(err, BKS_E_IO, "read the rows again: %s", strerror(errno));
	return fflush(to) ? fail(err, BKS_E_IO, "write the output: %s", strerror(errno)) : 0;
}

int bks_export(bks_catalog *cat, FILE *to, bks_error *err)
{
	FILE *lines = tmpfile();
	int r;

	if (!lines)
		return fail(err, BKS_E_IO, "make a temporary file: %s", strerror(errno));
	r = db_moment_begin(cat->db, err);
	if (!r) {
		r = export_all(cat, lines, err);
		db_moment_end(cat->db);
	}
	if (!r && fflush(lines))
		r = fail(err, BKS_E_IO, "write the rows: %s", strerror(errno));
	if (!r)
		r = pour(to, lines, err);
	fclose(lines);
	return r;
}
