/* policy/bucket.h - civil days, weeks, months and years of a policy, as numbers that ascend
 * with time
 */
#pragma once
#include "policy/policy.h"

enum { BUCKET_TEXT = 48 };

/* The civil day of T as days since 1970-01-01: the day D whose start (D's midnight and
 * day_start, in the policy's zone) is the last one at or before T. */
int64_t bucket_day(bks_time t, const bks_policy *p);

/* The bucket of DAY: the day itself, the Monday of its ISO week, its month counted from year 0,
 * or its year. */
int64_t bucket_key(enum bks_bucket b, int64_t day);
/* The first and last day of a bucket. */
void bucket_days(int64_t *first, int64_t *last, enum bks_bucket b, int64_t key);

/* The first day of T's window that ends at the day TODAY. false: the tier is off. Months are
 * whole ones, and of a tier of years the years are, too. */
bool bucket_window(int64_t *first, const bks_tier_rule *t, int64_t today);

/* "2026-11-01", "2026-W44", "2026-11", "2026"; BUF has BUCKET_TEXT bytes and is returned. */
const char *bucket_text(char *buf, enum bks_bucket b, int64_t key);
/* Reads exactly what bucket_text writes. */
bool bucket_read(int64_t *key, enum bks_bucket b, const char *text);
