/* Civil days, weeks and months: where one ends and the next begins. */
#include "plan.h"

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
		keep_bucket(BKS_BUCKET_DAY, c.v[7].point, &c.policy, c.arena), "2026-08-16");
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
		keep_bucket(BKS_BUCKET_DAY, at(2026, 3, 28, 22, 59), &c.policy, c.arena),
		"2026-03-28");
	assert_string_equal(
		keep_bucket(BKS_BUCKET_DAY, at(2026, 3, 28, 23, 0), &c.policy, c.arena),
		"2026-03-29");
	assert_string_equal(
		keep_bucket(BKS_BUCKET_DAY, at(2026, 3, 29, 21, 59), &c.policy, c.arena),
		"2026-03-29");
	assert_string_equal(
		keep_bucket(BKS_BUCKET_DAY, at(2026, 3, 29, 22, 0), &c.policy, c.arena),
		"2026-03-30");
	assert_string_equal(
		keep_bucket(BKS_BUCKET_DAY, at(2026, 10, 24, 22, 0), &c.policy, c.arena),
		"2026-10-25");
	assert_string_equal(
		keep_bucket(BKS_BUCKET_DAY, at(2026, 10, 25, 22, 59), &c.policy, c.arena),
		"2026-10-25");
	assert_string_equal(
		keep_bucket(BKS_BUCKET_DAY, at(2026, 10, 25, 23, 0), &c.policy, c.arena),
		"2026-10-26");
	/* a start of day that the clocks pass twice begins the day once, at the earlier instant
	 */
	c.policy.day_start = 150 * BKS_MINUTE;
	assert_string_equal(
		keep_bucket(BKS_BUCKET_DAY, at(2026, 10, 25, 0, 29), &c.policy, c.arena),
		"2026-10-24");
	assert_string_equal(
		keep_bucket(BKS_BUCKET_DAY, at(2026, 10, 25, 0, 30), &c.policy, c.arena),
		"2026-10-25");
	assert_string_equal(
		keep_bucket(BKS_BUCKET_DAY, at(2026, 10, 25, 1, 15), &c.policy, c.arena),
		"2026-10-25");
	/* and one that they jump over begins it after the jump */
	assert_string_equal(
		keep_bucket(BKS_BUCKET_DAY, at(2026, 3, 29, 1, 15), &c.policy, c.arena),
		"2026-03-28");
	assert_string_equal(
		keep_bucket(BKS_BUCKET_DAY, at(2026, 3, 29, 1, 30), &c.policy, c.arena),
		"2026-03-29");
}

TEST(a_dump_every_local_noon_keeps_seven_days_across_both_clock_changes)
{
	const int months[] = {3, 10}, days[] = {29, 25};

	NOSTATE;
	c.policy.zone = "Europe/Berlin";
	tiers_say(&c.policy, 7, 0, 0);
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

TEST(clocks_set_back_across_midnight_do_not_bring_the_day_before_back)
{
	NOSTATE;
	/* 00:01 became 23:01 there */
	c.policy.zone = "America/St_Johns";
	assert_string_equal(
		keep_bucket(BKS_BUCKET_DAY, at(2010, 11, 7, 2, 29), &c.policy, c.arena),
		"2010-11-06");
	assert_string_equal(
		keep_bucket(BKS_BUCKET_DAY, at(2010, 11, 7, 2, 30), &c.policy, c.arena),
		"2010-11-07");
	assert_string_equal(
		keep_bucket(BKS_BUCKET_DAY, at(2010, 11, 7, 2, 40), &c.policy, c.arena),
		"2010-11-07");
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
	tiers_say(&c.policy, 0, 30, 0);
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

MAIN(T(clocks_set_back_across_midnight_do_not_bring_the_day_before_back),
	T(midnight_parts_two_days),
	T(a_day_that_begins_at_noon_holds_what_jitters_around_midnight),
	T(days_of_23_and_25_hours_are_days),
	T(a_dump_every_local_noon_keeps_seven_days_across_both_clock_changes),
	T(a_leap_day_is_a_month_of_the_twelve), T(week_53_and_week_1_are_two_weeks))
