/* Refusing what somebody typed: the one form of such errors. */
#include "base/usage.h"
#include "base/text.h"
#include <string.h>

enum { SHOWN_MAX = 120 };

int(usage_fail)(bks_error *err, const char *what, const char *text, const char *why)
{
	bks_arena *a = bks_arena_new();
	size_t n = strlen(text), kept = n < SHOWN_MAX ? n : SHOWN_MAX;
	int r = fail(err, BKS_E_USAGE, "%s \"%s%s\": %s", what,
		bks_shown(arena_bytes(a, text, kept), a), kept < n ? "..." : "", why);

	bks_arena_free(a);
	return r;
}
