#include "base/glob.h"
#include "unit.h"
#include <locale.h>

TEST(a_glob_without_a_slash_is_held_against_the_last_name)
{
	NOSTATE;
	assert_true(glob_match("shop_*.dump", "shop_1.dump"));
	assert_true(glob_match("shop_*.dump", "a/b/shop_1.dump"));
	assert_false(glob_match("shop_*.dump", "shop_1.dump/x"));
	assert_false(glob_match("shop_*.dump", "my_shop_1.dump"));
	assert_true(glob_match("*", "a/.hidden"));
	assert_true(glob_match("", "a/"));
	assert_false(glob_match("", "a"));
	assert_true(glob_match("shop[0-9].dump", "x/shop7.dump"));
	assert_false(glob_match("shop[!0-9].dump", "shop7.dump"));
	assert_true(glob_match("a\\*b", "a*b"));
	assert_false(glob_match("a\\*b", "axb"));
}

TEST(a_glob_with_a_slash_is_held_against_the_whole_path)
{
	NOSTATE;
	assert_true(glob_match("shop/*.sql.gz", "shop/1.sql.gz"));
	assert_false(glob_match("shop/*.sql.gz", "shop/old/1.sql.gz"));
	assert_false(glob_match("shop/*.sql.gz", "x/shop/1.sql.gz"));
	assert_true(glob_match("*/1.sql", "shop/1.sql"));
	assert_false(glob_match("**/1.sql", "a/b/1.sql"));
	assert_true(glob_match("**/1.sql", "a/1.sql"));
	assert_false(glob_match("a?b", "a/b"));
	assert_false(glob_match("x/a?b", "x/a/b"));
	assert_true(glob_match("x/*", "x/.dot"));
}

TEST(bytes_count_whatever_the_locale)
{
	NOSTATE;
	for (int i = 0; i < 2; i++) {
		assert_true(glob_match("caf?.dump", "caf\xe9.dump"));
		assert_false(glob_match("caf?.dump", "caf\xc3\xa9.dump"));
		assert_true(glob_match("caf??.dump", "caf\xc3\xa9.dump"));
		assert_true(glob_match("*\xff*", "a\xff"
						 "b"));
		setlocale(LC_ALL, "C.UTF-8");
	}
	setlocale(LC_ALL, "C");
}

MAIN(T(a_glob_without_a_slash_is_held_against_the_last_name),
	T(a_glob_with_a_slash_is_held_against_the_whole_path),
	T(bytes_count_whatever_the_locale))
