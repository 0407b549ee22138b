/* The repo blocks of the settings file. */
#include "base/text.h"
#include "base/settings_parts.h"

const struct field settings_repo_fields[] = {
	{"url", field_url, offsetof(bks_repo, url), 0, 0},
	{"read_only", field_flag, offsetof(bks_repo, read_only), 0, 0},
	{"cleaned_by_others", field_duration, offsetof(bks_repo, cleaned_by_others), 1, 0},
	{"domain", field_name, offsetof(bks_repo, domain), 0, 0},
	{"price_month", field_price, offsetof(bks_repo, price_month), 0, 0},
	{0},
};

int settings_repo(bks_repo *out, const struct conf_block *b, const struct settings_file *s)
{
	int r = settings_check_title(b, s);

	*out = (bks_repo){
		.name = b->title, .price_month = -1, .declared = settings_where(s, b->line)};
	r = r ? r : settings_fill(out, settings_repo_fields, b, s);
	if (!r && !out->url)
		return settings_fail(s, b->line,
			"repo \"%s\" has no url, such as \"file:///var/backups\"",
			bks_shown(b->title, s->arena));
	return r;
}
