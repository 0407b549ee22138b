/* Where a point time comes from. The header inside is best; a name is a habit; an mtime changes with every copy. */
#include "work/moment.h"
#include "base/namestamp.h"
#include "base/text.h"
#include "base/zone.h"
#include "format/report.h"
#include <string.h>

enum { DISAGREES_SLACK_S = 300, DISAGREES_HOURS = 14, FUTURE_SLACK_MIN = 10 };

static bool says_utc(const bks_civil *c)
{
	return !strcmp(c->zone, "UTC") || !strcmp(c->zone, "GMT") || !strcmp(c->zone, "Z");
}

static bool read_civil(bks_inspection *i, const bks_civil *c, enum bks_taken_from from, const char *zone,
	bks_arena *a)
{
	if (!c->year)
		return false;
	if (says_utc(c))
		zone = "UTC";
	i->taken_at = zone_instant(c, zone);
	i->taken_from = from;
	i->taken_zone = arena_text(a, zone ? zone : "UTC");
	return true;
}

/* Off by whole hours is what a wrong zone looks like; the minutes over are how long the dump took. */
static int64_t hours_off(bks_time taken, bks_time mtime)
{
	int64_t apart = mtime - taken;
	int64_t hours = (apart + (apart < 0 ? -BKS_HOUR : BKS_HOUR) / 2) / BKS_HOUR;
	int64_t rest = apart - hours * BKS_HOUR;

	if (rest < 0)
		rest = -rest;
	if (rest > DISAGREES_SLACK_S * BKS_SECOND || hours > DISAGREES_HOURS || hours < -DISAGREES_HOURS)
		return 0;
	return hours;
}

static void judge(bks_inspection *i, bks_time mtime, bool zone_told, bks_time now, bks_arena *a)
{
	char t[BKS_TIME_TEXT];
	int64_t h = mtime == BKS_TIME_NONE || zone_told ? 0 : hours_off(i->taken_at, mtime);

	if (h)
		report_append(i, F_CLOCK_DISAGREES, NULL,
			arena_form(a, "taken at %s (read as %s), but the file was written %lld h %s: is the dump zone right?",
				bks_time_text(t, i->taken_at), i->taken_zone, (long long)(h < 0 ? -h : h),
				h < 0 ? "earlier" : "later"),
			a);
	if (i->taken_at > now + FUTURE_SLACK_MIN * BKS_MINUTE)
		report_append(i, F_FUTURE_DATED, NULL,
			arena_form(a, "taken at %s, which is still to come", bks_time_text(t, i->taken_at)), a);
}

void moment_find(bks_inspection *i, const char *name, bks_time mtime, const char *zone, bks_time now, bks_arena *a)
{
	struct namestamp in_name;

	if (read_civil(i, &i->started, BKS_TAKEN_ARTIFACT, zone, a)) {
		judge(i, mtime, says_utc(&i->started), now, a);
		return;
	}
	if (name && namestamp_read(&in_name, name) && read_civil(i, &in_name.civil, BKS_TAKEN_NAME, zone, a)) {
		judge(i, mtime, !in_name.has_time || says_utc(&in_name.civil), now, a);
		return;
	}
	if (mtime == BKS_TIME_NONE)
		return;
	i->taken_at = mtime - (mtime % BKS_SECOND + BKS_SECOND) % BKS_SECOND; /* nobody means its fraction */
	i->taken_from = BKS_TAKEN_MTIME;
	i->taken_zone = "UTC";
	judge(i, BKS_TIME_NONE, true, now, a);
}
