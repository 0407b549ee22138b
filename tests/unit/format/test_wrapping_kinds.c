/* What each wrapping has of its own: padding, skippable frames, missing checksums, limits, what
 * is not supported. */
#include "wrapped.h"
#include <sys/resource.h>

static void assert_found(
	const struct format *f, struct bytes b, int end, const char *code, const char *where)
{
	struct look l;

	look_at(&l, f, b, 0);
	assert_int_equal(l.end, end);
	assert_int_equal(l.out.finding_count, 1);
	assert_string_equal(l.out.findings[0].code, code);
	assert_string_equal(l.out.findings[0].where, where);
	look_clear(&l);
}

static void assert_gives(
	const struct format *f, struct bytes b, struct bytes want, const char *note)
{
	for (size_t step = 0; step < 2; step++) {
		struct look l;

		look_at(&l, f, b, step);
		assert_true(look_is_clean(&l));
		assert_true(look_gave(&l, want));
		assert_int_equal(l.out.finding_count, note != NULL);
		if (note) {
			assert_string_equal(l.out.findings[0].code, note);
			assert_int_equal(l.out.findings[0].severity, BKS_NOTE);
		}
		look_clear(&l);
	}
}

TEST(zeros_behind_gzip_are_noted_but_nothing_may_follow_them)
{
	struct bytes plain = bytes_sample(1500), b = wrap_gzip(plain);
	struct bytes zeros = bytes_join(b, bytes_new(9000));
	struct bytes more = bytes_join(zeros, b);
	struct look l;
	char where[32];

	NOSTATE;
	assert_gives(&format_gzip, zeros, plain, "trailing-zeros");
	look_at(&l, &format_gzip, zeros, 0);
	assert_non_null(strstr(l.out.findings[0].text, "9000 zero bytes"));
	look_clear(&l);
	snprintf(where, sizeof where, "byte %zu", b.n);
	assert_found(&format_gzip, more, BKS_E_CUT, "trailing-data", where);
	look_at(&l, &format_gzip, more, 1);
	snprintf(where, sizeof where, "%zu bytes after", more.n - b.n);
	assert_non_null(strstr(l.out.findings[0].text, where));
	look_clear(&l);
	bytes_forget();
}

TEST(a_gzip_of_nothing_and_of_many_nothings_gives_nothing_cleanly)
{
	struct bytes b = wrap_gzip(bytes_new(0)), many = b;

	NOSTATE;
	assert_int_equal(b.n, 20);
	assert_gives(&format_gzip, b, (struct bytes){NULL, 0}, NULL);
	for (int i = 0; i < 300; i++)
		many = bytes_join(many, b);
	assert_gives(&format_gzip, many, (struct bytes){NULL, 0}, NULL);
	bytes_forget();
}

TEST(gzip_headers_may_carry_all_their_fields)
{
	struct bytes plain = bytes_sample(1500), b = bytes_new(4000);
	gz_header h = {.name = bytes_of("shop.sql", 9).p,
		.comment = bytes_of("nightly", 8).p,
		.extra = bytes_of("AB\2\0xy", 6).p,
		.extra_len = 6,
		.hcrc = 1,
		.time = 1700000000};
	z_stream z = {.next_in = plain.p, .avail_in = 1500, .next_out = b.p, .avail_out = 4000};

	NOSTATE;
	assert_int_equal(deflateInit2(&z, 6, Z_DEFLATED, 15 + 16, 8, 0), Z_OK);
	assert_int_equal(deflateSetHeader(&z, &h), Z_OK);
	assert_int_equal(deflate(&z, Z_FINISH), Z_STREAM_END);
	b.n = z.total_out;
	deflateEnd(&z);
	assert_gives(&format_gzip, b, plain, NULL);
	for (size_t n = 2; n < 60; n++) { /* in each field of the header */
		char where[32];

		snprintf(where, sizeof where, "byte %zu", n);
		assert_found(
			&format_gzip, (struct bytes){b.p, n}, BKS_E_CUT, "truncated", where);
	}
	b.p[30] ^= 1; /* in the name: the header's own checksum sees it */
	assert_found(&format_gzip, b, BKS_E_CUT, "checksum-mismatch", "byte 37");
	bytes_forget();
}

TEST(the_gzip_trailer_tells_which_of_crc_and_length_is_wrong)
{
	struct bytes plain = bytes_sample(1500), b = wrap_gzip(plain);
	struct look l;

	NOSTATE;
	b.p[b.n - 7] ^= 1;
	look_at(&l, &format_gzip, b, 0);
	assert_non_null(look_finding(&l, "checksum-mismatch"));
	assert_non_null(strstr(l.out.findings[0].text, "gzip member 1: the CRC-32"));
	assert_true(look_gave(&l, plain));
	look_clear(&l);
	b.p[b.n - 7] ^= 1;
	b.p[b.n - 1] ^= 1;
	look_at(&l, &format_gzip, b, 0);
	assert_non_null(look_finding(&l, "checksum-mismatch"));
	assert_non_null(strstr(l.out.findings[0].text, "gzip member 1: the length"));
	look_clear(&l);
	bytes_forget();
}

static struct bytes skippable(uint32_t n)
{
	struct bytes b = bytes_new(n + 8);

	memcpy(b.p, "\x57\x2a\x4d\x18", 4);
	memcpy(b.p + 4, &(uint8_t[]){(uint8_t)n, (uint8_t)(n >> 8), 0, 0}, 4);
	return b;
}

TEST(skippable_frames_are_noted_wherever_they_stand_and_may_not_be_cut)
{
	static const struct format *const both[] = {&format_zstd, &format_lz4};
	struct bytes plain = bytes_sample(1500), skip = skippable(700),
		     twice = bytes_join(plain, plain);

	NOSTATE;
	for (int i = 0; i < 2; i++) {
		struct bytes b = i ? wrap_lz4(plain) : wrap_zstd(plain);
		struct bytes all = bytes_join(
			bytes_join(bytes_join(skip, b), skippable(0)), bytes_join(b, skip));
		char where[32];

		assert_ptr_equal(format_guess(all.p, all.n), both[i]);
		assert_gives(both[i], all, twice, "skippable-frame");
		assert_gives(both[i], skip, (struct bytes){NULL, 0}, "skippable-frame");
		for (size_t cut = 1; cut < 700; cut += 50) {
			struct look l;

			look_at(&l, both[i], (struct bytes){all.p, all.n - cut}, 0);
			snprintf(where, sizeof where, "byte %zu", all.n - cut);
			assert_int_equal(l.end, BKS_E_CUT);
			assert_string_equal(look_finding(&l, "truncated")->where, where);
			look_clear(&l);
		}
	}
	bytes_forget();
}

TEST(a_missing_checksum_is_noted_once)
{
	struct bytes plain = bytes_sample(1500), twice = bytes_join(plain, plain);
	struct bytes z = wrap_zstd_with(plain, false, 0),
		     l = wrap_lz4_with(plain, false, false);
	struct bytes x = wrap_xz_with(plain, LZMA_CHECK_NONE),
		     k = wrap_lz4_with(plain, false, true);
	struct bytes c = wrap_lz4_with(plain, true, true),
		     s = wrap_xz_with(plain, LZMA_CHECK_SHA256);

	NOSTATE;
	assert_gives(&format_zstd, bytes_join(z, z), twice, "no-checksum");
	assert_gives(&format_lz4, bytes_join(l, l), twice, "no-checksum");
	assert_gives(&format_xz, bytes_join(x, x), twice, "no-checksum");
	assert_gives(&format_lz4, bytes_join(k, k), twice, "no-checksum");
	assert_gives(&format_lz4, bytes_join(c, c), twice, NULL);
	assert_gives(&format_xz, bytes_join(s, s), twice, NULL);
	bytes_forget();
}

/* The last block is larger than the room left in ours, and nothing follows it that would ask
 * for a further step. */
TEST(what_a_codec_still_holds_at_the_end_of_the_input_is_given)
{
	struct bytes a = bytes_sample(100000), b = bytes_sample(200000);
	struct bytes z = bytes_join(wrap_zstd_with(a, false, 0), wrap_zstd_with(b, false, 0));

	NOSTATE;
	assert_gives(&format_zstd, z, bytes_join(a, b), "no-checksum");
	bytes_forget();
}

/* liblz4 drops what it still holds of one block when the same call meets a broken one. */
TEST(a_large_block_is_given_whole_before_a_damage_behind_it)
{
	LZ4F_preferences_t how = {.frameInfo = {.blockSizeID = LZ4F_max4MB}};
	struct bytes plain = bytes_sample(5000001), small = bytes_sample(1000), b;
	size_t first = 4 << 20, second;
	struct look l;

	NOSTATE;
	b = bytes_new(LZ4F_compressFrameBound(plain.n, &how));
	b.n = LZ4F_compressFrame(b.p, b.n, plain.p, plain.n, &how);
	second = 7 + 4 + (b.p[7] | (size_t)b.p[8] << 8 | (size_t)b.p[9] << 16);
	b.p[second + 3] ^= 0x40; /* its size is above any limit */
	/* a small frame before it, so that the large block does not fill our blocks evenly */
	look_at(&l, &format_lz4, bytes_join(wrap_lz4(small), b), 0);
	assert_int_equal(l.end, BKS_E_CUT);
	assert_non_null(look_finding(&l, "malformed"));
	assert_true(look_gave(&l, bytes_join(small, (struct bytes){plain.p, first})));
	look_clear(&l);
	bytes_forget();
}

static long peak_kib(void)
{
	struct rusage u;

	assert_int_equal(getrusage(RUSAGE_SELF, &u), 0);
	return u.ru_maxrss;
}

TEST(a_zstd_window_above_the_limit_is_named_and_not_allocated)
{
	uint8_t frame[] = {
		0x28, 0xb5, 0x2f, 0xfd, 0x00, 21 << 3, 0x01, 0, 0}; /* 2 GiB, one empty block */
	struct bytes b = bytes_of(frame, sizeof frame);
	struct look l;
	long before = peak_kib();

	NOSTATE;
	assert_ptr_equal(format_guess(b.p, b.n), &format_zstd);
	look_at(&l, &format_zstd, b, 0);
	assert_int_equal(l.end, BKS_E_CUT);
	assert_non_null(look_finding(&l, "limit-reached"));
	assert_non_null(strstr(l.out.findings[0].text,
		"it wants a window of 2048 MiB, the limit of zstd is 128 MiB"));
	assert_int_equal(l.out.verdict, BKS_UNREADABLE);
	assert_true(peak_kib() - before < 32 * 1024);
	look_clear(&l);
	b.p[5] = 17 << 3; /* 128 MiB is allowed, one eighth more is not */
	assert_gives(&format_zstd, b, (struct bytes){NULL, 0}, "no-checksum");
	b.p[5]++;
	assert_found(&format_zstd, b, BKS_E_CUT, "limit-reached", "byte 0");
	bytes_forget();
}

TEST(a_real_zstd_of_long_mode_28_is_over_the_limit_and_one_of_27_is_not)
{
	struct bytes plain = bytes_sample(100000);

	NOSTATE;
	assert_gives(&format_zstd, wrap_zstd_with(plain, true, 27), plain, NULL);
	assert_found(&format_zstd, wrap_zstd_with(plain, true, 28), BKS_E_CUT, "limit-reached",
		"byte 0");
	bytes_forget();
}

TEST(an_xz_dictionary_above_the_limit_is_named_and_not_allocated)
{
	struct bytes plain = bytes_sample(1500), b = wrap_xz(plain);
	struct look l;
	long before = peak_kib();
	size_t head = b.p[12] * 4U, id = 14;
	uint32_t crc;

	NOSTATE;
	/* the block header at 12: its size in fours, ..., lzma2's id and size, the dictionary
	 * as an exponent, padding, CRC-32 */
	while (id < 12 + head && (b.p[id] != 0x21 || b.p[id + 1] != 1))
		id++;
	assert_true(id < 12 + head);
	b.p[id + 2] = 37; /* 1.5 GiB */
	crc = lzma_crc32(b.p + 12, head, 0);
	for (size_t i = 0; i < 4; i++)
		b.p[12 + head + i] = (uint8_t)(crc >> 8 * i);
	look_at(&l, &format_xz, b, 0);
	assert_int_equal(l.end, BKS_E_CUT);
	assert_non_null(look_finding(&l, "limit-reached"));
	assert_non_null(strstr(l.out.findings[0].text,
		"it wants 1537 MiB of memory, the limit of xz is 192 MiB"));
	assert_true(peak_kib() - before < 32 * 1024);
	look_clear(&l);
	bytes_forget();
}

TEST(xz_padding_comes_in_fours_and_may_stand_between_streams)
{
	struct bytes plain = bytes_sample(1500), twice = bytes_join(plain, plain),
		     b = wrap_xz(plain);
	struct bytes four = bytes_join(b, bytes_of("\0\0\0\0", 4));
	struct bytes three = bytes_join(b, bytes_of("\0\0\0", 3));
	char where[32];

	NOSTATE;
	assert_gives(&format_xz, four, plain, "trailing-zeros");
	assert_gives(&format_xz, bytes_join(four, four), twice, "trailing-zeros");
	snprintf(where, sizeof where, "byte %zu", b.n);
	assert_found(&format_xz, three, BKS_E_CUT, "trailing-data", where);
	assert_found(&format_xz, bytes_join(three, b), BKS_E_CUT, "trailing-data", where);
	bytes_forget();
}

static void put_crc(uint8_t *at, const uint8_t *p, size_t n)
{
	uint32_t crc = lzma_crc32(p, n, 0);

	for (size_t i = 0; i < 4; i++)
		at[i] = (uint8_t)(crc >> 8 * i);
}

/* Another kind of check, or another flag, in the header and the footer of a stream, both with a
 * CRC that is right. */
static struct bytes xz_flags(struct bytes b, uint8_t first, uint8_t second)
{
	uint8_t *foot = b.p + b.n - 12;

	b.p[6] = foot[8] = first;
	b.p[7] = foot[9] = second;
	put_crc(b.p + 8, b.p + 6, 2);
	put_crc(foot, foot + 4, 6);
	return b;
}

TEST(an_xz_of_a_check_that_nobody_knows_is_read_and_one_of_unknown_flags_is_not)
{
	struct bytes plain = bytes_sample(1500);

	NOSTATE;
	/* 2 is a kind to come, as long as CRC-32 */
	assert_gives(&format_xz, xz_flags(wrap_xz_with(plain, LZMA_CHECK_CRC32), 0, 2), plain,
		"no-checksum");
	assert_found(&format_xz, xz_flags(wrap_xz_with(plain, LZMA_CHECK_CRC32), 1, 1),
		BKS_E_CUT, "unsupported-format", "byte 12");
	bytes_forget();
}

TEST(an_empty_zstd_without_a_checksum_ends_with_its_block)
{
	struct bytes b = wrap_zstd_with(bytes_new(0), false, 0);
	struct look l;

	NOSTATE;
	assert_gives(&format_zstd, b, (struct bytes){NULL, 0}, "no-checksum");
	look_at(&l, &format_zstd, bytes_of(b.p, b.n - 1), 0);
	assert_int_equal(l.end, BKS_E_CUT);
	assert_non_null(look_finding(&l, "truncated"));
	look_clear(&l);
	bytes_forget();
}

TEST(an_lz4_of_a_version_to_come_is_malformed)
{
	struct bytes b = wrap_lz4(bytes_sample(1500));
	struct look l;

	NOSTATE;
	b.p[4] = (uint8_t)((b.p[4] & 0x3f) | 0x80);
	look_at(&l, &format_lz4, b, 0);
	assert_int_equal(l.end, BKS_E_CUT);
	assert_non_null(look_finding(&l, "malformed"));
	look_clear(&l);
	bytes_forget();
}

TEST(what_needs_a_dictionary_or_is_legacy_lz4_is_unsupported)
{
	uint8_t zstd[] = {0x28, 0xb5, 0x2f, 0xfd, 0x01, 0x00, 7, 0x01, 0, 0};
	/* a header with dictionary 7, its checksum byte right, and the end mark */
	uint8_t lz4[] = {0x04, 0x22, 0x4d, 0x18, 0x61, 0x40, 7, 0, 0, 0, 0, 0, 0, 0, 0};
	uint8_t old[] = {0x02, 0x21, 0x4c, 0x18, 1, 0, 0, 0, 0};
	struct look l;

	NOSTATE;
	assert_found(&format_zstd, bytes_of(zstd, sizeof zstd), BKS_E_CUT, "unsupported-format",
		"byte 0");
	assert_found(&format_lz4, bytes_of(old, sizeof old), BKS_E_CUT, "unsupported-format",
		"byte 0");
	assert_ptr_equal(format_guess(old, sizeof old), &format_lz4);
	for (int sum = 0; sum < 256; sum++) { /* the header's checksum is one byte */
		lz4[10] = (uint8_t)sum;
		look_at(&l, &format_lz4, bytes_of(lz4, sizeof lz4), 0);
		if (!look_finding(&l, "checksum-mismatch"))
			break;
		look_clear(&l);
	}
	assert_non_null(look_finding(&l, "unsupported-format"));
	look_clear(&l);
	bytes_forget();
}

TEST(a_content_size_that_does_not_fit_is_damage)
{
	struct bytes plain = bytes_sample(1500), z = wrap_zstd(plain);

	NOSTATE;
	assert_int_equal(z.p[4] >> 6, 1); /* two bytes hold the size, less 256 */
	z.p[5]++;
	assert_int_equal(format_zstd.probe(z.p, z.n), 32);
	{
		struct look l;

		look_at(&l, &format_zstd, z, 0);
		assert_int_equal(l.end, BKS_E_CUT);
		assert_non_null(look_finding(&l, "malformed"));
		look_clear(&l);
	}
	bytes_forget();
}

TEST(bzip2_sees_a_wrong_checksum_of_block_and_of_stream)
{
	struct bytes plain = bytes_sample(1500), b = wrap_bzip2(plain);
	struct look l;

	NOSTATE;
	b.p[11] ^= 1;
	look_at(&l, &format_bzip2, b, 0);
	assert_non_null(look_finding(&l, "checksum-mismatch"));
	look_clear(&l);
	b.p[11] ^= 1;
	b.p[b.n - 3] ^= 1;
	look_at(&l, &format_bzip2, b, 0);
	assert_non_null(look_finding(&l, "checksum-mismatch"));
	assert_true(look_gave(&l, plain));
	look_clear(&l);
	bytes_forget();
}

MAIN(T(an_xz_of_a_check_that_nobody_knows_is_read_and_one_of_unknown_flags_is_not),
	T(an_empty_zstd_without_a_checksum_ends_with_its_block),
	T(an_lz4_of_a_version_to_come_is_malformed),
	T(zeros_behind_gzip_are_noted_but_nothing_may_follow_them),
	T(a_gzip_of_nothing_and_of_many_nothings_gives_nothing_cleanly),
	T(gzip_headers_may_carry_all_their_fields),
	T(the_gzip_trailer_tells_which_of_crc_and_length_is_wrong),
	T(skippable_frames_are_noted_wherever_they_stand_and_may_not_be_cut),
	T(a_missing_checksum_is_noted_once),
	T(what_a_codec_still_holds_at_the_end_of_the_input_is_given),
	T(a_large_block_is_given_whole_before_a_damage_behind_it),
	T(a_zstd_window_above_the_limit_is_named_and_not_allocated),
	T(a_real_zstd_of_long_mode_28_is_over_the_limit_and_one_of_27_is_not),
	T(an_xz_dictionary_above_the_limit_is_named_and_not_allocated),
	T(xz_padding_comes_in_fours_and_may_stand_between_streams),
	T(what_needs_a_dictionary_or_is_legacy_lz4_is_unsupported),
	T(a_content_size_that_does_not_fit_is_damage),
	T(bzip2_sees_a_wrong_checksum_of_block_and_of_stream))
