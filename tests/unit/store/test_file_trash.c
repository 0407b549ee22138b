/* Taking away: just what was named, and only while it is what it was. */
#include "base/arena.h"
#include "places.h"
#include "store/beneath.h"

/* The linker puts this in the place of renameat2: somebody is quicker than the move, once. */
int __real_renameat2(int from, const char *name, int to, const char *as, unsigned int flags);
int __wrap_renameat2(int from, const char *name, int to, const char *as, unsigned int flags);
static bool exchange_now;

int __wrap_renameat2(int from, const char *name, int to, const char *as, unsigned int flags)
{
	if (exchange_now) {
		int fd;

		exchange_now = false;
		assert_int_equal(unlinkat(from, name, 0), 0);
		fd = openat(from, name, O_WRONLY | O_CREAT | O_EXCL, 0600);
		assert_int_equal(write(fd, "another", 7), 7);
		close(fd);
	}
	return __real_renameat2(from, name, to, as, flags);
}

struct yard {
	char *dir;
	store *s;
	bks_arena *a;
	bks_error e;
	const char *why;
	int64_t freed;
	struct store_member members[8];
};

static void yard_open(struct yard *y)
{
	*y = (struct yard){.dir = place_new(), .a = bks_arena_new()};
	y->s = store_at(y->dir);
	folder_new(y->dir, "sub");
	file_new(y->dir, "sub/a.sql", "abc");
}

static void yard_close(struct yard *y)
{
	store_close(y->s);
	bks_arena_free(y->a);
	place_drop(y->dir);
}

static struct store_doomed doomed(struct yard *y, const char *path)
{
	struct store_entry e;

	assert_int_equal(store_stat(&e, y->s, path, &y->e), 0);
	return (struct store_doomed){
		.path = path, .id = e.id, .grave = "1-1", .folder = e.kind == STORE_FOLDER};
}

static bool there(struct yard *y, const char *path)
{
	struct stat st;

	return lstat(in(y->dir, path), &st) == 0;
}

TEST(a_file_goes_by_way_of_the_trash_and_nothing_is_left)
{
	struct yard y;
	struct store_doomed d;

	NOSTATE;
	for (int stepwise = 0; stepwise < 2; stepwise++) {
		beneath_stepwise = stepwise;
		yard_open(&y);
		d = doomed(&y, "sub/a.sql");
		assert_int_equal(store_bury(&y.why, y.s, &d, y.a, &y.e), 0);
		assert_false(there(&y, "sub/a.sql"));
		assert_true(there(&y, ".backstay-trash/1-1"));
		assert_int_equal(store_bury(&y.why, y.s, &d, y.a, &y.e), 1);
		assert_int_equal(store_erase(&y.why, &y.freed, y.s, &d, y.a, &y.e), 0);
		assert_int_equal(y.freed, 3);
		assert_false(there(&y, ".backstay-trash/1-1"));
		assert_int_equal(store_erase(&y.why, &y.freed, y.s, &d, y.a, &y.e), 1);
		assert_true(there(&y, "sub"));
		yard_close(&y);
	}
	beneath_stepwise = false;
}

TEST(what_is_exchanged_in_the_moment_of_the_move_is_put_back)
{
	struct yard y;
	struct store_doomed d;
	struct stat st;

	NOSTATE;
	yard_open(&y);
	d = doomed(&y, "sub/a.sql");
	exchange_now = true;
	assert_int_equal(store_bury(&y.why, y.s, &d, y.a, &y.e), 2);
	assert_false(exchange_now);
	assert_non_null(strstr(y.why, "put back"));
	assert_int_equal(stat(in(y.dir, "sub/a.sql"), &st), 0);
	assert_int_equal(st.st_size, 7);
	assert_false(there(&y, ".backstay-trash/1-1"));
	yard_close(&y);
}

TEST(what_is_in_the_trash_comes_back_but_over_nothing)
{
	struct yard y;
	struct store_doomed d;

	NOSTATE;
	yard_open(&y);
	d = doomed(&y, "sub/a.sql");
	assert_int_equal(store_unbury(&y.why, y.s, &d, y.a, &y.e), 1);
	assert_int_equal(store_bury(&y.why, y.s, &d, y.a, &y.e), 0);
	file_new(y.dir, "sub/a.sql", "new");
	assert_int_equal(store_unbury(&y.why, y.s, &d, y.a, &y.e), 2);
	assert_non_null(strstr(y.why, "has its name"));
	unlink(in(y.dir, "sub/a.sql"));
	assert_int_equal(store_unbury(&y.why, y.s, &d, y.a, &y.e), 0);
	assert_true(there(&y, "sub/a.sql"));
	yard_close(&y);
}

static void left_alone(struct yard *y, const struct store_doomed *d, const char *word)
{
	y->why = NULL;
	assert_int_equal(store_bury(&y->why, y->s, d, y->a, &y->e), 2);
	if (!y->why || !strstr(y->why, word))
		fail_msg("%s lacks %s", y->why, word);
	assert_true(there(y, d->path));
	assert_false(there(y, ".backstay-trash/1-1"));
}

TEST(another_size_time_inode_or_kind_is_left_alone)
{
	struct yard y;
	struct store_doomed d;
	struct timespec at[2] = {{.tv_sec = 1}, {.tv_sec = 1}};

	NOSTATE;
	yard_open(&y);
	d = doomed(&y, "sub/a.sql");
	file_new(y.dir, "sub/a.sql", "abcd");
	left_alone(&y, &d, "size");
	d = doomed(&y, "sub/a.sql");
	assert_int_equal(utimensat(AT_FDCWD, in(y.dir, "sub/a.sql"), at, 0), 0);
	left_alone(&y, &d, "mtime");
	d = doomed(&y, "sub/a.sql");
	file_new(y.dir, "sub/b.sql", "abcd");
	assert_int_equal(utimensat(AT_FDCWD, in(y.dir, "sub/b.sql"), at, 0), 0);
	assert_int_equal(rename(in(y.dir, "sub/b.sql"), in(y.dir, "sub/a.sql")), 0);
	left_alone(&y, &d, "inode");
	unlink(in(y.dir, "sub/a.sql"));
	assert_int_equal(symlink("/etc/hostname", in(y.dir, "sub/a.sql")), 0);
	left_alone(&y, &d, "link");
	unlink(in(y.dir, "sub/a.sql"));
	folder_new(y.dir, "sub/a.sql");
	left_alone(&y, &d, "no regular file");
	yard_close(&y);
}

TEST(no_link_on_the_way_is_followed_neither_to_the_file_nor_to_the_trash)
{
	struct yard y;
	struct store_doomed d;
	char *out = place_new();

	NOSTATE;
	yard_open(&y);
	d = doomed(&y, "sub/a.sql");
	assert_int_equal(rename(in(y.dir, "sub"), in(out, "sub")), 0);
	assert_int_equal(symlink(in(out, "sub"), in(y.dir, "sub")), 0);
	y.why = NULL;
	assert_int_equal(store_bury(&y.why, y.s, &d, y.a, &y.e), 2);
	assert_non_null(strstr(y.why, "link"));
	assert_int_equal(access(in(out, "sub/a.sql"), F_OK), 0);
	unlink(in(y.dir, "sub"));
	assert_int_equal(rename(in(out, "sub"), in(y.dir, "sub")), 0);
	assert_int_equal(symlink(out, in(y.dir, ".backstay-trash")), 0);
	assert_int_equal(store_bury(&y.why, y.s, &d, y.a, &y.e), BKS_E_IO);
	assert_true(there(&y, "sub/a.sql"));
	yard_close(&y);
	place_drop(out);
}

TEST(names_are_beneath_the_root_and_graves_are_one_word)
{
	static const char *const bad[] = {
		"../a", "/etc/passwd", "sub/../a", "", "./a", "sub//a.sql"};
	struct yard y;
	struct store_doomed d;

	NOSTATE;
	yard_open(&y);
	d = doomed(&y, "sub/a.sql");
	for (size_t i = 0; i < sizeof bad / sizeof *bad; i++) {
		d.path = bad[i];
		assert_int_equal(store_bury(&y.why, y.s, &d, y.a, &y.e), BKS_E_USAGE);
		assert_int_equal(store_unbury(&y.why, y.s, &d, y.a, &y.e), BKS_E_USAGE);
		assert_int_equal(
			store_erase(&y.why, &y.freed, y.s, &d, y.a, &y.e), BKS_E_USAGE);
	}
	d.path = "sub/a.sql";
	d.grave = "../sub/a.sql";
	assert_int_equal(store_erase(&y.why, &y.freed, y.s, &d, y.a, &y.e), BKS_E_USAGE);
	d.grave = "a/b";
	assert_int_equal(store_bury(&y.why, y.s, &d, y.a, &y.e), BKS_E_USAGE);
	assert_true(there(&y, "sub/a.sql"));
	yard_close(&y);
}

TEST(a_second_name_keeps_the_bytes_and_none_are_said_to_be_freed)
{
	struct yard y;
	struct store_doomed d;

	NOSTATE;
	yard_open(&y);
	assert_int_equal(link(in(y.dir, "sub/a.sql"), in(y.dir, "other")), 0);
	d = doomed(&y, "sub/a.sql");
	assert_int_equal(store_bury(&y.why, y.s, &d, y.a, &y.e), 0);
	assert_int_equal(store_erase(&y.why, &y.freed, y.s, &d, y.a, &y.e), 0);
	assert_int_equal(y.freed, 0);
	assert_true(there(&y, "other"));
	yard_close(&y);
}

static struct store_doomed a_folder(struct yard *y)
{
	static const char *const names[] = {"1.dat", "in/2.dat", "toc.dat"};
	struct store_doomed d;

	folder_new(y->dir, "dump");
	folder_new(y->dir, "dump/in");
	folder_new(y->dir, "dump/empty");
	for (int i = 0; i < 3; i++) {
		char path[64];
		struct store_entry e;

		snprintf(path, sizeof path, "dump/%s", names[i]);
		file_new(y->dir, path, "12345");
		assert_int_equal(store_stat(&e, y->s, path, &y->e), 0);
		y->members[i] = (struct store_member){names[i], e.id};
	}
	d = doomed(y, "dump");
	d.members = y->members;
	d.n = 3;
	return d;
}

TEST(a_folder_goes_member_by_member_also_when_a_run_before_was_cut_off)
{
	struct yard y;
	struct store_doomed d;

	NOSTATE;
	yard_open(&y);
	d = a_folder(&y);
	assert_int_equal(store_bury(&y.why, y.s, &d, y.a, &y.e), 0);
	assert_false(there(&y, "dump"));
	unlink(in(y.dir, ".backstay-trash/1-1/1.dat"));
	assert_int_equal(store_erase(&y.why, &y.freed, y.s, &d, y.a, &y.e), 0);
	assert_int_equal(y.freed, 10);
	assert_false(there(&y, ".backstay-trash/1-1"));
	yard_close(&y);
}

TEST(one_strange_thing_in_a_folder_keeps_all_of_it)
{
	static const char *const strange[] = {
		".backstay-trash/1-1/new", ".backstay-trash/1-1/in/new"};
	struct yard y;
	struct store_doomed d;

	NOSTATE;
	yard_open(&y);
	d = a_folder(&y);
	assert_int_equal(store_bury(&y.why, y.s, &d, y.a, &y.e), 0);
	for (int i = 0; i < 2; i++) {
		file_new(y.dir, strange[i], "");
		assert_int_equal(store_erase(&y.why, &y.freed, y.s, &d, y.a, &y.e), 2);
		assert_non_null(strstr(y.why, "new was not known"));
		unlink(in(y.dir, strange[i]));
	}
	unlink(in(y.dir, ".backstay-trash/1-1/toc.dat"));
	assert_int_equal(symlink("/etc/hostname", in(y.dir, ".backstay-trash/1-1/toc.dat")), 0);
	assert_int_equal(store_erase(&y.why, &y.freed, y.s, &d, y.a, &y.e), 2);
	assert_true(there(&y, ".backstay-trash/1-1/1.dat"));
	assert_true(there(&y, ".backstay-trash/1-1/in/2.dat"));
	assert_int_equal(access("/etc/hostname", F_OK), 0);
	yard_close(&y);
}

static void no_right(const char *dir)
{
	bks_error e = {0};
	bks_arena *a = bks_arena_new();
	const char *why = NULL;
	struct store_entry at;
	store *s;
	struct store_doomed d;

	must(store_open(&s, dir, &e) == 0);
	must(store_stat(&at, s, "sub/a.sql", &e) == 0);
	d = (struct store_doomed){.path = "sub/a.sql", .id = at.id, .grave = "1-1"};
	must(store_bury(&why, s, &d, a, &e) == BKS_E_IO);
	must(strstr(e.text, "permission denied"));
	must(store_stat(&at, s, "sub/a.sql", &e) == 0);
	store_close(s);
	bks_arena_free(a);
}

TEST(where_we_have_no_right_nothing_happens_and_it_is_said)
{
	struct yard y;

	NOSTATE;
	yard_open(&y);
	as_nobody(no_right, y.dir);
	assert_true(there(&y, "sub/a.sql"));
	yard_close(&y);
}

MAIN(T(a_file_goes_by_way_of_the_trash_and_nothing_is_left),
	T(what_is_exchanged_in_the_moment_of_the_move_is_put_back),
	T(what_is_in_the_trash_comes_back_but_over_nothing),
	T(another_size_time_inode_or_kind_is_left_alone),
	T(no_link_on_the_way_is_followed_neither_to_the_file_nor_to_the_trash),
	T(names_are_beneath_the_root_and_graves_are_one_word),
	T(a_second_name_keeps_the_bytes_and_none_are_said_to_be_freed),
	T(a_folder_goes_member_by_member_also_when_a_run_before_was_cut_off),
	T(one_strange_thing_in_a_folder_keeps_all_of_it),
	T(where_we_have_no_right_nothing_happens_and_it_is_said))
