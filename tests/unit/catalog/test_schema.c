/* The whole schema against tests/upgrade/schema.golden, so that a reviewer sees every change of
 * it in one place. */
#include "shelf.h"

static char *slurp(const char *path)
{
	FILE *f = fopen(path, "r");
	char *text = NULL;
	size_t n = 0, room = 0;
	int c;

	if (!f)
		return NULL;
	while ((c = getc(f)) != EOF) {
		if (n + 1 >= room)
			text = realloc(text, room = room * 2 + 4096);
		text[n++] = (char)c;
	}
	fclose(f);
	if (text)
		text[n] = '\0';
	return text;
}

TEST(a_fresh_catalog_has_the_golden_schema)
{
	const char *path = getenv("SCHEMA_GOLDEN");
	char *is, *golden;
	struct shelf s;
	db_query *q;
	size_t n;
	FILE *f;

	NOSTATE;
	shelf_open(&s);
	f = open_memstream(&is, &n);
	q = db_sql(s.cat->db,
		"SELECT sql FROM sqlite_schema WHERE sql IS NOT NULL ORDER BY type, name");
	while (db_step(q, &s.err) > 0)
		fprintf(f, "%s;\n", db_text(q, s.a));
	db_query_free(q);
	fclose(f);
	assert_non_null(path);
	golden = slurp(path);
	if (!golden || strcmp(is, golden) != 0) {
		char out[] = "/tmp/schema.is";

		f = fopen(out, "w");
		fputs(is, f);
		fclose(f);
		fail_msg("the schema changed: look at diff %s %s, and copy it when it is meant",
			path, out);
	}
	free(is);
	free(golden);
	shelf_close(&s);
}

/* Every block of SQL in docs/catalog.md. */
TEST(the_queries_of_the_docs_run)
{
	const char *path = getenv("CATALOG_DOC");
	char *doc = path ? slurp(path) : NULL, *end;
	struct shelf s;
	int n = 0;

	NOSTATE;
	assert_non_null(doc);
	shelf_open(&s);
	shelf_sound(&s, "x", T0);
	for (char *at = strstr(doc, "```sql\n"); at; at = strstr(end + 3, "```sql\n")) {
		end = strstr(at + 7, "```");
		assert_non_null(end);
		*end = '\0';
		OK(&s, shelf_sql(&s, at + 7));
		n++;
	}
	assert_in_range(n, 10, 100);
	free(doc);
	shelf_close(&s);
}

/* People build on them. */
TEST(the_docs_name_every_view)
{
	const char *path = getenv("CATALOG_DOC");
	char *doc = path ? slurp(path) : NULL, name[80];
	struct shelf s;
	db_query *q;

	NOSTATE;
	assert_non_null(doc);
	shelf_open(&s);
	q = db_sql(s.cat->db, "SELECT name FROM sqlite_schema WHERE type IN ('view', 'table')");
	while (db_step(q, &s.err) > 0) {
		snprintf(name, sizeof name, "`%s`", db_text(q, s.a));
		if (!strstr(doc, name))
			fail_msg("docs/catalog.md does not name %s", name);
	}
	db_query_free(q);
	free(doc);
	shelf_close(&s);
}

MAIN(T(a_fresh_catalog_has_the_golden_schema), T(the_queries_of_the_docs_run),
	T(the_docs_name_every_view))
