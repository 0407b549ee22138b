#include "backstay/time.h"
#include "policy/rate.h"
#include "unit.h"

static const int64_t MB = 1000000;

static int64_t seconds(const struct rate_sample *v, size_t n, int64_t bytes)
{
	bks_arena *a = bks_arena_new();
	int64_t us = rate_restore(v, n, bytes, a);

	bks_arena_free(a);
	return us < 0 ? us : us / BKS_SECOND;
}

TEST(the_median_of_duration_per_byte_is_the_rate)
{
	const struct rate_sample v[] = {{100 * MB, 100 * BKS_SECOND},
		{100 * MB, 900 * BKS_SECOND}, {200 * MB, 400 * BKS_SECOND}};

	NOSTATE;
	assert_int_equal(seconds(v, 3, 100 * MB), 200);
	assert_int_equal(seconds(v, 3, 300 * MB), 600);
	assert_int_equal(seconds(v, 1, 100 * MB), 100);
	/* of two in the middle, their mean */
	assert_int_equal(seconds(v, 2, 100 * MB), 500);
}

TEST(drills_of_a_like_size_tell_more)
{
	const struct rate_sample v[] = {{1000, 30 * BKS_SECOND}, {2000, 30 * BKS_SECOND},
		{1000 * MB, 500 * BKS_SECOND}};

	NOSTATE;
	assert_int_equal(seconds(v, 3, 2000 * MB), 1000);
	assert_int_equal(seconds(v, 2, 20000000), 450000);
}

TEST(what_tells_nothing_is_left_out)
{
	const struct rate_sample v[] = {{0, 30 * BKS_SECOND}, {100, 0}, {-1, 5}};

	NOSTATE;
	assert_int_equal(seconds(v, 3, 100), -1);
	assert_int_equal(seconds(NULL, 0, 100), -1);
	assert_int_equal(seconds(&(struct rate_sample){100 * MB, BKS_DAY}, 1, -1), -1);
}

TEST(a_restore_takes_a_second_at_least_and_no_number_overflows)
{
	const struct rate_sample v[] = {{INT64_MAX, 1}}, slow[] = {{1, INT64_MAX}};

	NOSTATE;
	assert_int_equal(seconds(v, 1, 0), 1);
	assert_int_equal(seconds(v, 1, 5), 1);
	assert_int_equal(seconds(slow, 1, INT64_MAX), INT64_MAX / 4 / BKS_SECOND);
}

MAIN(T(the_median_of_duration_per_byte_is_the_rate), T(drills_of_a_like_size_tell_more),
	T(what_tells_nothing_is_left_out),
	T(a_restore_takes_a_second_at_least_and_no_number_overflows))
