#include "fixture.h"
#include <math.h>

static bks_gaps got;
static bks_arena *arena;

static int begin(void **state)
{
	(void)state;
	arena = bks_arena_new();
	return 0;
}

static int end(void **state)
{
	(void)state;
	bks_arena_free(arena);
	return 0;
}

/* POINTS in hours from 1 November; the window is [FROM, TO] of them. */
static void measure(const int *hours, size_t n, int from, int to, int rpo, int slack)
{
	bks_time points[16], zero = at(2026, 11, 1, 0, 0);

	for (size_t k = 0; k < n; k++)
		points[k] = zero + hours[k] * BKS_HOUR;
	gaps_measure(&got, points, n, zero + from * BKS_HOUR, zero + to * BKS_HOUR,
		rpo * BKS_HOUR, slack * BKS_HOUR, arena);
}

static int hour(bks_time t)
{
	return (int)((t - at(2026, 11, 1, 0, 0)) / BKS_HOUR);
}

#define GAP(k, a, b)                                                                           \
	(assert_int_equal(hour(got.gaps[k].from), a), assert_int_equal(hour(got.gaps[k].to), b))
#define WORST(a, b)                                                                            \
	(assert_int_equal(hour(got.worst.from), a), assert_int_equal(hour(got.worst.to), b))
#define MET(x) assert_true(fabs(got.met_fraction - (x)) < 1e-9)

TEST(no_point_at_all_is_told_by_the_worst_gap)
{
	NOSTATE;
	measure(NULL, 0, 0, 100, 24, 0);
	assert_int_equal(got.worst.from, BKS_TIME_NONE);
	assert_int_equal(got.gap_count, 1);
	GAP(0, 0, 100);
	MET(0.0);
	measure((int[]){200}, 1, 0, 100, 24, 0);
	assert_int_equal(got.worst.from, BKS_TIME_NONE);
}

TEST(one_long_gap_among_green_days_is_found)
{
	NOSTATE;
	measure((int[]){0, 24, 64, 88}, 4, 0, 100, 24, 2);
	assert_int_equal(got.gap_count, 1);
	GAP(0, 24, 64);
	WORST(24, 64);
	/* 40 hours, of which the first 26 lost no more than was allowed */
	MET(0.86);
}

TEST(a_gap_of_just_the_limit_is_none)
{
	NOSTATE;
	measure((int[]){0, 26, 52}, 3, 0, 60, 24, 2);
	assert_int_equal(got.gap_count, 0);
	MET(1.0);
	WORST(0, 26);
}

TEST(the_last_point_before_the_window_counts)
{
	NOSTATE;
	measure((int[]){-90, -10, 20}, 3, 0, 30, 24, 0);
	assert_int_equal(got.gap_count, 1);
	GAP(0, -10, 20);
	WORST(-10, 20);
	MET(24.0 / 30);
}

TEST(a_window_that_begins_before_the_first_point_is_not_covered_there)
{
	NOSTATE;
	measure((int[]){40, 60}, 2, 0, 80, 24, 0);
	assert_int_equal(got.gap_count, 1);
	GAP(0, 0, 40);
	MET(0.5);
}

TEST(the_time_since_the_last_point_is_a_gap)
{
	NOSTATE;
	measure((int[]){0}, 1, 0, 100, 24, 0);
	assert_int_equal(got.gap_count, 1);
	GAP(0, 0, 100);
	WORST(0, 100);
	MET(0.24);
}

TEST(without_an_rpo_every_gap_is_listed_oldest_first_and_nothing_is_met)
{
	NOSTATE;
	measure((int[]){0, 24, 24, 48}, 4, 0, 50, 0, 0);
	assert_int_equal(got.gap_count, 3);
	GAP(0, 0, 24);
	GAP(1, 24, 48);
	GAP(2, 48, 50);
	MET(-1.0);
}

TEST(points_after_the_window_do_not_count)
{
	NOSTATE;
	measure((int[]){0, 200}, 2, 0, 50, 24, 0);
	GAP(0, 0, 50);
	assert_int_equal(hour(got.worst.to), 50);
}

TEST(a_window_of_no_length_is_answered)
{
	NOSTATE;
	measure((int[]){10}, 1, 10, 10, 24, 0);
	assert_int_equal(got.gap_count, 0);
	WORST(10, 10);
	MET(-1.0);
}

#undef T
#define T(name) cmocka_unit_test_setup_teardown(name, begin, end)

MAIN(T(no_point_at_all_is_told_by_the_worst_gap), T(one_long_gap_among_green_days_is_found),
	T(a_gap_of_just_the_limit_is_none), T(the_last_point_before_the_window_counts),
	T(a_window_that_begins_before_the_first_point_is_not_covered_there),
	T(the_time_since_the_last_point_is_a_gap),
	T(without_an_rpo_every_gap_is_listed_oldest_first_and_nothing_is_met),
	T(points_after_the_window_do_not_count), T(a_window_of_no_length_is_answered))
