/* A look at the heads of a folder: whether it is worth one by its names, what its table of
 * contents tells, and what cannot be had. */
#include "base/arena.h"
#include "dumped.h"
#include "format/format.h"
#include "format/name.h"

static int glance(bks_inspection *out, struct dumped *d, bks_arena *a, bks_error *err)
{
	*err = (bks_error){0};
	return format_glance_folder(out, &d->many.m, "nightly", a, err);
}

TEST(the_contents_of_a_folder_tell_its_database_and_its_rows_are_not_read)
{
	static const char *const names[] = {
		"15-copy", "15-z0", "17-lz4", "17-zstd-data", "18-none-inserts"};

	NOSTATE;
	for (size_t i = 0; i < sizeof names / sizeof *names; i++) {
		struct dumped *d = dumped_new(names[i]);
		bks_arena *a = bks_arena_new();
		bks_inspection v;
		bks_error err;

		assert_int_equal(glance(&v, d, a, &err), 0);
		assert_string_equal(v.format, "pgdump-directory");
		assert_string_equal(v.database, "shop");
		assert_true(strstr(v.producer, "pg_dump 1") == v.producer);
		assert_int_equal(v.verdict, BKS_UNKNOWN);
		assert_int_equal(v.levels[BKS_PRESENT], BKS_RESULT_NOT_RUN);
		for (size_t k = 0; k < d->many.m.n; k++)
			assert_int_equal(
				d->many.f[k].opened, !strcmp(d->many.v[k].name, "toc.dat"));
		bks_arena_free(a);
		dumped_free(d);
	}
}

TEST(contents_that_cannot_be_had_are_no_answer)
{
	NOSTATE;
	for (int how = 0; how < 4; how++) {
		struct dumped *d = dumped_new("15-copy");
		ptrdiff_t toc = members_find(&d->many.m, "toc.dat");
		bks_arena *a = bks_arena_new();
		bks_inspection v;
		bks_error err;

		assert_true(toc >= 0);
		if (how == 0)
			d->many.v[toc].kind = MEMBER_LINK;
		if (how == 1)
			d->many.f[toc].gone = true;
		if (how == 2)
			d->many.f[toc].odd = true;
		if (how == 3) {
			d->many.f[toc].n = 20;
			d->many.f[toc].breaks = BKS_E_IO;
		}
		assert_int_equal(glance(&v, d, a, &err), BKS_E_IO);
		assert_non_null(strstr(err.text, how == 1   ? "not there"
						 : how == 3 ? "gave up"
							    : "no regular file"));
		bks_arena_free(a);
		dumped_free(d);
	}
}

TEST(damaged_contents_are_still_of_that_format_and_strange_folders_of_none)
{
	struct dumped *d = dumped_new("15-copy");
	struct many *strange = calloc(1, sizeof *strange);
	bks_arena *a = bks_arena_new();
	bks_inspection v;
	bks_error err = {0};

	NOSTATE;
	d->many.f[members_find(&d->many.m, "toc.dat")].n = 20;
	assert_int_equal(glance(&v, d, a, &err), 0);
	assert_string_equal(v.format, "pgdump-directory");
	assert_null(v.database);
	assert_non_null(strange);
	many_begin(strange);
	many_text(strange, "notes", "of a holiday");
	assert_int_equal(format_glance_folder(&v, &strange->m, "x", a, &err), 1);
	assert_string_equal(v.format, "raw");
	bks_arena_free(a);
	dumped_free(d);
	free(strange);
}

TEST(some_names_are_a_reason_to_look_at_a_folder)
{
	static const char *const signs[] = {"toc.dat", "toc.dat.gz", "blobs.toc",
		"blobs_16400.toc", "3021.dat.gz", "3021.dat.zst", "backup_manifest",
		"PG_VERSION", "base.tar", "base.tar.lz4"},
				 *const others[] = {"", "toc", "shop.dump", "3021.dat", "base",
					 "manifest", "x.tar"};

	NOSTATE;
	for (size_t i = 0; i < sizeof signs / sizeof *signs; i++)
		assert_true(format_folder_sign(signs[i]));
	for (size_t i = 0; i < sizeof others / sizeof *others; i++)
		assert_false(format_folder_sign(others[i]));
}

TEST(some_names_promise_a_backup)
{
	static const char *const promises[] = {"a.sql", "shop.dump", "x.sql.gz", "x.gz",
		"y.zst", "q.sqlite", "w.tar"},
				 *const nothing[] = {
					 "", "notes.txt", "sql", "a.sqlx", "README"};

	NOSTATE;
	for (size_t i = 0; i < sizeof promises / sizeof *promises; i++)
		if (!name_promises(promises[i]))
			fail_msg("%s", promises[i]);
	for (size_t i = 0; i < sizeof nothing / sizeof *nothing; i++)
		assert_false(name_promises(nothing[i]));
}

MAIN(T(the_contents_of_a_folder_tell_its_database_and_its_rows_are_not_read),
	T(contents_that_cannot_be_had_are_no_answer),
	T(damaged_contents_are_still_of_that_format_and_strange_folders_of_none),
	T(some_names_are_a_reason_to_look_at_a_folder), T(some_names_promise_a_backup))
