/*
 * Opening beneath a root. openat2 resolves many components at once and refuses links by itself;
 * where it is not there, one component at a time with O_NOFOLLOW promises the same.
 */
#include "store/beneath.h"
#include <errno.h>
#include <fcntl.h>
#include <linux/openat2.h>
#include <stdint.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>

enum { PIECE = 4000, FOLDER = O_PATH | O_DIRECTORY | O_CLOEXEC }; /* a piece fits in PATH_MAX */

bool beneath_stepwise;

static int keep_errno_close(int fd)
{
	int e = errno;

	if (fd >= 0)
		close(fd);
	errno = e;
	return -1;
}

/* Old kernels say ENOSYS; sandboxes of before openat2 say EPERM. */
static bool is_missing(int error)
{
	return error == ENOSYS || error == EPERM;
}

static int hop_at_once(int dir, const char *piece)
{
	struct open_how how = {.flags = FOLDER,
		.resolve = RESOLVE_BENEATH | RESOLVE_NO_SYMLINKS | RESOLVE_NO_MAGICLINKS};
	long fd;

	do
		fd = syscall(SYS_openat2, dir, piece, &how, sizeof how);
	while (fd < 0 && (errno == EINTR || errno == EAGAIN));
	return (int)fd;
}

static int hop_one(int dir, const char *name)
{
	struct stat st;
	int fd = beneath_open(dir, name, FOLDER, 0);

	/* As openat2 says it. */
	if (fd < 0 && errno == ENOTDIR)
		errno = fstatat(dir, name, &st, AT_SYMLINK_NOFOLLOW) == 0 && S_ISLNK(st.st_mode)
				? ELOOP
				: ENOTDIR;
	return fd;
}

/* How many bytes of PATH the next hop takes, without the slash after them. */
static size_t piece_length(const char *path, size_t n)
{
	const char *cut;

	if (!__atomic_load_n(&beneath_stepwise, __ATOMIC_RELAXED)) {
		if (n <= PIECE)
			return n;
		cut = memrchr(path, '/', PIECE + 1);
	} else {
		cut = memchr(path, '/', n);
	}
	return cut ? (size_t)(cut - path) : n;
}

/* NOLINTNEXTLINE(misc-no-recursion): once more, then stepwise */
static int hop(int dir, const char *path, size_t *n)
{
	char piece[PIECE + 1];
	int fd;

	*n = piece_length(path, *n);
	if (*n > PIECE) {
		errno = ENAMETOOLONG;
		return -1;
	}
	memcpy(piece, path, *n);
	piece[*n] = '\0';
	if (__atomic_load_n(&beneath_stepwise, __ATOMIC_RELAXED))
		return hop_one(dir, piece);
	fd = hop_at_once(dir, piece);
	if (fd < 0 && is_missing(errno)) {
		__atomic_store_n(&beneath_stepwise, true, __ATOMIC_RELAXED);
		return hop(dir, path, n);
	}
	return fd;
}

int beneath_folder(int dir, const char *path, size_t n)
{
	int at = n ? -1 : fcntl(dir, F_DUPFD_CLOEXEC, 0);

	while (n) {
		size_t step = n;
		int next = hop(at < 0 ? dir : at, path, &step);

		keep_errno_close(at);
		if (next < 0)
			return -1;
		at = next;
		step += step < n; /* the slash */
		path += step;
		n -= step;
	}
	return at;
}

int beneath_open(int dir, const char *name, int flags, mode_t mode)
{
	int fd;

	do
		fd = openat(dir, name, flags | O_NOFOLLOW | O_CLOEXEC, mode);
	while (fd < 0 && errno == EINTR);
	return fd;
}

int beneath_parent(const char **base, int dir, const char *path)
{
	const char *slash = strrchr(path, '/');

	*base = slash ? slash + 1 : path;
	return beneath_folder(dir, path, slash ? (size_t)(slash - path) : 0);
}
