/* Room that is set aside beside the catalog: on a full disk it is given back, so that what
 * frees the disk can be written down. */
#include "base/text.h"
#include "work/applying.h"
#include <errno.h>
#include <fcntl.h>
#include <sys/stat.h>
#include <sys/statvfs.h>
#include <unistd.h>

static const char *path_of(const bks_catalog *cat, bks_arena *a)
{
	return arena_form(a, "%s.ballast", bks_catalog_file(cat));
}

static int64_t size_of(const bks_catalog *cat)
{
	const bks_settings *s = bks_catalog_settings(cat);

	return s ? s->ballast : 0;
}

/* It must not be what fills the disk. */
static bool has_room(int fd, int64_t size)
{
	struct statvfs fs;

	return fstatvfs(fd, &fs) == 0 &&
	       (int64_t)fs.f_bavail >= 2 * (size / (int64_t)fs.f_frsize);
}

void ballast_keep(const bks_catalog *cat)
{
	int64_t size = size_of(cat);
	bks_arena *a = bks_arena_new();
	const char *path = path_of(cat, a);
	struct stat st;
	int fd;

	if (size <= 0) {
		if (!lstat(path, &st) && S_ISREG(st.st_mode))
			unlink(path);
		bks_arena_free(a);
		return;
	}
	fd = open(path, O_RDWR | O_CREAT | O_CLOEXEC | O_NOFOLLOW | O_NONBLOCK, 0600);
	if (fd >= 0) {
		/* in good times it is whole; in bad ones there may be a smaller one, or none */
		if (!fstat(fd, &st) && S_ISREG(st.st_mode) && st.st_size != size &&
			(st.st_size > size ? ftruncate(fd, size) != 0
					   : !has_room(fd, size) ||
						     posix_fallocate(fd, 0, size) != 0))
			(void)!ftruncate(fd, st.st_size);
		close(fd);
	}
	bks_arena_free(a);
}

bool bks_retain_room(bks_catalog *cat)
{
	bks_arena *a = bks_arena_new();
	struct stat st = {0};
	bool had = false;
	int fd = open(path_of(cat, a), O_RDWR | O_CLOEXEC | O_NOFOLLOW | O_NONBLOCK);

	if (fd >= 0) {
		had = !fstat(fd, &st) && S_ISREG(st.st_mode) && st.st_size > 0 &&
		      !ftruncate(fd, 0);
		close(fd);
	}
	bks_arena_free(a);
	return had;
}
