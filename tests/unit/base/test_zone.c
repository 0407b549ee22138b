#include "backstay/time.h"
#include "base/zone.h"
#include "unit.h"
#include <time.h>

static const char *const zones[] = {"UTC", "Europe/Berlin", "America/New_York", "Asia/Kolkata",
	"Australia/Lord_Howe", "Pacific/Apia", "America/Havana", "Africa/Casablanca"};

static bks_time utc(int y, int mo, int d, int h, int mi, int s)
{
	bks_civil c = {y, mo, d, h, mi, s, ""};

	return zone_instant(&c, NULL);
}

static bks_time local(int y, int mo, int d, int h, int mi, const char *zone)
{
	bks_civil c = {y, mo, d, h, mi, 0, ""};

	return zone_instant(&c, zone);
}

static uint64_t next(uint64_t *seed)
{
	uint64_t z = (*seed += 0x9e3779b97f4a7c15);

	z = (z ^ (z >> 30)) * 0xbf58476d1ce4e5b9;
	z = (z ^ (z >> 27)) * 0x94d049bb133111eb;
	return z ^ (z >> 31);
}

TEST(dates_count_the_days_as_the_c_library_does)
{
	int y, m, d;

	NOSTATE;
	assert_int_equal(days_from_date(1970, 1, 1), 0);
	for (int64_t day = -800000; day < 3000000; day += 13) {
		time_t t = (time_t)day * 86400;
		struct tm tm;

		assert_non_null(gmtime_r(&t, &tm));
		date_from_days(&y, &m, &d, day);
		assert_int_equal(y, tm.tm_year + 1900);
		assert_int_equal(m, tm.tm_mon + 1);
		assert_int_equal(d, tm.tm_mday);
		assert_int_equal(days_from_date(y, m, d), day);
	}
}

TEST(fields_outside_their_range_are_carried)
{
	NOSTATE;
	assert_int_equal(days_from_date(2024, 2, 30), days_from_date(2024, 3, 1));
	assert_int_equal(days_from_date(2025, 13, 1), days_from_date(2026, 1, 1));
	assert_int_equal(days_from_date(2026, -11, 1), days_from_date(2025, 1, 1));
	assert_int_equal(days_from_date(2026, 0, 31), days_from_date(2025, 12, 31));
	assert_int_equal(days_from_date(2026, 3, 0), days_from_date(2026, 2, 28));
	assert_int_equal(utc(2026, 1, 1, 24, 60, 60), utc(2026, 1, 2, 1, 1, 0));
}

static void week_is(int y, int m, int d, int year, int week)
{
	int got_year, got_week;

	iso_week(&got_year, &got_week, days_from_date(y, m, d));
	assert_int_equal(got_year, year);
	assert_int_equal(got_week, week);
}

TEST(iso_weeks_belong_to_the_year_of_their_thursday)
{
	NOSTATE;
	week_is(2020, 12, 31, 2020, 53);
	week_is(2021, 1, 3, 2020, 53);
	week_is(2021, 1, 4, 2021, 1);
	week_is(2018, 12, 31, 2019, 1);
	week_is(2016, 1, 3, 2015, 53);
	week_is(2026, 12, 31, 2026, 53);
	week_is(1969, 12, 29, 1970, 1);
	for (int64_t day = -40000; day < 60000; day++) {
		time_t t = (time_t)day * 86400;
		struct tm tm;
		char want[16], got[24];
		int year, week;

		assert_non_null(gmtime_r(&t, &tm));
		iso_week(&year, &week, day);
		strftime(want, sizeof want, "%G-W%V", &tm);
		snprintf(got, sizeof got, "%04d-W%02d", year, week);
		assert_string_equal(got, want);
	}
}

TEST(every_zone_reads_as_the_c_library_reads_it)
{
	uint64_t seed = 7;

	NOSTATE;
	for (size_t z = 0; z < sizeof zones / sizeof *zones; z++)
		for (int k = 0; k < 4000; k++) {
			/* 1940 to 2090, and the same few days again so that kept days answer
			 * too */
			time_t t = (time_t)(next(&seed) % 4733510400) - 946771200;
			struct tm tm;
			bks_civil c;

			if (k % 2)
				t = 1774700000 + t % 600000;
			setenv("TZ", zones[z], 1);
			tzset();
			assert_non_null(localtime_r(&t, &tm));
			unsetenv("TZ");
			tzset();
			c = zone_civil((bks_time)t * BKS_SECOND + 999999, zones[z]);
			assert_int_equal(c.year, tm.tm_year + 1900);
			assert_int_equal(c.month, tm.tm_mon + 1);
			assert_int_equal(c.day, tm.tm_mday);
			assert_int_equal(c.hour, tm.tm_hour);
			assert_int_equal(c.minute, tm.tm_min);
			assert_int_equal(c.second, tm.tm_sec);
		}
}

TEST(a_reading_goes_back_to_its_earliest_instant)
{
	uint64_t seed = 11;

	NOSTATE;
	for (size_t z = 0; z < sizeof zones / sizeof *zones; z++)
		for (int k = 0; k < 4000; k++) {
			bks_time t =
				((bks_time)(next(&seed) % 4733510400) - 946771200) * BKS_SECOND;
			bks_civil c = zone_civil(t, zones[z]), again;
			bks_time back = zone_instant(&c, zones[z]);

			again = zone_civil(back, zones[z]);
			assert_true(back <= t && t - back <= 2 * BKS_HOUR);
			assert_true(c.day == again.day && c.hour == again.hour &&
				    c.minute == again.minute);
		}
}

TEST(an_ambiguous_time_is_the_earlier_instant)
{
	NOSTATE;
	assert_int_equal(
		local(2026, 10, 25, 2, 30, "Europe/Berlin"), utc(2026, 10, 25, 0, 30, 0));
	assert_int_equal(
		local(2026, 10, 25, 3, 0, "Europe/Berlin"), utc(2026, 10, 25, 2, 0, 0));
	assert_int_equal(
		local(2026, 11, 1, 0, 30, "America/Havana"), utc(2026, 11, 1, 4, 30, 0));
}

TEST(a_time_that_does_not_exist_moves_forward)
{
	NOSTATE;
	assert_int_equal(
		local(2026, 3, 29, 2, 30, "Europe/Berlin"), utc(2026, 3, 29, 1, 30, 0));
	assert_string_equal(
		zone_civil(utc(2026, 3, 29, 1, 30, 0), "Europe/Berlin").zone, "CEST");
	/* Samoa had no 30 December 2011 */
	assert_int_equal(
		local(2011, 12, 30, 12, 0, "Pacific/Apia"), utc(2011, 12, 30, 22, 0, 0));
	assert_int_equal(zone_civil(utc(2011, 12, 30, 22, 0, 0), "Pacific/Apia").day, 31);
}

TEST(the_zone_of_the_process_is_left_as_it_was)
{
	NOSTATE;
	setenv("TZ", "Asia/Tokyo", 1);
	tzset();
	assert_int_equal(zone_civil(0, "America/New_York").hour, 19);
	assert_string_equal(getenv("TZ"), "Asia/Tokyo");
	assert_string_equal(tzname[0], "JST");
	unsetenv("TZ");
	assert_int_equal(zone_civil(86400 * BKS_SECOND * 400, "America/New_York").hour, 19);
	assert_null(getenv("TZ"));
}

TEST(no_time_has_no_reading)
{
	NOSTATE;
	assert_int_equal(zone_civil(BKS_TIME_NONE, "Europe/Berlin").year, 0);
	assert_int_equal(zone_civil(-1, NULL).year, 1969);
	assert_int_equal(zone_civil(-1, NULL).second, 59);
}

MAIN(T(dates_count_the_days_as_the_c_library_does), T(fields_outside_their_range_are_carried),
	T(iso_weeks_belong_to_the_year_of_their_thursday),
	T(every_zone_reads_as_the_c_library_reads_it),
	T(a_reading_goes_back_to_its_earliest_instant),
	T(an_ambiguous_time_is_the_earlier_instant),
	T(a_time_that_does_not_exist_moves_forward),
	T(the_zone_of_the_process_is_left_as_it_was), T(no_time_has_no_reading))
