/* URLs and paths of places, the marker, writing. */
#include "places.h"
#include <limits.h>
#include <sys/mount.h>

static void refused(const char *url, const char *words)
{
	store *s = NULL;
	bks_error e = {0};

	assert_int_equal(store_open(&s, url, &e), BKS_E_USAGE);
	assert_null(s);
	assert_non_null(strstr(e.text, words));
}

TEST(a_place_is_a_path_or_a_file_url)
{
	char *dir = place_new();
	char url[400];
	store *s;

	NOSTATE;
	folder_new(dir, "with space%");
	snprintf(url, sizeof url, "file://%s/with%%20space%%25", dir);
	s = store_at(url);
	assert_string_equal(s->root, in(dir, "with space%"));
	store_close(s);
	snprintf(url, sizeof url, "file://localhost%s/", dir);
	s = store_at(url);
	assert_string_equal(s->root, dir);
	store_close(s);
	s = store_at(in(dir, "with space%"));
	store_close(s);
	assert_int_equal(chdir(dir), 0);
	s = store_at("with space%");
	assert_string_equal(s->root, in(dir, "with space%"));
	store_close(s);
	assert_int_equal(chdir("/"), 0);
	place_drop(dir);
}

TEST(a_place_that_cannot_be_is_refused_in_words)
{
	char *dir = place_new();

	NOSTATE;
	file_new(dir, "file", "x");
	refused("", "empty path");
	refused("file://host/dir", "another machine");
	refused("file:///a%2", "two hex digits");
	refused("file:///a%zz", "no byte of a path");
	refused("file:///a%00b", "no byte of a path");
	refused("gopher://x/y", "gopher://");
	refused(in(dir, "none"), "no such directory");
	refused(in(dir, "file"), "no directory");
	place_drop(dir);
}

TEST(the_root_itself_may_be_reached_through_links)
{
	char *dir = place_new();
	store *s;

	NOSTATE;
	folder_new(dir, "real");
	file_new(dir, "real/a.sql", "x");
	assert_int_equal(symlink("real", in(dir, "link")), 0);
	s = store_at(in(dir, "link"));
	assert_int_equal(store_stat(&(struct store_entry){0}, s, "a.sql", NULL), 0);
	store_close(s);
	place_drop(dir);
}

static const char *url_of(const char *place, bks_arena *a)
{
	const char *url = NULL;
	bks_error e = {0};

	assert_int_equal(store_url(&url, place, a, &e), 0);
	return url;
}

TEST(every_way_to_write_a_place_is_one_url)
{
	bks_arena *a = bks_arena_new();
	const char *url;
	bks_error e = {0};

	NOSTATE;
	assert_string_equal(url_of("/srv/dumps", a), "file:///srv/dumps");
	assert_string_equal(url_of("/srv//dumps/./", a), "file:///srv/dumps");
	assert_string_equal(url_of("file:///srv/dumps/", a), "file:///srv/dumps");
	assert_string_equal(url_of("file:///a%20b%FF", a), "file:///a%20b%FF");
	assert_string_equal(url_of("/a b\xff?#%", a), "file:///a%20b%FF%3F%23%25");
	assert_string_equal(url_of("/", a), "file:///");
	assert_string_equal(url_of("s3://bucket/prefix", a), "s3://bucket/prefix");
	assert_int_equal(store_url(&url, "no/such/folder", a, &e), BKS_E_USAGE);
	bks_arena_free(a);
}

TEST(a_file_is_located_in_the_repo_that_holds_it)
{
	bks_arena *a = bks_arena_new();
	char *dir = place_new();
	const char *path;
	store *s;

	NOSTATE;
	folder_new(dir, "repo");
	folder_new(dir, "repo/daily");
	folder_new(dir, "repo2");
	assert_int_equal(symlink("repo", in(dir, "link")), 0);
	s = store_at(in(dir, "link"));
	assert_int_equal(store_locate(&path, s, in(dir, "repo/daily/a.sql"), a, NULL), 0);
	assert_string_equal(path, "daily/a.sql");
	assert_int_equal(store_locate(&path, s, in(dir, "link/daily/../a.sql"), a, NULL), 0);
	assert_string_equal(path, "a.sql");
	assert_int_equal(store_locate(&path, s, in(dir, "repo2/a.sql"), a, NULL), 1);
	assert_int_equal(store_locate(&path, s, in(dir, "repo/none/a.sql"), a, NULL), 1);
	assert_int_equal(store_locate(&path, s, "/etc/passwd", a, NULL), 1);
	assert_int_equal(store_locate(&path, s, in(dir, "repo/.."), a, NULL), 1);
	assert_int_equal(chdir(in(dir, "repo/daily")), 0);
	assert_int_equal(store_locate(&path, s, "b.sql", a, NULL), 0);
	assert_string_equal(path, "daily/b.sql");
	assert_int_equal(chdir("/"), 0);
	store_close(s);
	bks_arena_free(a);
	place_drop(dir);
}

TEST(the_marker_is_made_once_and_read_again)
{
	bks_arena *a = bks_arena_new();
	char *dir = place_new();
	store *s = store_at(dir);
	const char *id, *again;
	bks_error e = {0};
	struct stat st;
	mode_t mask = umask(077);

	NOSTATE;
	assert_int_equal(store_marker_read(&id, s, a, &e), 1);
	assert_int_equal(store_marker_make(&id, s, a, &e), 0);
	umask(mask);
	assert_int_equal(strlen(id), 32);
	assert_int_equal(strspn(id, "0123456789abcdef"), 32);
	assert_int_equal(store_marker_read(&again, s, a, &e), 0);
	assert_string_equal(again, id);
	assert_int_equal(stat(in(dir, STORE_MARKER), &st), 0);
	assert_int_equal(st.st_mode & 07777, 0444);
	assert_int_equal(store_marker_make(&again, s, a, &e), BKS_E_USAGE);
	assert_non_null(strstr(e.text, id));
	store_close(s);
	bks_arena_free(a);
	place_drop(dir);
}

TEST(two_repos_never_get_the_same_id)
{
	bks_arena *a = bks_arena_new();
	char *one = place_new(), *two = place_new();
	store *s = store_at(one), *t = store_at(two);
	const char *first, *second;

	NOSTATE;
	assert_int_equal(store_marker_make(&first, s, a, NULL), 0);
	assert_int_equal(store_marker_make(&second, t, a, NULL), 0);
	assert_string_not_equal(first, second);
	store_close(s);
	store_close(t);
	bks_arena_free(a);
	place_drop(one);
	place_drop(two);
}

TEST(a_marker_that_is_none_is_an_error_not_an_absence)
{
	static const char *const bad[] = {"", "backstay repo\n", "backstay repo\nid 0123\n",
		"backstay repo\nid 0123456789abcdef0123456789abcdez\n",
		"backstay repo\nid 0123456789abcdef0123456789abcdef0\n",
		"backstay repo\nid 0123456789abcdef0123456789abcdef",
		"something else that is long enough\n"};
	bks_arena *a = bks_arena_new();
	char *dir = place_new();
	store *s = store_at(dir);
	const char *id;
	bks_error e = {0};

	NOSTATE;
	for (size_t i = 0; i < sizeof bad / sizeof *bad; i++) {
		file_new(dir, STORE_MARKER, bad[i]);
		assert_int_equal(store_marker_read(&id, s, a, &e), BKS_E_IO);
		assert_non_null(strstr(e.text, STORE_MARKER));
		assert_int_equal(store_marker_make(&id, s, a, &e), BKS_E_IO);
	}
	unlink(in(dir, STORE_MARKER));
	assert_int_equal(symlink("/etc/passwd", in(dir, STORE_MARKER)), 0);
	assert_int_equal(store_marker_read(&id, s, a, &e), BKS_E_IO);
	assert_non_null(strstr(e.text, "no regular file"));
	store_close(s);
	bks_arena_free(a);
	place_drop(dir);
}

TEST(put_writes_whole_files_and_leaves_nothing_beside_them)
{
	char *dir = place_new();
	store *s = store_at(dir);
	bks_arena *a = bks_arena_new();
	const char *text;
	struct seen v;
	bks_error e = {0};
	size_t n;

	NOSTATE;
	folder_new(dir, "sub");
	assert_int_equal(store_put(s, "sub/note", "one", 3, false, &e), 0);
	assert_int_equal(store_put(s, "sub/note", "two!", 4, false, &e), BKS_E_REFUSED);
	assert_non_null(strstr(e.text, "sub/note"));
	assert_int_equal(store_slurp(&text, &n, s, "sub/note", 100, a, &e), 0);
	assert_string_equal(text, "one");
	assert_int_equal(store_put(s, "sub/note", "two!", 4, true, &e), 0);
	assert_int_equal(store_slurp(&text, &n, s, "sub/note", 4, a, &e), 0);
	assert_string_equal(text, "two!");
	assert_int_equal(store_slurp(&text, &n, s, "sub/note", 3, a, &e), 2);
	assert_int_equal(store_put(s, "none/note", "x", 1, false, &e), BKS_E_IO);
	assert_non_null(strstr(e.text, "folder is not there"));
	assert_int_equal(symlink("/tmp", in(dir, "out")), 0);
	assert_int_equal(store_put(s, "out/note", "x", 1, true, &e), BKS_E_IO);
	assert_non_null(strstr(e.text, "link"));
	walk_all(&v, s);
	assert_int_equal(v.n[STORE_FILE], 1);
	store_close(s);
	bks_arena_free(a);
	place_drop(dir);
}

static void full_and_read_only(const char *dir)
{
	static char big[512 * 1024];
	store *s = store_at(dir);
	struct seen v;
	bks_error e = {0};

	assert_int_equal(store_put(s, "big", big, sizeof big, false, &e), BKS_E_IO);
	assert_non_null(strstr(e.text, strerror(ENOSPC)));
	walk_all(&v, s);
	assert_int_equal(v.n[STORE_FILE], 0);
	assert_int_equal(mount(NULL, dir, NULL, MS_REMOUNT | MS_RDONLY, NULL), 0);
	assert_int_equal(store_put(s, "small", "x", 1, false, &e), BKS_E_IO);
	assert_non_null(strstr(e.text, strerror(EROFS)));
	store_close(s);
}

TEST(a_full_or_read_only_disk_is_told_and_nothing_is_left_of_the_try)
{
	char *dir = place_new();

	NOSTATE;
	if (mount("tmpfs", dir, "tmpfs", 0, "size=128k") != 0) {
		place_drop(dir);
		print_message("skipped: nothing can be mounted here\n");
		skip();
	}
	full_and_read_only(dir);
	assert_int_equal(umount(dir), 0);
	place_drop(dir);
}

MAIN(T(a_place_is_a_path_or_a_file_url), T(a_place_that_cannot_be_is_refused_in_words),
	T(the_root_itself_may_be_reached_through_links),
	T(every_way_to_write_a_place_is_one_url),
	T(a_file_is_located_in_the_repo_that_holds_it),
	T(the_marker_is_made_once_and_read_again), T(two_repos_never_get_the_same_id),
	T(a_marker_that_is_none_is_an_error_not_an_absence),
	T(put_writes_whole_files_and_leaves_nothing_beside_them),
	T(a_full_or_read_only_disk_is_told_and_nothing_is_left_of_the_try))
