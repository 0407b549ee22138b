/* Globs on paths in a repo, by fnmatch(3) in the C locale: a byte is a character, whatever the
 * user's locale. */
#include "base/glob.h"
#include <fnmatch.h>
#include <locale.h>
#include <stdlib.h>
#include <string.h>

bool glob_match(const char *glob, const char *path)
{
	const char *base = strrchr(path, '/');
	bool whole = strchr(glob, '/');
	locale_t c = newlocale(LC_ALL_MASK, "C", (locale_t)0), before;
	bool matches;

	if (!c)
		abort();
	before = uselocale(c);
	matches = !fnmatch(glob, whole || !base ? path : base + 1, whole ? FNM_PATHNAME : 0);
	uselocale(before);
	freelocale(c);
	return matches;
}
