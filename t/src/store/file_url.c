/* file:// URLs and paths: what a person types, what the catalog keeps, and where a file lies in
 * a repo. */
#include "base/bytes.h"
#include "base/fileurl.h"
#include "base/text.h"
#include "store/file.h"
#include <errno.h>
#include <limits.h>
#include <stdlib.h>
#include <string.h>

static int decode(
	const char **out, const char *coded, const char *url, bks_arena *a, bks_error *err)
{
	struct text t = {.arena = a};

	for (const char *p = coded; *p; p++) {
		uint8_t byte = (uint8_t)*p;
		char two[3] = {0};

		if (*p == '%') {
			if (!p[1] || !p[2])
				return fail(err, BKS_E_USAGE,
					"%s: two hex digits must follow %%", url);
			memcpy(two, p + 1, 2);
			if (!hex_read(&byte, 1, two) || !byte)
				return fail(err, BKS_E_USAGE, "%s: %%%s is no byte of a path",
					url, two);
			p += 2;
		}
		text_add(&t, &byte, 1);
	}
	*out = t.s;
	return 0;
}

int file_url_path(const char **out, const char *place, bks_arena *a, bks_error *err)
{
	static const char scheme[] = "file://", local[] = "localhost/";
	const char *p = place + sizeof scheme - 1;

	if (!*place)
		return fail(err, BKS_E_USAGE, "an empty path names no place");
	*out = place;
	if (strncmp(place, scheme, sizeof scheme - 1) != 0)
		return 0;
	if (!strncmp(p, local, sizeof local - 1))
		p += sizeof local - 2;
	if (*p != '/')
		return fail(err, BKS_E_USAGE,
			"%s names another machine; a directory of this one is "
			"file:///directory",
			place);
	return decode(out, p, place, a, err);
}

int store_url(const char **out, const char *place, bks_arena *a, bks_error *err)
{
	const char *path = place;
	char *real;
	int r;

	if (strncmp(place, "file:", 5) != 0 && strstr(place, "://") && *place != '/' &&
		*place != '.') {
		*out = arena_text(a, place);
		return 0; /* of another kind, which knows its own form */
	}
	r = file_url_path(&path, place, a, err);
	if (r)
		return r;
	if (*path == '/') {
		*out = fileurl(path, a);
		return 0;
	}
	real = realpath(path, NULL);
	if (!real)
		return fail(err, BKS_E_USAGE, "find %s: %s", place, strerror(errno));
	*out = fileurl(real, a);
	free(real);
	return 0;
}

/* The folder of FILE without any link in it; NULL when it is not there. */
static char *real_folder(const char *file, const char **base, bks_arena *a)
{
	size_t n = strlen(file);
	const char *slash;

	while (n > 1 && file[n - 1] == '/')
		n--;
	file = arena_bytes(a, file, n);
	slash = strrchr(file, '/');
	*base = slash ? slash + 1 : file;
	if (!slash)
		return realpath(".", NULL);
	return realpath(
		slash == file ? "/" : arena_bytes(a, file, (size_t)(slash - file)), NULL);
}

int store_locate(const char **path, store *s, const char *file, bks_arena *a, bks_error *err)
{
	const char *base, *rest;
	char *root = s->kind == &store_file ? realpath(s->root, NULL) : NULL;
	char *folder = root ? real_folder(file, &base, a) : NULL;
	size_t n = root && root[1] ? strlen(root) : 0; /* "/" has no name of its own */
	int r = 1;

	if (root && !folder && errno != ENOENT && errno != ENOTDIR)
		r = fail(err, BKS_E_IO, "find the folder of %s: %s", store_path_tail(file),
			strerror(errno));
	if (folder && !strncmp(folder, root, n) && (folder[n] == '/' || !folder[n])) {
		rest = folder + n + (folder[n] == '/');
		*path = arena_form(a, "%s%s%s", rest, *rest ? "/" : "", base);
		r = store_path_proper(*path) ? 0 : 1;
	}
	free(folder);
	free(root);
	return r;
}
