/* Two identifiers behind INSERT INTO, and the way up from a partition. */
#include "format/pgtarget.h"
#include <string.h>

enum { DEPTH_MAX = 16, NAME_MAX_BYTES = 1024 };

static const char start[] = "INSERT INTO ";

static bool is_plain(uint8_t c)
{
	return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '_' || c == '$' ||
	       c >= 0x80;
}

/* One identifier from *P on into OUT; false: there is none, or not all of it. */
static bool take_name(char out[NAME_MAX_BYTES], const uint8_t **p, const uint8_t *end)
{
	const uint8_t *s = *p;
	bool quoted = s < end && *s == '"', closed = !quoted;
	size_t n = 0;

	for (s += quoted; s < end && n + 1 < NAME_MAX_BYTES; s++) {
		if (quoted && *s == '"') {
			if (s + 1 < end && s[1] == '"') {
				s++;
			} else {
				closed = true;
				s++;
				break;
			}
		} else if (!quoted && !is_plain(*s)) {
			break;
		}
		out[n++] = (char)*s;
	}
	out[n] = '\0';
	*p = s;
	return n && closed && s < end;
}

static bool is(const bks_table *t, const char *schema, const char *name)
{
	return !strcmp(t->schema, schema) && !strcmp(t->name, name);
}

static bool is_above(
	const struct report *r, const bks_table *t, const char *schema, const char *name)
{
	for (int depth = 0; t && depth < DEPTH_MAX; depth++) {
		if (is(t, schema, name))
			return true;
		t = t->parent_name
			    ? report_known(r, t->database, t->parent_schema, t->parent_name)
			    : NULL;
	}
	return false;
}

const char *pgtarget_other(
	const struct report *r, const bks_table *t, const uint8_t *p, size_t n, bks_arena *a)
{
	char schema[NAME_MAX_BYTES], name[NAME_MAX_BYTES];
	const uint8_t *end = p + n;

	if (!t || !t->ddl)
		return NULL;
	while (p < end && *p == '\n')
		p++;
	if ((size_t)(end - p) < sizeof start || memcmp(p, start, sizeof start - 1) != 0)
		return NULL;
	p += sizeof start - 1;
	if (!take_name(schema, &p, end) || *p++ != '.' || !take_name(name, &p, end) ||
		*p != ' ')
		return NULL;
	return is_above(r, t, schema, name) ? NULL
					    : arena_form(a, "%.100s.%.100s", schema, name);
}
