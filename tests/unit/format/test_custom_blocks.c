/* Archives with one thing wrong in their blocks of data. */
#include "forge.h"

TEST(a_block_that_is_not_there_is_named_with_its_entry_and_table)
{
	struct bytes b = start_table(0);
	char where[32];
	const char *text;

	NOSTATE;
	snprintf(where, sizeof where, "at byte %zu", b.n);
	text = expect(b, "block-missing", BKS_DAMAGED);
	assert_non_null(strstr(text, "entry 2|"));
	assert_non_null(strstr(text, "public.t (entry 2)"));
	assert_non_null(strstr(text, where));
}

TEST(a_thousand_missing_blocks_are_not_a_thousand_findings)
{
	struct bytes b = start(0, 1000);
	struct look l;

	NOSTATE;
	for (int i = 1; i <= 1000; i++) {
		struct put_entry e = table_data;

		e.id = i + 1; /* after its table */
		put_entry(&b, 16, &e);
	}
	look_at(&l, b.p, b.n, 0);
	assert_int_equal(l.v.finding_count, 21);
	assert_non_null(strstr(l.v.findings[20].text, "980 more"));
	look_away(&l);
	put_byte(&b, 1);
	look_at(&l, b.p, b.n, 0);
	assert_int_equal(l.v.finding_count, 1);
	assert_string_equal(l.v.findings[0].code, "truncated");
	assert_non_null(strstr(l.v.findings[0].text, "1000 more"));
	look_away(&l);
	free(b.p);
}

TEST(a_cut_names_the_entry_it_is_in)
{
	struct bytes b = start_table(0);

	NOSTATE;
	put_byte(&b, 1);
	put_int(&b, 2);
	put_int(&b, 40);
	put(&b, rows, 6);
	assert_non_null(
		strstr(expect(b, "truncated", BKS_DAMAGED), "data of public.t (entry 2)"));
	b = start(0, 3);
	put_entry(&b, 16, &table);
	assert_non_null(strstr(expect(b, "truncated", BKS_DAMAGED), "entry 2 of 3"));
}

TEST(blocks_that_the_contents_do_not_promise_are_unexpected)
{
	struct bytes b = start_table(0);

	NOSTATE;
	put_block(&b, 2, rows, strlen(rows));
	put_block(&b, 2, rows, strlen(rows));
	assert_non_null(strstr(expect(b, "block-unexpected", BKS_DAMAGED), "second block"));
	b = start_table(0);
	put_block(&b, 2, rows, strlen(rows));
	put_block(&b, 9, rows, strlen(rows));
	assert_non_null(strstr(expect(b, "block-unexpected", BKS_DAMAGED), "entry 9"));
	b = start_table(0);
	put_block(&b, 2, rows, strlen(rows));
	put_block(&b, 1, rows, strlen(rows)); /* an entry, but of no data */
	expect(b, "block-unexpected", BKS_DAMAGED);
	b = start(0, 1);
	put_entry(&b, 16, &blobs);
	put_block(&b, 3, rows, strlen(rows));
	assert_non_null(strstr(expect(b, "block-unexpected", BKS_DAMAGED), "another kind"));
}

TEST(a_block_elsewhere_than_the_contents_say_is_a_conflict)
{
	struct put_entry e = table_data;
	struct bytes b = start(0, 2);

	NOSTATE;
	e.place = 2;
	e.at = 4711;
	put_entry(&b, 16, &table);
	put_entry(&b, 16, &e);
	put_block(&b, 2, rows, strlen(rows));
	assert_non_null(strstr(expect(b, "size-conflict", BKS_DAMAGED), "4711"));
}

TEST(what_comes_after_the_last_block_is_noticed)
{
	static const char *const tails[] = {"x", "\n", "P", "PGDM"};

	NOSTATE;
	for (size_t i = 0; i < 4; i++) {
		struct bytes b = start_table(0);

		put_block(&b, 2, rows, strlen(rows));
		put(&b, tails[i], strlen(tails[i]));
		expect(b, "trailing-data", BKS_DAMAGED);
	}
	for (int zeros = 1; zeros < 600; zeros += 511) {
		struct bytes b = start_table(0);

		put_block(&b, 2, rows, strlen(rows));
		for (int i = 0; i < zeros; i++)
			put_byte(&b, 0);
		expect(b, "trailing-data", BKS_DAMAGED);
	}
}

TEST(two_archives_in_one_file_are_told)
{
	struct bytes a = fixture("15-z6-copy.dump"), b = fixture("15-z0-copy.dump");

	NOSTATE;
	put(&a, b.p, b.n);
	expect(a, "two-dumps-in-one", BKS_DAMAGED);
	free(b.p);
}

TEST(data_without_its_end_mark_is_told)
{
	struct put_entry e = table_data;
	struct bytes b = start_table(0);

	NOSTATE;
	put_block(&b, 2, rows, 8);
	expect(b, "copy-not-terminated", BKS_INCOMPLETE);
	b = start_table(0);
	put_block(&b, 2, "", 0);
	expect(b, "copy-not-terminated", BKS_INCOMPLETE);
	b = start_table(0);
	put_block(&b, 2, "\\.\nx\n", 5);
	expect(b, "trailing-data", BKS_DAMAGED);
	e.copy = NULL;
	b = start(0, 1);
	put_entry(&b, 16, &e);
	put_block(&b, 2, "INSERT INTO t VALUES (1", 23);
	expect(b, "statement-not-terminated", BKS_INCOMPLETE);
	b = start(0, 1);
	put_entry(&b, 16, &e);
	put_block(&b, 2, "DROP TABLE t;\n", 14);
	expect(b, "malformed", BKS_DAMAGED);
}

TEST(a_zlib_stream_ends_where_its_block_ends)
{
	struct bytes z = zlib_of(rows), b = start_table(1);

	NOSTATE;
	put_block(&b, 2, z.p, z.n - 1);
	expect(b, "truncated", BKS_DAMAGED);
	b = start_table(1);
	put_block(&b, 2, "", 0);
	expect(b, "truncated", BKS_DAMAGED);
	put_byte(&z, 0);
	b = start_table(1);
	put_block(&b, 2, z.p, z.n);
	expect(b, "trailing-data", BKS_DAMAGED);
	z.p[z.n - 2] ^= 1; /* Adler-32 */
	b = start_table(1);
	put_block(&b, 2, z.p, z.n - 1);
	expect(b, "checksum-mismatch", BKS_DAMAGED);
	b = start_table(1);
	put_block(&b, 2, rows, strlen(rows));
	expect(b, "malformed", BKS_DAMAGED);
	free(z.p);
}

TEST(damage_in_one_block_does_not_hide_the_next)
{
	struct bytes b = start(1, 2), z = zlib_of(rows);
	struct put_entry other = table_data;
	struct look l;

	NOSTATE;
	other.id = 9;
	other.tag = "u";
	put_entry(&b, 16, &table_data);
	put_entry(&b, 16, &other);
	put_block(&b, 2, "broken", 6);
	put_block(&b, 9, z.p, z.n);
	look_at(&l, b.p, b.n, 0);
	assert_int_equal(l.v.verdict, BKS_DAMAGED);
	assert_int_equal(table_in(&l, "u")->rows, 2);
	assert_true(table_in(&l, "t")->data);
	assert_int_equal(table_in(&l, "t")->rows, -1); /* unknown is not 0 */
	look_away(&l);
	free(b.p);
	free(z.p);
}

TEST(a_frame_that_wants_too_large_a_window_is_a_limit)
{
	struct bytes b = start_table(3);

	NOSTATE;
	put_block(&b, 2, "\x28\xb5\x2f\xfd\0\xa8\1\0\0", 9);
	assert_non_null(strstr(expect(b, "limit-reached", BKS_UNREADABLE), "128 MiB"));
}

TEST(frames_of_another_kind_are_malformed)
{
	struct bytes b = start_table(3);

	NOSTATE;
	put_block(&b, 2, "\x50\x2a\x4d\x18\0\0\0\0", 8); /* skippable */
	expect(b, "malformed", BKS_DAMAGED);
	b = start_table(2);
	put_block(&b, 2, "\x28\xb5\x2f\xfd\0\0\1\0\0", 9);
	expect(b, "malformed", BKS_DAMAGED);
	b = start_table(2);
	put_block(&b, 2, "\x04\x22\x4d", 3);
	expect(b, "truncated", BKS_DAMAGED);
}

/* Large objects 4000000001 and 7 in the contents, and these in the data. */
static struct bytes large_objects(const char *list, const int64_t *oids, size_t n)
{
	struct bytes b = start(0, 2);

	put_entry(&b, 16, &blobs);
	put_entry(&b, 16,
		&(struct put_entry){.id = 4,
			.section = 3,
			.tag = "7",
			.desc = "BLOB METADATA",
			.defn = list});
	put_byte(&b, 3);
	put_int(&b, 3);
	for (size_t i = 0; i < n; i++) {
		put_int(&b, oids[i]);
		put_int(&b, 2);
		put(&b, "\0\1", 2);
		put_int(&b, 0);
	}
	return b;
}

TEST(large_objects_are_walked_to_their_last_zero)
{
	static const int64_t oids[] = {-294967295, 7, 0}; /* 4000000001 as an int */
	static const char list[] = "4000000001\n7\n";
	struct bytes b = large_objects(list, oids, 2);
	struct look l;

	NOSTATE;
	assert_non_null(strstr(expect(b, "truncated", BKS_DAMAGED), "large objects (entry 3)"));
	b = large_objects(list, oids, 2);
	put_int(&b, 0);
	look_at(&l, b.p, b.n, 0);
	assert_int_equal(l.v.verdict, BKS_SOUND);
	assert_int_equal(l.v.content, BKS_CONTENT_DATA);
	look_away(&l);
	put_int(&b, 0);
	expect(b, "trailing-data", BKS_DAMAGED);
}

TEST(large_objects_are_held_against_their_list)
{
	static const int64_t oids[] = {-294967295, 7, 7};
	static const char *const bad[] = {
		"", "x\n", "7\n0\n", "4294967296\n", "77777777777777\n"};
	struct bytes b = large_objects("4000000001\n7\n", oids, 1);

	NOSTATE;
	put_int(&b, 0);
	assert_non_null(strstr(expect(b, "block-missing", BKS_DAMAGED), "the first is 7"));
	b = large_objects("4000000001\n", oids, 2);
	put_int(&b, 0);
	assert_non_null(strstr(expect(b, "block-unexpected", BKS_DAMAGED), "large object 7"));
	b = large_objects("4000000001\n7\n", oids, 3);
	put_int(&b, 0);
	assert_non_null(strstr(expect(b, "block-unexpected", BKS_DAMAGED), "second time"));
	for (size_t i = 0; i < 5; i++)
		expect(large_objects(bad[i], oids, 0), "malformed", BKS_DAMAGED);
}

TEST(a_million_strange_blocks_are_not_a_million_findings)
{
	struct bytes b = start_table(0);
	struct look l;

	NOSTATE;
	for (int i = 0; i < 1000; i++)
		put_block(&b, 1000 + i, "", 0);
	look_at(&l, b.p, b.n, 0);
	assert_int_equal(l.v.verdict, BKS_DAMAGED);
	assert_in_range(l.v.finding_count, 200, 202);
	assert_int_equal(l.r.dropped, 1);
	look_away(&l);
	free(b.p);
}

/* A stream that gives what there is and then fails. */
struct broken {
	stream s;
	struct bytes b;
	int how;
};

static int broken_next(stream *s, const uint8_t **p, size_t *n, bks_error *err)
{
	struct broken *k = (struct broken *)s;

	if (!k->b.n)
		return (fail)(err, k->how, "read x: no more");
	*p = k->b.p;
	*n = k->b.n;
	k->b.n = 0;
	return 1;
}

static void broken_close(stream *s)
{
	(void)s;
}

TEST(a_failure_below_is_no_damage_here)
{
	static const struct stream_kind kind = {broken_next, broken_close};
	struct bytes b = fixture("15-z6-copy.dump");
	const size_t cuts[] = {0, 3, 40, 2000, contents_end(&b), b.n - 100, b.n};

	NOSTATE;
	for (size_t i = 0; i < sizeof cuts / sizeof *cuts; i++)
		for (int cut = 0; cut < 2; cut++) {
			struct broken k = {.s = {.kind = &kind},
				.b = {b.p, cuts[i], cuts[i]},
				.how = cut ? BKS_E_CUT : BKS_E_IO};
			bks_arena *a = bks_arena_new();
			bks_inspection v = {0};
			bks_error err = {0};
			struct report r;

			report_init(&r, &v, a);
			assert_int_equal(
				format_custom.walk(&k.s, &r, &err), cut ? 0 : BKS_E_IO);
			assert_int_equal(r.findings.n, 0);
			bks_arena_free(a);
		}
	free(b.p);
}

MAIN(T(a_block_that_is_not_there_is_named_with_its_entry_and_table),
	T(a_thousand_missing_blocks_are_not_a_thousand_findings),
	T(a_cut_names_the_entry_it_is_in),
	T(blocks_that_the_contents_do_not_promise_are_unexpected),
	T(a_block_elsewhere_than_the_contents_say_is_a_conflict),
	T(what_comes_after_the_last_block_is_noticed), T(two_archives_in_one_file_are_told),
	T(data_without_its_end_mark_is_told), T(a_zlib_stream_ends_where_its_block_ends),
	T(damage_in_one_block_does_not_hide_the_next),
	T(a_frame_that_wants_too_large_a_window_is_a_limit),
	T(frames_of_another_kind_are_malformed), T(large_objects_are_walked_to_their_last_zero),
	T(large_objects_are_held_against_their_list),
	T(a_million_strange_blocks_are_not_a_million_findings),
	T(a_failure_below_is_no_damage_here))
