/* Glances that are asked for before they are wanted: each file is read once, in its turn, and
 * what goes wrong with one is no other's trouble. Orders are counted where they go out. */
#include "../catalog/shelf.h"
#undef fail /* of cmocka */
#include "backstay/repo.h"
#include "backstay/scan.h"
#include "backstay/settings.h"
#include "backstay/start.h"
#include "store/store.h"
#include "work/ahead.h"
#include "work/apart.h"
#include <dirent.h>

enum { OLD = 1764547200, FILES = 700 }; /* more than one process is asked for */

static struct {
	int each[FILES], all, deaths;
	const struct wire *by[FILES]; /* whom it was given to */
} orders;
static int dies = -1; /* whoever is told to look at this one, the first time, ends */

static int number_of(const char *name)
{
	return name[0] == 'f' ? atoi(name + 1) : -1;
}

void __real_order_put(struct wire *w, const struct order *o);
void __wrap_order_put(struct wire *w, const struct order *o);
void __wrap_order_put(struct wire *w, const struct order *o)
{
	int i = number_of(o->job.name);

	orders.all++;
	if (i >= 0)
		orders.each[i]++, orders.by[i] = w;
	if (i < 0 || i != dies) {
		__real_order_put(w, o);
		return;
	}
	dies = -1;
	orders.deaths++;
	wire_put_number(w, 999);
	wire_flush(w, NULL, 0);
}

struct bench {
	struct shelf s;
	char repo[80];
	store *place;
	struct ahead *h;
	int descriptors;
};

static int descriptors(void)
{
	DIR *d = opendir("/proc/self/fd");
	int n = 0;

	assert_non_null(d);
	while (readdir(d))
		n++;
	closedir(d);
	return n;
}

/* Long ago: nothing settles. */
static void write_file(const char *folder, int i, time_t at)
{
	struct timespec t[2] = {{at, 0}, {at, 0}};
	char path[120];
	FILE *f;

	snprintf(path, sizeof path, "%s/f%04d.sql", folder, i);
	f = fopen(path, "w");
	assert_non_null(f);
	fprintf(f, "--\n-- PostgreSQL database dump\n--\n\n-- %d\n", i);
	assert_int_equal(fclose(f), 0);
	assert_int_equal(utimensat(AT_FDCWD, path, t, 0), 0);
}

static void begin(struct bench *b, int files)
{
	memset(&orders, 0, sizeof orders);
	dies = -1;
	shelf_dir(&b->s);
	snprintf(b->repo, sizeof b->repo, "%s/repo", b->s.dir);
	assert_int_equal(mkdir(b->repo, 0700), 0);
	for (int i = 0; i < files; i++)
		write_file(b->repo, i, OLD);
	assert_int_equal(store_open(&b->place, b->repo, NULL), 0);
	b->descriptors = descriptors();
	b->h = ahead_new();
}

static void end(struct bench *b)
{
	ahead_free(b->h);
	apart_rest();
	assert_int_equal(descriptors(), b->descriptors);
	store_close(b->place);
	shelf_close(&b->s);
}

static bool ask_in(struct bench *b, int i, const char *folder)
{
	char name[16];
	struct store_id id;
	stream *in;

	snprintf(name, sizeof name, "f%04d.sql", i);
	assert_int_equal(store_read(&in, &id, b->place, name, NULL), 0);
	return ahead_ask(b->h, in, name, folder, name, id.size);
}

static bool ask(struct bench *b, int i)
{
	return ask_in(b, i, "a");
}

static int take(struct bench *b, int i)
{
	bks_inspection out = {0};
	char name[16];
	int r;

	snprintf(name, sizeof name, "f%04d.sql", i);
	r = ahead_take(&out, b->h, name, b->s.a, NULL);
	if (!r) {
		assert_string_equal(out.format, "pgdump-plain");
		assert_string_equal(out.path, name);
	}
	return r;
}

TEST(what_was_never_asked_for_leaves_the_queue_alone)
{
	struct bench b;

	NOSTATE;
	begin(&b, 4);
	for (int i = 0; i < 3; i++)
		assert_true(ask(&b, i));
	assert_int_equal(take(&b, 3), 1);
	ahead_pass(b.h, "f0003.sql");
	for (int i = 0; i < 3; i++)
		assert_int_equal(take(&b, i), 0);
	assert_int_equal(take(&b, 1), 1); /* handed out once */
	assert_int_equal(orders.all, 3);
	end(&b);
}

TEST(what_was_asked_before_it_is_forgotten_and_what_comes_after_is_not)
{
	struct bench b;

	NOSTATE;
	begin(&b, 5);
	for (int i = 0; i < 5; i++)
		assert_true(ask(&b, i));
	assert_int_equal(take(&b, 2), 0);
	assert_int_equal(take(&b, 0), 1);
	ahead_pass(b.h, "f0003.sql");
	assert_int_equal(take(&b, 3), 1);
	assert_int_equal(take(&b, 4), 0);
	assert_int_equal(orders.all, 5);
	end(&b);
}

TEST(a_full_queue_takes_no_more_and_keeps_no_descriptor_of_it)
{
	struct bench b;
	int open;

	NOSTATE;
	begin(&b, AHEAD_MAX + 1);
	for (int i = 0; i < AHEAD_MAX; i++)
		assert_true(ask(&b, i));
	open = descriptors();
	assert_false(ask(&b, AHEAD_MAX));
	assert_int_equal(descriptors(), open);
	assert_int_equal(take(&b, 0), 0);
	assert_true(ask(&b, AHEAD_MAX));
	for (int i = 1; i <= AHEAD_MAX; i++)
		assert_int_equal(take(&b, i), 0);
	assert_int_equal(orders.all, AHEAD_MAX + 1);
	end(&b);
}

TEST(one_process_follows_another_without_a_file_lost)
{
	struct bench b;
	int asked = 0;

	NOSTATE;
	begin(&b, FILES);
	for (int i = 0; i < FILES; i++) {
		while (asked < FILES && asked < i + AHEAD_MAX)
			assert_true(ask(&b, asked++));
		assert_int_equal(take(&b, i), 0);
	}
	for (int i = 0; i < FILES; i++)
		assert_int_equal(orders.each[i], 1);
	end(&b);
}

TEST(whoever_dies_of_a_file_has_answered_those_before_it)
{
	struct bench b;

	NOSTATE;
	begin(&b, 8);
	dies = 3;
	for (int i = 0; i < 6; i++)
		assert_true(ask(&b, i));
	for (int i = 0; i < 3; i++)
		assert_int_equal(take(&b, i), 0);
	for (int i = 3; i < 5; i++) /* nobody knows: to be looked at by themselves */
		assert_int_equal(take(&b, i), 1);
	assert_true(ask(&b, 6)); /* by the next one, behind what is lost */
	assert_true(ask(&b, 7));
	assert_int_equal(take(&b, 5), 1);
	assert_int_equal(take(&b, 6), 0);
	assert_int_equal(take(&b, 7), 0);
	assert_int_equal(orders.deaths, 1);
	end(&b);
}

TEST(a_process_that_looked_into_one_folder_never_looks_into_another)
{
	static const char *const folders[] = {"a", "a", "b", "b", "a", "b"};
	struct bench b;

	NOSTATE;
	begin(&b, 6);
	for (int i = 0; i < 6; i++)
		assert_true(ask_in(&b, i, folders[i]));
	for (int i = 0; i < 6; i++)
		assert_int_equal(take(&b, i), 0);
	for (int i = 0; i < 6; i++)
		for (int k = 0; k < i; k++)
			assert_true(orders.by[i] != orders.by[k] ||
				    !strcmp(folders[i], folders[k]));
	assert_ptr_equal(orders.by[0], orders.by[1]);
	assert_ptr_equal(orders.by[2], orders.by[3]);
	end(&b);
}

TEST(what_nobody_takes_is_freed)
{
	struct bench b;

	NOSTATE;
	begin(&b, 6);
	dies = 2;
	for (int i = 0; i < 6; i++)
		assert_true(ask(&b, i));
	assert_int_equal(take(&b, 0), 0);
	end(&b);
}

static void scan(bks_scanned *out, struct bench *b)
{
	bks_scan_options opt = {.now = bks_clock_now()};

	assert_int_equal(bks_scan(out, b->s.cat, &opt, b->s.a, &b->s.err), 0);
	assert_false(out->unfinished);
	assert_int_equal(out->finding_count, 0);
}

static void begin_repo(struct bench *b, int files)
{
	const bks_settings *settings;
	bks_repo r = {.name = "r", .read_only = true, .price_month = -1};
	int64_t id;

	begin(b, files);
	r.url = b->repo;
	OK(&b->s, bks_settings_read(&settings, "/dev/null", b->s.a, &b->s.err));
	OK(&b->s,
		bks_catalog_open(&b->s.cat, b->s.file, BKS_OPEN_MAKE, settings, 0, &b->s.err));
	OK(&b->s, bks_repo_add(&id, b->s.cat, &r, &b->s.err));
	b->descriptors = descriptors();
}

TEST(a_scan_has_each_new_file_read_once_and_none_that_it_knows)
{
	bks_scanned got;
	struct bench b;

	NOSTATE;
	begin_repo(&b, FILES - 1);
	scan(&got, &b);
	assert_int_equal(got.added, FILES - 1);
	for (int i = 0; i < FILES - 1; i++)
		assert_int_equal(orders.each[i], 1);
	write_file(b.repo, FILES - 1, OLD);
	scan(&got, &b);
	assert_int_equal(got.added, 1);
	assert_int_equal(got.unchanged, FILES - 1);
	assert_int_equal(orders.all, FILES);
	end(&b);
}

/* Of a file that is known by its name and changed nothing was asked before: whoever looks at it
 * must leave those alone that were. */
TEST(a_file_that_changed_among_new_ones_costs_them_nothing)
{
	bks_scanned got;
	struct bench b;

	NOSTATE;
	begin_repo(&b, 40);
	scan(&got, &b);
	assert_int_equal(orders.all, 40);
	for (int i = 0; i < 40; i += 4) {
		char path[120];

		snprintf(path, sizeof path, "%s/f%04d.sql", b.repo, i);
		assert_int_equal(remove(path), 0);
	}
	for (int i = 40; i < 200; i++) { /* the changed ones lie between them */
		write_file(b.repo, i, OLD);
		if (i % 16 == 0)
			write_file(b.repo, (i - 48) / 16 * 4, OLD + 60);
	}
	memset(&orders, 0, sizeof orders);
	scan(&got, &b);
	assert_int_equal(got.added, 160);
	for (int i = 40; i < 200; i++)
		assert_int_equal(orders.each[i], 1);
	end(&b);
}

TEST(a_scan_loses_no_file_when_a_process_dies)
{
	bks_scanned got;
	struct bench b;

	NOSTATE;
	begin_repo(&b, 300);
	dies = 150;
	scan(&got, &b);
	assert_int_equal(got.added, 300);
	assert_int_equal(orders.deaths, 1);
	assert_int_equal(orders.each[150], 2);
	assert_true(orders.all > 300 && orders.all <= 300 + AHEAD_MAX);
	for (int i = 0; i < 300; i++)
		assert_in_range(orders.each[i], 1, 2);
	end(&b);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		T(what_was_never_asked_for_leaves_the_queue_alone),
		T(what_was_asked_before_it_is_forgotten_and_what_comes_after_is_not),
		T(a_full_queue_takes_no_more_and_keeps_no_descriptor_of_it),
		T(one_process_follows_another_without_a_file_lost),
		T(whoever_dies_of_a_file_has_answered_those_before_it),
		T(a_process_that_looked_into_one_folder_never_looks_into_another),
		T(what_nobody_takes_is_freed),
		T(a_scan_has_each_new_file_read_once_and_none_that_it_knows),
		T(a_file_that_changed_among_new_ones_costs_them_nothing),
		T(a_scan_loses_no_file_when_a_process_dies),
	};

	if (bks_start(NULL))
		return 1;
	return cmocka_run_group_tests(tests, NULL, NULL);
}
