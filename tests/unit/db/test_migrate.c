#include "db/migrate.h"
#include "unit.h"
#include <ftw.h>
#include <sys/stat.h>
#include <unistd.h>

enum { OURS = 0x4F555253 };

static const struct db_migration steps[] = {
	{"0001-one", "CREATE TABLE one (v INTEGER) STRICT; INSERT INTO one VALUES (1)"},
	{"0002-two", "CREATE TABLE two (v INTEGER) STRICT; UPDATE one SET v = v + 1"},
	{"0003-bad", "CREATE TABLE three (v INTEGER) STRICT; INSERT INTO nowhere VALUES (1)"},
};

static char dir[64], file[80];
static bks_error err;
static bks_arena *arena;

static db *opened(void)
{
	struct db_options o = {.make = true, .application = OURS, .what = "test file"};
	db *d;

	assert_int_equal(db_open(&d, file, &o, &err), 0);
	return d;
}

static int64_t number(db *d, const char *sql)
{
	db_query *q = db_sql(d, sql);
	int64_t n;

	assert_int_equal(db_step(q, &err), 1);
	n = db_int(q);
	db_query_free(q);
	return n;
}

static int begin(void **state)
{
	(void)state;
	snprintf(dir, sizeof dir, "/tmp/backstay-migrate-XXXXXX");
	assert_non_null(mkdtemp(dir));
	snprintf(file, sizeof file, "%s/f", dir);
	arena = bks_arena_new();
	return 0;
}

static int gone(const char *path, const struct stat *st, int type, struct FTW *at)
{
	(void)st;
	(void)type;
	(void)at;
	return remove(path);
}

static int end(void **state)
{
	(void)state;
	bks_arena_free(arena);
	return nftw(dir, gone, 8, FTW_DEPTH | FTW_PHYS);
}

TEST(an_empty_file_walks_every_step_and_takes_no_copy)
{
	struct db_migrated m;
	db *d = opened();

	NOSTATE;
	assert_int_equal(db_migrate(&m, d, steps, 2, OURS, arena, &err), 0);
	assert_int_equal(m.from, 0);
	assert_int_equal(m.to, 2);
	assert_null(m.copy);
	assert_int_equal(number(d, "PRAGMA user_version"), 2);
	assert_int_equal(number(d, "PRAGMA application_id"), OURS);
	assert_int_equal(number(d, "SELECT v FROM one"), 2);
	db_close(d);
}

TEST(migrating_twice_changes_nothing)
{
	struct db_migrated m;
	db *d = opened();
	int64_t version;

	NOSTATE;
	assert_int_equal(db_migrate(&m, d, steps, 2, OURS, arena, &err), 0);
	version = number(d, "SELECT schema_version FROM pragma_schema_version");
	assert_int_equal(db_migrate(&m, d, steps, 2, OURS, arena, &err), 0);
	assert_int_equal(m.from, 2);
	assert_null(m.copy);
	assert_int_equal(number(d, "SELECT v FROM one"), 2);
	assert_int_equal(
		number(d, "SELECT schema_version FROM pragma_schema_version"), version);
	db_close(d);
}

TEST(a_newer_file_is_refused_in_words)
{
	struct db_migrated m;
	db *d = opened();

	NOSTATE;
	assert_int_equal(db_migrate(&m, d, steps, 2, OURS, arena, &err), 0);
	assert_int_equal(db_migrate(&m, d, steps, 1, OURS, arena, &err), BKS_E_NEWER);
	assert_non_null(strstr(err.text, "schema 2, this program knows 1"));
	assert_int_equal(number(d, "SELECT v FROM one"), 2);
	db_close(d);
}

TEST(an_upgrade_copies_first_and_never_over_a_copy)
{
	struct db_options o = {.read_only = true, .application = OURS, .what = "test file"};
	char expected[96];
	struct db_migrated m;
	struct stat st;
	db *d = opened(), *copy;

	NOSTATE;
	assert_int_equal(db_migrate(&m, d, steps, 1, OURS, arena, &err), 0);
	snprintf(expected, sizeof expected, "%s.before-upgrade-1", file);
	fclose(fopen(expected, "w"));
	assert_int_equal(db_migrate(&m, d, steps, 2, OURS, arena, &err), 0);
	snprintf(expected, sizeof expected, "%s.before-upgrade-1.1", file);
	assert_string_equal(m.copy, expected);
	assert_int_equal(stat(expected, &st), 0);
	assert_int_equal(st.st_mode & 0777, 0600);
	assert_int_equal(db_open(&copy, m.copy, &o, &err), 0);
	assert_int_equal(number(copy, "SELECT v FROM one"), 1);
	assert_int_equal(number(copy, "PRAGMA user_version"), 1);
	assert_int_equal(number(copy, "SELECT count(*) FROM pragma_integrity_check WHERE "
				      "integrity_check = 'ok'"),
		1);
	db_close(copy);
	assert_int_equal(number(d, "SELECT v FROM one"), 2);
	snprintf(expected, sizeof expected, "%s.before-upgrade-1.part", file);
	assert_int_not_equal(stat(expected, &st), 0);
	db_close(d);
}

TEST(a_step_that_fails_leaves_the_file_as_it_was)
{
	struct db_migrated m;
	db *d = opened();

	NOSTATE;
	assert_int_equal(db_migrate(&m, d, steps, 1, OURS, arena, &err), 0);
	assert_int_equal(db_migrate(&m, d, steps, 3, OURS, arena, &err), BKS_E_CATALOG);
	assert_non_null(strstr(err.text, "migration 0003-bad"));
	assert_int_equal(number(d, "PRAGMA user_version"), 1);
	assert_int_equal(number(d, "SELECT v FROM one"), 1);
	assert_int_equal(number(d, "SELECT count(*) FROM sqlite_schema WHERE name = 'two'"), 0);
	db_close(d);
}

TEST(a_name_that_is_taken_is_not_taken_away)
{
	char from[96], to[96];
	FILE *f;

	NOSTATE;
	snprintf(from, sizeof from, "%s/from", dir);
	snprintf(to, sizeof to, "%s/to", dir);
	fclose(fopen(from, "w"));
	f = fopen(to, "w");
	fputs("mine", f);
	fclose(f);
	assert_int_equal(db_place(from, to, &err), 1);
	assert_int_equal(access(from, F_OK), 0);
	unlink(to);
	assert_int_equal(db_place(from, to, &err), 0);
	assert_int_not_equal(access(from, F_OK), 0);
	assert_int_equal(access(to, F_OK), 0);
}

#define TT(name) cmocka_unit_test_setup_teardown(name, begin, end)

int main(void)
{
	const struct CMUnitTest tests[] = {
		TT(an_empty_file_walks_every_step_and_takes_no_copy),
		TT(migrating_twice_changes_nothing),
		TT(a_newer_file_is_refused_in_words),
		TT(an_upgrade_copies_first_and_never_over_a_copy),
		TT(a_step_that_fails_leaves_the_file_as_it_was),
		TT(a_name_that_is_taken_is_not_taken_away),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
