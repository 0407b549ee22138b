#include "backstay/inspect.h"
#include "unit.h"

TEST(a_required_table_is_read)
{
	static const struct {
		const char *text, *schema, *name;
		int64_t rows;
	} good[] = {
		{"users", "public", "users", 0},
		{"users:100", "public", "users", 100},
		{"users:0", "public", "users", 0},
		{"auth.users", "auth", "users", 0},
		{"public.users:500", "public", "users", 500},
		{"Users", "public", "Users", 0},
		{"\"a.b\".\"c\"", "a.b", "c", 0},
		{"\"a.b\".c:7", "a.b", "c", 7},
		{"a.\"b:7\"", "a", "b:7", 0},
		{"\"b:7\":8", "public", "b:7", 8},
		{"\"say \"\"hi\"\"\"", "public", "say \"hi\"", 0},
		{"\" x \"", "public", " x ", 0},
		{"my table", "public", "my table", 0},
		{"caf\xe9", "public", "caf\xe9", 0},
		{"t:9223372036854775807", "public", "t", INT64_MAX},
	};
	bks_arena *a = bks_arena_new();
	bks_error e = {0};

	NOSTATE;
	for (size_t i = 0; i < sizeof good / sizeof *good; i++) {
		bks_requirement r = {.max_shrink_pct = 9};

		print_message("%s\n", good[i].text);
		assert_int_equal(bks_requirement_parse(&r, good[i].text, a, &e), 0);
		assert_string_equal(r.schema, good[i].schema);
		assert_string_equal(r.name, good[i].name);
		assert_int_equal(r.min_rows, good[i].rows);
		assert_int_equal(r.max_shrink_pct, 0);
	}
	bks_arena_free(a);
}

TEST(what_names_no_table_is_refused)
{
	static const char *const bad[] = {"", ":5", ".", "a.", ".a", "a..b", "a.b.c",
		"users:", "users:x", "users:-1", "users:1:2", "users:1.5", "users: 5", "\"a",
		"\"\"", "\"\".a", "a.\"\"", "\"a\"b", "a\"b\"", " users", "users ",
		"users:9223372036854775808", "\"a\"\"", "users:5 ", "a. b"};
	bks_arena *a = bks_arena_new();
	bks_error e;

	NOSTATE;
	for (size_t i = 0; i < sizeof bad / sizeof *bad; i++) {
		bks_requirement r = {0};

		e = (bks_error){0};
		print_message("%s\n", bad[i]);
		assert_int_equal(bks_requirement_parse(&r, bad[i], a, &e), BKS_E_USAGE);
		assert_int_equal(e.code, BKS_E_USAGE);
		assert_non_null(strstr(e.text, "wants TABLE or SCHEMA.TABLE"));
		assert_null(r.name);
	}
	bks_arena_free(a);
}

MAIN(T(a_required_table_is_read), T(what_names_no_table_is_refused))
