#include "base/conf.h"
#include "unit.h"

static const char *const leaf_keys[] = {"rows", NULL};
static const struct conf_kind leaves[] = {
	{.kind = "table", .titled = true, .keys = leaf_keys}, {0}};
static const char *const block_keys[] = {"every", "slack", NULL}, *const block_lists[] = {
									  "match", NULL};
static const char *const limit_keys[] = {"jobs", NULL}, *const top_keys[] = {"catalog", NULL};
static const struct conf_kind blocks[] = {
	{.kind = "source",
		.titled = true,
		.keys = block_keys,
		.lists = block_lists,
		.blocks = leaves},
	{.kind = "repo", .titled = true, .keys = block_keys},
	{.kind = "limits", .keys = limit_keys},
	{0},
};
static const struct conf_kind top = {.keys = top_keys, .blocks = blocks};

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

static const struct conf_block *reads(const char *text)
{
	const struct conf_block *b = NULL;
	bks_error e = {0};
	int r = conf_read(&b, "f.conf", text, strlen(text), &top, arena, &e);

	if (r)
		print_error("%s\n", e.text);
	assert_int_equal(r, 0);
	return b;
}

static void refuses(const char *text, const char *why)
{
	const struct conf_block *b = NULL;
	bks_error e = {0};

	print_message("%s\n", text);
	assert_int_equal(
		conf_read(&b, "f.conf", text, strlen(text), &top, arena, &e), BKS_E_USAGE);
	assert_string_equal(e.text, why);
}

TEST(keys_blocks_and_lists_come_with_their_lines)
{
	const struct conf_block *b = reads("# head\n"
					   "catalog = \"/c.db\" # tail\n"
					   "/* two\n"
					   "lines */ source shop { // tail\n"
					   "\tevery = 24h\n"
					   "\n"
					   "\tmatch = {\"a*\", # one\n"
					   "\t\t'b\\d'}\n"
					   "\ttable users { rows = 5 }\n"
					   "}\r\n"
					   "source \"other one\" {}\n"
					   "limits { jobs = 2 }");
	const struct conf_key *match;

	NOSTATE;
	assert_string_equal(conf_find(b, "catalog")->values[0], "/c.db");
	assert_int_equal(conf_find(b, "catalog")->line, 2);
	assert_int_equal(b->block_count, 3);
	assert_string_equal(b->blocks[0].kind, "source");
	assert_string_equal(b->blocks[0].title, "shop");
	assert_int_equal(b->blocks[0].line, 4);
	assert_int_equal(conf_find(&b->blocks[0], "every")->line, 5);
	assert_null(conf_find(&b->blocks[0], "slack"));
	match = conf_find(&b->blocks[0], "match");
	assert_int_equal(match->line, 7);
	assert_int_equal(match->count, 2);
	assert_string_equal(match->values[0], "a*");
	assert_string_equal(match->values[1], "b\\d");
	assert_string_equal(b->blocks[0].blocks[0].title, "users");
	assert_int_equal(b->blocks[0].blocks[0].line, 9);
	assert_string_equal(b->blocks[1].title, "other one");
	assert_int_equal(b->blocks[1].line, 11);
	assert_string_equal(b->blocks[2].kind, "limits");
	assert_null(b->blocks[2].title);
	assert_int_equal(b->blocks[2].line, 12);
}

TEST(an_empty_file_says_nothing)
{
	NOSTATE;
	assert_int_equal(reads("")->block_count, 0);
	assert_int_equal(reads("\n\n# only talk\n")->key_count, 0);
	assert_int_equal(
		reads("\xef\xbb\xbf# with a mark of byte order\ncatalog=x")->key_count, 1);
}

TEST(one_value_is_a_list_of_one_and_lists_grow)
{
	NOSTATE;
	assert_int_equal(
		conf_find(&reads("source s { match = \"x\" }")->blocks[0], "match")->count, 1);
	assert_int_equal(
		conf_find(&reads("source s { match = {x, y}\n match += {z} }")->blocks[0],
			"match")
			->count,
		3);
}

TEST(the_environment_can_be_named)
{
	NOSTATE;
	setenv("CONF_TEST_DIR", "/some/dir", 1);
	assert_string_equal(
		conf_find(reads("catalog = \"${CONF_TEST_DIR}/c.db\""), "catalog")->values[0],
		"/some/dir/c.db");
	assert_string_equal(
		conf_find(reads("catalog = '${CONF_TEST_DIR}'"), "catalog")->values[0],
		"${CONF_TEST_DIR}");
	assert_string_equal(
		conf_find(reads("catalog = \"${CONF_TEST_NONE:-}}\""), "catalog")->values[0],
		"}");
	refuses("catalog = ${CONF_TEST_DIR}", "f.conf:1: ${...} wants double quotes around it");
	refuses("catalog = \"${CONF_TEST_NONE}\"",
		"f.conf:1: catalog: an empty text; leave the setting out instead");
	unsetenv("CONF_TEST_DIR");
}

TEST(an_unknown_key_is_told_with_the_near_one)
{
	NOSTATE;
	refuses("\n# talk\n/* more\ntalk */\ncatalogue = x\n",
		"f.conf:5: there is no setting \"catalogue\"; did you mean \"catalog\"?");
	refuses("source s {\n evry = 1d\n}",
		"f.conf:2: there is no setting \"evry\" in a source; did you mean \"every\"?");
	refuses("source s {\n frobnicate = 1d\n}",
		"f.conf:2: there is no setting \"frobnicate\" in a source");
	refuses("surce s {}",
		"f.conf:1: there is no setting \"surce\"; did you mean \"source\"?");
	refuses("source s { table t { row = 1 } }",
		"f.conf:1: there is no setting \"row\" in a table; did you mean \"rows\"?");
	refuses("table t {}", "f.conf:1: there is no setting \"table\"");
}

TEST(a_duplicate_is_told_with_both_lines)
{
	NOSTATE;
	refuses("catalog = a\n\ncatalog = b\n",
		"f.conf:3: catalog is given twice, first in line 1");
	refuses("catalog = a\ncatalog = a\n",
		"f.conf:2: catalog is given twice, first in line 1");
	refuses("source s {\n every = 1d\n # x\n every = 1d\n}",
		"f.conf:4: every is given twice, first in line 2");
	refuses("source s {\n match = {a}\n match = {b}\n}",
		"f.conf:3: match is given twice, first in line 2");
	refuses("source s {\n match = {a, b}\n match = c\n}",
		"f.conf:3: match is given twice, first in line 2");
	refuses("source s {}\nsource s {}\n",
		"f.conf:2: source \"s\" is declared twice, first in line 1");
	refuses("source s {}\nrepo s {}\nsource s {}\n", "f.conf:3: \"s\" is declared twice");
	refuses("limits {}\n\nlimits {}\n", "f.conf:3: limits is given twice, first in line 1");
	refuses("source s { table t {}\n table t {} }",
		"f.conf:2: table \"t\" is declared twice, first in line 1");
}

TEST(equal_keys_in_different_blocks_are_no_duplicates)
{
	NOSTATE;
	assert_int_equal(reads("source a { every = 1d table t {} }\nsource b { every = 1d "
			       "table t {} }\nrepo a { every = 1d }")
				 ->block_count,
		3);
}

TEST(what_never_ends_is_told_where_it_begins)
{
	NOSTATE;
	refuses("\nsource s {\n every = 1d\n",
		"f.conf:2: the brace that opens here is never closed");
	refuses("source s {\n match = {a,\n b\n}\n",
		"f.conf:1: the brace that opens here is never closed");
	refuses("catalog = x }", "f.conf:1: a closing brace without an opening one");
	refuses("catalog = \"x\n",
		"f.conf:1: the text that begins in this line has no closing quote");
	refuses("catalog = \"x\\\ny\"",
		"f.conf:1: the text that begins in this line has no closing quote");
	refuses("catalog = 'x",
		"f.conf:1: the text that begins in this line has no closing quote");
	refuses("catalog = x\n/* talk\n\n",
		"f.conf:2: the comment that begins here has no end");
	refuses("a {b {c {d {e {f {g {h {i {",
		"f.conf:1: blocks stand in one another too deeply");
}

TEST(what_libconfuse_would_pass_over_is_refused)
{
	NOSTATE;
	refuses("source s { match = shop_*.dump }", "f.conf:1: '*' wants quotes around it");
	refuses("limits|jobs = 5", "f.conf:1: '|' wants quotes around it");
	refuses("catalog = a(b)", "f.conf:1: '(' wants quotes around it");
	refuses("catalog = a+b", "f.conf:1: '+' wants quotes around it");
	refuses("source s { match = {} }",
		"f.conf:1: an empty list; leave the setting out instead");
	refuses("catalog = \"\"",
		"f.conf:1: catalog: an empty text; leave the setting out instead");
	refuses("source s {\n match = {a,\n ''}\n}",
		"f.conf:3: match: an empty text; leave the setting out instead");
	refuses("catalog = a\x01", "f.conf:1: a control character; is this a text file?");
	refuses("catalog = \"a\x1b\"", "f.conf:1: a control character in a text");
	refuses("catalog = \"\\400\"", "f.conf:1: a byte is written \\xNN; a backslash is "
				       "written \\\\, or stands in single quotes");
}

TEST(bad_grammar_is_told_with_its_line)
{
	NOSTATE;
	refuses("catalog\n", "f.conf:2: premature end of file");
	refuses("catalog x\n", "f.conf:1: missing equal sign after option 'catalog'");
	refuses("\nsource {\n}", "f.conf:2: missing title for section 'source'");
	refuses("\nlimits x {\n}", "f.conf:2: missing opening brace for section 'limits'");
	refuses("catalog = {x}", "f.conf:1: unexpected token '{'");
	refuses("source s { match = {a,,b} }", "f.conf:1: unexpected token ','");
	refuses("source s { match = {a b} }", "f.conf:1: unexpected token 'b'");
	refuses("source s { every += 1d }",
		"f.conf:1: attempt to append to non-list option 'every'");
}

TEST(a_failure_leaves_nothing_behind_for_the_next_file)
{
	NOSTATE;
	for (int i = 0; i < 3; i++) {
		refuses("catalog = \"${X\n",
			"f.conf:1: the text that begins in this line has no closing quote");
		refuses("source s { every = \"1d\" nope = 'x' ",
			"f.conf:1: the brace that opens here is never closed");
		refuses("source s { nope = \"x\" }",
			"f.conf:1: there is no setting \"nope\" in a source");
		assert_string_equal(conf_find(reads("catalog = x"), "catalog")->values[0], "x");
	}
}

TEST(a_backslash_at_the_very_end_is_not_followed_beyond_it)
{
	static const char text[] = {'a', '=', '"', '\\'};
	char *exact = malloc(sizeof text);
	const struct conf_block *b;
	bks_error e = {0};

	NOSTATE;
	/* Exactly as long as it is: a read beyond it is one that ASan sees, and what lay there
	 * would count. */
	memcpy(exact, text, sizeof text);
	assert_int_equal(
		conf_read(&b, "f.conf", exact, sizeof text, &top, arena, &e), BKS_E_USAGE);
	assert_string_equal(
		e.text, "f.conf:1: the text that begins in this line has no closing quote");
	free(exact);
}

TEST(a_text_with_a_nul_is_refused)
{
	const struct conf_block *b;
	bks_error e = {0};

	NOSTATE;
	assert_int_equal(conf_read(&b, "f.conf", "a\0b", 3, &top, arena, &e), BKS_E_USAGE);
	assert_non_null(strstr(e.text, "control character"));
	assert_int_equal(
		conf_read(&b, "f.conf", "catalog='a\0b'", 13, &top, arena, &e), BKS_E_USAGE);
	assert_non_null(strstr(e.text, "control character"));
}

#define J(name) cmocka_unit_test_setup_teardown(name, setup, teardown)
MAIN(J(keys_blocks_and_lists_come_with_their_lines), J(an_empty_file_says_nothing),
	J(one_value_is_a_list_of_one_and_lists_grow), J(the_environment_can_be_named),
	J(an_unknown_key_is_told_with_the_near_one), J(a_duplicate_is_told_with_both_lines),
	J(equal_keys_in_different_blocks_are_no_duplicates),
	J(what_never_ends_is_told_where_it_begins),
	J(what_libconfuse_would_pass_over_is_refused), J(bad_grammar_is_told_with_its_line),
	J(a_failure_leaves_nothing_behind_for_the_next_file),
	J(a_backslash_at_the_very_end_is_not_followed_beyond_it),
	J(a_text_with_a_nul_is_refused))
