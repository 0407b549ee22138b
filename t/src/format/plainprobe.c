/* Is it SQL text? Headers of known tools say so at once; else the first statement must begin
 * like SQL, and like no prose. */
#include "format/plain.h"
#include <stdio.h>
#include <string.h>
#include <strings.h>

enum { LOOKED_AT = 4096, WORDS = 4 };

struct look {
	const char *s; /* NUL-ended; line ends are \n */
	char text[LOOKED_AT + 1];
};

/* The first bytes as C text, without byte order mark, carriage returns and blanks in front. */
static void look_at(struct look *l, const uint8_t *head, size_t n)
{
	size_t from = n >= 3 && !memcmp(head, "\xef\xbb\xbf", 3) ? 3 : 0, k = 0;

	for (size_t i = from; i < n && k < LOOKED_AT && head[i]; i++)
		if (head[i] != '\r')
			l->text[k++] = (char)head[i];
	l->text[k] = '\0';
	l->s = l->text + strspn(l->text, " \t\n\f\v");
}

/* Bits of BEGIN that are there; a text that ends within BEGIN has those of what it has. */
static int begins(const char *s, const char *begin)
{
	size_t n = strlen(begin), m = strlen(s);

	if (m > n)
		m = n;
	return m > 4 && !strncmp(s, begin, m) ? (int)(8 * m) : 0;
}

static int known_header(const char *s)
{
	static const char *const headers[] = {"--\n-- " PLAIN_HEADER, "--\n-- " PLAIN_CLUSTER,
		"-- MySQL dump ", "-- MariaDB dump ", "/*M!999999\\- enable the sandbox mode",
		"/*!999999\\- enable the sandbox mode", "pg_dump: ", "pg_dumpall: ",
		"SET session_replication_role = replica;\n\n--\n-- " PLAIN_HEADER,
		"SET default_transaction_read_only = off;",
		"SET statement_timeout = 0;\nSET lock_timeout = 0;",
		"SET session_replication_role = replica;",
		"PRAGMA foreign_keys=OFF;\nBEGIN TRANSACTION;"};
	int best = 0;

	for (size_t i = 0; i < sizeof headers / sizeof *headers; i++) {
		int bits = begins(s, headers[i]);

		best = bits > best ? bits : best;
	}
	return best;
}

static const char *skip_comments(const char *s)
{
	for (;;) {
		const char *end;

		s += strspn(s, " \t\n\f\v");
		if (!strncmp(s, "--", 2))
			s += strcspn(s, "\n");
		else if (!strncmp(s, "/*", 2) && (end = strstr(s, "*/")))
			s = end + 2;
		else
			return s;
	}
}

static bool has_controls(const char *s)
{
	for (; *s; s++)
		if ((uint8_t)*s < ' ' && !strchr("\t\n\f\v", *s))
			return true;
	return false;
}

/* The first WORDS words, each of letters or one byte. */
static int split(char words[WORDS][32], const char *s)
{
	int n = 0;

	for (; n < WORDS; n++) {
		size_t len;

		s += strspn(s, " \t\n");
		if (!*s)
			break;
		len = strspn(s,
			"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz_.0123456789\"");
		len = len ? len : 1;
		snprintf(words[n], 32, "%.*s", (int)(len < 31 ? len : 31), s);
		s += len;
	}
	return n;
}

/* Commands are written in one case; a sentence begins with one capital. */
static bool one_case(const char *w)
{
	size_t upper = strspn(w, "ABCDEFGHIJKLMNOPQRSTUVWXYZ"),
	       lower = strspn(w, "abcdefghijklmnopqrstuvwxyz");

	return !w[upper] || !w[lower];
}

static bool among(const char *w, const char *const *list)
{
	for (; *list; list++)
		if (!strcasecmp(w, *list))
			return true;
	return false;
}

static bool follows(const char *first, const char *second, const char *third)
{
	static const char *const things[] = {"aggregate", "cast", "collation", "conversion",
		"database", "domain", "event", "extension", "foreign", "function", "group",
		"index", "language", "large", "materialized", "operator", "or", "policy",
		"procedure", "publication", "role", "rule", "schema", "sequence", "server",
		"statistics", "subscription", "table", "tablespace", "temp", "temporary",
		"text", "trigger", "type", "unique", "unlogged", "user", "view", "default",
		"virtual", NULL};
	static const char *const begins[] = {
		";", "transaction", "work", "immediate", "exclusive", "deferred", NULL};

	if (!strcasecmp(first, "create") || !strcasecmp(first, "alter") ||
		!strcasecmp(first, "drop"))
		return among(second, things);
	if (!strcasecmp(first, "insert") || !strcasecmp(first, "replace"))
		return !strcasecmp(second, "into");
	if (!strcasecmp(first, "delete"))
		return !strcasecmp(second, "from");
	if (!strcasecmp(first, "comment"))
		return !strcasecmp(second, "on");
	if (!strcasecmp(first, "begin") || !strcasecmp(first, "start"))
		return among(second, begins);
	if (!strcasecmp(first, "set") || !strcasecmp(first, "pragma"))
		return third && (*third == '=' || !strcasecmp(third, "to") || *third == '(');
	if (!strcasecmp(first, "copy") || !strcasecmp(first, "update"))
		return third && (!strcasecmp(third, "from") || *third == '(' ||
					!strcasecmp(third, "set"));
	return (!strcasecmp(first, "use") || sql_is_command(first)) && third;
}

/* Behind a comment of SQL's: any command, of psql or another dialect too. */
static bool begins_script(const char *word)
{
	return *word == '\\' ||
	       (one_case(word) && (sql_is_command(word) || !strcasecmp(word, "if") ||
					  !strcasecmp(word, "use")));
}

static int like_sql(const char *s)
{
	char words[WORDS][32];
	const char *first = skip_comments(s);
	int n = split(words, first);

	if (has_controls(s))
		return 0;
	if (!n)
		return !strncmp(s, "--", 2) ? 8 : 0; /* nothing but comments */
	if (first != s && begins_script(words[0]))
		return 12;
	if (n < 2 || !one_case(words[0]) ||
		!follows(words[0], words[1], n > 2 ? words[2] : NULL))
		return 0;
	return strchr(first, ';') || strlen(first) < LOOKED_AT / 2 ? 24 : 12;
}

/* A header below something else: comments or commands of somebody's own, messages of the
 * program that was run. */
static int later_header(const char *s)
{
	return strstr(s, "\n-- " PLAIN_HEADER "\n") || strstr(s, "\n-- " PLAIN_CLUSTER "\n")
		       ? 128
		       : 0;
}

int plain_probe(const uint8_t *head, size_t n)
{
	struct look l;
	int bits;

	if (n >= 6 && !memcmp(head, "\xff\xfe-\0-\0", 6))
		return 48;
	look_at(&l, head, n);
	bits = known_header(l.s);
	if (!bits)
		bits = later_header(l.s);
	return bits ? bits : like_sql(l.s);
}
