/* The time that a name tells, and the stem that is left of it: what groups files into the
 * backups of one source. */
#include "base/namestamp.h"
#include "base/namestamp_scan.h"
#include "base/text.h"
#include <string.h>
#include <strings.h>

/* Where a stamp stands in a name. */
struct span {
	size_t from, to;
};

typedef bool scanner(struct namestamp *out, struct scan *c);

static bool is_digit(char c)
{
	return c >= '0' && c <= '9';
}

/* The best stamp of a name: one with a time of day before one without, a later one before an
 * earlier. */
static bool search(
	struct namestamp *out, struct span *where, const char *s, size_t n, scanner *scan)
{
	struct scan c = {.s = s, .n = n};
	bool found = false;

	while (c.i < n) {
		struct namestamp one;
		size_t from = c.i;

		if (is_digit(s[c.i]) && scan(&one, &c)) {
			if (!found || one.has_time || !out->has_time) {
				*out = one;
				*where = (struct span){from, c.i};
			}
			found = true;
			continue;
		}
		/* A stamp never begins inside a run of digits. */
		do
			c.i++;
		while (is_digit(s[c.i - 1]) && c.i < n && is_digit(s[c.i]));
	}
	return found;
}

static bool find(struct namestamp *out, struct span *where, const char *s, size_t n)
{
	return search(out, where, s, n, scan_stamp) || search(out, where, s, n, scan_epoch);
}

/* Where the last name of the N bytes of PATH begins. */
static size_t last_name(const char *path, size_t n)
{
	while (n && path[n - 1] != '/')
		n--;
	return n;
}

bool namestamp_read(struct namestamp *out, const char *path)
{
	struct namestamp found;
	struct span where;

	for (size_t n = strlen(path); n;) {
		size_t from = last_name(path, n);

		if (find(&found, &where, path + from, n - from)) {
			*out = found;
			return true;
		}
		n = from ? from - 1 : 0;
	}
	return false;
}

/* Where the last ending of a name begins: a known word after a dot, or digits as log rotation
 * writes them. N: there is none. */
static size_t ending(const char *s, size_t n)
{
	static const char *const known[] = {"sql", "dump", "dmp", "pgdump", "pg_dump", "psql",
		"backup", "bak", "custom", "dir", "tar", "tgz", "txz", "tbz2", "zip", "gz",
		"gzip", "zst", "zstd", "lz4", "xz", "bz2", "bzip2", "sqlite", "sqlite3", "db",
		"gpg", "age", "enc", "asc"};
	size_t dot = n;

	while (dot && s[dot - 1] != '.')
		dot--;
	if (dot < 2 || dot == n)
		return n;
	for (size_t i = 0; i < sizeof known / sizeof *known; i++)
		if (strlen(known[i]) == n - dot && !strncasecmp(s + dot, known[i], n - dot))
			return dot - 1;
	for (size_t i = dot; i < n; i++)
		if (!is_digit(s[i]))
			return n;
	return dot - 1;
}

/* Adds what is neither stamp nor digit. Where something was taken out, one separator stays
 * between two pieces. */
static void add_pieces(struct text *t, const char *s, size_t n, struct span stamp)
{
	static const char separators[] = "-_.@:+,~ ()[]=";
	size_t gap = 0; /* where the present run of separators and digits began */
	bool cut = false, in_gap = false;

	for (size_t i = 0; i < n; i++) {
		bool out = is_digit(s[i]) || (i >= stamp.from && i < stamp.to),
		     sep = s[i] && strchr(separators, s[i]);

		if (out || sep) {
			gap = in_gap ? gap : i;
			cut = (in_gap && cut) || out;
			in_gap = true;
			continue;
		}
		if (in_gap && t->n && !cut)
			text_add(t, s + gap, i - gap);
		else if (in_gap && t->n)
			text_add(t, strchr(separators, s[gap]) ? s + gap : "_", 1);
		in_gap = false;
		text_add(t, s + i, 1);
	}
}

const char *name_stem(const char *path, bks_arena *a)
{
	size_t n = strlen(path), from, shorter;
	struct span stamp = {0, 0};
	struct text t = {.arena = a};
	struct namestamp ignored;

	while (n && path[n - 1] == '/')
		n--;
	from = last_name(path, n);
	path += from;
	n -= from;
	/* First: 2024-01-01_12.00.00 must not lose its seconds as if they were an ending. */
	find(&ignored, &stamp, path, n);
	while ((shorter = ending(path, n)) < n && (shorter >= stamp.to || !stamp.to))
		n = shorter;
	text_add(&t, "", 0);
	add_pieces(&t, path, n, stamp);
	return t.s;
}
