/* What every kind of store promises, asked of each. */
#include "../unit/store/places.h"
#include "store/memory.h"
#include <time.h>

struct kind {
	const char *name;
	store *(*make)(struct kind *k);
	void (*add)(struct kind *k, store *s, const char *path, const char *text);
	void (*grow)(struct kind *k, store *s, const char *path, const char *more);
	void (*odd)(struct kind *k, store *s, const char *path, enum store_kind_of kind); /* NULL: nothing odd can be there */
	char *dir;
	bool frozen; /* what was opened is read as it was, whatever is written there meanwhile */
};

static store *make_file(struct kind *k)
{
	k->dir = place_new();
	folder_new(k->dir, "sub");
	return store_at(k->dir);
}

static void add_file(struct kind *k, store *s, const char *path, const char *text)
{
	(void)s;
	unlink(in(k->dir, path));
	file_new(k->dir, path, text);
}

static void grow_file(struct kind *k, store *s, const char *path, const char *more)
{
	int fd = open(in(k->dir, path), O_WRONLY | O_APPEND);

	(void)s;
	assert_int_equal(write(fd, more, strlen(more)), strlen(more));
	close(fd);
}

static void odd_file(struct kind *k, store *s, const char *path, enum store_kind_of kind)
{
	(void)s;
	if (kind == STORE_LINK)
		assert_int_equal(symlink("a.sql", in(k->dir, path)), 0);
	else
		assert_int_equal(mkfifo(in(k->dir, path), 0644), 0);
}

static store *make_memory(struct kind *k)
{
	(void)k;
	return store_memory_new();
}

static void add_memory(struct kind *k, store *s, const char *path, const char *text)
{
	(void)k;
	store_memory_add(s, path, text, strlen(text), 1);
}

static void grow_memory(struct kind *k, store *s, const char *path, const char *more)
{
	(void)k;
	store_memory_append(s, path, more, strlen(more), 2);
}

static void odd_memory(struct kind *k, store *s, const char *path, enum store_kind_of kind)
{
	(void)k;
	store_memory_odd(s, path, kind, NULL);
}

/* A new prefix in the bucket that BACKSTAY_TEST_S3 names ("s3://bucket"); server and keys as the SDKs find them. */
static store *make_s3(struct kind *k)
{
	static int turn;
	bks_error e = {0};
	char url[400];
	store *s;

	if (asprintf(&k->dir, "stores-%lld-%d", (long long)getpid() * 1000000 + time(NULL) % 1000000, turn++) < 0)
		abort();
	snprintf(url, sizeof url, "%s/%s", getenv("BACKSTAY_TEST_S3"), k->dir);
	free(k->dir);
	k->dir = NULL;
	if (store_open(&s, url, &e))
		fail_msg("%s", e.text);
	return s;
}

static void add_s3(struct kind *k, store *s, const char *path, const char *text)
{
	bks_error e = {0};

	(void)k;
	if (store_put(s, path, text, strlen(text), true, &e))
		fail_msg("%s", e.text);
}

static void grow_s3(struct kind *k, store *s, const char *path, const char *more)
{
	bks_arena *a = bks_arena_new();
	const char *text;
	char all[200];
	size_t n;

	assert_int_equal(store_slurp(&text, &n, s, path, 100, a, NULL), 0);
	snprintf(all, sizeof all, "%s%s", text, more);
	add_s3(k, s, path, all);
	bks_arena_free(a);
}

static struct kind kinds[] = {
	{"file", make_file, add_file, grow_file, odd_file, NULL, false},
	{"memory", make_memory, add_memory, grow_memory, odd_memory, NULL, false},
	{"s3", make_s3, add_s3, grow_s3, NULL, NULL, true},
};

static void odd(struct kind *k, store *s, const char *path, enum store_kind_of kind)
{
	if (k->odd)
		k->odd(k, s, path, kind);
}

static void each_kind(void (*body)(struct kind *k, store *s))
{
	for (size_t i = 0; i < sizeof kinds / sizeof *kinds; i++) {
		store *s;

		if (!strcmp(kinds[i].name, "s3") && !getenv("BACKSTAY_TEST_S3"))
			continue;
		s = kinds[i].make(&kinds[i]);

		print_message("           %s\n", kinds[i].name);
		body(&kinds[i], s);
		store_close(s);
		if (kinds[i].dir)
			place_drop(kinds[i].dir);
		kinds[i].dir = NULL;
	}
}

static void shown(struct kind *k, store *s)
{
	struct seen v;

	k->add(k, s, "a.sql", "abc");
	k->add(k, s, "sub/b.sql", "");
	odd(k, s, "link", STORE_LINK);
	odd(k, s, "sub/pipe", STORE_SPECIAL);
	walk_all(&v, s);
	assert_true(saw(&v, "f a.sql"));
	assert_true(saw(&v, "f sub/b.sql"));
	assert_int_equal(saw(&v, "l link"), k->odd != NULL);
	assert_int_equal(saw(&v, "s sub/pipe"), k->odd != NULL);
	assert_true(saw(&v, "d sub"));
	assert_int_equal(v.n[STORE_FOLDER], 1);
	assert_true(strstr(v.text, "d sub\n") < strstr(v.text, "f sub/b.sql\n"));
	assert_int_equal(v.n[STORE_FILE] + v.n[STORE_LINK] + v.n[STORE_SPECIAL], k->odd ? 4 : 2);
}

TEST(a_walk_shows_all_that_is_there)
{
	NOSTATE;
	each_kind(shown);
}

static int pass_sub(void *arg, const struct store_entry *e)
{
	struct seen *v = arg;

	see(v, e);
	return e->kind == STORE_FOLDER && !strcmp(e->path, "sub") ? STORE_PASS : 0;
}

static int stop_at_folder(void *arg, const struct store_entry *e)
{
	++*(int *)arg;
	return e->kind == STORE_FOLDER ? -77 : 0;
}

static void passed(struct kind *k, store *s)
{
	struct seen v = {0};
	int n = 0;

	k->add(k, s, "sub/b.sql", "");
	k->add(k, s, "a.sql", "abc");
	assert_int_equal(store_walk(s, pass_sub, &v, NULL), 0);
	assert_true(saw(&v, "d sub"));
	assert_true(saw(&v, "f a.sql"));
	assert_false(saw(&v, "f sub/b.sql"));
	assert_int_equal(store_walk(s, stop_at_folder, &n, NULL), -77);
	assert_true(n <= 2);
}

TEST(a_folder_is_left_out_when_the_visitor_says_so)
{
	NOSTATE;
	each_kind(passed);
}

static void as_members(struct kind *k, store *s)
{
	bks_error err = {0};
	const char *how;
	const uint8_t *p;
	members *m;
	stream *f;
	size_t n;

	k->add(k, s, "sub/z", "zz");
	k->add(k, s, "sub/a b", "abc");
	k->add(k, s, "subs", "of no folder");
	odd(k, s, "sub/l", STORE_LINK);
	odd(k, s, "sub/p", STORE_SPECIAL);
	assert_int_equal(store_members(&m, s, "sub", &err), 0);
	assert_int_equal(m->n, k->odd ? 4 : 2);
	assert_string_equal(m->v[0].name, "a b");
	assert_int_equal(m->v[0].size, 3);
	assert_int_not_equal(m->v[0].mtime, BKS_TIME_NONE);
	if (k->odd) {
		assert_string_equal(m->v[1].name, "l");
		assert_int_equal(m->v[1].kind, MEMBER_LINK);
		assert_int_equal(m->v[2].kind, MEMBER_SPECIAL);
	}
	assert_int_equal(m->v[m->n - 1].kind, MEMBER_FILE);
	assert_int_equal(m->open(&f, m, 0, &err), 0);
	assert_int_equal(stream_next(f, &p, &n, &err), 1);
	assert_int_equal(n, 3);
	assert_memory_equal(p, "abc", 3);
	assert_int_equal(m->changed(m, 0, f, &how, &err), 0);
	k->grow(k, s, "sub/a b", "de");
	assert_int_equal(m->changed(m, 0, f, &how, &err), !k->frozen);
	if (!k->frozen)
		assert_string_equal(how, "size 3 -> 5");
	stream_close(f);
	if (k->odd)
		assert_int_equal(m->open(&f, m, 1, &err), 2);
	members_close(m);
	assert_int_equal(store_members(&m, s, "none", &err), 1);
	assert_int_equal(store_members(&m, s, "sub/z", &err), 1);
	assert_int_equal(store_members(&m, s, "../x", &err), BKS_E_USAGE);
	assert_int_equal(store_members(&m, s, "", &err), 0);
	assert_int_equal(m->n, k->odd ? 5 : 3);
	assert_int_equal(members_find(m, "sub/a b"), 0);
	members_close(m);
}

TEST(a_folder_is_listed_as_members_in_the_order_of_their_names)
{
	NOSTATE;
	each_kind(as_members);
}

static void a_folder(struct kind *k, store *s)
{
	struct store_entry e;
	struct store_id id;
	stream *f;

	k->add(k, s, "sub/z", "zz");
	assert_int_equal(store_stat(&e, s, "sub", NULL), 0);
	assert_int_equal(e.kind, STORE_FOLDER);
	assert_int_equal(store_read(&f, &id, s, "sub", NULL), 2);
}

TEST(a_folder_is_told_as_one_and_not_opened)
{
	NOSTATE;
	each_kind(a_folder);
}

static void read_same(struct kind *k, store *s)
{
	struct store_entry e;
	struct store_id id;
	bks_arena *a = bks_arena_new();
	const char *text, *how;
	stream *f;
	uint64_t sum;
	size_t n;

	k->add(k, s, "a.sql", "abc");
	assert_int_equal(store_stat(&e, s, "a.sql", NULL), 0);
	assert_int_equal(e.kind, STORE_FILE);
	assert_int_equal(e.id.size, 3);
	assert_string_equal(e.path, "a.sql");
	assert_int_equal(store_read(&f, &id, s, "a.sql", NULL), 0);
	assert_memory_equal(&id, &e.id, sizeof id);
	assert_int_equal(stream_drain(f, &sum, NULL), 0);
	assert_int_equal(sum, 3);
	assert_int_equal(store_recheck(&how, f), 0);
	stream_close(f);
	assert_int_equal(store_slurp(&text, &n, s, "a.sql", 3, a, NULL), 0);
	assert_string_equal(text, "abc");
	assert_int_equal(store_slurp(&text, &n, s, "a.sql", 2, a, NULL), 2);
	k->add(k, s, "empty", "");
	assert_int_equal(store_slurp(&text, &n, s, "empty", 0, a, NULL), 0);
	assert_int_equal(n, 0);
	assert_string_equal(text, "");
	bks_arena_free(a);
}

TEST(what_is_read_is_what_was_looked_at)
{
	NOSTATE;
	each_kind(read_same);
}

static void absent_and_odd(struct kind *k, store *s)
{
	struct store_entry e;
	struct store_id id;
	bks_error err = {0};
	stream *f;

	odd(k, s, "link", STORE_LINK);
	odd(k, s, "pipe", STORE_SPECIAL);
	assert_int_equal(store_stat(&e, s, "none", &err), 1);
	assert_int_equal(store_read(&f, &id, s, "none", &err), 1);
	if (k->odd) {
		assert_int_equal(store_read(&f, &id, s, "link", &err), 2);
		assert_int_equal(store_read(&f, &id, s, "pipe", &err), 2);
		assert_int_equal(store_stat(&e, s, "link", &err), 0);
		assert_int_equal(e.kind, STORE_LINK);
	}
	assert_int_equal(store_read(&f, &id, s, "../x", &err), BKS_E_USAGE);
	assert_int_equal(store_read(&f, &id, s, "/x", &err), BKS_E_USAGE);
}

TEST(absence_and_odd_things_are_answers)
{
	NOSTATE;
	each_kind(absent_and_odd);
}

static void changed(struct kind *k, store *s)
{
	struct store_id id;
	const char *how;
	stream *f;

	k->add(k, s, "a.sql", "abc");
	assert_int_equal(store_read(&f, &id, s, "a.sql", NULL), 0);
	k->grow(k, s, "a.sql", "de");
	assert_int_equal(store_recheck(&how, f), !k->frozen);
	if (!k->frozen)
		assert_string_equal(how, "size 3 -> 5");
	stream_close(f);
	assert_int_equal(store_read(&f, &id, s, "a.sql", NULL), 0);
	k->add(k, s, "a.sql", "another file");
	assert_int_equal(store_recheck(&how, f), 0);
	stream_close(f);
}

TEST(a_change_while_reading_is_noticed_and_a_replacement_is_none)
{
	NOSTATE;
	each_kind(changed);
}

static void put(struct kind *k, store *s)
{
	bks_arena *a = bks_arena_new();
	const char *text, *id, *again;
	bks_error e = {0};
	size_t n;

	(void)k;
	assert_int_equal(store_put(s, "note", "one", 3, false, &e), 0);
	assert_int_equal(store_put(s, "note", "two", 3, false, &e), BKS_E_REFUSED);
	assert_int_equal(store_put(s, "note", "three", 5, true, &e), 0);
	assert_int_equal(store_slurp(&text, &n, s, "note", 100, a, &e), 0);
	assert_string_equal(text, "three");
	assert_int_equal(store_marker_read(&id, s, a, &e), 1);
	assert_int_equal(store_marker_make(&id, s, a, &e), 0);
	assert_int_equal(store_marker_read(&again, s, a, &e), 0);
	assert_string_equal(id, again);
	assert_int_equal(store_marker_make(&again, s, a, &e), BKS_E_USAGE);
	bks_arena_free(a);
}

TEST(small_files_are_written_whole_and_replaced_only_when_asked)
{
	NOSTATE;
	each_kind(put);
}

MAIN(T(a_walk_shows_all_that_is_there), T(what_is_read_is_what_was_looked_at),
	T(a_folder_is_left_out_when_the_visitor_says_so),
	T(a_folder_is_listed_as_members_in_the_order_of_their_names),
	T(a_folder_is_told_as_one_and_not_opened),
	T(absence_and_odd_things_are_answers),
	T(a_change_while_reading_is_noticed_and_a_replacement_is_none),
	T(small_files_are_written_whole_and_replaced_only_when_asked))
