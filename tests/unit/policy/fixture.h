/* fixture.h - short ways to write a catalog down, for the tests of policy */
#pragma once
#include "base/zone.h"
#include "policy/policy.h"
#include "unit.h"

static inline bks_time at(int year, int month, int day, int hour, int minute)
{
	bks_civil c = {year, month, day, hour, minute, 0, ""};

	return zone_instant(&c, NULL);
}

/* Room for the tiers of one policy; set by tiers_say. */
enum { TIERS_MOST = 8 };
static bks_tier_rule fixture_tiers[TIERS_MOST];

/* The three of the short keys; 0 is off. */
static inline void tiers_say(bks_policy *p, int days, int weeks_days, int months)
{
	fixture_tiers[0] = (bks_tier_rule){.name = "daily",
		.bucket = BKS_BUCKET_DAY,
		.days = days,
		.level = BKS_LEVEL_NONE};
	fixture_tiers[1] = (bks_tier_rule){.name = "weekly",
		.bucket = BKS_BUCKET_WEEK,
		.days = weeks_days,
		.level = BKS_LEVEL_NONE};
	fixture_tiers[2] = (bks_tier_rule){.name = "monthly",
		.bucket = BKS_BUCKET_MONTH,
		.months = months,
		.level = BKS_LEVEL_NONE};
	p->tiers = fixture_tiers;
	p->tier_count = 3;
}

static inline bks_policy policy_usual(void)
{
	bks_policy p = {.name = "default",
		.level = BKS_WHOLE,
		.floor = 2,
		.failed_keep = 7 * BKS_DAY,
		.grace = 7 * BKS_DAY};

	tiers_say(&p, 7, 30, 12);
	return p;
}

/* A sound, full, confirmed logical dump. */
static inline struct keep_backup sound(int64_t id, bks_time point)
{
	return (struct keep_backup){.id = id,
		.point = point,
		.point_from = BKS_TAKEN_ARTIFACT,
		.point_confirmed = true,
		.source_confirmed = true,
		.verdict = BKS_SOUND,
		.levels = {[BKS_PRESENT] = BKS_RESULT_PASS, [BKS_WHOLE] = BKS_RESULT_PASS},
		.recognised = true,
		.content = BKS_CONTENT_FULL,
		.bad_since = BKS_TIME_NONE,
		.registered = point == BKS_TIME_NONE ? 0 : point,
		.good_copies = 1,
		.size = 1000};
}

static inline struct keep_backup unproven(int64_t id, bks_time point)
{
	struct keep_backup b = sound(id, point);

	b.verdict = BKS_UNPROVEN;
	b.levels[BKS_WHOLE] = BKS_RESULT_UNPROVABLE;
	return b;
}

static inline struct keep_backup damaged(int64_t id, bks_time point, bks_time since)
{
	struct keep_backup b = sound(id, point);

	b.verdict = BKS_DAMAGED;
	b.levels[BKS_WHOLE] = BKS_RESULT_FAIL;
	b.bad_since = since;
	return b;
}

static inline struct keep_backup holding(int64_t id, bks_time point, enum bks_content content)
{
	struct keep_backup b = sound(id, point);

	b.content = content;
	return b;
}
