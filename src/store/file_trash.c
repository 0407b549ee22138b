/*
 * Taking away for good, in steps that a crash may part: a rename into the repo's trash, which a
 * look at what was moved confirms, and then the removal of just what was named. Nothing is
 * found by a pattern, and no link is followed.
 */
#include "base/text.h"
#include "store/beneath.h"
#include "store/file.h"
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

/* The folder of a name, as a handle, and the trash of the repo. */
struct way {
	int dir, trash;
	const char *base;
};

static void way_close(struct way *w)
{
	if (w->dir >= 0)
		close(w->dir);
	if (w->trash >= 0)
		close(w->trash);
}

static int sync_folder(int handle)
{
	int fd = beneath_open(handle, ".", O_RDONLY | O_DIRECTORY, 0), e = 0;

	if (fd < 0)
		return errno;
	/* EINVAL: this file system has no such thing as a folder that is not yet written. */
	if (fsync(fd) != 0 && errno != EINVAL)
		e = errno;
	close(fd);
	return e;
}

static int trash_fail(store *s, int error, bks_error *err)
{
	char why[FILE_WHY];

	return fail(err, BKS_E_IO, "open %s in %s: %s", STORE_TRASH, s->root,
		file_why(why, error, ((struct file_store *)s)->root, STORE_TRASH));
}

/* 0: *fd; 1: there is none, and MAKE was not asked for. */
static int open_trash(int *fd, store *s, bool make, bks_error *err)
{
	int root = ((struct file_store *)s)->root;

	*fd = beneath_open(root, STORE_TRASH, O_PATH | O_DIRECTORY, 0);
	if (*fd >= 0)
		return 0;
	if (errno != ENOENT)
		return trash_fail(s, errno, err);
	if (!make)
		return 1;
	if (mkdirat(root, STORE_TRASH, 0700) != 0 && errno != EEXIST)
		return trash_fail(s, errno, err);
	*fd = beneath_open(root, STORE_TRASH, O_PATH | O_DIRECTORY, 0);
	return *fd < 0 ? trash_fail(s, errno, err) : 0;
}

int file_trash_make(store *s, bks_error *err)
{
	int fd, r = open_trash(&fd, s, true, err);

	if (!r)
		close(fd);
	return r;
}

/* Of a folder the sum and the newest time are its members' business. */
static bool same(const struct stat *st, const struct store_doomed *d)
{
	struct store_id id;

	file_id(&id, st);
	if (d->folder)
		return S_ISDIR(st->st_mode) && id.device == d->id.device &&
		       id.inode == d->id.inode;
	return S_ISREG(st->st_mode) && id.device == d->id.device && id.inode == d->id.inode &&
	       id.size == d->id.size && id.mtime == d->id.mtime;
}

static const char *how_other(const struct stat *st, const struct store_doomed *d, bks_arena *a)
{
	struct store_id id;

	file_id(&id, st);
	if (S_ISLNK(st->st_mode))
		return "it is a link now";
	if (d->folder ? !S_ISDIR(st->st_mode) : !S_ISREG(st->st_mode))
		return d->folder ? "it is no folder now" : "it is no regular file now";
	if (id.device != d->id.device)
		return "it lies on another device than when it was last seen";
	if (id.inode != d->id.inode)
		return "another file has its name (inode)";
	if (id.size != d->id.size)
		return arena_form(a, "its size changed, %lld -> %lld", (long long)d->id.size,
			(long long)id.size);
	return "its mtime changed";
}

/* 0: it is what is meant; else as store_bury, and *why. */
static int look(const char **why, int dir, const char *base, const struct store_doomed *d,
	bks_arena *a, bks_error *err)
{
	char text[FILE_WHY];
	struct stat st;

	if (fstatat(dir, base, &st, AT_SYMLINK_NOFOLLOW) != 0)
		return errno == ENOENT
			       ? 1
			       : fail(err, BKS_E_IO, "look at %s: %s", store_path_tail(d->path),
					 file_why(text, errno, dir, base));
	if (same(&st, d))
		return 0;
	*why = how_other(&st, d, a);
	return 2;
}

static int move(int from, const char *name, int to, const char *as)
{
	struct stat st;

	if (renameat2(from, name, to, as, RENAME_NOREPLACE) == 0)
		return 0;
	if (errno != EINVAL && errno != ENOSYS)
		return errno;
	/* A file system that does not know that: nobody but us names things as ours are named
	 * in the trash. */
	if (fstatat(to, as, &st, AT_SYMLINK_NOFOLLOW) == 0)
		return EEXIST;
	return renameat(from, name, to, as) == 0 ? 0 : errno;
}

static int find_way(struct way *w, store *s, const struct store_doomed *d, bool make,
	const char **why, bks_error *err)
{
	int r;

	*w = (struct way){.dir = -1, .trash = -1};
	r = file_parent(&w->dir, &w->base, (struct file_store *)s, d->path, err);
	if (r == 2)
		*why = "its path leads through a link now";
	if (r)
		return r;
	r = open_trash(&w->trash, s, make, err);
	return r;
}

static int sync_both(
	const struct way *w, store *s, const struct store_doomed *d, bks_error *err)
{
	int e = sync_folder(w->trash);

	if (!e)
		e = sync_folder(w->dir);
	return e ? fail(err, BKS_E_IO, "sync the folder of %s and %s in %s: %s",
			   store_path_tail(d->path), STORE_TRASH, s->root, strerror(e))
		 : 0;
}

/* What was moved is not what was looked at: somebody was in between, and gets it back. */
static int give_back(
	const char **why, const struct way *w, const struct store_doomed *d, bks_arena *a)
{
	int e = move(w->trash, d->grave, w->dir, w->base);

	*why = e ? arena_form(a, "%s; it lies in %s/%s, because to put it back failed: %s",
			   *why, STORE_TRASH, d->grave, strerror(e))
		 : arena_form(a,
			   "%s: it was exchanged in the moment in which it was to be moved, "
			   "and was put back",
			   *why);
	return 2;
}

static int bury(const char **why, const struct way *w, store *s, const struct store_doomed *d,
	bks_arena *a, bks_error *err)
{
	char text[FILE_WHY];
	int e, r = look(why, w->dir, w->base, d, a, err);

	if (r)
		return r;
	e = move(w->dir, w->base, w->trash, d->grave);
	if (e == ENOENT)
		return 1;
	if (e == EXDEV) {
		*why = "it lies on another file system than the repo's trash";
		return 2;
	}
	if (e)
		return fail(err, BKS_E_IO, "move %s into %s: %s", store_path_tail(d->path),
			STORE_TRASH, file_why(text, e, w->dir, ""));
	r = look(why, w->trash, d->grave, d, a, err);
	if (r == 2)
		r = give_back(why, w, d, a);
	if (r < 0)
		return r;
	e = d->later ? 0 : sync_both(w, s, d, err);
	return e ? e : r;
}

int file_bury(
	const char **why, store *s, const struct store_doomed *d, bks_arena *a, bks_error *err)
{
	struct way w;
	int r = find_way(&w, s, d, true, why, err);

	if (!r)
		r = bury(why, &w, s, d, a, err);
	way_close(&w);
	return r;
}

int file_unbury(
	const char **why, store *s, const struct store_doomed *d, bks_arena *a, bks_error *err)
{
	struct way w;
	int e, r = find_way(&w, s, d, false, why, err);

	if (!r)
		r = look(why, w.trash, d->grave, d, a, err);
	if (!r) {
		e = move(w.trash, d->grave, w.dir, w.base);
		if (e == EEXIST)
			*why = "another file has its name meanwhile";
		r = e == EEXIST ? 2
		    : e         ? fail(err, BKS_E_IO, "move %s back out of %s: %s",
					  store_path_tail(d->path), STORE_TRASH, strerror(e))
		    : d->later	? 0
				: sync_both(&w, s, d, err);
	}
	way_close(&w);
	return r;
}

static int erase_file(const char **why, int64_t *freed, int trash, const struct store_doomed *d,
	bks_arena *a, bks_error *err)
{
	struct stat st;
	int e, r = look(why, trash, d->grave, d, a, err);

	if (r)
		return r;
	/* A second name keeps the bytes. */
	if (fstatat(trash, d->grave, &st, AT_SYMLINK_NOFOLLOW) != 0 ||
		unlinkat(trash, d->grave, 0) != 0)
		return fail(err, BKS_E_IO, "remove %s/%s: %s", STORE_TRASH, d->grave,
			strerror(errno));
	*freed = st.st_nlink > 1 ? 0 : st.st_size;
	e = d->later ? 0 : sync_folder(trash);
	if (e)
		return fail(err, BKS_E_IO, "sync %s: %s", STORE_TRASH, strerror(e));
	if (fstatat(trash, d->grave, &st, AT_SYMLINK_NOFOLLOW) == 0 || errno != ENOENT)
		return fail(err, BKS_E_IO, "%s/%s is still there after it was removed",
			STORE_TRASH, d->grave);
	return 0;
}

int file_erase(const char **why, int64_t *freed, store *s, const struct store_doomed *d,
	bks_arena *a, bks_error *err)
{
	int trash, r = open_trash(&trash, s, false, err);

	*freed = 0;
	if (r)
		return r;
	r = d->folder ? file_erase_folder(why, freed, s, trash, d, a, err)
		      : erase_file(why, freed, trash, d, a, err);
	close(trash);
	return r;
}

static int settle_one(int handle, const char *what, bks_error *err)
{
	int e = sync_folder(handle);

	return e ? fail(err, BKS_E_IO, "sync %s: %s", what, strerror(e)) : 0;
}

int file_settle(store *s, const char *folder, bks_error *err)
{
	const struct file_store *f = (const struct file_store *)s;
	int trash, dir;
	int r = open_trash(&trash, s, false, err);

	if (r < 0)
		return r;
	if (!r) {
		r = settle_one(trash, STORE_TRASH, err);
		close(trash);
	}
	if (r < 0)
		return r;
	dir = beneath_folder(f->root, folder, strlen(folder));
	if (dir < 0)
		return errno == ENOENT ? 0
				       : fail(err, BKS_E_IO, "open %s in %s: %s", folder, s->root,
						 strerror(errno));
	r = settle_one(dir, *folder ? folder : s->root, err);
	close(dir);
	return r;
}
