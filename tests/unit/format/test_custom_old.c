/* Versions 1.10 to 1.13, made from a real 1.14 one, and the reader of tables of contents for
 * itself. */
#include "age.h"
#include "archive.h"
#include "format/pgparts.h"
#include "format/pgtoc.h"

static int64_t rows_of(const struct look *l)
{
	int64_t n = 0;

	for (size_t i = 0; i < l->v.table_count; i++)
		n += l->v.tables[i].rows > 0 ? l->v.tables[i].rows : 0;
	return n;
}

TEST(older_versions_of_an_archive_hold_the_same)
{
	static const char *const names[] = {
		"15-z6-copy.dump", "15-z0-inserts.dump", "15-pipe.dump"};

	NOSTATE;
	for (size_t i = 0; i < 3; i++) {
		struct bytes b = fixture(names[i]);
		uint8_t *old = malloc(b.n);

		assert_non_null(old);
		for (int minor = 10; minor <= 13; minor++) {
			size_t n = age_archive(old, b.p, b.n, minor, 0);
			char version[16];
			struct look l;

			snprintf(version, sizeof version, "1.%d", minor);
			assert_true(n < b.n);
			look_at(&l, old, n, 0);
			assert_int_equal(l.v.verdict, BKS_SOUND);
			assert_string_equal(l.v.format_version, version);
			assert_int_equal(l.v.content, BKS_CONTENT_FULL);
			assert_int_equal(l.v.table_count, 9);
			assert_int_equal(rows_of(&l), 70);
			look_away(&l);
		}
		free(old);
		free(b.p);
	}
}

TEST(no_cut_of_an_old_version_is_sound)
{
	struct bytes b = fixture("15-z6-copy.dump");
	uint8_t *old = malloc(b.n);
	size_t n;

	NOSTATE;
	assert_non_null(old);
	n = age_archive(old, b.p, b.n, 10, 0);
	for (size_t cut = 0; cut < n; cut += 3) {
		struct look l;

		look_at(&l, old, cut, 0);
		assert_int_equal(l.v.verdict, BKS_DAMAGED);
		look_away(&l);
	}
	free(old);
	free(b.p);
}

TEST(every_version_has_its_own_fields)
{
	static const struct put_entry data = {.id = 2,
		.dumper = 1,
		.tag = "t",
		.desc = "TABLE DATA",
		.schema = "public",
		.copy = "COPY public.t FROM stdin;\n"};

	NOSTATE;
	for (int minor = 10; minor <= 16; minor++)
		for (int read_as = 10; read_as <= 16; read_as++) {
			struct bytes b = {0};
			struct look l;
			bool same = minor == read_as || (minor >= 11 && minor < 14 &&
								read_as >= 11 && read_as < 14);

			put_head(&b, minor, 0);
			put_int(&b, 1);
			put_entry(&b, minor, &data);
			put_block(&b, 2, "1\n\\.\n\n\n", 7);
			b.p[6] = (uint8_t)read_as;
			look_at(&l, b.p, b.n, 0);
			assert_int_equal(l.v.verdict == BKS_SOUND, same);
			look_away(&l);
			free(b.p);
		}
}

TEST(old_strings_have_backslashes_unless_the_archive_says_otherwise)
{
	static const char *const defns[] = {"SET standard_conforming_strings = 'off';\n",
		"SET standard_conforming_strings = 'on';\n"};
	static const char text[] = "INSERT INTO t VALUES ('\\', (1); --');\n";

	NOSTATE;
	for (int on = 0; on < 2; on++) {
		struct bytes b = {0};
		struct look l;

		put_head(&b, 14, 0);
		put_int(&b, 2);
		put_entry(&b, 14,
			&(struct put_entry){.id = 1,
				.tag = "STDSTRINGS",
				.desc = "STDSTRINGS",
				.defn = defns[on]});
		put_entry(&b, 14,
			&(struct put_entry){.id = 2,
				.dumper = 1,
				.tag = "t",
				.desc = "TABLE DATA",
				.schema = "public"});
		put_block(&b, 2, text, strlen(text));
		look_at(&l, b.p, b.n, 0);
		assert_int_equal(l.v.verdict == BKS_SOUND, !on);
		look_away(&l);
		free(b.p);
	}
}

TEST(the_contents_of_a_directory_dump_tell_its_files)
{
	struct bytes b = fixture("15-directory.toc");
	stream *s = stream_memory(b.p, b.n, 100);
	bks_arena *a = bks_arena_new();
	bks_inspection v = {0};
	bks_error err = {0};
	struct report r;
	struct pgin in = {.report = &r};
	struct pgtoc toc;
	char name[32];

	NOSTATE;
	report_init(&r, &v, a);
	reader_init(&in.r, s, &err);
	assert_int_equal(pghead_read(&in), 1);
	assert_int_equal(in.head.container, PG_TAR);
	assert_int_equal(pgtoc_read(&toc, &in), 1);
	assert_int_equal(in.r.at, b.n);
	assert_int_equal(v.content, BKS_CONTENT_FULL);
	assert_int_equal(toc.n, 9);
	for (size_t i = 0; i < toc.n; i++) {
		snprintf(name, sizeof name, "%d.dat", toc.v[i].id);
		if (toc.v[i].kind == PGDATA_ROWS)
			assert_string_equal(toc.v[i].file, name);
		else
			assert_string_equal(toc.v[i].file, "blobs.toc");
		assert_ptr_equal(pgtoc_find(&toc, toc.v[i].id), &toc.v[i]);
	}
	assert_null(pgtoc_find(&toc, 0));
	assert_null(pgtoc_find(&toc, -1));
	pgtoc_clear(&toc);
	stream_close(s);
	bks_arena_free(a);
	free(b.p);
}

static const struct {
	const char *sql, *schema, *name, *parent_schema, *parent;
} attaches[] = {
	{"ALTER TABLE ONLY public.ev ATTACH PARTITION public.ev_1 FOR VALUES FROM (1) TO "
	 "(2);\n",
		"public", "ev_1", "public", "ev"},
	{"ALTER TABLE ONLY \"a\"\"b.c\".\"P;\" ATTACH PARTITION x.\"q\nr\" DEFAULT;\n", "x",
		"q\nr", "a\"b.c", "P;"},
	{"CREATE TABLE public.c (\n    a text DEFAULT ';''ALTER TABLE ONLY x ATTACH PARTITION "
	 "y'\n);\n"
	 "ALTER TABLE ONLY public.p ATTACH PARTITION public.c FOR VALUES IN (1);\n",
		"public", "c", "public", "p"},
	{"CREATE TABLE c PARTITION OF p\nFOR VALUES IN (1);\n", "here", "c", "here", "p"},
	{"CREATE UNLOGGED TABLE s.c PARTITION OF p\nFOR VALUES IN (1);\n", "s", "c", "here",
		"p"},
	{"CREATE TABLE public.c (a int);\n", NULL, NULL, NULL, NULL},
	{"CREATE TABLE c (a text DEFAULT 'x;\nALTER TABLE ONLY p ATTACH PARTITION c'", NULL,
		NULL, NULL, NULL},
	{"ALTER TABLE ONLY \"open", NULL, NULL, NULL, NULL},
	{"ALTER TABLE ONLY p ATTACH PARTITION ", NULL, NULL, NULL, NULL},
	{"", NULL, NULL, NULL, NULL},
};

TEST(a_partition_knows_its_table)
{
	NOSTATE;
	for (size_t i = 0; i < sizeof attaches / sizeof *attaches; i++) {
		bks_arena *a = bks_arena_new();
		bks_inspection v = {0};
		struct report r;

		report_init(&r, &v, a);
		pgparts_note(&r, attaches[i].sql, strlen(attaches[i].sql), "here");
		assert_int_equal(r.tables.n, attaches[i].name != NULL);
		if (attaches[i].name) {
			assert_string_equal(r.tables.v[0]->t.schema, attaches[i].schema);
			assert_string_equal(r.tables.v[0]->t.name, attaches[i].name);
			assert_string_equal(
				r.tables.v[0]->t.parent_schema, attaches[i].parent_schema);
			assert_string_equal(r.tables.v[0]->t.parent_name, attaches[i].parent);
		}
		bks_arena_free(a);
	}
}

MAIN(T(older_versions_of_an_archive_hold_the_same), T(no_cut_of_an_old_version_is_sound),
	T(every_version_has_its_own_fields),
	T(old_strings_have_backslashes_unless_the_archive_says_otherwise),
	T(the_contents_of_a_directory_dump_tell_its_files), T(a_partition_knows_its_table))
