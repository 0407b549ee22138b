/* The real zips of tests/corpus/zip: whole, cut at every byte, in pieces, with bits flipped;
 * backups in them are items. */
#define LOOK_FORMAT format_zip
#define LOOK_CORPUS "zip"
#include "boxed.h"

static const char *const fixtures[] = {"info.zip", "info-stored.zip", "info-pipe.zip",
	"info-stdin.zip", "info-zip64.zip", "info-bzip2.zip", "info-comment.zip", "bsd.zip",
	"python-deflated.zip", "python-pipe.zip", "python-stored-pipe.zip", "backups.zip",
	"backups-pipe.zip", "nested.zip"};
enum { FIXTURES = sizeof fixtures / sizeof *fixtures };

TEST(every_real_zip_is_sound)
{
	NOSTATE;
	for (size_t i = 0; i < FIXTURES; i++) {
		struct bytes b = fixture(fixtures[i]);
		struct look l;

		assert_string_equal(format_guess(b.p, b.n)->name, "zip");
		look_at(&l, b.p, b.n, 0);
		if (l.v.verdict != BKS_SOUND)
			print_findings(&l.v);
		assert_int_equal(l.v.verdict, BKS_SOUND);
		assert_int_equal(l.v.levels[BKS_WHOLE], BKS_RESULT_PASS);
		assert_int_equal(l.v.finding_count, !strcmp(fixtures[i], "nested.zip"));
		look_away(&l);
		free(b.p);
	}
}

TEST(no_cut_of_any_zip_is_sound)
{
	NOSTATE;
	for (size_t i = 0; i < FIXTURES; i++) {
		struct bytes b = fixture(fixtures[i]);

		for (size_t n = 4; n < b.n; n++) {
			struct look l;

			look_at(&l, b.p, n, 0);
			if (l.v.verdict != BKS_DAMAGED || !has_code(&l.v, "truncated")) {
				print_findings(&l.v);
				fail_msg("%s cut at %zu", fixtures[i], n);
			}
			look_away(&l);
		}
		free(b.p);
	}
}

TEST(it_does_not_matter_in_which_pieces_a_zip_comes)
{
	NOSTATE;
	for (size_t i = 0; i < FIXTURES; i++)
		same_in_pieces(fixtures[i]);
}

TEST(backups_in_a_zip_are_items_with_findings_and_tables_of_their_own)
{
	static const char *const names[] = {"backups.zip", "backups-pipe.zip"};

	NOSTATE;
	for (size_t i = 0; i < 2; i++) {
		struct bytes b = fixture(names[i]);
		struct look l;

		look_at(&l, b.p, b.n, 0);
		assert_int_equal(l.v.member_count, 3);
		assert_string_equal(member(&l, "data.dump")->format, "pgdump-custom");
		assert_string_equal(member(&l, "schema.dump.gz")->wrapping[0], "gzip");
		assert_int_equal(member(&l, "void.dump")->verdict, BKS_SOUND);
		assert_int_equal(l.v.content, BKS_CONTENT_FULL);
		assert_int_equal(table_in(&l, "users")->rows, 40);
		look_away(&l);
		free(b.p);
	}
}

TEST(a_zip_in_a_zip_is_named_and_not_entered)
{
	struct bytes b = fixture("nested.zip");
	struct look l;

	NOSTATE;
	look_at(&l, b.p, b.n, 0);
	assert_string_equal(found(&l, "not-entered")->where, "inner.zip");
	assert_int_equal(l.v.member_count, 1);
	look_away(&l);
	free(b.p);
}

TEST(encrypted_members_are_named_and_prove_nothing)
{
	struct bytes b = fixture("info-encrypted.zip");
	struct look l;

	NOSTATE;
	look_at(&l, b.p, b.n, 0);
	assert_int_equal(l.v.verdict, BKS_UNPROVEN);
	assert_int_equal(l.v.levels[BKS_WHOLE], BKS_RESULT_UNPROVABLE);
	assert_string_equal(found(&l, "encrypted")->where, "files/a.txt");
	assert_false(l.v.recognised); /* a required table may be in it */
	look_away(&l);
	for (size_t n = 4; n < b.n; n += 3)
		assert_true(noticed(&b, n));
	free(b.p);
}

TEST(a_compression_that_may_ask_for_any_memory_is_not_undone)
{
	struct bytes b = fixture("python-lzma.zip");
	struct look l;

	NOSTATE;
	look_at(&l, b.p, b.n, 0);
	assert_int_equal(l.v.verdict, BKS_UNSUPPORTED);
	assert_string_equal(found(&l, "unsupported-format")->where, "README");
	look_away(&l);
	b.p[b.n - 4] ^= 1; /* what can be seen without unpacking is looked at */
	look_at(&l, b.p, b.n, 0);
	assert_int_equal(l.v.verdict, BKS_DAMAGED);
	look_away(&l);
	free(b.p);
}

TEST(a_zip_without_members_is_empty)
{
	struct bytes b = fixture("empty.zip");
	struct look l;

	NOSTATE;
	assert_string_equal(format_guess(b.p, b.n)->name, "zip");
	look_at(&l, b.p, b.n, 0);
	assert_int_equal(l.v.verdict, BKS_INCOMPLETE);
	assert_int_equal(l.v.content, BKS_CONTENT_EMPTY);
	assert_true(has_code(&l.v, "empty"));
	look_away(&l);
	free(b.p);
}

/* Of every bit of a zip: those that say nothing of its bytes or its members (times, versions,
 * owners, comments) are all that passes. */
TEST(each_flipped_bit_that_matters_is_noticed)
{
	static const struct {
		const char *name;
		size_t least; /* in a thousand */
	} zips[] = {{"info.zip", 600}, {"backups.zip", 900}, {"backups-pipe.zip", 900},
		{"python-stored-pipe.zip", 850}, {"info-zip64.zip", 700}};

	NOSTATE;
	for (size_t i = 0; i < sizeof zips / sizeof *zips; i++) {
		struct bytes b = fixture(zips[i].name);
		size_t seen = 0;

		for (size_t bit = 0; bit < 8 * b.n; bit++) {
			b.p[bit / 8] ^= (uint8_t)(1U << bit % 8);
			seen += noticed(&b, b.n);
			b.p[bit / 8] ^= (uint8_t)(1U << bit % 8);
		}
		print_message("%s: %zu of %zu\n", zips[i].name, seen, 8 * b.n);
		assert_true(seen * 1000 >= zips[i].least * 8 * b.n);
		free(b.p);
	}
}

MAIN(T(every_real_zip_is_sound), T(no_cut_of_any_zip_is_sound),
	T(it_does_not_matter_in_which_pieces_a_zip_comes),
	T(backups_in_a_zip_are_items_with_findings_and_tables_of_their_own),
	T(a_zip_in_a_zip_is_named_and_not_entered),
	T(encrypted_members_are_named_and_prove_nothing),
	T(a_compression_that_may_ask_for_any_memory_is_not_undone),
	T(a_zip_without_members_is_empty), T(each_flipped_bit_that_matters_is_noticed))
