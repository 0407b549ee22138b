/*
 * Reading one regular file. A pipe, a device or a socket is never opened (opening alone can
 * block, or rewind a tape), and what was swapped in between the look and the opening is caught
 * by a second look, at the descriptor.
 */
#include "store/beneath.h"
#include "store/file.h"
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

struct file_stream {
	struct store_stream base;
	stream *bytes; /* of FD, which it owns */
	int fd;
	struct file_store *fs;
	struct stat first;
	char how[FILE_WHY];
	char path[];
};

static int file_next(stream *s, const uint8_t **p, size_t *n, bks_error *err)
{
	return stream_next(((struct file_stream *)s)->bytes, p, n, err);
}

static void file_stream_close(stream *s)
{
	stream_close(((struct file_stream *)s)->bytes);
	free(s);
}

static bool same_time(struct timespec a, struct timespec b)
{
	return a.tv_sec == b.tv_sec && a.tv_nsec == b.tv_nsec;
}

/* Whether the file was taken away from its name: that alone changes the ctime of the one that
 * we hold. */
static bool lost_its_name(struct file_stream *f)
{
	const char *base;
	struct stat st;
	bool lost;
	int dir = beneath_parent(&base, f->fs->root, f->path);

	if (dir < 0)
		return errno == ENOENT || errno == ENOTDIR || errno == ELOOP;
	if (fstatat(dir, base, &st, AT_SYMLINK_NOFOLLOW) == 0)
		lost = st.st_dev != f->first.st_dev || st.st_ino != f->first.st_ino;
	else
		lost = errno == ENOENT;
	close(dir);
	return lost;
}

static int file_recheck(const char **how, stream *s)
{
	struct file_stream *f = (struct file_stream *)s;
	const struct stat *was = &f->first;
	struct stat is;

	*how = f->how;
	if (fstat(f->fd, &is) != 0) {
		snprintf(f->how, sizeof f->how, "%s", strerror(errno));
		return BKS_E_IO;
	}
	if (is.st_size != was->st_size)
		snprintf(f->how, sizeof f->how, "size %lld -> %lld", (long long)was->st_size,
			(long long)is.st_size);
	else if (!same_time(is.st_mtim, was->st_mtim))
		snprintf(f->how, sizeof f->how, "mtime changed");
	else if (!same_time(is.st_ctim, was->st_ctim) && !lost_its_name(f))
		snprintf(f->how, sizeof f->how,
			"ctime changed"); /* written to, and the mtime put back */
	else
		return 0;
	return 1;
}

static stream *file_stream_new(
	struct file_store *fs, int fd, const struct stat *st, const char *path)
{
	static const struct stream_kind kind = {file_next, file_stream_close};
	size_t n = strlen(path) + 1;
	struct file_stream *f = calloc(1, sizeof *f + n);

	if (!f)
		abort();
	f->base.s.kind = &kind;
	f->base.s.plain = fd + 1;
	f->base.recheck = file_recheck;
	f->fd = fd;
	f->fs = fs;
	f->first = *st;
	memcpy(f->path, path, n);
	f->bytes = stream_fd(fd, f->path, true);
	/* cppcheck-suppress memleak ; the stream is its first member, and file_stream_close() frees it */
	return &f->base.s;
}

/* What the answer is when looking at or opening BASE failed with ERROR. */
static int not_opened(int error, int dir, const char *base, const char *path, bks_error *err)
{
	char why[FILE_WHY];

	if (error == ENOENT)
		return 1;
	if (error == ELOOP || error == ENXIO || error == ENODEV)
		return 2; /* it became a link or a special file after we looked */
	return fail(err, BKS_E_IO, "open %s: %s", store_path_tail(path),
		file_why(why, error, dir, base));
}

/* 0: *fd is a regular file in blocking mode, *st is its state; else as store_read. */
static int open_regular(
	int *fd, struct stat *st, int dir, const char *base, const char *path, bks_error *err)
{
	int flags;

	if (fstatat(dir, base, st, AT_SYMLINK_NOFOLLOW) != 0)
		return not_opened(errno, dir, base, path, err);
	if (!S_ISREG(st->st_mode))
		return 2;
	*fd = beneath_open(dir, base, O_RDONLY | O_NONBLOCK | O_NOCTTY, 0);
	if (*fd < 0)
		return not_opened(errno, dir, base, path, err);
	flags = fcntl(*fd, F_GETFL);
	if (flags < 0 || fstat(*fd, st) != 0 || fcntl(*fd, F_SETFL, flags & ~O_NONBLOCK) != 0) {
		flags = errno;
		close(*fd);
		return not_opened(flags, dir, base, path, err);
	}
	if (S_ISREG(st->st_mode))
		return 0;
	close(*fd);
	return 2;
}

int file_read(stream **out, struct store_id *id, store *s, const char *path, bks_error *err)
{
	struct file_store *fs = (struct file_store *)s;
	struct stat st;
	const char *base;
	int dir, fd = -1, r = file_parent(&dir, &base, fs, path, err);

	if (r)
		return r;
	r = open_regular(&fd, &st, dir, base, path, err);
	close(dir);
	if (r)
		return r;
	file_id(id, &st);
	*out = file_stream_new(fs, fd, &st, path);
	return 0;
}
