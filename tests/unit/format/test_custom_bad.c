/* Archives built by hand, each with one thing wrong: its code, its verdict, and that it costs
 * nothing. */
#include "archive.h"
#include <zlib.h>

static const char rows[] = "1\tx\n2\ty\n\\.\n\n\n";
static const struct put_entry table = {.id = 1,
	.tag = "t",
	.desc = "TABLE",
	.schema = "public",
	.defn = "CREATE TABLE public.t ();\n"};
static const struct put_entry table_data = {.id = 2,
	.dumper = 1,
	.tag = "t",
	.desc = "TABLE DATA",
	.schema = "public",
	.copy = "COPY public.t FROM stdin;\n"};
static const struct put_entry blobs = {.id = 3, .dumper = 1, .tag = "BLOBS", .desc = "BLOBS"};

static struct bytes start(int packing, int entries)
{
	struct bytes b = {0};

	put_head(&b, 16, packing);
	put_int(&b, entries);
	return b;
}

/* A table and its data, up to where the blocks begin. */
static struct bytes start_table(int packing)
{
	struct bytes b = start(packing, 2);

	put_entry(&b, 16, &table);
	put_entry(&b, 16, &table_data);
	return b;
}

/* Walks B, frees it, and wants this finding and verdict. */
static const char *expect(struct bytes b, const char *code, enum bks_verdict verdict)
{
	static char text[1024];
	struct look l;
	const bks_finding *f;

	look_at(&l, b.p, b.n, 0);
	f = found(&l, code);
	if (!f || l.v.verdict != verdict) {
		for (size_t i = 0; i < l.v.finding_count; i++)
			print_error("%s: %s\n", l.v.findings[i].code, l.v.findings[i].text);
		fail_msg("wanted %s, %s; verdict %s", code, bks_verdict_name(verdict),
			bks_verdict_name(l.v.verdict));
		return "";
	}
	snprintf(text, sizeof text, "%s|%s", f->where ? f->where : "", f->text);
	look_away(&l);
	free(b.p);
	return text;
}

static void sound(struct bytes b, int64_t n)
{
	struct look l;

	look_at(&l, b.p, b.n, 0);
	if (l.v.verdict != BKS_SOUND && l.v.finding_count)
		fail_msg("%s", l.v.findings[0].text);
	assert_int_equal(l.v.verdict, BKS_SOUND);
	assert_int_equal(table_in(&l, "t")->rows, n);
	look_away(&l);
	free(b.p);
}

static struct bytes zlib_of(const char *text)
{
	struct bytes b = {0};
	uint8_t out[4096];
	uLongf n = sizeof out;

	assert_int_equal(compress(out, &n, (const Bytef *)text, strlen(text)), Z_OK);
	put(&b, out, n);
	return b;
}

TEST(the_archive_that_the_others_are_made_of_is_sound)
{
	struct bytes b = start_table(0), z = zlib_of(rows);

	NOSTATE;
	put_block(&b, 2, rows, strlen(rows));
	sound(b, 2);
	b = start_table(1);
	put_block(&b, 2, z.p, z.n);
	sound(b, 2);
	free(z.p);
}

TEST(versions_that_nobody_here_knows_are_named)
{
	struct bytes b = {0};
	const char *text;

	NOSTATE;
	put(&b, "PGDMP\1\143\0\4\10\1", 11);
	text = expect(b, "unsupported-version", BKS_UNSUPPORTED);
	assert_non_null(strstr(text, "1.99"));
	assert_non_null(strstr(text, "1.16"));
	b = (struct bytes){0};
	put(&b, "PGDMP\1\11\0\4\10\1", 11);
	assert_non_null(strstr(expect(b, "unsupported-version", BKS_UNSUPPORTED), "1.9"));
	b = (struct bytes){0};
	put(&b, "PGDMP\2\0\0", 8);
	assert_non_null(strstr(expect(b, "unsupported-version", BKS_UNSUPPORTED), "2.0"));
}

TEST(the_contents_of_a_directory_dump_alone_are_no_custom_dump)
{
	struct bytes b = fixture("15-directory.toc");
	struct look l;

	NOSTATE;
	look_at(&l, b.p, b.n, 0);
	assert_int_equal(l.v.verdict, BKS_UNSUPPORTED);
	assert_non_null(found(&l, "unsupported-format"));
	assert_string_equal(l.v.format, "pgdump-directory");
	assert_string_equal(l.v.database, "shop");
	look_away(&l);
	free(b.p);
}

TEST(a_header_that_makes_no_sense_is_malformed)
{
	static const struct {
		size_t at;
		uint8_t value;
	} bad[] = {{8, 5}, {8, 0}, {8, 255}, {9, 3}, {10, 2}, {11, 4}, {13, 200}, {12, 2}};

	NOSTATE;
	for (size_t i = 0; i < sizeof bad / sizeof *bad; i++) {
		struct bytes b = start_table(0);

		put_block(&b, 2, rows, strlen(rows));
		b.p[bad[i].at] = bad[i].value;
		expect(b, "malformed", BKS_DAMAGED);
	}
}

TEST(four_billion_entries_are_refused_by_name)
{
	struct bytes b = {0};
	const char *text;

	NOSTATE;
	put_head(&b, 16, 0);
	put(&b, "\0\377\377\377\377", 5);
	text = expect(b, "malformed", BKS_DAMAGED);
	assert_non_null(strstr(text, "4294967295"));
	assert_non_null(strstr(text, "20000000"));
	b = (struct bytes){0};
	put_head(&b, 16, 0);
	put_int(&b, -1);
	expect(b, "malformed", BKS_DAMAGED);
	expect(start(0, 20000000), "truncated", BKS_DAMAGED);
}

TEST(lengths_that_cannot_be_are_refused_before_anything_is_taken)
{
	static const int64_t lengths[] = {-2, -2147483647, 0x40000000, 0x7fffffff, 0xffffffff};
	struct bytes b;

	NOSTATE;
	for (size_t i = 0; i < sizeof lengths / sizeof *lengths; i++) {
		b = start(0, 1);
		put_int(&b, 1);
		put_int(&b, 0);
		put_int(&b, lengths[i]);
		put(&b, "1259", 4);
		assert_non_null(strstr(expect(b, "malformed", BKS_DAMAGED), "length"));
	}
	b = start(0, 1);
	put_int(&b, 1);
	put_int(&b, 0);
	put_int(&b, 0x3fffffff); /* possible, and not there */
	expect(b, "truncated", BKS_DAMAGED);
	b = start_table(0);
	put_byte(&b, 1);
	put_int(&b, 2);
	put_int(&b, -5);
	expect(b, "malformed", BKS_DAMAGED);
	b = start_table(0);
	put_byte(&b, 1);
	put_int(&b, 2);
	put_int(&b, 0x7fffffff);
	put(&b, rows, strlen(rows));
	expect(b, "truncated", BKS_DAMAGED);
}

static void wrong_entry(struct put_entry e)
{
	struct bytes b = start(0, 1);

	put_entry(&b, 16, &e);
	put_block(&b, 2, rows, strlen(rows));
	expect(b, "malformed", BKS_DAMAGED);
}

TEST(an_entry_that_pg_dump_cannot_write_is_malformed)
{
	struct put_entry e = table_data;
	struct bytes b;

	NOSTATE;
	wrong_entry((e.id = 0, e));
	wrong_entry((e.id = -7, e));
	e = table_data;
	wrong_entry((e.dumper = 2, e));
	e = table_data;
	wrong_entry((e.section = 5, e));
	wrong_entry((e.section = 2, e));
	e = table_data;
	wrong_entry((e.desc = "TABLE DATE", e));
	wrong_entry((e.desc = NULL, e));
	e = table_data;
	wrong_entry((e.tag = NULL, e));
	e = table_data;
	wrong_entry((e.place = 3, e)); /* has data, and says that it has none */
	wrong_entry((e.place = 4, e));
	wrong_entry((e.place = 1, e.at = 77, e));
	b = start(0, 2);
	put_entry(&b, 16, &table_data);
	put_entry(&b, 16, &table_data);
	assert_non_null(strstr(expect(b, "malformed", BKS_DAMAGED), "two entries 2"));
}

TEST(a_zero_byte_inside_a_string_is_malformed)
{
	struct bytes b = start_table(0);
	size_t at;

	NOSTATE;
	put_block(&b, 2, rows, strlen(rows));
	for (at = 0; memcmp(b.p + at, "CREATE", 6) != 0; at++)
		;
	b.p[at + 3] = 0;
	expect(b, "malformed", BKS_DAMAGED);
}

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

		e.id = i;
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

MAIN(T(the_archive_that_the_others_are_made_of_is_sound),
	T(versions_that_nobody_here_knows_are_named),
	T(the_contents_of_a_directory_dump_alone_are_no_custom_dump),
	T(a_header_that_makes_no_sense_is_malformed),
	T(four_billion_entries_are_refused_by_name),
	T(lengths_that_cannot_be_are_refused_before_anything_is_taken),
	T(an_entry_that_pg_dump_cannot_write_is_malformed),
	T(a_zero_byte_inside_a_string_is_malformed),
	T(a_block_that_is_not_there_is_named_with_its_entry_and_table),
	T(a_thousand_missing_blocks_are_not_a_thousand_findings),
	T(a_cut_names_the_entry_it_is_in),
	T(blocks_that_the_contents_do_not_promise_are_unexpected),
	T(a_block_elsewhere_than_the_contents_say_is_a_conflict),
	T(what_comes_after_the_last_block_is_noticed), T(two_archives_in_one_file_are_told),
	T(data_without_its_end_mark_is_told), T(a_zlib_stream_ends_where_its_block_ends),
	T(damage_in_one_block_does_not_hide_the_next),
	T(a_frame_that_wants_too_large_a_window_is_a_limit),
	T(frames_of_another_kind_are_malformed), T(large_objects_are_walked_to_their_last_zero),
	T(large_objects_are_held_against_their_list))
