#include "fixture.h"

static int64_t interval(const int *hours, size_t n)
{
	bks_time points[16];

	for (size_t k = 0; k < n; k++)
		points[k] = at(2026, 11, 1, 0, 0) + hours[k] * BKS_HOUR;
	return due_interval(points, n) / BKS_HOUR;
}

TEST(the_usual_interval_is_the_median)
{
	NOSTATE;
	assert_int_equal(interval((int[]){0, 24, 48, 300}, 4), 24);
	assert_int_equal(interval((int[]){0, 24, 25, 49, 73, 97}, 6), 24);
	assert_int_equal(interval((int[]){0, 24, 24, 48, 48, 72}, 6), 24);
	/* of two in the middle the smaller: late rather too early than never */
	assert_int_equal(interval((int[]){0, 10, 20, 44, 68}, 5), 10);
}

TEST(a_short_history_has_no_interval)
{
	NOSTATE;
	assert_int_equal(due_interval(NULL, 0), 0);
	assert_int_equal(interval((int[]){0, 24, 48}, 3), 0);
	assert_int_equal(interval((int[]){0, 0, 0, 0, 0}, 5), 0);
	assert_int_equal(interval((int[]){0, 0, 24, 48}, 4), 0);
}

TEST(what_is_new_comes_first_then_trouble_then_the_longest_unread)
{
	bks_time now = at(2026, 11, 10, 12, 0);
	struct due_item v[] = {{1, false, false, now - 2 * BKS_DAY, 1},
		{2, false, false, now - 9 * BKS_DAY, 1}, {3, false, true, now - BKS_HOUR, 1},
		{9, true, false, now - BKS_HOUR, 1}, {4, true, true, BKS_TIME_NONE, 1},
		{5, false, false, now + BKS_DAY, 1}, {6, false, false, BKS_TIME_NONE, 1},
		{7, false, false, now - 7 * BKS_DAY, 1}};
	const int64_t want[] = {4, 6, 9, 3, 5, 2, 7, 1};

	NOSTATE;
	assert_int_equal(due_order(v, 8, now, 7 * BKS_DAY), 7);
	for (int k = 0; k < 8; k++)
		assert_int_equal(v[k].artifact, want[k]);
	assert_int_equal(due_order(v, 8, now, 7 * BKS_DAY + 1), 6);
	assert_int_equal(due_order(v, 8, now, 0), 8);
	assert_int_equal(due_order(v, 0, now, 0), 0);
}

TEST(nothing_is_due_when_all_was_read_lately)
{
	bks_time now = at(2026, 11, 10, 12, 0);
	struct due_item v[] = {{2, false, false, now - BKS_HOUR, 1}, {1, false, false, now, 1}};

	NOSTATE;
	assert_int_equal(due_order(v, 2, now, BKS_DAY), 0);
	assert_int_equal(v[0].artifact, 2);
}

static bool renewed(int64_t id, int64_t age, int by)
{
	bks_time now = at(2026, 11, 10, 12, 0);

	return due_deep(&(struct due_proof){id, now - age, by}, 3, now);
}

TEST(a_proof_is_renewed_when_it_is_half_a_year_old_or_of_an_older_verifier)
{
	NOSTATE;
	assert_false(renewed(30, 0, 3));
	assert_false(renewed(30, 180 * BKS_DAY - 1, 3));
	assert_true(renewed(30, 180 * BKS_DAY, 3));
	assert_true(renewed(30, BKS_HOUR, 2));
	assert_true(renewed(30, BKS_HOUR, 0));
	/* what a newer program proved, this one need not prove again */
	assert_false(renewed(30, BKS_HOUR, 4));
	/* a proof from the future is none, nor is none */
	assert_true(renewed(30, -1, 3));
	assert_true(due_deep(&(struct due_proof){30, BKS_TIME_NONE, 3}, 3, 0));
}

TEST(proofs_of_one_night_are_renewed_on_thirty_days)
{
	NOSTATE;
	for (int64_t id = 60; id < 90; id++) {
		int64_t lasts = (180 - (id - 60)) * BKS_DAY;

		assert_false(renewed(id, lasts - 1, 3));
		assert_true(renewed(id, lasts, 3));
	}
}

MAIN(T(the_usual_interval_is_the_median), T(a_short_history_has_no_interval),
	T(what_is_new_comes_first_then_trouble_then_the_longest_unread),
	T(nothing_is_due_when_all_was_read_lately),
	T(a_proof_is_renewed_when_it_is_half_a_year_old_or_of_an_older_verifier),
	T(proofs_of_one_night_are_renewed_on_thirty_days))
