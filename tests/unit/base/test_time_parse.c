#include "backstay/time.h"
#include "unit.h"

/* 2026-11-22T02:47:05Z, a Sunday; 03:47:05 in Berlin. */
static const bks_time now = 1795315625 * BKS_SECOND;

static void reads(const char *text, const char *zone, const char *want)
{
	char buf[BKS_TIME_TEXT];
	bks_error e = {0};
	bks_time t;

	print_message("%s\n", text);
	assert_int_equal(bks_time_parse(&t, text, zone, now, &e), 0);
	assert_string_equal(bks_time_text(buf, t), want);
}

TEST(rfc3339_says_its_own_zone)
{
	NOSTATE;
	reads("2026-11-22T02:47:05Z", "Europe/Berlin", "2026-11-22T02:47:05Z");
	reads("2026-11-22T02:47:05+01:00", NULL, "2026-11-22T01:47:05Z");
	reads("2026-11-22 02:47:05Z", "Europe/Berlin", "2026-11-22T02:47:05Z");
}

TEST(a_local_time_is_in_the_zone)
{
	NOSTATE;
	reads("2026-11-22 02:47", NULL, "2026-11-22T02:47:00Z");
	reads("2026-11-22 02:47", "UTC", "2026-11-22T02:47:00Z");
	reads("2026-11-22 02:47", "Europe/Berlin", "2026-11-22T01:47:00Z");
	reads("2026-07-22 02:47:59", "Europe/Berlin", "2026-07-22T00:47:59Z");
	reads("2026-11-22", "Europe/Berlin", "2026-11-21T23:00:00Z");
	reads("2026-11-22", NULL, "2026-11-22T00:00:00Z");
	reads("2024-02-29", NULL, "2024-02-29T00:00:00Z");
}

TEST(a_local_time_twice_is_the_earlier_and_never_moves_forward)
{
	NOSTATE;
	reads("2026-10-25 02:30", "Europe/Berlin", "2026-10-25T00:30:00Z");
	reads("2026-03-29 02:30", "Europe/Berlin", "2026-03-29T01:30:00Z");
}

TEST(words_and_ages_are_read_from_now)
{
	NOSTATE;
	reads("now", "Europe/Berlin", "2026-11-22T02:47:05Z");
	reads("today", NULL, "2026-11-22T00:00:00Z");
	reads("today", "Europe/Berlin", "2026-11-21T23:00:00Z");
	reads("today", "America/New_York", "2026-11-21T05:00:00Z");
	reads("yesterday", NULL, "2026-11-21T00:00:00Z");
	reads("yesterday", "America/New_York", "2026-11-20T05:00:00Z");
	reads("7d", NULL, "2026-11-15T02:47:05Z");
	reads("0s", NULL, "2026-11-22T02:47:05Z");
	reads("90m", NULL, "2026-11-22T01:17:05Z");
	reads("12mo", NULL, "2025-11-27T02:47:05Z");
	reads("2000y", NULL, "0028-03-21T02:47:05Z");
}

TEST(what_says_no_time_is_refused_with_the_accepted_forms)
{
	static const char *const bad[] = {"", " ", "7", "d", "7d ", "-7d", "20261122",
		"2026-11-22T02:47", "2026-11-22T02:47:05", "2026-11-22 02:47:05.5",
		"2026-11-22 02:47Z", "2026-11-22 02", "2026-11-22 ", "2026-11-22 24:00",
		"2026-11-22 02:60", "2026-11-22 02:47:60", "2026-11-22  02:47", "2026-11-22x",
		"22.11.2026", "tomorrow", "Now", "last friday", "now ", "2026-11-22\n",
		"99999999999999999999d", "1e3d", "7 d"};
	bks_time t = 5;
	bks_error e;

	NOSTATE;
	for (size_t i = 0; i < sizeof bad / sizeof *bad; i++) {
		e = (bks_error){0};
		print_message("%s\n", bad[i]);
		assert_int_equal(bks_time_parse(&t, bad[i], NULL, now, &e), BKS_E_USAGE);
		assert_int_equal(e.code, BKS_E_USAGE);
		assert_non_null(strstr(e.text, "wants RFC 3339"));
		assert_non_null(strstr(e.text, "7d"));
	}
	assert_int_equal(t, 5);
}

TEST(a_day_that_the_calendar_lacks_is_told_so)
{
	static const char *const bad[] = {"2026-02-30", "2025-02-29 10:00", "2026-13-01",
		"0000-01-01", "2026-04-31T00:00:00Z"};
	bks_time t;
	bks_error e;

	NOSTATE;
	for (size_t i = 0; i < sizeof bad / sizeof *bad; i++) {
		e = (bks_error){0};
		assert_int_equal(bks_time_parse(&t, bad[i], NULL, now, &e), BKS_E_USAGE);
		assert_non_null(strstr(e.text, "there is no such day"));
	}
}

TEST(times_outside_the_years_1_to_9999_are_refused)
{
	static const char *const bad[] = {"2028y", "10000y", "0001-01-01T00:00:00+01:00"};
	bks_time t;
	bks_error e = {0};

	NOSTATE;
	for (size_t i = 0; i < sizeof bad / sizeof *bad; i++)
		assert_int_equal(bks_time_parse(&t, bad[i], NULL, now, &e), BKS_E_USAGE);
	assert_int_equal(
		bks_time_parse(&t, "0001-01-01", "Europe/Berlin", now, &e), BKS_E_USAGE);
	assert_int_equal(bks_time_parse(&t, "7d", NULL, BKS_TIME_NONE, &e), BKS_E_USAGE);
}

MAIN(T(rfc3339_says_its_own_zone), T(a_local_time_is_in_the_zone),
	T(a_local_time_twice_is_the_earlier_and_never_moves_forward),
	T(words_and_ages_are_read_from_now),
	T(what_says_no_time_is_refused_with_the_accepted_forms),
	T(a_day_that_the_calendar_lacks_is_told_so),
	T(times_outside_the_years_1_to_9999_are_refused))
