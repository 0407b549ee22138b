/* How an instant is written. */
#include "backstay/time.h"
#include "base/rfc3339.h"
#include <stdio.h>
#include <string.h>
#include <time.h>

const char *bks_time_text(char *buf, bks_time t)
{
	int64_t us = (t % BKS_SECOND + BKS_SECOND) % BKS_SECOND;
	time_t seconds;
	struct tm tm;
	int n;

	if (!time_in_range(t))
		return memcpy(buf, "-", 2);
	seconds = (time_t)((t - us) / BKS_SECOND);
	gmtime_r(&seconds, &tm);
	n = snprintf(buf, BKS_TIME_TEXT, "%04d-%02d-%02dT%02d:%02d:%02d", tm.tm_year + 1900,
		tm.tm_mon + 1, tm.tm_mday, tm.tm_hour, tm.tm_min, tm.tm_sec);
	if (us)
		n += snprintf(buf + n, (size_t)(BKS_TIME_TEXT - n), ".%06d", (int)us);
	snprintf(buf + n, (size_t)(BKS_TIME_TEXT - n), "Z");
	return buf;
}
