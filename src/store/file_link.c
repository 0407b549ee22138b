/* Where a symbolic link leads. It is read, and nobody goes there: whoever wants to, does so by
 * a path beneath the root. */
#include "base/text.h"
#include "store/file.h"
#include <errno.h>
#include <limits.h>
#include <string.h>
#include <unistd.h>

static int read_it(
	char target[PATH_MAX], struct file_store *fs, const char *path, bks_error *err)
{
	const char *base;
	int dir, r = file_parent(&dir, &base, fs, path, err);
	ssize_t n;

	if (r)
		return r < 0 ? r : 2;
	n = readlinkat(dir, base, target, PATH_MAX - 1);
	if (n < 0)
		r = errno == EINVAL || errno == ENOENT
			    ? 2
			    : fail(err, BKS_E_IO, "read the link %s: %s", store_path_tail(path),
				      strerror(errno));
	else
		target[n] = '\0';
	close(dir);
	return r;
}

int store_link(const char **to, store *s, const char *path, bks_arena *a, bks_error *err)
{
	const char *slash = strrchr(path, '/');
	char target[PATH_MAX];
	int r;

	if (s->kind != &store_file || !store_path_proper(path))
		return 2;
	r = read_it(target, (struct file_store *)s, path, err);
	if (r)
		return r;
	*to = arena_text(a, target);
	if (*target == '/')
		return store_locate(to, s, *to, a, err);
	return store_locate(to, s,
		arena_form(a, "%s/%.*s%s", s->root, slash ? (int)(slash + 1 - path) : 0, path,
			target),
		a, err);
}
