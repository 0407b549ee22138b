/* What lies in an archive, and what of it the archive is told: facts, tables, findings, limits,
 * and databases with another part beside them. */
#define LOOK_CORPUS "."
#include "tars.h"

static void copy(struct bytes *b, const char *name, const char *of)
{
	struct bytes f = fixture(of);

	head(b, name, '0', "", f.n);
	body(b, f.p, f.n);
	free(f.p);
}

static struct look seen(struct bytes b)
{
	struct look l;

	end(&b);
	look_at(&l, b.p, b.n, 0);
	free(b.p);
	return l;
}

TEST(a_database_is_not_judged_without_the_journal_that_lies_beside_it)
{
	NOSTATE;
	for (int order = 0; order < 3; order++) {
		struct bytes b = {0};
		struct look l;

		if (order == 0)
			copy(&b, "a/hot.db-journal", "sqlite/hot.db-journal");
		copy(&b, "a/hot.db", "sqlite/hot.db");
		if (order == 1)
			copy(&b, "a/hot.db-journal", "sqlite/hot.db-journal");
		if (order == 2) /* another's, and an empty one */
			copy(&b, "b/hot.db-journal", "sqlite/hot.db-journal");
		file(&b, "a/hot.db-wal", "");
		l = seen(b);
		assert_int_equal(l.v.member_count, 1);
		assert_int_equal(l.v.verdict, order == 2 ? BKS_DAMAGED : BKS_UNPROVEN);
		assert_int_equal(l.v.members[0].verdict, l.v.verdict);
		assert_int_equal(found(&l, "check-unprovable") != NULL, order != 2);
		look_away(&l);
	}
}

static struct look dump_of(const char *const *names)
{
	struct bytes b = {0};

	for (; *names; names++)
		if (strstr(*names, "toc.dat"))
			copy(&b, *names, "pgdump-directory/15-copy/toc.dat");
		else
			file(&b, *names, "bytes");
	return seen(b);
}

TEST(a_directory_dump_in_an_archive_is_told_with_what_to_do)
{
	/* wherever its contents come */
	static const char *const dumps[][5] = {{"d/toc.dat", "d/3378.dat", "d/3380.dat"},
		{"d/3378.dat", "d/3380.dat", "d/toc.dat"}, {"./3378.dat", "./toc.dat", "./3380.dat"}};

	NOSTATE;
	for (size_t i = 0; i < 3; i++) {
		struct look l = dump_of(dumps[i]);

		assert_int_equal(l.v.verdict, BKS_UNSUPPORTED);
		assert_int_equal(l.v.member_count, 1);
		assert_non_null(found(&l, "unsupported-format"));
		assert_non_null(strstr(found(&l, "unsupported-format")->text, "2 files beside it) is not looked into"));
		look_away(&l);
	}
}

TEST(a_directory_dump_that_lost_its_contents_is_incomplete)
{
	static const char *const lost[][5] = {{"d/blobs.toc", "d/blob_7.dat"}, {"other", "d/blobs_1.toc"}};
	static const char *const not_lost[][5] = {{"d/blobs.toc", "d/readme"}, {"d/readme", "d/blobs.toc"}, {"d/1.dat", "d/2.dat"}};
	struct look l;

	NOSTATE;
	for (size_t i = 0; i < 2; i++) {
		l = dump_of(lost[i]);
		assert_int_equal(l.v.verdict, BKS_INCOMPLETE);
		assert_string_equal(found(&l, "member-missing")->where, "d/toc.dat");
		look_away(&l);
	}
	for (size_t i = 0; i < 3; i++) {
		l = dump_of(not_lost[i]);
		assert_int_equal(l.v.verdict, BKS_SOUND);
		assert_null(found(&l, "member-missing"));
		look_away(&l);
	}
}

TEST(a_database_alone_is_judged_at_once)
{
	struct bytes b = {0};
	struct look l;

	NOSTATE;
	copy(&b, "plain.db", "sqlite/plain.db");
	l = seen(b);
	assert_int_equal(l.v.verdict, BKS_SOUND);
	assert_int_equal(l.v.members[0].verdict, BKS_SOUND);
	assert_true(l.v.table_count > 0);
	look_away(&l);
}

TEST(an_archive_of_one_backup_has_its_facts_and_of_many_what_they_share)
{
	struct bytes b = {0};
	struct look l;

	NOSTATE;
	copy(&b, "a.dump", "pgdump-custom/15-z6-copy.dump");
	l = seen(b);
	assert_string_equal(l.v.database, "shop");
	assert_string_equal(l.v.producer, "pg_dump 15.20");
	assert_int_equal(l.v.content, BKS_CONTENT_FULL);
	assert_true(l.v.recognised);
	look_away(&l);
	b = (struct bytes){0};
	copy(&b, "a.dump", "pgdump-custom/15-schema.dump");
	copy(&b, "b.dump", "pgdump-custom/15-void.dump");
	l = seen(b);
	assert_null(l.v.database); /* two of them */
	assert_string_equal(l.v.producer, "pg_dump 15.20");
	assert_int_equal(l.v.content, BKS_CONTENT_UNKNOWN);
	look_away(&l);
}

TEST(rows_of_two_dumps_of_one_table_are_not_added_up)
{
	struct bytes b = {0};
	struct look l;

	NOSTATE;
	copy(&b, "a.dump", "pgdump-custom/15-z6-copy.dump");
	copy(&b, "b.dump", "pgdump-custom/15-z6-inserts.dump");
	l = seen(b);
	assert_int_equal(l.v.member_count, 2);
	assert_int_equal(table_in(&l, "users")->rows, 40);
	look_away(&l);
}

TEST(what_is_held_against_a_member_is_held_against_the_archive_with_its_name)
{
	struct bytes b = {0}, f = fixture("pgdump-custom/15-z6-copy.dump");
	struct look l;

	NOSTATE;
	head(&b, "cut.dump", '0', "", 6000);
	body(&b, f.p, 6000);
	free(f.p);
	l = seen(b);
	assert_int_equal(l.v.verdict, BKS_DAMAGED);
	assert_int_equal(strncmp(found(&l, "truncated")->where, "cut.dump byte ", 14), 0);
	assert_int_equal(strncmp(l.v.members[0].findings[0].where, "byte ", 5), 0);
	look_away(&l);
}

TEST(members_of_every_other_format_are_items_too)
{
	static const char *const files[] = {
		"pgdump-tar/15-copy.tar", "pgdump-custom/17-zstd-copy.dump", "sqlite/plain.db"};

	NOSTATE;
	for (size_t i = 0; i < sizeof files / sizeof *files; i++) {
		struct bytes b = {0};
		struct look l;

		copy(&b, "x", files[i]);
		l = seen(b);
		assert_int_equal(l.v.verdict, BKS_SOUND);
		assert_int_equal(l.v.member_count, 1);
		look_away(&l);
	}
}

TEST(what_macos_packs_beside_a_dump_is_no_dump)
{
	static const char *const names[] = {"d/._shop.sql", "d/shop.sql"};

	NOSTATE;
	for (size_t i = 0; i < 2; i++) {
		struct bytes b = {0};
		struct look l;

		file(&b, names[i], "\x01\x05\x16\x07 Mac OS X");
		l = seen(b);
		assert_int_equal(l.v.verdict, i ? BKS_DAMAGED : BKS_SOUND);
		assert_int_equal(found(&l, "not-what-its-name-says") != NULL, i);
		look_away(&l);
	}
}

TEST(an_encrypted_member_makes_the_archive_unproven)
{
	struct bytes b = {0};
	struct look l;

	NOSTATE;
	copy(&b, "a.dump", "pgdump-custom/15-z6-copy.dump");
	file(&b, "b.dump.age", "age-encryption.org/v1\n-> X25519 abc\n");
	l = seen(b);
	assert_int_equal(l.v.verdict, BKS_UNPROVEN);
	assert_int_equal(l.v.members[0].verdict, BKS_SOUND);
	assert_string_equal(l.v.members[1].format, "raw");
	assert_true(has_code(&l.v, "encrypted"));
	look_away(&l);
}

TEST(more_wrappings_than_two_are_a_limit)
{
	/* gzip of gzip of gzip of "x\n" */
	static const uint8_t thrice[] = {0x1f, 0x8b, 8, 0, 0, 0, 0, 0, 2, 3};
	struct bytes b = {0}, inner = {0};

	NOSTATE;
	put(&inner, "x\n", 2);
	for (int i = 0; i < 3; i++) { /* stored blocks: length, its complement, CRC-32, size */
		struct bytes o = {0};
		uint32_t crc = 0xffffffff;

		put(&o, thrice, sizeof thrice);
		put_byte(&o, 1);
		put_byte(&o, (int)(inner.n & 255));
		put_byte(&o, (int)(inner.n >> 8));
		put_byte(&o, (int)(~inner.n & 255));
		put_byte(&o, (int)(~inner.n >> 8 & 255));
		put(&o, inner.p, inner.n);
		for (size_t k = 0; k < inner.n; k++) {
			crc ^= inner.p[k];
			for (int bit = 0; bit < 8; bit++)
				crc = crc >> 1 ^ (crc & 1 ? 0xedb88320 : 0);
		}
		for (int k = 0; k < 4; k++)
			put_byte(&o, (int)(~crc >> 8 * k & 255));
		for (int k = 0; k < 4; k++)
			put_byte(&o, (int)(inner.n >> 8 * k & 255));
		free(inner.p);
		inner = o;
	}
	head(&b, "x.gz.gz.gz", '0', "", inner.n);
	body(&b, inner.p, inner.n);
	free(inner.p);
	end(&b);
	expect(b, BKS_UNREADABLE, "limit-reached", NULL);
}

TEST(more_backups_than_an_answer_holds_are_a_limit)
{
	struct bytes b = {0}, f = fixture("pgdump-custom/15-void.dump");
	struct look l;
	char name[20];

	NOSTATE;
	for (int i = 0; i < 10005; i++) {
		snprintf(name, sizeof name, "%d.dump", i);
		head(&b, name, '0', "", f.n);
		body(&b, f.p, f.n);
	}
	free(f.p);
	l = seen(b);
	assert_int_equal(l.v.verdict, BKS_UNREADABLE);
	assert_int_equal(l.v.member_count, 10000);
	assert_non_null(found(&l, "limit-reached"));
	look_away(&l);
}

/* Gives N bytes of an archive, then CODE. */
struct broken {
	stream s;
	struct bytes b;
	size_t n;
	int code;
};

static int broken_next(stream *s, const uint8_t **p, size_t *n, bks_error *err)
{
	struct broken *k = (struct broken *)s;

	if (!k->n) {
		snprintf(err->text, sizeof err->text, "the disk is gone");
		return k->code;
	}
	*p = k->b.p;
	*n = k->n;
	k->n = 0;
	return 1;
}

static void broken_close(stream *s)
{
	(void)s;
}

TEST(a_disk_that_fails_is_no_damage_and_a_wrapping_that_broke_was_told_already)
{
	static const char *const files[] = {"tar/backups.tar", "zip/backups.zip"};
	static const struct stream_kind kind = {broken_next, broken_close};
	static const int codes[] = {BKS_E_IO, BKS_E_INTERRUPTED, BKS_E_CUT};
	extern const struct format format_zip;

	NOSTATE;
	for (size_t i = 0; i < 6; i++) {
		struct bytes b = fixture(files[i / 3]);
		struct broken k = {{.kind = &kind}, b, 3000, codes[i % 3]};
		const struct format *f = i < 3 ? &format_tar : &format_zip;
		bks_arena *a = bks_arena_new();
		bks_inspection out = {0};
		bks_error err = {0};
		struct report r;

		report_init(&r, &out, a);
		assert_int_equal(f->walk(&k.s, &r, &err), k.code == BKS_E_CUT ? 0 : k.code);
		if (k.code != BKS_E_CUT)
			assert_string_equal(err.text, "the disk is gone");
		report_close(&r, false);
		assert_false(has_code(&out, "truncated") && !out.member_count);
		assert_int_not_equal(out.verdict, BKS_SOUND);
		bks_arena_free(a);
		free(b.p);
	}
}

MAIN(T(a_disk_that_fails_is_no_damage_and_a_wrapping_that_broke_was_told_already),
	T(a_directory_dump_in_an_archive_is_told_with_what_to_do),
	T(a_directory_dump_that_lost_its_contents_is_incomplete),
	T(a_database_is_not_judged_without_the_journal_that_lies_beside_it),
	T(a_database_alone_is_judged_at_once),
	T(an_archive_of_one_backup_has_its_facts_and_of_many_what_they_share),
	T(rows_of_two_dumps_of_one_table_are_not_added_up),
	T(what_is_held_against_a_member_is_held_against_the_archive_with_its_name),
	T(members_of_every_other_format_are_items_too),
	T(what_macos_packs_beside_a_dump_is_no_dump),
	T(an_encrypted_member_makes_the_archive_unproven),
	T(more_wrappings_than_two_are_a_limit),
	T(more_backups_than_an_answer_holds_are_a_limit))
