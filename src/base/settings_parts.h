/* base/settings_parts.h - the kinds of blocks of the settings file, each in a file of its own
 */
#pragma once
#include "base/settings_fields.h"

/* All end in a field without a key. */
extern const struct field settings_limit_fields[], settings_repo_fields[], settings_class_fields[],
	settings_source_fields[], settings_table_fields[], settings_policy_fields[],
	settings_tier_fields[], settings_task_fields[];
extern const char *const settings_source_lists[], *const settings_tier_lists[],
							  *const settings_tier_keys[];

/* The tiers that hold where nothing else is said, each with a short key of its own name. */
enum { SETTINGS_TIERS = 3 };
extern const bks_tier_rule settings_tier_defaults[SETTINGS_TIERS];

/* Each reads one block. 0 or BKS_E_USAGE with file and line. */
int settings_repo(bks_repo *out, const struct conf_block *b, const struct settings_file *s);
int settings_source(bks_source *out, const struct conf_block *b, const struct settings_file *s);
int settings_policy(bks_policy *out, const struct conf_block *b, const struct settings_file *s);
/* The tiers of a policy's block, over those that hold without it. */
int settings_tiers(
	bks_policy *out, const struct conf_block *policy, const struct settings_file *s);
int settings_task(bks_task_rule *out, const struct conf_block *b, const struct settings_file *s);
