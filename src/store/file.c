/* The file store: a directory that is opened once; all else is reached beneath that handle. */
#include "store/file.h"
#include "store/beneath.h"
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

void file_id(struct store_id *out, const struct stat *st)
{
	*out = (struct store_id){.device = (int64_t)st->st_dev,
		.inode = (int64_t)st->st_ino,
		.size = st->st_size,
		.mtime = (int64_t)st->st_mtim.tv_sec * BKS_SECOND + st->st_mtim.tv_nsec / 1000};
}

enum store_kind_of file_kind_of(const struct stat *st)
{
	if (S_ISREG(st->st_mode))
		return STORE_FILE;
	if (S_ISDIR(st->st_mode))
		return STORE_FOLDER;
	return S_ISLNK(st->st_mode) ? STORE_LINK : STORE_SPECIAL;
}

static const char *denied(char *buf, mode_t mode, const char *of, const char *what)
{
	snprintf(buf, FILE_WHY, "permission denied (uid %u, mode %04o%s%s)",
		(unsigned)geteuid(), (unsigned)(mode & 07777), of, what);
	return buf;
}

/* What DIR and the first part of *NAME in it say. NULL: they let in, by *NEXT, and *NAME is the rest. */
static const char *one_denies(char *buf, int *next, const char **rest, int dir)
{
	struct stat st, in;
	char part[NAME_MAX + 1];
	const char *name = *rest;
	size_t n = strcspn(name, "/");

	if (fstat(dir, &in) != 0 || n > NAME_MAX) {
		snprintf(buf, FILE_WHY, "permission denied (uid %u)", (unsigned)geteuid());
		return buf;
	}
	memcpy(part, name, n);
	part[n] = '\0';
	if (n == 0)
		return denied(buf, in.st_mode, "", "");
	if (fstatat(dir, part, &st, AT_SYMLINK_NOFOLLOW) != 0)
		return denied(buf, in.st_mode, " of the folder of ", part);
	if (!name[n])
		return denied(buf, st.st_mode, "", "");
	*next = beneath_folder(dir, part, n);
	if (*next < 0)
		return denied(buf, in.st_mode, " of the folder of ", part);
	*rest = name + n + 1;
	return NULL;
}

/* Goes down to the one that says no. */
static const char *who_denies(char *buf, int dir, const char *name)
{
	int at = dir, next = -1;
	const char *answer;

	while (!(answer = one_denies(buf, &next, &name, at))) {
		if (at != dir)
			close(at);
		at = next;
	}
	if (at != dir)
		close(at);
	return answer;
}

const char *file_why(char *buf, int error, int dir, const char *name)
{
	if (error == EACCES)
		return who_denies(buf, dir, name);
	snprintf(buf, FILE_WHY, "%s", strerror(error));
	return buf;
}

int file_parent(
	int *dir, const char **base, struct file_store *fs, const char *path, bks_error *err)
{
	char why[FILE_WHY];

	*dir = beneath_parent(base, fs->root, path);
	if (*dir >= 0)
		return 0;
	if (errno == ENOENT || errno == ENOTDIR)
		return 1;
	if (errno == ELOOP)
		return 2;
	return fail(err, BKS_E_IO, "open the folder of %s: %s", store_path_tail(path),
		file_why(why, errno, fs->root, path));
}

static int file_stat(struct store_entry *out, store *s, const char *path, bks_error *err)
{
	struct file_store *fs = (struct file_store *)s;
	char why[FILE_WHY];
	const char *base;
	struct stat st;
	int dir, r = file_parent(&dir, &base, fs, path, err);

	*out = (struct store_entry){.path = path, .kind = STORE_LINK};
	if (r)
		return r == 2 ? 0 : r;
	if (fstatat(dir, base, &st, AT_SYMLINK_NOFOLLOW) == 0) {
		out->kind = file_kind_of(&st);
		file_id(&out->id, &st);
	} else if (errno == ENOENT) {
		r = 1;
	} else {
		r = fail(err, BKS_E_IO, "look at %s: %s", store_path_tail(path),
			file_why(why, errno, dir, base));
	}
	close(dir);
	return r;
}

/* A path that was named in full stays as it was named; a relative one means today's working
 * directory. */
static char *absolute(const char *path)
{
	char *s = path[0] == '/' ? strdup(path) : realpath(path, NULL);

	for (size_t n = s ? strlen(s) : 0; n > 1 && s[n - 1] == '/';)
		s[--n] = '\0';
	return s;
}

static int open_root(struct file_store *fs, const char *path, bks_error *err)
{
	int e;

	fs->path = absolute(path);
	/* The way to the root may lead through links: the user named it. */
	fs->root = fs->path ? open(fs->path, O_PATH | O_DIRECTORY | O_CLOEXEC) : -1;
	fs->s.root = fs->path;
	if (fs->root >= 0)
		return 0;
	e = errno;
	if (e == ENOENT)
		return fail(err, BKS_E_USAGE, "open %s: there is no such directory", path);
	if (e == ENOTDIR)
		return fail(err, BKS_E_USAGE, "open %s: it is no directory", path);
	if (e == EACCES)
		return fail(err, BKS_E_IO, "open %s: permission denied (uid %u)", path,
			(unsigned)geteuid());
	return fail(err, BKS_E_IO, "open %s: %s", path, strerror(e));
}

static void file_close(store *s)
{
	struct file_store *fs = (struct file_store *)s;

	if (fs->root >= 0)
		close(fs->root);
	free(fs->path);
	free(fs);
}

static int file_open(store **out, const struct store_place *at, bks_error *err)
{
	struct file_store *fs = calloc(1, sizeof *fs);
	bks_arena *a = bks_arena_new();
	const char *path;
	int r = file_url_path(&path, at->url, a, err);

	if (!fs)
		abort();
	fs->s.kind = &store_file;
	fs->root = -1;
	if (!r)
		r = open_root(fs, path, err);
	bks_arena_free(a);
	if (r)
		file_close(&fs->s);
	else
		*out = &fs->s;
	return r;
}

const struct store_kind store_file = {
	.scheme = "file",
	.open = file_open,
	.close = file_close,
	.walk = file_walk,
	.stat = file_stat,
	.read = file_read,
	.put = file_put,
	.trash_make = file_trash_make,
	.bury = file_bury,
	.unbury = file_unbury,
	.erase = file_erase,
};
