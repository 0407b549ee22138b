/* Required tables as people type them: users, auth.users, "a.b"."c":500. */
#include "backstay/inspect.h"
#include "base/text.h"
#include "base/usage.h"
#include <ctype.h>
#include <string.h>

static const char accepted[] = "wants TABLE or SCHEMA.TABLE, then :ROWS if wished, such as "
			       "users, auth.users or public.users:500; a name "
			       "with a dot, a colon or a quote stands in double quotes";

/* "..." at *P, two quotes in it being one. */
static const char *take_quoted(const char **p, bks_arena *a)
{
	struct text t = {.arena = a};

	for (++*p; **p; ++*p) {
		if (**p == '"' && *++*p != '"')
			return t.s; /* NULL when nothing stood in it */
		text_add(&t, *p, 1);
	}
	return NULL;
}

/* Letters as they stand: nothing is folded, for people type the names that they see. */
static const char *take_bare(const char **p, bks_arena *a)
{
	size_t n = strcspn(*p, ".:\"");
	const char *s = *p;

	*p += n;
	if (!n || isspace((unsigned char)s[0]) || isspace((unsigned char)s[n - 1]))
		return NULL;
	return arena_bytes(a, s, n);
}

static const char *take_name(const char **p, bks_arena *a)
{
	return **p == '"' ? take_quoted(p, a) : take_bare(p, a);
}

/* ":500" or nothing, then the end. */
static bool take_rows(int64_t *rows, const char **p)
{
	const char *from;

	*rows = 0;
	if (!**p)
		return true;
	if (**p != ':')
		return false;
	for (from = ++*p; **p >= '0' && **p <= '9'; ++*p)
		if (__builtin_mul_overflow(*rows, 10, rows) ||
			__builtin_add_overflow(*rows, **p - '0', rows))
			return false;
	return *p > from && !**p;
}

int bks_requirement_parse(bks_requirement *out, const char *text, bks_arena *a, bks_error *err)
{
	bks_requirement r = {.schema = "public"};
	const char *p = text;

	r.name = take_name(&p, a);
	if (r.name && *p == '.') {
		p++;
		r.schema = r.name;
		r.name = take_name(&p, a);
	}
	if (!r.name || !take_rows(&r.min_rows, &p))
		return usage_fail(err, "required table", text, accepted);
	*out = r;
	return 0;
}
