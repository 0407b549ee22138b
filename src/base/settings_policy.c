/* The policy blocks of the settings file, and what holds without one. */
#include "base/settings_parts.h"
#include <string.h>

/* The short keys of the tiers are read with their blocks, in settings_tier.c. */
const struct field settings_policy_fields[] = {
	{"switched_on", field_flag, offsetof(bks_policy, switched_on), 0, 0},
	{"zone", field_zone, offsetof(bks_policy, zone), 0, 0},
	{"day_start", field_duration, offsetof(bks_policy, day_start), 0, BKS_DAY - BKS_SECOND},
	{"level", field_level, offsetof(bks_policy, level), 0, 0},
	{"floor", field_count, offsetof(bks_policy, floor), BKS_FLOOR_LEAST, 1000000},
	{"failed_keep", field_duration, offsetof(bks_policy, failed_keep), 0, 0},
	{"grace", field_duration, offsetof(bks_policy, grace), 0, 0},
	{"pitr_window", field_duration, offsetof(bks_policy, pitr_window), 0, 0},
	{"quota", field_size, offsetof(bks_policy, quota), 1, 0},
	{"max_delete", field_count, offsetof(bks_policy, brake_count), 0, 1000000},
	{"max_delete_percent", field_percent, offsetof(bks_policy, brake_count_pct), 0, 0},
	{"max_delete_bytes_percent", field_percent, offsetof(bks_policy, brake_bytes_pct), 0,
		0},
	{0},
};

void bks_policy_defaults(bks_policy *out)
{
	*out = (bks_policy){
		.name = "default",
		.tiers = settings_tier_defaults,
		.tier_count = SETTINGS_TIERS,
		.level = BKS_WHOLE,
		.floor = BKS_FLOOR_LEAST,
		.failed_keep = 7 * BKS_DAY,
		.grace = 7 * BKS_DAY,
		.brake_count = 10,
		.brake_count_pct = 20,
		.brake_bytes_pct = 25,
	};
}

int settings_policy(bks_policy *out, const struct conf_block *b, const struct settings_file *s)
{
	int r = settings_check_title(b, s);

	bks_policy_defaults(out);
	out->name = b->title;
	out->where = settings_where(s, b->line);
	r = r ? r : settings_fill(out, settings_policy_fields, b, s);
	return r ? r : settings_tiers(out, b, s);
}

const bks_policy *bks_policy_find(const bks_settings *s, const char *name)
{
	for (size_t i = 0; i < s->policy_count; i++)
		if (!strcmp(s->policies[i].name, name ? name : "default"))
			return &s->policies[i];
	return NULL;
}
