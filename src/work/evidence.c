/* A file that is shown as evidence: read whole, kept as path, size and SHA-256. */
#include "backstay/task.h"
#include "backstay/text.h"
#include "base/arena.h"
#include "base/auto.h"
#include "base/digest.h"
#include "base/error.h"
#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

static int read_all(
	bks_digests *out, int64_t *size, int fd, const char *path, bks_arena *a, bks_error *err)
{
	size_t room = 1 << 16;
	uint8_t *block = arena_take(a, room);
	digest *d = digest_new(true);
	ssize_t n;

	*size = 0;
	while ((n = read(fd, block, room)) > 0 || (n < 0 && errno == EINTR)) {
		if (n < 0)
			continue;
		digest_add(d, block, (size_t)n);
		*size += n;
	}
	if (n < 0) {
		int e = errno;

		digest_free(d);
		return fail(err, BKS_E_IO, "evidence %s: %s", bks_shown(path, a), strerror(e));
	}
	digest_end(out, d);
	return 0;
}

static bool is_same(const struct stat *x, const struct stat *y)
{
	return x->st_size == y->st_size && x->st_mtim.tv_sec == y->st_mtim.tv_sec &&
	       x->st_mtim.tv_nsec == y->st_mtim.tv_nsec;
}

static int read_open(bks_evidence *out, int fd, const char *path, bks_arena *a, bks_error *err)
{
	struct stat before, after;
	bks_digests d;
	int r;

	if (fstat(fd, &before))
		return fail(
			err, BKS_E_IO, "evidence %s: %s", bks_shown(path, a), strerror(errno));
	if (!S_ISREG(before.st_mode))
		return fail(err, BKS_E_USAGE, "evidence %s: this is no regular file",
			bks_shown(path, a));
	r = read_all(&d, &out->size, fd, path, a, err);
	if (r)
		return r;
	if (fstat(fd, &after) || !is_same(&before, &after) || out->size != after.st_size)
		return fail(err, BKS_E_IO, "evidence %s: somebody wrote it while it was read",
			bks_shown(path, a));
	if (!out->size)
		return fail(
			err, BKS_E_USAGE, "evidence %s: the file is empty", bks_shown(path, a));
	memcpy(out->sha256, d.sha256, sizeof out->sha256);
	return 0;
}

int bks_evidence_read(bks_evidence *out, const char *path, bks_arena *a, bks_error *err)
{
	/* a FIFO must not make us wait */
	int fd = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK | O_NOCTTY), r;
	char *full;

	*out = (bks_evidence){0};
	if (fd < 0)
		return fail(err,
			errno == ENOENT || errno == ENOTDIR || errno == ENXIO ? BKS_E_USAGE
									      : BKS_E_IO,
			"evidence %s: %s", bks_shown(path, a), strerror(errno));
	r = read_open(out, fd, path, a, err);
	close(fd);
	if (r)
		return r;
	full = realpath(path, NULL);
	out->path = arena_text(a, full ? full : path);
	free(full);
	return 0;
}
