/* Row counts that came with a backup: how they are read, and what is held against them. */
#include "format/report.h"
#include "unit.h"
#include "work/rowsfile.h"

static int read_text(struct manifest *m, const char *text, size_t n, bks_arena *a, bks_error *err)
{
	*err = (bks_error){0};
	return rowsfile_read(m, text, n, "x.manifest", a, err);
}

TEST(each_line_counts_one_table)
{
	const char *text = "# counted in the snapshot\n\npublic.users 12\n  auth.users\t 0 \r\nplain 7\n"
			   "\"a.b\".\"c d\"\"e\" 9223372036854775807\nmy table 3";
	static const struct rowsfile_line want[] = {{"a.b", "c d\"e", INT64_MAX}, {"auth", "users", 0},
		{"public", "my table", 3}, {"public", "plain", 7}, {"public", "users", 12}};
	bks_arena *a = bks_arena_new();
	struct manifest m;
	bks_error err;

	NOSTATE;
	assert_int_equal(read_text(&m, text, strlen(text), a, &err), 0);
	assert_int_equal(m.n, 5);
	for (size_t i = 0; i < 5; i++) {
		assert_string_equal(m.v[i].schema, want[i].schema);
		assert_string_equal(m.v[i].name, want[i].name);
		assert_int_equal(m.v[i].rows, want[i].rows);
	}
	bks_arena_free(a);
}

TEST(what_is_no_count_is_refused_with_its_line)
{
	static const struct {
		const char *text, *line;
		size_t n;
	} bad[] = {{"users 1\nusers\n", "line 2", 0}, {"users -1\n", "line 1", 0}, {"users 1.5\n", "line 1", 0},
		{"12\n", "line 1", 0}, {" 12\n", "line 1", 0}, {"users 9223372036854775808\n", "line 1", 0},
		{"a.b.c 1\n", "line 1", 0}, {"users:3 4\n", "line 1", 0}, {"\"users 1\n", "line 1", 0},
		{"us\0rs 1\n", "line 1", 8}, {"<html>\n", "line 1", 0}, {"", "counts no table", 0},
		{"# nothing\n", "counts no table", 0}};
	bks_arena *a = bks_arena_new();
	struct manifest m;
	bks_error err;

	NOSTATE;
	for (size_t i = 0; i < sizeof bad / sizeof *bad; i++) {
		assert_int_equal(read_text(&m, bad[i].text, bad[i].n ? bad[i].n : strlen(bad[i].text), a, &err), BKS_E_IO);
		if (!strstr(err.text, bad[i].line))
			fail_msg("%zu: %s", i, err.text);
	}
	bks_arena_free(a);
}

static bks_inspection dump(const bks_table *v, size_t n)
{
	bks_inspection i = {.recognised = true, .content = BKS_CONTENT_FULL, .verdict = BKS_SOUND, .tables = v,
		.table_count = n, .bytes_read = 1};

	i.levels[BKS_WHOLE] = BKS_RESULT_PASS;
	return i;
}

static size_t judge(bks_inspection *i, const char *text, bks_arena *a)
{
	struct manifest m;
	bks_error err;

	assert_int_equal(read_text(&m, text, strlen(text), a, &err), 0);
	rowsfile_judge(i, &m, a);
	return i->finding_count;
}

static const bks_table tables[] = {
	{.schema = "public", .name = "users", .ddl = true, .data = true, .rows = 12},
	{.schema = "public", .name = "p", .ddl = true, .rows = -1},
	{.schema = "public", .name = "p1", .parent_schema = "public", .parent_name = "p", .ddl = true, .data = true, .rows = 5},
	{.schema = "public", .name = "void", .ddl = true, .data = true, .rows = 0},
};

TEST(counts_that_agree_are_covered_and_stand_beside_the_tables)
{
	bks_arena *a = bks_arena_new();
	bks_inspection i = dump(tables, 4);

	NOSTATE;
	assert_int_equal(judge(&i, "users 12\np 5\np1 5\n", a), 0);
	assert_int_equal(i.levels[BKS_COVERED], BKS_RESULT_PASS);
	assert_int_equal(i.verdict, BKS_SOUND);
	assert_true(i.tables[0].told);
	assert_int_equal(i.tables[0].told_rows, 12);
	assert_int_equal(i.tables[1].told_rows, 5);
	assert_int_equal(i.tables[1].rows, -1);
	assert_false(i.tables[3].told);
	bks_arena_free(a);
}

TEST(one_row_less_or_more_or_no_table_disagrees)
{
	static const char *const texts[] = {"users 13\n", "users 11\n", "p 6\n", "orders 0\n", "void 1\n"};
	bks_arena *a = bks_arena_new();

	NOSTATE;
	for (size_t k = 0; k < sizeof texts / sizeof *texts; k++) {
		bks_inspection i = dump(tables, 4);

		assert_int_equal(judge(&i, texts[k], a), 1);
		assert_string_equal(i.findings[0].code, "rows-disagree");
		assert_int_equal(i.levels[BKS_COVERED], BKS_RESULT_FAIL);
		assert_int_equal(i.verdict, BKS_INCOMPLETE);
	}
	bks_arena_free(a);
}

TEST(what_shows_no_tables_or_was_not_walked_is_held_against_nothing)
{
	bks_arena *a = bks_arena_new();
	bks_inspection raw = dump(NULL, 0), cut = dump(tables, 4), empty = dump(NULL, 0);

	NOSTATE;
	raw.recognised = false;
	assert_int_equal(judge(&raw, "users 12\n", a), 0);
	assert_int_equal(raw.levels[BKS_COVERED], BKS_RESULT_NOT_RUN);
	cut.levels[BKS_WHOLE] = BKS_RESULT_FAIL;
	assert_int_equal(judge(&cut, "users 13\n", a), 0);
	empty.content = BKS_CONTENT_EMPTY;
	assert_int_equal(judge(&empty, "users 12\n", a), 1);
	bks_arena_free(a);
}

TEST(of_many_that_disagree_twenty_are_named_and_the_rest_is_counted)
{
	bks_arena *a = bks_arena_new();
	bks_inspection i = dump(tables, 4);
	char text[1024] = "", line[32];

	NOSTATE;
	for (int k = 0; k < 25; k++) {
		snprintf(line, sizeof line, "t%d 1\n", k);
		strncat(text, line, sizeof text - strlen(text) - 1);
	}
	assert_int_equal(judge(&i, text, a), 21);
	assert_string_equal(i.findings[20].text, "and 5 tables more");
	bks_arena_free(a);
}

MAIN(T(each_line_counts_one_table), T(what_is_no_count_is_refused_with_its_line),
	T(counts_that_agree_are_covered_and_stand_beside_the_tables), T(one_row_less_or_more_or_no_table_disagrees),
	T(what_shows_no_tables_or_was_not_walked_is_held_against_nothing),
	T(of_many_that_disagree_twenty_are_named_and_the_rest_is_counted))
