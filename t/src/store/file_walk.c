/*
 * Walking a directory tree of any depth, size and hostility. A folder is read as a stream; only
 * the names of the folders in it are kept until it is their turn. Of the folders on the way
 * down at most KEPT are held open: when the walk comes back up to one that is not, it is opened
 * anew, step by step from the nearest one that is. No path is ever handed to the system whole.
 */
#include "base/text.h"
#include "base/vec.h"
#include "store/beneath.h"
#include "store/file.h"
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <unistd.h>

enum { KEPT = 4, WAITING_MAX = 32 << 20, PATH_TEXT_MAX = 16 << 20, SWAPS_MAX = 8 };

struct frame {
	size_t path_n; /* of the walk's path, up to this folder; 0 for the root */
	size_t names;  /* where its folders that wait begin in the walk's names */
	int fd;        /* a handle, or -1 */
};

struct walk {
	struct file_store *fs;
	int (*visit)(void *arg, const struct store_entry *e);
	void *arg;
	bks_error *err;
	bks_arena *arena;
	struct text path;
	struct text names; /* of folders that wait, each ended by a NUL */
	VEC(struct frame) frames;
	char why[FILE_WHY];
};

static struct frame *top(struct walk *w)
{
	return &w->frames.v[w->frames.n - 1];
}

/* Makes the path that of NAME in the folder on top. */
static int join(struct walk *w, const char *name)
{
	w->path.n = top(w)->path_n;
	if (w->path.n)
		text_add(&w->path, "/", 1);
	text_word(&w->path, name);
	return w->path.n <= PATH_TEXT_MAX
		       ? 0
		       : fail(w->err, BKS_E_LIMIT, "walk %s: a path is longer than 16 MiB",
				 w->fs->s.root);
}

/* Shows what the path names; ST NULL where nothing is known of it. */
static int show(
	struct walk *w, enum store_kind_of kind, const struct stat *st, const char *error)
{
	struct store_entry e = {.path = w->path.s, .kind = kind, .error = error};

	if (st)
		file_id(&e.id, st);
	return w->visit(w->arg, &e);
}

static int show_unreadable(
	struct walk *w, const struct stat *st, int error, int dir, const char *name)
{
	return show(w, STORE_UNREADABLE, st, file_why(w->why, error, dir, name));
}

static int keep_waiting(struct walk *w, const char *name)
{
	text_add(&w->names, name, strlen(name) + 1);
	return w->names.n <= WAITING_MAX ? 0
					 : fail(w->err, BKS_E_LIMIT,
						   "walk %s: more than 32 MiB of names of "
						   "folders wait to be entered",
						   w->fs->s.root);
}

static int one(struct walk *w, int dir, const char *name)
{
	struct stat st;
	int r, error = 0;

	if (fstatat(dir, name, &st, AT_SYMLINK_NOFOLLOW) != 0) {
		if (errno == ENOENT)
			return 0; /* gone since its name was read */
		error = errno;
	} else if (S_ISDIR(st.st_mode)) {
		return keep_waiting(w, name);
	}
	r = join(w, name);
	if (r)
		return r;
	return error ? show_unreadable(w, NULL, error, dir, name)
		     : show(w, file_kind_of(&st), &st, NULL);
}

/* The folder on top could not be read, or not to its end. */
static int unlisted(struct walk *w, int error, int dir)
{
	if (w->frames.n == 1)
		return fail(w->err, BKS_E_IO, "list %s%s%s: %s", w->fs->s.root,
			w->path.n ? "/" : "", store_path_tail(w->path.s),
			file_why(w->why, error, dir, w->path.s));
	w->path.n = top(w)->path_n;
	w->path.s[w->path.n] = '\0';
	return show_unreadable(w, NULL, error, dir, "");
}

/* Shows what lies in the folder on top, and leaves its folders waiting. Takes FD. */
static int list(struct walk *w, int fd)
{
	DIR *d = fdopendir(fd);
	struct dirent *e;
	int r = 0;

	if (!d) {
		r = unlisted(w, errno, fd);
		close(fd);
		return r;
	}
	while (!r && (errno = 0, e = readdir(d)) != NULL)
		if (strcmp(e->d_name, ".") != 0 && strcmp(e->d_name, "..") != 0)
			r = one(w, fd, e->d_name);
	if (!r && errno)
		r = unlisted(w, errno, fd);
	if (!r && w->names.n > top(w)->names)
		top(w)->fd = fcntl(fd, F_DUPFD_CLOEXEC, 0);
	closedir(d);
	return r;
}

/* Opens the folder of frame I beneath handle FROM, whose own path is the first AT bytes of the
 * walk's. */
static int reopen(struct walk *w, int from, size_t at, size_t i)
{
	size_t end = w->frames.v[i].path_n;

	at += at && at < end; /* the slash */
	return beneath_folder(from, w->path.s ? w->path.s + at : "", end - at);
}

/* The handle of the folder on top, opened anew where it was not kept; -1 with errno. */
static int handle(struct walk *w)
{
	size_t last = w->frames.n - 1, i = last;
	size_t first = last >= KEPT ? last - KEPT + 1 : 0;

	while (i > first && w->frames.v[i].fd < 0)
		i--;
	if (w->frames.v[i].fd < 0)
		w->frames.v[i].fd = reopen(w, w->fs->root, 0, i);
	for (; i < last && w->frames.v[i].fd >= 0; i++)
		w->frames.v[i + 1].fd =
			reopen(w, w->frames.v[i].fd, w->frames.v[i].path_n, i + 1);
	return w->frames.v[last].fd;
}

static void push(struct walk *w)
{
	size_t n = w->frames.n;

	if (n >= KEPT && w->frames.v[n - KEPT].fd >= 0) {
		close(w->frames.v[n - KEPT].fd);
		w->frames.v[n - KEPT].fd = -1;
	}
	*vec_add(&w->frames, w->arena) =
		(struct frame){.path_n = w->path.n, .names = w->names.n, .fd = -1};
}

static void pop(struct walk *w)
{
	if (top(w)->fd >= 0)
		close(top(w)->fd);
	w->frames.n--;
}

/* NAME was a folder when it was listed, and could not be entered as one. Whatever stands there
 * now is shown as what it is. */
static int not_entered(struct walk *w, int dir, const char *name, int error)
{
	struct stat st;

	if (error == ENOENT)
		return 0;
	if (fstatat(dir, name, &st, AT_SYMLINK_NOFOLLOW) != 0)
		return errno == ENOENT ? 0 : show_unreadable(w, NULL, errno, dir, name);
	if (S_ISDIR(st.st_mode))
		return show_unreadable(w, &st, error, dir, name);
	return show(w, file_kind_of(&st), &st, NULL);
}

static int enter(struct walk *w, const char *name)
{
	int r = join(w, name), dir = handle(w), fd = -1;
	struct stat st;

	if (r)
		return r;
	if (dir < 0)
		return errno == ENOENT
			       ? 0
			       : show_unreadable(w, NULL, errno, w->fs->root, w->path.s);
	/* Folder, link, folder, link: somebody who swaps them all the time is not waited for.
	 */
	for (int tries = 0; fd < 0 && tries < SWAPS_MAX; tries++) {
		fd = beneath_open(dir, name, O_RDONLY | O_DIRECTORY | O_NONBLOCK | O_NOCTTY, 0);
		if (fd < 0 && errno != ENOTDIR && errno != ELOOP)
			break;
	}
	if (fd < 0)
		return not_entered(w, dir, name, errno);
	r = fstat(fd, &st) == 0 ? show(w, STORE_FOLDER, &st, NULL) : 0;
	if (r) {
		close(fd);
		return r == STORE_PASS ? 0 : r;
	}
	push(w);
	return list(w, fd);
}

static int step(struct walk *w)
{
	const char *name;
	size_t end = w->names.n;

	if (end == top(w)->names) {
		pop(w);
		return 0;
	}
	name = memrchr(w->names.s, '\0', end - 1);
	name = name && name >= w->names.s + top(w)->names ? name + 1
							  : w->names.s + top(w)->names;
	w->names.n = (size_t)(name - w->names.s);
	/* The name stays readable until the next one is added behind the path's copy of it. */
	return enter(w, name);
}

/* A handle of the folder FROM that can be read, or -1 with errno. */
static int open_from(const struct file_store *fs, const char *from)
{
	int dir = beneath_folder(fs->root, from, strlen(from)), fd, e;

	if (dir < 0)
		return -1;
	fd = beneath_open(dir, ".", O_RDONLY | O_DIRECTORY, 0);
	e = errno;
	close(dir);
	errno = e;
	return fd;
}

static int begin(struct walk *w, const char *from)
{
	int fd = open_from(w->fs, from);

	text_word(&w->path, from);
	if (fd < 0 && *from && (errno == ENOENT || errno == ENOTDIR || errno == ELOOP))
		return 1;
	push(w);
	return fd < 0 ? unlisted(w, errno, w->fs->root) : list(w, fd);
}

int file_walk(store *s, const char *from, int (*visit)(void *arg, const struct store_entry *e),
	void *arg, bks_error *err)
{
	bks_arena *a = bks_arena_new();
	struct walk w = {.fs = (struct file_store *)s,
		.visit = visit,
		.arg = arg,
		.err = err,
		.arena = a,
		.path = {.arena = a},
		.names = {.arena = a}};
	int r = begin(&w, from);

	while (!r && w.frames.n)
		r = step(&w);
	while (w.frames.n)
		pop(&w);
	bks_arena_free(a);
	return r;
}
