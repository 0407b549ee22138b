#include "backstay/time.h"
#include "base/rfc3339.h"
#include "unit.h"
#include <signal.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

static void text_is(bks_time t, const char *want)
{
	char buf[BKS_TIME_TEXT];

	assert_string_equal(bks_time_text(buf, t), want);
}

TEST(a_time_is_written_in_utc)
{
	NOSTATE;
	text_is(0, "1970-01-01T00:00:00Z");
	text_is(1793498400 * BKS_SECOND, "2026-11-01T02:00:00Z");
	text_is(1793498400 * BKS_SECOND + 42, "2026-11-01T02:00:00.000042Z");
	text_is(-1, "1969-12-31T23:59:59.999999Z");
	text_is(-62135596800 * BKS_SECOND, "0001-01-01T00:00:00Z");
	text_is(253402300799 * BKS_SECOND, "9999-12-31T23:59:59Z");
}

TEST(a_time_that_cannot_be_written_is_a_dash)
{
	NOSTATE;
	text_is(BKS_TIME_NONE, "-");
	text_is(-62135596800 * BKS_SECOND - 1, "-");
	text_is(253402300800 * BKS_SECOND, "-");
	text_is(INT64_MAX, "-");
}

TEST(rfc3339_is_read)
{
	static const struct {
		const char *text, *utc;
	} good[] = {
		{"2026-11-01T02:00:00Z", "2026-11-01T02:00:00Z"},
		{"2026-11-01t02:00:00z", "2026-11-01T02:00:00Z"},
		{"2026-11-01 02:00:00Z", "2026-11-01T02:00:00Z"},
		{"2026-11-01T02:00:00+02:00", "2026-11-01T00:00:00Z"},
		{"2026-11-01T02:00:00-05:30", "2026-11-01T07:30:00Z"},
		{"2026-11-01T02:00:00.5Z", "2026-11-01T02:00:00.500000Z"},
		{"2026-11-01T02:00:00.123456789Z", "2026-11-01T02:00:00.123456Z"},
		{"2024-02-29T23:59:59Z", "2024-02-29T23:59:59Z"},
		{"2000-02-29T00:00:00Z", "2000-02-29T00:00:00Z"},
		{"2016-12-31T23:59:60Z", "2017-01-01T00:00:00Z"},
		{"0001-01-01T00:00:00Z", "0001-01-01T00:00:00Z"},
		{"9999-12-31T23:59:59.999999Z", "9999-12-31T23:59:59.999999Z"},
	};
	bks_time t;

	NOSTATE;
	for (size_t i = 0; i < sizeof good / sizeof *good; i++) {
		print_message("%s\n", good[i].text);
		assert_true(rfc3339_read(&t, good[i].text));
		text_is(t, good[i].utc);
	}
}

TEST(what_is_not_quite_rfc3339_is_refused)
{
	static const char *const bad[] = {"", "2026", "2026-11-01", "2026-11-01T02:00:00",
		"2026-11-01T02:00Z", "2026-11-01T02:00:00Z ", " 2026-11-01T02:00:00Z",
		"2026-11-01T02:00:00Zx", "2026-02-30T00:00:00Z", "2025-02-29T00:00:00Z",
		"1900-02-29T00:00:00Z", "2026-13-01T00:00:00Z", "2026-00-01T00:00:00Z",
		"2026-01-00T00:00:00Z", "2026-01-01T24:00:00Z", "2026-01-01T00:60:00Z",
		"2026-01-01T00:00:61Z", "2026-01-01T00:00:60Z", "2026-01-01T00:00:00.Z",
		"2026-01-01T00:00:00+2:00", "2026-01-01T00:00:00+0200",
		"2026-01-01T00:00:00+24:00", "2026-01-01T00:00:00+01:60",
		"0000-01-01T00:00:00Z", "10000-01-01T00:00:00Z", "0001-01-01T00:00:00+00:01",
		"9999-12-31T23:59:59-00:01", "2026-1-1T00:00:00Z", "-026-01-01T00:00:00Z",
		"2026-11-01_02:00:00Z", "2026-11-01T02-00-00Z"};
	bks_time t;

	NOSTATE;
	for (size_t i = 0; i < sizeof bad / sizeof *bad; i++) {
		print_message("%s\n", bad[i]);
		assert_false(rfc3339_read(&t, bad[i]));
	}
}

TEST(the_clock_can_be_set_for_tests)
{
	NOSTATE;
	setenv("BACKSTAY_TEST_CLOCK", "2026-11-01T02:00:00Z", 1);
	text_is(bks_clock_now(), "2026-11-01T02:00:00Z");
	unsetenv("BACKSTAY_TEST_CLOCK");
	assert_true(bks_clock_now() > 1700000000 * BKS_SECOND);
	assert_true(bks_clock_now() != 1793498400 * BKS_SECOND);
}

TEST(a_test_clock_that_is_wrong_never_becomes_the_real_one)
{
	pid_t child = fork();
	int status = 0;

	NOSTATE;
	if (!child) {
		struct rlimit none = {0};

		setrlimit(RLIMIT_CORE, &none);
		signal(SIGABRT, SIG_DFL);
		setenv("BACKSTAY_TEST_CLOCK", "2026-11-01", 1);
		bks_clock_now();
		_exit(0);
	}
	assert_int_equal(waitpid(child, &status, 0), child);
	assert_true(WIFSIGNALED(status) && WTERMSIG(status) == SIGABRT);
}

TEST(zones_are_known_by_the_machine)
{
	static const char *const good[] = {
		"UTC", "Europe/Berlin", "America/Argentina/Buenos_Aires", "Etc/GMT+5"};
	static const char *const bad[] = {"", "Mars/Base", "europe/berlin",
		"/usr/share/zoneinfo/UTC", "../zoneinfo/UTC", "Europe/../UTC", "Europe",
		"Europe/", "zone.tab", "tzdata.zi", "Europe/Berlin ", ":UTC", "UTC\n"};

	NOSTATE;
	for (size_t i = 0; i < sizeof good / sizeof *good; i++)
		assert_true(bks_zone_exists(good[i]));
	for (size_t i = 0; i < sizeof bad / sizeof *bad; i++)
		assert_false(bks_zone_exists(bad[i]));
}

MAIN(T(a_time_is_written_in_utc), T(a_time_that_cannot_be_written_is_a_dash),
	T(rfc3339_is_read), T(what_is_not_quite_rfc3339_is_refused),
	T(the_clock_can_be_set_for_tests),
	T(a_test_clock_that_is_wrong_never_becomes_the_real_one),
	T(zones_are_known_by_the_machine))
