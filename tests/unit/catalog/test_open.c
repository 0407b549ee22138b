#include "shelf.h"
#include <signal.h>
#include <sys/wait.h>

static int open_it(struct shelf *s, enum bks_open_mode mode)
{
	return bks_catalog_open(&s->cat, s->file, mode, NULL, 100000, &s->err);
}

TEST(only_make_makes_a_catalog_that_is_not_there)
{
	struct shelf s;

	NOSTATE;
	shelf_dir(&s);
	assert_int_equal(open_it(&s, BKS_OPEN_READ), BKS_E_USAGE);
	assert_non_null(strstr(s.err.text, s.file));
	assert_int_equal(open_it(&s, BKS_OPEN_WRITE), BKS_E_USAGE);
	assert_int_not_equal(access(s.file, F_OK), 0);
	OK(&s, open_it(&s, BKS_OPEN_MAKE));
	bks_catalog_close(s.cat);
	OK(&s, open_it(&s, BKS_OPEN_READ));
	assert_string_equal(bks_catalog_file(s.cat), s.file);
	assert_null(bks_catalog_settings(s.cat));
	shelf_close(&s);
}

TEST(making_leaves_nothing_beside_the_catalog)
{
	struct shelf s;
	char path[128];

	NOSTATE;
	shelf_dir(&s);
	OK(&s, open_it(&s, BKS_OPEN_MAKE));
	snprintf(path, sizeof path, "%s.making-%ld", s.file, (long)getpid());
	assert_int_not_equal(access(path, F_OK), 0);
	strcat(path, "-journal");
	assert_int_not_equal(access(path, F_OK), 0);
	shelf_close(&s);
}

TEST(two_processes_that_make_it_at_once_both_get_it)
{
	struct shelf s;
	int status, bad = 0;

	NOSTATE;
	shelf_dir(&s);
	for (int i = 0; i < 4; i++)
		if (!fork())
			_exit(bks_catalog_open(&s.cat, s.file, BKS_OPEN_MAKE, NULL,
				      30 * BKS_SECOND, &s.err)
					? 1
					: 0);
	for (int i = 0; i < 4; i++) {
		wait(&status);
		bad += status != 0;
	}
	assert_int_equal(bad, 0);
	OK(&s, open_it(&s, BKS_OPEN_READ));
	shelf_close(&s);
}

TEST(an_empty_file_is_no_catalog_but_a_place_to_make_one)
{
	struct shelf s;
	char journal[128];

	NOSTATE;
	shelf_dir(&s);
	fclose(fopen(s.file, "w"));
	assert_int_equal(open_it(&s, BKS_OPEN_WRITE), BKS_E_CATALOG);
	snprintf(journal, sizeof journal, "%s-journal", s.file);
	fclose(fopen(journal, "w"));
	assert_int_equal(open_it(&s, BKS_OPEN_MAKE), BKS_E_CATALOG);
	unlink(journal);
	OK(&s, open_it(&s, BKS_OPEN_MAKE));
	shelf_close(&s);
}

TEST(a_catalog_that_lost_bytes_is_damaged)
{
	static const off_t cuts[] = {200000, 100000, 8192, 4096, 1000, 1};
	struct shelf s;
	struct stat st;

	NOSTATE;
	shelf_dir(&s);
	OK(&s, open_it(&s, BKS_OPEN_MAKE));
	bks_catalog_close(s.cat);
	stat(s.file, &st);
	for (size_t i = 0; i < sizeof cuts / sizeof *cuts; i++) {
		if (cuts[i] >= st.st_size)
			continue;
		assert_int_equal(truncate(s.file, cuts[i]), 0);
		assert_int_equal(open_it(&s, BKS_OPEN_READ), BKS_E_CATALOG);
		assert_int_equal(open_it(&s, BKS_OPEN_MAKE), BKS_E_CATALOG);
	}
	s.cat = NULL;
	shelf_close(&s);
}

TEST(what_is_no_file_is_no_catalog)
{
	struct shelf s;

	NOSTATE;
	shelf_dir(&s);
	assert_int_equal(
		bks_catalog_open(&s.cat, s.dir, BKS_OPEN_READ, NULL, 0, &s.err), BKS_E_USAGE);
	assert_int_equal(mkfifo(s.file, 0600), 0);
	assert_int_equal(open_it(&s, BKS_OPEN_READ), BKS_E_CATALOG);
	assert_int_equal(open_it(&s, BKS_OPEN_MAKE), BKS_E_CATALOG);
	s.cat = NULL;
	shelf_close(&s);
}

TEST(a_newer_catalog_is_refused_in_words_by_every_mode)
{
	struct shelf s;

	NOSTATE;
	shelf_open(&s);
	OK(&s, shelf_sql(&s, "PRAGMA user_version = 99"));
	bks_catalog_close(s.cat);
	assert_int_equal(open_it(&s, BKS_OPEN_READ), BKS_E_NEWER);
	assert_non_null(strstr(s.err.text, "newer program"));
	assert_int_equal(open_it(&s, BKS_OPEN_WRITE), BKS_E_NEWER);
	assert_int_equal(open_it(&s, BKS_OPEN_MAKE), BKS_E_NEWER);
	s.cat = NULL;
	shelf_close(&s);
}

/* A catalog of the first migration alone. */
static void make_old(struct shelf *s)
{
	struct db_options o = {
		.make = true, .application = CATALOG_APPLICATION, .what = "backstay catalog"};
	struct db_migrated m;
	db *d;

	shelf_dir(s);
	OK(s, db_open(&d, s->file, &o, &s->err));
	OK(s, db_migrate(&m, d, catalog_migrations, 1, CATALOG_APPLICATION, s->a, &s->err));
	OK(s, db_exec(d,
		      "INSERT INTO sources (name, every, slack, rpo, rto, guessed, created) "
		      "VALUES ('kept', 0, 0, 0, 0, 0, 1)",
		      &s->err));
	db_close(d);
}

TEST(an_older_catalog_is_not_read_but_upgraded_with_a_copy)
{
	struct shelf s;
	const bks_source *v;
	const char *copy;
	int from, to;

	NOSTATE;
	make_old(&s);
	assert_int_equal(open_it(&s, BKS_OPEN_READ), BKS_E_CATALOG);
	assert_non_null(strstr(s.err.text, "backstay upgrade"));
	OK(&s, bks_catalog_upgrade(&from, &to, &copy, s.file, 0, s.a, &s.err));
	assert_int_equal(from, 1);
	assert_int_equal(to, catalog_migrations_n);
	assert_int_equal(access(copy, F_OK), 0);
	OK(&s, bks_catalog_upgrade(&from, &to, &copy, s.file, 0, s.a, &s.err));
	assert_int_equal(from, to);
	assert_null(copy);
	OK(&s, open_it(&s, BKS_OPEN_READ));
	OK(&s, bks_source_find(&v, s.cat, "kept", s.a, &s.err));
	shelf_close(&s);
}

TEST(a_writer_upgrades_by_itself_after_a_copy)
{
	struct shelf s;
	char copy[128];

	NOSTATE;
	make_old(&s);
	OK(&s, open_it(&s, BKS_OPEN_WRITE));
	snprintf(copy, sizeof copy, "%s.before-upgrade-1", s.file);
	assert_int_equal(access(copy, F_OK), 0);
	assert_int_equal(shelf_count(&s, "PRAGMA user_version"), catalog_migrations_n);
	shelf_close(&s);
}

TEST(a_catalog_that_is_held_is_busy)
{
	struct shelf s;
	bks_catalog *other;
	int64_t id;

	NOSTATE;
	shelf_open(&s);
	OK(&s, bks_catalog_open(&other, s.file, BKS_OPEN_WRITE, NULL, 50000, &s.err));
	OK(&s, catalog_begin(s.cat, &s.err));
	assert_int_equal(bks_run_begin(&id, other, "scan", &s.err), BKS_E_BUSY);
	assert_non_null(strstr(s.err.text, "another process"));
	catalog_rollback(s.cat);
	OK(&s, bks_run_begin(&id, other, "scan", &s.err));
	bks_catalog_close(other);
	shelf_close(&s);
}

TEST(the_path_comes_from_the_flag_the_environment_the_settings_or_the_default)
{
	bks_settings set = {.file = "/etc/b.conf", .catalog = "/from/settings"}, none = {0};
	bks_arena *a = bks_arena_new();
	const char *looked;

	NOSTATE;
	unsetenv("BACKSTAY_CATALOG");
	setenv("XDG_STATE_HOME", "/state", 1);
	assert_string_equal(bks_catalog_path(&looked, "/flag", &set, a), "/flag");
	assert_non_null(strstr(looked, "--catalog"));
	assert_string_equal(bks_catalog_path(&looked, NULL, &set, a), "/from/settings");
	assert_non_null(strstr(looked, "/etc/b.conf"));
	assert_string_equal(bks_catalog_path(&looked, NULL, &none, a),
		geteuid() ? "/state/backstay/catalog.db" : "/var/lib/backstay/catalog.db");
	assert_non_null(strstr(looked, "BACKSTAY_CATALOG is not set"));
	setenv("BACKSTAY_CATALOG", "/env", 1);
	assert_string_equal(bks_catalog_path(&looked, NULL, &set, a), "/env");
	assert_string_equal(bks_catalog_path(NULL, "", &set, a), "/env");
	unsetenv("BACKSTAY_CATALOG");
	bks_arena_free(a);
}

/* Writes until the journal holds pages that are in the file already, and dies. */
static void die_while_writing(struct shelf *s)
{
	bks_catalog *cat;
	int64_t id;

	if (bks_catalog_open(&cat, s->file, BKS_OPEN_WRITE, NULL, 0, &s->err) ||
		db_exec(cat->db, "PRAGMA cache_size = 10", &s->err) ||
		catalog_begin(cat, &s->err))
		_exit(1);
	for (int i = 0; i < 3000; i++)
		if (bks_run_begin(&id, cat, "a command that was never finished", &s->err))
			_exit(2);
	raise(SIGKILL);
}

TEST(a_writer_that_was_killed_leaves_what_was_before)
{
	struct shelf s;
	struct stat before, after;
	int64_t id;
	int status;

	NOSTATE;
	shelf_open(&s);
	OK(&s, bks_run_begin(&id, s.cat, "scan", &s.err));
	bks_catalog_close(s.cat);
	stat(s.file, &before);
	if (!fork())
		die_while_writing(&s);
	wait(&status);
	assert_true(WIFSIGNALED(status));
	stat(s.file, &after);
	assert_true(after.st_size > before.st_size); /* pages did reach the file */
	OK(&s, open_it(&s, BKS_OPEN_READ));
	assert_int_equal(shelf_count(&s, "SELECT count(*) FROM runs"), 1);
	assert_int_equal(shelf_count(&s, "SELECT count(*) FROM pragma_integrity_check WHERE "
					 "integrity_check = 'ok'"),
		1);
	shelf_close(&s);
}

MAIN(T(a_writer_that_was_killed_leaves_what_was_before),
	T(only_make_makes_a_catalog_that_is_not_there),
	T(making_leaves_nothing_beside_the_catalog),
	T(two_processes_that_make_it_at_once_both_get_it),
	T(an_empty_file_is_no_catalog_but_a_place_to_make_one),
	T(a_catalog_that_lost_bytes_is_damaged), T(what_is_no_file_is_no_catalog),
	T(a_newer_catalog_is_refused_in_words_by_every_mode),
	T(an_older_catalog_is_not_read_but_upgraded_with_a_copy),
	T(a_writer_upgrades_by_itself_after_a_copy), T(a_catalog_that_is_held_is_busy),
	T(the_path_comes_from_the_flag_the_environment_the_settings_or_the_default))
