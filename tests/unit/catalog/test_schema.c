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

MAIN(T(a_fresh_catalog_has_the_golden_schema))
