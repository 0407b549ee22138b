/* Whole histories, and how much of them is kept. */
#include "plan.h"

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
	print_message("history A: %zu of %zu stay\n", count(BKS_KEEP), c.n);
	assert_int_equal(count(BKS_KEEP), 20);
	assert_int_equal(count(BKS_EXPIRE), 408);
	/* the table of docs/retention.md */
	IS(428, "keep: daily 2026-09-01, weekly 2026-W36, monthly 2026-09, floor, newest");
	IS(427, "keep: daily 2026-08-31, monthly 2026-08, floor");
	IS(426, "keep: daily 2026-08-30, weekly 2026-W35");
	IS(422, "keep: daily 2026-08-26");
	IS(421, "expire: expired");
	IS(419, "keep: weekly 2026-W34");
	IS(412, "keep: weekly 2026-W33");
	IS(405, "keep: weekly 2026-W32");
	IS(396, "keep: monthly 2026-07");
	IS(123, "keep: monthly 2025-10");
	IS(92, "expire: expired");
}

TEST(history_b_an_outage_of_20_days_moves_no_window)
{
	NOSTATE;
	nightly(2025, 7, 1, 408);
	plan(at(2026, 9, 1, 12, 0));
	print_message("history B: %zu of %zu stay\n", count(BKS_KEEP), c.n);
	assert_int_equal(count(BKS_KEEP), 21);
	IS(408, "keep: daily 2026-08-12, weekly 2026-W33, monthly 2026-08, floor, newest");
}

TEST(history_b2_an_outage_of_400_days_keeps_10_of_28)
{
	NOSTATE;
	nightly(2025, 7, 1, 28);
	plan(at(2026, 9, 1, 12, 0));
	print_message("history B2: %zu of %zu stay\n", count(BKS_KEEP), c.n);
	assert_int_equal(count(BKS_KEEP), 10);
	assert_int_equal(row(28)->action, BKS_KEEP);
}

TEST(history_c_one_dated_2043_keeps_itself_and_changes_nothing)
{
	NOSTATE;
	nightly(2025, 7, 1, 428);
	add(sound(999, at(2043, 5, 5, 5, 5)));
	plan(at(2026, 9, 1, 12, 0));
	print_message("history C: %zu of %zu stay\n", count(BKS_KEEP), c.n);
	assert_int_equal(count(BKS_KEEP), 21);
}

TEST(history_d_sundays_only_keeps_16)
{
	NOSTATE;
	for (int k = 0; k < 61; k++)
		add(sound(k + 1, at(2025, 7, 6 + 7 * k, 2, 0)));
	plan(at(2026, 9, 1, 12, 0));
	print_message("history D: %zu of %zu stay\n", count(BKS_KEEP), c.n);
	assert_int_equal(count(BKS_KEEP), 16);
}

TEST(history_e_twelve_bad_ones_are_held_beside_the_good_ones)
{
	NOSTATE;
	nightly(2025, 7, 1, 428);
	for (int k = 416; k < 428; k++)
		c.v[k] = damaged(k + 1, c.v[k].point, c.v[k].point + BKS_HOUR);
	plan(at(2026, 9, 1, 12, 0));
	print_message("history E: %zu of %zu stay\n", count(BKS_KEEP), c.n);
	assert_int_equal(count(BKS_KEEP), 428);
	IS(1, "keep: hold newest is damaged");
	c.v[427].acked = true;
	plan(at(2026, 9, 1, 12, 0));
	IS(1, "keep: hold newest is damaged"); /* the one before it is as bad */
	for (int k = 416; k < 428; k++)
		c.v[k].acked = true;
	plan(at(2026, 9, 1, 12, 0));
	assert_int_equal(count(BKS_KEEP), 33);
	assert_int_equal(c.plan.reference, at(2026, 8, 20, 2, 0));
	for (int k = 411; k <= 417; k++)
		assert_int_equal(row(k)->action, BKS_KEEP);
	IS(418, "keep: proven-bad");
}

MAIN(T(history_a_healthy_keeps_20), T(history_b_an_outage_of_20_days_moves_no_window),
	T(history_b2_an_outage_of_400_days_keeps_10_of_28),
	T(history_c_one_dated_2043_keeps_itself_and_changes_nothing),
	T(history_d_sundays_only_keeps_16),
	T(history_e_twelve_bad_ones_are_held_beside_the_good_ones))
