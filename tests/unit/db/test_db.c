#include "db/db.h"
#include "unit.h"
#include <fcntl.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

enum { OURS = 0x4F555253 };

static char file[64];
static bks_error err;

static const char *fresh(void)
{
	char side[80];

	snprintf(file, sizeof file, "/tmp/backstay-db-%d", (int)getpid());
	snprintf(side, sizeof side, "%s-journal", file);
	unlink(file);
	unlink(side);
	return file;
}

static int open_as(db **out, bool read_only, bool make, int64_t wait)
{
	struct db_options o = {.read_only = read_only,
		.make = make,
		.wait = wait,
		.application = OURS,
		.what = "test file"};

	return db_open(out, file, &o, &err);
}

static db *filled(void)
{
	db *d;

	fresh();
	assert_int_equal(open_as(&d, false, true, 0), 0);
	assert_int_equal(db_exec(d,
				 "PRAGMA application_id = 1330991699; "
				 "CREATE TABLE t (id INTEGER PRIMARY KEY, v ANY) STRICT",
				 &err),
		0);
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

static int put(db *d, int64_t v)
{
	db_query *q = db_sql(d, "INSERT INTO t (v) VALUES (?)");

	db_bind_int(q, v);
	return db_run(q, &err);
}

TEST(values_of_every_type_come_back_as_they_went_in)
{
	db *d = filled();
	bks_arena *a = bks_arena_new();
	uint8_t in[16] = {0, 1, 2, 255}, out[16];
	const char *bytes = "a\xff";
	struct db_value v;
	db_query *q;
	size_t n;

	NOSTATE;
	q = db_sql(d, "INSERT INTO t (v) VALUES (?), (?), (?), (?), (?), (?)");
	db_bind_int(q, INT64_MIN);
	db_bind_time(q, BKS_TIME_NONE);
	db_bind_name(q, bytes);
	db_bind_name(q, "caf\xc3\xa9");
	db_bind_blob(q, in, sizeof in);
	db_bind_ref(q, 0);
	assert_int_equal(db_run(q, &err), 0);
	q = db_sql(d, "SELECT v FROM t ORDER BY id");
	assert_int_equal(db_step(q, &err), 1);
	assert_true(db_int(q) == INT64_MIN);
	assert_int_equal(db_step(q, &err), 1);
	assert_true(db_time(q) == BKS_TIME_NONE);
	assert_int_equal(db_step(q, &err), 1);
	db_value(&v, q, a);
	assert_int_equal(v.type, DB_BLOB);
	assert_int_equal(v.n, 2);
	assert_int_equal(db_step(q, &err), 1);
	db_value(&v, q, a);
	assert_int_equal(v.type, DB_TEXT);
	assert_int_equal(db_step(q, &err), 1);
	assert_true(db_bytes(q, out, sizeof out));
	assert_memory_equal(in, out, sizeof in);
	assert_int_equal(db_step(q, &err), 1);
	assert_null(db_blob(&n, q, a));
	assert_int_equal(db_step(q, &err), 0);
	db_query_free(q);
	q = db_sql(d, "SELECT v FROM t WHERE id = 3");
	assert_int_equal(db_step(q, &err), 1);
	assert_string_equal(db_name(q, a), bytes);
	assert_int_equal(db_end(q, &err), 0);
	db_query_free(q);
	bks_arena_free(a);
	db_close(d);
}

TEST(a_word_that_no_enum_knows_fails_the_reader)
{
	static const char *const words[] = {"one", "two"};
	db *d = filled();
	db_query *q = db_sql(d, "SELECT 'two', 'three'");

	NOSTATE;
	assert_int_equal(db_step(q, &err), 1);
	assert_int_equal(db_enum(q, words, 2), 1);
	assert_int_equal(db_enum(q, words, 2), 0);
	assert_int_equal(db_end(q, &err), BKS_E_CATALOG);
	assert_non_null(strstr(err.text, "three"));
	db_query_free(q);
	db_close(d);
}

TEST(a_blob_of_a_wrong_length_and_a_name_with_a_nul_fail_the_reader)
{
	db *d = filled();
	bks_arena *a = bks_arena_new();
	uint8_t out[16];
	db_query *q = db_sql(d, "SELECT x'0102', x'410042'");

	NOSTATE;
	assert_int_equal(db_step(q, &err), 1);
	assert_false(db_bytes(q, out, sizeof out));
	assert_int_equal(db_end(q, &err), BKS_E_CATALOG);
	db_query_free(q);
	q = db_sql(d, "SELECT x'410042'");
	assert_int_equal(db_step(q, &err), 1);
	db_name(q, a);
	assert_int_equal(db_end(q, &err), BKS_E_CATALOG);
	db_query_free(q);
	bks_arena_free(a);
	db_close(d);
}

TEST(a_statement_that_is_wrong_says_so_when_stepped)
{
	db *d = filled();
	db_query *q = db_sql(d, "SELECT nothing FROM nowhere");

	NOSTATE;
	assert_int_equal(db_step(q, &err), BKS_E_CATALOG);
	assert_non_null(strstr(err.text, "nowhere"));
	db_query_free(q);
	db_close(d);
}

TEST(the_same_statement_can_be_open_twice)
{
	db *d = filled();
	db_query *one, *two;

	NOSTATE;
	assert_int_equal(put(d, 1), 0);
	assert_int_equal(put(d, 2), 0);
	one = db_sql(d, "SELECT v FROM t ORDER BY id");
	assert_int_equal(db_step(one, &err), 1);
	assert_int_equal(db_int(one), 1);
	two = db_sql(d, "SELECT v FROM t ORDER BY id");
	assert_int_equal(db_step(two, &err), 1);
	assert_int_equal(db_int(two), 1);
	assert_int_equal(db_step(one, &err), 1);
	assert_int_equal(db_int(one), 2);
	db_query_free(one);
	db_query_free(two);
	db_close(d);
}

TEST(an_inner_transaction_undoes_only_its_own)
{
	db *d = filled();

	NOSTATE;
	assert_int_equal(db_begin(d, &err), 0);
	assert_int_equal(put(d, 1), 0);
	assert_int_equal(db_begin(d, &err), 0);
	assert_int_equal(put(d, 2), 0);
	assert_int_equal(db_finish(d, BKS_E_IO, &err), BKS_E_IO);
	assert_int_equal(db_begin(d, &err), 0);
	assert_int_equal(put(d, 3), 0);
	assert_int_equal(db_finish(d, 0, &err), 0);
	assert_int_equal(db_depth(d), 1);
	assert_int_equal(db_commit(d, &err), 0);
	assert_int_equal(number(d, "SELECT sum(v) FROM t"), 4);
	assert_int_equal(db_begin(d, &err), 0);
	assert_int_equal(put(d, 10), 0);
	db_rollback(d);
	db_rollback(d);
	assert_int_equal(number(d, "SELECT sum(v) FROM t"), 4);
	db_close(d);
}

TEST(after_a_transaction_was_lost_nothing_is_written_outside_by_mistake)
{
	db *d = filled();

	NOSTATE;
	assert_int_equal(db_begin(d, &err), 0);
	assert_int_equal(put(d, 1), 0);
	assert_int_equal(db_exec(d, "ROLLBACK", &err), 0); /* as SQLite does on a full disk */
	assert_int_equal(put(d, 2), BKS_E_IO);
	assert_int_equal(db_begin(d, &err), BKS_E_IO);
	assert_int_equal(db_finish(d, 0, &err), BKS_E_IO);
	assert_int_equal(number(d, "SELECT count(*) FROM t"), 0);
	assert_int_equal(db_begin(d, &err), 0);
	assert_int_equal(put(d, 3), 0);
	assert_int_equal(db_commit(d, &err), 0);
	assert_int_equal(number(d, "SELECT count(*) FROM t"), 1);
	db_close(d);
}

TEST(a_file_of_another_program_is_refused)
{
	db *d = filled();

	NOSTATE;
	assert_int_equal(db_exec(d, "PRAGMA application_id = 77", &err), 0);
	db_close(d);
	assert_int_equal(open_as(&d, true, false, 0), BKS_E_CATALOG);
	assert_non_null(strstr(err.text, "is not a test file"));
	assert_int_equal(open_as(&d, false, true, 0), BKS_E_CATALOG);
}

TEST(a_file_that_is_no_database_is_refused)
{
	static const char text[] =
		"#!/bin/sh\nexit 0 # long enough to be a header of something, "
		"and more than a hundred bytes of it in any case\n";
	db *d;
	int fd;

	NOSTATE;
	fresh();
	fd = open(file, O_WRONLY | O_CREAT, 0600);
	assert_int_equal(write(fd, text, sizeof text), sizeof text);
	close(fd);
	assert_int_equal(open_as(&d, false, true, 0), BKS_E_CATALOG);
	assert_int_equal(truncate(file, 0), 0);
	assert_int_equal(open_as(&d, false, false, 0), BKS_E_CATALOG);
	assert_non_null(strstr(err.text, "is empty"));
}

TEST(a_truncated_file_is_a_damaged_catalog)
{
	static const off_t cuts[] = {10, 100, 512, 4096, 5000, 8192};
	struct stat st;
	db *d = filled();
	int64_t n;

	NOSTATE;
	assert_int_equal(db_begin(d, &err), 0);
	for (int i = 0; i < 3000; i++)
		assert_int_equal(put(d, i), 0);
	assert_int_equal(db_commit(d, &err), 0);
	db_close(d);
	stat(file, &st);
	for (int i = sizeof cuts / sizeof *cuts - 1; i >= 0; i--) {
		int r;

		if (cuts[i] >= st.st_size)
			continue;
		assert_int_equal(truncate(file, cuts[i]), 0);
		r = open_as(&d, true, false, 0);
		if (!r) {
			db_query *q = db_sql(d, "SELECT sum(v) FROM t");

			r = db_step(q, &err);
			n = r > 0 ? db_int(q) : 0;
			(void)n;
			db_query_free(q);
			db_close(d);
		}
		assert_int_equal(r, BKS_E_CATALOG);
	}
}

/* A child that holds the file until its parent lets go; the pipe's end. */
static int hold_in_child(pid_t *child)
{
	int ready[2], done[2];
	char c;

	assert_int_equal(pipe(ready), 0);
	assert_int_equal(pipe(done), 0);
	*child = fork();
	if (!*child) {
		db *d;

		close(done[1]);
		if (open_as(&d, false, false, 0) || db_exec(d, "BEGIN EXCLUSIVE", &err))
			_exit(1);
		if (write(ready[1], "x", 1) != 1 || read(done[0], &c, 1) < 0)
			_exit(1);
		_exit(0);
	}
	close(ready[1]);
	close(done[0]);
	assert_int_equal(read(ready[0], &c, 1), 1);
	close(ready[0]);
	return done[1];
}

TEST(a_file_that_another_process_holds_is_busy_after_the_wait)
{
	db *d = filled();
	struct timespec t0, t1;
	int let_go, status;
	char says[160];
	int64_t waited;
	pid_t child;

	NOSTATE;
	db_close(d);
	let_go = hold_in_child(&child);
	clock_gettime(CLOCK_MONOTONIC, &t0);
	assert_int_equal(open_as(&d, true, false, 200000), BKS_E_BUSY);
	clock_gettime(CLOCK_MONOTONIC, &t1);
	waited = (t1.tv_sec - t0.tv_sec) * 1000 + (t1.tv_nsec - t0.tv_nsec) / 1000000;
	assert_in_range(waited, 150, 60000);
	snprintf(says, sizeof says, "another process (pid %d) holds %s (waited", (int)child,
		file);
	if (!strstr(err.text, says)) /* a container may hide the list of locks */
		assert_non_null(strstr(err.text, "another process holds"));
	close(let_go);
	assert_int_equal(waitpid(child, &status, 0), child);
	assert_int_equal(status, 0);
	assert_int_equal(open_as(&d, false, false, 200000), 0);
	db_close(d);
}

TEST(a_reader_reads_where_it_may_not_write_and_never_writes_where_it_may)
{
	db *d = filled();
	char dir[80], in[96], side[96], in_side[112];
	struct db_options o = {.read_only = true, .application = OURS, .what = "test file"};
	pid_t child;
	int status;

	NOSTATE;
	assert_int_equal(put(d, 5), 0);
	db_close(d);
	assert_int_equal(open_as(&d, true, false, 0), 0);
	assert_int_equal(put(d, 6), BKS_E_IO);
	assert_int_equal(number(d, "SELECT sum(v) FROM t"), 5);
	db_close(d);
	snprintf(dir, sizeof dir, "%s.d", file);
	snprintf(in, sizeof in, "%s/f", dir);
	assert_int_equal(mkdir(dir, 0755), 0);
	assert_int_equal(rename(file, in), 0);
	snprintf(side, sizeof side, "%s-journal", file);
	snprintf(in_side, sizeof in_side, "%s-journal", in);
	assert_int_equal(rename(side, in_side), 0);
	assert_int_equal(chmod(in_side, 0444), 0);
	assert_int_equal(chmod(in, 0444), 0);
	assert_int_equal(chmod(dir, 0555), 0);
	child = fork();
	if (!child) {
		if (!geteuid() && setuid(65534))
			_exit(9);
		if (db_open(&d, in, &o, &err) || number(d, "SELECT sum(v) FROM t") != 5)
			_exit(1);
		db_close(d);
		o.read_only = false;
		_exit(db_open(&d, in, &o, &err) == BKS_E_IO ? 0 : 2);
	}
	assert_int_equal(waitpid(child, &status, 0), child);
	chmod(dir, 0755);
	unlink(in);
	unlink(in_side);
	rmdir(dir);
	assert_int_equal(status, 0);
}

static int clean(void **state)
{
	(void)state;
	fresh();
	return 0;
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		T(values_of_every_type_come_back_as_they_went_in),
		T(a_word_that_no_enum_knows_fails_the_reader),
		T(a_blob_of_a_wrong_length_and_a_name_with_a_nul_fail_the_reader),
		T(a_statement_that_is_wrong_says_so_when_stepped),
		T(the_same_statement_can_be_open_twice),
		T(an_inner_transaction_undoes_only_its_own),
		T(after_a_transaction_was_lost_nothing_is_written_outside_by_mistake),
		T(a_file_of_another_program_is_refused),
		T(a_file_that_is_no_database_is_refused),
		T(a_truncated_file_is_a_damaged_catalog),
		T(a_file_that_another_process_holds_is_busy_after_the_wait),
		T(a_reader_reads_where_it_may_not_write_and_never_writes_where_it_may),
	};

	return cmocka_run_group_tests(tests, NULL, clean);
}
