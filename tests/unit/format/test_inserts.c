#include "format/pgrows.h"
#include "unit.h"

struct answer {
	int end;
	int64_t rows;
};

static struct answer count(const char *text, bool backslashes, size_t step)
{
	struct inserts s = {.backslashes = backslashes};
	size_t n = strlen(text);

	for (size_t i = 0; i < n; i += step)
		inserts_feed(&s, (const uint8_t *)text + i, n - i < step ? n - i : step);
	return (struct answer){inserts_end(&s), s.rows};
}

static const struct {
	const char *text;
	int end;
	int64_t rows;
} cases[] = {
	{"", 0, 0},
	{"\n\n", 0, 0},
	{"INSERT INTO public.t VALUES (1);\n\n\n", 0, 1},
	{"INSERT INTO public.t (a, \"b(c\", d) VALUES (1, 'x', NULL);\n", 0, 1},
	{"INSERT INTO public.t VALUES\n\t(1, 'a'),\n\t(2, 'b'),\n\t(3, '),(');\n\n", 0, 3},
	{"INSERT INTO public.t DEFAULT VALUES;\nINSERT INTO public.t DEFAULT VALUES;\n\n", 0,
		2},
	{"INSERT INTO public.t DEFAULT VALUES ON CONFLICT DO NOTHING;\n", 0, 1},
	{"INSERT INTO public.t VALUES (1), (2) ON CONFLICT DO NOTHING;\n", 0, 2},
	{"INSERT INTO public.t (a) OVERRIDING SYSTEM VALUE VALUES (1);\n", 0, 1},
	{"INSERT INTO \"values\".\"DEFAULT\"\".;(\" VALUES (DEFAULT);\n", 0, 1},
	{"INSERT INTO t VALUES ('it''s; INSERT INTO t VALUES (2), (3);');\n", 0, 1},
	{"INSERT INTO t VALUES ('back\\', 'slash\\');\n", 0, 1},
	{"INSERT INTO t VALUES (E'it\\'s, (\\\\'';', B'0101', -1.5e10, true);\n", 0, 1},
	{"INSERT INTO t VALUES ('line\nbreak', ((1)));\nINSERT INTO t VALUES (1);\n", 0, 2},
	/* cut */
	{"INSERT INTO t VALUES (1);\nINSERT INTO t VALUES (2)", 1, 2},
	{"INSERT INTO t VALUES (1);\nINSERT INTO t VALUES (2, 'x", 1, 2},
	{"INSERT INTO t VALUES (1);\nINSERT IN", 1, 1},
	{"INSERT INTO t VALUES (1), ", 1, 1},
	{"INSERT INTO t VALUES (1) ON CONF", 1, 1},
	/* something else */
	{"SELECT 1;\n", 2, 0},
	{"INSERT INTO t VALUES ;\n", 2, 0},
	{"INSERT INTO t VALUES (1),;\n", 2, 1},
	{"INSERT INTO t VALUES (1;\n", 2, 1},
	{"INSERT INTO t VALUES (1) x;\n", 2, 1},
	{"INSERT INTO t SELECT 1;\n", 2, 0},
	{"INSERT INTO t) VALUES (1);\n", 2, 0},
	{"1\tfoo\n\\.\n", 2, 0},
};

TEST(tuples_are_counted_and_what_is_in_quotes_is_not)
{
	NOSTATE;
	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++)
		for (size_t step = 1; step < 40; step += 6) {
			struct answer a = count(cases[i].text, false, step);

			if (a.end != cases[i].end || a.rows != cases[i].rows)
				fail_msg("case %zu, step %zu: end %d, rows %d", i, step, a.end,
					(int)a.rows);
		}
}

TEST(old_strings_know_backslashes)
{
	const char *text = "INSERT INTO t VALUES ('a\\', (''), (1); --');\n";

	NOSTATE;
	assert_int_equal(count(text, true, 3).rows, 1);
	assert_int_equal(count("INSERT INTO t VALUES ('\\'', '\\\\');\n", true, 1).end, 0);
	assert_int_equal(count("INSERT INTO t VALUES ('\\'', '\\\\');\n", false, 1).end, 1);
}

static struct answer copy(const char *text, size_t step)
{
	struct pgrows c;
	size_t n = strlen(text);
	enum pgrows_end end;

	pgrows_begin(&c, true, -1, false);
	for (size_t i = 0; i < n; i += step)
		pgrows_feed(&c, (const uint8_t *)text + i, n - i < step ? n - i : step);
	end = pgrows_end(&c);
	return (struct answer){(int)end, c.rows};
}

TEST(lines_of_copy_are_counted_up_to_their_end_mark)
{
	static const struct {
		const char *text;
		int end;
		int64_t rows;
	} copies[] = {
		{"\\.\n\n\n", ROWS_FINE, 0},
		{"1\tx\n2\ty\n\\.\n\n\n", ROWS_FINE, 2},
		{"\n\n\n\\.\n\n\n", ROWS_FINE, 3},
		{"\\N\t\\\\.\n\\\\.\n\\bx\n\\.\n", ROWS_FINE, 3},
		{"1\n\\.x\n\\.\n", ROWS_BAD, 2}, /* COPY doubles each backslash of its own */
		{"1\n\\\n\\.\n", ROWS_BAD, 2},
		{"", ROWS_OPEN, 0},
		{"1\n2\n", ROWS_OPEN, 2},
		{"1\n2\n\\.", ROWS_OPEN, 2},
		{"1\n\\", ROWS_OPEN, 1},
		{"1\n\\.\n\nx", ROWS_AFTER, 1},
		{"1\n\\.\n2\n\\.\n", ROWS_AFTER, 1},
	};

	NOSTATE;
	for (size_t i = 0; i < sizeof copies / sizeof *copies; i++)
		for (size_t step = 1; step < 9; step++) {
			struct answer a = copy(copies[i].text, step);

			if (a.end != copies[i].end || a.rows != copies[i].rows)
				fail_msg("case %zu, step %zu: end %d, rows %d", i, step, a.end,
					(int)a.rows);
		}
}

TEST(a_row_with_other_columns_than_its_copy_names_is_bad)
{
	static const struct {
		const char *text;
		int columns, end;
		uint64_t bad;
	} copies[] = {
		{"1\tx\n2\t\\N\n\\.\n", 2, ROWS_FINE, 0},
		{"1\tx\n2\n\\.\n", 2, ROWS_BAD, 2},
		{"1\tx\ty\n2\n\\.\n", 2, ROWS_BAD, 1},
		{"1\n\n\\.\n", 1, ROWS_FINE, 0},
		{"\n\n\\.\n", -1, ROWS_FINE, 0},
	};

	NOSTATE;
	for (size_t i = 0; i < sizeof copies / sizeof *copies; i++) {
		struct pgrows c;

		pgrows_begin(&c, true, copies[i].columns, false);
		pgrows_feed(&c, (const uint8_t *)copies[i].text, strlen(copies[i].text));
		assert_int_equal(pgrows_end(&c), copies[i].end);
		assert_int_equal(c.bad_row, copies[i].bad);
	}
}

MAIN(T(tuples_are_counted_and_what_is_in_quotes_is_not), T(old_strings_know_backslashes),
	T(lines_of_copy_are_counted_up_to_their_end_mark),
	T(a_row_with_other_columns_than_its_copy_names_is_bad))
