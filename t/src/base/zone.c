/* Civil time. UTC is arithmetic; any other zone is asked of the C library, which knows one zone
 * at a time: TZ is set for the question and put back after it. What it said is kept a UTC day
 * at a time, because planning asks for the same days again and again and each question reads
 * the zone's file. */
#include "base/zone.h"
#include <stdlib.h>
#include <string.h>
#include <time.h>

enum { DAY_SECONDS = 86400, DAYS_KEPT = 4096, UNIX_EPOCH = 719162 /* days after 0001-01-01 */ };

struct offset {
	int64_t seconds; /* east of UTC */
	char name[16];
};

/* One UTC day of the zone in `kept`: `first` holds up to the second `change`, `last` from it
 * on. No zone has changed twice within one. */
struct day {
	bool known;
	int64_t day, change;
	struct offset first, last;
};

static struct {
	char zone[64];
	struct day days[DAYS_KEPT];
} kept;

static int64_t floor_div(int64_t a, int64_t b)
{
	return a / b - (a % b < 0);
}

static bool is_leap(int64_t year)
{
	return (year % 4 == 0 && year % 100 != 0) || year % 400 == 0;
}

static int month_length(int64_t year, int month)
{
	static const int lengths[] = {31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31};

	return lengths[month - 1] + (month == 2 && is_leap(year));
}

/* Days from 0001-01-01 to the first day of YEAR. */
static int64_t days_before_year(int64_t year)
{
	int64_t y = year - 1;

	return 365 * y + floor_div(y, 4) - floor_div(y, 100) + floor_div(y, 400);
}

int64_t days_from_date(int year, int month, int day)
{
	int64_t y = year + floor_div((int64_t)month - 1, 12);
	int m = (int)((int64_t)month - 1 - floor_div((int64_t)month - 1, 12) * 12) + 1;
	int64_t days = days_before_year(y) - UNIX_EPOCH + day - 1;

	for (int k = 1; k < m; k++)
		days += month_length(y, k);
	return days;
}

void date_from_days(int *year, int *month, int *day, int64_t days)
{
	int64_t n = days + UNIX_EPOCH, cycle = floor_div(n, 146097);
	int64_t y = cycle * 400 + (n - cycle * 146097) / 366 + 1;
	int64_t left;
	int m = 1;

	while (days_before_year(y + 1) <= n)
		y++;
	left = n - days_before_year(y);
	for (; left >= month_length(y, m); m++)
		left -= month_length(y, m);
	*year = (int)y;
	*month = m;
	*day = (int)left + 1;
}

void iso_week(int *year, int *week, int64_t days)
{
	/* The week belongs to the year of its Thursday; 1970-01-01 was one. */
	int64_t thursday = floor_div(days + 3, 7) * 7;
	int month, day;

	date_from_days(year, &month, &day, thursday);
	*week = (int)((thursday - days_from_date(*year, 1, 1)) / 7) + 1;
}

static bool is_utc(const char *zone)
{
	return !zone || !*zone || !strcmp(zone, "UTC") || !strcmp(zone, "Etc/UTC");
}

/* Sets TZ to ZONE, or takes it away for NULL. */
static void zone_set(const char *zone)
{
	if (zone ? setenv("TZ", zone, 1) : unsetenv("TZ"))
		abort(); /* memory for a few bytes */
	tzset();
}

/* What the library says at SECOND, in the zone that is set. */
static struct offset ask(int64_t second)
{
	time_t t = (time_t)second;
	struct tm tm = {0};
	struct offset o = {0};

	if (!localtime_r(&t, &tm))
		return o;
	o.seconds = tm.tm_gmtoff;
	if (tm.tm_zone)
		memcpy(o.name, tm.tm_zone, strnlen(tm.tm_zone, sizeof o.name - 1));
	return o;
}

static bool same(const struct offset *a, const struct offset *b)
{
	return a->seconds == b->seconds && !strcmp(a->name, b->name);
}

/* Fills D with DAY of the zone that is set. */
static void ask_day(struct day *d, int64_t day)
{
	int64_t low = day * DAY_SECONDS, high = low + DAY_SECONDS - 1;

	*d = (struct day){.known = true, .day = day, .first = ask(low), .last = ask(high)};
	while (low < high) {
		int64_t middle = low + (high - low) / 2;
		struct offset o = ask(middle);

		if (same(&o, &d->last))
			high = middle;
		else
			low = middle + 1;
	}
	d->change = high;
}

static void ask_zone(struct day *d, int64_t day, const char *zone)
{
	const char *tz = getenv("TZ");
	char *before = tz ? strdup(tz) : NULL;

	if (tz && !before)
		abort();
	zone_set(zone);
	ask_day(d, day);
	zone_set(before);
	free(before);
}

/* The place of DAY among the days kept of ZONE, which may hold another day. */
static struct day *kept_day(int64_t day, const char *zone)
{
	static struct day spare; /* for a name that is too long to keep */
	size_t n = strlen(zone) + 1;

	spare.known = false;
	if (n > sizeof kept.zone)
		return &spare;
	if (strcmp(kept.zone, zone)) {
		memset(&kept, 0, sizeof kept);
		memcpy(kept.zone, zone, n);
	}
	return &kept.days[(uint64_t)day % DAYS_KEPT];
}

static struct offset offset_at(int64_t second, const char *zone)
{
	int64_t day = floor_div(second, DAY_SECONDS);
	struct day *d;

	if (is_utc(zone))
		return (struct offset){.name = "UTC"};
	d = kept_day(day, zone);
	if (!d->known || d->day != day)
		ask_zone(d, day, zone);
	return second < d->change ? d->first : d->last;
}

bks_civil zone_civil(bks_time t, const char *zone)
{
	int64_t second = floor_div(t, BKS_SECOND), days, rest;
	struct offset o;
	bks_civil c = {0};

	if (t == BKS_TIME_NONE)
		return c;
	o = offset_at(second, zone);
	days = floor_div(second + o.seconds, DAY_SECONDS);
	rest = second + o.seconds - days * DAY_SECONDS;
	date_from_days(&c.year, &c.month, &c.day, days);
	c.hour = (int)(rest / 3600);
	c.minute = (int)(rest / 60 % 60);
	c.second = (int)(rest % 60);
	memcpy(c.zone, o.name, sizeof c.zone);
	return c;
}

bks_time zone_instant(const bks_civil *c, const char *zone)
{
	int64_t local = days_from_date(c->year, c->month, c->day) * DAY_SECONDS +
			(int64_t)c->hour * 3600 + (int64_t)c->minute * 60 + c->second;
	int64_t before, after, early, late;
	bool early_holds, late_holds;

	if (is_utc(zone))
		return local * BKS_SECOND;
	/* Offsets stay within a day of UTC: whatever change there is near LOCAL lies between
	 * these two. */
	before = offset_at(local - DAY_SECONDS, zone).seconds;
	after = offset_at(local + DAY_SECONDS, zone).seconds;
	early = local - (before > after ? before : after);
	late = local - (before > after ? after : before);
	early_holds = local - early == offset_at(early, zone).seconds;
	late_holds = local - late == offset_at(late, zone).seconds;
	/* Neither: the clocks jumped over it, and the offset from before the jump carries it
	 * forward. */
	return (early_holds ? early : late_holds ? late : local - before) * BKS_SECOND;
}
