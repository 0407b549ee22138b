#include "plain.h"

TEST(the_header_tells_its_versions)
{
	const bks_inspection *v = sound(
		"CREATE TABLE public.a (x int);\nCOPY public.a (x) FROM stdin;\n1\n\\.\n");

	NOSTATE;
	same_text(v->format, "pgdump-plain");
	same_text(v->server_version, "15.20");
	same_text(v->producer, "pg_dump 16.3");
	assert_true(v->recognised);
	assert_int_equal(v->content, BKS_CONTENT_FULL);
	has(v, "public", "a", true, true, 1);
	assert_non_null(found(v, "no-checksum"));
	assert_int_equal(errors(v), 0);
}

TEST(the_verbose_header_tells_its_time_and_zone)
{
	const bks_inspection *v =
		sound("-- Started on 2026-11-01 02:03:04 CET\n\nCREATE TABLE a ();\n");

	NOSTATE;
	assert_int_equal(v->started.year, 2026);
	assert_int_equal(v->started.month, 11);
	assert_int_equal(v->started.second, 4);
	same_text(v->started.zone, "CET");
	assert_int_equal(sound("-- Started on soon\n")->started.year, 0);
	assert_int_equal(sound("-- Started on 2026-13-01 02:03:04 CET\n")->started.year, 0);
}

TEST(names_lose_their_quotes_and_nothing_else)
{
	const bks_inspection *v =
		sound("CREATE TABLE \"a.b\".\"c\"\"d\ne\" (x text);\nCREATE TABLE Pub.MiXed (x "
		      "text);\n"
		      "CREATE TABLE public.\"x\\y\t\xf0\x9f\x98\x80;\" (x text);\n"
		      "COPY \"a.b\".\"c\"\"d\ne\" (x) FROM stdin;\nq\n\\.\n");

	NOSTATE;
	assert_int_equal(v->table_count, 3);
	has(v, "a.b", "c\"d\ne", true, true, 1);
	has(v, "pub", "mixed", true, false, -1);
	has(v, "public", "x\\y\t\xf0\x9f\x98\x80;", true, false, -1);
}

TEST(bare_names_belong_to_the_first_schema_of_the_path)
{
	const bks_inspection *v =
		sound("SET search_path = shop, pg_catalog;\nCREATE TABLE a (x int);\n"
		      "SELECT pg_catalog.set_config('search_path', '', false);\nCREATE TABLE b "
		      "(x int);\n"
		      "SET search_path TO 'Big';\nCREATE TABLE c (x int);\n");

	NOSTATE;
	assert_non_null(table(v, "shop", "a"));
	assert_non_null(table(v, "public", "b"));
	assert_non_null(table(v, "Big", "c"));
}

TEST(copy_lines_are_counted_as_rows)
{
	const bks_inspection *v =
		sound("COPY public.a (x) FROM stdin;\n\n\\N\n\\\\.\n\\.\nCOPY public.b (x, y) "
		      "FROM stdin;\n\\.\n"
		      "COPY public.c  FROM stdin;\n\n\n\\.\ncopy public.d from STDIN with "
		      "(freeze);\nx\ty\n\\.\n");

	NOSTATE;
	has(v, "public", "a", false, true, 3);
	has(v, "public", "b", false, true, 0);
	has(v, "public", "c", false, true, 2);
	has(v, "public", "d", false, true, 1);
	assert_int_equal(v->content, BKS_CONTENT_DATA);
}

TEST(insert_tuples_are_counted_as_rows)
{
	const bks_inspection *v = sound(
		"INSERT INTO public.a VALUES (1, '),('), (2, 'it''s (\\'), ((3), E'\\'),(');\n"
		"INSERT INTO public.a VALUES (4);\nINSERT INTO public.b (\"values\", y) "
		"OVERRIDING SYSTEM VALUE VALUES\n"
		"\t(1, ARRAY[(2), 3]),\n\t(2, NULL)\nON CONFLICT (x) DO NOTHING;\n"
		"INSERT INTO public.c DEFAULT VALUES;\nINSERT INTO public.c DEFAULT VALUES;\n"
		"INSERT INTO public.d SELECT (1), (2);\nINSERT INTO public.e VALUES (-1) /* , "
		"(2) */ -- , (3)\n, (4);\n");

	NOSTATE;
	has(v, "public", "a", false, true, 4);
	has(v, "public", "b", false, true, 2);
	has(v, "public", "c", false, true, 2);
	has(v, "public", "d", false, true, -1);
	has(v, "public", "e", false, true, 2);
}

TEST(an_announced_section_without_inserts_is_an_empty_table)
{
	const bks_inspection *v =
		sound("CREATE TABLE public.a (x int);\nCREATE TABLE public.\"b\nc\" (x "
		      "int);\nCREATE TABLE public.d (x int);\n"
		      "--\n-- Data for Name: a; Type: TABLE DATA; Schema: public; Owner: "
		      "joe\n--\n\n\n\n"
		      "--\n-- Data for Name: b c; Type: TABLE DATA; Schema: public; Owner: "
		      "joe\n--\n\n\n\n"
		      "--\n-- Data for Name: d; Type: TABLE DATA; Schema: public; Owner: "
		      "joe\n--\n\nINSERT INTO public.d VALUES (1);\n"
		      "--\n-- Data for Name: BLOBS; Type: BLOBS; Schema: -; Owner: -\n--\n\n");

	NOSTATE;
	assert_int_equal(v->table_count, 3);
	has(v, "public", "a", true, true, 0);
	has(v, "public", "d", true, true, 1);
	assert_int_equal(v->content, BKS_CONTENT_FULL);
}

TEST(an_announced_section_without_copy_was_lost_where_others_have_one)
{
	NOSTATE;
	bad(HEAD "CREATE TABLE public.a (x int);\nCREATE TABLE public.b (x int);\n"
		 "--\n-- Data for Name: a; Type: TABLE DATA; Schema: public; Owner: joe\n--\n\n"
		 "--\n-- Data for Name: b; Type: TABLE DATA; Schema: public; Owner: joe\n--\n\n"
		 "COPY public.b (x) FROM stdin;\n1\n\\.\n\n" END,
		BKS_INCOMPLETE, "statement-missing", "line 8");
}

TEST(a_line_end_in_a_name_is_a_blank_in_its_announcement)
{
	const bks_inspection *v = sound(
		"CREATE TABLE public.\"b\nc\" (x int);\n--\n"
		"-- Data for Name: b c; Type: TABLE DATA; Schema: public; Owner: joe\n--\n\n");

	NOSTATE;
	assert_int_equal(v->table_count, 1);
	has(v, "public", "b\nc", true, true, 0);
}

TEST(partitions_know_their_parent)
{
	const bks_inspection *v = sound("CREATE TABLE public.p (x int)\nPARTITION BY RANGE "
					"(x);\nCREATE TABLE public.p1 (x int);\n"
					"ALTER TABLE ONLY public.p ATTACH PARTITION public.p1 "
					"FOR VALUES FROM (1) TO (2);\n"
					"CREATE TABLE o.p2 PARTITION OF public.p DEFAULT;\n"
					"ALTER INDEX public.i ATTACH PARTITION public.i1;\n"
					"COPY public.p1 (x) FROM stdin;\n1\n\\.\n");

	NOSTATE;
	assert_int_equal(v->table_count, 3);
	same_text(table(v, "public", "p1")->parent_name, "p");
	same_text(table(v, "o", "p2")->parent_schema, "public");
	same_text(table(v, "public", "p")->parent_name, NULL);
}

TEST(text_is_never_a_table)
{
	const bks_inspection *v =
		sound("-- CREATE TABLE fake (x int);\n/* CREATE TABLE fake (x int); /* ; */ "
		      "COPY fake FROM stdin; */\n"
		      "COMMENT ON TABLE public.a IS 'CREATE TABLE fake (x int);\n-- PostgreSQL "
		      "database dump complete\n';\n"
		      "CREATE FUNCTION public.f() RETURNS void LANGUAGE plpgsql AS $_$ $$; "
		      "CREATE TABLE fake (x int);\n"
		      "COPY fake FROM stdin;\n$_ $_$;\n"
		      "CREATE FUNCTION public.g() RETURNS void AS E'\\'; CREATE TABLE fake (x "
		      "int); \\\\' LANGUAGE sql;\n"
		      "CREATE VIEW public.v AS SELECT 1 AS \"CREATE TABLE fake (x int);\";\n"
		      "CREATE TABLE public.users_old (x text);\n"
		      "COPY public.users_old (x) FROM stdin;\nCREATE TABLE fake (x int);\nCOPY "
		      "fake FROM stdin;\n"
		      "-- PostgreSQL database dump\n\\\\.\n\\.\n"
		      "INSERT INTO public.users_old VALUES ('CREATE TABLE fake (x "
		      "int);\nINSERT INTO fake VALUES (1);\n\\.\n');\n");

	NOSTATE;
	assert_int_equal(v->table_count, 1);
	assert_null(table(v, "public", "users"));
	has(v, "public", "users_old", true, true, 5);
}

TEST(bodies_in_sqls_own_syntax_hold_semicolons)
{
	const bks_inspection *v =
		sound("CREATE FUNCTION public.g(a integer) RETURNS integer\n    LANGUAGE sql\n "
		      "   BEGIN ATOMIC\n SELECT\n CASE WHEN (a > 1) THEN\n"
		      "   CASE a WHEN 2 THEN 1 END ELSE 2 END AS \"case\";\n INSERT INTO fake "
		      "VALUES (1);\nEND;\n"
		      "CREATE TABLE public.a (x int);\nCREATE PROCEDURE public.p()\n    "
		      "LANGUAGE sql\n    BEGIN ATOMIC\nEND;\n"
		      "CREATE OR REPLACE FUNCTION public.h() RETURNS int LANGUAGE sql RETURN "
		      "1;\nCREATE TABLE public.b (x int);\n"
		      "CREATE RULE r AS ON INSERT TO public.a DO ( INSERT INTO fake VALUES "
		      "(1);\n SELECT 2;\n);\n"
		      "CREATE TABLE public.c (\"end\" int);\n");

	NOSTATE;
	assert_int_equal(v->table_count, 3);
}

TEST(backslashes_escape_in_strings_only_where_the_dump_says_so)
{
	NOSTATE;
	assert_int_equal(sound("SELECT 'a\\';\nCREATE TABLE b ();\n")->table_count, 1);
	assert_int_equal(sound("SET standard_conforming_strings = off;\nSELECT 'a\\'; CREATE "
			       "TABLE b ();\n';\n")
				 ->table_count,
		0);
	assert_int_equal(
		sound("SELECT e'a\\''\n'\\'; CREATE TABLE b ();\n';\n")->table_count, 0);
	assert_int_equal(sound("SELECT E'a', '\\';\nCREATE TABLE b ();\n")->table_count, 1);
}

TEST(dollars_in_names_and_numbers_open_no_quote)
{
	NOSTATE;
	assert_int_equal(
		sound("SELECT a$b$c, $1, $ d;\nCREATE TABLE b ();\nSELECT $a$ ; $b$ $a$;\n")
			->table_count,
		1);
	assert_int_equal(
		sound("SELECT $$ ; CREATE TABLE c (); $$, $x$$$x$;\nCREATE TABLE d ();\n")
			->table_count,
		1);
}

TEST(a_dump_without_rows_is_schema_only)
{
	const bks_inspection *v = sound("CREATE TABLE public.a (x int);\n");

	NOSTATE;
	assert_int_equal(v->content, BKS_CONTENT_SCHEMA);
	assert_non_null(found(v, "schema-only"));
	v = sound("ALTER TABLE ONLY public.a\n    ADD CONSTRAINT p PRIMARY KEY (x);\n");
	assert_int_equal(v->content, BKS_CONTENT_SCHEMA);
}

TEST(where_no_table_can_hold_rows_nothing_is_missing)
{
	NOSTATE;
	assert_int_equal(
		sound("CREATE FUNCTION f() RETURNS int LANGUAGE sql AS $$ SELECT 1 $$;\n")
			->content,
		BKS_CONTENT_FULL);
	assert_int_equal(
		sound("CREATE FOREIGN TABLE t (x int) SERVER s;\n")->content, BKS_CONTENT_FULL);
	assert_int_equal(sound("CREATE EXTENSION e;\nCOPY public.config (x) FROM stdin;\n\\.\n")
				 ->content,
		BKS_CONTENT_FULL);
}

TEST(a_dump_of_nothing_is_empty_and_sound)
{
	NOSTATE;
	assert_int_equal(sound("")->content, BKS_CONTENT_EMPTY);
	assert_int_equal(
		sound("CREATE DATABASE shop;\nALTER DATABASE shop OWNER TO joe;\n")->content,
		BKS_CONTENT_EMPTY);
}

TEST(a_cut_within_copy_names_table_and_line)
{
	const char *start = HEAD "COPY public.a (x) FROM stdin;\n1\n2";
	const char *const ends[] = {"", "\n", "\n\\", "\n\\.", "\n\\\\.\n", "\n\\.\r"};
	char text[200];

	NOSTATE;
	for (size_t i = 0; i < sizeof ends / sizeof *ends; i++) {
		snprintf(text, sizeof text, "%s%s", start, ends[i]);
		bad(text, BKS_INCOMPLETE, "copy-not-terminated", "line 5");
		assert_non_null(
			strstr(found(look(text), "copy-not-terminated")->text, "public.a "));
		has(look(text), "public", "a", false, true, 1 + (i > 0) + (i == 4));
	}
}

TEST(a_cut_within_a_statement_names_where_it_began)
{
	static const char *const ends[] = {"CREATE TABLE a (", "COMMENT ON TABLE a IS 'x;\n",
		"CREATE TABLE \"a", "CREATE FUNCTION f() AS $x$ ;\n$x",
		"INSERT INTO a VALUES (1)", "CREA", "/* x", "SELECT E'\\",
		"CREATE FUNCTION f() BEGIN ATOMIC SELECT 1; END", "SELECT 1 -", "SELECT $a"};
	char text[200];

	NOSTATE;
	for (size_t i = 0; i < sizeof ends / sizeof *ends; i++) {
		snprintf(text, sizeof text, HEAD "SELECT 1;\n\n%s", ends[i]);
		bad(text, BKS_INCOMPLETE, "statement-not-terminated", "line 7");
	}
}

TEST(a_cut_between_statements_has_no_end_mark)
{
	NOSTATE;
	bad(HEAD "SELECT 1;\n", BKS_INCOMPLETE, "no-end-mark", "line 6");
	bad(HEAD "SELECT 1;\n--\n-- PostgreSQL database dump comple", BKS_INCOMPLETE,
		"no-end-mark", "line 7");
	bad(HEAD "SELECT 1;\n--\n-- PostgreSQL database dump", BKS_INCOMPLETE, "no-end-mark",
		"line 7");
	bad(HEAD "SELECT 1;\n -- PostgreSQL database dump complete\n", BKS_INCOMPLETE,
		"no-end-mark", "line 7");
	bad(HEAD "SELECT '\n-- PostgreSQL database dump complete\n';\n", BKS_INCOMPLETE,
		"no-end-mark", "line 8");
	assert_int_equal(look(HEAD "CREATE TABLE a ();\n")->content, BKS_CONTENT_UNKNOWN);
	assert_null(found(look(HEAD "CREATE TABLE a ();\n"), "schema-only"));
}

TEST(the_end_mark_needs_its_frame_and_no_line_end)
{
	NOSTATE;
	assert_int_equal(
		look(HEAD "--\n-- PostgreSQL database dump complete\n--")->verdict, BKS_SOUND);
	assert_int_equal(look(HEAD "-- PostgreSQL database dump complete")->verdict, BKS_SOUND);
	bad(HEAD "--\n-- PostgreSQL database dump complete", BKS_INCOMPLETE, "no-end-mark",
		"line 6");
	bad(HEAD "--\n-- PostgreSQL database dump complete\n-", BKS_INCOMPLETE, "no-end-mark",
		"line 7");
	bad(HEAD "--\n-- PostgreSQL database dump complete\n\n", BKS_INCOMPLETE, "no-end-mark",
		"line 8");
}

TEST(a_cut_within_the_header_is_still_a_cut_dump)
{
	NOSTATE;
	bad("--\n-- PostgreSQL database du", BKS_INCOMPLETE, "no-end-mark", "line 2");
	bad("--\n-- Pos", BKS_INCOMPLETE, "no-end-mark", "line 2");
	same_text(look("--\n-- PostgreSQL database du")->format, "pgdump-plain");
	same_text(look("--\n-- PostgreSQL database clust")->format, "pgdumpall");
	same_text(look("--\n")->format, "sql");
	assert_int_equal(look("--\n")->verdict, BKS_UNPROVEN);
}

TEST(line_ends_of_windows_and_a_byte_order_mark_are_fine)
{
	const bks_inspection *v = look("\xef\xbb\xbf--\r\n-- PostgreSQL database "
				       "dump\r\n--\r\n-- Dumped from database version 9.6.1\r\n"
				       "CREATE TABLE a (x int,\r\n y int);\r\nCOPY a (x, y) "
				       "FROM stdin;\r\n1\t2\r\n\\.\r\n"
				       "--\r\n-- PostgreSQL database dump complete\r\n--\r\n");

	NOSTATE;
	assert_int_equal(v->verdict, BKS_SOUND);
	same_text(v->server_version, "9.6.1");
	has(v, "public", "a", true, true, 1);
}

TEST(a_byte_zero_is_damage_wherever_it_stands)
{
	static const char one[] = HEAD "COPY a (x) FROM stdin;\nx\0y\n\\.\n" END;
	static const char two[] = HEAD "SELECT 1;\n" END "\0\0\0";
	const bks_inspection *v = look_n(one, sizeof one - 1);

	NOSTATE;
	assert_int_equal(v->verdict, BKS_DAMAGED);
	same_text(found(v, "malformed")->where, "byte 59");
	assert_int_equal(look_n(two, sizeof two - 1)->verdict, BKS_DAMAGED);
}

TEST(a_row_that_copy_cannot_have_written_is_damage)
{
	NOSTATE;
	bad(HEAD "COPY a (x, y) FROM stdin;\n1\t2\n1\t2\t3\n\\.\n" END, BKS_DAMAGED,
		"malformed", "line 7");
	bad(HEAD "COPY a (x, y) FROM stdin;\n1\n\\.\n" END, BKS_DAMAGED, "malformed", "line 6");
	bad(HEAD "COPY a (x) FROM stdin;\n\\q\n\\.\n" END, BKS_DAMAGED, "malformed", "line 6");
	bad(HEAD "COPY a (x) FROM stdin;\n\\.x\n\\.\n" END, BKS_DAMAGED, "malformed", "line 6");
	bad(HEAD "COPY a (x, y) FROM stdin;\n1\t2345678901234567890\t123456789\t1\n\\.\n" END,
		BKS_DAMAGED, "malformed", "line 6");
}

TEST(what_is_no_command_is_damage)
{
	NOSTATE;
	bad(HEAD "pg_dump: warning: there are circular constraints\nCREATE TABLE a ();\n" END,
		BKS_DAMAGED, "malformed", "line 5");
	bad(HEAD "CRAATE TABLE a ();\n" END, BKS_DAMAGED, "malformed", "line 5");
	bad("pg_dump: error: connection failed: \xff\n", BKS_DAMAGED, "malformed", "byte 0");
	same_text(look("pg_dump: error: connection failed: \xff\n")->format, "pgdump-plain");
}

TEST(what_lost_its_beginning_is_damage)
{
	NOSTATE;
	bad("CREATE TABLE a (x int);\n" END, BKS_DAMAGED, "malformed", "line 3");
	bad("COPY a (x) FROM stdin;\n1\n\\.\n" HEAD END, BKS_DAMAGED, "malformed", "line 5");
}

TEST(a_dump_rewritten_in_utf_16_is_damage)
{
	static const char text[] = "\xff\xfe-\0-\0\n\0-\0-\0 \0P\0";
	const bks_inspection *v = look_n(text, sizeof text - 1);

	NOSTATE;
	same_text(v->format, "pgdump-plain");
	assert_int_equal(v->verdict, BKS_DAMAGED);
}

struct failing {
	stream s;
	const char *text;
	int code;
};

static int failing_next(stream *s, const uint8_t **p, size_t *n, bks_error *err)
{
	struct failing *f = (struct failing *)s;

	if (!f->text)
		return (fail)(err, f->code, "the disk is gone");
	*p = (const uint8_t *)f->text;
	*n = strlen(f->text);
	f->text = NULL;
	return 1;
}

static void failing_close(stream *s)
{
	(void)s;
}

static int walk_failing(bks_inspection *v, const char *text, int code)
{
	static const struct stream_kind kind = {failing_next, failing_close};
	struct failing f = {{.kind = &kind}, text, code};
	struct report r;
	bks_error err = {0};
	int got;

	bks_arena_free(arena);
	arena = bks_arena_new();
	*v = (bks_inspection){.format = "raw"};
	report_init(&r, v, arena);
	got = format_guess((const uint8_t *)text, strlen(text))->walk(&f.s, &r, &err);
	stream_close(&f.s);
	free(f.s.head);
	report_close(&r, false);
	return got;
}

TEST(bytes_that_a_layer_below_lost_are_not_told_again)
{
	bks_inspection v;

	NOSTATE;
	assert_int_equal(
		walk_failing(&v, HEAD "CREATE TABLE a ();\nCOPY a FROM stdin;\n\n", BKS_E_CUT),
		0);
	same_text(v.format, "pgdump-plain");
	assert_int_equal(errors(&v), 0);
	assert_int_equal(v.table_count, 1);
	assert_int_equal(v.verdict, BKS_UNPROVEN);
	assert_int_equal(walk_failing(&v, HEAD "\n", BKS_E_IO), BKS_E_IO);
}

MAIN(T(the_header_tells_its_versions), T(the_verbose_header_tells_its_time_and_zone),
	T(names_lose_their_quotes_and_nothing_else),
	T(bare_names_belong_to_the_first_schema_of_the_path), T(copy_lines_are_counted_as_rows),
	T(insert_tuples_are_counted_as_rows),
	T(an_announced_section_without_inserts_is_an_empty_table),
	T(an_announced_section_without_copy_was_lost_where_others_have_one),
	T(a_line_end_in_a_name_is_a_blank_in_its_announcement), T(partitions_know_their_parent),
	T(text_is_never_a_table), T(bodies_in_sqls_own_syntax_hold_semicolons),
	T(backslashes_escape_in_strings_only_where_the_dump_says_so),
	T(dollars_in_names_and_numbers_open_no_quote), T(a_dump_without_rows_is_schema_only),
	T(where_no_table_can_hold_rows_nothing_is_missing),
	T(a_dump_of_nothing_is_empty_and_sound), T(a_cut_within_copy_names_table_and_line),
	T(a_cut_within_a_statement_names_where_it_began),
	T(a_cut_between_statements_has_no_end_mark),
	T(the_end_mark_needs_its_frame_and_no_line_end),
	T(a_cut_within_the_header_is_still_a_cut_dump),
	T(line_ends_of_windows_and_a_byte_order_mark_are_fine),
	T(a_byte_zero_is_damage_wherever_it_stands),
	T(a_row_that_copy_cannot_have_written_is_damage), T(what_is_no_command_is_damage),
	T(what_lost_its_beginning_is_damage),
	T(bytes_that_a_layer_below_lost_are_not_told_again),
	T(a_dump_rewritten_in_utf_16_is_damage))
