/* The repo blocks of the settings file, and what storage classes say in them. */
#include "base/settings_parts.h"
#include "base/text.h"
#include <string.h>

/* Yes and no, beside what is not said. */
static int read_style(void *at, const struct field *f, const char *text,
	const struct settings_file *s, bks_error *err)
{
	bool yes;
	int r = field_flag(&yes, f, text, s, err);

	if (!r)
		*(int *)at = yes ? 1 : 2;
	return r;
}

const struct field settings_repo_fields[] = {
	{"url", field_url, offsetof(bks_repo, url), 0, 0},
	{"read_only", field_flag, offsetof(bks_repo, read_only), 0, 0},
	{"cleaned_by_others", field_duration, offsetof(bks_repo, cleaned_by_others), 1, 0},
	{"domain", field_name, offsetof(bks_repo, domain), 0, 0},
	{"price_month", field_price, offsetof(bks_repo, price_month), 0, 0},
	{"min_duration", field_duration, offsetof(bks_repo, min_duration), 0, 0},
	{"retrieval_price", field_price, offsetof(bks_repo, retrieval_price), 0, 0},
	{"retrieval_delay", field_duration, offsetof(bks_repo, retrieval_delay), 0, 0},
	{"storage_class", field_name, offsetof(bks_repo, storage_class), 0, 0},
	{"endpoint", field_text, offsetof(bks_repo, endpoint), 0, 0},
	{"region", field_text, offsetof(bks_repo, region), 0, 0},
	{"path_style", read_style, offsetof(bks_repo, path_style), 0, 0},
	{"ca_file", field_path, offsetof(bks_repo, ca_file), 0, 0},
	{"profile", field_name, offsetof(bks_repo, profile), 0, 0},
	{"reaper_profile", field_name, offsetof(bks_repo, reaper_profile), 0, 0},
	{0},
};

const struct field settings_class_fields[] = {
	{"price_month", field_price, offsetof(bks_class, terms.price_month), 0, 0},
	{"min_duration", field_duration, offsetof(bks_class, terms.min_duration), 0, 0},
	{"retrieval_price", field_price, offsetof(bks_class, terms.retrieval_price), 0, 0},
	{"retrieval_delay", field_duration, offsetof(bks_class, terms.retrieval_delay), 0, 0},
	{0},
};

static const bks_class *class_of(const bks_repo *r, const char *name)
{
	for (size_t i = 0; name && i < r->class_count; i++)
		if (!strcmp(r->classes[i].name, name))
			return &r->classes[i];
	return NULL;
}

/* What a class leaves unsaid is -1 until it is taken from its repo; 0 is an answer. */
static int read_classes(
	bks_repo *out, const struct conf_block *b, const struct settings_file *s)
{
	bks_class *v = arena_take(s->arena, (b->block_count + 1) * sizeof *v);
	int r = 0;

	for (size_t i = 0; i < b->block_count && !r; i++) {
		v[i] = (bks_class){b->blocks[i].title, {-1, -1, -1, -1}};
		r = settings_check_title(&b->blocks[i], s);
		r = r ? r : settings_fill(&v[i], settings_class_fields, &b->blocks[i], s);
	}
	out->classes = v;
	out->class_count = b->block_count;
	return r;
}

/* Whoever tells of classes has to tell of the one that he lies in, or it was misspelt. */
static int check_class(
	const bks_repo *r, const struct conf_block *b, const struct settings_file *s)
{
	if (!r->storage_class || !r->class_count || class_of(r, r->storage_class))
		return 0;
	return settings_fail(s, conf_find(b, "storage_class")->line,
		"storage_class: there is no class \"%s\" in repo \"%s\"",
		bks_shown(r->storage_class, s->arena), bks_shown(b->title, s->arena));
}

static int check_bucket(
	const bks_repo *r, const struct conf_block *b, const struct settings_file *s)
{
	static const char *const keys[] = {
		"endpoint", "region", "path_style", "ca_file", "profile", "url"};
	bks_error why = {0};
	int line = b->line;

	if (!bks_repo_check(r, &why))
		return 0;
	for (size_t i = 0; i < sizeof keys / sizeof *keys && line == b->line; i++)
		if (!strncmp(why.text, keys[i], strlen(keys[i])) && conf_find(b, keys[i]))
			line = conf_find(b, keys[i])->line;
	return settings_fail(s, line, "%s", why.text);
}

int settings_repo(bks_repo *out, const struct conf_block *b, const struct settings_file *s)
{
	int r = settings_check_title(b, s);

	*out = (bks_repo){.name = b->title,
		.price_month = -1,
		.retrieval_price = -1,
		.declared = settings_where(s, b->line)};
	r = r ? r : settings_fill(out, settings_repo_fields, b, s);
	r = r ? r : read_classes(out, b, s);
	r = r ? r : check_class(out, b, s);
	if (!r && !out->url)
		return settings_fail(s, b->line,
			"repo \"%s\" has no url, such as \"file:///var/backups\"",
			bks_shown(b->title, s->arena));
	return r ? r : check_bucket(out, b, s);
}

static int64_t said_or(int64_t said, int64_t else_)
{
	return said < 0 ? else_ : said;
}

void bks_repo_terms(bks_terms *out, const bks_repo *r, const char *storage_class)
{
	const bks_class *c = class_of(r, storage_class ? storage_class : r->storage_class);

	*out = (bks_terms){
		r->price_month, r->min_duration, r->retrieval_price, r->retrieval_delay};
	if (!c)
		return;
	out->price_month = said_or(c->terms.price_month, out->price_month);
	out->min_duration = said_or(c->terms.min_duration, out->min_duration);
	out->retrieval_price = said_or(c->terms.retrieval_price, out->retrieval_price);
	out->retrieval_delay = said_or(c->terms.retrieval_delay, out->retrieval_delay);
}
