/* What libconfuse does not tell, told before it reads: quotes, comments and braces that never
 * end, stray characters, empty lists. The copy that it then gets has no comments, because a
 * comment makes it lose count of the lines. */
#include "base/conf.h"
#include "base/text.h"
#include <string.h>

enum { DEPTH_MAX = 8 };

struct cleaner {
	const char *file, *s;
	char *out; /* as long as S; blanks where nothing is copied */
	size_t n, i;
	int line;
	int open[DEPTH_MAX]; /* the lines of the braces that are open */
	int depth;
	char last[2]; /* the last two characters that are neither blank nor comment; a word or a
			 quote counts as one */
	bks_arena *arena;
	bks_error *err;
};

static int refuse(struct cleaner *c, int line, const char *why)
{
	return fail(c->err, BKS_E_USAGE, "%s:%d: %s", bks_shown(c->file, c->arena), line, why);
}

static char at(const struct cleaner *c, size_t k)
{
	return c->i + k < c->n ? c->s[c->i + k] : '\0';
}

static void copy(struct cleaner *c)
{
	if (c->i >= c->n)
		return;
	c->out[c->i] = c->s[c->i];
	c->i++;
}

static void remember(struct cleaner *c, char what)
{
	c->last[0] = c->last[1];
	c->last[1] = what;
}

static void skip_line(struct cleaner *c)
{
	while (c->i < c->n && c->s[c->i] != '\n')
		c->i++;
}

static int skip_comment(struct cleaner *c)
{
	int from = c->line;

	for (c->i += 2; at(c, 0) != '*' || at(c, 1) != '/'; c->i++) {
		if (c->i >= c->n)
			return refuse(c, from, "the comment that begins here has no end");
		if (c->s[c->i] == '\n') {
			c->out[c->i] = '\n';
			c->line++;
		}
	}
	c->i += 2;
	return 0;
}

/* A ${VARIABLE} inside double quotes may hold quotes. */
static void copy_variable(struct cleaner *c)
{
	const char *from = c->s + c->i, *end = memchr(from, '}', c->n - c->i),
		   *line = memchr(from, '\n', c->n - c->i);

	while (end && (!line || end < line) && c->s + c->i < end)
		copy(c);
	copy(c);
}

static int copy_quoted(struct cleaner *c)
{
	char quote = at(c, 0);

	for (copy(c); at(c, 0) != quote;) {
		if (c->i >= c->n || at(c, 0) == '\n' || (at(c, 0) == '\\' && at(c, 1) == '\n'))
			return refuse(c, c->line,
				"the text that begins in this line has no closing quote");
		if ((unsigned char)at(c, 0) < ' ' && at(c, 0) != '\t')
			return refuse(c, c->line, "a control character in a text");
		if (quote == '"' && at(c, 0) == '\\' && at(c, 1) >= '0' && at(c, 1) <= '9')
			return refuse(c, c->line,
				"a byte is written \\xNN; a backslash is written \\\\, or "
				"stands in single quotes");
		if (quote == '"' && at(c, 0) == '$' && at(c, 1) == '{') {
			copy_variable(c);
			continue;
		}
		if (at(c, 0) == '\\')
			copy(c);
		copy(c);
	}
	copy(c);
	remember(c, quote);
	return 0;
}

static int copy_brace(struct cleaner *c)
{
	bool opens = at(c, 0) == '{';

	if (opens && c->depth == DEPTH_MAX)
		return refuse(c, c->line, "blocks stand in one another too deeply");
	if (!opens && !c->depth)
		return refuse(c, c->line, "a closing brace without an opening one");
	if (!opens && c->last[1] == '{' && c->last[0] == '=')
		return refuse(c, c->line, "an empty list; leave the setting out instead");
	if (opens)
		c->open[c->depth++] = c->line;
	else
		c->depth--;
	remember(c, at(c, 0));
	copy(c);
	return 0;
}

static bool is_word(char ch)
{
	return (unsigned char)ch > ' ' && !strchr("#\"'={}()+,*|", ch);
}

static int copy_word(struct cleaner *c)
{
	while (c->i < c->n && is_word(at(c, 0))) {
		if (at(c, 0) == '$' && at(c, 1) == '{')
			return refuse(c, c->line, "${...} wants double quotes around it");
		copy(c);
	}
	remember(c, 'w');
	return 0;
}

static int copy_other(struct cleaner *c)
{
	char why[] = "'?' wants quotes around it";

	switch (at(c, 0)) {
	case '\n':
		c->line++;
		copy(c);
		return 0;
	case ' ':
	case '\t':
	case '\r':
		c->i++;
		return 0;
	case '+':
		if (at(c, 1) != '=')
			break;
		copy(c);
		remember(c, '=');
		copy(c);
		return 0;
	case '=':
	case ',':
		remember(c, at(c, 0));
		copy(c);
		return 0;
	default:
		if ((unsigned char)at(c, 0) < ' ')
			return refuse(c, c->line, "a control character; is this a text file?");
	}
	why[1] = at(c, 0);
	return refuse(c, c->line, why);
}

static int clean_one(struct cleaner *c)
{
	switch (at(c, 0)) {
	case '#':
		skip_line(c);
		return 0;
	case '"':
	case '\'':
		return copy_quoted(c);
	case '{':
	case '}':
		return copy_brace(c);
	case '/':
		if (at(c, 1) == '*')
			return skip_comment(c);
		if (at(c, 1) != '/')
			return copy_word(c);
		skip_line(c);
		return 0;
	default:
		return is_word(at(c, 0)) ? copy_word(c) : copy_other(c);
	}
}

int conf_clean(const char **out, const char *file, const char *text, size_t n, bks_arena *a,
	bks_error *err)
{
	struct cleaner c = {.file = file, .s = text, .n = n, .line = 1, .arena = a, .err = err};
	int r;

	c.out = arena_take(a, n + 1);
	memset(c.out, ' ', n);
	if (n >= 3 && !memcmp(text, "\xef\xbb\xbf", 3))
		c.i = 3;
	while (c.i < n) {
		r = clean_one(&c);
		if (r)
			return r;
	}
	if (c.depth)
		return refuse(
			&c, c.open[c.depth - 1], "the brace that opens here is never closed");
	*out = c.out;
	return 0;
}
