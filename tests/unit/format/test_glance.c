/* A look at the head only: it says the same whether the head is short or long, and what shows late is not lost. */
#include "base/arena.h"
#include "format/verify.h"
#include "unit.h"
#include <zlib.h>

#define HEAD                                                                                   \
	"--\n-- PostgreSQL database dump\n--\n\n-- Dumped from database version 15.4\n"        \
	"-- Dumped by pg_dump version 15.5\n\nSET statement_timeout = 0;\n"

/* HEAD, FILL bytes of a function's body, LATE; gzipped without compression, so that bytes count. */
static size_t dump(uint8_t *out, size_t room, size_t fill, const char *late)
{
	size_t n = strlen(HEAD) + fill + strlen(late) + 64;
	char *text = calloc(1, n);
	z_stream z = {0};
	int at = sprintf(text, HEAD "CREATE FUNCTION f() RETURNS void LANGUAGE sql AS $$");

	for (size_t i = 0; i < fill; i++)
		text[at++] = i % 64 ? 'x' : '\n';
	at += sprintf(text + at, "$$;\n%s", late);
	assert_int_equal(deflateInit2(&z, 0, Z_DEFLATED, 31, 8, Z_DEFAULT_STRATEGY), Z_OK);
	z.next_in = (uint8_t *)text;
	z.avail_in = (unsigned)at;
	z.next_out = out;
	z.avail_out = (unsigned)room;
	assert_int_equal(deflate(&z, Z_FINISH), Z_STREAM_END);
	deflateEnd(&z);
	free(text);
	return z.total_out;
}

static const char *format_of(size_t fill, const char *late)
{
	static uint8_t bytes[256 * 1024];
	size_t n = dump(bytes, sizeof bytes, fill, late);
	bks_arena *a = bks_arena_new();
	bks_inspection out;
	bks_error err = {0};
	const char *word;

	assert_int_equal(format_glance(&out, stream_memory(bytes, n, 1000), "x.sql.gz", a, &err), 0);
	assert_string_equal(out.producer, "pg_dump 15.5");
	assert_string_equal(out.wrapping[0], "gzip");
	assert_int_equal(out.table_count, 0);
	assert_int_equal(out.verdict, BKS_UNKNOWN);
	word = out.format;
	bks_arena_free(a);
	return word;
}

TEST(what_marks_another_tool_is_seen_behind_a_long_function)
{
	static const char theirs[] = "CREATE TABLE IF NOT EXISTS \"public\".\"t\" (i int);\n",
			  ours[] = "CREATE TABLE public.t (i int);\n";

	NOSTATE;
	for (size_t fill = 0; fill < 40000; fill += 3000) {
		assert_string_equal(format_of(fill, theirs), "supabase-schema");
		assert_string_equal(format_of(fill, ours), "pgdump-plain");
	}
}

MAIN(T(what_marks_another_tool_is_seen_behind_a_long_function))
