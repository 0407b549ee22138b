/* Zips made by hand: what is told twice and differs, what is lost, twice there, in between or
 * behind, and what may be. */
#define LOOK_FORMAT format_zip
#define LOOK_CORPUS "zip"
#include "zipped.h"
/* a (5 bytes), b (6), c (7). */
static struct zipped three(void)
{
	struct zipped z = {0};

	add(&z, "a", "aaaaa", 0);
	add(&z, "b", "bbbbbb", 0);
	add(&z, "c", "ccccccc", 0);
	close_zip(&z);
	return z;
}

TEST(one_made_by_hand_is_sound)
{
	NOSTATE;
	expect(three().b, BKS_SOUND, NULL, NULL);
}

TEST(what_is_told_twice_must_be_the_same)
{
	/* of b: places in its local header, and in its central record */
	static const struct {
		bool central;
		size_t at;
		const char *code;
	} v[] = {
		{false, 8, NULL}, {true, 10, "malformed"}, /* method */
		{false, 14, "checksum-mismatch"}, {true, 16, "checksum-mismatch"},
		{false, 18, NULL}, {true, 20, "size-conflict"},            /* packed */
		{false, 22, "size-conflict"}, {true, 24, "size-conflict"}, /* unpacked */
		{false, 30, "malformed"}, {true, 46, "malformed"},         /* name */
		{true, 42, "size-conflict"},                               /* place */
		{true, 8, "malformed"},                                    /* encrypted */
	};

	NOSTATE;
	for (size_t i = 0; i < sizeof v / sizeof *v; i++) {
		struct zipped z = three();
		size_t at = v[i].central ? z.directory + 47 : z.v[1].at;
		struct look l;

		z.b.p[at + v[i].at] ^= 1;
		look_at(&l, z.b.p, z.b.n, 0);
		if (l.v.verdict != BKS_DAMAGED || (v[i].code && !has_code(&l.v, v[i].code))) {
			print_findings(&l.v);
			fail_msg("%zu", i);
		}
		look_away(&l);
		free(z.b.p);
	}
}

TEST(bytes_must_have_their_checksum_although_both_headers_agree)
{
	struct zipped z = three();

	NOSTATE;
	z.b.p[z.v[1].at + 31] ^= 1;
	expect(z.b, BKS_DAMAGED, "checksum-mismatch", "b");
}

TEST(the_end_record_counts_what_is_there)
{
	static const size_t at[] = {8, 10, 12, 16};

	NOSTATE;
	for (size_t i = 0; i < 4; i++) {
		struct zipped z = three();

		z.b.p[z.end + at[i]] ^= 1;
		expect(z.b, BKS_DAMAGED, "size-conflict", NULL);
	}
	for (size_t i = 4; i < 8; i += 2) {
		struct zipped z = three();

		z.b.p[z.end + i] ^= 1;
		expect(z.b, BKS_UNSUPPORTED, "unsupported-format", NULL);
	}
}

TEST(a_comment_is_as_long_as_the_end_record_says)
{
	struct zipped z = three();

	NOSTATE;
	z.b.p[z.b.n - 2] = 3;
	put(&z.b, "abc", 3);
	expect(z.b, BKS_SOUND, NULL, NULL);
	z = three();
	z.b.p[z.b.n - 2] = 3;
	put(&z.b, "abcd", 4);
	expect(z.b, BKS_DAMAGED, "trailing-data", NULL);
	z = three();
	z.b.p[z.b.n - 2] = 3;
	put(&z.b, "ab", 2);
	expect(z.b, BKS_DAMAGED, "truncated", NULL);
}

TEST(zeros_behind_the_end_are_told_and_other_bytes_are_trailing)
{
	struct zipped z = three();
	struct look l;

	NOSTATE;
	for (int i = 0; i < 600; i++)
		put_byte(&z.b, 0);
	look_at(&l, z.b.p, z.b.n, 0);
	assert_int_equal(l.v.verdict, BKS_SOUND);
	assert_non_null(found(&l, "trailing-zeros"));
	look_away(&l);
	put_byte(&z.b, 'x');
	expect(z.b, BKS_DAMAGED, "trailing-data", NULL);
}

TEST(a_member_that_one_side_lacks_is_told)
{
	struct zipped z = {0};

	NOSTATE;
	add(&z, "a", "aaaaa", 0);
	add(&z, "b", "bbbbbb", 0);
	z.directory = z.b.n;
	list(&z, &z.v[0]);
	finish(&z, 1);
	expect(z.b, BKS_DAMAGED, "member-unexpected", "b");
	z = (struct zipped){0};
	add(&z, "a", "aaaaa", 0);
	z.v[1] = z.v[0];
	z.v[1].name = "b";
	z.v[1].at = 4000;
	z.n = 2;
	close_zip(&z);
	expect(z.b, BKS_INCOMPLETE, "member-missing", "b");
	z = (struct zipped){0};
	add(&z, "a", "aaaaa", 0);
	z.v[1] = z.v[0];
	z.n = 2;
	close_zip(&z);
	expect(z.b, BKS_DAMAGED, "member-unexpected", "a"); /* twice in the directory */
}

/* One core of bytes that many members claim: Fifield's bomb is made so. */
TEST(members_that_overlap_are_told_and_unpacked_once)
{
	struct zipped z = {0};
	struct look l;

	NOSTATE;
	add(&z, "a", "aaaaa and more of the same bytes, which others claim", 0);
	for (size_t i = 1; i < 5; i++) {
		z.v[i] = z.v[0];
		z.v[i].name = i == 1 ? "b" : i == 2 ? "c" : i == 3 ? "d" : "e";
		z.v[i].at = z.v[0].at + 4 * i;
	}
	z.n = 5;
	close_zip(&z);
	look_at(&l, z.b.p, z.b.n, 0);
	assert_int_equal(l.v.verdict, BKS_DAMAGED);
	assert_int_equal(l.v.finding_count, 4);
	assert_non_null(strstr(found(&l, "size-conflict")->text, "overlap"));
	look_away(&l);
	free(z.b.p);
}

TEST(bytes_that_belong_to_nothing_are_told)
{
	static const char *const gap = "these bytes nobody asked for";
	struct zipped z = {0};

	NOSTATE;
	add(&z, "a", "aaaaa", 0);
	put(&z.b, gap, strlen(gap));
	add(&z, "b", "bbbbbb", 0);
	close_zip(&z);
	expect(z.b, BKS_DAMAGED, "malformed", "byte 36");
	z = (struct zipped){0};
	add(&z, "a", "aaaaa", 0);
	put(&z.b, gap, strlen(gap));
	close_zip(&z);
	expect(z.b, BKS_DAMAGED, "malformed", "byte 36");
	/* a marker that a split archive begins with, and nothing else, may stand before all */
	z = (struct zipped){0};
	put(&z.b, "PK00", 4);
	add(&z, "a", "aaaaa", 0);
	close_zip(&z);
	assert_string_equal(format_guess(z.b.p, z.b.n)->name, "zip");
	expect(z.b, BKS_SOUND, NULL, NULL);
}

TEST(the_central_directory_holds_its_own_records_and_nothing_else)
{
	struct zipped z = {0};

	NOSTATE;
	/* signed, as the format allows: its size is the signature's too */
	add(&z, "a", "aaaaa", 0);
	z.directory = z.b.n;
	list(&z, &z.v[0]);
	put(&z.b, "PK\5\5\4\0sign", 10);
	finish(&z, 1);
	set16(&z.b, z.end + 12, (unsigned)(z.end - 10 - z.directory));
	expect(z.b, BKS_SOUND, NULL, NULL);
	/* a member between two records */
	z = (struct zipped){0};
	add(&z, "a", "aaaaa", 0);
	z.directory = z.b.n;
	list(&z, &z.v[0]);
	add(&z, "b", "bbbbbb", 0);
	list(&z, &z.v[1]);
	finish(&z, 2);
	expect(z.b, BKS_DAMAGED, "malformed", "byte 83");
	/* a record behind a zip64 end record, which closes the directory */
	z = (struct zipped){0};
	add(&z, "a", "aaaaa", 0);
	z.directory = z.b.n;
	put(&z.b, "PK\6\6\54\0\0\0\0\0\0\0", 12);
	for (int i = 0; i < 44; i++)
		put_byte(&z.b, 0);
	list(&z, &z.v[0]);
	finish(&z, 1);
	expect(z.b, BKS_DAMAGED, "malformed", NULL);
}

TEST(sizes_may_stand_behind_the_bytes_in_four_forms)
{
	NOSTATE;
	for (int form = 0; form < 4; form++) {
		struct zipped z = {0};

		add(&z, "a", "aaaaa", 0);
		add_open(&z, "b", "of which nobody knew how many", form & 1, form & 2);
		add_open(&z, "c", "", form & 1, form & 2);
		add(&z, "d", "ddddddd", 0);
		close_zip(&z);
		expect(z.b, BKS_SOUND, NULL, NULL);
	}
}

TEST(a_descriptor_that_does_not_fit_is_told)
{
	static const size_t back[] = {4, 8, 12};

	NOSTATE;
	for (size_t i = 0; i < 3; i++) {
		struct zipped z = {0};
		struct look l;

		add(&z, "a", "aaaaa", 8);
		descriptor(&z, true, false);
		z.b.p[z.b.n - back[i]] ^= 1;
		close_zip(&z);
		look_at(&l, z.b.p, z.b.n, 0);
		assert_int_equal(l.v.verdict, BKS_DAMAGED);
		look_away(&l);
		free(z.b.p);
	}
}

TEST(bytes_that_look_like_the_end_of_a_member_are_not_it)
{
	struct zipped z = {0};
	struct bytes text = {0};

	NOSTATE;
	/* a whole zip as the bytes of a member whose size stands behind */
	put(&text, "PK\7\10aaaa\4\1\1\1\4\1\1\1PK\3\4PK\1\2PK\5\6PPPK", 32);
	put_byte(&text, 0);
	add(&z, "a", (const char *)text.p, 8);
	descriptor(&z, true, false);
	add(&z, "b", "bbbbbb", 0);
	close_zip(&z);
	expect(z.b, BKS_SOUND, NULL, NULL);
	free(text.p);
}

/* As bsdtar writes it: where it ends libarchive cannot tell without its key. */
static struct zipped with_encrypted(void)
{
	struct zipped z = {0};

	add(&z, "a", "aaaaa", 0);
	add_open(&z, "b", "bbbbbb", true, false);
	z.v[1].flags |= 1;
	set16(&z.b, z.v[1].at + 6, z.v[1].flags);
	add(&z, "c", "ccccccc", 0);
	close_zip(&z);
	return z;
}

TEST(an_encrypted_member_whose_sizes_stand_behind_it_is_no_damage)
{
	struct zipped z = with_encrypted();

	NOSTATE;
	expect(z.b, BKS_UNPROVEN, "encrypted", "b");
	z = with_encrypted();
	z.b.n = z.v[2].at + 20;
	expect(z.b, BKS_DAMAGED, "truncated", NULL);
	z = with_encrypted();
	z.b.p[z.directory + 47 + 16] ^= 1; /* its checksum in its central record */
	expect(z.b, BKS_DAMAGED, "checksum-mismatch", NULL);
}

TEST(names_and_links_are_told_by_what_they_can_do)
{
	static const struct {
		const char *name, *text;
		bool link;
		enum bks_verdict verdict;
		const char *code;
	} v[] = {
		{"dir/file", "x", false, BKS_SOUND, NULL},
		{"/etc/passwd", "x", false, BKS_DAMAGED, "member-unsafe"},
		{"../file", "x", false, BKS_DAMAGED, "member-unsafe"},
		{"C:\\file", "x", false, BKS_DAMAGED, "member-unsafe"},
		{"dir\\file", "x", false, BKS_SOUND, "member-unsafe"},
		{"first", "x", false, BKS_SOUND, "member-unsafe"},
		{"soft", "first", true, BKS_SOUND, NULL},
		{"dir/soft", "../first", true, BKS_SOUND, NULL},
		{"soft", "../first", true, BKS_SOUND, "member-unsafe"},
		{"soft", "/etc/passwd", true, BKS_SOUND, "member-unsafe"},
		{"soft", "/etc/passwd", false, BKS_SOUND, NULL},
		{"dir/", "bytes", false, BKS_DAMAGED, "malformed"},
		{"", "x", false, BKS_DAMAGED, "member-unsafe"},
	};

	NOSTATE;
	for (size_t i = 0; i < sizeof v / sizeof *v; i++) {
		struct zipped z = {0};

		add(&z, "first", "bytes", 0);
		add(&z, v[i].name, v[i].text, 0)->attributes = v[i].link ? 0xa1ff0000U : 0;
		close_zip(&z);
		expect(z.b, v[i].verdict, v[i].code, v[i].code ? v[i].name : NULL);
	}
}

TEST(a_method_that_nobody_unpacks_is_unsupported)
{
	struct zipped z = {0};

	NOSTATE;
	add(&z, "a", "aaaaa", 0)->method = 9;
	set16(&z.b, 8, 9);
	add(&z, "b", "bbbbbb", 0);
	close_zip(&z);
	expect(z.b, BKS_UNSUPPORTED, "unsupported-format", "a");
}

TEST(many_long_names_reach_a_limit_that_is_named)
{
	char *name = malloc(60001);
	struct zipped z = {0};

	NOSTATE;
	memset(name, 'n', 60000);
	name[60000] = '\0';
	for (int i = 0; i < 900; i++) {
		z.n = 0;
		memcpy(name, "0000", 4);
		snprintf(name, 5, "%04d", i);
		name[4] = 'n';
		add(&z, name, "", 0);
	}
	expect(z.b, BKS_UNREADABLE, "limit-reached", NULL);
	free(name);
}

/* Three members, with two bytes set in the local header of the second and in its central one.
 */
static void differing(size_t at, unsigned local, unsigned central, const char *name,
	enum bks_verdict verdict, const char *code)
{
	struct zipped z = {0};
	size_t from;

	add(&z, "a", "first", 0);
	add(&z, name, "second", 0);
	from = z.v[1].at;
	set16(&z.b, from + at, local);
	close_zip(&z);
	set16(&z.b, z.directory + 46 + 1 + at + 2, central); /* behind the record of a */
	expect(z.b, verdict, code, code ? name : NULL);
}

TEST(what_writers_tell_in_two_ways_is_no_damage_and_what_none_does_is)
{
	NOSTATE;
	differing(4, 10, 20, "b", BKS_SOUND, NULL); /* Commons Compress */
	differing(4, 45, 10, "b", BKS_SOUND, NULL); /* Info-ZIP, forced zip64 */
	differing(4, 20, 52, "b", BKS_DAMAGED, "malformed");
	differing(4, 84, 20, "b", BKS_DAMAGED, "malformed");
	differing(4, 84, 84, "b", BKS_UNSUPPORTED, "unsupported-version");
	differing(4, 20, 20 | 2 << 8, "b", BKS_DAMAGED, "malformed");
	differing(6, 0, 6, "b", BKS_SOUND, NULL);       /* how hard it was packed */
	differing(6, 0, 1 << 11, "b", BKS_SOUND, NULL); /* zip-archive: of a name in ASCII */
	differing(6, 0, 1 << 11, "\303\244", BKS_DAMAGED, "malformed");
	differing(6, 0, 1 << 5, "b", BKS_DAMAGED, "malformed");
	differing(6, 1 << 13, 0, "b", BKS_DAMAGED, "malformed");
	differing(6, 1 << 13, 1 << 13, "b", BKS_UNSUPPORTED, "unsupported-format");
}

/* libarchive cannot find the end of such a member; it is no damage. */
TEST(bzip2_with_its_size_behind_is_not_undone)
{
	struct zipped z = {0};
	size_t at;

	NOSTATE;
	add_open(&z, "a", "first", true, false);
	at = z.v[0].at;
	set16(&z.b, at + 8, 12);
	z.v[0].method = 12;
	add(&z, "b", "second", 0);
	close_zip(&z);
	expect(z.b, BKS_UNSUPPORTED, "unsupported-format", "a");
}

MAIN(T(an_encrypted_member_whose_sizes_stand_behind_it_is_no_damage),
	T(the_central_directory_holds_its_own_records_and_nothing_else),
	T(one_made_by_hand_is_sound), T(what_is_told_twice_must_be_the_same),
	T(bytes_must_have_their_checksum_although_both_headers_agree),
	T(the_end_record_counts_what_is_there), T(a_comment_is_as_long_as_the_end_record_says),
	T(zeros_behind_the_end_are_told_and_other_bytes_are_trailing),
	T(a_member_that_one_side_lacks_is_told),
	T(members_that_overlap_are_told_and_unpacked_once),
	T(bytes_that_belong_to_nothing_are_told),
	T(sizes_may_stand_behind_the_bytes_in_four_forms),
	T(a_descriptor_that_does_not_fit_is_told),
	T(bytes_that_look_like_the_end_of_a_member_are_not_it),
	T(names_and_links_are_told_by_what_they_can_do),
	T(a_method_that_nobody_unpacks_is_unsupported),
	T(what_writers_tell_in_two_ways_is_no_damage_and_what_none_does_is),
	T(bzip2_with_its_size_behind_is_not_undone),
	T(many_long_names_reach_a_limit_that_is_named))
