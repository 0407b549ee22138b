/* The file store's reading and looking: what is opened, what never is, and what is said of it.
 */
#include "places.h"
#include "store/beneath.h"
#include <signal.h>
#include <sys/socket.h>
#include <sys/un.h>

static int read_of(store *s, const char *path, bks_error *e)
{
	struct store_id id;
	stream *in = NULL;
	int r = store_read(&in, &id, s, path, e);

	stream_close(in);
	return r;
}

static enum store_kind_of kind_of(store *s, const char *path)
{
	struct store_entry out;
	bks_error e = {0};

	assert_int_equal(store_stat(&out, s, path, &e), 0);
	return out.kind;
}

static void socket_new(const char *dir, const char *name)
{
	struct sockaddr_un at = {.sun_family = AF_UNIX};
	int fd = socket(AF_UNIX, SOCK_STREAM, 0);

	snprintf(at.sun_path, sizeof at.sun_path, "%s/%s", dir, name);
	assert_int_equal(bind(fd, (struct sockaddr *)&at, sizeof at), 0);
	close(fd);
}

TEST(a_file_is_read_with_its_identity)
{
	char *dir = place_new();
	store *s = store_at(dir);
	struct store_entry was;
	struct store_id id;
	bks_error e = {0};
	const uint8_t *p;
	struct timespec at[2] = {
		{.tv_sec = 1700000000}, {.tv_sec = 1700000000, .tv_nsec = 123456789}};
	struct stat st;
	size_t n;
	stream *f;

	NOSTATE;
	folder_new(dir, "daily");
	file_new(dir, "daily/a.sql", "hello");
	assert_int_equal(utimensat(AT_FDCWD, in(dir, "daily/a.sql"), at, 0), 0);
	assert_int_equal(store_read(&f, &id, s, "daily/a.sql", &e), 0);
	assert_int_equal(stream_next(f, &p, &n, &e), 1);
	assert_int_equal(n, 5);
	assert_memory_equal(p, "hello", 5);
	assert_int_equal(stream_next(f, &p, &n, &e), 0);
	stream_close(f);
	assert_int_equal(stat(in(dir, "daily/a.sql"), &st), 0);
	assert_int_equal(id.size, 5);
	assert_int_equal(id.inode, st.st_ino);
	assert_int_equal(id.device, st.st_dev);
	assert_true(id.mtime == 1700000000123456);
	assert_int_equal(store_stat(&was, s, "daily/a.sql", &e), 0);
	assert_memory_equal(&was.id, &id, sizeof id);
	store_close(s);
	place_drop(dir);
}

static void odd_things_are_never_opened(void)
{
	char *dir = place_new();
	store *s = store_at(dir);
	bks_error e = {0};

	assert_int_equal(mkfifo(in(dir, "pipe.sql"), 0644), 0);
	socket_new(dir, "socket.sql");
	folder_new(dir, "folder.sql.gz");
	file_new(dir, "real.sql", "x");
	assert_int_equal(symlink("real.sql", in(dir, "link.sql")), 0);
	assert_int_equal(symlink("loop.sql", in(dir, "loop.sql")), 0);
	assert_int_equal(symlink("/etc", in(dir, "out")), 0);
	alarm(20); /* a pipe that was opened carelessly would wait for ever */
	assert_int_equal(read_of(s, "pipe.sql", &e), 2);
	assert_int_equal(read_of(s, "socket.sql", &e), 2);
	assert_int_equal(read_of(s, "folder.sql.gz", &e), 2);
	assert_int_equal(read_of(s, "link.sql", &e), 2);
	assert_int_equal(read_of(s, "loop.sql", &e), 2);
	assert_int_equal(read_of(s, "out/passwd", &e), 2);
	assert_int_equal(read_of(s, "out/no-such", &e), 2);
	alarm(0);
	assert_int_equal(kind_of(s, "pipe.sql"), STORE_SPECIAL);
	assert_int_equal(kind_of(s, "socket.sql"), STORE_SPECIAL);
	assert_int_equal(kind_of(s, "folder.sql.gz"), STORE_FOLDER);
	assert_int_equal(kind_of(s, "link.sql"), STORE_LINK);
	assert_int_equal(kind_of(s, "out/passwd"), STORE_LINK);
	assert_int_equal(kind_of(s, "real.sql"), STORE_FILE);
	store_close(s);
	place_drop(dir);
}

TEST(pipes_sockets_folders_and_links_are_never_opened)
{
	NOSTATE;
	odd_things_are_never_opened();
}

TEST(it_is_the_same_on_a_kernel_without_openat2)
{
	NOSTATE;
	beneath_stepwise = true;
	odd_things_are_never_opened();
	beneath_stepwise = false;
}

TEST(what_is_not_there_is_an_answer)
{
	char *dir = place_new();
	store *s = store_at(dir);
	struct store_entry out;
	bks_error e = {0};

	NOSTATE;
	file_new(dir, "file", "x");
	assert_int_equal(read_of(s, "gone.sql", &e), 1);
	assert_int_equal(read_of(s, "no/such/folder.sql", &e), 1);
	assert_int_equal(read_of(s, "file/below", &e), 1);
	assert_int_equal(store_stat(&out, s, "gone.sql", &e), 1);
	store_close(s);
	place_drop(dir);
}

TEST(paths_that_leave_the_root_are_refused)
{
	static const char *const bad[] = {"", "/etc/passwd", "..", "../x", "a/../../x", "a/..",
		".", "./a", "a//b", "a/", "a/./b"};
	char *dir = place_new();
	store *s = store_at(dir);
	struct store_entry out;

	NOSTATE;
	for (size_t i = 0; i < sizeof bad / sizeof *bad; i++) {
		bks_error e = {0};

		assert_int_equal(read_of(s, bad[i], &e), BKS_E_USAGE);
		assert_non_null(strstr(e.text, "no path beneath a repo"));
		assert_int_equal(store_stat(&out, s, bad[i], &e), BKS_E_USAGE);
		assert_int_equal(store_put(s, bad[i], "x", 1, true, &e), BKS_E_USAGE);
	}
	file_new(dir, "..a", "x"); /* looks like one, and is none */
	file_new(dir, "...", "x");
	assert_int_equal(read_of(s, "..a", NULL), 0);
	assert_int_equal(read_of(s, "...", NULL), 0);
	store_close(s);
	place_drop(dir);
}

TEST(names_are_bytes)
{
	char long_name[256];
	const char *const names[] = {"-rf", "a\nb.sql", "\x1b[2J", "\xff\xfe\xc0\xaf", "%s%n",
		"$(x);'\"`", " ",
		"\xe2\x80\xae"
		"gpj.sql",
		"e\xcc\x81", "\xc3\xa9", long_name};
	char *dir = place_new();
	store *s = store_at(dir);
	struct seen *v = malloc(sizeof *v);

	NOSTATE;
	memset(long_name, 0xe9, 255); /* no UTF-8 */
	long_name[255] = '\0';
	for (size_t i = 0; i < sizeof names / sizeof *names; i++)
		file_new(dir, names[i], "x");
	walk_all(v, s);
	assert_int_equal(v->n[STORE_FILE], sizeof names / sizeof *names);
	for (size_t i = 0; i < sizeof names / sizeof *names; i++) {
		char line[300];

		snprintf(line, sizeof line, "f %s\n", names[i]);
		assert_non_null(strstr(v->text, line));
		assert_int_equal(read_of(s, names[i], NULL), 0);
	}
	free(v);
	store_close(s);
	place_drop(dir);
}

static void look_denied(const char *dir)
{
	store *s = store_at(dir);
	struct store_entry out;
	struct seen v;
	bks_error e = {0};

	must(read_of(s, "secret.sql", &e) == BKS_E_IO);
	must(strstr(e.text, "open secret.sql: permission denied (uid 65534, mode 0600)"));
	must(read_of(s, "closed/inside.sql", &e) == BKS_E_IO);
	must(strstr(e.text, "permission denied (uid 65534, mode 0700"));
	must(store_stat(&out, s, "closed/inside.sql", &e) == BKS_E_IO);
	must(strstr(e.text, "mode 0700"));
	must(read_of(s, "open/closed/deep/inside.sql", &e) == BKS_E_IO);
	must(strstr(e.text, "mode 0710"));
	must(store_put(s, "mine", "x", 1, false, &e) == BKS_E_IO);
	must(strstr(e.text, "permission denied (uid 65534, mode 0755)"));
	v = (struct seen){0};
	must(store_walk(s, see, &v, &e) == 0);
	must(saw(&v, "f secret.sql"));
	must(saw(&v, "u closed: permission denied (uid 65534, mode 0700)"));
	must(saw(&v, "u open/closed: permission denied (uid 65534, mode 0710)"));
	must(saw(&v,
		"u listed/inside.sql: permission denied (uid 65534, mode 0744 of the folder of "
		"inside.sql)"));
	must(v.n[STORE_UNREADABLE] == 3 && v.n[STORE_FILE] == 1);
	store_close(s);
}

static void unreadable_root_is_an_error(const char *dir)
{
	store *s = store_at(dir);
	struct seen v = {0};
	bks_error e = {0};

	must(store_walk(s, see, &v, &e) == BKS_E_IO);
	must(strstr(e.text, "permission denied (uid 65534, mode 0711)"));
	must(strstr(e.text, dir));
	store_close(s);
}

TEST(a_missing_permission_names_who_and_what)
{
	char *dir = place_new();

	NOSTATE;
	if (geteuid() != 0) {
		place_drop(dir);
		print_message("skipped: only root can become somebody else\n");
		skip();
	}
	file_new(dir, "secret.sql", "x");
	assert_int_equal(chmod(in(dir, "secret.sql"), 0600), 0);
	folder_new(dir, "closed");
	file_new(dir, "closed/inside.sql", "x");
	folder_new(dir, "open");
	folder_new(dir, "open/closed");
	folder_new(dir, "open/closed/deep");
	folder_new(dir, "listed");
	file_new(dir, "listed/inside.sql", "x");
	assert_int_equal(chmod(in(dir, "closed"), 0700), 0);
	assert_int_equal(chmod(in(dir, "open/closed"), 0710), 0);
	assert_int_equal(chmod(in(dir, "listed"), 0744), 0);
	as_nobody(look_denied, dir);
	assert_int_equal(chmod(dir, 0711), 0);
	as_nobody(unreadable_root_is_an_error, dir);
	place_drop(dir);
}

static stream *begun(store *s, const char *path)
{
	struct store_id id;
	bks_error e = {0};
	const uint8_t *p;
	const char *how;
	size_t n;
	stream *f;

	assert_int_equal(store_read(&f, &id, s, path, &e), 0);
	assert_int_equal(stream_peek(f, 1, &p, &n, &e), 0);
	assert_int_equal(store_recheck(&how, f), 0);
	return f;
}

TEST(a_file_that_grows_or_is_rewritten_while_it_is_read_is_noticed)
{
	char *dir = place_new();
	store *s = store_at(dir);
	struct timespec at[2] = {{.tv_sec = 1700000000}, {.tv_sec = 1700000000}};
	const char *how;
	stream *f;

	NOSTATE;
	file_new(dir, "a.sql", "0123456789");
	f = begun(s, "a.sql");
	file_new(dir, "a.sql", "0123456789abc");
	assert_int_equal(store_recheck(&how, f), 1);
	assert_string_equal(how, "size 10 -> 13");
	stream_close(f);

	assert_int_equal(utimensat(AT_FDCWD, in(dir, "a.sql"), at, 0), 0);
	f = begun(s, "a.sql");
	usleep(20000);
	file_new(dir, "a.sql", "012345678 ABC");
	assert_int_equal(store_recheck(&how, f), 1);
	assert_string_equal(how, "mtime changed");
	assert_int_equal(utimensat(AT_FDCWD, in(dir, "a.sql"), at, 0), 0);
	assert_int_equal(store_recheck(&how, f), 1);
	assert_string_equal(how, "ctime changed");
	stream_close(f);
	store_close(s);
	place_drop(dir);
}

TEST(a_file_that_is_replaced_or_removed_while_it_is_read_is_no_alarm)
{
	char *dir = place_new();
	store *s = store_at(dir);
	bks_error e = {0};
	uint64_t n;
	const char *how;
	stream *f;

	NOSTATE;
	file_new(dir, "a.sql", "old bytes");
	f = begun(s, "a.sql");
	usleep(20000);
	file_new(dir, "new", "new and longer bytes");
	assert_int_equal(rename(in(dir, "new"), in(dir, "a.sql")), 0);
	assert_int_equal(stream_drain(f, &n, &e), 0);
	assert_int_equal(n, 9);
	assert_int_equal(store_recheck(&how, f), 0);
	stream_close(f);

	f = begun(s, "a.sql");
	usleep(20000);
	assert_int_equal(unlink(in(dir, "a.sql")), 0);
	assert_int_equal(stream_drain(f, &n, &e), 0);
	assert_int_equal(n, 20);
	assert_int_equal(store_recheck(&how, f), 0);
	stream_close(f);
	store_close(s);
	place_drop(dir);
}

TEST(two_identities_are_the_same_file_by_size_and_mtime)
{
	struct store_id a = {.device = 1, .inode = 2, .size = 3, .mtime = 4};
	struct store_id b = {.device = 5, .inode = 6, .size = 3, .mtime = 4};

	NOSTATE;
	assert_true(store_same(&a, &b));
	b.mtime++;
	assert_false(store_same(&a, &b));
	b.mtime--;
	b.size++;
	assert_false(store_same(&a, &b));
}

MAIN(T(a_file_is_read_with_its_identity), T(pipes_sockets_folders_and_links_are_never_opened),
	T(it_is_the_same_on_a_kernel_without_openat2), T(what_is_not_there_is_an_answer),
	T(paths_that_leave_the_root_are_refused), T(names_are_bytes),
	T(a_missing_permission_names_who_and_what),
	T(a_file_that_grows_or_is_rewritten_while_it_is_read_is_noticed),
	T(a_file_that_is_replaced_or_removed_while_it_is_read_is_no_alarm),
	T(two_identities_are_the_same_file_by_size_and_mtime))
