/* Walking: any depth, with few descriptors, along no link, and nothing that lies there is
 * passed over in silence. */
#include "places.h"
#include "store/beneath.h"
#include <sys/mount.h>
#include <sys/resource.h>

/* A folder NAME in folder FD, and a file beside it; returns the new folder and closes FD. */
static int deeper(int fd, const char *name)
{
	int file = openat(fd, "here.sql", O_WRONLY | O_CREAT, 0644), next;

	assert_true(file >= 0);
	close(file);
	assert_int_equal(mkdirat(fd, name, 0755), 0);
	next = openat(fd, name, O_RDONLY | O_DIRECTORY);
	assert_true(next >= 0);
	close(fd);
	return next;
}

struct depth {
	int files, other;
	size_t longest;
	char *last; /* the longest path */
};

static int measure(void *arg, const struct store_entry *e)
{
	struct depth *d = arg;

	if (e->kind != STORE_FILE) {
		d->other += e->kind != STORE_FOLDER;
		return 0;
	}
	d->files++;
	if (strlen(e->path) > d->longest) {
		d->longest = strlen(e->path);
		free(d->last);
		d->last = strdup(e->path);
	}
	return 0;
}

static void walk_deep(int levels, const char *name, int twin_every)
{
	char *dir = place_new();
	store *s = store_at(dir);
	struct depth d = {0};
	struct rlimit was, few = {.rlim_cur = 64};
	struct store_id id;
	bks_error e = {0};
	int open_before = descriptors(), twins = 0;
	int fd = open(dir, O_RDONLY | O_DIRECTORY);
	stream *f;

	for (int i = 0; i < levels; i++) {
		if (i % twin_every == 0) { /* so that the walk must come back up to here */
			close(deeper(dup(fd), "twin"));
			twins++;
		}
		fd = deeper(fd, name);
	}
	close(fd);
	getrlimit(RLIMIT_NOFILE, &was);
	few.rlim_max = was.rlim_max;
	setrlimit(RLIMIT_NOFILE, &few);
	if (store_walk(s, measure, &d, &e) != 0)
		fail_msg("%s", e.text);
	assert_int_equal(d.other, 0);
	assert_int_equal(d.files, levels);
	assert_int_equal(
		d.longest, (size_t)(levels - 1) * (strlen(name) + 1) + strlen("here.sql"));
	/* And what was shown can be opened, however long its path. */
	assert_int_equal(store_read(&f, &id, s, d.last, &e), 0);
	stream_close(f);
	setrlimit(RLIMIT_NOFILE, &was);
	assert_true(twins > 0);
	assert_int_equal(descriptors(), open_before);
	free(d.last);
	store_close(s);
	place_drop(dir);
}

TEST(a_tree_3000_deep_is_walked_with_64_descriptors)
{
	NOSTATE;
	walk_deep(3000, "d", 7);
}

TEST(a_path_far_longer_than_the_system_takes_is_walked)
{
	char name[256];

	NOSTATE;
	memset(name, 'n', 255);
	name[255] = '\0';
	walk_deep(100, name, 40);
}

TEST(deep_trees_do_not_need_openat2)
{
	NOSTATE;
	beneath_stepwise = true;
	walk_deep(300, "folder", 7);
	beneath_stepwise = false;
}

TEST(a_deep_folder_of_a_folder_is_listed_as_members)
{
	char *dir = place_new();
	store *s = store_at(dir);
	bks_error e = {0};
	members *m;
	size_t links = 0;
	int fd;

	NOSTATE;
	folder_new(dir, "x");
	folder_new(dir, "x/y");
	file_new(dir, "x/beside.sql", "x");
	fd = open(in(dir, "x/y"), O_RDONLY | O_DIRECTORY);
	for (int i = 0; i < 60; i++) {
		if (i % 7 == 0)
			close(deeper(dup(fd), "twin"));
		assert_int_equal(symlinkat("/etc", fd, "link"), 0);
		fd = deeper(fd, "d");
	}
	close(fd);
	assert_int_equal(store_members(&m, s, "x/y", &e), 0);
	assert_int_equal(m->n, 120); /* a file and a link a level; the twin's folder is empty */
	for (size_t i = 0; i < m->n; i++)
		links += m->v[i].kind == MEMBER_LINK;
	assert_int_equal(links, 60);
	assert_true(members_find(m, "d/d/d/d/d/d/d/d/here.sql") > 0);
	assert_int_equal(members_find(m, "beside.sql"), -1);
	members_close(m);
	store_close(s);
	place_drop(dir);
}

static void list_as_nobody(const char *dir)
{
	bks_error e = {0};
	store *s = NULL;
	members *m;
	ptrdiff_t i;

	must(store_open(&s, dir, &e) == 0);
	must(store_members(&m, s, "backup", &e) == 0);
	i = members_find(m, "closed");
	must(i >= 0 && m->v[i].kind == MEMBER_UNREADABLE);
	must(strstr(m->v[i].why, "permission denied"));
	must(members_find(m, "open") >= 0);
	members_close(m);
	must(store_members(&m, s, "backup/closed", &e) == BKS_E_IO);
	store_close(s);
}

TEST(a_folder_that_may_not_be_entered_is_an_unreadable_member)
{
	char *dir = place_new();

	NOSTATE;
	folder_new(dir, "backup");
	folder_new(dir, "backup/closed");
	file_new(dir, "backup/open", "x");
	assert_int_equal(chmod(in(dir, "backup/closed"), 0), 0);
	as_nobody(list_as_nobody, dir);
	chmod(in(dir, "backup/closed"), 0755);
	place_drop(dir);
}

TEST(every_kind_of_entry_is_told)
{
	char *dir = place_new();
	store *s = store_at(dir);
	struct seen v;

	NOSTATE;
	folder_new(dir, "daily");
	folder_new(dir, "empty");
	folder_new(dir, "lost+found");
	file_new(dir, "a.sql", "x");
	file_new(dir, ".hidden", "x");
	file_new(dir, "daily/b.sql", "x");
	file_new(dir, "lost+found/#12", "x");
	assert_int_equal(mkfifo(in(dir, "daily/pipe"), 0644), 0);
	assert_int_equal(symlink("..", in(dir, "daily/up")), 0);
	assert_int_equal(symlink("/etc", in(dir, "out")), 0);
	assert_int_equal(symlink("loop", in(dir, "loop")), 0);
	walk_all(&v, s);
	assert_true(saw(&v, "f a.sql"));
	assert_true(saw(&v, "f .hidden"));
	assert_true(saw(&v, "f daily/b.sql"));
	assert_true(saw(&v, "f lost+found/#12"));
	assert_true(saw(&v, "s daily/pipe"));
	assert_true(saw(&v, "l daily/up"));
	assert_true(saw(&v, "l out"));
	assert_true(saw(&v, "l loop"));
	assert_int_equal(v.n[STORE_FILE], 4);
	assert_int_equal(v.n[STORE_LINK], 3);
	assert_int_equal(v.n[STORE_SPECIAL], 1);
	assert_int_equal(v.n[STORE_UNREADABLE], 0);
	store_close(s);
	place_drop(dir);
}

TEST(a_disk_mounted_beneath_the_root_belongs_to_it)
{
	char *dir = place_new();
	store *s = store_at(dir);
	struct store_id id;
	struct seen v;
	bks_error e = {0};
	stream *f;

	NOSTATE;
	folder_new(dir, "disk");
	if (mount("tmpfs", in(dir, "disk"), "tmpfs", 0, "size=128k") != 0) {
		store_close(s);
		place_drop(dir);
		print_message("skipped: nothing can be mounted here\n");
		skip();
	}
	folder_new(dir, "disk/sub");
	file_new(dir, "disk/sub/a.sql", "x");
	walk_all(&v, s);
	assert_true(saw(&v, "f disk/sub/a.sql"));
	assert_int_equal(store_read(&f, &id, s, "disk/sub/a.sql", &e), 0);
	stream_close(f);
	assert_int_equal(umount(in(dir, "disk")), 0);
	store_close(s);
	place_drop(dir);
}

struct swap {
	struct seen seen;
	const char *dir;
};

/* At the first file in the root the folders that the walk has already noted are taken away or
 * swapped. */
static int swap_folders(void *arg, const struct store_entry *e)
{
	struct swap *w = arg;

	if (!strcmp(e->path, "first.sql")) {
		assert_int_equal(rename(in(w->dir, "to-link"), in(w->dir, "to-file/moved")), 0);
		assert_int_equal(symlink("/etc", in(w->dir, "to-link")), 0);
		assert_int_equal(
			rename(in(w->dir, "to-file"), in(w->dir, "to-nothing/moved")), 0);
		file_new(w->dir, "to-file", "now a file");
		place_drop(strdup(in(w->dir, "to-nothing")));
	}
	return see(&w->seen, e);
}

TEST(a_folder_swapped_for_a_link_during_the_walk_is_not_followed)
{
	char *dir = place_new();
	store *s = store_at(dir);
	struct swap w = {.dir = dir};
	bks_error e = {0};

	NOSTATE;
	folder_new(dir, "to-link");
	folder_new(dir, "to-file");
	folder_new(dir, "to-nothing");
	file_new(dir, "first.sql", "x");
	assert_int_equal(store_walk(s, swap_folders, &w, &e), 0);
	assert_true(saw(&w.seen, "f first.sql"));
	assert_true(saw(&w.seen, "f to-file"));
	assert_true(saw(&w.seen, "l to-link"));
	assert_null(strstr(w.seen.text, "passwd"));
	assert_null(strstr(w.seen.text, "to-nothing"));
	store_close(s);
	place_drop(dir);
}

static int stop_at_once(void *arg, const struct store_entry *e)
{
	(void)e;
	++*(int *)arg;
	return 42;
}

TEST(the_visitor_can_stop_the_walk)
{
	char *dir = place_new();
	store *s = store_at(dir);
	bks_error e = {0};
	int n = 0, open_before = descriptors();

	NOSTATE;
	folder_new(dir, "sub");
	file_new(dir, "sub/a", "x");
	file_new(dir, "sub/b", "x");
	assert_int_equal(store_walk(s, stop_at_once, &n, &e), 42);
	assert_int_equal(n, 1);
	assert_int_equal(descriptors(), open_before);
	store_close(s);
	place_drop(dir);
}

static int drop_all(void *arg, const struct store_entry *e)
{
	struct swap *w = arg;

	for (int i = 0; i < 2000; i++) {
		char name[20];

		snprintf(name, sizeof name, "%d.sql", i);
		if (strcmp(name, e->path) != 0)
			unlink(in(w->dir, name));
	}
	return see(&w->seen, e);
}

TEST(files_that_vanish_between_listing_and_looking_are_passed_over)
{
	char *dir = place_new();
	store *s = store_at(dir);
	struct swap w = {.dir = dir};
	bks_error e = {0};

	NOSTATE;
	for (int i = 0; i < 2000; i++) {
		char name[20];

		snprintf(name, sizeof name, "%d.sql", i);
		file_new(dir, name, "x");
	}
	assert_int_equal(store_walk(s, drop_all, &w, &e), 0);
	assert_int_equal(w.seen.n[STORE_FILE], 1);
	assert_int_equal(w.seen.n[STORE_UNREADABLE], 0);
	store_close(s);
	place_drop(dir);
}

MAIN(T(a_tree_3000_deep_is_walked_with_64_descriptors),
	T(a_path_far_longer_than_the_system_takes_is_walked), T(deep_trees_do_not_need_openat2),
	T(a_deep_folder_of_a_folder_is_listed_as_members),
	T(a_folder_that_may_not_be_entered_is_an_unreadable_member),
	T(every_kind_of_entry_is_told), T(a_disk_mounted_beneath_the_root_belongs_to_it),
	T(a_folder_swapped_for_a_link_during_the_walk_is_not_followed),
	T(the_visitor_can_stop_the_walk),
	T(files_that_vanish_between_listing_and_looking_are_passed_over))
