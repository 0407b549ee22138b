/* The two engines of deflate: the faster one takes what is good without a doubt, and is never believed where zlib says otherwise.
 * Everything is made from a seed, and the same on every run. */
#include "../../engines.h"
#include "unit.h"
#include <zlib.h>

enum { BIG = 400 * 1000, SMALL = 700 };

static uint64_t state;

static uint32_t next(void)
{
	state ^= state << 13;
	state ^= state >> 7;
	state ^= state << 17;
	return (uint32_t)(state >> 16);
}

struct made {
	uint8_t *p;
	size_t n;
};

/* Text with repeats, runs of zeros, and noise, by SEED. */
static struct made data_of(uint64_t seed, size_t n)
{
	struct made m = {malloc(n + 64), 0};

	assert_non_null(m.p);
	state = seed * 0x9e3779b97f4a7c15ULL + 1;
	while (m.n < n) {
		uint32_t kind = next() % 16, len = 1 + next() % 40;

		if (kind == 0) {
			len = 1 + next() % 9000;
			len = len < n - m.n ? len : (uint32_t)(n - m.n);
			memset(m.p + m.n, 0, len);
		} else if (kind < 4) {
			for (uint32_t i = 0; i < len; i++)
				m.p[m.n + i] = (uint8_t)next();
		} else if (kind < 9 && m.n > 40000) {
			memmove(m.p + m.n, m.p + m.n - 1 - next() % 32768, len);
		} else {
			len = (uint32_t)snprintf((char *)m.p + m.n, 40, "%u\tname %u\t%u\n", (unsigned)m.n, next() % 100, next());
		}
		m.n += len;
	}
	m.n = n;
	return m;
}

static struct made pack(const struct made *d, enum inflate_kind kind, int level, int strategy, gz_header *head)
{
	z_stream z = {0};
	struct made m = {malloc(d->n + d->n / 8 + 1024), 0};
	size_t flushed = d->n / 3;

	assert_non_null(m.p);
	assert_int_equal(deflateInit2(&z, level, Z_DEFLATED, kind == INFLATE_GZIP ? 31 : 15, 1 + (int)(next() % 9), strategy), Z_OK);
	if (head)
		assert_int_equal(deflateSetHeader(&z, head), Z_OK);
	z.next_in = d->p;
	z.avail_in = (uInt)flushed;
	z.next_out = m.p;
	z.avail_out = (uInt)(d->n + d->n / 8 + 1024);
	assert_int_equal(deflate(&z, next() % 2 ? Z_FULL_FLUSH : Z_SYNC_FLUSH), Z_OK);
	z.avail_in = (uInt)(d->n - flushed);
	assert_int_equal(deflate(&z, Z_FINISH), Z_STREAM_END);
	m.n = z.total_out;
	deflateEnd(&z);
	return m;
}

static void forget(struct engine_run *r)
{
	free(r->out);
}

/* The faster engine must take it, and give what zlib gives. */
static void assert_good(enum inflate_kind kind, const struct made *m, const struct made *d, size_t in_step, size_t out_step)
{
	struct engine_run r = engine_run(kind, true, m->p, m->n, in_step, out_step, SIZE_MAX);

	assert_false(r.doubt);
	assert_int_equal(r.result, INFLATE_END);
	assert_int_equal(r.taken, m->n);
	assert_int_equal(r.n, d->n);
	assert_memory_equal(r.out, d->p, d->n);
	forget(&r);
}

/* false: it was believed. */
static bool assert_agree(enum inflate_kind kind, const uint8_t *p, size_t n, size_t in_step, size_t out_step)
{
	struct engine_run fast = engine_run(kind, true, p, n, in_step, out_step, SIZE_MAX);
	struct engine_run slow = engine_run(kind, false, p, n, 0, 0, SIZE_MAX);
	bool doubt = fast.doubt;

	assert_true(engines_agree(&fast, &slow));
	forget(&fast);
	forget(&slow);
	return doubt;
}

static const int strategies[] = {Z_DEFAULT_STRATEGY, Z_FIXED, Z_HUFFMAN_ONLY, Z_RLE, Z_FILTERED};

TEST(what_zlib_packs_is_taken_without_a_doubt_in_pieces_of_any_size)
{
	static const size_t steps[] = {0, 1, 13, 4096, 33000, 65536, 262144};

	NOSTATE;
	for (unsigned seed = 0; seed < 60; seed++) {
		struct made d = data_of(seed, seed % 4 ? BIG / (1 + seed / 8) : seed), m;
		enum inflate_kind kind = seed % 3 ? INFLATE_GZIP : INFLATE_ZLIB;

		m = pack(&d, kind, (int)(seed % 10), strategies[seed / 10 % 5], NULL);
		for (size_t i = 0; i < 6; i++) {
			size_t in = steps[next() % 7], out = steps[next() % 7];

			if (d.n > 50000 && (in == 1 || out == 1))
				in = out = 100;
			assert_good(kind, &m, &d, in, out);
		}
		free(d.p);
		free(m.p);
	}
}

/* What the engine makes directly and what it keeps for the next step meet at every place of a block. */
TEST(blocks_end_anywhere_in_the_room_that_there_is)
{
	NOSTATE;
	for (unsigned seed = 1; seed < 7; seed++) {
		struct made d = data_of(seed, BIG), m = pack(&d, INFLATE_GZIP, 6, Z_DEFAULT_STRATEGY, NULL);

		for (unsigned i = 0; i < 60; i++)
			assert_good(INFLATE_GZIP, &m, &d, i % 3 ? 0 : 20000, 60000 + next() % 60000);
		for (size_t i = 0; i < 40; i++) /* pack ends a block after a third */
			assert_good(INFLATE_GZIP, &m, &d, 0, BIG / 3 - i);
		free(d.p);
		free(m.p);
	}
}

/* A block whose last literals and end come at once to the engine, and the room ends between them; what follows refers to before. */
TEST(what_follows_a_block_that_ended_just_behind_the_room_is_right)
{
	struct made d = {malloc(BIG), BIG}, m = {malloc(BIG), 0};
	size_t half = 100000;
	z_stream z = {0};

	NOSTATE;
	assert_non_null(d.p);
	assert_non_null(m.p);
	state = 1;
	for (size_t i = 0; i < BIG; i++)
		d.p[i] = i < half ? (uint8_t)"ab"[next() % 2] : d.p[i - 20000 - i % 7];
	assert_int_equal(deflateInit2(&z, 6, Z_DEFLATED, 31, 9, Z_HUFFMAN_ONLY), Z_OK);
	z.next_in = d.p;
	z.avail_in = (uInt)half;
	z.next_out = m.p;
	z.avail_out = BIG;
	assert_int_equal(deflate(&z, Z_PARTIAL_FLUSH), Z_OK);
	assert_int_equal(deflateParams(&z, 6, Z_DEFAULT_STRATEGY), Z_OK);
	z.avail_in = (uInt)(BIG - half);
	assert_int_equal(deflate(&z, Z_FINISH), Z_STREAM_END);
	m.n = z.total_out;
	deflateEnd(&z);
	for (size_t i = 0; i < 6; i++)
		assert_good(INFLATE_GZIP, &m, &d, 0, half - i);
	free(d.p);
	free(m.p);
}

TEST(every_field_of_a_gzip_header_may_be_there)
{
	NOSTATE;
	for (unsigned flags = 0; flags < 32; flags++) {
		uint8_t name[] = "a name", comment[] = "what it is", extra[300] = {1, 2, 3};
		gz_header head = {.text = flags & 1,
			.hcrc = flags & 2,
			.name = flags & 4 ? name : NULL,
			.comment = flags & 8 ? comment : NULL,
			.extra = flags & 16 ? extra : NULL,
			.extra_len = sizeof extra};
		struct made d = data_of(flags, SMALL), m = pack(&d, INFLATE_GZIP, 6, Z_DEFAULT_STRATEGY, &head);

		assert_good(INFLATE_GZIP, &m, &d, 1, 0);
		assert_good(INFLATE_GZIP, &m, &d, 0, 0);
		for (size_t at = 0; at < m.n && at < 360; at++) {
			m.p[at] ^= (uint8_t)(1U << flags % 8);
			assert_agree(INFLATE_GZIP, m.p, m.n, flags % 2 ? 9 : 0, 0);
			m.p[at] ^= (uint8_t)(1U << flags % 8);
		}
		free(d.p);
		free(m.p);
	}
}

/* Every bit, every cut. */
static void spoil_all(enum inflate_kind kind, struct made *m)
{
	size_t believed = 0;

	for (size_t bit = 0; bit < 8 * m->n; bit++) {
		m->p[bit / 8] ^= (uint8_t)(1U << bit % 8);
		believed += !assert_agree(kind, m->p, m->n, bit % 3 ? 0 : 50, 0);
		m->p[bit / 8] ^= (uint8_t)(1U << bit % 8);
	}
	assert_true(!inflate_has_fast() || believed < 8 * m->n / 2); /* of these, most of what is said is zlib's */
	for (size_t n = 0; n < m->n; n++)
		assert_agree(kind, m->p, n, 0, 0);
}

TEST(no_flipped_bit_and_no_cut_is_taken_where_zlib_refuses_it)
{
	NOSTATE;
	for (unsigned seed = 0; seed < 12; seed++) {
		struct made d = data_of(seed, SMALL), m;
		enum inflate_kind kind = seed % 2 ? INFLATE_GZIP : INFLATE_ZLIB;

		if (seed % 4 == 3) /* one distance alone, as zeros have */
			memset(d.p, 0, d.n);
		m = pack(&d, kind, seed % 3 ? 9 : 1, strategies[seed % 5], NULL);
		spoil_all(kind, &m);
		free(d.p);
		free(m.p);
	}
}

TEST(long_streams_with_a_flip_or_other_bytes_agree)
{
	NOSTATE;
	for (unsigned seed = 100; seed < 104; seed++) {
		struct made d = data_of(seed, BIG), m = pack(&d, INFLATE_GZIP, 6, Z_DEFAULT_STRATEGY, NULL);

		for (unsigned i = 0; i < 40; i++) {
			size_t at = next() % m.n;
			uint8_t was = m.p[at];

			m.p[at] = (uint8_t)(i % 2 ? was ^ 1U << i % 8 : next());
			assert_agree(INFLATE_GZIP, m.p, m.n, i % 5 ? 0 : 5000, i % 7 ? 0 : 70000);
			m.p[at] = was;
		}
		free(d.p);
		free(m.p);
	}
}

/* What follows a member is left where it is, for whoever looks for the next one. */
TEST(bytes_behind_the_end_are_not_taken)
{
	NOSTATE;
	for (unsigned more = 1; more < 40; more++) {
		struct made d = data_of(more, SMALL), m = pack(&d, INFLATE_GZIP, 6, Z_DEFAULT_STRATEGY, NULL);
		struct engine_run r;

		m.p = realloc(m.p, m.n + more);
		assert_non_null(m.p);
		memset(m.p + m.n, (int)more, more);
		r = engine_run(INFLATE_GZIP, true, m.p, m.n + more, more % 2 ? 0 : 11, 0, SIZE_MAX);
		assert_false(r.doubt);
		assert_int_equal(r.result, INFLATE_END);
		assert_int_equal(r.taken, m.n);
		forget(&r);
		assert_agree(INFLATE_ZLIB, m.p, m.n + more, 0, 0);
		free(d.p);
		free(m.p);
	}
}

/* CRC-32, length and Adler-32 each alone, one byte of it after the other. */
TEST(each_byte_of_a_trailer_counts)
{
	NOSTATE;
	for (unsigned kind = 0; kind < 2; kind++) {
		struct made d = data_of(7, BIG), m = pack(&d, kind ? INFLATE_ZLIB : INFLATE_GZIP, 6, Z_DEFAULT_STRATEGY, NULL);

		for (size_t back = 1; back <= (kind ? 4U : 8U); back++) {
			m.p[m.n - back] ^= 0x10;
			assert_int_equal(assert_agree(kind ? INFLATE_ZLIB : INFLATE_GZIP, m.p, m.n, 0, 0), inflate_has_fast());
			m.p[m.n - back] ^= 0x10;
		}
		free(d.p);
		free(m.p);
	}
}

/* Bits, lowest first. */
struct bits {
	uint8_t p[400];
	size_t n;
};

static void put(struct bits *b, unsigned v, unsigned n)
{
	for (unsigned i = 0; i < n; i++, b->n++)
		b->p[b->n / 8] |= (uint8_t)((v >> i & 1) << b->n % 8);
}

/* One block: "aaaa", by codes of these lengths for 'a', the end, a length of 3, and distance 1; DISTANCE2 is that of
 * distance 2, which is not used. The codes are written as if nothing were left over. */
static struct made block_of(unsigned distance2)
{
	static const uint8_t head[] = {0x1f, 0x8b, 8, 0, 0, 0, 0, 0, 0, 3};
	/* of the order 16 17 18 0 8 7 9 6 10 5 11 4 12 3 13 2 14 1 */
	unsigned codes[18] = {[2] = 2, [3] = 2, [15] = 2, [17] = 2};
	static const unsigned turned[] = {0, 2, 1, 3}; /* of the lengths 0, 1, 2 and of 18 */
	struct made m = {calloc(1, 100), sizeof head};
	struct bits b = {{0}, 0};
	uint32_t crc = (uint32_t)crc32(0, (const uint8_t *)"aaaa", 4);

	assert_non_null(m.p);
	put(&b, 1 | 2 << 1, 3);
	put(&b, 1, 5); /* 258 */
	put(&b, 1, 5); /* 2 */
	put(&b, 14, 4);
	for (size_t i = 0; i < 18; i++)
		put(&b, codes[i], 3);
	put(&b, turned[3], 2), put(&b, 97 - 11, 7); /* up to 'a' */
	put(&b, turned[1], 2);
	put(&b, turned[3], 2), put(&b, 138 - 11, 7);
	put(&b, turned[3], 2), put(&b, 20 - 11, 7); /* up to the end */
	put(&b, turned[2], 2);
	put(&b, turned[2], 2);
	put(&b, turned[1], 2);
	put(&b, turned[distance2], 2);
	put(&b, 0, 1);		     /* a */
	put(&b, 3, 2), put(&b, 0, 1); /* and three more from one before */
	put(&b, 1, 2);		     /* the end */
	memcpy(m.p, head, sizeof head);
	memcpy(m.p + m.n, b.p, (b.n + 7) / 8);
	m.n += (b.n + 7) / 8;
	for (unsigned i = 0; i < 4; i++) {
		m.p[m.n + i] = (uint8_t)(crc >> 8 * i);
		m.p[m.n + 4 + i] = (uint8_t)(4U >> 8 * i);
	}
	m.n += 8;
	return m;
}

/* Data, CRC-32 and length are right, and yet zlib, and with it gunzip and pg_restore, refuses it. */
TEST(codes_that_leave_something_over_are_refused_as_zlib_refuses_them)
{
	struct made good = block_of(1), half = block_of(2), alone = block_of(0);
	struct made d = {(uint8_t *)(uintptr_t)"aaaa", 4};
	struct engine_run slow;

	NOSTATE;
	assert_good(INFLATE_GZIP, &good, &d, 0, 0);
	assert_good(INFLATE_GZIP, &alone, &d, 0, 0); /* a lone code of one bit is allowed */
	slow = engine_run(INFLATE_GZIP, false, half.p, half.n, 0, 0, SIZE_MAX);
	assert_int_equal(slow.result, INFLATE_BAD_DATA);
	forget(&slow);
	assert_int_equal(assert_agree(INFLATE_GZIP, half.p, half.n, 0, 0), inflate_has_fast());
	for (size_t bit = 0; bit < 8 * good.n; bit++) {
		good.p[bit / 8] ^= (uint8_t)(1U << bit % 8);
		assert_agree(INFLATE_GZIP, good.p, good.n, 0, 0);
		good.p[bit / 8] ^= (uint8_t)(1U << bit % 8);
	}
	free(good.p);
	free(half.p);
	free(alone.p);
}

MAIN(T(what_zlib_packs_is_taken_without_a_doubt_in_pieces_of_any_size), T(blocks_end_anywhere_in_the_room_that_there_is),
	T(what_follows_a_block_that_ended_just_behind_the_room_is_right), T(every_field_of_a_gzip_header_may_be_there),
	T(no_flipped_bit_and_no_cut_is_taken_where_zlib_refuses_it), T(long_streams_with_a_flip_or_other_bytes_agree),
	T(bytes_behind_the_end_are_not_taken), T(each_byte_of_a_trailer_counts),
	T(codes_that_leave_something_over_are_refused_as_zlib_refuses_them))
