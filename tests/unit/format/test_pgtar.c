/* The real tars of tests/corpus/pgdump-tar: whole, cut at every byte, with bits flipped and
 * pages of zeros. */
#include "tarred.h"

static const struct {
	const char *name, *version, *producer;
	enum bks_content content;
	bool data;
} fixtures[] = {
	{"15-copy.tar", "1.14", "pg_dump 15.20", BKS_CONTENT_FULL, true},
	{"15-inserts.tar", "1.14", "pg_dump 15.20", BKS_CONTENT_FULL, true},
	{"15-schema.tar", "1.14", "pg_dump 15.20", BKS_CONTENT_SCHEMA, false},
	{"15-data.tar", "1.14", "pg_dump 15.20", BKS_CONTENT_DATA, true},
	{"15-void.tar", "1.14", "pg_dump 15.20", BKS_CONTENT_EMPTY, false},
	{"17-copy.tar", "1.16", "pg_dump 17.5", BKS_CONTENT_FULL, true},
	{"18-inserts.tar", "1.16", "pg_dump 18.0", BKS_CONTENT_FULL, true},
};
enum { FIXTURES = sizeof fixtures / sizeof *fixtures };

static const struct {
	const char *name;
	int64_t rows;
} tables[] = {{"users", 40}, {"nasty", 11}, {"new\nline.and \" \xf0\x9f\x90\x98", 5},
	{"empty", 0}, {"nocols", 3}, {"users_old", 0}, {"ev_2025", 7}, {"ev.2026", 4}};

TEST(every_real_tar_is_sound_with_its_facts_and_rows)
{
	NOSTATE;
	for (size_t i = 0; i < FIXTURES; i++) {
		struct bytes b = fixture(fixtures[i].name);
		struct look l;

		assert_string_equal(format_guess(b.p, b.n)->name, "pgdump-tar");
		look_at(&l, b.p, b.n, 0);
		assert_int_equal(l.v.verdict, BKS_SOUND);
		assert_int_equal(l.v.levels[BKS_WHOLE], BKS_RESULT_PASS);
		assert_int_equal(l.v.content, fixtures[i].content);
		assert_string_equal(l.v.format_version, fixtures[i].version);
		assert_string_equal(l.v.producer, fixtures[i].producer);
		assert_string_equal(l.v.server_version, "15.20");
		assert_in_range(l.v.started.year, 2024, 2100);
		assert_int_equal(found(&l, "no-checksum") != NULL, fixtures[i].data);
		assert_int_equal(l.v.finding_count,
			fixtures[i].data + (fixtures[i].content == BKS_CONTENT_SCHEMA));
		for (size_t k = 0; fixtures[i].content != BKS_CONTENT_EMPTY &&
				   k < sizeof tables / sizeof *tables;
			k++) {
			const bks_table *t = table_in(&l, tables[k].name);

			assert_non_null(t);
			assert_int_equal(t->rows, fixtures[i].data ? tables[k].rows : -1);
			assert_int_equal(t->data, fixtures[i].data);
		}
		look_away(&l);
		free(b.p);
	}
}

TEST(no_cut_of_any_tar_is_sound)
{
	NOSTATE;
	for (size_t i = 0; i < FIXTURES; i++) {
		struct bytes b = fixture(fixtures[i].name);

		/* every byte of two; of the rest each boundary of a block and its neighbours */
		for (size_t n = 0; n < b.n; n++) {
			struct look l;

			if (i != 0 && i != 5 && n % BLOCK > 1 && n % BLOCK < BLOCK - 1)
				continue;
			look_at(&l, b.p, n, 0);
			assert_int_equal(l.v.verdict, BKS_DAMAGED);
			assert_int_equal(l.v.levels[BKS_WHOLE], BKS_RESULT_FAIL);
			assert_non_null(found(&l, "truncated"));
			if (n >= 8)
				assert_string_equal(format_guess(b.p, n)->name, "pgdump-tar");
			look_away(&l);
		}
		free(b.p);
	}
}

static void same_look(const struct look *a, const struct look *b)
{
	assert_int_equal(a->v.verdict, b->v.verdict);
	assert_int_equal(a->v.table_count, b->v.table_count);
	for (size_t i = 0; i < a->v.table_count; i++)
		assert_int_equal(a->v.tables[i].rows, b->v.tables[i].rows);
	assert_int_equal(a->v.finding_count, b->v.finding_count);
	for (size_t i = 0; i < a->v.finding_count; i++) {
		assert_string_equal(a->v.findings[i].code, b->v.findings[i].code);
		assert_string_equal(a->v.findings[i].text, b->v.findings[i].text);
	}
}

TEST(it_does_not_matter_in_which_pieces_the_bytes_come)
{
	static const size_t steps[] = {1, 2, 7, 511, 513, 4096};

	NOSTATE;
	for (size_t i = 0; i < FIXTURES; i++) {
		struct bytes b = fixture(fixtures[i].name);
		struct look all, pieces;

		for (size_t cut = 0; cut < 2; cut++) {
			look_at(&all, b.p, b.n - cut * 5000, 0);
			for (size_t k = 0; k < sizeof steps / sizeof *steps; k++) {
				look_at(&pieces, b.p, b.n - cut * 5000, steps[k]);
				same_look(&all, &pieces);
				look_away(&pieces);
			}
			look_away(&all);
		}
		free(b.p);
	}
}

static bool noticed(const struct bytes *b)
{
	struct look l;
	bool yes;

	look_at(&l, b->p, b->n, 0);
	yes = l.v.verdict != BKS_SOUND;
	look_away(&l);
	return yes;
}

/* A header's checksum sees each bit but those that make a zero byte of a space at the end of a
 * number. */
TEST(each_flipped_bit_of_a_header_is_noticed)
{
	struct tarred t = tarred("15-copy.tar");

	NOSTATE;
	for (size_t m = 0; m<t.n; m += t.n - 1> m && m ? 6 : 1) {
		size_t at = (size_t)(t.v[m].head - t.b.p);

		for (size_t bit = 0; bit < 8 * BLOCK; bit++) {
			uint8_t *p = &t.b.p[at + bit / 8], was = *p;

			*p ^= (uint8_t)(1U << bit % 8);
			if (bit / 8 != 155 || *p)
				assert_true(noticed(&t.b));
			*p = was;
		}
	}
	free(t.b.p);
}

TEST(each_flipped_bit_of_padding_and_end_blocks_is_noticed)
{
	struct tarred t = tarred("17-copy.tar");

	NOSTATE;
	for (size_t m = 1; m <= t.n; m++) {
		size_t end = m < t.n ? (size_t)(t.v[m].head - t.b.p) : t.b.n;
		size_t from = m < t.n ? end - t.v[m - 1].all + BLOCK + t.v[m - 1].size
				      : end - 2 * BLOCK;

		for (size_t bit = 8 * from; bit < 8 * end; bit += m < t.n ? 7 : 1) {
			t.b.p[bit / 8] ^= (uint8_t)(1U << bit % 8);
			assert_true(noticed(&t.b));
			t.b.p[bit / 8] ^= (uint8_t)(1U << bit % 8);
		}
	}
	free(t.b.p);
}

/* Nothing guards the bytes of members; what is printed stands in docs/formats/pgdump-tar.md. */
TEST(of_flipped_bits_in_members_those_that_break_something_are_noticed)
{
	struct tarred t = tarred("15-copy.tar");

	NOSTATE;
	for (size_t part = 0; part < 3; part++) {
		size_t seen = 0, all = 0;

		for (size_t m = 0; m < t.n; m++) {
			size_t at = (size_t)(t.v[m].head - t.b.p) + BLOCK;

			if (part != (m == 0 ? 0 : m + 1 == t.n ? 2 : 1))
				continue;
			for (size_t bit = 8 * at; bit < 8 * (at + t.v[m].size); bit += 11) {
				t.b.p[bit / 8] ^= (uint8_t)(1U << bit % 8);
				seen += noticed(&t.b);
				all++;
				t.b.p[bit / 8] ^= (uint8_t)(1U << bit % 8);
			}
		}
		print_message("%s: %zu of %zu\n",
			part == 0   ? "toc.dat"
			: part == 1 ? "data"
				    : "restore.sql",
			seen, all);
		assert_true(part == 2 || seen > all / 20);
	}
	free(t.b.p);
}

/* But those that hold nothing beside the bytes of a large object, which may be zeros. */
TEST(each_page_of_zeros_is_noticed)
{
	struct tarred t = tarred("15-inserts.tar");

	NOSTATE;
	for (size_t m = 0; m < t.n; m++) {
		size_t from = (size_t)(t.v[m].head - t.b.p);
		bool object = !strncmp(t.v[m].name, "blob_", 5);

		for (size_t at = from; at < from + (object ? 1 : t.v[m].all); at += BLOCK / 2) {
			uint8_t was[BLOCK];
			size_t zeros = 0;

			memcpy(was, t.b.p + at, BLOCK);
			while (zeros < BLOCK && !was[zeros])
				zeros++;
			memset(t.b.p + at, 0, BLOCK);
			if (zeros < BLOCK && !noticed(&t.b))
				fail_msg("zeros at %zu are not noticed", at);
			memcpy(t.b.p + at, was, BLOCK);
		}
	}
	free(t.b.p);
}

MAIN(T(every_real_tar_is_sound_with_its_facts_and_rows), T(no_cut_of_any_tar_is_sound),
	T(it_does_not_matter_in_which_pieces_the_bytes_come),
	T(each_flipped_bit_of_a_header_is_noticed),
	T(each_flipped_bit_of_padding_and_end_blocks_is_noticed),
	T(of_flipped_bits_in_members_those_that_break_something_are_noticed),
	T(each_page_of_zeros_is_noticed))
