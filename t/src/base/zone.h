/*
 * base/zone.h - civil time in IANA zones, by the C library's own tables; pure but for reading those
 *
 * The C library knows one zone at a time (TZ), so these calls are for one thread only: the one that decides.
 */
#pragma once
#include "backstay/inspect.h"

/* T in ZONE (NULL is UTC), with the zone's abbreviation at that time. ZONE must exist. */
bks_civil zone_civil(bks_time t, const char *zone);
/* The instant of a civil reading; fields may lie outside their range (day 0, month 13) and are carried. An ambiguous local
 * time is the earlier instant; one that does not exist moves forward by the gap. */
bks_time zone_instant(const bks_civil *c, const char *zone);

/* Days since 1970-01-01 of a proleptic Gregorian date, and back. */
int64_t days_from_date(int year, int month, int day);
void date_from_days(int *year, int *month, int *day, int64_t days);
/* ISO 8601 week of a day number: its year and week 1..53. */
void iso_week(int *year, int *week, int64_t days);
