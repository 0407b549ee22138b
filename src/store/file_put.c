/* Writing a small file whole: nobody ever sees half of it, and after a crash there is the old
 * one or the new one. */
#include "base/bytes.h"
#include "store/beneath.h"
#include "store/file.h"
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/random.h>
#include <sys/stat.h>
#include <unistd.h>

enum { TAIL_BYTES = 8, TEMP_NAME = (int)sizeof STORE_TEMP + 2 * TAIL_BYTES };

static int temp_open(char name[TEMP_NAME], int dir)
{
	uint8_t raw[TAIL_BYTES];
	char hex[2 * TAIL_BYTES + 1];

	if (getrandom(raw, sizeof raw, 0) != (ssize_t)sizeof raw)
		return -1;
	snprintf(name, TEMP_NAME, "%s%s", STORE_TEMP, hex_write(hex, raw, sizeof raw));
	return beneath_open(dir, name, O_WRONLY | O_CREAT | O_EXCL, 0600);
}

/* 0, or errno. */
static int write_all(int fd, const char *bytes, size_t n)
{
	while (n) {
		ssize_t put = write(fd, bytes, n);

		if (put < 0 && errno == EINTR)
			continue;
		if (put < 0)
			return errno;
		bytes += put;
		n -= (size_t)put;
	}
	/* What is put is never written to again, only replaced. File systems without modes
	 * refuse, and may. */
	if (fchmod(fd, 0444) != 0 && errno != EPERM && errno != ENOTSUP)
		return errno;
	return fsync(fd) == 0 ? 0 : errno;
}

static int take_name(int dir, const char *temp, const char *base, bool replace)
{
	if (replace)
		return renameat(dir, temp, dir, base) == 0 ? 0 : errno;
	if (renameat2(dir, temp, dir, base, RENAME_NOREPLACE) == 0)
		return 0;
	if (errno != EINVAL && errno != ENOSYS)
		return errno;
	/* A network file system may not know that; a second name refuses to replace just as
	 * well. */
	if (linkat(dir, temp, dir, base, 0) != 0)
		return errno;
	return unlinkat(dir, temp, 0) == 0 ? 0 : errno;
}

/* What a run that was cut off left of this; it is an hour older than BASE, which was written
 * just now, by the clock of the file system, whatever ours says. */
static void sweep(int dir, const char *base)
{
	enum { HOUR = 3600 };
	struct stat now, st;
	struct dirent *e;
	int fd = beneath_open(dir, ".", O_RDONLY | O_DIRECTORY, 0);
	DIR *d = fd < 0 ? NULL : fdopendir(fd);

	if (!d) {
		if (fd >= 0)
			close(fd);
		return;
	}
	while (fstatat(dir, base, &now, AT_SYMLINK_NOFOLLOW) == 0 && (e = readdir(d)))
		if (!strncmp(e->d_name, STORE_TEMP, sizeof STORE_TEMP - 1) &&
			strlen(e->d_name) == TEMP_NAME - 1 &&
			fstatat(dir, e->d_name, &st, AT_SYMLINK_NOFOLLOW) == 0 &&
			S_ISREG(st.st_mode) && st.st_mtime < now.st_mtime - HOUR)
			unlinkat(dir, e->d_name, 0);
	closedir(d);
}

/* 0, or errno; a temp file of ours does not stay. */
static int put_in(int dir, const char *base, const void *bytes, size_t n, bool replace)
{
	char temp[TEMP_NAME];
	int fd = temp_open(temp, dir);
	int e = fd < 0 ? errno : write_all(fd, bytes, n);

	if (fd < 0)
		return e;
	if (close(fd) != 0 && !e)
		e = errno;
	if (!e)
		e = take_name(dir, temp, base, replace);
	if (e) {
		unlinkat(dir, temp, 0);
		return e;
	}
	if (replace)
		sweep(dir, base);
	/* EINVAL: this file system has no such thing as a folder that is not yet written. */
	return fsync(dir) == 0 || errno == EINVAL ? 0 : errno;
}

int file_put(
	store *s, const char *path, const void *bytes, size_t n, bool replace, bks_error *err)
{
	struct file_store *fs = (struct file_store *)s;
	char why[FILE_WHY];
	const char *base;
	int handle, dir, e, r = file_parent(&handle, &base, fs, path, err);

	if (r == 1)
		return fail(err, BKS_E_IO, "write %s: its folder is not there",
			store_path_tail(path));
	if (r == 2)
		return fail(err, BKS_E_IO, "write %s: its path leads through a link",
			store_path_tail(path));
	if (r)
		return r;
	dir = beneath_open(
		handle, ".", O_RDONLY | O_DIRECTORY, 0); /* a handle alone cannot be synced */
	e = dir < 0 ? errno : put_in(dir, base, bytes, n, replace);
	if (e == EEXIST)
		r = fail(err, BKS_E_REFUSED, "write %s: that name is taken",
			store_path_tail(path));
	else if (e)
		r = fail(err, BKS_E_IO, "write %s in %s: %s", store_path_tail(path), s->root,
			file_why(why, e, handle, ""));
	if (dir >= 0)
		close(dir);
	close(handle);
	return r;
}
