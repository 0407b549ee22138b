/* The files of an archive as retention sees them: by name and place; what is lacking, what is another file. */
#include "work/wallist.h"
#include "unit.h"
#include <fcntl.h>
#include <ftw.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

enum { SEG = 1 << 20 };

struct yard {
	char dir[64];
	store *s;
	bks_arena *a;
	bks_error err;
};

static void yard_open(struct yard *y)
{
	*y = (struct yard){.a = bks_arena_new()};
	snprintf(y->dir, sizeof y->dir, "/tmp/wallist.XXXXXX");
	assert_non_null(mkdtemp(y->dir));
	assert_int_equal(store_open(&y->s, y->dir, &y->err), 0);
}

static int drop(const char *path, const struct stat *st, int flag, struct FTW *at)
{
	(void)st;
	(void)flag;
	(void)at;
	return remove(path);
}

static void yard_close(struct yard *y)
{
	store_close(y->s);
	bks_arena_free(y->a);
	nftw(y->dir, drop, 16, FTW_DEPTH | FTW_PHYS);
}

static void make(struct yard *y, const char *path, off_t size)
{
	char name[256], *slash;
	int fd;

	snprintf(name, sizeof name, "%s/%s", y->dir, path);
	for (slash = strchr(name + strlen(y->dir) + 1, '/'); slash; slash = strchr(slash + 1, '/')) {
		*slash = '\0';
		(void)!mkdir(name, 0700);
		*slash = '/';
	}
	fd = open(name, O_WRONLY | O_CREAT | O_TRUNC, 0600);
	assert_true(fd >= 0);
	assert_int_equal(ftruncate(fd, size), 0);
	close(fd);
}

TEST(segments_and_backups_are_listed_by_place_wherever_they_lie_and_nothing_else)
{
	struct wal_list l;
	struct yard y;
	size_t at;

	NOSTATE;
	yard_open(&y);
	make(&y, "wal/000000010000000000000003", SEG);
	make(&y, "wal/000000010000000000000002.gz", 5);
	make(&y, "wal/0000000100000001/000000010000000100000000", SEG);
	make(&y, "wal/0000000100000001/000000010000000200000000", SEG); /* of another log */
	make(&y, "wal/000000010000000000000003.00000028.backup", 9);
	make(&y, "wal/000000010000000000000004.partial", SEG);
	make(&y, "wal/00000002.history", 9);
	make(&y, "wal/000000020000000000000003", SEG);
	make(&y, "wal/deeper/000000010000000000000001", SEG);
	make(&y, "walrus/000000010000000000000001", SEG);
	assert_int_equal(wal_list_read(&l, y.s, "wal", y.a, &y.err), 0);
	assert_int_equal(l.n, 5);
	assert_string_equal(wal_file_path(&l, &l.v[0], y.a), "wal/000000010000000000000002.gz");
	assert_string_equal(wal_file_path(&l, &l.v[2], y.a), "wal/000000010000000000000003.00000028.backup");
	assert_string_equal(wal_file_path(&l, &l.v[3], y.a), "wal/0000000100000001/000000010000000100000000");
	assert_int_equal(wal_file_lsn(&l.v[3], SEG), UINT64_C(1) << 32);
	assert_int_equal(wal_list_range(&at, &l, 1, SEG, 3 * SEG, 4 * SEG), 2);
	assert_int_equal(at, 1);
	assert_int_equal(wal_list_range(&at, &l, 1, SEG, 0, UINT64_C(2) << 32), 4);
	assert_int_equal(wal_list_range(&at, &l, 3, SEG, 0, UINT64_C(2) << 32), 0);
	assert_int_equal(wal_list_read(&l, y.s, "nowhere", y.a, &y.err), 0);
	assert_int_equal(l.n, 0);
	yard_close(&y);
}

TEST(what_lacks_is_found_and_a_short_segment_is_none)
{
	struct wal_list l;
	struct yard y;
	uint64_t lacks = 0;

	NOSTATE;
	yard_open(&y);
	make(&y, "000000010000000000000001", SEG);
	make(&y, "000000010000000000000002", SEG);
	make(&y, "000000010000000000000003", SEG - 1);
	make(&y, "000000010000000000000004.gz", 7);
	make(&y, "000000010000000000000005.00000028.backup", 7);
	assert_int_equal(wal_list_read(&l, y.s, "", y.a, &y.err), 0);
	assert_int_equal(wal_list_lacks(&lacks, &l, 1, SEG, 1 * SEG, 3 * SEG), 0);
	assert_int_equal(wal_list_lacks(&lacks, &l, 1, SEG, 1 * SEG, 5 * SEG), 1);
	assert_int_equal(lacks, 3 * SEG);
	assert_int_equal(wal_list_lacks(&lacks, &l, 1, SEG, 4 * SEG, 5 * SEG), 0);
	assert_int_equal(wal_list_lacks(&lacks, &l, 1, SEG, 4 * SEG, 6 * SEG), 1);
	assert_int_equal(lacks, 5 * SEG);
	assert_int_equal(wal_list_lacks(&lacks, &l, 1, SEG, 0, 2 * SEG), 1);
	assert_int_equal(lacks, 0);
	yard_close(&y);
}

TEST(a_mark_is_of_name_inode_size_and_time)
{
	struct store_id id = {.device = 1, .inode = 2, .size = 3, .mtime = 4}, other = id;
	uint64_t mark = wal_file_mark("000000010000000000000001", &id);

	NOSTATE;
	other.device = 9; /* disks are numbered anew at each boot */
	assert_true(wal_file_mark("000000010000000000000001", &other) == mark);
	assert_true(wal_file_mark("000000010000000000000002", &id) != mark);
	other = id;
	other.inode++;
	assert_true(wal_file_mark("000000010000000000000001", &other) != mark);
	other = id;
	other.size++;
	assert_true(wal_file_mark("000000010000000000000001", &other) != mark);
	other = id;
	other.mtime++;
	assert_true(wal_file_mark("000000010000000000000001", &other) != mark);
}

MAIN(T(segments_and_backups_are_listed_by_place_wherever_they_lie_and_nothing_else),
	T(what_lacks_is_found_and_a_short_segment_is_none), T(a_mark_is_of_name_inode_size_and_time))
