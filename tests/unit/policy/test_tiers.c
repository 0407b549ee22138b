/* Who holds a slot. */
#include "plan.h"

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
	slot("daily", "2026-08-06", 25);
	slot("daily", "2026-08-07", 26);
	plan(at(2026, 8, 8, 23, 0));
	IS(25, "keep: daily 2026-08-06");
	IS(26, "keep: daily 2026-08-07");
	IS(15, "expire: expired");
	IS(16, "expire: expired");
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

TEST(a_closed_slot_keeps_its_holder_against_one_that_came_late)
{
	NOSTATE;
	nightly(2026, 8, 1, 10);
	add(sound(50, at(2026, 8, 6, 20, 0)));
	plan(at(2026, 8, 10, 12, 0));
	IS(50, "keep: daily 2026-08-06");
	IS(6, "expire: expired");
	slot("daily", "2026-08-06", 6);
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
	slot("daily", "2026-08-10", 10);
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
	slot("daily", "2026-08-06", 6);
	plan(at(2026, 8, 10, 12, 0));
	IS(6, "keep: daily 2026-08-06");
	IS(50, "keep: daily 2026-08-06");
}

TEST(a_slot_is_void_when_its_holder_was_dated_anew_or_is_not_there)
{
	NOSTATE;
	nightly(2026, 8, 1, 10);
	add(sound(50, at(2025, 7, 3, 1, 0)));
	slot("daily", "2026-08-06", 50);
	slot("daily", "2026-08-05", 777);
	slot("daily", "2026-8-4", 1);
	slot("daily", "", 1);
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

MAIN(T(two_of_one_second_have_one_holder_and_the_order_does_not_matter),
	T(a_changed_zone_takes_no_closed_slot_from_its_holder),
	T(a_schema_dump_at_23_takes_no_slot_from_the_full_one),
	T(parts_that_do_not_hold_each_other_each_have_their_slot),
	T(a_sound_one_is_preferred_to_a_later_unproven_one),
	T(a_closed_slot_keeps_its_holder_against_one_that_came_late),
	T(an_open_slot_goes_to_the_newest),
	T(a_holder_of_less_yields_to_a_late_fuller_one_and_both_stay),
	T(a_slot_is_void_when_its_holder_was_dated_anew_or_is_not_there),
	T(the_plan_hands_out_the_holders_of_closed_slots),
	T(an_explicit_tier_lasts_as_long_as_its_window),
	T(a_guess_takes_no_slot_from_what_is_confirmed))
