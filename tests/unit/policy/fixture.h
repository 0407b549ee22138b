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

static inline bks_policy policy_usual(void)
{
	return (bks_policy){.name = "default",
		.daily_days = 7,
		.weekly_days = 30,
		.monthly_months = 12,
		.level = BKS_WHOLE,
		.floor = 2,
		.failed_keep = 7 * BKS_DAY,
		.grace = 7 * BKS_DAY};
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
