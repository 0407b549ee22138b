/* Rows added up by table, partitions within theirs; and what changed between two backups. */
#include "policy/shrink.h"
#include "unit.h"

static const bks_table parted[] = {
	{.schema = "public", .name = "p", .ddl = true, .rows = -1},
	{.schema = "public", .name = "p1", .parent_schema = "public", .parent_name = "p", .ddl = true, .rows = -1},
	{.schema = "public", .name = "p11", .parent_schema = "public", .parent_name = "p1", .ddl = true, .data = true, .rows = 5},
	{.schema = "public", .name = "p2", .parent_schema = "public", .parent_name = "p", .ddl = true, .data = true, .rows = 7},
	{.schema = "auth", .name = "p", .ddl = true, .data = true, .rows = 100},
};

static int64_t rows_in(const struct row_counts *c, const char *schema, const char *name)
{
	const struct row_count *t = rowcount_find(c, NULL, schema, name);

	return t ? t->rows : -2;
}

TEST(a_partitioned_table_holds_what_its_partitions_hold)
{
	bks_arena *a = bks_arena_new();
	struct row_counts c;
	bool found;

	NOSTATE;
	rowcount_make(&c, parted, 5, a);
	assert_int_equal(rows_in(&c, "public", "p"), 12);
	assert_int_equal(rows_in(&c, "public", "p1"), 5);
	assert_int_equal(rows_in(&c, "auth", "p"), 100);
	assert_int_equal(rows_in(&c, "public", "p3"), -2);
	assert_true(rowcount_find(&c, NULL, "public", "p")->data);
	assert_true(rowcount_find(&c, NULL, "public", "p1")->part);
	assert_false(rowcount_find(&c, NULL, "auth", "p")->part);
	assert_int_equal(rowcount_all(&c, NULL, NULL), 112);
	assert_int_equal(rowcount_of(&c, "public", "p", &found), 12);
	assert_true(found);
	assert_int_equal(rowcount_of(&c, "x", "p", &found), -1);
	assert_false(found);
	assert_false(rowcount_data_only(parted, 5));
	bks_arena_free(a);
}

TEST(forged_parents_in_a_circle_count_nothing_twice)
{
	bks_table v[] = {{.schema = "s", .name = "a", .parent_schema = "s", .parent_name = "b", .data = true, .rows = 1},
		{.schema = "s", .name = "b", .parent_schema = "s", .parent_name = "a", .data = true, .rows = 2},
		{.schema = "s", .name = "c", .parent_schema = "s", .parent_name = "a", .data = true, .rows = 4},
		{.schema = "s", .name = "d", .parent_schema = "s", .parent_name = "d", .data = true, .rows = 8}};
	bks_arena *a = bks_arena_new();
	struct row_counts c;

	NOSTATE;
	rowcount_make(&c, v, 4, a);
	assert_int_equal(rows_in(&c, "s", "a"), 7);
	assert_int_equal(rows_in(&c, "s", "b"), 7);
	assert_int_equal(rows_in(&c, "s", "c"), 4);
	assert_int_equal(rows_in(&c, "s", "d"), 8);
	assert_true(rowcount_data_only(v, 4));
	assert_false(rowcount_data_only(v, 0));
	bks_arena_free(a);
}

TEST(a_table_that_is_told_twice_is_one_and_databases_are_apart)
{
	bks_table v[] = {{.database = "x", .schema = "s", .name = "t", .data = true, .rows = 1},
		{.database = "x", .schema = "s", .name = "t", .ddl = true, .rows = -1},
		{.database = "y", .schema = "s", .name = "t", .data = true, .rows = INT64_MAX}};
	bks_arena *a = bks_arena_new();
	struct row_counts c;

	NOSTATE;
	rowcount_make(&c, v, 3, a);
	assert_int_equal(c.n, 2);
	assert_int_equal(rowcount_find(&c, "x", "s", "t")->rows, 1);
	assert_true(rowcount_find(&c, "x", "s", "t")->ddl);
	assert_null(rowcount_find(&c, NULL, "s", "t"));
	assert_int_equal(rowcount_of(&c, "s", "t", NULL), INT64_MAX);
	bks_arena_free(a);
}

TEST(a_percentage_is_taken_without_overflow_and_in_favour_of_the_limit)
{
	NOSTATE;
	assert_int_equal(rowcount_less(1000, 20), 800);
	assert_int_equal(rowcount_less(3, 50), 2);
	assert_int_equal(rowcount_less(1, 99), 1);
	assert_int_equal(rowcount_less(5, 100), 0);
	assert_int_equal(rowcount_less(0, 50), 0);
	assert_int_equal(rowcount_less(INT64_MAX, 0), INT64_MAX);
	assert_in_range(rowcount_less(INT64_MAX, 50), INT64_MAX / 2, INT64_MAX / 2 + 2);
}

TEST(deltas_name_the_largest_change_first_and_tables_that_came_and_went)
{
	bks_table before[] = {{.schema = "s", .name = "gone", .data = true, .rows = 3},
		{.schema = "s", .name = "less", .data = true, .rows = 100},
		{.schema = "s", .name = "more", .data = true, .rows = 10},
		{.schema = "s", .name = "same", .data = true, .rows = 10},
		{.schema = "s", .name = "void", .ddl = true, .rows = -1}};
	bks_table now[] = {{.schema = "s", .name = "less", .data = true, .rows = 60},
		{.schema = "s", .name = "more", .data = true, .rows = 322},
		{.schema = "s", .name = "new", .data = true, .rows = 1},
		{.schema = "s", .name = "same", .data = true, .rows = 10},
		{.schema = "s", .name = "void", .ddl = true, .rows = -1}};
	static const struct {
		const char *name;
		int64_t before, now;
	} want[] = {{"more", 10, 322}, {"less", 100, 60}, {"gone", 3, -1}, {"new", -1, 1}};
	bks_arena *a = bks_arena_new();
	struct row_counts x, y;
	struct shrink_delta *d;
	size_t n;

	NOSTATE;
	rowcount_make(&x, before, 5, a);
	rowcount_make(&y, now, 5, a);
	shrink_deltas(&d, &n, &x, &y, a);
	assert_int_equal(n, 4);
	for (size_t i = 0; i < n; i++) {
		assert_string_equal(d[i].table->name, want[i].name);
		assert_int_equal(d[i].before, want[i].before);
		assert_int_equal(d[i].now, want[i].now);
	}
	shrink_deltas(&d, &n, &x, &x, a);
	assert_int_equal(n, 0);
	bks_arena_free(a);
}

MAIN(T(a_partitioned_table_holds_what_its_partitions_hold), T(forged_parents_in_a_circle_count_nothing_twice),
	T(a_table_that_is_told_twice_is_one_and_databases_are_apart),
	T(a_percentage_is_taken_without_overflow_and_in_favour_of_the_limit),
	T(deltas_name_the_largest_change_first_and_tables_that_came_and_went))
