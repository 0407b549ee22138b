/* Tars made anew of the members of a real one: lost, twice, in another order, strange ones. */
#include "tarred.h"

static struct bytes without(const struct tarred *t, size_t m)
{
	struct bytes b = {0};

	for (size_t i = 0; i < t->n; i++)
		if (i != m)
			put_member(&b, &t->v[i]);
	put_end(&b);
	return b;
}

TEST(each_lost_member_is_missing)
{
	static const char *const names[] = {"15-copy.tar", "17-copy.tar"};

	NOSTATE;
	for (size_t k = 0; k < 2; k++) {
		struct tarred t = tarred(names[k]);

		assert_true(t.n > 12);
		/* without the contents it is a tar like any other */
		for (size_t m = 1; m < t.n; m++) {
			struct bytes b = without(&t, m);
			bool list = !strncmp(t.v[m].name, "blobs", 5);

			/* then its objects are in no list, too */
			expect(b, "member-missing", t.v[m].name,
				list ? BKS_DAMAGED : BKS_INCOMPLETE);
		}
		free(t.b.p);
	}
}

TEST(each_member_that_comes_twice_is_unexpected)
{
	struct tarred t = tarred("17-copy.tar");

	NOSTATE;
	for (size_t m = 0; m < t.n; m++)
		for (size_t place = m; place < t.n; place++) {
			struct bytes b = {0};

			for (size_t i = 0; i < t.n; i++) {
				put_member(&b, &t.v[i]);
				if (i == place)
					put_member(&b, &t.v[m]);
			}
			put_end(&b);
			expect(b, "member-unexpected", NULL, BKS_DAMAGED);
		}
	free(t.b.p);
}

/* Large objects may change places among themselves: pg_restore takes them as they come. */
TEST(members_in_another_order_are_unexpected_as_pg_restore_would_refuse_them)
{
	struct tarred t = tarred("15-copy.tar");

	NOSTATE;
	for (size_t m = 1; m + 1 < t.n; m++) {
		struct bytes b = {0};

		for (size_t i = 0; i < t.n; i++)
			put_member(&b, &t.v[i == m ? m + 1 : i == m + 1 ? m : i]);
		put_end(&b);
		if (!strncmp(t.v[m].name, "blob_", 5) &&
			!strncmp(t.v[m + 1].name, "blob_", 5)) {
			struct look l;

			look_at(&l, b.p, b.n, 0);
			assert_int_equal(l.v.verdict, BKS_SOUND);
			look_away(&l);
			free(b.p);
			continue;
		}
		if (!strncmp(t.v[m].name, "blob_", 5) || !strncmp(t.v[m + 1].name, "blob_", 5)) {
			free(b.p);
			continue; /* the next test */
		}
		expect(b, "member-unexpected", NULL, BKS_DAMAGED);
	}
	free(t.b.p);
}

TEST(a_large_object_behind_its_list_is_missing_in_it)
{
	struct tarred t = tarred("15-copy.tar");
	struct bytes b = {0};

	NOSTATE;
	for (size_t i = 0; i < t.n; i++) {
		if (strcmp(t.v[i].name, "blob_20001.dat") != 0)
			put_member(&b, &t.v[i]);
		if (!strcmp(t.v[i].name, "blobs.toc"))
			put_member(&b, member_in(&t, "blob_20001.dat"));
	}
	put_end(&b);
	expect(b, "member-missing", "blob_20001.dat", BKS_DAMAGED);
	free(t.b.p);
}

static struct bytes with_file(
	const struct tarred *t, const char *name, char type, const char *text)
{
	struct bytes b = {0};

	for (size_t i = 0; i < t->n; i++) {
		put_member(&b, &t->v[i]);
		if (i == 1)
			put_file(&b, name, type, text, strlen(text));
	}
	put_end(&b);
	return b;
}

TEST(strange_members_are_unexpected_and_unsafe_ones_are_named_so)
{
	static const char *const strange[] = {"README", "99999.dat", "03382.dat", "3382.dat.gz",
		"+3382.dat", "blob_1.dat", "blob_0.dat", "blob_99999999999.dat",
		"blobs_3390.toc", "toc.dat", "blobs.tocs", "sub/3382.dat", "3390.dat", "..dat",
		"a/..b"};
	static const char *const unsafe[] = {"/etc/passwd", "../x", "a/../b", "a/..", ".."};
	struct tarred t = tarred("15-copy.tar");

	NOSTATE;
	for (size_t i = 0; i < sizeof strange / sizeof *strange; i++)
		expect(with_file(&t, strange[i], '0', "1\t2\n"), "member-unexpected",
			strange[i], BKS_DAMAGED);
	for (size_t i = 0; i < sizeof unsafe / sizeof *unsafe; i++)
		expect(with_file(&t, unsafe[i], '0', "x"), "member-unsafe", unsafe[i],
			BKS_DAMAGED);
	expect(with_file(&t, "3382.dat", '2', ""), "member-unsafe", "3382.dat", BKS_DAMAGED);
	expect(with_file(&t, "3382.dat", '1', ""), "member-unsafe", "3382.dat", BKS_DAMAGED);
	expect(with_file(&t, "3382.dat", '5', ""), "member-unexpected", "3382.dat",
		BKS_DAMAGED);
	free(t.b.p);
}

static struct bytes with_text(
	const struct tarred *t, const char *name, const void *text, size_t n)
{
	struct bytes b = {0};

	for (size_t i = 0; i < t->n; i++)
		if (strcmp(t->v[i].name, name) != 0)
			put_member(&b, &t->v[i]);
		else
			put_file(&b, name, '0', text, n);
	put_end(&b);
	return b;
}

TEST(rows_and_scripts_end_where_pg_dump_ends_them)
{
	struct tarred t = tarred("15-copy.tar"), s = tarred("15-inserts.tar");

	NOSTATE;
	expect(with_text(&t, "3382.dat", "", 0), "copy-not-terminated", NULL, BKS_INCOMPLETE);
	expect(with_text(&t, "3382.dat", "\\.", 2), "copy-not-terminated", NULL,
		BKS_INCOMPLETE);
	expect(with_text(&t, "3382.dat", "1\n\\.\n\n\n2\n", 9), "trailing-data", NULL,
		BKS_DAMAGED);
	expect(with_text(&t, "3382.dat", "1\0\n\\.\n\n\n", 9), "malformed", NULL, BKS_DAMAGED);
	expect(with_text(&t, "restore.sql", "SELECT 1;\n--", 12), "malformed", NULL,
		BKS_DAMAGED);
	expect(with_text(&t, "restore.sql", "SELECT\0 1;\n", 11), "malformed", NULL,
		BKS_DAMAGED);
	expect(with_text(&s, "3382.dat", "INSERT INTO a VALUES (1", 23),
		"statement-not-terminated", NULL, BKS_INCOMPLETE);
	expect(with_text(&s, "3382.dat", "DROP TABLE a;\n", 14), "malformed", NULL,
		BKS_DAMAGED);
	free(t.b.p);
	free(s.b.p);
}

TEST(a_list_names_each_large_object_once_with_its_own_file)
{
	static const struct {
		const char *text, *code;
		enum bks_verdict verdict;
	} lists[] = {
		{"20001 blob_20001.dat\n20002 blob_20002.dat\n", "member-unexpected",
			BKS_DAMAGED},
		{"", "member-unexpected", BKS_DAMAGED},
		{"20001 blob_20001.dat\n20002 blob_20002.dat\n4000000001 blob_4000000001.dat",
			"malformed", BKS_DAMAGED},
		{"20001 blob_20001.dat\n20002 blob_20001.dat\n4000000001 blob_4000000001.dat\n",
			"malformed", BKS_DAMAGED},
		{"20001 blob_20001.dat\n20001 blob_20001.dat\n", "malformed", BKS_DAMAGED},
		{"\n", "malformed", BKS_DAMAGED},
		{"20001 ../../blob_20001.dat/and/more/and/more/and/more/and/more\n",
			"malformed", BKS_DAMAGED},
		{"20001 blob_20001.dat\n20002 blob_20002.dat\n4000000001 "
		 "blob_4000000001.dat\n7 blob_7.dat\n",
			"member-missing", BKS_INCOMPLETE},
	};
	struct tarred t = tarred("15-copy.tar");

	NOSTATE;
	for (size_t i = 0; i < sizeof lists / sizeof *lists; i++)
		expect(with_text(&t, "blobs.toc", lists[i].text, strlen(lists[i].text)),
			lists[i].code, NULL, lists[i].verdict);
	free(t.b.p);
}

TEST(the_contents_must_be_those_of_a_tar_and_end_with_their_member)
{
	struct tarred t = tarred("15-copy.tar");
	struct bytes toc = {0};

	NOSTATE;
	put(&toc, t.v[0].head + BLOCK, t.v[0].size);
	put_byte(&toc, 0);
	expect(with_text(&t, "toc.dat", toc.p, toc.n), "trailing-data", NULL, BKS_DAMAGED);
	expect(with_text(&t, "toc.dat", toc.p, toc.n - 2), "truncated", NULL, BKS_DAMAGED);
	expect(with_text(&t, "toc.dat", toc.p, 20), "truncated", NULL, BKS_DAMAGED);
	toc.p[10] = 1;
	expect(with_text(&t, "toc.dat", toc.p, toc.n - 1), "malformed", NULL, BKS_DAMAGED);
	toc.p[6] = 99;
	expect(with_text(&t, "toc.dat", toc.p, toc.n - 1), "unsupported-version", NULL,
		BKS_UNSUPPORTED);
	free(toc.p);
	free(t.b.p);
}

TEST(zeros_behind_the_end_are_told_and_other_bytes_are_trailing)
{
	struct bytes b = fixture("15-copy.tar");
	struct look l;

	NOSTATE;
	for (int i = 0; i < 7000; i++)
		put_byte(&b, 0);
	look_at(&l, b.p, b.n, 0);
	assert_int_equal(l.v.verdict, BKS_SOUND);
	assert_non_null(found(&l, "trailing-zeros"));
	look_away(&l);
	put_byte(&b, 'x');
	expect(b, "trailing-data", "byte 37208", BKS_DAMAGED);
	b = fixture("15-copy.tar");
	put(&b, b.p, 512);
	expect(b, "trailing-data", "byte 30208", BKS_DAMAGED);
}

TEST(sizes_that_cannot_be_cost_nothing)
{
	static const char *const sizes[] = {
		"77777777777 ", "\x80\0\0\0\x7f\xff\xff\xff\xff\xff\xff\xff"};

	NOSTATE;
	for (size_t i = 0; i < 2; i++) {
		struct tarred t = tarred("15-copy.tar");

		memcpy(t.b.p + t.v[0].all + 124, sizes[i], 12);
		seal(&t.b, t.v[0].all);
		expect(t.b, "truncated", NULL, BKS_DAMAGED);
		t = tarred("15-copy.tar");
		memcpy(t.b.p + 124, sizes[i], 12);
		seal(&t.b, 0);
		expect(t.b, "trailing-data", NULL, BKS_DAMAGED);
	}
	for (int i = 0; i < 3; i++) {
		struct bytes b = fixture("15-copy.tar");

		memcpy(b.p + 124,
			i == 0   ? "-0000000010 "
			: i == 1 ? "            "
				 : "0001\0"
				   "0000000",
			12);
		seal(&b, 0);
		expect(b, "malformed", "byte 0", BKS_DAMAGED);
	}
}

TEST(a_size_in_base_256_is_as_good_as_in_octal)
{
	struct tarred t = tarred("15-copy.tar");
	struct look l;

	NOSTATE;
	memset(t.b.p + 124, 0, 12);
	t.b.p[124] = 0x80;
	t.b.p[134] = (uint8_t)(t.v[0].size >> 8);
	t.b.p[135] = (uint8_t)t.v[0].size;
	seal(&t.b, 0);
	look_at(&l, t.b.p, t.b.n, 0);
	assert_int_equal(l.v.verdict, BKS_SOUND);
	look_away(&l);
	free(t.b.p);
}

TEST(a_tar_is_known_by_two_of_its_three_marks)
{
	struct bytes b = fixture("15-copy.tar");
	static const size_t at[] = {0, 257, 512};

	NOSTATE;
	for (size_t i = 0; i < 3; i++) {
		b.p[at[i]] ^= 1;
		assert_string_equal(format_guess(b.p, b.n)->name, "pgdump-tar");
		b.p[at[i]] ^= 1;
	}
	/* another tar, which happens to begin with a toc.dat of another name */
	b.p[0] = 'x';
	seal(&b, 0);
	assert_string_equal(format_guess(b.p, b.n)->name, "tar");
	free(b.p);
}

MAIN(T(each_lost_member_is_missing), T(each_member_that_comes_twice_is_unexpected),
	T(members_in_another_order_are_unexpected_as_pg_restore_would_refuse_them),
	T(a_large_object_behind_its_list_is_missing_in_it),
	T(strange_members_are_unexpected_and_unsafe_ones_are_named_so),
	T(rows_and_scripts_end_where_pg_dump_ends_them),
	T(a_list_names_each_large_object_once_with_its_own_file),
	T(the_contents_must_be_those_of_a_tar_and_end_with_their_member),
	T(zeros_behind_the_end_are_told_and_other_bytes_are_trailing),
	T(sizes_that_cannot_be_cost_nothing), T(a_size_in_base_256_is_as_good_as_in_octal),
	T(a_tar_is_known_by_two_of_its_three_marks))
