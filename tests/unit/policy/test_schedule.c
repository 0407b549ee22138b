#include "fixture.h"
#include "policy/schedule.h"

static const struct schedule_task *named(
	const char *name, const bks_task_rule *rules, size_t n, bool retains, bks_arena *a)
{
	const struct schedule_task *v;
	size_t count = schedule_make(&v, rules, n, retains, a);

	for (size_t i = 0; i < count; i++)
		if (!strcmp(v[i].name, name))
			return &v[i];
	return NULL;
}

TEST(every_row_of_both_tables_is_a_task)
{
	static const struct {
		const char *name, *owner;
		int days;
	} want[] = {{"verify", "Automated", 1}, {"slow-queries", "DevOps", 7},
		{"storage", "DevOps", 7}, {"restore-test", "DevOps", 30},
		{"rls-policies", "Security", 30}, {"drill", "Team", 90},
		{"documentation", "Team", 0}, {"failover-test", "DevOps", 30},
		{"chaos", "Team", 365}};
	bks_arena *a = bks_arena_new();

	NOSTATE;
	for (size_t i = 0; i < sizeof want / sizeof *want; i++) {
		const struct schedule_task *t = named(want[i].name, NULL, 0, false, a);

		assert_non_null(t);
		assert_string_equal(t->owner, want[i].owner);
		assert_int_equal(t->every, want[i].days * BKS_DAY);
	}
	assert_null(named("retention", NULL, 0, false, a));
	assert_non_null(named("retention", NULL, 0, true, a));
	bks_arena_free(a);
}

TEST(settings_change_add_and_switch_off)
{
	static const bks_task_rule rules[] = {
		{"storage", 2 * BKS_DAY, NULL, NULL, false, "f:1"},
		{"chaos", -1, NULL, NULL, true, "f:2"},
		{"keys", 30 * BKS_DAY, "ops", "Rotate the keys", false, "f:3"},
		{"verify", -1, "night", NULL, false, "f:4"}};
	bks_arena *a = bks_arena_new();
	const struct schedule_task *t = named("storage", rules, 4, false, a);
	struct schedule_task found;

	NOSTATE;
	assert_int_equal(t->every, 2 * BKS_DAY);
	assert_string_equal(t->owner, "DevOps");
	assert_string_equal(t->declared, "f:1");
	assert_null(named("chaos", rules, 4, false, a));
	t = named("keys", rules, 4, false, a);
	assert_string_equal(t->owner, "ops");
	assert_string_equal(t->text, "Rotate the keys");
	t = named("verify", rules, 4, false, a);
	assert_string_equal(t->owner, "night");
	assert_int_equal(t->every, BKS_DAY);
	assert_true(schedule_is_automatic(t->proof));
	assert_int_equal(schedule_find(&found, "keys", rules, 4), 0);
	assert_int_equal(schedule_find(&found, "chaos", rules, 4), 2);
	assert_int_equal(schedule_find(&found, "key", rules, 4), 1);
	bks_arena_free(a);
}

static const char *stands(int64_t every_days, int64_t done_days_ago)
{
	bks_time now = at(2026, 11, 22, 12, 0);
	struct schedule_standing s = schedule_judge(
		every_days * BKS_DAY, now - done_days_ago * BKS_DAY, now - 900 * BKS_DAY, now);

	assert_int_equal(s.overdue, s.state == BKS_TASK_OVERDUE);
	return bks_task_state_name(s.state);
}

TEST(a_task_is_due_when_its_rhythm_is_over_and_overdue_a_quarter_later)
{
	bks_time now = at(2026, 11, 22, 12, 0);

	NOSTATE;
	assert_string_equal(stands(8, 0), "ok");
	assert_string_equal(stands(8, 7), "ok");
	assert_string_equal(stands(8, 8), "due");
	assert_string_equal(stands(8, 10), "due");
	assert_string_equal(stands(8, 11), "overdue");
	assert_int_equal(
		schedule_judge(8 * BKS_DAY, now, now, now).next_due, now + 8 * BKS_DAY);
}

TEST(a_task_that_was_never_done_is_overdue_some_time_after_the_catalog_was_begun)
{
	bks_time now = at(2026, 11, 22, 12, 0);
	struct schedule_standing s =
		schedule_judge(8 * BKS_DAY, BKS_TIME_NONE, now - 5 * BKS_DAY, now);

	NOSTATE;
	assert_int_equal(s.state, BKS_TASK_NEVER);
	assert_false(s.overdue);
	assert_int_equal(s.next_due, now + 3 * BKS_DAY);
	s = schedule_judge(8 * BKS_DAY, BKS_TIME_NONE, now - 11 * BKS_DAY, now);
	assert_int_equal(s.state, BKS_TASK_NEVER);
	assert_true(s.overdue);
}

TEST(a_task_without_a_rhythm_is_never_due)
{
	bks_time now = at(2026, 11, 22, 12, 0);
	struct schedule_standing s = schedule_judge(0, BKS_TIME_NONE, 0, now);

	NOSTATE;
	assert_int_equal(s.state, BKS_TASK_NEVER);
	assert_false(s.overdue);
	assert_int_equal(s.next_due, BKS_TIME_NONE);
	assert_int_equal(schedule_judge(0, 5, 0, now).state, BKS_TASK_OK);
}

MAIN(T(every_row_of_both_tables_is_a_task), T(settings_change_add_and_switch_off),
	T(a_task_is_due_when_its_rhythm_is_over_and_overdue_a_quarter_later),
	T(a_task_that_was_never_done_is_overdue_some_time_after_the_catalog_was_begun),
	T(a_task_without_a_rhythm_is_never_due))
