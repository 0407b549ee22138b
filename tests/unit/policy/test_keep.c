/* Every edge of retention as a small catalog and what must become of it. */
#include "fixture.h"

enum { MOST = 512 };

/* The catalog of one test, and its plan. */
static struct {
	struct keep_backup v[MOST];
	size_t n;
	struct keep_slot slots[8];
	size_t slot_count;
	bks_policy policy;
	bks_arena *arena;
	struct keep_plan plan;
} c;

static int begin(void **state)
{
	(void)state;
	memset(&c, 0, sizeof c);
	c.policy = policy_usual();
	c.arena = bks_arena_new();
	return 0;
}

static int end(void **state)
{
	(void)state;
	bks_arena_free(c.arena);
	return 0;
}

static void add(struct keep_backup b)
{
	assert_true(c.n < MOST);
	c.v[c.n++] = b;
}

static void slot(enum bks_tier tier, const char *bucket, int64_t id)
{
	c.slots[c.slot_count++] = (struct keep_slot){tier, bucket, id};
}

static void plan(bks_time now)
{
	keep_decide(&c.plan, c.v, c.n, c.slots, c.slot_count, &c.policy, now, c.arena);
	assert_int_equal(c.plan.n, c.n);
}

static const struct keep_row *row(int64_t id)
{
	for (size_t k = 0; k < c.plan.n; k++)
		if (c.plan.rows[k].id == id)
			return &c.plan.rows[k];
	fail_msg("no row of %lld", (long long)id);
	return NULL;
}

static const char *told(int64_t id)
{
	static char text[512];
	const struct keep_row *r = row(id);

	snprintf(text, sizeof text, "%s:", bks_keep_name(r->action));
	for (size_t k = 0; k < r->reason_count; k++) {
		size_t used = strlen(text);

		snprintf(
			text + used, sizeof text - used, "%s%s", k ? ", " : " ", r->reasons[k]);
	}
	return text;
}

#define IS(id, text) assert_string_equal(told(id), text)

static size_t count(enum bks_keep action)
{
	size_t n = 0;

	for (size_t k = 0; k < c.plan.n; k++)
		n += c.plan.rows[k].action == action;
	return n;
}

/* A dump a day at 02:00, ids from 1, of the first day and N - 1 more. */
static void nightly(int year, int month, int day, int n)
{
	for (int k = 0; k < n; k++)
		add(sound(k + 1, at(year, month, day + k, 2, 0)));
}

TEST(no_backups_make_an_empty_plan)
{
	NOSTATE;
	plan(at(2026, 9, 1, 12, 0));
	assert_int_equal(c.plan.reference, BKS_TIME_NONE);
	assert_null(c.plan.note);
}

TEST(one_backup_400_days_old_stays_with_every_reason)
{
	NOSTATE;
	add(sound(1, at(2025, 7, 28, 2, 0)));
	plan(at(2026, 9, 1, 12, 0));
	IS(1, "keep: daily 2025-07-28, weekly 2025-W31, monthly 2025-07, floor, newest");
	assert_int_equal(c.plan.reference, at(2025, 7, 28, 2, 0));
	assert_string_equal(c.plan.note, "floor not met: too few eligible backups");
}

TEST(all_bad_are_all_kept)
{
	NOSTATE;
	for (int k = 1; k <= 5; k++)
		add(damaged(k, at(2026, 1, k, 2, 0), at(2026, 1, k, 3, 0)));
	plan(at(2026, 9, 1, 12, 0));
	assert_int_equal(count(BKS_KEEP), 5);
	IS(1, "keep: proven-bad");
	assert_int_equal(c.plan.reference, BKS_TIME_NONE);
	assert_string_equal(c.plan.note, "nothing is eligible: nothing is let go");
}

TEST(a_bad_newest_one_neither_defines_time_nor_takes_a_slot)
{
	NOSTATE;
	nightly(2026, 8, 1, 10);
	add(damaged(11, at(2026, 8, 11, 2, 0), at(2026, 8, 11, 3, 0)));
	plan(at(2026, 9, 1, 12, 0));
	assert_int_equal(c.plan.reference, at(2026, 8, 10, 2, 0));
	IS(11, "keep: proven-bad");
	IS(10, "keep: daily 2026-08-10, weekly 2026-W33, monthly 2026-08, floor, newest");
	IS(4, "keep: daily 2026-08-04");
	IS(3, "expire: expired");
	IS(2, "keep: weekly 2026-W31");
}

TEST(two_of_one_second_have_one_holder_and_the_order_does_not_matter)
{
	struct keep_backup swap;

	NOSTATE;
	nightly(2026, 8, 1, 10);
	add(sound(20, at(2026, 8, 5, 2, 0)));
	plan(at(2026, 8, 10, 12, 0));
	IS(5, "keep: daily 2026-08-05");
	IS(20, "expire: expired");
	swap = c.v[4];
	c.v[4] = c.v[10];
	c.v[10] = swap;
	plan(at(2026, 8, 10, 12, 0));
	IS(20, "expire: expired");
	c.v[4].good_copies = 2;
	plan(at(2026, 8, 10, 12, 0));
	IS(20, "keep: daily 2026-08-05");
	IS(5, "expire: expired");
	c.v[10].levels[BKS_RESTORED] = BKS_RESULT_PASS;
	plan(at(2026, 8, 10, 12, 0));
	IS(5, "keep: daily 2026-08-05");
	c.v[10].levels[BKS_RESTORED] = BKS_RESULT_NOT_RUN;
	c.v[4].good_copies = 1;
	c.v[4].registered--;
	plan(at(2026, 8, 10, 12, 0));
	IS(20, "keep: daily 2026-08-05");
}

TEST(midnight_parts_two_days)
{
	NOSTATE;
	add(sound(1, at(2026, 8, 1, 0, 0) - BKS_SECOND));
	add(sound(2, at(2026, 8, 1, 0, 0)));
	add(sound(3, at(2026, 8, 1, 23, 59) + 59 * BKS_SECOND));
	add(sound(4, at(2026, 8, 2, 0, 0)));
	plan(at(2026, 8, 2, 12, 0));
	IS(1, "keep: daily 2026-07-31, monthly 2026-07");
	IS(2, "expire: expired");
	IS(3, "keep: daily 2026-08-01, floor");
	IS(4, "keep: daily 2026-08-02, weekly 2026-W31, monthly 2026-08, floor, newest");
}

TEST(a_day_that_begins_at_noon_holds_what_jitters_around_midnight)
{
	NOSTATE;
	c.policy.day_start = 12 * BKS_HOUR;
	for (int k = 0; k < 8; k++)
		add(sound(k + 1, at(2026, 8, 10 + k, 0, 0) + (k % 2 ? 7 : -7) * BKS_MINUTE));
	plan(at(2026, 8, 17, 12, 0));
	assert_string_equal(
		keep_bucket(BKS_TIER_DAILY, c.v[7].point, &c.policy, c.arena), "2026-08-16");
	for (int k = 2; k <= 8; k++)
		assert_int_equal(row(k)->action, BKS_KEEP);
	assert_int_equal(row(1)->action, BKS_KEEP);
	IS(3, "keep: daily 2026-08-11");
	IS(1, "keep: weekly 2026-W32");
	c.policy.day_start = 0;
	plan(at(2026, 8, 17, 12, 0));
	/* with midnight two of them share a day */
	assert_int_equal(count(BKS_EXPIRE), 3);
}

TEST(days_of_23_and_25_hours_are_days)
{
	NOSTATE;
	c.policy.zone = "Europe/Berlin";
	assert_string_equal(
		keep_bucket(BKS_TIER_DAILY, at(2026, 3, 28, 22, 59), &c.policy, c.arena),
		"2026-03-28");
	assert_string_equal(
		keep_bucket(BKS_TIER_DAILY, at(2026, 3, 28, 23, 0), &c.policy, c.arena),
		"2026-03-29");
	assert_string_equal(
		keep_bucket(BKS_TIER_DAILY, at(2026, 3, 29, 21, 59), &c.policy, c.arena),
		"2026-03-29");
	assert_string_equal(
		keep_bucket(BKS_TIER_DAILY, at(2026, 3, 29, 22, 0), &c.policy, c.arena),
		"2026-03-30");
	assert_string_equal(
		keep_bucket(BKS_TIER_DAILY, at(2026, 10, 24, 22, 0), &c.policy, c.arena),
		"2026-10-25");
	assert_string_equal(
		keep_bucket(BKS_TIER_DAILY, at(2026, 10, 25, 22, 59), &c.policy, c.arena),
		"2026-10-25");
	assert_string_equal(
		keep_bucket(BKS_TIER_DAILY, at(2026, 10, 25, 23, 0), &c.policy, c.arena),
		"2026-10-26");
	/* a start of day that the clocks pass twice begins the day once, at the earlier instant
	 */
	c.policy.day_start = 150 * BKS_MINUTE;
	assert_string_equal(
		keep_bucket(BKS_TIER_DAILY, at(2026, 10, 25, 0, 29), &c.policy, c.arena),
		"2026-10-24");
	assert_string_equal(
		keep_bucket(BKS_TIER_DAILY, at(2026, 10, 25, 0, 30), &c.policy, c.arena),
		"2026-10-25");
	assert_string_equal(
		keep_bucket(BKS_TIER_DAILY, at(2026, 10, 25, 1, 15), &c.policy, c.arena),
		"2026-10-25");
	/* and one that they jump over begins it after the jump */
	assert_string_equal(
		keep_bucket(BKS_TIER_DAILY, at(2026, 3, 29, 1, 15), &c.policy, c.arena),
		"2026-03-28");
	assert_string_equal(
		keep_bucket(BKS_TIER_DAILY, at(2026, 3, 29, 1, 30), &c.policy, c.arena),
		"2026-03-29");
}

TEST(a_dump_every_local_noon_keeps_seven_days_across_both_clock_changes)
{
	const int months[] = {3, 10}, days[] = {29, 25};

	NOSTATE;
	c.policy.zone = "Europe/Berlin";
	c.policy.weekly_days = c.policy.monthly_months = 0;
	for (int z = 0; z < 2; z++) {
		c.n = 0;
		for (int k = 0; k < 10; k++) {
			/* 23:30 local: the last of each day */
			bks_civil t = {2026, months[z], days[z] - 6 + k, 23, 30, 0, ""};

			add(sound(k + 1, zone_instant(&t, c.policy.zone)));
		}
		plan(c.v[9].point + BKS_MINUTE);
		assert_int_equal(count(BKS_KEEP), 7);
		assert_int_equal(row(4)->action, BKS_KEEP);
		assert_int_equal(row(3)->action, BKS_EXPIRE);
	}
}

TEST(a_leap_day_is_a_month_of_the_twelve)
{
	NOSTATE;
	add(sound(1, at(2024, 2, 29, 2, 0)));
	add(sound(2, at(2024, 3, 1, 2, 0)));
	add(sound(3, at(2025, 1, 30, 2, 0)));
	add(sound(4, at(2025, 1, 31, 2, 0)));
	plan(at(2025, 1, 31, 12, 0));
	IS(1, "keep: monthly 2024-02");
	add(sound(5, at(2025, 2, 28, 2, 0)));
	plan(at(2025, 2, 28, 12, 0));
	IS(1, "expire: expired");
	IS(2, "keep: monthly 2024-03");
}

TEST(week_53_and_week_1_are_two_weeks)
{
	NOSTATE;
	c.policy.daily_days = c.policy.monthly_months = 0;
	add(sound(1, at(2026, 12, 27, 2, 0)));
	add(sound(2, at(2026, 12, 31, 2, 0)));
	add(sound(3, at(2027, 1, 3, 2, 0)));
	add(sound(4, at(2027, 1, 4, 2, 0)));
	add(sound(5, at(2027, 1, 5, 2, 0)));
	plan(at(2027, 1, 5, 12, 0));
	IS(1, "keep: weekly 2026-W52");
	IS(2, "expire: expired");
	IS(3, "keep: weekly 2026-W53");
	IS(4, "keep: floor");
	IS(5, "keep: weekly 2027-W01, floor, newest");
}

TEST(a_changed_zone_takes_no_closed_slot_from_its_holder)
{
	NOSTATE;
	/* twice a day; in Tokyo the 20:00 dump belongs to the next day, where the 02:00 one
	 * follows it */
	for (int k = 0; k < 8; k++) {
		add(sound(10 + k, at(2026, 8, 1 + k, 2, 0)));
		add(sound(20 + k, at(2026, 8, 1 + k, 20, 0)));
	}
	plan(at(2026, 8, 8, 23, 0));
	IS(25, "keep: daily 2026-08-06");
	IS(15, "expire: expired");
	c.policy.zone = "Asia/Tokyo";
	plan(at(2026, 8, 8, 23, 0));
	IS(25, "expire: expired");
	IS(15, "keep: daily 2026-08-06");
	IS(16, "keep: daily 2026-08-07");
	slot(BKS_TIER_DAILY, "2026-08-06", 25);
	slot(BKS_TIER_DAILY, "2026-08-07", 26);
	plan(at(2026, 8, 8, 23, 0));
	IS(25, "keep: daily 2026-08-06");
	IS(26, "keep: daily 2026-08-07");
	IS(15, "expire: expired");
	IS(16, "expire: expired");
}

TEST(a_date_in_the_future_is_kept_and_ignored)
{
	NOSTATE;
	nightly(2026, 8, 20, 13);
	add(sound(99, at(2043, 1, 1, 2, 0)));
	plan(at(2026, 9, 1, 12, 0));
	IS(99, "keep: future-dated");
	assert_false(row(99)->eligible);
	assert_int_equal(c.plan.reference, at(2026, 9, 1, 2, 0));
	IS(13, "keep: daily 2026-09-01, weekly 2026-W36, monthly 2026-09, floor, newest");
	c.v[13].point = at(2026, 9, 1, 12, 10);
	plan(at(2026, 9, 1, 12, 0));
	assert_true(row(99)->eligible);
	assert_int_equal(c.plan.reference, at(2026, 9, 1, 12, 0));
	c.v[13].point++;
	plan(at(2026, 9, 1, 12, 0));
	assert_false(row(99)->eligible);
}

TEST(a_date_of_1970_is_not_let_go_by_it)
{
	NOSTATE;
	nightly(2026, 8, 20, 13);
	add(sound(99, at(1970, 1, 1, 0, 0)));
	plan(at(2026, 9, 1, 12, 0));
	IS(99, "undecided: time-unconfirmed");
	c.v[13].point_from = BKS_TAKEN_OPERATOR;
	plan(at(2026, 9, 1, 12, 0));
	IS(99, "expire: expired");
}

TEST(a_clock_set_back_a_year_lets_nothing_go)
{
	NOSTATE;
	nightly(2026, 6, 1, 90);
	plan(at(2025, 8, 30, 12, 0));
	assert_int_equal(count(BKS_KEEP), 90);
	IS(90, "keep: future-dated");
	assert_int_equal(c.plan.reference, BKS_TIME_NONE);
}

TEST(a_clock_set_forward_ten_years_moves_no_window)
{
	size_t before;

	NOSTATE;
	nightly(2026, 6, 1, 90);
	plan(at(2026, 8, 29, 12, 0));
	before = count(BKS_KEEP);
	plan(at(2036, 8, 29, 12, 0));
	assert_int_equal(count(BKS_KEEP), before);
}

TEST(a_schema_dump_at_23_takes_no_slot_from_the_full_one)
{
	NOSTATE;
	for (int k = 1; k <= 9; k++) {
		add(sound(k, at(2026, 8, k, 2, 0)));
		add(holding(100 + k, at(2026, 8, k, 23, 0), BKS_CONTENT_SCHEMA));
	}
	plan(at(2026, 8, 9, 23, 30));
	IS(5, "keep: daily 2026-08-05");
	IS(105, "expire: expired");
	IS(9, "keep: daily 2026-08-09, weekly 2026-W32, monthly 2026-08, floor");
	IS(109, "keep: floor, newest");
}

TEST(full_dumps_that_stopped_are_not_aged_out_by_schema_dumps)
{
	NOSTATE;
	add(sound(1, at(2024, 1, 1, 2, 0)));
	add(sound(2, at(2024, 1, 2, 2, 0)));
	add(sound(3, at(2024, 1, 3, 2, 0)));
	for (int k = 0; k < 20; k++)
		add(holding(10 + k, at(2026, 8, 1 + k, 2, 0), BKS_CONTENT_SCHEMA));
	plan(at(2026, 8, 20, 12, 0));
	IS(1, "expire: expired");
	IS(2, "keep: floor");
	IS(3, "keep: floor");
}

TEST(parts_that_do_not_hold_each_other_each_have_their_slot)
{
	NOSTATE;
	for (int k = 1; k <= 9; k++) {
		add(holding(k, at(2026, 8, k, 2, 0), BKS_CONTENT_ROLES));
		add(holding(10 + k, at(2026, 8, k, 2, 1), BKS_CONTENT_SCHEMA));
		c.v[c.n - 1].verdict = BKS_UNPROVEN;
		add(holding(20 + k, at(2026, 8, k, 2, 2), BKS_CONTENT_DATA));
	}
	plan(at(2026, 8, 9, 12, 0));
	IS(5, "keep: daily 2026-08-05");
	IS(15, "keep: daily 2026-08-05");
	IS(25, "keep: daily 2026-08-05");
	IS(1, "expire: expired");
	IS(11, "expire: expired");
	IS(21, "expire: expired");
}

TEST(a_sound_one_is_preferred_to_a_later_unproven_one)
{
	NOSTATE;
	nightly(2026, 8, 1, 9);
	add(unproven(50, at(2026, 8, 5, 20, 0)));
	add(unproven(51, at(2026, 8, 9, 20, 0)));
	plan(at(2026, 8, 9, 23, 0));
	IS(5, "keep: daily 2026-08-05");
	IS(50, "expire: expired");
	IS(9, "keep: daily 2026-08-09, weekly 2026-W32, monthly 2026-08, floor");
	IS(51, "keep: floor, newest");
	assert_null(c.plan.note);
}

TEST(a_daily_user_of_unproven_dumps_has_tiers_and_is_told)
{
	NOSTATE;
	for (int k = 1; k <= 40; k++)
		add(unproven(k, at(2026, 7, k, 2, 0)));
	plan(at(2026, 8, 9, 12, 0));
	IS(40, "keep: daily 2026-08-09, weekly 2026-W32, monthly 2026-08, floor, newest");
	IS(1, "expire: expired");
	assert_string_equal(c.plan.note, "floor met only by unproven backups");
	c.v[39].verdict = BKS_SOUND;
	plan(at(2026, 8, 9, 12, 0));
	assert_string_equal(c.plan.note, "floor met only with unproven backups");
}

TEST(a_closed_slot_keeps_its_holder_against_one_that_came_late)
{
	NOSTATE;
	nightly(2026, 8, 1, 10);
	add(sound(50, at(2026, 8, 6, 20, 0)));
	plan(at(2026, 8, 10, 12, 0));
	IS(50, "keep: daily 2026-08-06");
	IS(6, "expire: expired");
	slot(BKS_TIER_DAILY, "2026-08-06", 6);
	plan(at(2026, 8, 10, 12, 0));
	IS(6, "keep: daily 2026-08-06");
	IS(50, "expire: expired");
	/* the holder failed: the best that is left takes its place */
	c.v[5] = damaged(6, c.v[5].point, at(2026, 8, 9, 0, 0));
	plan(at(2026, 8, 10, 12, 0));
	IS(50, "keep: daily 2026-08-06");
	IS(6, "keep: proven-bad");
}

TEST(an_open_slot_goes_to_the_newest)
{
	NOSTATE;
	nightly(2026, 8, 1, 10);
	add(sound(50, at(2026, 8, 10, 11, 0)));
	slot(BKS_TIER_DAILY, "2026-08-10", 10);
	plan(at(2026, 8, 10, 12, 0));
	IS(10, "keep: floor");
	IS(50, "keep: daily 2026-08-10, weekly 2026-W33, monthly 2026-08, floor, newest");
}

TEST(a_holder_of_less_yields_to_a_late_fuller_one_and_both_stay)
{
	NOSTATE;
	nightly(2026, 8, 1, 10);
	c.v[5].content = BKS_CONTENT_SCHEMA;
	add(sound(50, at(2026, 8, 6, 1, 0)));
	slot(BKS_TIER_DAILY, "2026-08-06", 6);
	plan(at(2026, 8, 10, 12, 0));
	IS(6, "keep: daily 2026-08-06");
	IS(50, "keep: daily 2026-08-06");
}

TEST(a_slot_is_void_when_its_holder_was_dated_anew_or_is_not_there)
{
	NOSTATE;
	nightly(2026, 8, 1, 10);
	add(sound(50, at(2025, 7, 3, 1, 0)));
	slot(BKS_TIER_DAILY, "2026-08-06", 50);
	slot(BKS_TIER_DAILY, "2026-08-05", 777);
	slot(BKS_TIER_DAILY, "2026-8-4", 1);
	slot(BKS_TIER_DAILY, "", 1);
	plan(at(2026, 8, 10, 12, 0));
	IS(50, "expire: expired");
	IS(6, "keep: daily 2026-08-06");
	IS(1, "expire: expired");
}

TEST(the_plan_hands_out_the_holders_of_closed_slots)
{
	char all[400] = "";

	NOSTATE;
	nightly(2026, 7, 30, 4);
	plan(at(2026, 8, 2, 12, 0));
	for (size_t k = 0; k < c.plan.slot_count; k++) {
		size_t used = strlen(all);

		snprintf(all + used, sizeof all - used, "%s %lld;", c.plan.slots[k].bucket,
			(long long)c.plan.slots[k].backup);
	}
	/* W31 ends on 2 August and is open, as are the day and the month of R */
	assert_string_equal(all, "2026-08-01 3;2026-07-31 2;2026-07-30 1;2026-07 2;");
}

TEST(holds_and_releases_never_go)
{
	NOSTATE;
	nightly(2026, 8, 1, 10);
	add(sound(50, at(2020, 1, 1, 2, 0)));
	c.v[10].held = true;
	add(sound(51, at(2020, 1, 2, 2, 0)));
	c.v[11].tier = BKS_TIER_PREDEPLOY;
	add(damaged(52, at(2020, 1, 3, 2, 0), at(2020, 1, 4, 0, 0)));
	c.v[12].held = true;
	add(damaged(53, at(2020, 1, 3, 2, 0), at(2020, 1, 4, 0, 0)));
	plan(at(2026, 8, 10, 12, 0));
	IS(50, "keep: hold");
	IS(51, "keep: predeploy");
	IS(52, "keep: hold");
	IS(53, "expire: proven-bad");
}

TEST(an_explicit_tier_lasts_as_long_as_its_window)
{
	NOSTATE;
	nightly(2026, 8, 1, 10);
	add(sound(50, at(2026, 8, 4, 1, 0)));
	c.v[10].tier = BKS_TIER_DAILY;
	add(sound(51, at(2026, 8, 3, 1, 0)));
	c.v[11].tier = BKS_TIER_DAILY;
	add(sound(52, at(2026, 7, 13, 1, 0)));
	c.v[12].tier = BKS_TIER_WEEKLY;
	add(sound(53, at(2026, 7, 13, 2, 0)));
	add(sound(54, at(2025, 9, 1, 1, 0)));
	c.v[14].tier = BKS_TIER_MONTHLY;
	add(sound(55, at(2025, 9, 2, 1, 0)));
	plan(at(2026, 8, 10, 12, 0));
	IS(50, "keep: daily 2026-08-04");
	IS(51, "expire: expired");
	IS(52, "keep: weekly 2026-W29");
	IS(53, "keep: weekly 2026-W29, monthly 2026-07");
	IS(54, "keep: monthly 2025-09");
	IS(55, "keep: monthly 2025-09");
}

TEST(a_proven_bad_one_goes_seven_days_after_its_verdict_once_replaced)
{
	bks_time since = at(2026, 8, 5, 3, 0);

	NOSTATE;
	nightly(2026, 8, 1, 10);
	add(damaged(50, at(2026, 8, 5, 1, 0), since));
	plan(since + 7 * BKS_DAY - 1);
	IS(50, "keep: proven-bad");
	plan(since + 7 * BKS_DAY);
	IS(50, "expire: proven-bad");
	c.v[10].verdict = BKS_INCOMPLETE;
	plan(since + 7 * BKS_DAY);
	IS(50, "expire: proven-bad");
	/* newer than all that is eligible: evidence, or in flight */
	c.v[10].point = at(2026, 8, 11, 1, 0);
	plan(since + 30 * BKS_DAY);
	IS(50, "keep: proven-bad");
	/* nothing newer holds as much */
	c.v[10].point = at(2026, 8, 9, 1, 0);
	c.v[9].content = BKS_CONTENT_SCHEMA;
	c.v[8].content = BKS_CONTENT_DATA;
	plan(since + 30 * BKS_DAY);
	IS(50, "keep: proven-bad");
	c.v[10].bad_since = BKS_TIME_NONE;
	c.v[10].point = at(2026, 8, 1, 1, 0);
	plan(since + 30 * BKS_DAY);
	IS(50, "keep: proven-bad");
}

TEST(what_lacks_a_required_table_is_not_eligible_and_is_proven_bad)
{
	NOSTATE;
	nightly(2026, 8, 1, 10);
	c.v[9].levels[BKS_COVERED] = BKS_RESULT_FAIL;
	c.v[9].bad_since = at(2026, 8, 10, 3, 0);
	plan(at(2026, 8, 30, 12, 0));
	assert_int_equal(c.plan.reference, at(2026, 8, 9, 2, 0));
	IS(10, "keep: proven-bad");
	add(sound(11, at(2026, 8, 11, 2, 0)));
	plan(at(2026, 8, 30, 12, 0));
	IS(10, "expire: proven-bad");
}

TEST(what_was_never_judged_is_undecided)
{
	static const enum bks_verdict unjudged[] = {
		BKS_UNKNOWN, BKS_UNREADABLE, BKS_UNSUPPORTED, BKS_MISSING};

	NOSTATE;
	nightly(2026, 8, 1, 10);
	add(sound(50, at(2020, 1, 1, 0, 0)));
	for (size_t k = 0; k < 4; k++) {
		c.v[10].verdict = unjudged[k];
		plan(at(2026, 8, 10, 12, 0));
		IS(50, "undecided: not-judged");
	}
	c.v[10].verdict = BKS_SOUND;
	c.v[10].state = BKS_STATE_SETTLING;
	plan(at(2026, 8, 10, 12, 0));
	IS(50, "undecided: not-judged");
	c.v[10].state = BKS_STATE_MISSING;
	plan(at(2026, 8, 10, 12, 0));
	IS(50, "undecided: not-judged");
	c.v[10].state = BKS_STATE_LIVE;
	c.v[10].verdict = BKS_UNPROVEN;
	c.v[10].recognised = false;
	plan(at(2026, 8, 10, 12, 0));
	IS(50, "undecided: unproven");
	c.v[10] = sound(50, BKS_TIME_NONE);
	plan(at(2026, 8, 10, 12, 0));
	IS(50, "undecided: time-unconfirmed");
}

TEST(an_unconfirmed_time_or_source_is_never_let_go)
{
	NOSTATE;
	nightly(2026, 8, 1, 10);
	add(sound(50, at(2020, 1, 1, 0, 0)));
	c.v[10].point_from = BKS_TAKEN_MTIME;
	c.v[10].point_confirmed = false;
	plan(at(2026, 8, 10, 12, 0));
	IS(50, "undecided: time-unconfirmed");
	c.v[10].source_confirmed = false;
	plan(at(2026, 8, 10, 12, 0));
	IS(50, "undecided: source-unconfirmed, time-unconfirmed");
	c.v[10].point_confirmed = true;
	plan(at(2026, 8, 10, 12, 0));
	IS(50, "undecided: source-unconfirmed");
	c.v[10].source_confirmed = true;
	plan(at(2026, 8, 10, 12, 0));
	IS(50, "expire: expired");
	c.v[10].point_confirmed = false;
	c.v[10].point_from = BKS_TAKEN_NAME;
	plan(at(2026, 8, 10, 12, 0));
	IS(50, "expire: expired");
	c.v[10] = damaged(50, at(2020, 1, 1, 0, 0), at(2020, 1, 2, 0, 0));
	c.v[10].source_confirmed = false;
	plan(at(2026, 8, 10, 12, 0));
	IS(50, "undecided: source-unconfirmed");
}

TEST(a_guess_takes_no_slot_from_what_is_confirmed)
{
	NOSTATE;
	nightly(2026, 8, 1, 10);
	add(sound(50, at(2026, 8, 6, 20, 0)));
	c.v[10].point_from = BKS_TAKEN_MTIME;
	c.v[10].point_confirmed = false;
	plan(at(2026, 8, 10, 12, 0));
	IS(6, "keep: daily 2026-08-06");
	IS(50, "undecided: time-unconfirmed");
	c.v[10].point_confirmed = true;
	plan(at(2026, 8, 10, 12, 0));
	IS(6, "expire: expired");
}

TEST(an_empty_policy_keeps_all)
{
	NOSTATE;
	nightly(2024, 1, 1, 300);
	add(damaged(999, at(2024, 1, 1, 1, 0), at(2024, 1, 2, 0, 0)));
	c.policy.daily_days = c.policy.weekly_days = c.policy.monthly_months = 0;
	plan(at(2026, 8, 10, 12, 0));
	assert_int_equal(count(BKS_KEEP), 301);
	IS(1, "keep: no-policy");
	IS(999, "keep: no-policy");
	keep_decide(&c.plan, c.v, c.n, NULL, 0, NULL, at(2026, 8, 10, 12, 0), c.arena);
	assert_int_equal(count(BKS_KEEP), 301);
}

TEST(the_floor_is_never_below_two_and_can_be_more)
{
	NOSTATE;
	nightly(2026, 8, 1, 10);
	c.policy = (bks_policy){.level = BKS_WHOLE, .daily_days = 1};
	plan(at(2026, 8, 10, 12, 0));
	assert_int_equal(count(BKS_KEEP), 2);
	IS(9, "keep: floor");
	IS(8, "expire: expired");
	c.policy.floor = 5;
	plan(at(2026, 8, 10, 12, 0));
	assert_int_equal(count(BKS_KEEP), 5);
	IS(6, "keep: floor");
}

TEST(a_source_that_asks_for_a_restore_counts_only_what_was_restored)
{
	NOSTATE;
	nightly(2026, 8, 1, 10);
	c.policy.level = BKS_RESTORED;
	for (int k = 0; k < 3; k++)
		c.v[k].levels[BKS_RESTORED] = BKS_RESULT_PASS;
	plan(at(2026, 8, 30, 12, 0));
	assert_int_equal(c.plan.reference, at(2026, 8, 3, 2, 0));
	IS(10, "undecided: not-judged");
	IS(3, "keep: daily 2026-08-03, weekly 2026-W32, monthly 2026-08, floor, newest");
}

TEST(an_encrypted_one_is_eligible_only_where_sealed_is_enough_and_passed)
{
	struct keep_backup b = unproven(1, at(2026, 8, 1, 2, 0));

	NOSTATE;
	b.recognised = false;
	assert_false(keep_eligible(&b, BKS_SEALED, b.point));
	b.levels[BKS_SEALED] = BKS_RESULT_PASS;
	assert_true(keep_eligible(&b, BKS_SEALED, b.point));
	assert_false(keep_eligible(&b, BKS_WHOLE, b.point));
	b.levels[BKS_SEALED] = BKS_RESULT_FAIL;
	assert_false(keep_eligible(&b, BKS_SEALED, b.point));
	b = sound(1, at(2026, 8, 1, 2, 0));
	b.levels[BKS_RESTORED] = BKS_RESULT_FAIL;
	assert_true(keep_eligible(&b, BKS_LEVEL_NONE, b.point));
	b.state = BKS_STATE_CONDEMNED;
	assert_false(keep_eligible(&b, BKS_WHOLE, b.point));
}

TEST(a_condemned_one_is_planned_again)
{
	NOSTATE;
	nightly(2026, 8, 1, 10);
	add(sound(50, at(2026, 8, 6, 1, 0)));
	c.v[10].state = BKS_STATE_CONDEMNED;
	plan(at(2026, 8, 10, 12, 0));
	IS(50, "expire: expired");
	assert_false(row(50)->eligible);
	/* the one that stood in for it was lost */
	c.v[5].state = BKS_STATE_MISSING;
	plan(at(2026, 8, 10, 12, 0));
	IS(50, "keep: daily 2026-08-06");
	for (size_t k = 0; k < c.plan.slot_count; k++)
		assert_int_not_equal(c.plan.slots[k].backup, 50);
	/* it never takes a slot from a live one, however late it is */
	c.v[5].state = BKS_STATE_LIVE;
	c.v[10].point = at(2026, 8, 6, 20, 0);
	plan(at(2026, 8, 10, 12, 0));
	IS(50, "expire: expired");
	IS(6, "keep: daily 2026-08-06");
}

TEST(a_condemned_one_fills_a_floor_that_nothing_live_meets)
{
	NOSTATE;
	add(sound(1, at(2024, 1, 1, 2, 0)));
	add(sound(2, at(2024, 2, 1, 2, 0)));
	add(sound(3, at(2026, 8, 1, 2, 0)));
	c.v[0].state = c.v[1].state = BKS_STATE_CONDEMNED;
	plan(at(2026, 8, 10, 12, 0));
	IS(1, "expire: expired");
	IS(2, "keep: floor");
	c.v[2].verdict = BKS_DAMAGED;
	plan(at(2026, 8, 10, 12, 0));
	IS(1, "keep: floor");
	IS(2, "keep: floor");
}

TEST(the_anchor_is_the_newest_base_before_the_promised_window)
{
	NOSTATE;
	nightly(2026, 8, 1, 20);
	for (size_t k = 0; k < c.n; k++)
		c.v[k].kind = BKS_KIND_PHYSICAL;
	c.policy =
		(bks_policy){.level = BKS_WHOLE, .daily_days = 2, .pitr_window = 7 * BKS_DAY};
	plan(at(2026, 8, 20, 12, 0));
	IS(13, "keep: anchor");
	IS(12, "expire: expired");
	IS(14, "expire: expired");
	for (size_t k = 0; k < c.n; k++)
		c.v[k].kind = BKS_KIND_LOGICAL;
	plan(at(2026, 8, 20, 12, 0));
	IS(13, "expire: expired");
}

/*
 * The histories of research: a dump each day at 02:00 since 2025-07-01, planned at 2026-09-01
 * 12:00. Its own tool counted back 7 days from R's day and took both ends, 8 days; the 7 civil
 * days that end at R's day are one fewer, so where it says 21, 22, 11, 22 and 34 it is 20, 21,
 * 10, 21 and 33. On Sundays alone both say 16.
 */
TEST(history_a_healthy_keeps_20)
{
	NOSTATE;
	nightly(2025, 7, 1, 428);
	plan(at(2026, 9, 1, 12, 0));
	assert_int_equal(count(BKS_KEEP), 20);
	assert_int_equal(count(BKS_EXPIRE), 408);
}

TEST(history_b_an_outage_of_20_days_moves_no_window)
{
	NOSTATE;
	nightly(2025, 7, 1, 408);
	plan(at(2026, 9, 1, 12, 0));
	assert_int_equal(count(BKS_KEEP), 21);
	IS(408, "keep: daily 2026-08-12, weekly 2026-W33, monthly 2026-08, floor, newest");
}

TEST(history_b2_an_outage_of_400_days_keeps_10_of_28)
{
	NOSTATE;
	nightly(2025, 7, 1, 28);
	plan(at(2026, 9, 1, 12, 0));
	assert_int_equal(count(BKS_KEEP), 10);
	assert_int_equal(row(28)->action, BKS_KEEP);
}

TEST(history_c_one_dated_2043_keeps_itself_and_changes_nothing)
{
	NOSTATE;
	nightly(2025, 7, 1, 428);
	add(sound(999, at(2043, 5, 5, 5, 5)));
	plan(at(2026, 9, 1, 12, 0));
	assert_int_equal(count(BKS_KEEP), 21);
}

TEST(history_d_sundays_only_keeps_16)
{
	NOSTATE;
	for (int k = 0; k < 61; k++)
		add(sound(k + 1, at(2025, 7, 6 + 7 * k, 2, 0)));
	plan(at(2026, 9, 1, 12, 0));
	assert_int_equal(count(BKS_KEEP), 16);
}

TEST(history_e_twelve_bad_ones_are_held_beside_the_good_ones)
{
	NOSTATE;
	nightly(2025, 7, 1, 428);
	for (int k = 416; k < 428; k++)
		c.v[k] = damaged(k + 1, c.v[k].point, c.v[k].point + BKS_HOUR);
	plan(at(2026, 9, 1, 12, 0));
	assert_int_equal(count(BKS_KEEP), 33);
	assert_int_equal(c.plan.reference, at(2026, 8, 20, 2, 0));
	for (int k = 411; k <= 417; k++)
		assert_int_equal(row(k)->action, BKS_KEEP);
	IS(418, "keep: proven-bad");
}

#undef T
#define T(name) cmocka_unit_test_setup_teardown(name, begin, end)

MAIN(T(no_backups_make_an_empty_plan), T(one_backup_400_days_old_stays_with_every_reason),
	T(all_bad_are_all_kept), T(a_bad_newest_one_neither_defines_time_nor_takes_a_slot),
	T(two_of_one_second_have_one_holder_and_the_order_does_not_matter),
	T(midnight_parts_two_days),
	T(a_day_that_begins_at_noon_holds_what_jitters_around_midnight),
	T(days_of_23_and_25_hours_are_days),
	T(a_dump_every_local_noon_keeps_seven_days_across_both_clock_changes),
	T(a_leap_day_is_a_month_of_the_twelve), T(week_53_and_week_1_are_two_weeks),
	T(a_changed_zone_takes_no_closed_slot_from_its_holder),
	T(a_date_in_the_future_is_kept_and_ignored), T(a_date_of_1970_is_not_let_go_by_it),
	T(a_clock_set_back_a_year_lets_nothing_go),
	T(a_clock_set_forward_ten_years_moves_no_window),
	T(a_schema_dump_at_23_takes_no_slot_from_the_full_one),
	T(full_dumps_that_stopped_are_not_aged_out_by_schema_dumps),
	T(parts_that_do_not_hold_each_other_each_have_their_slot),
	T(a_sound_one_is_preferred_to_a_later_unproven_one),
	T(a_daily_user_of_unproven_dumps_has_tiers_and_is_told),
	T(a_closed_slot_keeps_its_holder_against_one_that_came_late),
	T(an_open_slot_goes_to_the_newest),
	T(a_holder_of_less_yields_to_a_late_fuller_one_and_both_stay),
	T(a_slot_is_void_when_its_holder_was_dated_anew_or_is_not_there),
	T(the_plan_hands_out_the_holders_of_closed_slots), T(holds_and_releases_never_go),
	T(an_explicit_tier_lasts_as_long_as_its_window),
	T(a_proven_bad_one_goes_seven_days_after_its_verdict_once_replaced),
	T(what_lacks_a_required_table_is_not_eligible_and_is_proven_bad),
	T(what_was_never_judged_is_undecided), T(an_unconfirmed_time_or_source_is_never_let_go),
	T(a_guess_takes_no_slot_from_what_is_confirmed), T(an_empty_policy_keeps_all),
	T(the_floor_is_never_below_two_and_can_be_more),
	T(a_source_that_asks_for_a_restore_counts_only_what_was_restored),
	T(an_encrypted_one_is_eligible_only_where_sealed_is_enough_and_passed),
	T(a_condemned_one_is_planned_again),
	T(a_condemned_one_fills_a_floor_that_nothing_live_meets),
	T(the_anchor_is_the_newest_base_before_the_promised_window),
	T(history_a_healthy_keeps_20), T(history_b_an_outage_of_20_days_moves_no_window),
	T(history_b2_an_outage_of_400_days_keeps_10_of_28),
	T(history_c_one_dated_2043_keeps_itself_and_changes_nothing),
	T(history_d_sundays_only_keeps_16),
	T(history_e_twelve_bad_ones_are_held_beside_the_good_ones))
