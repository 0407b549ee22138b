/* source.c - what is known of a source, told */
#include "source.h"
#include "out.h"

static void put_limit(bks_json *o, const char *key, int64_t us)
{
	bks_json_put_seconds(o, key, us > 0 ? us : -1);
}

bks_json *requirement_json(const bks_requirement *q)
{
	bks_json *o = bks_json_object();
	bks_json_put_name(o, "schema", q->schema);
	bks_json_put_name(o, "name", q->name);
	bks_json_put_int(o, "min_rows", q->min_rows);
	if (q->max_shrink_pct)
		bks_json_put_int(o, "max_shrink_percent", q->max_shrink_pct);
	else
		bks_json_put(o, "max_shrink_percent", NULL);
	return o;
}

bks_json *source_json(const bks_source *s)
{
	bks_json *o = bks_json_object(), *require = bks_json_list(), *match = bks_json_list(),
		 *globs = bks_json_list();
	for (size_t i = 0; i < s->require_count; i++)
		bks_json_add(require, requirement_json(&s->require[i]));
	for (size_t i = 0; i < s->match_count; i++)
		bks_json_add_name(match, s->match[i]);
	for (size_t i = 0; i < s->tier_glob_count; i++) {
		bks_json *g = bks_json_object();
		bks_json_put_text(g, "tier", s->tier_globs[i].tier);
		bks_json_put_name(g, "glob", s->tier_globs[i].glob);
		bks_json_add(globs, g);
	}
	bks_json_put_name(o, "name", s->name);
	put_limit(o, "every_seconds", s->every);
	put_limit(o, "slack_seconds", s->slack);
	put_limit(o, "rpo_seconds", s->rpo);
	put_limit(o, "rto_seconds", s->rto);
	bks_json_put_text(o, "dump_zone", s->dump_zone);
	bks_json_put_text(
		o, "level", s->level == BKS_LEVEL_NONE ? NULL : bks_level_name(s->level));
	bks_json_put_text(o, "policy", s->policy);
	bks_json_put_name(o, "database", s->database);
	bks_json_put_size(o, "max_shrink_percent", s->max_shrink_pct ? s->max_shrink_pct : -1);
	bks_json_put(o, "require", require);
	bks_json_put(o, "match", match);
	bks_json_put(o, "tiers", globs);
	bks_json_put_bool(o, "guessed", s->guessed);
	bks_json_put_text(o, "declared", s->declared);
	return o;
}

const char *requirement_shown(const struct call *c, const bks_requirement *q)
{
	const char *name = said("%s.%s", shown(c, q->schema), shown(c, q->name));
	if (q->min_rows)
		name = said("%s:%lld", name, (long long)q->min_rows);
	return q->max_shrink_pct ? said("%s, max shrink %d %%", name, q->max_shrink_pct) : name;
}

static const char *limit_shown(int64_t us)
{
	return us > 0 ? duration_shown(us) : "-";
}

void source_say(struct call *c, const bks_source *s)
{
	say(c, "source     %s%s", shown(c, s->name),
		s->guessed ? " (guessed; source set confirms it)" : "");
	say(c, "every      %s, slack %s", limit_shown(s->every), limit_shown(s->slack));
	say(c, "limits     rpo %s, rto %s", limit_shown(s->rpo), limit_shown(s->rto));
	say(c, "dump zone  %s", s->dump_zone ? s->dump_zone : "UTC");
	say(c, "level      %s", s->level == BKS_LEVEL_NONE ? "-" : bks_level_name(s->level));
	say(c, "policy     %s", s->policy ? shown(c, s->policy) : "default");
	if (s->database)
		say(c, "database   %s", shown(c, s->database));
	if (s->max_shrink_pct)
		say(c, "max shrink %d %%", s->max_shrink_pct);
	for (size_t i = 0; i < s->require_count; i++)
		say(c, "require    %s", requirement_shown(c, &s->require[i]));
	for (size_t i = 0; i < s->match_count; i++)
		say(c, "match      %s", shown(c, s->match[i]));
	for (size_t i = 0; i < s->tier_glob_count; i++)
		say(c, "tier       %s %s", s->tier_globs[i].tier,
			shown(c, s->tier_globs[i].glob));
	if (s->declared)
		say(c, "declared   %s", shown(c, s->declared));
}

void sources_say(struct call *c, const bks_sources *all)
{
	static const char *const titles[] = {"NAME", ">EVERY", ">SLACK", ">RPO", ">RTO", "ZONE",
		">REQUIRED", "DECLARED", "MATCH", NULL};
	struct table t = table_new(c, titles);
	for (size_t i = 0; i < all->n; i++) {
		const bks_source *s = &all->v[i];
		table_add(&t, said("%s%s", shown(c, s->name), s->guessed ? "?" : ""));
		table_add(&t, limit_shown(s->every));
		table_add(&t, limit_shown(s->slack));
		table_add(&t, limit_shown(s->rpo));
		table_add(&t, limit_shown(s->rto));
		table_add(&t, s->dump_zone ? s->dump_zone : "UTC");
		table_add(&t, said("%zu", s->require_count));
		table_add(&t, shown(c, s->declared));
		table_add(&t, shown(c, joined(s->match, s->match_count)));
	}
	if (all->n)
		table_print(&t, true);
}
