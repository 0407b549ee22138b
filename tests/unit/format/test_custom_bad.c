/* Archives whose header or table of contents has one thing wrong: its code, its verdict, and
 * that it costs nothing. */
#include "forge.h"

TEST(the_archive_that_the_others_are_made_of_is_sound)
{
	struct bytes b = start_table(0), z = zlib_of(rows);

	NOSTATE;
	put_block(&b, 2, rows, strlen(rows));
	sound(b, 2);
	b = start_table(1);
	put_block(&b, 2, z.p, z.n);
	sound(b, 2);
	free(z.p);
}

static struct bytes with_copy(const char *copy)
{
	struct put_entry e = table_data;
	struct bytes b = start(0, 2);

	e.copy = copy;
	put_entry(&b, 16, &table);
	put_entry(&b, 16, &e);
	put_block(&b, 2, rows, strlen(rows));
	return b;
}

TEST(a_copy_that_runs_a_program_is_told_and_one_of_that_name_is_not)
{
	NOSTATE;
	expect(with_copy("COPY public.t FROM PROGRAM 'x';\n"), "meta-command", BKS_DAMAGED);
	expect(with_copy("COPY public.t from program 'x'; -- FROM stdin;\n"), "meta-command",
		BKS_DAMAGED);
	expect(with_copy("COPY t FROM PROGRAM $$x$$; COPY t FROM stdin;\n"), "meta-command",
		BKS_DAMAGED);
	expect(with_copy("SELECT f(1); COPY t FROM stdin;\n"), "meta-command", BKS_DAMAGED);
	sound(with_copy("COPY public.\"a;b'c$d\"\"e\" (\"x;\", y) FROM stdin;\n"), 2);
	sound(with_copy("COPY public.t WITH OIDS FROM stdin;\n"), 2);
	sound(with_copy("COPY public.t (program, x) FROM stdin;\n"), 2);
	sound(with_copy("COPY public.program FROM stdin;\n"), 2);
}

TEST(versions_that_nobody_here_knows_are_named)
{
	struct bytes b = {0};
	const char *text;

	NOSTATE;
	put(&b, "PGDMP\1\143\0\4\10\1", 11);
	text = expect(b, "unsupported-version", BKS_UNSUPPORTED);
	assert_non_null(strstr(text, "1.99"));
	assert_non_null(strstr(text, "1.16"));
	b = (struct bytes){0};
	put(&b, "PGDMP\1\11\0\4\10\1", 11);
	assert_non_null(strstr(expect(b, "unsupported-version", BKS_UNSUPPORTED), "1.9"));
	b = (struct bytes){0};
	put(&b, "PGDMP\2\0\0", 8);
	assert_non_null(strstr(expect(b, "unsupported-version", BKS_UNSUPPORTED), "2.0"));
}

TEST(the_contents_of_a_directory_dump_alone_are_no_custom_dump)
{
	struct bytes b = fixture("15-directory.toc");
	struct look l;

	NOSTATE;
	look_at(&l, b.p, b.n, 0);
	assert_int_equal(l.v.verdict, BKS_UNSUPPORTED);
	assert_non_null(found(&l, "unsupported-format"));
	assert_string_equal(l.v.format, "pgdump-directory");
	assert_string_equal(l.v.database, "shop");
	look_away(&l);
	free(b.p);
}

TEST(a_header_that_makes_no_sense_is_malformed)
{
	static const struct {
		size_t at;
		uint8_t value;
	} bad[] = {{8, 5}, {8, 0}, {8, 255}, {9, 3}, {10, 2}, {11, 4}, {13, 200}, {12, 2}};

	NOSTATE;
	for (size_t i = 0; i < sizeof bad / sizeof *bad; i++) {
		struct bytes b = start_table(0);

		put_block(&b, 2, rows, strlen(rows));
		b.p[bad[i].at] = bad[i].value;
		expect(b, "malformed", BKS_DAMAGED);
	}
}

TEST(four_billion_entries_are_refused_by_name)
{
	struct bytes b = {0};
	const char *text;

	NOSTATE;
	put_head(&b, 16, 0);
	put(&b, "\0\377\377\377\377", 5);
	text = expect(b, "malformed", BKS_DAMAGED);
	assert_non_null(strstr(text, "4294967295"));
	assert_non_null(strstr(text, "20000000"));
	b = (struct bytes){0};
	put_head(&b, 16, 0);
	put_int(&b, -1);
	expect(b, "malformed", BKS_DAMAGED);
	expect(start(0, 20000000), "truncated", BKS_DAMAGED);
}

TEST(lengths_that_cannot_be_are_refused_before_anything_is_taken)
{
	static const int64_t lengths[] = {-2, -2147483647, 0x40000000, 0x7fffffff, 0xffffffff};
	struct bytes b;

	NOSTATE;
	for (size_t i = 0; i < sizeof lengths / sizeof *lengths; i++) {
		b = start(0, 1);
		put_int(&b, 1);
		put_int(&b, 0);
		put_int(&b, lengths[i]);
		put(&b, "1259", 4);
		assert_non_null(strstr(expect(b, "malformed", BKS_DAMAGED), "length"));
	}
	b = start(0, 1);
	put_int(&b, 1);
	put_int(&b, 0);
	put_int(&b, 0x3fffffff); /* possible, and not there */
	expect(b, "truncated", BKS_DAMAGED);
	b = start_table(0);
	put_byte(&b, 1);
	put_int(&b, 2);
	put_int(&b, -5);
	expect(b, "malformed", BKS_DAMAGED);
	b = start_table(0);
	put_byte(&b, 1);
	put_int(&b, 2);
	put_int(&b, 0x7fffffff);
	put(&b, rows, strlen(rows));
	expect(b, "truncated", BKS_DAMAGED);
}

static void wrong_entry(struct put_entry e)
{
	struct bytes b = start(0, 1);

	put_entry(&b, 16, &e);
	put_block(&b, 2, rows, strlen(rows));
	expect(b, "malformed", BKS_DAMAGED);
}

TEST(an_entry_that_pg_dump_cannot_write_is_malformed)
{
	struct put_entry e = table_data;
	struct bytes b;

	NOSTATE;
	wrong_entry((e.id = 0, e));
	wrong_entry((e.id = -7, e));
	e = table_data;
	wrong_entry((e.dumper = 2, e));
	e = table_data;
	wrong_entry((e.section = 5, e));
	wrong_entry((e.section = 2, e));
	e = table_data;
	wrong_entry((e.desc = "TABLE DATE", e));
	wrong_entry((e.desc = NULL, e));
	e = table_data;
	wrong_entry((e.tag = NULL, e));
	e = table_data;
	wrong_entry((e.place = 3, e)); /* has data, and says that it has none */
	wrong_entry((e.place = 4, e));
	wrong_entry((e.place = 1, e.at = 77, e));
	b = start(0, 2);
	put_entry(&b, 16, &table_data);
	put_entry(&b, 16, &table_data);
	assert_non_null(strstr(expect(b, "malformed", BKS_DAMAGED), "two entries 2"));
}

static struct bytes with_setting(const char *desc, const char *defn)
{
	struct put_entry e = {
		.id = 9, .tag = desc, .desc = desc, .schema = "", .section = 2, .defn = defn};
	struct bytes b = start(0, 3);

	put_entry(&b, 16, &e);
	put_entry(&b, 16, &table);
	put_entry(&b, 16, &table_data);
	put_block(&b, 2, rows, strlen(rows));
	return b;
}

TEST(a_setting_that_pg_restore_refuses_is_malformed)
{
	static const struct {
		const char *desc, *good, *bad;
	} v[] = {{"ENCODING", "SET client_encoding = 'UTF8';\n",
			 "SET client_encoding = 'UTV8';\n"},
		{"ENCODING", "SET client_encoding = 'LATIN1';\n",
			"SET client_encoding = \"UTF8';\n"},
		{"STDSTRINGS", "SET standard_conforming_strings = 'off';\n",
			"SET standard_conforming_strings = 'nn';\n"},
		{"STDSTRINGS", "SET standard_conforming_strings = 'on';\n",
			"SET standard_conforming_strings = 'on%;\n"}};

	NOSTATE;
	for (size_t i = 0; i < sizeof v / sizeof *v; i++) {
		struct bytes b = with_setting(v[i].desc, v[i].good);
		struct look l;

		look_at(&l, b.p, b.n, 0);
		assert_int_equal(l.v.verdict, BKS_SOUND);
		look_away(&l);
		free(b.p);
		assert_non_null(strstr(
			expect(with_setting(v[i].desc, v[i].bad), "malformed", BKS_DAMAGED),
			"knows no such encoding"));
	}
}

static struct bytes with_drop(const char *desc, const char *drop)
{
	struct put_entry e = {
		.id = 9, .tag = "f()", .desc = desc, .schema = "public", .drop = drop};
	struct bytes b = start(0, 3);

	put_entry(&b, 16, &table);
	put_entry(&b, 16, &e);
	put_entry(&b, 16, &table_data);
	put_block(&b, 2, rows, strlen(rows));
	return b;
}

TEST(a_drop_from_which_pg_restore_takes_a_name_must_be_one)
{
	static const char *const named[] = {"AGGREGATE", "FUNCTION", "OPERATOR",
		"OPERATOR CLASS", "OPERATOR FAMILY", "PROCEDURE"};

	NOSTATE;
	for (size_t i = 0; i < sizeof named / sizeof *named; i++) {
		sound(with_drop(named[i], "DROP SOMETHING public.f();\n"), 2);
		sound(with_drop(named[i], ""), 2);
		assert_non_null(
			strstr(expect(with_drop(named[i], "DRNP SOMETHING public.f();\n"),
				       "malformed", BKS_DAMAGED),
				"begin with DROP"));
		expect(with_drop(named[i], "DROP"), "malformed", BKS_DAMAGED);
	}
	sound(with_drop("DEFAULT", "ALTER TABLE public.t ALTER COLUMN x DROP DEFAULT;\n"), 2);
}

static struct bytes with_needs(const char *of_default, const char *of_data)
{
	struct put_entry e = {.id = 9,
		.tag = "t x",
		.desc = "DEFAULT",
		.schema = "public",
		.needs = of_default};
	struct put_entry data = table_data;
	struct bytes b = start(0, 3);

	data.needs = of_data;
	put_entry(&b, 16, &table);
	put_entry(&b, 16, &e);
	put_entry(&b, 16, &data);
	put_block(&b, 2, rows, strlen(rows));
	return b;
}

TEST(a_dependency_that_is_no_id_is_malformed_and_one_that_is_not_here_is_not)
{
	static const char *const none[] = {
		"0", "000", "2147483648", "9999999999", "21:", "-1", ""};

	NOSTATE;
	sound(with_needs("1", "1"), 2);
	sound(with_needs("7777", "1"), 2);
	sound(with_needs("2147483647", "1"), 2);
	for (size_t i = 0; i < sizeof none / sizeof *none; i++)
		assert_non_null(
			strstr(expect(with_needs(none[i], "1"), "malformed", BKS_DAMAGED),
				"one of its dependencies"));
}

TEST(data_whose_table_comes_after_it_is_malformed)
{
	NOSTATE;
	assert_non_null(strstr(
		expect(with_needs("1", "7777"), "malformed", BKS_DAMAGED), "later number"));
	expect(with_needs("1", "2"), "malformed", BKS_DAMAGED);
}

TEST(a_zero_byte_inside_a_string_is_malformed)
{
	struct bytes b = start_table(0);
	size_t at;

	NOSTATE;
	put_block(&b, 2, rows, strlen(rows));
	for (at = 0; memcmp(b.p + at, "CREATE", 6) != 0; at++)
		;
	b.p[at + 3] = 0;
	expect(b, "malformed", BKS_DAMAGED);
}

MAIN(T(the_archive_that_the_others_are_made_of_is_sound),
	T(a_copy_that_runs_a_program_is_told_and_one_of_that_name_is_not),
	T(versions_that_nobody_here_knows_are_named),
	T(the_contents_of_a_directory_dump_alone_are_no_custom_dump),
	T(a_header_that_makes_no_sense_is_malformed),
	T(four_billion_entries_are_refused_by_name),
	T(lengths_that_cannot_be_are_refused_before_anything_is_taken),
	T(an_entry_that_pg_dump_cannot_write_is_malformed),
	T(a_setting_that_pg_restore_refuses_is_malformed),
	T(a_drop_from_which_pg_restore_takes_a_name_must_be_one),
	T(a_dependency_that_is_no_id_is_malformed_and_one_that_is_not_here_is_not),
	T(data_whose_table_comes_after_it_is_malformed),
	T(a_zero_byte_inside_a_string_is_malformed))
