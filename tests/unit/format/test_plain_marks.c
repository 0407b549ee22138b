#include "plain.h"

#define TABLE "CREATE TABLE public.a (x int);\nCOPY public.a (x) FROM stdin;\n1\n\\.\n"
#define SB_ROLES                                                                               \
	"\nSET default_transaction_read_only = off;\n\nSET client_encoding = "                 \
	"'UTF8';\n\nCREATE ROLE \"joe\";\n\n"
#define SB_SCHEMA                                                                              \
	"\n\nSET statement_timeout = 0;\n\nCREATE TABLE IF NOT EXISTS \"public\".\"a\" (\n   " \
	" \"x\" integer\n);\n\n"
#define SB_DATA                                                                                \
	"SET session_replication_role = replica;\n\n" HEAD "-- \\restrict AAA\n\n"             \
	"--\n-- Data for Name: a; Type: TABLE DATA; Schema: public; Owner: x\n--\n\n"          \
	"INSERT INTO \"public\".\"a\" (\"x\") VALUES\n\t(1),\n\t(2);\n"
#define SB_DATA_END END "-- \\unrestrict AAA\n\n"

static void is_sound(const char *text, const char *format, enum bks_content content)
{
	const bks_inspection *v = look(text);

	assert_int_equal(errors(v), 0);
	assert_int_equal(v->verdict, BKS_SOUND);
	same_text(v->format, format);
	assert_int_equal(v->content, content);
}

static void is_unproven(const char *text, const char *format, const char *code)
{
	const bks_inspection *v = look(text);

	assert_int_equal(v->verdict, BKS_UNPROVEN);
	same_text(v->format, format);
	assert_non_null(found(v, code));
}

TEST(restrict_is_closed_behind_the_end_mark)
{
	NOSTATE;
	is_sound(HEAD "\\restrict AAA\n\n" TABLE END "\\unrestrict AAA\n\n", "pgdump-plain",
		BKS_CONTENT_FULL);
	is_sound(HEAD "\\restrict AAA\n\n" TABLE END "\\unrestrict AAA", "pgdump-plain",
		BKS_CONTENT_FULL);
	bad(HEAD "\\restrict AAA\n\n" TABLE END, BKS_INCOMPLETE, "no-end-mark", "line 15");
	bad(HEAD "\\restrict AAA\n\n" TABLE END "\\unrestr", BKS_INCOMPLETE, "no-end-mark",
		"line 15");
	bad(HEAD "\\restrict AAA\n\n" TABLE END "\\unrestrict AA", BKS_INCOMPLETE,
		"no-end-mark", "line 15");
	bad(HEAD "\\restrict AAA\n\n" TABLE END "\\unrestrict BBB\n", BKS_DAMAGED,
		"restrict-mismatch", "line 15");
	bad(HEAD "\\restrict AAA\n\n" TABLE "\\unrestrict AAA\n" END, BKS_DAMAGED,
		"restrict-mismatch", "line 11");
	bad(HEAD "\\restrict AAA\n\n\\unrestrict AAA\n" TABLE END, BKS_DAMAGED,
		"restrict-mismatch", "line 7");
	bad(HEAD TABLE END "\\unrestrict AAA\n", BKS_DAMAGED, "restrict-mismatch", "line 13");
	bad(HEAD "\\restrict A;B\n\n" TABLE END, BKS_DAMAGED, "restrict-mismatch", "line 5");
}

TEST(a_connect_lifts_restrict_and_takes_it_up_again)
{
	const bks_inspection *v;

	NOSTATE;
	is_sound(HEAD "\\restrict AAA\n\nCREATE DATABASE shop;\n\\unrestrict AAA\n\\connect "
		      "shop\n\\restrict AAA\n" TABLE END "\\unrestrict AAA\n",
		"pgdump-plain", BKS_CONTENT_FULL);
	v = look(HEAD "\\restrict AAA\n\nCREATE DATABASE \"a b\";\n\\unrestrict "
		      "AAA\n\\encoding SQL_ASCII\n"
		      "\\connect -reuse-previous=on \"dbname='my \"\"d\\'b\\\\x'\"\n\\restrict "
		      "AAA\n" TABLE END "\\unrestrict AAA\n");
	assert_int_equal(v->verdict, BKS_SOUND);
	same_text(v->database, "a b");
	v = look(
		HEAD "\\connect -reuse-previous=on \"dbname='my \"\"d\\'b\\\\x'\"\n" TABLE END);
	assert_int_equal(v->verdict, BKS_SOUND);
	same_text(v->database, "my \"d'b\\x");
	v = look(HEAD "\\connect -reuse-previous=on \"dbname=shop\"\n" TABLE END);
	assert_int_equal(v->verdict, BKS_SOUND);
	same_text(v->database, "shop");
	bad(HEAD "\\connect -reuse-previous=on \"host=elsewhere\"\n" TABLE END, BKS_DAMAGED,
		"meta-command", "line 5");
	bad(HEAD "\\restrict AAA\n\n\\unrestrict AAA\n\\connect shop\n" TABLE END, BKS_DAMAGED,
		"restrict-mismatch", "line 7");
	bad(HEAD "\\restrict AAA\n\n\\unrestrict AAA\n\\connect shop\n\\restrict AA",
		BKS_INCOMPLETE, "no-end-mark", "line 9");
	bad(HEAD "\\restrict AAA\n\n\\unrestrict AAA\n\\connect shop\n\\restrict BBB\n" TABLE
			END,
		BKS_DAMAGED, "two-dumps-in-one", "line 9");
}

TEST(psql_gets_no_command_that_pg_dump_does_not_write)
{
	static const char *const lines[] = {"\\! rm -rf ~", "\\i x.sql", "\\connect a \\! ls",
		"\\connect `ls`", "\\connect \"a\"\"", "\\connect :x", "\\encoding UTF8", "\\",
		"\\.", "SELECT 1 \\gexec", "SELECT 1 \\; SELECT 2;", " \\connect a",
		"\\copy a from b"};
	char text[300];

	NOSTATE;
	for (size_t i = 0; i < sizeof lines / sizeof *lines; i++) {
		snprintf(text, sizeof text, HEAD "\n%s\n%s" TABLE END, lines[i],
			strstr(lines[i], "gexec") ? ";" : "");
		bad(text, BKS_DAMAGED, "meta-command", "line 6");
		assert_null(strstr(found(look(text), "meta-command")->text, "rm -rf"));
	}
	bad(HEAD TABLE END "\\! x", BKS_DAMAGED, "meta-command", "line 13");
	assert_int_equal(sound("COMMENT ON TABLE \"a\n\\! b\" IS '\n\\! c';\nCOPY a (x) FROM "
			       "stdin;\n\\N\n\\.\n"
			       "CREATE FUNCTION f() AS $$\n\\! d\n$$;\n")
				 ->verdict,
		BKS_SOUND);
}

TEST(a_copy_that_runs_a_program_is_told_and_one_of_that_name_is_not)
{
	static const char *const lines[] = {"COPY public.a FROM PROGRAM 'curl x';",
		"copy a (x)\nfrom program $$ls$$ with (format csv);",
		"COPY a TO PROGRAM 'rm -rf ~';", "COPY (SELECT 1) TO program 'x';",
		"COPY a FROM /* */ PROGRAM 'x';"};
	char text[300];

	NOSTATE;
	for (size_t i = 0; i < sizeof lines / sizeof *lines; i++) {
		snprintf(text, sizeof text, HEAD "\n%s\n" TABLE END, lines[i]);
		bad(text, BKS_DAMAGED, "meta-command", "line 6");
		assert_null(strstr(found(look(text), "meta-command")->text, "rm -rf"));
	}
	assert_int_equal(
		sound("CREATE TABLE program (\"from\" int, program text);\n"
		      "COPY program (\"from\", program) FROM stdin;\n1\tFROM PROGRAM 'x'\n\\.\n"
		      "COMMENT ON TABLE program IS 'copied FROM PROGRAM x';\n"
		      "COPY public.\"from\" FROM stdin;\n1\n\\.\n")
			->verdict,
		BKS_SOUND);
}

TEST(two_dumps_in_one_file_are_told)
{
	NOSTATE;
	bad(HEAD TABLE END HEAD TABLE END, BKS_DAMAGED, "two-dumps-in-one", "line 14");
	bad(HEAD "SELECT 1;\n" HEAD TABLE END END, BKS_DAMAGED, "two-dumps-in-one", "line 7");
	bad(HEAD "SELECT 1\n" HEAD ";" END, BKS_DAMAGED, "two-dumps-in-one", "line 7");
	bad(HEAD "SELECT 1;\n" END END, BKS_DAMAGED, "two-dumps-in-one", "line 11");
	bad(HEAD "\\restrict AAA\nSELECT 1;\n\\restrict BBB\n" END "\\unrestrict AAA\n",
		BKS_DAMAGED, "two-dumps-in-one", "line 7");
	bad(HEAD "\\restrict AAA\n" END "\\unrestrict AAA\n\\restrict BBB\n", BKS_DAMAGED,
		"two-dumps-in-one", "line 11");
	bad(CLUSTER CLUSTER_END HEAD END, BKS_DAMAGED, "two-dumps-in-one", "line 10");
	bad(HEAD END CLUSTER CLUSTER_END, BKS_DAMAGED, "two-dumps-in-one", "line 10");
	/* the rows of the first are not added to those of the second */
	has(look(HEAD TABLE END HEAD TABLE END), "public", "a", true, true, 1);
}

TEST(a_database_without_anything_is_empty_in_every_way_to_dump_it)
{
	NOSTATE;
	is_sound(HEAD SETS END, "pgdump-plain", BKS_CONTENT_EMPTY);
	is_sound(HEAD SETS
		"CREATE DATABASE void;\nALTER DATABASE void OWNER TO x;\n\\connect void\n" SETS
			END,
		"pgdump-plain", BKS_CONTENT_EMPTY);
	is_sound(HEAD SETS
		"DROP DATABASE IF EXISTS void;\nCREATE DATABASE void;\n\\connect void\n" SETS
			END,
		"pgdump-plain", BKS_CONTENT_EMPTY);
	/* pg_dump 17 --clean --schema-only, of one made by 15 */
	is_sound(HEAD SETS "COMMENT ON SCHEMA \"public\" IS 'standard public schema';\n" END,
		"pgdump-plain", BKS_CONTENT_EMPTY);
	is_sound(HEAD SETS "CREATE FUNCTION f() RETURNS int LANGUAGE sql AS 'SELECT 1';\n"
			   "COMMENT ON FUNCTION f() IS 'x';\n" END,
		"pgdump-plain", BKS_CONTENT_FULL);
}

TEST(nothing_follows_the_end)
{
	NOSTATE;
	bad(HEAD TABLE END "SELECT 1;\n", BKS_DAMAGED, "trailing-data", "line 13");
	bad(HEAD TABLE END "x", BKS_DAMAGED, "trailing-data", "line 13");
	bad(HEAD TABLE END "RESET ALL;\n", BKS_DAMAGED, "trailing-data", "line 13");
	bad(HEAD TABLE END "/* x", BKS_DAMAGED, "trailing-data", "line 13");
	bad(HEAD TABLE END "'", BKS_DAMAGED, "trailing-data", "line 13");
	bad(CLUSTER CLUSTER_END "SELECT 1;\n", BKS_DAMAGED, "trailing-data", "line 9");
	is_sound(HEAD TABLE END "\n-- kept by cron\n;\n", "pgdump-plain", BKS_CONTENT_FULL);
}

TEST(what_a_dump_does_besides_is_told)
{
	const bks_inspection *v =
		sound("DROP TABLE public.a;\nCREATE TABLE public.a (x int);\n");

	NOSTATE;
	same_text(found(v, "drops-objects")->where, "line 10");
	assert_null(found(sound("CREATE TABLE a ();\n"), "drops-objects"));
	v = sound("SET row_security = on;\n" TABLE);
	same_text(found(v, "row-security-on")->where, "line 10");
	assert_null(found(sound("SET row_security = off;\n" TABLE), "row-security-on"));
}

TEST(a_cluster_dump_holds_dumps_of_databases)
{
	const char *text =
		CLUSTER "\\restrict AAA\n\nCREATE ROLE joe;\n\n\\unrestrict AAA\n\n\\connect "
			"template1\n\n" HEAD "\\restrict BBB\n" END "\\unrestrict BBB\n\n" HEAD
			"\\restrict CCC\nCREATE DATABASE shop;\n\\unrestrict CCC\n\\connect "
			"shop\n\\restrict CCC\n" TABLE END
			"\\unrestrict CCC\n\n\\connect blog\n\n" HEAD TABLE END CLUSTER_END;
	const bks_inspection *v = look(text);

	NOSTATE;
	is_sound(text, "pgdumpall", BKS_CONTENT_FULL);
	assert_int_equal(v->table_count, 2);
	same_text(v->tables[0].database, "shop");
	same_text(v->tables[1].database, "blog");
	same_text(v->database, NULL);
}

TEST(every_part_of_a_cluster_dump_needs_its_end)
{
	NOSTATE;
	bad(CLUSTER "\\connect shop\n" HEAD TABLE CLUSTER_END, BKS_INCOMPLETE, "no-end-mark",
		"line 7");
	bad(CLUSTER "\\connect shop\n" HEAD TABLE END, BKS_INCOMPLETE, "no-end-mark",
		"line 18");
	bad(CLUSTER "CREATE ROLE joe;\n", BKS_INCOMPLETE, "no-end-mark", "line 6");
	bad(CLUSTER "\\connect a\n" HEAD HEAD END END CLUSTER_END, BKS_DAMAGED,
		"two-dumps-in-one", "line 11");
	bad(CLUSTER "\\restrict AAA\nCREATE ROLE joe;\n" CLUSTER_END, BKS_DAMAGED,
		"restrict-mismatch", "line 8");
}

TEST(globals_alone_are_roles)
{
	NOSTATE;
	is_sound(CLUSTER "\\restrict AAA\nCREATE ROLE joe;\n\\unrestrict AAA\n" CLUSTER_END,
		"pgdumpall", BKS_CONTENT_ROLES);
}

TEST(supabase_roles_end_in_reset_all)
{
	NOSTATE;
	is_sound(SB_ROLES "RESET ALL;\n", "supabase-roles", BKS_CONTENT_ROLES);
	is_sound(SB_ROLES "RESET ALL;", "supabase-roles", BKS_CONTENT_ROLES);
	is_sound(SB_ROLES "RESET ALL;;\n", "supabase-roles", BKS_CONTENT_ROLES);
	bad(SB_ROLES, BKS_INCOMPLETE, "no-end-mark", "line 8");
	bad(SB_ROLES "RESET ALL", BKS_INCOMPLETE, "statement-not-terminated", "line 8");
	bad(SB_ROLES "RESET ALL;\nSELECT 1;\n", BKS_DAMAGED, "trailing-data", "line 9");
	bad(SB_ROLES "RESET ALL;\n" SB_ROLES "RESET ALL;\n", BKS_DAMAGED, "two-dumps-in-one",
		"line 10");
	/* not supabase's: it makes more than roles */
	is_unproven(SB_ROLES "CREATE TABLE a ();\n", "sql", "not-a-backup");
	is_unproven(SB_ROLES "CREATE DATABASE a;\n", "sql", "not-a-backup");
}

TEST(supabase_schemas_without_comments_are_unprovable)
{
	const bks_inspection *v = look(SB_SCHEMA);

	NOSTATE;
	is_unproven(SB_SCHEMA, "supabase-schema", "end-unprovable");
	assert_int_equal(v->levels[BKS_WHOLE], BKS_RESULT_UNPROVABLE);
	assert_int_equal(v->content, BKS_CONTENT_SCHEMA);
	assert_true(v->recognised);
	assert_non_null(
		strstr(found(v, "end-unprovable")->text, "supabase db dump --keep-comments"));
	bad(SB_SCHEMA "CREATE TABLE IF", BKS_INCOMPLETE, "statement-not-terminated", "line 9");
	is_unproven("SET statement_timeout = 0;\nALTER SCHEMA \"public\" OWNER TO \"joe\";\n",
		"supabase-schema", "end-unprovable");
	/* the older CLI's */
	is_sound(SB_SCHEMA "RESET ALL;\n", "supabase-schema", BKS_CONTENT_SCHEMA);
	bad(SB_SCHEMA "RESET ALL;\nSELECT 1;\n", BKS_DAMAGED, "trailing-data", "line 10");
}

TEST(supabase_schemas_with_comments_have_their_end)
{
	NOSTATE;
	is_sound(HEAD "-- \\restrict AAA\n" SB_SCHEMA END "-- \\unrestrict AAA\n",
		"supabase-schema", BKS_CONTENT_SCHEMA);
	is_sound(HEAD SB_SCHEMA END "RESET ALL;\n", "supabase-schema", BKS_CONTENT_SCHEMA);
	bad(HEAD "-- \\restrict AAA\n" SB_SCHEMA, BKS_INCOMPLETE, "no-end-mark", "line 14");
	bad(HEAD "-- \\restrict AAA\n" SB_SCHEMA END, BKS_INCOMPLETE, "no-end-mark", "line 18");
}

TEST(supabase_data_has_both_ends)
{
	const bks_inspection *v = look(SB_DATA SB_DATA_END "RESET ALL;\n");

	NOSTATE;
	has(v, "public", "a", false, true, 2);
	is_sound(SB_DATA SB_DATA_END "RESET ALL;\n", "supabase-data", BKS_CONTENT_DATA);
	bad(SB_DATA SB_DATA_END, BKS_INCOMPLETE, "no-end-mark", "line 22");
	bad(SB_DATA SB_DATA_END "RESET AL", BKS_INCOMPLETE, "statement-not-terminated",
		"line 22");
	bad(SB_DATA "RESET ALL;\n", BKS_INCOMPLETE, "no-end-mark", "line 17");
	bad(SB_DATA SB_DATA_END "RESET ALL;\nSELECT 1;\n", BKS_DAMAGED, "trailing-data",
		"line 23");
	bad("SET session_replication_role = replica;\n\n", BKS_INCOMPLETE, "no-end-mark",
		"line 3");
	same_text(look("SET session_replication_role = replica;\n")->format, "supabase-data");
}

TEST(mysql_is_named_and_not_called_broken)
{
	const bks_inspection *v =
		look("-- MySQL dump 10.13  Distrib 8.0.36, for Linux (x86_64)\n--\n-- Host: "
		     "localhost    "
		     "Database: shop\n-- Server version\t8.0.36-0ubuntu0\n\nCREATE TABLE `a` "
		     "(x varchar(9) DEFAULT 'it\\'s");

	NOSTATE;
	same_text(v->format, "mysqldump");
	assert_int_equal(v->verdict, BKS_UNPROVEN);
	assert_false(v->recognised);
	same_text(v->producer, "mysqldump 10.13");
	same_text(v->server_version, "8.0.36-0ubuntu0");
	same_text(v->database, "shop");
	is_unproven("/*M!999999\\- enable the sandbox mode */ \n-- MariaDB dump "
		    "10.19-11.4.2-MariaDB, for debian\n",
		"mysqldump", "not-a-backup");
}

TEST(sqlites_dump_is_sql_with_an_end_of_its_own)
{
	const bks_inspection *v =
		look("PRAGMA foreign_keys=OFF;\nBEGIN TRANSACTION;\nCREATE TABLE Users(x);\n"
		     "INSERT INTO Users VALUES(1);\nINSERT INTO Users VALUES(2);\nCOMMIT;\n");

	NOSTATE;
	same_text(v->format, "sql");
	assert_int_equal(v->verdict, BKS_UNPROVEN);
	has(v, "main", "Users", true, true, 2);
	v = look("PRAGMA foreign_keys=OFF;\nBEGIN TRANSACTION;\nROLLBACK; -- due to errors\n");
	assert_int_equal(v->verdict, BKS_DAMAGED);
	assert_non_null(found(v, "malformed"));
	v = look("PRAGMA foreign_keys=OFF;\nBEGIN TRANSACTION;\nCREATE TABLE a(x);\n");
	assert_int_equal(v->verdict, BKS_INCOMPLETE);
	assert_non_null(found(v, "no-end-mark"));
}

TEST(other_sql_is_sql_and_proves_nothing)
{
	NOSTATE;
	is_unproven("CREATE TABLE a (x int);\nINSERT INTO a VALUES (1)", "sql", "not-a-backup");
	is_unproven("-- notes\n\nselect * from a where b = 'it\\'s'", "sql", "not-a-backup");
	is_unproven("CREATE TABLE `a` (x varchar(9) DEFAULT 'it\\'s');\n\\d\n", "sql",
		"not-a-backup");
	is_unproven(SB_ROLES "CREATE ROLE `x`;\n", "sql", "not-a-backup");
	is_unproven("\\set ON_ERROR_STOP\nBEGIN;\n", "raw", "not-a-backup");
	is_unproven("-- months\n\\gset\nBEGIN;\n", "sql", "not-a-backup");
	is_unproven("/*** Chinook ***/\nIF EXISTS (SELECT 1)\nGO\n", "sql", "not-a-backup");
	is_unproven("-- graphs\nDROP PROPERTY GRAPH g;\n", "sql", "not-a-backup");
	assert_non_null(found(
		look("CREATE TABLE a ();\nCOPY a FROM stdin;\n1\n"), "copy-not-terminated"));
}

TEST(a_header_is_found_below_what_stands_before_it)
{
	NOSTATE;
	is_sound("-- nightly of shop\n\n" HEAD TABLE END, "pgdump-plain", BKS_CONTENT_FULL);
	is_sound("BEGIN;\n" HEAD TABLE END, "pgdump-plain", BKS_CONTENT_FULL);
	bad("level=warning msg=\"version is obsolete\"\n" HEAD TABLE END, BKS_DAMAGED,
		"malformed", "line 1");
	bad("\\set ON_ERROR_STOP on\n" HEAD TABLE END, BKS_DAMAGED, "meta-command", "line 1");
}

TEST(names_and_tables_are_limited)
{
	size_t room = 80 << 20, n = 0;
	char *text = malloc(room);
	struct report r;
	bks_inspection out = {0};
	bks_error err;
	stream *in;

	NOSTATE;
	assert_non_null(text);
	n += (size_t)snprintf(text, room, HEAD);
	for (int i = 0; i < 1000; i++) {
		n += (size_t)snprintf(text + n, room - n, "CREATE TABLE \"%d", i);
		memset(text + n, 'x', 60000);
		n += 60000;
		n += (size_t)snprintf(text + n, room - n, "\" ();\n");
	}
	n += (size_t)snprintf(text + n, room - n, END);
	arena = arena ? arena : bks_arena_new();
	report_init(&r, &out, arena);
	in = stream_memory(text, n, 0);
	assert_int_equal(format_guess((const uint8_t *)text, 1000)->walk(in, &r, &err), 0);
	stream_close(in);
	report_close(&r, true);
	assert_int_equal(out.verdict, BKS_UNREADABLE);
	assert_true(out.table_count < 300);
	free(text);
}

TEST(a_name_of_65537_bytes_is_past_the_limit)
{
	static char text[70000];
	size_t n = sizeof HEAD "CREATE TABLE a" - 1;
	const bks_inspection *v;

	NOSTATE;
	memset(text, 'x', sizeof text);
	memcpy(text, HEAD "CREATE TABLE a", n);
	snprintf(text + n + 65535, sizeof text - n - 65535, " ();\n" END);
	v = look(text);
	assert_int_equal(v->verdict, BKS_SOUND);
	assert_int_equal(strlen(v->tables[0].name), 65536);
	text[n + 65535] = 'x';
	snprintf(text + n + 65536, sizeof text - n - 65536, " ();\n" END);
	v = look(text);
	assert_int_equal(v->verdict, BKS_UNREADABLE);
	assert_non_null(found(v, "limit-reached"));
}

TEST(what_is_no_sql_is_not_taken)
{
	static const char *const texts[] = {"<html><body>502</body></html>", "{\"a\": 1}",
		"a,b,c\n1,2,3\n", "Create a table for two, please.\n",
		"Select your plan; pay later.\n", "With regards, Joe;\n", "select\n",
		"#!/bin/sh\npg_dump shop\n", "---\nname: x\n", "-- Lua\nlocal x = 1\n",
		"/* style */ body { color: red }\n", "-- \n1\n",
		"-- Joe\nSet the table, please\n", "Set the table = done", "", "\n\n",
		"PGDMP\1\16", "update the docs; then rest\n", "\1\2\3;"};

	NOSTATE;
	for (size_t i = 0; i < sizeof texts / sizeof *texts; i++)
		same_text(look(texts[i])->format, "raw");
}

MAIN(T(a_database_without_anything_is_empty_in_every_way_to_dump_it),
	T(restrict_is_closed_behind_the_end_mark),
	T(a_connect_lifts_restrict_and_takes_it_up_again),
	T(psql_gets_no_command_that_pg_dump_does_not_write),
	T(a_copy_that_runs_a_program_is_told_and_one_of_that_name_is_not),
	T(two_dumps_in_one_file_are_told), T(nothing_follows_the_end),
	T(what_a_dump_does_besides_is_told), T(a_cluster_dump_holds_dumps_of_databases),
	T(every_part_of_a_cluster_dump_needs_its_end), T(globals_alone_are_roles),
	T(supabase_roles_end_in_reset_all), T(supabase_schemas_without_comments_are_unprovable),
	T(supabase_schemas_with_comments_have_their_end), T(supabase_data_has_both_ends),
	T(mysql_is_named_and_not_called_broken), T(sqlites_dump_is_sql_with_an_end_of_its_own),
	T(other_sql_is_sql_and_proves_nothing),
	T(a_header_is_found_below_what_stands_before_it), T(names_and_tables_are_limited),
	T(a_name_of_65537_bytes_is_past_the_limit), T(what_is_no_sql_is_not_taken))
