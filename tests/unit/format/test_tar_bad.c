/* Tars made by hand: what may not be, and what may. */
#include "tars.h"

/* A tar of one header and what is said of it. */
static void one(char type, const char *name, const char *link, enum bks_verdict verdict,
	const char *code)
{
	struct bytes b = {0};

	file(&b, "first", "bytes\n");
	head(&b, name, type, link, 0);
	end(&b);
	expect(b, verdict, code, code ? name : NULL);
}

TEST(names_and_links_that_lead_out_are_told_by_what_they_can_do)
{
	static const struct {
		char type;
		const char *name, *link;
		enum bks_verdict verdict;
		const char *code;
	} v[] = {
		{'0', "dir/file", "", BKS_SOUND, NULL},
		{'0', "..file", "", BKS_SOUND, NULL},
		{'0', "c:file", "", BKS_SOUND, NULL},
		{'0', "/etc/passwd", "", BKS_DAMAGED, "member-unsafe"},
		{'0', "../file", "", BKS_DAMAGED, "member-unsafe"},
		{'0', "dir/../../file", "", BKS_DAMAGED, "member-unsafe"},
		{'0', "dir\\..\\file", "", BKS_DAMAGED, "member-unsafe"},
		{'0', "C:\\file", "", BKS_DAMAGED, "member-unsafe"},
		{'5', "/dir/", "", BKS_DAMAGED, "member-unsafe"},
		{'0', "dir\\file", "", BKS_SOUND, "member-unsafe"},
		{'0', "new\nline", "", BKS_SOUND, "member-unsafe"},
		{'2', "soft", "first", BKS_SOUND, NULL},
		{'2', "dir/soft", "../first", BKS_SOUND, NULL},
		{'2', "soft", "../first", BKS_SOUND, "member-unsafe"},
		{'2', "dir/soft", "../../first", BKS_SOUND, "member-unsafe"},
		{'2', "soft", "/etc/passwd", BKS_SOUND, "member-unsafe"},
		{'1', "hard", "first", BKS_SOUND, NULL},
		{'1', "hard", "./first", BKS_SOUND, NULL},
		{'1', "hard", "/etc/passwd", BKS_DAMAGED, "member-unsafe"},
		{'1', "hard", "../first", BKS_DAMAGED, "member-unsafe"},
		{'1', "hard", "other", BKS_INCOMPLETE, "member-missing"},
		{'3', "null", "", BKS_SOUND, "member-unsafe"},
		{'4', "disk", "", BKS_SOUND, "member-unsafe"},
		{'6', "fifo", "", BKS_SOUND, NULL},
		{'0', "first", "", BKS_SOUND, "member-unsafe"}, /* twice */
		{'5', "first", "", BKS_SOUND, NULL},
		{'M', "volume", "", BKS_UNSUPPORTED, "unsupported-format"},
	};

	NOSTATE;
	for (size_t i = 0; i < sizeof v / sizeof *v; i++)
		one(v[i].type, v[i].name, v[i].link, v[i].verdict, v[i].code);
}

TEST(a_member_below_a_link_that_leads_out_is_an_error)
{
	struct bytes b = {0};

	NOSTATE;
	head(&b, "in", '2', "dir", 0);
	file(&b, "in/file", "x");
	end(&b);
	expect(b, BKS_SOUND, NULL, NULL);
	b = (struct bytes){0};
	head(&b, "out", '2', "/etc", 0);
	file(&b, "out/passwd", "x");
	end(&b);
	expect(b, BKS_DAMAGED, "member-unsafe", "out/passwd");
}

TEST(of_odd_names_the_first_are_shown_and_the_others_counted)
{
	struct bytes b = {0};
	struct look l;
	char name[20];

	NOSTATE;
	for (int i = 0; i < 30; i++) {
		snprintf(name, sizeof name, "back\\slash%d", i);
		file(&b, name, "x");
	}
	end(&b);
	look_at(&l, b.p, b.n, 0);
	assert_int_equal(l.v.verdict, BKS_SOUND);
	assert_int_equal(l.v.finding_count, 12); /* and no-checksum */
	assert_non_null(strstr(l.v.findings[10].text, "20 more"));
	look_away(&l);
	free(b.p);
}

TEST(the_end_is_two_blocks_of_zeros_and_nothing_else_follows)
{
	struct bytes b = {0};
	static const uint8_t zeros[20480];
	struct look l;

	NOSTATE;
	file(&b, "a", "x");
	put(&b, zeros, BLOCK);
	file(&b, "b", "y");
	end(&b);
	expect(b, BKS_DAMAGED, "malformed", "byte 1536"); /* one block alone */
	b = (struct bytes){0};
	file(&b, "a", "x");
	end(&b);
	file(&b, "b", "y");
	end(&b);
	expect(b, BKS_DAMAGED, "trailing-data", "byte 2048"); /* two tars */
	b = (struct bytes){0};
	file(&b, "a", "x");
	put(&b, zeros, sizeof zeros);
	look_at(&l, b.p, b.n, 0);
	assert_int_equal(l.v.verdict, BKS_SOUND);
	assert_non_null(found(&l, "trailing-zeros"));
	look_away(&l);
	look_at(&l, b.p, 10240, 0); /* as tars pad */
	assert_null(found(&l, "trailing-zeros"));
	look_away(&l);
	put_byte(&b, 'x');
	expect(b, BKS_DAMAGED, "trailing-data", "byte 21504");
}

TEST(sizes_that_cannot_be_are_told)
{
	static const struct {
		const char *size, *code;
	} v[] = {{"-0000000010", "malformed"}, {"0000x000000", "malformed"},
		{"\xff\xff\xff\xff\xff\xff\xff\xff\xff\xff\xff\xfe", "malformed"},
		{"\x80\0\0\0\xff\xff\xff\xff\xff\xff\xff\xff", "malformed"},
		{"77777777777", "truncated"},
		{"\x80\0\0\0\x7f\xff\xff\xff\xff\xff\xff\xf0", "truncated"}};

	NOSTATE;
	for (size_t i = 0; i < sizeof v / sizeof *v; i++) {
		struct bytes b = {0};

		file(&b, "a", "x");
		file(&b, "b", "x");
		end(&b);
		memcpy(b.p + 1024 + SIZE_AT, v[i].size, 12);
		seal(&b, 1024);
		expect(b, BKS_DAMAGED, v[i].code, NULL);
	}
}

static void pax(struct bytes *b, char type, const char *record)
{
	head(b, "ext", type, "", strlen(record));
	body(b, record, strlen(record));
}

TEST(a_pax_header_says_what_it_may_and_no_other_size)
{
	static const struct {
		char type;
		const char *record;
		enum bks_verdict verdict;
		const char *code;
	} v[] = {
		{'x', "9 size=6\n", BKS_SOUND, NULL},
		{'x', "14 path=other\n", BKS_SOUND, NULL},
		{'g', "16 comment=hash\n", BKS_SOUND, NULL},
		{'x', "9 size=7\n", BKS_DAMAGED, "size-conflict"},
		{'x', "9 size=0\n", BKS_DAMAGED, "size-conflict"},
		{'x', "10 size=-6\n", BKS_DAMAGED, "malformed"},
		{'x', "8 size=\n", BKS_DAMAGED, "malformed"},
		{'x', "9 mtime=\n", BKS_SOUND, NULL},
		{'x', "20 mtime=1795326504\n", BKS_SOUND, NULL},
		{'x', "15 mtime=-1.25\n", BKS_SOUND, NULL},
		{'x', "20 mtime=q795326504\n", BKS_DAMAGED, "malformed"},
		{'x', "15 atime=1.2.3\n", BKS_DAMAGED, "malformed"},
		{'x', "9 uid=1x\n", BKS_DAMAGED, "malformed"},
		{'x', "9 gid=10\n", BKS_SOUND, NULL},
		{'x', "18 linkpath=other\n", BKS_SOUND, NULL},
		{'x', "9 path=xy\n", BKS_DAMAGED, "malformed"},
		{'x', "99 path=x\n", BKS_DAMAGED, "malformed"},
		{'x', "6 path\n", BKS_DAMAGED, "malformed"},
		{'x', "7 path\n", BKS_DAMAGED, "malformed"},
		{'x', "path=x\n", BKS_DAMAGED, "malformed"},
		{'g', "9 size=6\n", BKS_DAMAGED, "malformed"},
		{'g', "14 path=other\n", BKS_DAMAGED, "malformed"},
		{'x', "16 path=../other\n", BKS_DAMAGED, "malformed"},
		{'x', "17 path=../other\n", BKS_DAMAGED, "member-unsafe"},
	};

	NOSTATE;
	for (size_t i = 0; i < sizeof v / sizeof *v; i++) {
		struct bytes b = {0};

		pax(&b, v[i].type, v[i].record);
		file(&b, "a", "bytes\n");
		end(&b);
		expect(b, v[i].verdict, v[i].code, NULL);
	}
}

TEST(an_extension_header_belongs_to_a_member)
{
	struct bytes b = {0};

	NOSTATE;
	file(&b, "a", "x");
	pax(&b, 'L', "a-long-name");
	end(&b);
	expect(b, BKS_DAMAGED, "malformed", "byte 2048");
	b = (struct bytes){0};
	pax(&b, 'L', "../long");
	file(&b, "a", "x");
	end(&b);
	expect(b, BKS_DAMAGED, "member-unsafe", "../long");
	b = (struct bytes){0};
	pax(&b, 'K', "/etc/passwd");
	head(&b, "soft", '2', "a", 0);
	end(&b);
	expect(b, BKS_SOUND, "member-unsafe", "soft");
}

TEST(extension_headers_and_sparse_maps_have_a_limit)
{
	struct bytes b = {0};
	uint8_t more[BLOCK] = {0};
	size_t at;

	NOSTATE;
	head(&b, "ext", 'x', "", 2 << 20);
	for (int i = 0; i < 4200; i++)
		put(&b, more, BLOCK);
	expect(b, BKS_UNREADABLE, "limit-reached", "byte 0");
	b = (struct bytes){0};
	at = head(&b, "sparse", 'S', "", 0);
	memcpy(b.p + at + MAGIC_AT, "ustar  \0", 8);
	memcpy(b.p + at + 386, "00000000000 00000000001 ", 24);
	b.p[at + 482] = 1;
	memcpy(b.p + at + 483, "00000001000 ", 12);
	seal(&b, at);
	memcpy(more, "00000000000 00000000001 ", 24);
	more[504] = 1;
	for (int i = 0; i < 10000; i++)
		put(&b, more, BLOCK);
	expect(b, BKS_UNREADABLE, "limit-reached", NULL);
	b = (struct bytes){0};
	pax(&b, 'x',
		"22 GNU.sparse.major=1\n22 GNU.sparse.minor=0\n25 GNU.sparse.realsize=9\n");
	head(&b, "sparse", '0', "", 1024);
	body(&b, "4000000000\n0\n0\n", 15);
	body(&b, "x", 1);
	end(&b);
	expect(b, BKS_UNREADABLE, "limit-reached", NULL);
}

/* A base backup as a folder that tar packed is none of pg_basebackup's own tars, and no damage.
 */
TEST(a_base_backup_that_another_program_packed_is_told_and_one_without_its_label_lacks_it)
{
	static const char label[] =
		"START WAL LOCATION: 0/6000028 (file 000000010000000000000006)\n"
		"CHECKPOINT LOCATION: 0/6000080\nBACKUP METHOD: streamed\n";
	static const char *const folders[] = {"", "./", "nightly/"};

	NOSTATE;
	for (size_t i = 0; i < 6; i++) {
		struct bytes b = {0};
		char name[40];

		snprintf(name, sizeof name, "%sPG_VERSION", folders[i % 3]);
		file(&b, name, "15\n");
		snprintf(name, sizeof name, "%sbackup_label", folders[i % 3]);
		if (i < 3)
			file(&b, name, label);
		snprintf(name, sizeof name, "%sbackup_manifest", folders[i % 3]);
		file(&b, name, "{ \"PostgreSQL-Backup-Manifest-Version\": 1,\n");
		end(&b);
		if (i < 3)
			expect(b, BKS_UNSUPPORTED, "unsupported-format", NULL);
		else if (i < 5)
			expect(b, BKS_INCOMPLETE, "member-missing", "backup_label");
		else
			free(b.p);
	}
}

TEST(padding_is_zeros)
{
	struct bytes b = {0};

	NOSTATE;
	file(&b, "a", "x");
	end(&b);
	b.p[600] = 1;
	expect(b, BKS_DAMAGED, "malformed", "byte 513");
}

/* As POSIX had it in 1988; bytes of its own came with pax. */
TEST(a_hard_link_may_have_the_size_of_its_target_without_bytes)
{
	NOSTATE;
	for (int i = 0; i < 4; i++) {
		struct bytes b = {0};

		file(&b, "a", "bytes\n");
		if (i == 2)
			pax(&b, 'x', "14 path=other\n");
		head(&b, "b", '1', "a", 6);
		if (i == 1)
			file(&b, "c", "x");
		if (i >= 2)
			body(&b, "bytes\n", 6);
		end(&b);
		expect(b, i == 3 ? BKS_DAMAGED : BKS_SOUND, i == 3 ? "malformed" : NULL, NULL);
	}
}

TEST(a_dump_by_its_name_that_is_none_is_told)
{
	static const struct {
		const char *name, *text;
		enum bks_verdict verdict;
	} v[] = {{"shop.sql", "", BKS_INCOMPLETE},
		{"shop.dump", "<html>no</html>", BKS_DAMAGED}, {"notes.txt", "", BKS_SOUND},
		{"page.html", "<html>no</html>", BKS_SOUND}, {"x.tar", "none", BKS_SOUND},
		{"new.sql", "CREATE TABLE t (i int);\n", BKS_SOUND}};

	NOSTATE;
	for (size_t i = 0; i < sizeof v / sizeof *v; i++) {
		struct bytes b = {0};
		struct look l;

		file(&b, v[i].name, v[i].text);
		end(&b);
		look_at(&l, b.p, b.n, 0);
		assert_int_equal(l.v.verdict, v[i].verdict);
		assert_int_equal(l.v.member_count, v[i].verdict != BKS_SOUND);
		look_away(&l);
		free(b.p);
	}
}

TEST(a_file_of_zeros_is_a_tar_only_where_all_of_it_is_seen)
{
	uint8_t *zeros = calloc(1, 1 << 17);

	NOSTATE;
	assert_string_equal(format_guess(zeros, 10240)->name, "tar");
	assert_null(format_guess(zeros, 1000));
	assert_null(format_guess(zeros, 1 << 17));
	free(zeros);
}

TEST(what_follows_far_behind_the_end_is_seen_too)
{
	struct bytes b = {0};
	static const uint8_t zeros[4096];

	NOSTATE;
	file(&b, "a", "x");
	for (int i = 0; i < 100; i++)
		put(&b, zeros, sizeof zeros);
	put_byte(&b, 'x');
	expect(b, BKS_DAMAGED, "trailing-data", "byte 410624");
}

TEST(labels_access_lists_and_empty_extensions_are_passed_over)
{
	struct bytes b = {0};

	NOSTATE;
	head(&b, "a label", 'V', "", 0);
	head(&b, "list", 'A', "", 6);
	body(&b, "list\n", 6);
	head(&b, "ext", 'g', "", 0);
	file(&b, "a", "x");
	end(&b);
	expect(b, BKS_SOUND, NULL, NULL);
}

TEST(regions_of_a_sparse_file_that_go_backwards_are_malformed)
{
	struct bytes b = {0};
	size_t at = head(&b, "sparse", 'S', "", 1024);

	NOSTATE;
	memcpy(b.p + at + MAGIC_AT, "ustar  \0", 8);
	memcpy(b.p + at + 386, "00000002000 00000001000 00000000000 00000001000 ", 48);
	memcpy(b.p + at + 483, "00000003000 ", 12);
	seal(&b, at);
	for (int i = 0; i < 1024; i++)
		put_byte(&b, 'x');
	end(&b);
	expect(b, BKS_DAMAGED, "malformed", "sparse");
}

MAIN(T(a_base_backup_that_another_program_packed_is_told_and_one_without_its_label_lacks_it),
	T(what_follows_far_behind_the_end_is_seen_too),
	T(labels_access_lists_and_empty_extensions_are_passed_over),
	T(regions_of_a_sparse_file_that_go_backwards_are_malformed),
	T(names_and_links_that_lead_out_are_told_by_what_they_can_do),
	T(a_member_below_a_link_that_leads_out_is_an_error),
	T(of_odd_names_the_first_are_shown_and_the_others_counted),
	T(the_end_is_two_blocks_of_zeros_and_nothing_else_follows),
	T(sizes_that_cannot_be_are_told), T(a_pax_header_says_what_it_may_and_no_other_size),
	T(an_extension_header_belongs_to_a_member),
	T(extension_headers_and_sparse_maps_have_a_limit), T(padding_is_zeros),
	T(a_hard_link_may_have_the_size_of_its_target_without_bytes),
	T(a_dump_by_its_name_that_is_none_is_told),
	T(a_file_of_zeros_is_a_tar_only_where_all_of_it_is_seen))
