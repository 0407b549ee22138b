/* Copying into a folder that may be anybody's: no link is followed, nothing is written over,
 * and what has its name is complete. */
#include "work/intofile.h"
#include "base/bytes.h"
#include "base/digest.h"
#include "base/text.h"
#include "store/beneath.h"
#include "store/store.h"
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/random.h>
#include <sys/stat.h>
#include <unistd.h>

enum { TEMP = (int)sizeof STORE_TEMP + 16 };

static int temp_open(char name[TEMP], int dir)
{
	uint8_t raw[8];
	char hex[17];

	if (getrandom(raw, sizeof raw, 0) != (ssize_t)sizeof raw)
		return -1;
	snprintf(name, TEMP, "%s%s", STORE_TEMP, hex_write(hex, raw, sizeof raw));
	return beneath_open(dir, name, O_WRONLY | O_CREAT | O_EXCL, 0600);
}

/* 0, or errno. */
static int put(int fd, const uint8_t *p, size_t n)
{
	while (n) {
		ssize_t done = write(fd, p, n);

		if (done < 0 && errno == EINTR)
			continue;
		if (done < 0)
			return errno;
		p += done;
		n -= (size_t)done;
	}
	return 0;
}

static int pour(int fd, stream *in, digest *d, int64_t *size, const char *shown,
	const struct intofile *how, bks_error *err)
{
	const uint8_t *p;
	size_t n;
	int r, e;

	while ((r = stream_next(in, &p, &n, err)) > 0) {
		if (how->stop && how->stop(how->stop_arg))
			return fail(err, BKS_E_INTERRUPTED, "stopped by a signal");
		digest_add(d, p, n);
		*size += (int64_t)n;
		e = put(fd, p, n);
		if (e)
			return fail(err, BKS_E_IO, "write %s: %s", shown, strerror(e));
	}
	return r;
}

static bool differ(const bks_digests *is, const bks_digests *want)
{
	if (!want)
		return false;
	if (is->has_sha256 && want->has_sha256 &&
		memcmp(is->sha256, want->sha256, sizeof is->sha256) != 0)
		return true;
	return is->has_xxh3 && want->has_xxh3 &&
	       memcmp(is->xxh3, want->xxh3, sizeof is->xxh3) != 0;
}

/* As the file that was read: only root may give files away, and a file system need not know. */
static int dress(int fd, int from, const struct intofile *how)
{
	struct timespec t[2] = {{.tv_nsec = UTIME_OMIT}};
	mode_t mode = how->mode;
	struct stat st;

	if (!mode) {
		mode = 0600;
		if (from >= 0 && !fstat(from, &st)) {
			if (!fchown(fd, st.st_uid, st.st_gid))
				mode = st.st_mode & 0666;
			else
				mode = st.st_mode & 0600;
			mode |= 0600;
		}
	}
	if (fchmod(fd, mode) && errno != EPERM && errno != ENOTSUP)
		return errno;
	if (how->mtime == BKS_TIME_NONE)
		return 0;
	t[1].tv_sec = how->mtime / BKS_SECOND;
	t[1].tv_nsec = how->mtime % BKS_SECOND * 1000;
	if (t[1].tv_nsec < 0) {
		t[1].tv_sec--;
		t[1].tv_nsec += 1000000000;
	}
	return futimens(fd, t) ? errno : 0;
}

int intofile_name(int dir, const char *name, int to_dir, const char *to)
{
	if (!renameat2(dir, name, to_dir, to, RENAME_NOREPLACE))
		return 0;
	if (errno != EINVAL && errno != ENOSYS)
		return errno;
	/* a network file system may not know that: a second name replaces nothing either */
	if (linkat(dir, name, to_dir, to, 0))
		return errno;
	return unlinkat(dir, name, 0) ? errno : 0;
}

static int sync_folder(int dir)
{
	return !fsync(dir) || errno == EINVAL ? 0 : errno;
}

static int finish(int fd, int dir, int from, const char *temp, const char *name,
	const char *shown, const struct intofile *how, bks_error *err)
{
	int e = dress(fd, from, how);

	if (!e && fsync(fd))
		e = errno;
	if (!e && how->replace)
		e = renameat(dir, temp, dir, name) ? errno : 0;
	else if (!e)
		e = intofile_name(dir, temp, dir, name);
	if (!e)
		e = sync_folder(dir);
	if (e == EEXIST)
		return fail(err, BKS_E_REFUSED, "%s is there already", shown);
	return e ? fail(err, BKS_E_IO, "write %s: %s", shown, strerror(e)) : 0;
}

int intofile(bks_digests *digests, int64_t *size, stream *in, int dir, const char *name,
	const char *shown, const struct intofile *how, bks_error *err)
{
	char temp[TEMP];
	int from = stream_descriptor(in), fd = temp_open(temp, dir), r;
	digest *d;

	if (fd < 0)
		return fail(err, BKS_E_IO, "make a file for %s: %s", shown, strerror(errno));
	*size = 0;
	d = digest_new(true);
	r = pour(fd, in, d, size, shown, how, err);
	digest_end(digests, d);
	if (!r && differ(digests, how->expected))
		r = 1;
	if (!r)
		r = finish(fd, dir, from, temp, name, shown, how, err);
	close(fd);
	if (r)
		unlinkat(dir, temp, 0);
	return r;
}

int intofile_folder(int dir, const char *path, bks_error *err)
{
	AUTO(arena_auto) bks_arena *a = bks_arena_new();
	int at = beneath_open(dir, ".", O_RDONLY | O_DIRECTORY, 0);

	while (at >= 0 && *path) {
		size_t n = strcspn(path, "/");
		const char *name = arena_bytes(a, path, n);
		int next;

		if (!n || !strcmp(name, ".") || !strcmp(name, "..")) {
			close(at);
			fail(err, BKS_E_USAGE, "%s leads elsewhere", bks_shown(path, a));
			return -1;
		}
		if (mkdirat(at, name, 0777) && errno != EEXIST)
			next = -1;
		else
			next = beneath_open(at, name, O_RDONLY | O_DIRECTORY, 0);
		if (next < 0) {
			fail(err, BKS_E_IO, "folder %s: %s", bks_shown(name, a),
				strerror(errno));
			close(at);
			return -1;
		}
		close(at);
		at = next;
		path += n + (path[n] == '/');
	}
	if (at < 0)
		fail(err, BKS_E_IO, "open a folder: %s", strerror(errno));
	return at;
}
