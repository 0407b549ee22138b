/* The level `covered`: what is required is there, with its rows. */
#include "format/cover.h"
#include "unit.h"

struct look {
	bks_inspection i;
	struct report r;
};

static bks_arena *begin(struct look *l)
{
	bks_arena *a = bks_arena_new();

	*l = (struct look){
		.i = {.recognised = true, .content = BKS_CONTENT_FULL, .unwrapped = 100}};
	report_init(&l->r, &l->i, a);
	return a;
}

/* rows -1: no data section */
static bks_table *table(struct look *l, const char *database, const char *name, int64_t rows)
{
	bks_table *t = report_table(&l->r, database, "public", name);

	t->ddl = true;
	t->data = rows >= 0;
	t->rows = rows;
	return t;
}

static void part_of(bks_table *t, const char *parent)
{
	t->parent_schema = "public";
	t->parent_name = parent;
}

static enum bks_result asks(struct look *l, const char *name, int64_t rows)
{
	bks_requirement q = {.schema = "public", .name = name, .min_rows = rows};

	return cover_judge(&l->r, &q, 1, 0);
}

TEST(a_table_with_enough_rows_is_covered_and_one_row_less_is_not)
{
	struct look l;
	bks_arena *a = begin(&l);

	NOSTATE;
	table(&l, NULL, "users", 10);
	assert_int_equal(asks(&l, "users", 10), BKS_RESULT_PASS);
	assert_int_equal(asks(&l, "users", 11), BKS_RESULT_FAIL);
	assert_true(report_has(&l.r, F_ROWS_BELOW_FLOOR));
	bks_arena_free(a);
}

TEST(a_table_that_is_not_there_is_missing_and_one_without_data_is_empty)
{
	struct look l;
	bks_arena *a = begin(&l);

	NOSTATE;
	table(&l, NULL, "users", -1);
	assert_int_equal(asks(&l, "users", 0), BKS_RESULT_FAIL);
	assert_true(report_has(&l.r, F_REQUIRED_TABLE_EMPTY));
	assert_false(report_has(&l.r, F_REQUIRED_TABLE_MISSING));
	assert_int_equal(asks(&l, "orders", 0), BKS_RESULT_FAIL);
	assert_true(report_has(&l.r, F_REQUIRED_TABLE_MISSING));
	bks_arena_free(a);
}

TEST(partitions_of_any_depth_count_for_the_table_that_they_are_parts_of)
{
	struct look l;
	bks_arena *a = begin(&l);

	NOSTATE;
	table(&l, NULL, "log", -1);
	part_of(table(&l, NULL, "log_2026", -1), "log");
	part_of(table(&l, NULL, "log_2026_11", 30), "log_2026");
	part_of(table(&l, NULL, "log_old", 4), "log");
	table(&l, NULL, "other", 1000);
	assert_int_equal(asks(&l, "log", 34), BKS_RESULT_PASS);
	assert_int_equal(asks(&l, "log_2026", 30), BKS_RESULT_PASS);
	assert_int_equal(asks(&l, "log", 35), BKS_RESULT_FAIL);
	bks_arena_free(a);
}

TEST(forged_parents_in_a_circle_count_each_row_once)
{
	struct look l;
	bks_arena *a = begin(&l);

	NOSTATE;
	part_of(table(&l, NULL, "a", 3), "b");
	part_of(table(&l, NULL, "b", 4), "a");
	part_of(table(&l, NULL, "self", 5), "self");
	assert_int_equal(asks(&l, "a", 7), BKS_RESULT_PASS);
	assert_int_equal(asks(&l, "self", 5), BKS_RESULT_PASS);
	assert_int_equal(asks(&l, "c", 0), BKS_RESULT_FAIL);
	assert_int_equal(asks(&l, "a", 8), BKS_RESULT_FAIL);
	bks_arena_free(a);
}

TEST(a_partition_counts_in_its_own_database_only)
{
	struct look l;
	bks_arena *a = begin(&l);

	NOSTATE;
	table(&l, "one", "log", -1);
	part_of(table(&l, "one", "log_1", 3), "log");
	table(&l, "two", "log", -1);
	part_of(table(&l, "two", "log_1", 4), "log");
	assert_int_equal(asks(&l, "log", 7), BKS_RESULT_PASS);
	assert_int_equal(asks(&l, "log", 8), BKS_RESULT_FAIL);
	bks_arena_free(a);
}

TEST(of_a_clusters_own_files_and_its_log_no_table_is_called_missing)
{
	static const char *const names[] = {"pg-basebackup", "pg-wal"};

	NOSTATE;
	for (size_t i = 0; i < 2; i++) {
		struct look l;
		bks_arena *a = begin(&l);

		l.i.format = names[i];
		assert_int_equal(asks(&l, "users", 1), BKS_RESULT_UNPROVABLE);
		assert_false(report_has(&l.r, F_REQUIRED_TABLE_MISSING));
		l.i.format = "pgdump-custom";
		assert_int_equal(asks(&l, "users", 1), BKS_RESULT_FAIL);
		assert_true(report_has(&l.r, F_REQUIRED_TABLE_MISSING));
		bks_arena_free(a);
	}
}

TEST(bytes_below_the_least_size_are_too_small)
{
	struct look l;
	bks_arena *a = begin(&l);

	NOSTATE;
	assert_int_equal(cover_judge(&l.r, NULL, 0, 0), BKS_RESULT_NOT_RUN);
	assert_int_equal(cover_judge(&l.r, NULL, 0, 100), BKS_RESULT_PASS);
	assert_int_equal(cover_judge(&l.r, NULL, 0, 101), BKS_RESULT_FAIL);
	assert_true(report_has(&l.r, F_TOO_SMALL));
	bks_arena_free(a);
}

MAIN(T(a_table_with_enough_rows_is_covered_and_one_row_less_is_not),
	T(a_table_that_is_not_there_is_missing_and_one_without_data_is_empty),
	T(partitions_of_any_depth_count_for_the_table_that_they_are_parts_of),
	T(forged_parents_in_a_circle_count_each_row_once),
	T(a_partition_counts_in_its_own_database_only),
	T(of_a_clusters_own_files_and_its_log_no_table_is_called_missing),
	T(bytes_below_the_least_size_are_too_small))
