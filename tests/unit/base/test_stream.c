#include "base/stream.h"
#include "base/digest.h"
#include "base/bytes.h"
#include "base/reader.h"
#include "unit.h"

TEST(peeking_takes_nothing)
{
	stream *s = stream_memory("hello world", 11, 3);
	const uint8_t *p;
	size_t n;
	uint64_t all = 0;
	bks_error e = {0};

	NOSTATE;
	assert_int_equal(stream_peek(s, 5, &p, &n, &e), 0);
	assert_int_equal(n, 6);
	assert_memory_equal(p, "hello ", 6);
	assert_int_equal(stream_peek(s, 100, &p, &n, &e), 0);
	assert_int_equal(n, 11);
	assert_int_equal(stream_drain(s, &all, &e), 0);
	assert_int_equal(all, 11);
	stream_close(s);
}

TEST(a_failure_sticks_and_names_the_byte)
{
	bks_error e = {0};
	const uint8_t *p;
	size_t n;
	stream *s = stream_fd(-1, "gone.dump", false);

	NOSTATE;
	assert_int_equal(stream_next(s, &p, &n, &e), BKS_E_IO);
	assert_non_null(strstr(e.text, "gone.dump at byte 0"));
	e.text[0] = '\0';
	assert_int_equal(stream_next(s, &p, &n, &e), BKS_E_IO);
	assert_non_null(strstr(e.text, "gone.dump"));
	stream_close(s);
}

TEST(exact_reads_cross_blocks_and_tell_a_short_end)
{
	stream *s = stream_memory("abcdefgh", 8, 3);
	struct reader r;
	char four[4];
	bks_error e = {0};

	NOSTATE;
	reader_init(&r, s, &e);
	assert_int_equal(reader_take(&r, four, 4), 1);
	assert_memory_equal(four, "abcd", 4);
	assert_int_equal(reader_skip(&r, 2), 1);
	assert_int_equal(r.at, 6);
	assert_int_equal(reader_take(&r, four, 4), 0);
	stream_close(s);
}

TEST(the_tee_digests_what_passes)
{
	digest *d = digest_new(true);
	stream *s = digest_tee(stream_memory("abc", 3, 1), d);
	bks_digests out;
	char hex[65];
	bks_error e = {0};

	NOSTATE;
	assert_int_equal(stream_drain(s, NULL, &e), 0);
	stream_close(s);
	digest_end(&out, d);
	assert_string_equal(hex_write(hex, out.sha256, 32),
		"ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
	assert_string_equal(hex_write(hex, out.xxh3, 16), "06b05ab6733a618578af5f94892f3950");
}

MAIN(T(peeking_takes_nothing), T(a_failure_sticks_and_names_the_byte),
	T(exact_reads_cross_blocks_and_tell_a_short_end), T(the_tee_digests_what_passes))
