/* The ways in which people say a time. */
#include "base/rfc3339.h"
#include "base/usage.h"
#include "base/zone.h"
#include <string.h>

static const char accepted[] = "wants RFC 3339 (2026-11-22T02:47:05Z), \"2026-11-22 02:47\", "
			       "2026-11-22, now, today, yesterday, "
			       "or an age such as 7d";

/* Midnight in ZONE of the civil day of NOW, DAYS later. */
static bks_time midnight(bks_time now, const char *zone, int days)
{
	bks_civil c = zone_civil(now, zone);

	c.hour = c.minute = c.second = 0;
	c.day += days;
	return zone_instant(&c, zone);
}

static bool read_word(bks_time *out, const char *text, const char *zone, bks_time now)
{
	if (!strcmp(text, "now"))
		*out = now;
	else if (!strcmp(text, "today"))
		*out = midnight(now, zone, 0);
	else if (!strcmp(text, "yesterday"))
		*out = midnight(now, zone, -1);
	else
		return false;
	return true;
}

/* "2026-11-22" and "2026-11-22 02:47[:05]". */
static bool read_local(bks_time *out, const char *text, const char *zone)
{
	bks_civil c = {0};
	const char *p = text;

	if (!rfc3339_date(&c, &p))
		return false;
	if (*p == ' ') {
		p++;
		if (!rfc3339_clock(&c, &p) || c.second == 60)
			return false;
	}
	if (*p)
		return false;
	*out = zone_instant(&c, zone);
	return time_in_range(*out);
}

/* Text that has the form of a date, whose day the calendar lacks, deserves to be told so. */
static bool has_wrong_date(const char *text)
{
	bks_civil c = {0};
	const char *p = text;

	return strlen(text) >= 10 && text[4] == '-' && text[7] == '-' &&
	       !rfc3339_date(&c, &p) && p == text + 10;
}

/* Whether TEXT is meant as an age: a number, then a unit's letters. */
static bool is_age(const char *text)
{
	size_t digits = strspn(text, "0123456789"), n = strlen(text);

	return digits && digits < n && strspn(text + digits, "smhdwoy") == n - digits;
}

int bks_time_parse(
	bks_time *out, const char *text, const char *zone, bks_time now, bks_error *err)
{
	int64_t age;
	bks_time t;

	if (is_age(text) && !bks_duration_parse(&age, text, NULL)) {
		if (!time_in_range(now) || !time_in_range(now - age))
			return usage_fail(err, "time", text, "lies before the year 1");
		t = now - age;
	} else if (!rfc3339_read(&t, text) && !read_word(&t, text, zone, now) &&
		   !read_local(&t, text, zone)) {
		return usage_fail(err, "time", text,
			has_wrong_date(text) ? "there is no such day" : accepted);
	}
	*out = t;
	return 0;
}
