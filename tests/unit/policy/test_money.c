/* What bytes cost: exact, and never more than fits nor less than is known. */
#include "policy/money.h"
#include "unit.h"

#define GB 1000000000LL

TEST(a_gigabyte_for_a_month_costs_its_price)
{
	NOSTATE;
	assert_int_equal(money_month(23000, GB), 23000);
	assert_int_equal(money_month(23000, 40 * GB), 920000);
	assert_int_equal(money_month(1, GB / 2), 1); /* half a millionth is one */
	assert_int_equal(money_month(1, GB / 2 - 1), 0);
	assert_int_equal(money_month(23000, 0), 0);
	assert_int_equal(money_month(0, GB), 0);
}

TEST(an_unknown_price_is_unknown_and_not_nothing)
{
	NOSTATE;
	assert_int_equal(money_month(-1, GB), MONEY_UNKNOWN);
	assert_int_equal(money_month(-1, 0), 0);
	assert_int_equal(money_add(5, MONEY_UNKNOWN), MONEY_UNKNOWN);
	assert_int_equal(money_add(MONEY_UNKNOWN, 5), MONEY_UNKNOWN);
	assert_int_equal(money_less(5, MONEY_UNKNOWN), MONEY_UNKNOWN);
	assert_int_equal(money_less(5, 7), -2);
}

TEST(days_are_their_part_of_the_month)
{
	NOSTATE;
	assert_int_equal(money_span(4000, 100 * GB, 60 * BKS_DAY, MONEY_MONTH), 800000);
	assert_int_equal(
		money_span(4000, 100 * GB, BKS_DAY, MONEY_MONTH), 13333); /* 0.0133333... */
	assert_int_equal(money_span(4000, 100 * GB, -BKS_DAY, MONEY_MONTH), 0);
	assert_int_equal(money_span(3, GB, 15 * BKS_DAY, MONEY_MONTH), 2); /* 1.5 is 2 */
}

TEST(the_largest_things_neither_overflow_nor_turn_negative)
{
	const int64_t most = 1LL << 60, price = 1000000LL * 1000000;

	NOSTATE;
	/* 2^60 bytes at 0.023: 26 517 194.605957 */
	assert_int_equal(money_month(23000, most), 26517194605957LL);
	assert_int_equal(money_month(price, most), INT64_MAX);
	assert_int_equal(
		money_span(23000, most, 3650 * BKS_DAY, MONEY_MONTH), 3226258677058160LL);
	assert_int_equal(money_span(price, INT64_MAX, INT64_MAX / 2, 1), INT64_MAX);
	assert_int_equal(money_add(INT64_MAX, 1), INT64_MAX);
	assert_int_equal(money_add(INT64_MIN + 1, -5), INT64_MIN + 1);
}

MAIN(T(a_gigabyte_for_a_month_costs_its_price), T(an_unknown_price_is_unknown_and_not_nothing),
	T(days_are_their_part_of_the_month),
	T(the_largest_things_neither_overflow_nor_turn_negative))
