/* Backslash lines. psql obeys them, so that one which pg_dump does not write is never let pass.
 */
#include "format/plain.h"
#include <stdio.h>
#include <string.h>

static bool is_token(const char *s)
{
	size_t n = strspn(s, "0123456789abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ");

	return n && !s[n] && n < 256;
}

static void mismatch(struct plain *w, uint64_t line, const char *text)
{
	if (plain_is_dump(w))
		plain_once(w, F_RESTRICT_MISMATCH, line, "%s", text);
}

static void restricts(struct plain *w, const char *token, uint64_t line)
{
	bool nested = w->cluster_line && !w->cluster_end;
	bool known = w->token[0] && !(nested && !w->lifted);

	if (plain_is_dump(w) &&
		(w->restricted || plain_after_end(w) || (known && strcmp(w->token, token)))) {
		report_find(w->r, F_TWO_DUMPS_IN_ONE, report_line(w->r, line),
			"a second \\restrict stands here, with another key or out of its "
			"place: two dumps were written into "
			"one file");
		w->over = true;
		return;
	}
	snprintf(w->token, sizeof w->token, "%s", token);
	w->restricted = true;
	w->lifted = 0;
}

static void unrestricts(struct plain *w, const char *token, uint64_t line)
{
	if (!w->restricted)
		mismatch(w, line, "\\unrestrict stands here, and no \\restrict before it");
	else if (strcmp(w->token, token))
		mismatch(w, line, "\\unrestrict has another key than the \\restrict before it");
	else if (w->dump_line)
		w->lifted = line;
	w->restricted = false;
}

void plain_restrict(struct plain *w, bool lift, const char *token, uint64_t line, bool open)
{
	/* Cut within the last line: it is the end that is missing, not the key that is wrong.
	 */
	if (open && (w->restricted || w->lifted) && strcmp(w->token, token) &&
		!strncmp(w->token, token, strlen(token)))
		return;
	if (!is_token(token))
		mismatch(w, line, "the key of \\restrict is none that pg_dump makes");
	else if (lift)
		unrestricts(w, token, line);
	else
		restricts(w, token, line);
}

void plain_not_restricted(struct plain *w, uint64_t line)
{
	if (w->restricted)
		mismatch(w, line, "the \\unrestrict of the part before is missing");
	w->restricted = false;
}

/* dbname='it''s', as pg_dump writes it for names that are not plain: \' and \\ within. */
static bool read_conninfo(char *out, const char *s)
{
	size_t n = 0;

	if (strncmp(s, "dbname=", 7))
		return false;
	s += 7;
	if (*s != '\'') {
		snprintf(out, PLAIN_NAME_MAX, "%s", s);
		return true;
	}
	for (s++; *s && *s != '\'' && n + 1 < PLAIN_NAME_MAX; s++) {
		s += *s == '\\' && s[1];
		out[n++] = *s;
	}
	out[n] = '\0';
	return *s == '\'' && !s[1];
}

/* One argument of a backslash line, bare or in double quotes. The rest of the line, NULL when
 * psql would do more with it. */
static const char *argument(char *out, const char *s)
{
	size_t n = 0;

	if (*s != '"') {
		n = strspn(s,
			"0123456789abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ_.=-");
		snprintf(out, PLAIN_NAME_MAX, "%.*s",
			(int)(n < PLAIN_NAME_MAX ? n : PLAIN_NAME_MAX), s);
		s += n;
	} else {
		for (s++; *s && (*s != '"' || s[1] == '"') && n + 1 < PLAIN_NAME_MAX; s++) {
			s += *s == '"';
			out[n++] = *s;
		}
		out[n] = '\0';
		if (*s++ != '"')
			return NULL;
	}
	return *s && *s != ' ' ? NULL : s + strspn(s, " ");
}

/* \connect [-reuse-previous=on] NAME; false: not as pg_dump writes it. */
static bool connect_line(struct plain *w, const char *s)
{
	char arg[PLAIN_NAME_MAX] = "";
	bool info = false;

	while (*s) {
		s = argument(arg, s);
		if (!s)
			return false;
		if (*s && !strcmp(arg, "-reuse-previous=on"))
			info = true;
		else if (*s && strcmp(arg, "-"))
			return false;
	}
	if (!info)
		snprintf(w->database, sizeof w->database, "%s", arg);
	else if (!read_conninfo(w->database, arg))
		return false;
	w->path[0] = '\0';
	w->lex.escapes = false;
	if (!w->cluster_line && !w->r->out->database && *w->database)
		w->r->out->database = arena_text(w->r->arena, w->database);
	return true;
}

static bool known(struct plain *w, const struct sql_token *t)
{
	const char *s = t->s;

	if (!strncmp(s, "restrict ", 9) || !strncmp(s, "unrestrict ", 11)) {
		plain_restrict(w, *s == 'u', strchr(s, ' ') + 1, t->line, t->open);
		return true;
	}
	if (!strncmp(s, "connect ", 8) || !strcmp(s, "connect"))
		return connect_line(w, s + 7 + strspn(s + 7, " "));
	return !strcmp(s, "encoding SQL_ASCII");
}

/* The input ended in it, and it may well have become a command of pg_dump. */
static bool half(const struct sql_token *t)
{
	static const char *const all[] = {
		"restrict ", "unrestrict ", "connect ", "encoding SQL_ASCII"};

	for (size_t i = 0; t->open && i < sizeof all / sizeof *all; i++)
		if (!strncmp(all[i], t->s, t->n))
			return true;
	return false;
}

void plain_meta(struct plain *w, const struct sql_token *t)
{
	char text[PLAIN_NAME_MAX];

	if (t->margin && !w->stmt.begun && (half(t) || known(w, t)))
		return;
	snprintf(text, sizeof text, "\\%.*s", (int)strcspn(t->s, " \t"), t->s);
	text[40] = '\0';
	plain_spot(&w->meta, t->line, text);
}
