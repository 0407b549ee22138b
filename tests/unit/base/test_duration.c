#include "backstay/time.h"
#include "unit.h"

TEST(a_duration_is_a_number_and_a_unit)
{
	static const struct {
		const char *text;
		int64_t us;
	} good[] = {{"0s", 0}, {"90s", 90 * BKS_SECOND}, {"15m", 15 * BKS_MINUTE},
		{"24h", BKS_DAY}, {"7d", 7 * BKS_DAY}, {"6w", 42 * BKS_DAY},
		{"12mo", 360 * BKS_DAY}, {"1y", 365 * BKS_DAY}, {"007d", 7 * BKS_DAY},
		{"10000y", 3650000 * BKS_DAY}};
	bks_error e = {0};
	int64_t us;

	NOSTATE;
	for (size_t i = 0; i < sizeof good / sizeof *good; i++) {
		assert_int_equal(bks_duration_parse(&us, good[i].text, &e), 0);
		assert_int_equal(us, good[i].us);
	}
}

TEST(a_number_without_a_unit_is_told_so)
{
	bks_error e = {0};
	int64_t us;

	NOSTATE;
	assert_int_equal(bks_duration_parse(&us, "7", &e), BKS_E_USAGE);
	assert_int_equal(e.code, BKS_E_USAGE);
	assert_string_equal(
		e.text, "duration \"7\": needs a unit, such as 7d (s m h d w mo y)");
	assert_int_equal(bks_duration_parse(&us, "0", &e), BKS_E_USAGE);
}

TEST(other_durations_are_refused)
{
	static const char *const bad[] = {"", "d", "-7d", "+7d", "1.5h", " 7d", "7d ", "7 d",
		"7D", "7days", "1h30m", "7M", "0x10s", "7d\n", "10001y",
		"99999999999999999999s", "9223372036854775807y", "18446744073709551617s"};
	bks_error e;
	int64_t us = -5;

	NOSTATE;
	for (size_t i = 0; i < sizeof bad / sizeof *bad; i++) {
		e = (bks_error){0};
		print_message("%s\n", bad[i]);
		assert_int_equal(bks_duration_parse(&us, bad[i], &e), BKS_E_USAGE);
		assert_non_null(strstr(e.text, "duration \""));
	}
	assert_int_equal(us, -5);
	assert_int_equal(bks_duration_parse(&us, "x", NULL), BKS_E_USAGE);
}

TEST(a_refused_text_is_shown_so_that_it_commands_no_terminal)
{
	char longer[5000];
	bks_error e = {0};
	int64_t us;

	NOSTATE;
	assert_int_equal(bks_duration_parse(&us, "7\x1b[2J", &e), BKS_E_USAGE);
	assert_non_null(strstr(e.text, "\"7\\x1b[2J\""));
	memset(longer, 'x', sizeof longer);
	longer[sizeof longer - 1] = '\0';
	assert_int_equal(bks_duration_parse(&us, longer, &e), BKS_E_USAGE);
	assert_non_null(strstr(e.text, "xxx...\": wants"));
}

TEST(a_duration_is_told_by_one_or_two_units)
{
	static const struct {
		int64_t us;
		const char *text;
	} cases[] = {{0, "0s"}, {999, "0s"}, {1000, "1ms"}, {300000, "300ms"},
		{BKS_SECOND, "1s"}, {45 * BKS_SECOND + 7, "45s"}, {90 * BKS_SECOND, "1m 30s"},
		{15 * BKS_MINUTE, "15m"}, {BKS_DAY, "24h"},
		{26 * BKS_HOUR + 30 * BKS_MINUTE + 59 * BKS_SECOND, "26h 30m"},
		{2 * BKS_DAY - 1, "47h 59m"}, {2 * BKS_DAY, "2d"}, {7 * BKS_DAY, "7d"},
		{7 * BKS_DAY + 3 * BKS_HOUR, "7d 3h"}, {7 * BKS_DAY + 59 * BKS_MINUTE, "7d"},
		{-90 * BKS_SECOND, "-1m 30s"}, {INT64_MIN, "-106751991d 4h"},
		{INT64_MAX, "106751991d 4h"}};
	char buf[BKS_DURATION_TEXT];

	NOSTATE;
	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++)
		assert_string_equal(bks_duration_text(buf, cases[i].us), cases[i].text);
}

MAIN(T(a_duration_is_a_number_and_a_unit), T(a_number_without_a_unit_is_told_so),
	T(other_durations_are_refused),
	T(a_refused_text_is_shown_so_that_it_commands_no_terminal),
	T(a_duration_is_told_by_one_or_two_units))
