/* The source blocks of the settings file: when a database is backed up, what its backups must
 * hold, which files are theirs. */
#include "base/settings_parts.h"
#include "base/text.h"
#include "base/vec.h"
#include <string.h>

const struct field settings_source_fields[] = {
	{"every", field_duration, offsetof(bks_source, every), 1, 0},
	{"slack", field_duration, offsetof(bks_source, slack), 0, 0},
	{"rpo", field_duration, offsetof(bks_source, rpo), 1, 0},
	{"rto", field_duration, offsetof(bks_source, rto), 1, 0},
	{"dump_zone", field_zone, offsetof(bks_source, dump_zone), 0, 0},
	{"level", field_level, offsetof(bks_source, level), 0, 0},
	{"policy", field_name, offsetof(bks_source, policy), 0, 0},
	{"database", field_name, offsetof(bks_source, database), 0, 0},
	{"max_shrink", field_percent, offsetof(bks_source, max_shrink_pct), 0, 0},
	{0},
};

/* The four last are the tiers. */
const char *const settings_source_lists[] = {
	"require", "match", "daily", "weekly", "monthly", "predeploy", NULL};

const struct field settings_table_fields[] = {
	{"min_rows", field_rows, offsetof(bks_requirement, min_rows), 0, 0},
	{"max_shrink", field_percent, offsetof(bks_requirement, max_shrink_pct), 0, 0},
	{0},
};

struct needs {
	VEC(bks_requirement) list;
	const struct settings_file *s;
};

/* R joins the list, unless its table is there already. */
static int add_need(struct needs *n, const bks_requirement *r, int line)
{
	for (size_t i = 0; i < n->list.n; i++)
		if (!strcmp(n->list.v[i].schema, r->schema) &&
			!strcmp(n->list.v[i].name, r->name))
			return settings_fail(n->s, line,
				"table %s.%s is required twice in this source",
				bks_shown(r->schema, n->s->arena),
				bks_shown(r->name, n->s->arena));
	*vec_add(&n->list, n->s->arena) = *r;
	return 0;
}

static int read_require(struct needs *n, const struct conf_key *k)
{
	int r = 0;

	for (size_t i = 0; k && i < k->count && !r; i++) {
		bks_requirement one;
		bks_error why = {0};

		if (bks_requirement_parse(&one, k->values[i], n->s->arena, &why))
			return settings_fail(n->s, k->line, "require: %s", why.text);
		r = add_need(n, &one, k->line);
	}
	return r;
}

static int read_table(struct needs *n, const struct conf_block *b)
{
	bks_requirement one;
	bks_error why = {0};
	int r;

	if (bks_requirement_parse(&one, b->title, n->s->arena, &why))
		return settings_fail(n->s, b->line, "table: %s", why.text);
	if (one.min_rows && conf_find(b, "min_rows"))
		return settings_fail(n->s, b->line,
			"table \"%s\" tells its rows twice: in its title and in min_rows",
			bks_shown(b->title, n->s->arena));
	r = settings_fill(&one, settings_table_fields, b, n->s);
	return r ? r : add_need(n, &one, b->line);
}

static int read_needs(
	bks_source *out, const struct conf_block *b, const struct settings_file *s)
{
	struct needs n = {.s = s};
	int r = read_require(&n, conf_find(b, "require"));

	for (size_t i = 0; i < b->block_count && !r; i++)
		r = read_table(&n, &b->blocks[i]);
	out->require = n.list.v;
	out->require_count = n.list.n;
	return r;
}

/* Nothing in a repo has a path that begins with a slash: such a glob could claim nothing. */
static int check_globs(const struct conf_key *k, const struct settings_file *s)
{
	for (size_t i = 0; i < k->count; i++)
		if (*k->values[i] == '/')
			return settings_fail(s, k->line,
				"%s: glob \"%s\": begins with '/'; it is held against the path "
				"inside the repo",
				k->key, bks_shown(k->values[i], s->arena));
	return 0;
}

static int read_globs(
	bks_source *out, const struct conf_block *b, const struct settings_file *s)
{
	VEC(bks_tier_glob) tiers = {0};

	for (const char *const *key = settings_source_lists + 1; *key; key++) {
		const struct conf_key *k = conf_find(b, *key);

		if (!k)
			continue;
		if (check_globs(k, s))
			return BKS_E_USAGE;
		if (!strcmp(*key, "match")) {
			out->match = k->values;
			out->match_count = k->count;
			continue;
		}
		for (size_t i = 0; i < k->count; i++)
			*vec_add(&tiers, s->arena) = (bks_tier_glob){*key, k->values[i]};
	}
	out->tier_globs = tiers.v;
	out->tier_glob_count = tiers.n;
	return 0;
}

int settings_source(bks_source *out, const struct conf_block *b, const struct settings_file *s)
{
	int r = settings_check_title(b, s);

	*out = (bks_source){.name = b->title,
		.level = BKS_LEVEL_NONE,
		.declared = settings_where(s, b->line)};
	r = r ? r : settings_fill(out, settings_source_fields, b, s);
	r = r ? r : read_needs(out, b, s);
	return r ? r : read_globs(out, b, s);
}
