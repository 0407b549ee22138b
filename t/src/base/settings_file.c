/* Where the settings file lies, and its bytes: read once, so that what is parsed and what is
 * digested are the same. */
#include "base/settings_file.h"
#include "base/text.h"
#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/sysmacros.h>
#include <unistd.h>

static const char *set_variable(const char *name)
{
	const char *v = getenv(name);

	return v && *v ? v : NULL;
}

const char *settings_file_path(bool *named, const char *path, bks_arena *a)
{
	const char *dir = set_variable("XDG_CONFIG_HOME"), *home = set_variable("HOME");

	path = path ? path : set_variable("BACKSTAY_CONFIG");
	*named = path;
	if (path)
		return path;
	if (!geteuid())
		return "/etc/backstay.conf";
	if (dir && *dir == '/') /* the XDG specification: a relative one is to be ignored */
		return arena_form(a, "%s/backstay/backstay.conf", dir);
	return home ? arena_form(a, "%s/.config/backstay/backstay.conf", home) : NULL;
}

static int read_all(char *out, size_t *n, int fd, size_t room)
{
	for (*n = 0; *n < room;) {
		ssize_t got = read(fd, out + *n, room - *n);

		if (got < 0 && errno == EINTR)
			continue;
		if (got < 0)
			return -1;
		if (!got)
			break;
		*n += (size_t)got;
	}
	return 0;
}

static int read_open(
	const char **text, size_t *n, int fd, const char *shown, bks_arena *a, bks_error *err)
{
	struct stat st;
	char *bytes;

	if (fstat(fd, &st))
		return fail(err, BKS_E_IO, "settings file %s: %s", shown, strerror(errno));
	if (S_ISCHR(st.st_mode) && st.st_rdev == makedev(1, 3)) { /* /dev/null: no settings, said on purpose */
		*text = arena_take(a, 1);
		*n = 0;
		return 0;
	}
	if (!S_ISREG(st.st_mode))
		return fail(err, BKS_E_USAGE, "settings file %s: it is no regular file", shown);
	if (st.st_size > SETTINGS_FILE_MAX)
		return fail(err, BKS_E_USAGE, "settings file %s: it is larger than 1 MiB", shown);
	bytes = arena_take(a, (size_t)st.st_size + 1);
	if (read_all(bytes, n, fd, (size_t)st.st_size + 1))
		return fail(err, BKS_E_IO, "settings file %s: %s", shown, strerror(errno));
	if (*n > (size_t)st.st_size)
		return fail(err, BKS_E_IO, "settings file %s: it grew while it was read", shown);
	*text = bytes;
	return 0;
}

int settings_file_read(
	const char **text, size_t *n, const char *path, bks_arena *a, bks_error *err)
{
	/* A FIFO must not make us wait. */
	int fd = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK | O_NOCTTY), r;

	if (fd < 0 && (errno == ENOENT || errno == ENOTDIR))
		return 1;
	if (fd < 0)
		return fail(err, BKS_E_IO, "settings file %s: %s", bks_shown(path, a),
			strerror(errno));
	r = read_open(text, n, fd, bks_shown(path, a), a, err);
	close(fd);
	return r;
}

const char *settings_file_dir(const char *path, bks_arena *a)
{
	const char *slash = strrchr(path, '/');
	const char *dir = !slash          ? "."
			  : slash == path ? "/"
					  : arena_bytes(a, path, (size_t)(slash - path));
	char *real = realpath(dir, NULL);
	const char *out = real ? arena_text(a, real) : ".";

	free(real);
	return out;
}
