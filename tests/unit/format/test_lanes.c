/* A custom dump that several threads walk is told of as by one: whole, and wherever it is
 * spoilt. */
#include "forge.h"
#include "format/verify.h"
#include "unit/same.h"
#include <stdatomic.h>

enum { TABLES = 14, NAME = 8 };

/* What the second reading gives: the same bytes unless OTHER is set. */
struct source {
	const uint8_t *p;
	size_t n;
	const uint8_t *other;
	atomic_int times;
};

static stream *again(void *arg, uint64_t from, uint64_t n)
{
	struct source *s = arg;
	const uint8_t *p = s->other ? s->other : s->p;
	uint64_t left = from < s->n ? s->n - from : 0;

	atomic_fetch_add(&s->times, 1);
	return stream_memory(p + from, left < n ? left : n, 70000);
}

static void verify(bks_inspection *out, struct source *s, int jobs, bks_arena *a)
{
	struct verify_job job = {.in = stream_memory(s->p, s->n, 60000),
		.name = "shop.dump",
		.size = (int64_t)s->n,
		.jobs = jobs,
		.again = again,
		.again_arg = s};

	assert_int_equal(format_verify(out, &job, a, NULL), 0);
}

/* Gives how often it was opened once more. */
static int same_by_all(const struct bytes *b, size_t n, enum bks_verdict *verdict)
{
	struct source s = {.p = b->p, .n = n};
	bks_arena *a = bks_arena_new();
	bks_inspection one, many;

	verify(&one, &s, 1, a);
	assert_int_equal(atomic_load(&s.times), 0);
	verify(&many, &s, 3, a);
	assert_same(&one, &many);
	*verdict = one.verdict;
	bks_arena_free(a);
	return atomic_load(&s.times);
}

static struct bytes text_of(unsigned seed, size_t n)
{
	struct bytes b = {0};
	char row[64];

	for (unsigned k = seed; b.n < n; k = k * 1103515245 + 12345) {
		int r = snprintf(
			row, sizeof row, "%u\tname %x of %x\n", k >> 3, k >> 5, k >> 7);

		put(&b, row, (size_t)r);
	}
	put(&b, "\\.\n\n\n", 5);
	return b;
}

static void put_chunks(struct bytes *b, int id, const struct bytes *text, int packing)
{
	uLongf n = compressBound(text->n);
	uint8_t *packed = malloc(n);
	const uint8_t *p = packing ? packed : text->p;

	assert_non_null(packed);
	assert_int_equal(compress2(packed, &n, text->p, text->n, 1), Z_OK);
	if (!packing)
		n = text->n;
	put_byte(b, 1);
	put_int(b, id);
	for (size_t at = 0; at < n; at += 4096) {
		size_t k = n - at < 4096 ? n - at : 4096;

		put_int(b, (int64_t)k);
		put(b, p + at, k);
	}
	put_int(b, 0);
	free(packed);
}

/* A dump of some 4 MB, large tables between small ones; BLOCK tells where each block begins. */
static struct bytes large(int packing, size_t block[TABLES + 1])
{
	struct bytes b = start(packing, 2 * TABLES);
	char names[TABLES][NAME];

	for (int i = 0; i < TABLES; i++) {
		struct put_entry t = table, d = table_data;

		snprintf(names[i], sizeof names[i], "t%d", i);
		t.id = 2 * i + 1;
		d.id = 2 * i + 2;
		t.tag = d.tag = names[i];
		put_entry(&b, 16, &t);
		put_entry(&b, 16, &d);
	}
	for (int i = 0; i < TABLES; i++) {
		struct bytes text = text_of((unsigned)i, i % 4 == 1 ? 3000000 : 100000);

		block[i] = b.n;
		put_chunks(&b, 2 * i + 2, &text, packing ? 1 : 0);
		free(text.p);
	}
	block[TABLES] = b.n;
	return b;
}

TEST(a_large_dump_is_walked_by_several_and_told_of_as_by_one)
{
	size_t block[TABLES + 1];
	enum bks_verdict v;

	NOSTATE;
	for (int packing = 0; packing < 2; packing++) {
		struct bytes b = large(packing, block);

		assert_true(same_by_all(&b, b.n, &v) > 3);
		assert_int_equal(v, BKS_SOUND);
		free(b.p);
	}
}

TEST(wherever_a_large_dump_is_spoilt_it_is_told_of_as_by_one)
{
	size_t block[TABLES + 1];
	struct bytes b = large(1, block);
	size_t worse = 0;
	enum bks_verdict v;

	NOSTATE;
	for (size_t i = 0; i < TABLES; i++) {
		size_t at[] = {block[i], block[i] + 2, block[i] + 7, block[i] + 14,
			(block[i] + block[i + 1]) / 2, block[i + 1] - 9};

		for (size_t k = i % 3; k < sizeof at / sizeof *at; k += 3) {
			b.p[at[k]] ^= 0x15;
			same_by_all(&b, b.n, &v);
			worse += v != BKS_SOUND;
			b.p[at[k]] ^= 0x15;
		}
		same_by_all(&b, i % 2 ? block[i] : block[i] + 4711, &v);
		assert_int_not_equal(v, BKS_SOUND);
	}
	assert_true(worse >= 2 * TABLES - 2);
	put_byte(&b, 7);
	same_by_all(&b, b.n, &v);
	assert_int_equal(v, BKS_DAMAGED);
	free(b.p);
}

TEST(more_damage_than_is_told_ends_where_it_ends_for_one)
{
	struct bytes b = start(1, 700), good = zlib_of(rows);
	enum bks_verdict v;

	NOSTATE;
	for (int i = 0; i < 350; i++) {
		struct put_entry t = table, d = table_data;

		t.id = 2 * i + 1;
		d.id = 2 * i + 2;
		put_entry(&b, 16, &t);
		put_entry(&b, 16, &d);
	}
	for (int i = 0; i < 340; i++) {
		good.p[good.n - 1] = (uint8_t)(good.p[good.n - 1] ^ (i % 5 != 0));
		put_block(&b, 2 * i + 2, good.p, good.n);
		good.p[good.n - 1] = (uint8_t)(good.p[good.n - 1] ^ (i % 5 != 0));
	}
	same_by_all(&b, b.n, &v);
	assert_int_equal(v, BKS_DAMAGED);
	free(good.p);
	free(b.p);
}

TEST(small_real_dumps_are_told_of_as_by_one_wherever_a_byte_is_wrong)
{
	static const char *const names[] = {"15-z0-copy.dump", "15-z6-inserts.dump",
		"15-pipe.dump", "15-data.dump", "15-void.dump", "17-lz4-copy.dump",
		"17-gzip-copy.dump", "18-zstd-inserts.dump"};
	enum bks_verdict v;

	NOSTATE;
	for (size_t i = 0; i < sizeof names / sizeof *names; i++) {
		struct bytes b = fixture(names[i]);

		same_by_all(&b, b.n, &v);
		for (size_t at = 11 + i; at < b.n; at += 97) {
			b.p[at] ^= 0x40;
			same_by_all(&b, b.n, &v);
			b.p[at] ^= 0x40;
			same_by_all(&b, at, &v);
		}
		free(b.p);
	}
}

/* Good when it is read first and bad when it is read again, or the other way round. */
TEST(bytes_that_are_not_the_same_twice_prove_nothing)
{
	size_t block[TABLES + 1];
	struct bytes b = large(0, block), bad = large(0, block);
	bks_arena *a = bks_arena_new();
	struct source s = {.p = b.p, .n = b.n, .other = bad.p};
	bks_inspection out;

	NOSTATE;
	bad.p[block[9] + 400000] = 0; /* which no text has */
	verify(&out, &s, 2, a);
	assert_int_equal(out.verdict, BKS_DAMAGED);
	s.p = bad.p; /* the digest is of these */
	s.other = b.p;
	verify(&out, &s, 2, a);
	assert_int_equal(out.verdict, BKS_UNREADABLE);
	assert_string_equal(out.findings[0].code, "read-error");
	bad.p[block[9]] = 9; /* and now the first cannot follow the blocks */
	verify(&out, &s, 2, a);
	assert_int_equal(out.verdict, BKS_UNREADABLE);
	assert_string_equal(out.findings[0].code, "read-error");
	bks_arena_free(a);
	free(b.p);
	free(bad.p);
}

MAIN(T(a_large_dump_is_walked_by_several_and_told_of_as_by_one),
	T(wherever_a_large_dump_is_spoilt_it_is_told_of_as_by_one),
	T(more_damage_than_is_told_ends_where_it_ends_for_one),
	T(small_real_dumps_are_told_of_as_by_one_wherever_a_byte_is_wrong),
	T(bytes_that_are_not_the_same_twice_prove_nothing))
