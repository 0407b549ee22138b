/* The tiers of a policy: by the short keys daily, weekly and monthly, or by blocks of any name
 * that tell bucket, length, level and the places where they live. What neither says of the
 * usual three is as without the file. */
#include "base/settings_parts.h"
#include "base/text.h"
#include "base/vec.h"
#include <string.h>

const bks_tier_rule settings_tier_defaults[SETTINGS_TIERS] = {
	{.name = "daily", .bucket = BKS_BUCKET_DAY, .days = 7, .level = BKS_LEVEL_NONE},
	{.name = "weekly", .bucket = BKS_BUCKET_WEEK, .days = 30, .level = BKS_LEVEL_NONE},
	{.name = "monthly", .bucket = BKS_BUCKET_MONTH, .months = 12, .level = BKS_LEVEL_NONE},
};

const char *const settings_tier_keys[] = {"daily", "weekly", "monthly", NULL};
const char *const settings_tier_lists[] = {"repos", "classes", NULL};

static const char *const bucket_words[] = {
#define X(name, word) word,
	BKS_BUCKETS(X)
#undef X
};

const char *bks_bucket_name(enum bks_bucket b)
{
	return (unsigned)b < BKS_BUCKET_COUNT ? bucket_words[b] : "?";
}

static int read_bucket(void *at, const struct field *f, const char *text,
	const struct settings_file *s, bks_error *err)
{
	(void)f, (void)s;
	for (int i = 0; i < BKS_BUCKET_COUNT; i++)
		if (!strcmp(text, bucket_words[i])) {
			*(enum bks_bucket *)at = (enum bks_bucket)i;
			return 0;
		}
	return fail(err, BKS_E_USAGE, "\"%s\" is no bucket; wants day, week, month or year",
		bks_shown(text, s->arena));
}

/* In days and weeks or in months and years, whatever the bucket. */
static int read_length(void *at, const struct field *f, const char *text,
	const struct settings_file *s, bks_error *err)
{
	bks_tier_rule *t = (bks_tier_rule *)((char *)at - offsetof(bks_tier_rule, days));
	size_t n = strlen(text);
	bool months = n && (text[n - 1] == 'y' || (n > 1 && !strcmp(text + n - 2, "mo")));

	t->days = t->months = 0;
	return months ? field_months(&t->months, f, text, s, err)
		      : field_days(&t->days, f, text, s, err);
}

const struct field settings_tier_fields[] = {
	{"bucket", read_bucket, offsetof(bks_tier_rule, bucket), 0, 0},
	{"length", read_length, offsetof(bks_tier_rule, days), 0, 0},
	{"level", field_level, offsetof(bks_tier_rule, level), 0, 0},
	{0},
};

typedef VEC(bks_tier_rule) tier_list;

static bks_tier_rule *find(tier_list *l, const char *name)
{
	for (size_t i = 0; i < l->n; i++)
		if (!strcmp(l->v[i].name, name))
			return &l->v[i];
	return NULL;
}

/* Reasons begin with the name of the tier that gave them: it must be a word, and none that says
 * something else. */
static const char *name_fault(const char *name)
{
	static const char *const taken[] = {"auto", "predeploy", "hold", "future-dated",
		"anchor", "floor", "newest", "no-policy", "proven-bad", "expired", "elsewhere",
		"quota", "chain", "chain-broken", "wal", "unproven", "not-judged",
		"time-unconfirmed", "source-unconfirmed", "last-copy", "tier-not-there"};

	for (size_t i = 0; i < sizeof taken / sizeof *taken; i++)
		if (!strcmp(name, taken[i]))
			return "is a word that retention uses itself";
	if (!((*name >= 'a' && *name <= 'z') || (*name >= 'A' && *name <= 'Z')))
		return "must begin with a letter";
	if (strlen(name) > 32)
		return "is longer than 32 letters";
	for (const char *p = name; *p; p++)
		if (!((*p >= 'a' && *p <= 'z') || (*p >= 'A' && *p <= 'Z') ||
			    (*p >= '0' && *p <= '9') || *p == '-' || *p == '_'))
			return "is no word: letters, digits, - and _";
	return NULL;
}

static void take_list(
	const char *const **v, size_t *n, const struct conf_block *b, const char *key)
{
	const struct conf_key *k = conf_find(b, key);

	if (!k)
		return;
	*v = k->values;
	*n = k->count;
}

static int read_block(tier_list *l, const struct conf_block *b, const struct conf_block *policy,
	const struct settings_file *s)
{
	bks_tier_rule *t = find(l, b->title);
	const char *fault = name_fault(b->title), *shown = bks_shown(b->title, s->arena);
	int r;

	if (fault)
		return settings_fail(s, b->line, "tier \"%s\" %s", shown, fault);
	if (conf_find(policy, b->title))
		return settings_fail(s, b->line,
			"tier \"%s\" is told twice: by this block and by %s in line %d", shown,
			shown, conf_find(policy, b->title)->line);
	if (!t && (!conf_find(b, "bucket") || !conf_find(b, "length")))
		return settings_fail(s, b->line,
			"tier \"%s\" wants a bucket and a length, such as "
			"bucket = month and length = 24mo",
			shown);
	if (!t) {
		t = vec_add(l, s->arena);
		*t = (bks_tier_rule){.name = b->title, .level = BKS_LEVEL_NONE};
	}
	r = settings_fill(t, settings_tier_fields, b, s);
	take_list(&t->repos, &t->repo_count, b, "repos");
	take_list(&t->classes, &t->class_count, b, "classes");
	return r;
}

static int read_short(
	tier_list *l, const struct conf_block *policy, const struct settings_file *s)
{
	for (const char *const *key = settings_tier_keys; *key; key++) {
		const struct conf_key *k = conf_find(policy, *key);
		bks_tier_rule *t = find(l, *key);
		bks_error why = {0};
		int r = 0;

		if (k && t->bucket == BKS_BUCKET_MONTH)
			r = field_months(&t->months, NULL, k->values[0], s, &why);
		else if (k)
			r = field_days(&t->days, NULL, k->values[0], s, &why);
		if (r)
			return settings_fail(s, k->line, "%s: %s", *key, why.text);
	}
	return 0;
}

int settings_tiers(
	bks_policy *out, const struct conf_block *policy, const struct settings_file *s)
{
	tier_list l = {0};
	int r;

	for (int i = 0; i < SETTINGS_TIERS; i++)
		*vec_add(&l, s->arena) = settings_tier_defaults[i];
	r = read_short(&l, policy, s);
	for (size_t i = 0; i < policy->block_count && !r; i++)
		r = read_block(&l, &policy->blocks[i], policy, s);
	out->tiers = l.v;
	out->tier_count = l.n;
	return r;
}

const bks_tier_rule *bks_policy_tier(const bks_policy *p, const char *name)
{
	for (size_t i = 0; i < p->tier_count; i++)
		if (!strcmp(p->tiers[i].name, name))
			return &p->tiers[i];
	return NULL;
}
