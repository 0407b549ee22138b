#include "backstay/json.h"
#include "unit.h"

static bks_arena *arena;

static int setup(void **state)
{
	(void)state;
	arena = bks_arena_new();
	return 0;
}

static int teardown(void **state)
{
	(void)state;
	bks_arena_free(arena);
	return 0;
}

/* V as text; frees it. */
static const char *text_of(bks_json *v)
{
	const char *s = bks_json_text(v, arena);

	bks_json_free(v);
	return s;
}

TEST(keys_stay_in_the_order_in_which_they_were_put)
{
	bks_json *o = bks_json_object(), *l = bks_json_list();

	NOSTATE;
	bks_json_put_int(o, "zeta", 1);
	bks_json_put_text(o, "alpha", "x");
	bks_json_put_bool(o, "midst", true);
	bks_json_add_text(l, "a");
	bks_json_add(l, NULL);
	bks_json_add_text(l, NULL);
	bks_json_put(o, "list", l);
	bks_json_put(o, "none", NULL);
	assert_string_equal(text_of(o), "{\"zeta\": 1, \"alpha\": \"x\", \"midst\": true, "
					"\"list\": [\"a\", null, null], \"none\": null}");
}

TEST(what_is_unknown_is_null)
{
	bks_json *o = bks_json_object();

	NOSTATE;
	bks_json_put_text(o, "a", NULL);
	bks_json_put_size(o, "b", -1);
	bks_json_put_size(o, "c", 0);
	bks_json_put_time(o, "d", BKS_TIME_NONE);
	bks_json_put_seconds(o, "e", -1);
	bks_json_put_seconds(o, "f", 90 * BKS_SECOND + 5);
	bks_json_put_hex(o, "g", NULL, 0);
	bks_json_put_name(o, "h", NULL);
	bks_json_put_real(o, "i", 0.0 / 0.0);
	assert_string_equal(text_of(o),
		"{\"a\": null, \"b\": null, \"c\": 0, \"d\": null, \"e\": null, \"f\": 90, "
		"\"g\": null, \"h\": null, \"i\": null}");
}

TEST(times_digests_and_numbers_are_written_as_the_contract_says)
{
	static const uint8_t digest[] = {0x00, 0xab, 0xff};
	bks_json *o = bks_json_object();

	NOSTATE;
	bks_json_put_time(o, "t", 1793498400 * BKS_SECOND);
	bks_json_put_hex(o, "x", digest, sizeof digest);
	bks_json_put_real(o, "r", 0.987);
	bks_json_put_real(o, "s", 1.0);
	bks_json_put_int(o, "i", INT64_MIN);
	assert_string_equal(text_of(o), "{\"t\": \"2026-11-01T02:00:00Z\", \"x\": \"00abff\", "
					"\"r\": 0.987, \"s\": 1.0, "
					"\"i\": -9223372036854775808}");
}

TEST(a_name_that_is_utf8_is_kept_byte_for_byte)
{
	static const char name[] =
		"a\\b \"q\"\n\xf0\x9f\x90\x98 \x1b[2J\x7f\xc2\x9b\xe2\x80\xae";
	bks_json *o = bks_json_object(), *back;
	bks_error e = {0};
	const char *s;

	NOSTATE;
	bks_json_put_name(o, "name", name);
	s = text_of(o);
	assert_string_equal(s, "{\"name\": \"a\\\\b \\\"q\\\"\\n\xf0\x9f\x90\x98 "
			       "\\u001B[2J\\u007F\\u009B\\u202E\"}");
	assert_int_equal(bks_json_read(&back, s, strlen(s), &e), 0);
	assert_string_equal(bks_json_get_text(back, "name"), name);
	assert_null(bks_json_get(back, "name_b64"));
	bks_json_free(back);
}

TEST(a_name_that_is_no_utf8_is_shown_and_kept_in_base64)
{
	bks_json *o = bks_json_object(), *l = bks_json_list();

	NOSTATE;
	bks_json_put_name(o, "name", "caf\xe9");
	bks_json_put_text(o, "text", "\xff");
	bks_json_add_name(l, "\xfe\n");
	bks_json_put(o, "l", l);
	bks_json_put_int(o, "k\xff", 1);
	assert_string_equal(text_of(o),
		"{\"name\": \"caf\\\\xe9\", \"name_b64\": \"Y2Fm6Q==\", \"text\": \"\\\\xff\", "
		"\"l\": [\"\\\\xfe\\\\x0a\"], \"k\\\\xff\": 1}");
}

TEST(base64_pads_as_rfc_4648_says)
{
	static const struct {
		const char *name, *want;
	} cases[] = {{"\xff", "/w=="}, {"\xff\xfe", "//4="}, {"\xff\xfe\xfd", "//79"},
		{"\xff"
		 "abcd",
			"/2FiY2Q="}};

	NOSTATE;
	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
		bks_json *o = bks_json_object();

		bks_json_put_name(o, "n", cases[i].name);
		assert_string_equal(bks_json_get_text(o, "n_b64"), cases[i].want);
		bks_json_free(o);
	}
}

TEST(printing_ends_with_a_newline_and_indents_by_two)
{
	char buf[100] = "";
	FILE *f = fmemopen(buf, sizeof buf, "w");
	bks_json *o = bks_json_object();
	bks_error e = {0};

	NOSTATE;
	bks_json_put_int(o, "a", 1);
	assert_int_equal(bks_json_print(o, f, true, &e), 0);
	assert_int_equal(bks_json_print(o, f, false, &e), 0);
	fclose(f);
	assert_string_equal(buf, "{\n  \"a\": 1\n}\n{\"a\": 1}\n");
	bks_json_free(o);
}

TEST(an_output_that_is_full_is_an_error)
{
	FILE *f = fopen("/dev/full", "w");
	bks_json *o = bks_json_object();
	bks_error e = {0};

	NOSTATE;
	assert_non_null(f);
	assert_int_equal(bks_json_print(o, f, false, &e), BKS_E_IO);
	assert_int_equal(e.code, BKS_E_IO);
	assert_non_null(strstr(e.text, "No space left"));
	fclose(f);
	bks_json_free(o);
}

TEST(what_is_no_json_is_refused_with_its_place)
{
	static const char *const bad[] = {"", "{", "[1,]", "{\"a\": 1, \"a\": 2}", "{} x",
		"nul", "{\"a\": \"\xff\"}", "'a'"};
	bks_json *v = NULL;
	bks_error e;

	NOSTATE;
	for (size_t i = 0; i < sizeof bad / sizeof *bad; i++) {
		e = (bks_error){0};
		assert_int_equal(bks_json_read(&v, bad[i], strlen(bad[i]), &e), BKS_E_USAGE);
		assert_non_null(strstr(e.text, "JSON line 1 column "));
	}
	assert_null(v);
	assert_int_equal(bks_json_read(&v, "{\n\n x}", 6, &e), BKS_E_USAGE);
	assert_non_null(strstr(e.text, "line 3"));
}

TEST(looking_for_what_is_not_there_gives_nothing)
{
	static const char text[] =
		"{\"n\": 5, \"s\": \"x\", \"b\": true, \"l\": [\"p\", 2], \"z\": null}";
	bks_json *v;
	const bks_json *l;
	bks_error e = {0};

	NOSTATE;
	assert_int_equal(bks_json_read(&v, text, strlen(text), &e), 0);
	assert_int_equal(bks_json_get_int(v, "n", 9), 5);
	assert_int_equal(bks_json_get_int(v, "s", 9), 9);
	assert_int_equal(bks_json_get_int(v, "gone", 9), 9);
	assert_string_equal(bks_json_get_text(v, "s"), "x");
	assert_null(bks_json_get_text(v, "n"));
	assert_null(bks_json_get_text(v, "z"));
	assert_true(bks_json_get_bool(v, "b", false));
	assert_true(bks_json_get_bool(v, "n", true));
	l = bks_json_get(v, "l");
	assert_int_equal(bks_json_length(l), 2);
	assert_string_equal(bks_json_as_text(bks_json_at(l, 0)), "p");
	assert_null(bks_json_as_text(bks_json_at(l, 1)));
	assert_null(bks_json_at(l, 2));
	assert_int_equal(bks_json_length(bks_json_get(v, "s")), 0);
	assert_int_equal(bks_json_length(NULL), 0);
	assert_null(bks_json_get(NULL, "x"));
	bks_json_free(v);
	bks_json_free(NULL);
}

#define J(name) cmocka_unit_test_setup_teardown(name, setup, teardown)
MAIN(J(keys_stay_in_the_order_in_which_they_were_put), J(what_is_unknown_is_null),
	J(times_digests_and_numbers_are_written_as_the_contract_says),
	J(a_name_that_is_utf8_is_kept_byte_for_byte),
	J(a_name_that_is_no_utf8_is_shown_and_kept_in_base64), J(base64_pads_as_rfc_4648_says),
	J(printing_ends_with_a_newline_and_indents_by_two),
	J(an_output_that_is_full_is_an_error), J(what_is_no_json_is_refused_with_its_place),
	J(looking_for_what_is_not_there_gives_nothing))
