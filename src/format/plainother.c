/* Text that is told by its first bytes and not walked: MySQL's dumps, a dump in UTF-16, an
 * error message in a dump's place. */
#include "format/plain.h"
#include <stdio.h>
#include <string.h>

/* Lines of a head are sought in so many bytes of it, which a stream always shows at once. */
enum { LINE = 256, HEAD = 2048 };

/* The line of HEAD that begins with BEGIN, from there on, into OUT. */
static bool find_line(char *out, const uint8_t *head, size_t n, const char *begin)
{
	size_t len = strlen(begin), k = 0; /* < LINE */
	const uint8_t *end = head + n, *at = head;

	while (at && (size_t)(end - at) >= len && memcmp(at, begin, len)) {
		at = memchr(at, '\n', (size_t)(end - at));
		at = at ? at + 1 : NULL;
	}
	if (!at || (size_t)(end - at) < len)
		return false;
	for (; at < end && *at != '\n' && *at != '\r' && *at && k + 1 < LINE; at++)
		out[k++] = (char)*at;
	out[k] = '\0';
	return true;
}

/* The word of LINE behind BEGIN, as far as one of UNTIL. */
static const char *behind(
	struct report *r, const char *line, const char *begin, const char *until)
{
	const char *at = strstr(line, begin);
	size_t n;

	if (!at)
		return NULL;
	at += strlen(begin);
	at += strspn(at, " \t");
	n = strcspn(at, until);
	return n ? arena_bytes(r->arena, at, n) : NULL;
}

/* "-- MySQL dump 10.13  Distrib 8.0.36, for Linux (x86_64)", "-- Host: localhost    Database:
 * shop" */
static void mysql(struct report *r, const uint8_t *head, size_t n, const char *line)
{
	bks_inspection *out = r->out;
	bool maria = !strncmp(line, "-- Ma", 5);
	const char *version = behind(r, line, maria ? "MariaDB dump" : "MySQL dump", " ,");
	char other[LINE];

	out->format = "mysqldump";
	out->content = BKS_CONTENT_UNKNOWN;
	if (version)
		out->producer = arena_form(
			r->arena, "%s %s", maria ? "mariadb-dump" : "mysqldump", version);
	if (find_line(other, head, n, "-- Host: "))
		out->database = behind(r, other, "Database: ", " ");
	if (find_line(other, head, n, "-- Server version"))
		out->server_version = behind(r, other, "-- Server version", " ");
	report_find(r, F_NOT_A_BACKUP, NULL,
		"a dump of MySQL or MariaDB, not of PostgreSQL: it is not looked into");
}

static void wrong(struct report *r, const char *text)
{
	r->out->format = "pgdump-plain";
	r->out->recognised = true;
	report_find(r, F_MALFORMED, "byte 0", "%s", text);
}

static bool is_mysql(char *line, const uint8_t *head, size_t n)
{
	return find_line(line, head, n, "-- MySQL dump ") ||
	       find_line(line, head, n, "-- MariaDB dump ");
}

int plain_other(stream *in, struct report *r, bks_error *err)
{
	char line[LINE];
	const uint8_t *head;
	size_t n;
	int got = stream_peek(in, 8192, &head, &n, err);

	if (got < 0)
		return got;
	if (is_mysql(line, head, n < HEAD ? n : HEAD)) {
		mysql(r, head, n < HEAD ? n : HEAD, line);
	} else if (n >= 3 && !memcmp(head, "\xff\xfe-", 3)) {
		wrong(r, "the dump was rewritten as UTF-16, as a redirection in PowerShell "
			 "does: psql cannot read it");
	} else if (n >= 9 && (!memcmp(head, "pg_dump: ", 9) || !memcmp(head, "pg_dumpal", 9))) {
		find_line(line, head, n, "pg_dump");
		wrong(r,
			arena_form(r->arena, "a message stands where the dump should begin: %s",
				bks_shown(line, r->arena)));
	} else {
		return 0;
	}
	got = stream_drain(in, NULL, err);
	return got < 0 ? got : 1;
}
