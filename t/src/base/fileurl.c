/* A path as a file:// URL, in the one form that the catalog compares. */
#include "base/fileurl.h"
#include "base/text.h"
#include <stdint.h>
#include <string.h>

static const char *encode(const char *path, bks_arena *a)
{
	static const char plain[] =
		"abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789"
		"/-._~!$&'()*+,;=:@";
	struct text t = {.arena = a};

	text_word(&t, "file://");
	for (; *path; path++)
		if (strchr(plain, *path))
			text_add(&t, path, 1);
		else
			text_form(&t, "%%%02X", (unsigned)(uint8_t)*path);
	return t.s;
}

/* One slash where several stand, none at the end, no "." parts; ".." stays, for it may lead
 * through a link. */
static const char *tidy(const char *path, bks_arena *a)
{
	struct text t = {.arena = a};

	while (*path) {
		size_t n;

		path += strspn(path, "/");
		n = strcspn(path, "/");
		if (n && !(n == 1 && *path == '.')) {
			text_add(&t, "/", 1);
			text_add(&t, path, n);
		}
		path += n;
	}
	return t.n ? t.s : "/";
}

const char *fileurl(const char *path, bks_arena *a)
{
	return encode(tidy(path, a), a);
}
