/* The settings file as a whole: its blocks, what they say of each other, and what holds without
 * any file. The blocks themselves are read in settings_*.c, their values in settings_fields.c.
 */
#include "backstay/settings.h"
#include "base/bytes.h"
#include "base/digest.h"
#include "base/settings_file.h"
#include "base/settings_parts.h"
#include "base/text.h"
#include "base/vec.h"
#include "base/workers.h"
#include <string.h>

static const struct field top_fields[] = {
	{"catalog", field_path, offsetof(bks_settings, catalog), 0, 0},
	{"currency", field_name, offsetof(bks_settings, currency), 0, 0},
	{"rescue", field_flag, offsetof(bks_settings, rescue), 0, 0},
	{0},
};
static const char *const top_lists[] = {"contacts", NULL};

struct scenario {
	int64_t rto;
};
static const struct field scenario_fields[] = {
	{"rto", field_duration, offsetof(struct scenario, rto), 1, 0},
	{0},
};
static const char *const scenario_words[] = {
#define X(name, word, hours) word,
	BKS_SCENARIOS(X) NULL
#undef X
};

static const int scenario_hours[] = {
#define X(name, word, hours) hours,
	BKS_SCENARIOS(X)
#undef X
};

const char *bks_scenario_name(enum bks_scenario s)
{
	return (unsigned)s < BKS_SCENARIO_COUNT ? scenario_words[s] : "?";
}

const struct field settings_limit_fields[] = {
	{"settle", field_duration, offsetof(bks_settings, settle), 0, 0},
	{"max_memory", field_size, offsetof(bks_settings, max_memory), 1 << 20, 0},
	{"jobs", field_count, offsetof(bks_settings, jobs), 1, WORKERS_MAX},
	{"ballast", field_size, offsetof(bks_settings, ballast), 0, 0},
	{0},
};

static const char *const *keys_of(
	const struct field *fields, const char *const *more, bks_arena *a)
{
	VEC(const char *) keys = {0};

	for (; more && *more; more++)
		*vec_add(&keys, a) = *more;
	for (const struct field *f = fields; f->key; f++)
		*vec_add(&keys, a) = f->key;
	*vec_add(&keys, a) = NULL;
	return keys.v;
}

/* The grammar, from the tables of fields. */
static const struct conf_kind *grammar(bks_arena *a)
{
	struct conf_kind *top = arena_one(a, struct conf_kind),
			 *blocks = arena_take(a, 7 * sizeof *blocks),
			 *tables = arena_take(a, 2 * sizeof *tables),
			 *tiers = arena_take(a, 2 * sizeof *tiers),
			 *classes = arena_take(a, 2 * sizeof *classes);

	tables[0] = (struct conf_kind){.kind = "table",
		.titled = true,
		.keys = keys_of(settings_table_fields, NULL, a)};
	tiers[0] = (struct conf_kind){.kind = "tier",
		.titled = true,
		.keys = keys_of(settings_tier_fields, NULL, a),
		.lists = settings_tier_lists};
	classes[0] = (struct conf_kind){.kind = "class",
		.titled = true,
		.keys = keys_of(settings_class_fields, NULL, a)};
	blocks[0] = (struct conf_kind){
		.kind = "limits", .keys = keys_of(settings_limit_fields, NULL, a)};
	blocks[1] = (struct conf_kind){.kind = "repo",
		.titled = true,
		.keys = keys_of(settings_repo_fields, NULL, a),
		.blocks = classes};
	blocks[2] = (struct conf_kind){.kind = "source",
		.titled = true,
		.keys = keys_of(settings_source_fields, NULL, a),
		.lists = settings_source_lists,
		.blocks = tables};
	blocks[3] = (struct conf_kind){.kind = "policy",
		.titled = true,
		.keys = keys_of(settings_policy_fields, settings_tier_keys, a),
		.blocks = tiers};
	blocks[4] = (struct conf_kind){
		.kind = "task", .titled = true, .keys = keys_of(settings_task_fields, NULL, a)};
	blocks[5] = (struct conf_kind){
		.kind = "scenario", .titled = true, .keys = keys_of(scenario_fields, NULL, a)};
	*top = (struct conf_kind){
		.keys = keys_of(top_fields, NULL, a), .lists = top_lists, .blocks = blocks};
	return top;
}

struct lists {
	VEC(bks_source) sources;
	VEC(bks_repo) repos;
	VEC(bks_policy) policies; /* the first is "default" */
	VEC(bks_task_rule) tasks;
};

static int read_policy(
	struct lists *l, const struct conf_block *b, const struct settings_file *s)
{
	bks_policy p;
	int r = settings_policy(&p, b, s);

	if (r)
		return r;
	if (!strcmp(p.name, "default"))
		l->policies.v[0] = p;
	else
		*vec_add(&l->policies, s->arena) = p;
	return 0;
}

static int read_scenario(
	bks_settings *out, const struct conf_block *b, const struct settings_file *s)
{
	struct scenario v = {0};
	int r = settings_fill(&v, scenario_fields, b, s);

	for (int i = 0; !r && i < BKS_SCENARIO_COUNT; i++)
		if (!strcmp(b->title, scenario_words[i])) {
			if (v.rto)
				out->scenario_rto[i] = v.rto;
			return 0;
		}
	return r ? r
		 : settings_fail(s, b->line,
			   "\"%s\" is no scenario; wants corruption, table, database or region",
			   bks_shown(b->title, s->arena));
}

static int read_block(bks_settings *out, struct lists *l, const struct conf_block *b,
	const struct settings_file *s)
{
	if (!strcmp(b->kind, "limits"))
		return settings_fill(out, settings_limit_fields, b, s);
	if (!strcmp(b->kind, "repo"))
		return settings_repo(vec_add(&l->repos, s->arena), b, s);
	if (!strcmp(b->kind, "source"))
		return settings_source(vec_add(&l->sources, s->arena), b, s);
	if (!strcmp(b->kind, "task"))
		return settings_task(vec_add(&l->tasks, s->arena), b, s);
	if (!strcmp(b->kind, "scenario"))
		return read_scenario(out, b, s);
	return read_policy(l, b, s);
}

/* The policy that each source names must be there. */
static int check_policies(
	const bks_settings *out, const struct conf_block *top, const struct settings_file *s)
{
	for (size_t i = 0; i < top->block_count; i++) {
		const struct conf_block *b = &top->blocks[i];
		const struct conf_key *k =
			strcmp(b->kind, "source") ? NULL : conf_find(b, "policy");
		const char *words[2] = {NULL, NULL}, *meant = NULL;

		if (!k || bks_policy_find(out, k->values[0]))
			continue;
		for (size_t j = 0; j < out->policy_count && !meant; j++) {
			words[0] = out->policies[j].name;
			meant = bks_near_miss(k->values[0], words);
		}
		return settings_fail(s, k->line, "policy: there is no policy \"%s\"%s%s%s",
			bks_shown(k->values[0], s->arena), meant ? "; did you mean \"" : "",
			meant ? bks_shown(meant, s->arena) : "", meant ? "\"?" : "");
	}
	return 0;
}

static void take_lists(bks_settings *out, const struct lists *l)
{
	out->sources = l->sources.v;
	out->source_count = l->sources.n;
	out->repos = l->repos.v;
	out->repo_count = l->repos.n;
	out->policies = l->policies.v;
	out->policy_count = l->policies.n;
	out->tasks = l->tasks.v;
	out->task_count = l->tasks.n;
}

static int read_tree(bks_settings *out, struct lists *l, const struct conf_block *top,
	const struct settings_file *s)
{
	int r = settings_fill(out, top_fields, top, s);
	const struct conf_key *contacts = conf_find(top, "contacts");

	if (contacts) {
		out->contacts = contacts->values;
		out->contact_count = contacts->count;
	}
	for (size_t i = 0; i < top->block_count && !r; i++)
		r = read_block(out, l, &top->blocks[i], s);
	take_lists(out, l);
	return r ? r : check_policies(out, top, s);
}

const char *settings_digest(const bks_settings *s, bks_arena *a)
{
	uint8_t sha[32];

	if (!s->text)
		return NULL;
	digest_sha256(sha, s->text, s->text_size);
	return hex_write(arena_take(a, 2 * sizeof sha + 1), sha, sizeof sha);
}

static int read_file(bks_settings *out, struct lists *l, const char *path, bool named,
	bks_arena *a, bks_error *err)
{
	struct settings_file s = {.name = path, .arena = a, .err = err};
	const struct conf_block *top;
	const char *text;
	size_t n;
	int r = settings_file_read(&text, &n, path, a, err);

	if (r == 1 && named)
		return fail(err, BKS_E_USAGE, "settings file %s: there is no such file",
			bks_shown(path, a));
	if (r)
		return r == 1 ? 0 : r;
	out->file = arena_text(a, path);
	out->text = text;
	out->text_size = n;
	s.dir = settings_file_dir(path, a);
	r = conf_read(&top, path, text, n, grammar(a), a, err);
	return r ? r : read_tree(out, l, top, &s);
}

int bks_settings_read(const bks_settings **out, const char *path, bks_arena *a, bks_error *err)
{
	bks_settings *s = arena_one(a, bks_settings);
	struct lists l = {0};
	bool named;
	int r = 0;

	*s = (bks_settings){.settle = 15 * BKS_MINUTE,
		.max_memory = 64 << 20,
		.ballast = 16 << 20,
		.rescue = true};
	for (int i = 0; i < BKS_SCENARIO_COUNT; i++)
		s->scenario_rto[i] = scenario_hours[i] * BKS_HOUR;
	/* cppcheck-suppress unknownEvaluationOrder ; vec_add() has a comma operator: a sequence
	 * point */
	bks_policy_defaults(vec_add(&l.policies, a));
	take_lists(s, &l);
	path = settings_file_path(&named, path, a);
	if (path)
		r = read_file(s, &l, path, named, a, err);
	if (!r)
		*out = s;
	return r;
}
