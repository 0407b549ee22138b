/* A label is lines of "KEY: value" in a fixed order. What recovery reads must be there and be
 * right; the rest is for people. The first line of a key counts, as recovery reads it. */
#include "format/backuplabel.h"
#include "base/rfc3339.h"
#include "format/manifest.h"
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

struct line {
	const char *value;
	size_t n;
};

/* The value of KEY in the lines of TEXT; false: there is none. */
static bool find(struct line *out, const char *text, size_t n, const char *key)
{
	size_t k = strlen(key);

	while (n) {
		const char *end = memchr(text, '\n', n);
		size_t all = end ? (size_t)(end - text) + 1 : n, line = end ? all - 1 : n;

		if (line >= k + 2 && !memcmp(text, key, k) && !memcmp(text + k, ": ", 2)) {
			*out = (struct line){text + k + 2, line - k - 2};
			return end != NULL; /* a line without its end is cut */
		}
		text += all;
		n -= all;
	}
	return false;
}

/* The value as text of at most SIZE - 1 bytes. */
static bool value_of(char *out, size_t size, const char *text, size_t n, const char *key)
{
	struct line l;

	if (!find(&l, text, n, key) || l.n >= size || memchr(l.value, '\0', l.n))
		return false;
	memcpy(out, l.value, l.n);
	out[l.n] = '\0';
	return true;
}

/* "0/2000028" or "0/2000028 (file 000000010000000000000002)". */
static bool read_place(
	uint64_t *out, char segment[25], const char *text, size_t n, const char *key)
{
	char value[96], *file;

	if (!value_of(value, sizeof value, text, n, key))
		return false;
	file = strstr(value, " (file ");
	if (file) {
		*file = '\0';
		file += 7;
		if (strlen(file) != 25 || file[24] != ')')
			return false;
		memcpy(segment, file, 24);
		segment[24] = '\0';
	}
	return lsn_read(out, value);
}

static bool read_number(uint32_t *out, const char *text, size_t n, const char *key)
{
	char value[16];
	unsigned long v;

	if (!value_of(value, sizeof value, text, n, key) || !*value || strlen(value) > 10 ||
		strspn(value, "0123456789") != strlen(value))
		return false;
	v = strtoul(value, NULL, 10);
	*out = (uint32_t)v;
	return v <= UINT32_MAX;
}

/* "2026-11-22 05:16:42 UTC". */
static void read_time(bks_civil *out, const char *text, size_t n, const char *key)
{
	char value[64];
	const char *p = value;
	bks_civil c = {0};

	if (!value_of(value, sizeof value, text, n, key) || !rfc3339_date(&c, &p) ||
		*p++ != ' ' || !rfc3339_clock(&c, &p) || *p++ != ' ')
		return;
	snprintf(c.zone, sizeof c.zone, "%s", p);
	*out = c;
}

static bool is_value(const char *text, size_t n, const char *key, const char *want)
{
	struct line l;

	return find(&l, text, n, key) && l.n == strlen(want) && !memcmp(l.value, want, l.n);
}

static const char *lacking(struct backuplabel *l, const char *text, size_t n, bool history)
{
	char stop_segment[25] = "";

	if (!read_place(&l->start, l->segment, text, n, "START WAL LOCATION") || !*l->segment)
		return "START WAL LOCATION";
	if (!read_place(&l->checkpoint, l->segment, text, n, "CHECKPOINT LOCATION"))
		return "CHECKPOINT LOCATION";
	if (!read_number(&l->timeline, text, n, "START TIMELINE"))
		return "START TIMELINE";
	if (!history)
		return NULL;
	if (!read_place(&l->stop, stop_segment, text, n, "STOP WAL LOCATION"))
		return "STOP WAL LOCATION";
	return read_number(&l->stop_timeline, text, n, "STOP TIMELINE") ? NULL
									: "STOP TIMELINE";
}

static void read_parent(struct backuplabel *l, const char *text, size_t n, struct report *r)
{
	char none[25];
	struct line any;
	bool lsn = read_place(&l->parent, none, text, n, "INCREMENTAL FROM LSN");
	bool tli = read_number(&l->parent_timeline, text, n, "INCREMENTAL FROM TLI");

	if (lsn && tli)
		return;
	if (find(&any, text, n, "INCREMENTAL FROM LSN") ||
		find(&any, text, n, "INCREMENTAL FROM TLI"))
		report_find(r, F_MALFORMED, NULL,
			"the label of an incremental backup does not tell what it builds on");
	l->parent = 0;
	l->parent_timeline = 0;
}

bool backuplabel_read(
	struct backuplabel *out, const char *text, size_t n, bool history, struct report *r)
{
	struct line label;
	const char *what;

	*out = (struct backuplabel){0};
	what = lacking(out, text, n, history);
	if (what) {
		report_find(r, F_MALFORMED, NULL, "no %s that recovery could read", what);
		return false;
	}
	if (out->checkpoint < out->start) {
		report_find(r, F_MALFORMED, NULL, "its checkpoint lies before its start");
		return false;
	}
	read_parent(out, text, n, r);
	read_time(&out->start_time, text, n, "START TIME");
	read_time(&out->stop_time, text, n, "STOP TIME");
	out->streamed = is_value(text, n, "BACKUP METHOD", "streamed");
	out->standby = is_value(text, n, "BACKUP FROM", "standby");
	if (find(&label, text, n, "LABEL") && !memchr(label.value, '\0', label.n))
		out->label = arena_bytes(r->arena, label.value, label.n);
	return true;
}

bks_time backuplabel_instant(const bks_civil *c)
{
	bool utc = !strcmp(c->zone, "UTC") || !strcmp(c->zone, "GMT") || !strcmp(c->zone, "Z");

	return c->year && utc ? utc_instant(c) : BKS_TIME_NONE;
}
