/* One stamp at one place of a name: a date in one of the forms of namestamp.h, then a time,
 * then a zone. Each step tries on a copy of the place and moves the caller's only when it fits.
 */
#include "base/namestamp_scan.h"
#include "base/rfc3339.h"
#include "base/zone.h"
#include <string.h>
#include <strings.h>

static bool is_digit(char c)
{
	return c >= '0' && c <= '9';
}

static bool is_letter(char c)
{
	return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
}

static size_t run_of_digits(const struct scan *c)
{
	size_t n = 0;

	while (is_digit(scan_at(c, n)))
		n++;
	return n;
}

static int take_digits(struct scan *c, size_t n)
{
	int v = 0;

	for (size_t i = 0; i < n; i++)
		v = v * 10 + (scan_at(c, i) - '0');
	c->i += n;
	return v;
}

static bool take_one_of(struct scan *c, const char *set)
{
	char at = scan_at(c, 0);

	if (!at || !strchr(set, at))
		return false;
	c->i++;
	return true;
}

/* SEP, then exactly N digits and no more. */
static bool take_field(int *out, struct scan *c, char sep, size_t n)
{
	struct scan at = *c;

	if (scan_at(&at, 0) != sep)
		return false;
	at.i++;
	if (run_of_digits(&at) != n)
		return false;
	*out = take_digits(&at, n);
	*c = at;
	return true;
}

static bool date_fits(const bks_civil *c)
{
	return c->year >= 1990 && c->year <= 2099 && date_exists(c->year, c->month, c->day);
}

static bool clock_fits(const bks_civil *c)
{
	return c->hour <= 23 && c->minute <= 59 && c->second <= 59;
}

/* HHMMSS or HHMM of N digits. */
static void take_compact_clock(bks_civil *out, struct scan *c, size_t n)
{
	out->hour = take_digits(c, 2);
	out->minute = take_digits(c, 2);
	out->second = n == 6 ? take_digits(c, 2) : 0;
}

/* HH-MM-SS, HH-MM, 12h00m, 12h00m00s. */
static bool take_parted_clock(bks_civil *out, struct scan *c)
{
	char sep;

	if (run_of_digits(c) != 2)
		return false;
	out->hour = take_digits(c, 2);
	out->second = 0;
	sep = scan_at(c, 0);
	if (!sep || !strchr("-:_.h", sep) || !take_field(&out->minute, c, sep, 2))
		return false;
	if (sep != 'h')
		take_field(&out->second, c, sep, 2);
	else if (scan_at(c, 0) == 'm' && take_field(&out->second, c, 'm', 2))
		c->i += scan_at(c, 0) == 's';
	else
		c->i += scan_at(c, 0) == 'm';
	return true;
}

static bool take_clock(bks_civil *out, struct scan *c)
{
	struct scan at = *c;
	bks_civil t = *out;
	size_t n = run_of_digits(&at);

	if (n == 6 || n == 4)
		take_compact_clock(&t, &at, n);
	else if (!take_parted_clock(&t, &at))
		return false;
	if (!clock_fits(&t))
		return false;
	*out = t;
	*c = at;
	return true;
}

/* One or two separators, then a time. */
static bool take_time(bks_civil *out, struct scan *c)
{
	struct scan at = *c;

	if (!take_one_of(&at, "Tt_-.@ "))
		return false;
	take_one_of(&at, "_-.@ ");
	if (!take_clock(out, &at))
		return false;
	*c = at;
	return true;
}

static bool take_word(struct scan *c, const char *word)
{
	size_t n = strlen(word);

	if (c->n - c->i < n || strncasecmp(c->s + c->i, word, n) || is_letter(scan_at(c, n)) ||
		is_digit(scan_at(c, n)))
		return false;
	c->i += n;
	return true;
}

/* +0200, +02:00 or -02:00, in minutes; -0200 might as well be a number of something. */
static bool take_offset(int *minutes, struct scan *c)
{
	struct scan at = *c;
	bool west = scan_at(&at, 0) == '-';
	int hour, minute;

	if (!take_one_of(&at, "+-"))
		return false;
	if (run_of_digits(&at) == 4 && !west) {
		hour = take_digits(&at, 2);
		minute = take_digits(&at, 2);
	} else {
		if (run_of_digits(&at) != 2)
			return false;
		hour = take_digits(&at, 2);
		if (!take_field(&minute, &at, ':', 2))
			return false;
	}
	if (hour > 14 || minute > 59)
		return false;
	*minutes = (west ? -1 : 1) * (hour * 60 + minute);
	*c = at;
	return true;
}

/* A zone after a time, which is then told in UTC. */
static void take_zone(bks_civil *t, struct scan *c)
{
	struct scan at = *c;
	int minutes = 0;

	if (!take_word(&at, "Z") && !take_offset(&minutes, &at)) {
		take_one_of(&at, "_- ");
		if (!take_word(&at, "UTC") && !take_word(&at, "GMT"))
			return;
	}
	*t = zone_civil(utc_instant(t) - minutes * BKS_MINUTE, NULL);
	memcpy(t->zone, "UTC", 4);
	*c = at;
}

/* Eight, twelve or fourteen digits: all of the date, and perhaps the time, without anything
 * between. */
static bool take_compact(struct namestamp *out, struct scan *c, size_t n)
{
	out->civil.year = take_digits(c, 4);
	out->civil.month = take_digits(c, 2);
	out->civil.day = take_digits(c, 2);
	out->has_time = n > 8;
	if (out->has_time)
		take_compact_clock(&out->civil, c, n - 8);
	return date_fits(&out->civil) && clock_fits(&out->civil);
}

static bool take_year_first(struct namestamp *out, struct scan *c)
{
	char sep;

	out->civil.year = take_digits(c, 4);
	sep = scan_at(c, 0);
	return sep && strchr("-_.", sep) && take_field(&out->civil.month, c, sep, 2) &&
	       take_field(&out->civil.day, c, sep, 2) && date_fits(&out->civil);
}

/* 19-04-2021@00-00-00. Without the '@' nobody knows whether the day or the month comes first.
 */
static bool take_day_first(struct namestamp *out, struct scan *c)
{
	out->civil.day = take_digits(c, 2);
	return take_field(&out->civil.month, c, '-', 2) &&
	       take_field(&out->civil.year, c, '-', 4) && date_fits(&out->civil) &&
	       scan_at(c, 0) == '@';
}

static bool take_date(struct namestamp *out, struct scan *c)
{
	size_t n = run_of_digits(c);

	switch (n) {
	case 14:
	case 12:
	case 8:
		return take_compact(out, c, n);
	case 4:
		return take_year_first(out, c);
	case 2:
		return take_day_first(out, c);
	default:
		return false;
	}
}

bool scan_stamp(struct namestamp *out, struct scan *c)
{
	struct namestamp found = {0};
	struct scan at = *c;
	bool day_first = run_of_digits(c) == 2;

	if (!take_date(&found, &at))
		return false;
	if (!found.has_time)
		found.has_time = take_time(&found.civil, &at);
	if (day_first && !found.has_time)
		return false;
	if (found.has_time)
		take_zone(&found.civil, &at);
	else if (is_letter(scan_at(&at, 0)))
		return false; /* a piece of some hexadecimal number */
	*out = found;
	*c = at;
	return true;
}

bool scan_epoch(struct namestamp *out, struct scan *c)
{
	struct scan at = *c;
	int64_t seconds = 0;

	if (run_of_digits(c) != 10 || (c->i && !strchr("-_.@ ", c->s[c->i - 1])))
		return false;
	for (; is_digit(scan_at(&at, 0)); at.i++)
		seconds = seconds * 10 + (scan_at(&at, 0) - '0');
	if (scan_at(&at, 0) && !strchr("-_.@ ", scan_at(&at, 0)))
		return false;
	out->civil = zone_civil(seconds * BKS_SECOND, NULL);
	memcpy(out->civil.zone, "UTC", 4);
	out->has_time = true;
	*c = at;
	return date_fits(&out->civil);
}
