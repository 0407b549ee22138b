#include "format/cover.h"
#include <inttypes.h>
#include <string.h>

enum { DEPTH_MAX = 16 }; /* of partitions; in practice two */

struct found {
	bool ddl, data;
	int64_t rows; /* -1: no data section at all */
};

static bool is(const char *schema, const char *name, const bks_requirement *q)
{
	return schema && name && !strcmp(schema, q->schema) && !strcmp(name, q->name);
}

static void add_rows(struct found *f, const bks_table *t)
{
	f->data = true;
	if (t->rows >= 0)
		f->rows = (f->rows < 0 ? 0 : f->rows) + t->rows;
}

/* Is T that table, or a partition of it of any depth? Upwards, so that forged parents in a circle count nothing twice. */
static bool is_part(const struct report *r, const bks_table *t, const bks_requirement *q)
{
	for (int depth = 0; t && depth < DEPTH_MAX; depth++) {
		if (is(t->schema, t->name, q))
			return true;
		if (!t->parent_name)
			return false;
		t = report_known(r, t->database, t->parent_schema, t->parent_name);
	}
	return false;
}

static struct found find(const struct report *r, const bks_requirement *q)
{
	struct found f = {.rows = -1};

	for (size_t i = 0; i < r->tables.n; i++) {
		const bks_table *t = &r->tables.v[i]->t;

		f.ddl = f.ddl || (t->ddl && is(t->schema, t->name, q));
		if (t->data && is_part(r, t, q))
			add_rows(&f, t);
	}
	return f;
}

static void judge_one(struct report *r, const bks_requirement *asked)
{
	bks_requirement own = *asked, *q = &own;
	struct found f;
	enum bks_content c = r->out->content;
	const char *name;

	/* a name without a schema is read as one of `public`; here that is called `main` */
	if (r->out->format && !strcmp(r->out->format, "sqlite") && !strcmp(own.schema, "public"))
		own.schema = "main";
	f = find(r, q);
	name = bks_shown(arena_form(r->arena, "%s.%s", q->schema, q->name), r->arena);
	if (!f.ddl && !f.data) {
		report_find(r, F_REQUIRED_TABLE_MISSING, NULL, "required table %s is not in it", name);
	} else if (!f.ddl && c != BKS_CONTENT_DATA) {
		report_find(r, F_REQUIRED_TABLE_MISSING, NULL,
			"required table %s has rows but no CREATE TABLE", name);
	} else if (!f.data && c != BKS_CONTENT_SCHEMA) {
		report_find(r, F_REQUIRED_TABLE_EMPTY, NULL,
			"required table %s has no data section", name);
	} else if (q->min_rows > 0 && f.rows < q->min_rows) {
		report_find(r, F_ROWS_BELOW_FLOOR, NULL,
			"required table %s holds %" PRId64 " rows, at least %" PRId64 " are required", name,
			f.rows < 0 ? 0 : f.rows, q->min_rows);
	}
}

/* Bytes that show no tables, being none of a dump's, or a cluster's own files and its log: nothing can be said about what they
 * hold. */
static bool shows_tables(const struct report *r)
{
	const char *f = r->out->format;
	bool physical = f && (!strcmp(f, "pg-basebackup") || !strcmp(f, "pg-wal"));

	return (r->out->recognised && !physical) || r->tables.n || report_has(r, F_EMPTY);
}

enum bks_result cover_judge(struct report *r, const bks_requirement *require, size_t n, int64_t min_size)
{
	bool hidden = n && !shows_tables(r);

	if (!n && !min_size)
		return BKS_RESULT_NOT_RUN;
	if (min_size && r->out->unwrapped >= 0 && r->out->unwrapped < min_size)
		report_find(r, F_TOO_SMALL, NULL, "%" PRId64 " bytes, at least %" PRId64 " are required",
			r->out->unwrapped, min_size);
	for (size_t i = 0; !hidden && i < n; i++)
		judge_one(r, &require[i]);
	if (r->fails[BKS_COVERED])
		return BKS_RESULT_FAIL;
	return hidden ? BKS_RESULT_UNPROVABLE : BKS_RESULT_PASS;
}
