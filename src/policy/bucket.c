/* Civil days, ISO weeks and months in a policy's zone. Windows count days and months of the
 * calendar, never hours, so that a day of 23 or 25 hours neither adds nor drops a backup. */
#include "policy/bucket.h"
#include "base/zone.h"
#include <stdio.h>
#include <string.h>

static int64_t floor_div(int64_t a, int64_t b)
{
	return a / b - (a % b < 0);
}

static bks_time day_begins(int64_t day, const bks_policy *p)
{
	bks_civil c = {0};

	date_from_days(&c.year, &c.month, &c.day, day);
	c.second = (int)(p->day_start / BKS_SECOND);
	return zone_instant(&c, p->zone) + p->day_start % BKS_SECOND;
}

int64_t bucket_day(bks_time t, const bks_policy *p)
{
	bks_civil c = zone_civil(t, p->zone);
	int64_t day = days_from_date(c.year, c.month, c.day);

	/* A start of day that the clocks pass twice, or jump over, still begins just one day.
	 */
	while (day_begins(day, p) > t)
		day--;
	while (day_begins(day + 1, p) <= t)
		day++;
	return day;
}

static int64_t month_of(int64_t day)
{
	int y, m, d;

	date_from_days(&y, &m, &d, day);
	return (int64_t)y * 12 + m - 1;
}

static int64_t month_begins(int64_t month)
{
	int64_t year = floor_div(month, 12);

	return days_from_date((int)year, (int)(month - year * 12) + 1, 1);
}

static int64_t monday_of(int64_t day)
{
	return floor_div(day + 3, 7) * 7 - 3;
}

static int year_of(int64_t day)
{
	int y, m, d;

	date_from_days(&y, &m, &d, day);
	return y;
}

int64_t bucket_key(enum bks_bucket b, int64_t day)
{
	switch (b) {
	case BKS_BUCKET_WEEK:
		return monday_of(day);
	case BKS_BUCKET_MONTH:
		return month_of(day);
	case BKS_BUCKET_YEAR:
		return year_of(day);
	case BKS_BUCKET_DAY:
	case BKS_BUCKET_COUNT:
		break;
	}
	return day;
}

void bucket_days(int64_t *first, int64_t *last, enum bks_bucket b, int64_t key)
{
	*first = *last = key;
	if (b == BKS_BUCKET_WEEK) {
		*last = key + 6;
	} else if (b == BKS_BUCKET_MONTH) {
		*first = month_begins(key);
		*last = month_begins(key + 1) - 1;
	} else if (b == BKS_BUCKET_YEAR) {
		*first = month_begins(key * 12);
		*last = month_begins(key * 12 + 12) - 1;
	}
}

bool bucket_window(int64_t *first, const bks_tier_rule *t, int64_t today)
{
	int64_t months = t->months, last = month_of(today);

	if (t->days > 0) {
		*first = today - t->days + 1;
		return true;
	}
	if (t->bucket == BKS_BUCKET_YEAR) {
		months = (months + 11) / 12 * 12;
		last = ((int64_t)year_of(today) + 1) * 12 - 1;
	}
	*first = month_begins(last - months + 1);
	return months > 0;
}

const char *bucket_text(char *buf, enum bks_bucket b, int64_t key)
{
	int64_t day, last;
	int y, m, d, week;

	bucket_days(&day, &last, b, key);
	date_from_days(&y, &m, &d, day);
	if (b == BKS_BUCKET_WEEK) {
		iso_week(&y, &week, day);
		snprintf(buf, BUCKET_TEXT, "%04d-W%02d", y, week);
	} else if (b == BKS_BUCKET_MONTH) {
		snprintf(buf, BUCKET_TEXT, "%04d-%02d", y, m);
	} else if (b == BKS_BUCKET_YEAR) {
		snprintf(buf, BUCKET_TEXT, "%04d", y);
	} else {
		snprintf(buf, BUCKET_TEXT, "%04d-%02d-%02d", y, m, d);
	}
	return buf;
}

bool bucket_read(int64_t *key, enum bks_bucket b, const char *text)
{
	int y = 0, part = 1, d = 1, end = 0;
	char again[BUCKET_TEXT];

	if (b == BKS_BUCKET_WEEK)
		sscanf(text, "%4d-W%2d%n", &y, &part, &end);
	else if (b == BKS_BUCKET_MONTH)
		sscanf(text, "%4d-%2d%n", &y, &part, &end);
	else if (b == BKS_BUCKET_YEAR)
		sscanf(text, "%4d%n", &y, &end);
	else
		sscanf(text, "%4d-%2d-%2d%n", &y, &part, &d, &end);
	if (!end)
		return false;
	*key = b == BKS_BUCKET_WEEK
		       ? monday_of(days_from_date(y, 1, 4)) + ((int64_t)part - 1) * 7
		       : bucket_key(b, days_from_date(y, part, d));
	return !strcmp(bucket_text(again, b, *key), text);
}

const char *keep_bucket(enum bks_bucket b, bks_time t, const bks_policy *policy, bks_arena *a)
{
	char buf[BUCKET_TEXT];

	if (t == BKS_TIME_NONE)
		return NULL;
	return arena_text(a, bucket_text(buf, b, bucket_key(b, bucket_day(t, policy))));
}
