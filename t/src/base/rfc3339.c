/* The strict form of an instant, RFC 3339, read without the C library's strptime, which
 * forgives too much. */
#include "base/rfc3339.h"
#include <string.h>
#include <time.h>

/* 0001-01-01 00:00:00 and 9999-12-31 23:59:59.999999 UTC. */
#define TIME_FIRST (-62135596800 * BKS_SECOND)
#define TIME_LAST (253402300800 * BKS_SECOND - 1)

bool time_in_range(bks_time t)
{
	return t >= TIME_FIRST && t <= TIME_LAST;
}

static bool take_digits(int *out, const char **p, int n)
{
	int v = 0;

	for (int i = 0; i < n; i++) {
		char c = (*p)[i];

		if (c < '0' || c > '9')
			return false;
		v = v * 10 + (c - '0');
	}
	*out = v;
	*p += n;
	return true;
}

static bool take(const char **p, char c)
{
	if (**p != c)
		return false;
	++*p;
	return true;
}

bool date_exists(int year, int month, int day)
{
	static const int days[] = {31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31};
	bool leap = (year % 4 == 0 && year % 100 != 0) || year % 400 == 0;

	return year >= 1 && year <= 9999 && month >= 1 && month <= 12 && day >= 1 &&
	       day <= days[month - 1] + (month == 2 && leap);
}

bool rfc3339_date(bks_civil *out, const char **p)
{
	return take_digits(&out->year, p, 4) && take(p, '-') &&
	       take_digits(&out->month, p, 2) && take(p, '-') && take_digits(&out->day, p, 2) &&
	       date_exists(out->year, out->month, out->day);
}

bool rfc3339_clock(bks_civil *out, const char **p)
{
	out->second = 0;
	if (!take_digits(&out->hour, p, 2) || !take(p, ':') || !take_digits(&out->minute, p, 2))
		return false;
	if (take(p, ':') && !take_digits(&out->second, p, 2))
		return false;
	return out->hour <= 23 && out->minute <= 59 && out->second <= 60;
}

bks_time utc_instant(const bks_civil *c)
{
	struct tm tm = {.tm_year = c->year - 1900,
		.tm_mon = c->month - 1,
		.tm_mday = c->day,
		.tm_hour = c->hour,
		.tm_min = c->minute,
		.tm_sec = c->second};

	return (bks_time)timegm(&tm) * BKS_SECOND;
}

/* ".123" at *P as microseconds; none is 0. */
static bool take_fraction(int64_t *us, const char **p)
{
	int64_t unit = 100000;

	*us = 0;
	if (!take(p, '.'))
		return true;
	if (**p < '0' || **p > '9')
		return false;
	for (; **p >= '0' && **p <= '9'; ++*p, unit /= 10)
		*us += (**p - '0') * unit;
	return true;
}

/* "Z" or "+HH:MM" at *P, as microseconds east of UTC. */
static bool take_offset(int64_t *us, const char **p)
{
	int sign, hour, minute;

	*us = 0;
	if (take(p, 'Z') || take(p, 'z'))
		return true;
	sign = **p == '-' ? -1 : 1;
	if (!take(p, '+') && !take(p, '-'))
		return false;
	if (!take_digits(&hour, p, 2) || !take(p, ':') || !take_digits(&minute, p, 2))
		return false;
	*us = sign * (hour * BKS_HOUR + minute * BKS_MINUTE);
	return hour <= 23 && minute <= 59;
}

bool rfc3339_read(bks_time *out, const char *text)
{
	bks_civil c = {0};
	const char *p = text, *clock;
	int64_t us, offset;

	if (!rfc3339_date(&c, &p) || !strchr("Tt ", *p) || !*p)
		return false;
	clock = ++p;
	if (!rfc3339_clock(&c, &p) || p - clock != 8)
		return false;
	if (!take_fraction(&us, &p) || !take_offset(&offset, &p) || *p)
		return false;
	if (c.second == 60 && c.minute != 59)
		return false;
	*out = utc_instant(&c) + us - offset;
	return time_in_range(*out);
}
