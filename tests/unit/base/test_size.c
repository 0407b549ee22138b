#include "backstay/time.h"
#include "unit.h"

TEST(a_size_is_a_number_and_a_unit)
{
	static const struct {
		const char *text;
		int64_t bytes;
	} good[] = {{"0B", 0}, {"512B", 512}, {"1kB", 1000}, {"1KB", 1000}, {"2GB", 2000000000},
		{"1KiB", 1024}, {"10MiB", 10 << 20}, {"1.5GiB", 1610612736}, {"0.5KiB", 512},
		{"12.3 MiB", 12897484}, {"1.000001MB", 1000001}, {"7TB", 7000000000000},
		{"8388607TiB", 8388607LL << 40}, {"1.0MiB", 1 << 20}};
	bks_error e = {0};
	int64_t n;

	NOSTATE;
	for (size_t i = 0; i < sizeof good / sizeof *good; i++) {
		print_message("%s\n", good[i].text);
		assert_int_equal(bks_size_parse(&n, good[i].text, &e), 0);
		assert_int_equal(n, good[i].bytes);
	}
}

TEST(a_size_without_a_unit_is_told_so)
{
	bks_error e = {0};
	int64_t n;

	NOSTATE;
	assert_int_equal(bks_size_parse(&n, "100", &e), BKS_E_USAGE);
	assert_int_equal(e.code, BKS_E_USAGE);
	assert_non_null(strstr(e.text, "size \"100\": needs a unit, such as 10MiB"));
}

TEST(other_sizes_are_refused)
{
	static const char *const bad[] = {"", "MiB", "-1MiB", "+1MiB", "1.MiB", ".5MiB", "1.5B",
		"1mb", "1M", "1Mib", "10MiBx", "10  MiB", "10MiB ", " 10MiB", "1,5MiB",
		"1.1234567MiB", "8388608TiB", "8388607.9999999TiB", "9223372036854775808B",
		"99999999999999999999999B", "1e3MB", "10MiB\n", "10 "};
	bks_error e;
	int64_t n = -5;

	NOSTATE;
	for (size_t i = 0; i < sizeof bad / sizeof *bad; i++) {
		e = (bks_error){0};
		print_message("%s\n", bad[i]);
		assert_int_equal(bks_size_parse(&n, bad[i], &e), BKS_E_USAGE);
		assert_non_null(strstr(e.text, "size \""));
	}
	assert_int_equal(n, -5);
}

TEST(a_size_is_written_with_three_digits_or_so)
{
	static const struct {
		int64_t bytes;
		const char *text;
	} cases[] = {{-1, "-"}, {INT64_MIN, "-"}, {0, "0 B"}, {1023, "1023 B"},
		{1024, "1.0 KiB"}, {1536, "1.5 KiB"}, {12897484, "12.3 MiB"},
		{1048575, "1.0 MiB"}, {1047552, "1023.0 KiB"}, {1LL << 40, "1.0 TiB"},
		{INT64_MAX, "8.0 EiB"}};
	char buf[BKS_SIZE_TEXT];

	NOSTATE;
	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++)
		assert_string_equal(bks_size_text(buf, cases[i].bytes), cases[i].text);
}

MAIN(T(a_size_is_a_number_and_a_unit), T(a_size_without_a_unit_is_told_so),
	T(other_sizes_are_refused), T(a_size_is_written_with_three_digits_or_so))
