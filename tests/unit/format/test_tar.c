/* The real tars of tests/corpus/tar: whole, cut at every byte, in pieces, with bits flipped;
 * backups in them are items. */
#define LOOK_FORMAT format_tar
#define LOOK_CORPUS "tar"
#include "boxed.h"

enum { BLOCK = 512 };

static const struct {
	const char *name, *version;
} fixtures[] = {{"gnu-gnu.tar", "gnu"}, {"gnu-posix.tar", "pax"}, {"gnu-ustar.tar", "ustar"},
	{"gnu-v7.tar", "v7"}, {"bsd-ustar.tar", "ustar"}, {"bsd-pax.tar", "pax"},
	{"bsd-gnutar.tar", "gnu"}, {"python-gnu.tar", "gnu"}, {"python-pax.tar", "pax"},
	{"sparse-gnu.tar", "gnu"}, {"sparse-0.0.tar", "pax"}, {"sparse-0.1.tar", "pax"},
	{"sparse-1.0.tar", "pax"}, {"backups.tar", "gnu"}, {"nested.tar", "gnu"}};
enum { FIXTURES = sizeof fixtures / sizeof *fixtures };

static bool zeros(const uint8_t *p, size_t n)
{
	for (size_t i = 0; i < n; i++)
		if (p[i])
			return false;
	return true;
}

TEST(every_real_tar_is_sound)
{
	NOSTATE;
	for (size_t i = 0; i < FIXTURES; i++) {
		struct bytes b = fixture(fixtures[i].name);
		struct look l;

		assert_string_equal(format_guess(b.p, b.n)->name, "tar");
		look_at(&l, b.p, b.n, 0);
		if (l.v.verdict != BKS_SOUND)
			print_findings(&l.v);
		assert_int_equal(l.v.verdict, BKS_SOUND);
		assert_int_equal(l.v.levels[BKS_WHOLE], BKS_RESULT_PASS);
		assert_string_equal(l.v.format_version, fixtures[i].version);
		assert_true(has_code(&l.v, "no-checksum"));
		look_away(&l);
		free(b.p);
	}
}

TEST(a_tar_that_is_cut_before_its_second_end_block_is_damaged)
{
	NOSTATE;
	for (size_t i = 0; i < FIXTURES; i++) {
		struct bytes b = fixture(fixtures[i].name);
		size_t n, end = b.n;

		while (end > 2 * BLOCK && !noticed(&b, end - BLOCK))
			end -= BLOCK;
		assert_true(zeros(b.p + end - 2 * BLOCK, b.n - end + 2 * BLOCK));
		for (n = 1; n < end; n++) {
			struct look l;

			/* each byte of one, of the others each boundary of a block */
			if (i != 4 && n % BLOCK > 1 && n % BLOCK < BLOCK - 1)
				continue;
			look_at(&l, b.p, n, 0);
			if (l.v.verdict != BKS_DAMAGED || !has_code(&l.v, "truncated")) {
				print_findings(&l.v);
				fail_msg("%s cut at %zu", fixtures[i].name, n);
			}
			look_away(&l);
		}
		free(b.p);
	}
}

TEST(it_does_not_matter_in_which_pieces_a_tar_comes)
{
	NOSTATE;
	for (size_t i = 0; i < FIXTURES; i++)
		same_in_pieces(fixtures[i].name);
}

TEST(backups_in_a_tar_are_items_with_findings_and_tables_of_their_own)
{
	struct bytes b = fixture("backups.tar");
	const bks_inspection *m;
	struct look l;

	NOSTATE;
	look_at(&l, b.p, b.n, 0);
	assert_int_equal(l.v.member_count, 3); /* README is none */
	assert_null(member(&l, "README"));
	m = member(&l, "data.dump");
	assert_string_equal(m->format, "pgdump-custom");
	assert_int_equal(m->content, BKS_CONTENT_DATA);
	assert_int_equal(m->table_count, 8);
	assert_int_equal(m->size, 4209);
	m = member(&l, "schema.dump.gz");
	assert_string_equal(m->wrapping[0], "gzip");
	assert_int_equal(m->verdict, BKS_SOUND);
	assert_int_equal(m->levels[BKS_WHOLE], BKS_RESULT_PASS);
	assert_true(has_code(m, "schema-only"));
	assert_int_equal(l.v.content, BKS_CONTENT_FULL); /* of both */
	assert_true(table_in(&l, "users")->ddl);
	assert_int_equal(table_in(&l, "users")->rows, 40);
	assert_in_range(l.v.started.year, 2024, 2100);
	assert_string_equal(l.v.producer, "pg_dump 15.20");
	look_away(&l);
	free(b.p);
}

TEST(an_archive_in_an_archive_is_named_and_not_entered)
{
	struct bytes b = fixture("nested.tar");
	struct look l;

	NOSTATE;
	look_at(&l, b.p, b.n, 0);
	assert_int_equal(l.v.verdict, BKS_SOUND);
	assert_string_equal(found(&l, "not-entered")->where, "inner.tar.gz");
	assert_int_equal(found(&l, "not-entered")->severity, BKS_NOTE);
	assert_int_equal(l.v.member_count, 1);
	assert_non_null(member(&l, "void.dump"));
	look_away(&l);
	free(b.p);
	b = fixture("backups.tar");
	look_at(&l, b.p, b.n, 0);
	assert_null(found(&l, "not-entered"));
	look_away(&l);
	free(b.p);
}

TEST(a_backup_that_is_damaged_in_a_tar_damages_the_tar)
{
	struct bytes b = fixture("backups.tar");
	struct look l;
	size_t at = 0;

	NOSTATE;
	while (memcmp(b.p + at, "\x1f\x8b\x08", 3) != 0)
		at++;
	b.p[at + 600] ^= 4;
	look_at(&l, b.p, b.n, 0);
	assert_int_equal(l.v.verdict, BKS_DAMAGED);
	assert_int_equal(l.v.levels[BKS_WHOLE], BKS_RESULT_FAIL);
	assert_int_equal(member(&l, "schema.dump.gz")->verdict, BKS_DAMAGED);
	assert_int_equal(member(&l, "data.dump")->verdict, BKS_SOUND);
	look_away(&l);
	free(b.p);
}

TEST(a_tar_without_members_is_empty)
{
	struct bytes b = fixture("empty.tar");
	struct look l;

	NOSTATE;
	assert_string_equal(format_guess(b.p, b.n)->name, "tar");
	look_at(&l, b.p, b.n, 0);
	assert_int_equal(l.v.verdict, BKS_INCOMPLETE);
	assert_int_equal(l.v.content, BKS_CONTENT_EMPTY);
	assert_true(has_code(&l.v, "empty"));
	look_away(&l);
	free(b.p);
}

/* Its checksum sees each bit but those that make another blank of one in its own field. */
TEST(each_flipped_bit_of_a_header_or_of_the_end_mark_is_noticed)
{
	struct bytes b = fixture("gnu-ustar.tar");
	size_t end = b.n;

	NOSTATE;
	while (zeros(b.p + end - BLOCK, BLOCK))
		end -= BLOCK;
	for (size_t bit = 0; bit < 8 * BLOCK; bit++) {
		b.p[bit / 8] ^= (uint8_t)(1U << bit % 8);
		if (bit / 8 < 148 || bit / 8 > 155 || (b.p[bit / 8] && b.p[bit / 8] != ' '))
			assert_true(noticed(&b, b.n));
		b.p[bit / 8] ^= (uint8_t)(1U << bit % 8);
	}
	for (size_t bit = 8 * end; bit < 8 * b.n; bit += 5) {
		b.p[bit / 8] ^= (uint8_t)(1U << bit % 8);
		assert_true(noticed(&b, b.n));
		b.p[bit / 8] ^= (uint8_t)(1U << bit % 8);
	}
	free(b.p);
}

MAIN(T(every_real_tar_is_sound), T(a_tar_that_is_cut_before_its_second_end_block_is_damaged),
	T(it_does_not_matter_in_which_pieces_a_tar_comes),
	T(backups_in_a_tar_are_items_with_findings_and_tables_of_their_own),
	T(an_archive_in_an_archive_is_named_and_not_entered),
	T(a_backup_that_is_damaged_in_a_tar_damages_the_tar), T(a_tar_without_members_is_empty),
	T(each_flipped_bit_of_a_header_or_of_the_end_mark_is_noticed))
