/* The contract of all wrappings: every cut, every flipped bit, every appended byte of a small
 * input. */
#include "wrapped.h"

TEST(a_whole_input_gives_its_exact_bytes_and_no_finding)
{
	static const size_t sizes[] = {0, 1, 1000, 3000000};

	NOSTATE;
	for (const struct wrapping *w = wrappings; w->name; w++)
		for (size_t i = 0; i < sizeof sizes / sizeof *sizes; i++) {
			struct bytes plain = bytes_sample(sizes[i]), b = w->wrap(plain);
			struct look l;

			assert_ptr_equal(format_guess(b.p, b.n), w->format);
			assert_string_equal(w->format->name, w->name);
			look_at(&l, w->format, b, sizes[i] > 1000 ? 4093 : 0);
			assert_true(look_is_clean(&l));
			assert_true(look_gave(&l, plain));
			assert_int_equal(l.out.finding_count, 0);
			look_clear(&l);
		}
	bytes_forget();
}

/* A file that is cut is damaged: it says so, where, and gives nothing that was not there. */
TEST(every_cut_is_truncated_and_names_the_byte)
{
	struct bytes plain = bytes_sample(2500);

	NOSTATE;
	for (const struct wrapping *w = wrappings; w->name; w++) {
		struct bytes b = w->wrap(plain);

		for (size_t n = 2; n < b.n; n++) { /* one byte alone is no gzip yet */
			struct bytes part = bytes_of(b.p, n);
			char where[32];
			struct look l;

			look_at(&l, w->format, part, n % 3 ? 0 : 1);
			snprintf(where, sizeof where, "byte %zu", n);
			if (l.end != BKS_E_CUT || !look_finding(&l, "truncated"))
				fail_msg("%s cut at %zu ends with %d", w->name, n, l.end);
			assert_string_equal(look_finding(&l, "truncated")->where, where);
			assert_int_equal(l.out.finding_count, 1);
			assert_int_equal(l.out.verdict, BKS_DAMAGED);
			assert_true(l.got.n <= plain.n);
			assert_memory_equal(l.got.p ? l.got.p : plain.p, plain.p, l.got.n);
			look_clear(&l);
		}
	}
	bytes_forget();
}

/* All five are made with a checksum here. What the checksums do not cover (a name or time in
 * gzip's header) is harmless. */
TEST(no_flipped_bit_that_changes_the_bytes_ends_cleanly)
{
	struct bytes plain = bytes_sample(1000);

	NOSTATE;
	for (const struct wrapping *w = wrappings; w->name; w++) {
		struct bytes b = w->wrap(plain);
		size_t harmless = 0;

		for (size_t bit = 0; bit < b.n * 8; bit++) {
			struct look l;

			b.p[bit / 8] ^= (uint8_t)(1 << bit % 8);
			look_at(&l, w->format, b, 0);
			if (l.end == 0) {
				harmless++;
				if (!look_is_clean(&l) || !look_gave(&l, plain))
					fail_msg("%s: bit %zu is not seen", w->name, bit);
			} else if (l.end != BKS_E_CUT || !l.out.finding_count ||
				   l.out.levels[BKS_WHOLE] == BKS_RESULT_PASS)
				fail_msg("%s: bit %zu ends with %d", w->name, bit, l.end);
			look_clear(&l);
			b.p[bit / 8] ^= (uint8_t)(1 << bit % 8);
		}
		/* gzip's mtime, extra flags, system and text flag, zstd's unused bits: same
		 * bytes */
		assert_true(harmless < 64);
	}
	bytes_forget();
}

TEST(an_appended_byte_is_trailing_data_behind_all_the_bytes)
{
	struct bytes plain = bytes_sample(1500);

	NOSTATE;
	for (const struct wrapping *w = wrappings; w->name; w++) {
		struct bytes b = w->wrap(plain);

		for (unsigned c = 1; c < 256; c++) {
			struct bytes one = bytes_of(&(uint8_t){(uint8_t)c}, 1);
			struct bytes both = bytes_join(b, one);
			char where[32];
			struct look l;

			look_at(&l, w->format, both, c % 2);
			snprintf(where, sizeof where, "byte %zu", b.n);
			assert_int_equal(l.end, BKS_E_CUT);
			assert_int_equal(l.out.finding_count, 1);
			assert_non_null(look_finding(&l, "trailing-data"));
			assert_string_equal(l.out.findings[0].where, where);
			assert_non_null(strstr(l.out.findings[0].text, "1 bytes after"));
			assert_int_equal(l.out.verdict, BKS_DAMAGED);
			assert_true(look_gave(&l, plain));
			look_clear(&l);
		}
	}
	bytes_forget();
}

TEST(two_parts_give_both_and_the_second_may_not_be_cut)
{
	struct bytes plain = bytes_sample(1500), twice = bytes_join(plain, plain);

	NOSTATE;
	for (const struct wrapping *w = wrappings; w->name; w++) {
		struct bytes b = w->wrap(plain), both = bytes_join(b, b);
		struct look l;

		look_at(&l, w->format, both, 0);
		assert_true(look_is_clean(&l));
		assert_true(look_gave(&l, twice));
		look_clear(&l);
		for (size_t n = b.n + 1; n < both.n; n++) {
			struct bytes part = {both.p, n};

			look_at(&l, w->format, part, 7);
			assert_int_equal(l.end, BKS_E_CUT);
			assert_non_null(
				look_finding(&l, n == b.n + 1 ? "trailing-data" : "truncated"));
			assert_true(l.got.n >= plain.n);
			assert_memory_equal(l.got.p, twice.p, l.got.n);
			look_clear(&l);
		}
	}
	bytes_forget();
}

TEST(single_bytes_give_the_same_as_one_block)
{
	struct bytes plain = bytes_sample(40000);

	NOSTATE;
	for (const struct wrapping *w = wrappings; w->name; w++) {
		struct bytes b = w->wrap(plain), both = bytes_join(b, b);

		for (int broken = 0; broken < 2; broken++) {
			struct look one, all;

			both.p[b.n + b.n / 2] ^= (uint8_t)(broken << 3);
			look_at(&all, w->format, both, 0);
			look_at(&one, w->format, both, 1);
			assert_int_equal(one.end, broken ? BKS_E_CUT : 0);
			assert_int_equal(all.end, one.end);
			assert_int_equal(all.out.finding_count, broken);
			assert_int_equal(one.out.finding_count, broken);
			if (broken) /* the garbage made before it is seen may differ */
				assert_string_equal(
					all.out.findings[0].code, one.out.findings[0].code);
			else
				assert_true(look_gave(&one, all.got));
			assert_true(one.got.n >= plain.n && all.got.n >= plain.n);
			assert_memory_equal(one.got.p, plain.p, plain.n);
			look_clear(&all);
			look_clear(&one);
		}
	}
	bytes_forget();
}

/* Blocks before the broken one are out before the stream says that it is cut: no library here
 * has blocks above 128 KiB. */
TEST(what_came_before_a_damage_is_delivered_first)
{
	struct bytes plain = bytes_sample(2000000);

	NOSTATE;
	for (const struct wrapping *w = wrappings; w->name; w++) {
		struct bytes b = w->wrap(plain);

		for (size_t at = 4; at < 16; at += 3) {
			size_t before = plain.n / 16 * at - 140000;
			struct look l;

			b.p[b.n / 16 * at] ^= 0x40;
			look_at(&l, w->format, b, 0);
			assert_int_equal(l.end, BKS_E_CUT);
			assert_int_equal(l.out.finding_count, 1);
			assert_true(look_finding(&l, "checksum-mismatch") ||
				    look_finding(&l, "malformed"));
			if (l.got.n < before)
				fail_msg("%s gave only %zu of %zu", w->name, l.got.n, before);
			assert_memory_equal(l.got.p, plain.p, before);
			look_clear(&l);
			b.p[b.n / 16 * at] ^= 0x40;
		}
	}
	bytes_forget();
}

struct failing {
	stream s;
	stream *bytes;
	int code;
};

static int failing_next(stream *s, const uint8_t **p, size_t *n, bks_error *err)
{
	struct failing *f = (struct failing *)s;
	int r = stream_next(f->bytes, p, n, err);

	return r ? r : (fail)(err, f->code, "the disk is gone");
}

static void failing_close(stream *s)
{
	stream_close(((struct failing *)s)->bytes);
}

TEST(a_failure_of_the_outer_stream_is_handed_on_and_is_no_damage)
{
	static const struct stream_kind kind = {failing_next, failing_close};
	static const int codes[] = {BKS_E_IO, BKS_E_CUT, BKS_E_INTERRUPTED};
	struct bytes plain = bytes_sample(1500);

	NOSTATE;
	for (const struct wrapping *w = wrappings; w->name; w++)
		for (size_t i = 0; i < 3; i++) {
			struct bytes b = w->wrap(plain);

			for (size_t n = 0; n <= b.n; n += 1 + n % 5) {
				struct failing f = {{.kind = &kind},
					stream_memory(b.p, n, 1 + n % 9), codes[i]};
				struct look l;

				look_at_stream(&l, w->format, &f.s);
				assert_int_equal(l.end, codes[i]);
				assert_string_equal(l.err.text, "the disk is gone");
				assert_int_equal(l.out.finding_count, 0);
				assert_memory_equal(
					l.got.p ? l.got.p : plain.p, plain.p, l.got.n);
				look_clear(&l);
			}
		}
	bytes_forget();
}

TEST(what_is_none_of_them_is_malformed_when_forced)
{
	struct bytes b = bytes_of("-- PostgreSQL database dump\n", 28);

	NOSTATE;
	assert_null(format_guess(b.p, b.n)->unwrap);
	for (const struct wrapping *w = wrappings; w->name; w++) {
		struct look l;

		look_at(&l, w->format, b, 0);
		assert_int_equal(l.end, BKS_E_CUT);
		assert_non_null(look_finding(&l, "malformed"));
		assert_int_equal(l.got.n, 0);
		look_clear(&l);
	}
	bytes_forget();
}

MAIN(T(a_whole_input_gives_its_exact_bytes_and_no_finding),
	T(every_cut_is_truncated_and_names_the_byte),
	T(no_flipped_bit_that_changes_the_bytes_ends_cleanly),
	T(an_appended_byte_is_trailing_data_behind_all_the_bytes),
	T(two_parts_give_both_and_the_second_may_not_be_cut),
	T(single_bytes_give_the_same_as_one_block),
	T(what_came_before_a_damage_is_delivered_first),
	T(a_failure_of_the_outer_stream_is_handed_on_and_is_no_damage),
	T(what_is_none_of_them_is_malformed_when_forced))
