/* base/rfc3339.h - the strict form of an instant (RFC 3339), and the pieces that looser forms
 * share with it */
#pragma once
#include "backstay/inspect.h"

/* "YYYY-MM-DD", a 'T' or a space, "HH:MM:SS", digits after a dot, then Z or an offset, and
 * nothing after it. Digits beyond microseconds are dropped; a leap second is the second after
 * it. false: something else, or outside years 1 to 9999. */
bool rfc3339_read(bks_time *out, const char *text);

/* "YYYY-MM-DD" at *P, which moves past it. false: none there, or a day that the calendar does
 * not have. */
bool rfc3339_date(bks_civil *out, const char **p);
/* "HH:MM" or "HH:MM:SS" (00:00 to 23:59:59, second 60 as well) at *P, which moves past it. */
bool rfc3339_clock(bks_civil *out, const char **p);

/* Whether the calendar has this day, in years 1 to 9999. */
bool date_exists(int year, int month, int day);
/* The instant of a civil reading in UTC, whose fields lie in their ranges. */
bks_time utc_instant(const bks_civil *c);
/* Whether T lies in the years 1 to 9999. */
bool time_in_range(bks_time t);
