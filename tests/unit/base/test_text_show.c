#include "base/text.h"
#include "unit.h"

static bks_arena *arena;

static void shows(const char *name, const char *want)
{
	assert_string_equal(bks_shown(name, arena), want);
}

TEST(a_name_that_is_plain_is_shown_as_it_is)
{
	NOSTATE;
	arena = bks_arena_new();
	shows("shop_2024.dump", "shop_2024.dump");
	shows("", "");
	shows(NULL, "-");
	shows("B\xc3\xbc"
	      "cher \xf0\x9f\x90\x98",
		"B\xc3\xbc"
		"cher \xf0\x9f\x90\x98");
	shows("\xe2\x80\xa7\xe2\x80\xaf\xe2\x81\xa5\xe2\x81\xaa",
		"\xe2\x80\xa7\xe2\x80\xaf\xe2\x81\xa5\xe2\x81\xaa");
	bks_arena_free(arena);
}

TEST(a_name_cannot_command_a_terminal)
{
	NOSTATE;
	arena = bks_arena_new();
	shows("a\nb\tc\r", "a\\x0ab\\x09c\\x0d");
	shows("\x1b[31mred\x7f", "\\x1b[31mred\\x7f");
	shows("\xc2\x80\xc2\x9b\xc2\x9f\xc2\xa0", "\\xc2\\x80\\xc2\\x9b\\xc2\\x9f\xc2\xa0");
	shows("\xe2\x80\xaa\xe2\x80\xae", "\\xe2\\x80\\xaa\\xe2\\x80\\xae");
	shows("\xe2\x81\xa6\xe2\x81\xa9", "\\xe2\\x81\\xa6\\xe2\\x81\\xa9");
	shows("\xe2\x80\x8e\xe2\x80\x8f\xd8\x9c", "\\xe2\\x80\\x8e\\xe2\\x80\\x8f\\xd8\\x9c");
	shows("\xe2\x80\xa8\xe2\x80\xa9", "\\xe2\\x80\\xa8\\xe2\\x80\\xa9");
	bks_arena_free(arena);
}

TEST(an_escape_cannot_be_forged)
{
	NOSTATE;
	arena = bks_arena_new();
	shows("a\\x0ab", "a\\x5cx0ab");
	bks_arena_free(arena);
}

TEST(bytes_that_are_no_utf8_are_shown_one_by_one)
{
	NOSTATE;
	arena = bks_arena_new();
	shows("caf\xe9", "caf\\xe9");
	shows("\xff\xfe", "\\xff\\xfe");
	shows("\xc0\xaf", "\\xc0\\xaf");
	shows("\xed\xa0\x80", "\\xed\\xa0\\x80");
	shows("\xf4\x90\x80\x80", "\\xf4\\x90\\x80\\x80");
	shows("\xe2\x82", "\\xe2\\x82");
	shows("\xe2\x82x", "\\xe2\\x82x");
	shows("\x80", "\\x80");
	bks_arena_free(arena);
}

TEST(utf8_is_told_from_other_bytes)
{
	NOSTATE;
	assert_true(bks_is_utf8("", 0));
	assert_true(bks_is_utf8("a\0b", 3));
	assert_true(bks_is_utf8("\xf0\x9f\x90\x98", 4));
	assert_true(bks_is_utf8("\xf4\x8f\xbf\xbf", 4));
	assert_true(bks_is_utf8("\xee\x80\x80", 3));
	assert_false(bks_is_utf8("\xf0\x9f\x90\x98", 3));
	assert_false(bks_is_utf8("\xe0\x9f\xbf", 3));
	assert_false(bks_is_utf8("\xf0\x8f\xbf\xbf", 4));
	assert_false(bks_is_utf8("\xc1\xbf", 2));
	assert_false(bks_is_utf8("\xf5\x80\x80\x80", 4));
}

TEST(a_shell_word_stays_one_word)
{
	NOSTATE;
	arena = bks_arena_new();
	assert_string_equal(bks_shell_word("/var/b/shop-1.dump", arena), "/var/b/shop-1.dump");
	assert_string_equal(bks_shell_word("it's", arena), "'it'\\''s'");
	assert_string_equal(bks_shell_word("'", arena), "''\\'''");
	assert_string_equal(bks_shell_word("", arena), "''");
	assert_string_equal(
		bks_shell_word("a b;rm $x `y` \"z\"", arena), "'a b;rm $x `y` \"z\"'");
	assert_string_equal(bks_shell_word("~", arena), "'~'");
	assert_string_equal(bks_shell_word("\xff", arena), "$'\\377'");
	assert_string_equal(bks_shell_word("\xc3\xa9", arena), "'\xc3\xa9'");
	assert_string_equal(bks_shell_word("a\n\x1b[31m'\\1", arena), "$'a\\012\\033[31m\\'\\\\1'");
	bks_arena_free(arena);
}

TEST(a_near_miss_is_found_and_a_far_one_is_not)
{
	static const char *const words[] = {
		"verify", "list", "status", "set", "source", "inspect", NULL};
	static const char *const none[] = {NULL};

	NOSTATE;
	assert_string_equal(bks_near_miss("verfiy", words), "verify");
	assert_string_equal(bks_near_miss("lists", words), "list");
	assert_string_equal(bks_near_miss("LIST", words), "list");
	assert_string_equal(bks_near_miss("statsu", words), "status");
	assert_string_equal(bks_near_miss("sett", words), "set");
	assert_string_equal(bks_near_miss("sst", words), "set");
	assert_string_equal(bks_near_miss("inpsetc", words), "inspect");
	assert_null(bks_near_miss("inpsetcx", words));
	assert_null(bks_near_miss("xyz", words));
	assert_null(bks_near_miss("ls", words));
	assert_null(bks_near_miss("s", words));
	assert_null(bks_near_miss("", words));
	assert_null(bks_near_miss("verify", none));
}

TEST(a_very_long_word_is_never_near)
{
	char longer[300];
	const char *const words[] = {longer, "list", NULL};

	NOSTATE;
	memset(longer, 'a', sizeof longer);
	longer[sizeof longer - 1] = '\0';
	assert_null(bks_near_miss(longer, words));
	longer[64] = '\0';
	assert_ptr_equal(bks_near_miss(longer, words), longer);
}

MAIN(T(a_name_that_is_plain_is_shown_as_it_is), T(a_name_cannot_command_a_terminal),
	T(an_escape_cannot_be_forged), T(bytes_that_are_no_utf8_are_shown_one_by_one),
	T(utf8_is_told_from_other_bytes), T(a_shell_word_stays_one_word),
	T(a_near_miss_is_found_and_a_far_one_is_not), T(a_very_long_word_is_never_near))
