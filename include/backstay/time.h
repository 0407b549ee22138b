/* time.h - instants, durations, sizes: how they are written and read */
#pragma once
#include "arena.h"
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* Microseconds since 1970-01-01 00:00 UTC, or BKS_TIME_NONE where nothing is known. */
typedef int64_t bks_time;
#define BKS_TIME_NONE INT64_MIN
#define BKS_SECOND ((int64_t)1000000)
#define BKS_MINUTE (60 * BKS_SECOND)
#define BKS_HOUR (60 * BKS_MINUTE)
#define BKS_DAY (24 * BKS_HOUR)

enum { BKS_TIME_TEXT = 40, BKS_DURATION_TEXT = 40, BKS_SIZE_TEXT = 32 };

/* RFC 3339 in UTC with whole seconds, or with six digits where T has a fraction ("2026-11-01T02:00:00Z").
 * BUF has BKS_TIME_TEXT bytes and is returned; BKS_TIME_NONE gives "-". Years 0001 to 9999. */
BKS_API const char *bks_time_text(char *buf, bks_time t);

/*
 * Reads a time: RFC 3339 (with Z or an offset), "2026-11-22 02:47[:05]" or "2026-11-22" (in the IANA zone ZONE, NULL is
 * UTC; an ambiguous local time is the earlier instant, one that does not exist moves forward), "now", "today",
 * "yesterday" (midnight in ZONE), or an age such as "7d" before NOW.
 * 0, or BKS_E_USAGE with a text that names TEXT and shows the accepted forms.
 */
BKS_API int bks_time_parse(
	bks_time *out, const char *text, const char *zone, bks_time now, bks_error *err);

/* Reads "90s 15m 24h 7d 6w 12mo 1y", one unit, no sign, fractions refused. mo is 30 days and y 365 days here; calendar
 * windows of retention count civil months instead. "0s" is allowed. 0 or BKS_E_USAGE (a number without a unit is one). */
BKS_API int bks_duration_parse(int64_t *out, const char *text, bks_error *err);
/* The largest one or two units that tell it: "26h 30m", "7d", "45s". BUF has BKS_DURATION_TEXT bytes. */
BKS_API const char *bks_duration_text(char *buf, int64_t us);

/* Reads "10MiB 2GB 512B 1.5GiB" (B, kB/MB/GB/TB by 1000, KiB/MiB/GiB/TiB by 1024). 0 or BKS_E_USAGE. */
BKS_API int bks_size_parse(int64_t *out, const char *text, bks_error *err);
/* "12.3 MiB"; negative gives "-". BUF has BKS_SIZE_TEXT bytes. */
BKS_API const char *bks_size_text(char *buf, int64_t bytes);

/* Whether the machine knows the IANA zone NAME ("Europe/Berlin", "UTC"). */
BKS_API bool bks_zone_exists(const char *name);

/* The wall clock now. The one place where time enters; BACKSTAY_TEST_CLOCK (RFC 3339) sets it for tests. */
BKS_API bks_time bks_clock_now(void);
