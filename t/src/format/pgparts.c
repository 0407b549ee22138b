/* Reads just enough of CREATE TABLE and ALTER TABLE, as pg_dump writes them, to know a
 * partition's parent. */
#include "format/pgparts.h"
#include <stdlib.h>
#include <string.h>

enum { NAME_MAX_BYTES = 1024 };

struct sql {
	const char *p, *end;
};

struct name {
	char schema[NAME_MAX_BYTES], table[NAME_MAX_BYTES];
};

static void skip_space(struct sql *s)
{
	while (s->p < s->end && (*s->p == ' ' || *s->p == '\n' || *s->p == '\t'))
		s->p++;
}

static bool take_word(struct sql *s, const char *word)
{
	size_t n = strlen(word);

	skip_space(s);
	if ((size_t)(s->end - s->p) < n || memcmp(s->p, word, n) != 0)
		return false;
	s->p += n;
	return true;
}

static bool is_plain(char c)
{
	return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') ||
	       c == '_' || c == '$' || (unsigned char)c >= 0x80;
}

/* One identifier, quoted or not, without its quotes. */
static bool take_part(char out[NAME_MAX_BYTES], struct sql *s)
{
	bool quoted = s->p < s->end && *s->p == '"';
	size_t n = 0;

	s->p += quoted;
	for (; s->p < s->end && n < NAME_MAX_BYTES - 1; s->p++) {
		if (quoted && *s->p == '"') {
			if (s->p + 1 == s->end || s->p[1] != '"')
				break;
			s->p++;
		} else if (!quoted && !is_plain(*s->p)) {
			break;
		}
		out[n++] = *s->p;
	}
	out[n] = '\0';
	if (quoted) {
		if (s->p == s->end || *s->p != '"')
			return false;
		s->p++;
	}
	return n > 0;
}

static bool take_name(struct name *out, struct sql *s, const char *schema)
{
	skip_space(s);
	if (!take_part(out->table, s))
		return false;
	if (s->p == s->end || *s->p != '.') {
		size_t n = strlen(schema);

		if (n >= sizeof out->schema)
			return false;
		memcpy(out->schema, schema, n + 1);
		return true;
	}
	s->p++;
	memcpy(out->schema, out->table, sizeof out->schema);
	return take_part(out->table, s);
}

/* Behind the next semicolon that stands in no quotes. */
static bool next_statement(struct sql *s)
{
	char quote = 0;

	for (; s->p < s->end; s->p++) {
		if (quote)
			quote = *s->p == quote ? 0 : quote;
		else if (*s->p == '\'' || *s->p == '"')
			quote = *s->p;
		else if (*s->p == ';')
			break;
	}
	if (s->p == s->end)
		return false;
	s->p++;
	return true;
}

static bool read_attach(struct name names[2], struct sql *s, const char *schema)
{
	take_word(s, "ONLY ");
	return take_name(&names[0], s, schema) && take_word(s, "ATTACH PARTITION ") &&
	       take_name(&names[1], s, schema);
}

static bool read_create(struct name names[2], struct sql *s, const char *schema)
{
	take_word(s, "UNLOGGED ");
	take_word(s, "FOREIGN ");
	return take_word(s, "TABLE ") && take_name(&names[1], s, schema) &&
	       take_word(s, "PARTITION OF ") && take_name(&names[0], s, schema);
}

/* names[0] is the parent, names[1] the partition. */
static bool read_statement(struct name names[2], struct sql s, const char *schema)
{
	if (take_word(&s, "ALTER TABLE "))
		return read_attach(names, &s, schema);
	return take_word(&s, "CREATE ") && read_create(names, &s, schema);
}

void pgparts_note(struct report *r, const char *sql, size_t n, const char *schema)
{
	struct sql s = {sql, sql + n};
	struct name *names = malloc(2 * sizeof *names);
	bks_table *t;

	if (!names)
		abort();
	do {
		if (!read_statement(names, s, schema))
			continue;
		t = report_table(r, NULL, names[1].schema, names[1].table);
		if (t) {
			t->parent_schema = arena_text(r->arena, names[0].schema);
			t->parent_name = arena_text(r->arena, names[0].table);
		}
		break;
	} while (next_statement(&s));
	free(names);
}
