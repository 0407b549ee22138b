/* Dates of the second opinion: a walk from 1970, day by day where it must be, sharing nothing
 * with base/zone. */
#include "oracle.h"
#include <stdio.h>

static int year_days(int year)
{
	if (year % 400 == 0)
		return 366;
	if (year % 100 == 0)
		return 365;
	return year % 4 == 0 ? 366 : 365;
}

/* Walks there from 1970, a year and a month at a time. */
static struct date walk_to(int64_t days)
{
	static const int common[] = {31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31};
	struct date d = {1970, 1, 1};

	while (days < 0)
		days += year_days(--d.year);
	while (days >= year_days(d.year))
		days -= year_days(d.year++);
	for (;;) {
		int length = common[d.month - 1];

		if (d.month == 2 && year_days(d.year) == 366)
			length = 29;
		if (days < length)
			break;
		days -= length;
		d.month++;
	}
	d.day = (int)days + 1;
	return d;
}

/* The same, each day walked to once. */
struct date date_of(int64_t days)
{
	static struct date known[30000];
	struct date *d;

	if (days < -1000 || days >= 29000)
		return walk_to(days);
	d = &known[days + 1000];
	if (!d->year)
		*d = walk_to(days);
	return *d;
}

/* 0 Monday to 6 Sunday; 1970-01-01 was a Thursday. */
static int weekday(int64_t day)
{
	return (int)(((day % 7) + 7 + 3) % 7);
}

void label(char *out, enum bks_bucket bucket, int64_t day)
{
	struct date d = date_of(day);

	if (bucket == BKS_BUCKET_DAY) {
		snprintf(out, 32, "%04d-%02d-%02d", d.year, d.month, d.day);
	} else if (bucket == BKS_BUCKET_YEAR) {
		snprintf(out, 32, "%04d", d.year);
	} else if (bucket == BKS_BUCKET_MONTH) {
		snprintf(out, 32, "%04d-%02d", d.year, d.month);
	} else {
		int64_t thursday = day - weekday(day) + 3, t = thursday;
		int week = 0;

		d = date_of(thursday);
		for (; date_of(t).year == d.year; t -= 7)
			week++;
		snprintf(out, 32, "%04d-W%02d", d.year, week);
	}
}
