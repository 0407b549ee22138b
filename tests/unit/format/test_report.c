#include "format/report.h"
#include "unit.h"

TEST(sound_needs_the_end)
{
	bks_arena *a = bks_arena_new();
	bks_inspection i = {0};
	struct report r;

	NOSTATE;
	report_init(&r, &i, a);
	report_close(&r, false);
	assert_int_equal(i.verdict, BKS_UNPROVEN);
	report_init(&r, &i, a);
	report_close(&r, true);
	assert_int_equal(i.verdict, BKS_SOUND);
	assert_int_equal(i.levels[BKS_WHOLE], BKS_RESULT_PASS);
	bks_arena_free(a);
}

TEST(damage_outweighs_what_could_not_be_seen)
{
	bks_arena *a = bks_arena_new();
	bks_inspection i = {0};
	struct report r;

	NOSTATE;
	report_init(&r, &i, a);
	report_find(&r, F_LIMIT_REACHED, NULL, "x");
	report_find(&r, F_TRUNCATED, report_byte(&r, 7), "cut");
	report_close(&r, true);
	assert_int_equal(i.verdict, BKS_DAMAGED);
	assert_string_equal(i.findings[1].where, "byte 7");
	assert_string_equal(i.findings[1].code, "truncated");
	bks_arena_free(a);
}

TEST(a_table_is_found_again_by_its_whole_name)
{
	bks_arena *a = bks_arena_new();
	bks_inspection i = {0};
	struct report r;

	NOSTATE;
	report_init(&r, &i, a);
	for (int k = 0; k < 1000; k++) {
		char name[16];

		snprintf(name, sizeof name, "t%d", k);
		report_table(&r, NULL, "public", name)->rows = k;
	}
	assert_int_equal(report_table(&r, NULL, "public", "t77")->rows, 77);
	assert_int_equal(report_table(&r, "db", "public", "t77")->rows, -1);
	report_close(&r, true);
	assert_int_equal(i.table_count, 1001);
	bks_arena_free(a);
}

TEST(tables_beyond_the_limit_are_told_once_and_not_kept)
{
	bks_arena *a = bks_arena_new();
	bks_inspection i = {0};
	struct report r;
	char name[16];

	NOSTATE;
	report_init(&r, &i, a);
	for (int k = 0; k < REPORT_TABLES_MAX; k++) {
		snprintf(name, sizeof name, "t%d", k);
		assert_non_null(report_table(&r, NULL, "public", name));
	}
	assert_null(report_table(&r, NULL, "public", "one more"));
	assert_null(report_table(&r, NULL, "public", "and more"));
	assert_non_null(report_table(&r, NULL, "public", "t7"));
	report_close(&r, true);
	assert_int_equal(i.table_count, REPORT_TABLES_MAX);
	assert_int_equal(i.finding_count, 1);
	assert_string_equal(i.findings[0].code, "limit-reached");
	assert_int_equal(i.verdict, BKS_UNREADABLE);
	bks_arena_free(a);
}

MAIN(T(tables_beyond_the_limit_are_told_once_and_not_kept), T(sound_needs_the_end),
	T(damage_outweighs_what_could_not_be_seen), T(a_table_is_found_again_by_its_whole_name))
