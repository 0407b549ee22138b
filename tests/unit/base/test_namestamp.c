#include "base/namestamp.h"
#include "unit.h"

/* "2024-01-01 12:00:00 UTC", "2024-01-01" for a day alone, "-" for none. */
static void tells(const char *path, const char *want)
{
	struct namestamp t;
	char got[80] = "-";

	print_message("%s\n", path);
	if (namestamp_read(&t, path)) {
		const bks_civil *c = &t.civil;
		int n = snprintf(got, sizeof got, "%04d-%02d-%02d", c->year, c->month, c->day);

		if (t.has_time)
			snprintf(got + n, sizeof got - (size_t)n, " %02d:%02d:%02d%s%s",
				c->hour, c->minute, c->second, *c->zone ? " " : "", c->zone);
		else
			assert_int_equal(c->hour + c->minute + c->second, 0);
	}
	assert_string_equal(got, want);
}

TEST(the_usual_names_tell_their_time)
{
	NOSTATE;
	tells("backup_20240101_120000.sql.gz", "2024-01-01 12:00:00");
	tells("2024-01-01T12-00-00", "2024-01-01 12:00:00");
	tells("2024-01-01_12:00:00", "2024-01-01 12:00:00");
	tells("2024-01-01 12:00:00.dump", "2024-01-01 12:00:00");
	tells("shop-2024-01-01.dump", "2024-01-01");
	tells("shop-2024_01_02.dump", "2024-01-02");
	tells("shop.2024.01.02.dump", "2024-01-02");
	tells("db-cluster-19-04-2021@00-00-00.backup", "2021-04-19 00:00:00");
	tells("shop20240101120000.dump", "2024-01-01 12:00:00");
	tells("shop_202401011230.dump", "2024-01-01 12:30:00");
	tells("shop_20240101_1230.dump", "2024-01-01 12:30:00");
	tells("shop_2024-01-01_02h30m.Monday.sql.gz", "2024-01-01 02:30:00");
	tells("shop_2024-01-01_02h30m15s.sql", "2024-01-01 02:30:15");
	tells("shop_2024-01-01--02-30.sql", "2024-01-01 02:30:00");
	tells("shop.2024-01-01.12.30.59.sql", "2024-01-01 12:30:59");
	tells("20240229.sql", "2024-02-29");
	tells("shop_20240101_full.sql", "2024-01-01");
}

TEST(a_zone_in_the_name_is_believed)
{
	NOSTATE;
	tells("20240101T120000Z", "2024-01-01 12:00:00 UTC");
	tells("2024-01-01T12:00:00Z.dump", "2024-01-01 12:00:00 UTC");
	tells("20240101120000Z.sql", "2024-01-01 12:00:00 UTC");
	tells("20240101_120000_UTC.sql", "2024-01-01 12:00:00 UTC");
	tells("20240101_120000utc.sql", "2024-01-01 12:00:00 UTC");
	tells("20240101T013000+0200.sql", "2023-12-31 23:30:00 UTC");
	tells("2024-01-01T12:00:00+05:30.sql", "2024-01-01 06:30:00 UTC");
	tells("2024-01-01T20:00:00-05:00.sql", "2024-01-02 01:00:00 UTC");
	tells("20240101T120000-0500.sql", "2024-01-01 12:00:00");
	tells("20240101_120000Zeta.sql", "2024-01-01 12:00:00");
	tells("20240101_120000_utcX.sql", "2024-01-01 12:00:00");
	tells("20240101Z.sql", "-");
}

TEST(unix_seconds_stand_alone_between_separators)
{
	NOSTATE;
	tells("shop-1704110400.dump", "2024-01-01 12:00:00 UTC");
	tells("1704110400", "2024-01-01 12:00:00 UTC");
	tells("shop1704110400.dump", "-");
	tells("shop-1704110400x.dump", "-");
	tells("shop-17041104000.dump", "-");
	tells("shop-0000000001.dump", "-");
	tells("shop-9999999999.dump", "-");
	tells("shop-1704110400-2020-05-06.dump", "2020-05-06");
}

TEST(impossible_dates_are_no_dates)
{
	NOSTATE;
	tells("shop_20240230.dump", "-");
	tells("shop_20230229.dump", "-");
	tells("shop_20241301.dump", "-");
	tells("shop_20240100.dump", "-");
	tells("shop-2024-13-01.dump", "-");
	tells("shop_18991231.dump", "-");
	tells("shop_21000101.dump", "-");
	tells("shop_20240101250000.dump", "-");
	tells("31-02-2021@00-00-00.backup", "-");
	tells("shop_20240101_250000.dump", "2024-01-01");
	tells("shop_20240101_126000.dump", "2024-01-01");
}

TEST(other_numbers_are_no_dates)
{
	NOSTATE;
	tells("", "-");
	tells("/", "-");
	tells("shop.dump", "-");
	tells("shop_12345678.dump", "-");
	tells("shop-19-04-2021.dump", "-");
	tells("shop-04-19-2021@1.dump", "-");
	tells("shop_2024-1-1.dump", "-");
	tells("shop_2024-01_01.dump", "-");
	tells("shop_2024-01-011.dump", "-");
	tells("shop_120240101.dump", "-");
	tells("3f20240101ab.dump", "-");
	tells("v1.42.dump", "-");
	tells("10.0.0.12.sql", "-");
	tells("20240101_12.sql", "2024-01-01");
	tells("20240101_12345.sql", "2024-01-01");
}

TEST(of_several_stamps_the_one_with_a_time_or_the_last_is_taken)
{
	NOSTATE;
	tells("v20230501_shop_20240101.dump", "2024-01-01");
	tells("20240101_120000_before_20250101.dump", "2024-01-01 12:00:00");
	tells("20230101_010000-20240101_120000.dump", "2024-01-01 12:00:00");
}

TEST(a_folder_tells_the_time_when_the_name_does_not)
{
	NOSTATE;
	tells("2024-01-01/shop.dump", "2024-01-01");
	tells("2024-01-01/20240102/shop.dump", "2024-01-02");
	tells("2024-01-01/shop_20250505.dump", "2025-05-05");
	tells("2024-01-01_120000/", "2024-01-01 12:00:00");
	tells("2024/01/01/shop.dump", "-");
	tells("2024-01-01/1704110400.dump", "2024-01-01 12:00:00 UTC");
}

TEST(a_stem_is_what_the_backups_of_one_source_share)
{
	static const struct {
		const char *path, *stem;
	} cases[] = {
		{"shop_20240101.sql.gz", "shop"},
		{"a/b/shop_20240102.sql.gz", "shop"},
		{"shop-2024-01-01T12-00-00Z.dump", "shop"},
		{"20240101T120000Z-shop.dump", "shop"},
		{"db-cluster-19-04-2021@00-00-00.backup", "db-cluster"},
		{"shop_2024-01-01_02h30m.sql", "shop"},
		{"shop_2024-01-01_12.30.59.sql", "shop"},
		{"shop_2024-01-01_12.30.59", "shop"},
		{"shop-20240101-full.sql", "shop-full"},
		{"shop_daily_20240101.dump", "shop_daily"},
		{"my.shop_20240101.dump", "my.shop"},
		{"shop.sql.gz.1", "shop"},
		{"shop.dump.12", "shop"},
		{"shop.SQL.GZ", "shop"},
		{"shop", "shop"},
		{"shop.dir/", "shop"},
		{"shop2.dump", "shop"},
		{"pg15shop.dump", "pg_shop"},
		{"20240101.sql", ""},
		{"shop-1704110400.dump", "shop"},
		{".sql", "sql"},
		{"", ""},
		{"/", ""},
		{"x.unknown", "x.unknown"},
		{"shop_20240101_120000.sql.zst.gpg", "shop"},
		{"a__b.sql", "a__b"},
		{"caf\xe9_20240101.sql", "caf\xe9"},
	};
	bks_arena *a = bks_arena_new();

	NOSTATE;
	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
		print_message("%s\n", cases[i].path);
		assert_string_equal(name_stem(cases[i].path, a), cases[i].stem);
	}
	bks_arena_free(a);
}

MAIN(T(the_usual_names_tell_their_time), T(a_zone_in_the_name_is_believed),
	T(unix_seconds_stand_alone_between_separators), T(impossible_dates_are_no_dates),
	T(other_numbers_are_no_dates),
	T(of_several_stamps_the_one_with_a_time_or_the_last_is_taken),
	T(a_folder_tells_the_time_when_the_name_does_not),
	T(a_stem_is_what_the_backups_of_one_source_share))
