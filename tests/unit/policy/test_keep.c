/* What stays, what goes and what is left undecided, but for the slots of tiers. */
#include "plan.h"

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
	IS(3, "keep: hold newest is damaged");
	IS(2, "keep: weekly 2026-W31");
	c.v[10].acked = true;
	plan(at(2026, 9, 1, 12, 0));
	IS(3, "expire: expired");
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

TEST(an_empty_policy_keeps_all)
{
	NOSTATE;
	nightly(2024, 1, 1, 300);
	add(damaged(999, at(2024, 1, 1, 1, 0), at(2024, 1, 2, 0, 0)));
	tiers_say(&c.policy, 0, 0, 0);
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
	c.policy = (bks_policy){.level = BKS_WHOLE};
	tiers_say(&c.policy, 1, 0, 0);
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
	add(sound(4, at(2024, 1, 5, 2, 0)));
	c.v[3].state = BKS_STATE_CONDEMNED;
	plan(at(2026, 8, 10, 12, 0));
	IS(1, "keep: floor");
	IS(4, "keep: floor");
}

TEST(the_anchor_is_the_newest_base_before_the_promised_window)
{
	NOSTATE;
	nightly(2026, 8, 1, 20);
	for (size_t k = 0; k < c.n; k++)
		c.v[k].kind = BKS_KIND_PHYSICAL;
	c.policy = (bks_policy){.level = BKS_WHOLE, .pitr_window = 7 * BKS_DAY};
	tiers_say(&c.policy, 2, 0, 0);
	plan(at(2026, 8, 20, 12, 0));
	IS(13, "keep: anchor");
	IS(12, "expire: expired");
	IS(14, "expire: expired");
	for (size_t k = 0; k < c.n; k++)
		c.v[k].kind = BKS_KIND_LOGICAL;
	plan(at(2026, 8, 20, 12, 0));
	IS(13, "expire: expired");
}

MAIN(T(no_backups_make_an_empty_plan), T(one_backup_400_days_old_stays_with_every_reason),
	T(all_bad_are_all_kept), T(a_bad_newest_one_neither_defines_time_nor_takes_a_slot),
	T(a_date_in_the_future_is_kept_and_ignored), T(a_date_of_1970_is_not_let_go_by_it),
	T(a_clock_set_back_a_year_lets_nothing_go),
	T(a_clock_set_forward_ten_years_moves_no_window),
	T(full_dumps_that_stopped_are_not_aged_out_by_schema_dumps),
	T(a_daily_user_of_unproven_dumps_has_tiers_and_is_told), T(holds_and_releases_never_go),
	T(a_proven_bad_one_goes_seven_days_after_its_verdict_once_replaced),
	T(what_lacks_a_required_table_is_not_eligible_and_is_proven_bad),
	T(what_was_never_judged_is_undecided), T(an_unconfirmed_time_or_source_is_never_let_go),
	T(an_empty_policy_keeps_all), T(the_floor_is_never_below_two_and_can_be_more),
	T(a_source_that_asks_for_a_restore_counts_only_what_was_restored),
	T(an_encrypted_one_is_eligible_only_where_sealed_is_enough_and_passed),
	T(a_condemned_one_is_planned_again),
	T(a_condemned_one_fills_a_floor_that_nothing_live_meets),
	T(the_anchor_is_the_newest_base_before_the_promised_window))
