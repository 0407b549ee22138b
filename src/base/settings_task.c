/* The task blocks of the settings file: what comes round by the calendar, beside or instead of
 * the defaults. */
#include "base/settings_parts.h"

/* A rhythm longer than this is no rhythm. */
enum { EVERY_MOST_DAYS = 36500 };

const struct field settings_task_fields[] = {
	{"every", field_duration, offsetof(bks_task_rule, every), 0, EVERY_MOST_DAYS *BKS_DAY},
	{"owner", field_name, offsetof(bks_task_rule, owner), 0, 0},
	{"text", field_name, offsetof(bks_task_rule, text), 0, 0},
	{"off", field_flag, offsetof(bks_task_rule, off), 0, 0},
	{0},
};

int settings_task(bks_task_rule *out, const struct conf_block *b, const struct settings_file *s)
{
	int r = settings_check_title(b, s);

	*out = (bks_task_rule){
		.name = b->title, .every = -1, .declared = settings_where(s, b->line)};
	return r ? r : settings_fill(out, settings_task_fields, b, s);
}
