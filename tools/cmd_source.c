/* cmd_source.c - the databases that are backed up, and what their backups must hold */
#include "backstay/restore.h"
#include "backstay/wal.h"
#include "look.h"
#include "out.h"
#include "source.h"
#include <stdlib.h>
#include <string.h>

static int read_requirements(bks_source *s, struct call *c)
{
	size_t n;
	const char *const *texts = opt_many(&n, c, "require");
	bks_requirement *v = take((n + 1) * sizeof *v);
	for (size_t i = 0; i < n; i++) {
		int r = bks_requirement_parse(&v[i], texts[i], c->arena, &c->err);
		if (r < 0)
			return r;
	}
	if (n || (c->command->options && opt_flag(c, "no-require"))) {
		s->require = v;
		s->require_count = n;
	}
	return 0;
}

static void read_limits(bks_source *s, struct call *c)
{
	static const struct {
		const char *name;
		size_t offset;
	} limits[] = {{"every", offsetof(bks_source, every)},
		{"slack", offsetof(bks_source, slack)}, {"rpo", offsetof(bks_source, rpo)},
		{"rto", offsetof(bks_source, rto)}};
	for (size_t i = 0; i < sizeof limits / sizeof *limits; i++)
		if (opt_given(c, limits[i].name))
			*(int64_t *)((char *)s + limits[i].offset) =
				opt_duration(c, limits[i].name);
}

/* "20" or "20%" */
static int read_shrink(bks_source *s, struct call *c)
{
	const char *text = opt_text(c, "max-shrink");
	char *end;
	if (!text)
		return 0;
	long pct = *text >= '0' && *text <= '9' ? strtol(text, &end, 10) : -1;
	if (pct < 0 || pct > 100 || (*end && strcmp(end, "%") != 0))
		return fails(c, BKS_E_USAGE,
			"--max-shrink: wants a whole number from 0 to 100, such as 20 or 20%%: "
			"%s",
			shown(c, text));
	s->max_shrink_pct = (int)pct;
	return 0;
}

static int read_options(bks_source *s, struct call *c)
{
	size_t n;
	const char *const *globs = opt_many(&n, c, "match");
	read_limits(s, c);
	if (opt_given(c, "dump-zone"))
		s->dump_zone = opt_text(c, "dump-zone");
	if (opt_given(c, "level"))
		s->level = opt_word(c, "level");
	if (opt_given(c, "database") || opt_flag(c, "no-database"))
		s->database = opt_text(c, "database");
	if (n || opt_flag(c, "no-match")) {
		s->match = globs;
		s->match_count = n;
	}
	if (s->dump_zone && !bks_zone_exists(s->dump_zone))
		return fails(c, BKS_E_USAGE, "--dump-zone: no such time zone: %s",
			shown(c, s->dump_zone));
	int r = read_shrink(s, c);
	return r < 0 ? r : read_requirements(s, c);
}

/* "daily 7d", "pitr 7d"; "daily 0s" takes it away. */
static int set_windows(struct call *c, int64_t id)
{
	size_t n;
	const char *const *texts = opt_many(&n, c, "provider-window");
	int r = 0;
	for (size_t i = 0; !r && i < n; i++) {
		bks_window w;
		r = bks_window_parse(&w, texts[i], &c->err);
		if (!r)
			r = bks_window_set(c->cat, id, &w, &c->err);
	}
	return r;
}

/* What is wrong with a window is said before anything is changed. */
static int check_windows(struct call *c)
{
	size_t n;
	const char *const *texts = opt_many(&n, c, "provider-window");
	int r = 0;
	bks_window w;
	for (size_t i = 0; !r && i < n; i++)
		r = bks_window_parse(&w, texts[i], &c->err);
	return r;
}

static int put_windows(struct call *c, bks_json *o, const bks_source *s)
{
	bks_window v[BKS_WINDOW_COUNT];
	bks_json *list = bks_json_list();
	size_t n = 0;
	int r = bks_window_list(v, &n, c->cat, s->id, &c->err);
	for (size_t i = 0; !r && i < n; i++) {
		bks_json *w = bks_json_object();
		bks_json_put_text(w, "kind", bks_window_name(v[i].kind));
		bks_json_put_seconds(w, "length_seconds", v[i].length);
		bks_json_put_time(w, "since", v[i].since);
		bks_json_add(list, w);
		say(c, "provider   %s %s, not verified", bks_window_name(v[i].kind),
			duration_shown(v[i].length));
	}
	bks_json_put(o, "provider_windows", list);
	return r;
}

/* What the schedule alone cannot keep: a dump every night loses up to a day. NULL: nothing is
 * said against it. */
static const char *schedule_trouble(struct call *c, const bks_source *s)
{
	bks_wal wal = {0};
	if (!s->rpo || s->every <= s->rpo)
		return NULL;
	/* archived log goes on between backups */
	if (bks_wal_list(&wal, c->cat, NULL, s->name, c->arena, &c->err) == 0 && wal.run_count)
		return NULL;
	return said("a backup every %s cannot keep the loss within %s", duration_shown(s->every),
		duration_shown(s->rpo));
}

static int answer(struct call *c, const char *name, const char *done)
{
	const bks_source *s = NULL;
	int r = look_source_must(&s, c, name);
	if (r < 0)
		return r;
	c->doc = bks_json_object();
	bks_json *o = source_json(s);
	const char *why = schedule_trouble(c, s);
	bks_json_put(c->doc, "source", o);
	say(c, "%s %s", done, shown(c, s->name));
	r = put_windows(c, o, s);
	bks_json_put_text(c->doc, "warning", why);
	if (why)
		tell(c, "%s: %s", shown(c, s->name), why);
	c->end.done++;
	return r;
}

static int add(struct call *c)
{
	bks_source s = {.name = c->args[0], .level = BKS_LEVEL_NONE};
	int64_t id;
	int r = read_options(&s, c);
	if (!r)
		r = check_windows(c);
	if (!r)
		r = bks_source_add(&id, c->cat, &s, &c->err);
	if (!r)
		r = set_windows(c, id);
	return r < 0 ? r : answer(c, s.name, "added");
}

static int set(struct call *c)
{
	const bks_source *old = NULL;
	int r = look_source_must(&old, c, c->args[0]);
	if (r < 0)
		return r;
	bks_source s = *old;
	r = read_options(&s, c);
	if (!r)
		r = check_windows(c);
	if (!r)
		r = bks_source_set(c->cat, &s, &c->err);
	if (!r)
		r = set_windows(c, old->id);
	return r < 0 ? r : answer(c, s.name, "set");
}

static bks_json *requirements_json(const bks_requirement *v, size_t n)
{
	bks_json *l = bks_json_list();
	for (size_t i = 0; i < n; i++)
		bks_json_add(l, requirement_json(&v[i]));
	return l;
}

static void say_learned(struct call *c, const bks_learned *l)
{
	for (size_t i = 0; i < l->added_count; i++)
		say(c, "require    %s", requirement_shown(c, &l->added[i]));
	for (size_t i = 0; i < l->lacking_count; i++)
		say(c, "lacking    %s: required, and without data in this backup",
			requirement_shown(c, &l->lacking[i]));
	say(c, "%s of %s learned from %lld %s, %zu known before%s",
		count_shown((int64_t)l->added_count, "table", "tables"),
		shown(c, l->source->name), (long long)l->backup->id, shown(c, l->backup->label),
		l->kept,
		l->left_out ? said("; left out: %s without data",
				      count_shown((int64_t)l->left_out, "table", "tables"))
			    : "");
}

static int learn(struct call *c)
{
	const bks_backup *b = NULL;
	bks_learned l = {0};
	int r = look_backup_must(&b, c, c->args[0]);

	if (!r)
		r = bks_source_learn(&l, c->cat, b->id, c->arena, &c->err);
	if (r)
		return r;
	c->doc = bks_json_object();
	bks_json_put(c->doc, "source", source_json(l.source));
	bks_json_put_int(c->doc, "backup", b->id);
	bks_json_put_name(c->doc, "label", b->label);
	bks_json_put(c->doc, "learned", requirements_json(l.added, l.added_count));
	bks_json_put(c->doc, "lacking", requirements_json(l.lacking, l.lacking_count));
	bks_json_put_int(c->doc, "known_before", (int64_t)l.kept);
	bks_json_put_int(c->doc, "left_out", (int64_t)l.left_out);
	say_learned(c, &l);
	c->end.done++;
	return 0;
}

static int list(struct call *c)
{
	bks_sources all = {0};
	int r = bks_source_list(&all, c->cat, c->arena, &c->err);
	if (r < 0)
		return r;
	bks_json *l = bks_json_list();
	for (size_t i = 0; i < all.n; i++)
		bks_json_add(l, source_json(&all.v[i]));
	c->doc = bks_json_object();
	bks_json_put(c->doc, "sources", l);
	sources_say(c, &all);
	c->end.done = (int64_t)all.n;
	return all.n ? 0
		     : no_match(c, "no source is known; backstay source add NAME adds one, and "
				   "scan finds some");
}

static int show(struct call *c)
{
	const bks_source *s = NULL;
	int r = look_source(&s, c, c->args[0]);
	if (r)
		return r < 0 ? r : 0;
	c->doc = bks_json_object();
	bks_json *o = source_json(s);
	bks_json_put(c->doc, "source", o);
	source_say(c, s);
	r = put_windows(c, o, s);
	c->end.done++;
	return r;
}

static int drop(struct call *c)
{
	const bks_source *s = NULL;
	int r = look_source_must(&s, c, c->args[0]);
	if (!r)
		r = bks_source_drop(c->cat, s->name, &c->err);
	if (r < 0)
		return r;
	c->doc = bks_json_object();
	bks_json_put_name(c->doc, "dropped", c->args[0]);
	say(c, "dropped %s", shown(c, c->args[0]));
	c->end.done++;
	return 0;
}

#define OPTIONS                                                                                \
	{"every", OPT_DURATION, "D", "how often a backup is expected", NULL},                  \
		{"slack", OPT_DURATION, "D", "how much later it may come before it is late",   \
			NULL},                                                                 \
		{"rpo", OPT_DURATION, "D", "the largest loss that is acceptable", NULL},       \
		{"rto", OPT_DURATION, "D", "the longest restore that is acceptable", NULL},    \
		{"dump-zone", OPT_TEXT, "TZ", "the zone of the dumping host's clock (UTC)",    \
			NULL},                                                                 \
		{"database", OPT_TEXT, "NAME",                                                 \
			"the database that a dump of it names, where it names one", NULL},     \
		{"require", OPT_MANY, "TABLE[:N]",                                             \
			"a table that each backup must hold, with at least N rows", NULL},     \
		{"max-shrink", OPT_TEXT, "P%",                                                 \
			"the largest part of its rows that a table may lose from one backup "  \
			"to the next (50%)",                                                   \
			NULL},                                                                 \
		{"match", OPT_MANY, "GLOB",                                                    \
			"which files are its backups, by path in the repo", NULL},             \
		{"level", OPT_WORD, "L", "what a backup of it must have passed to count",      \
			level_words},                                                          \
		{"provider-window", OPT_MANY, "\"KIND D\"",                                    \
			"what its provider keeps, unverified: \"daily 7d\", \"pitr 7d\"",       \
			NULL},

static const struct option_spec add_options[] = {OPTIONS{0}};
static const struct option_spec set_options[] = {
	OPTIONS{"no-require", OPT_FLAG, NULL, "require no table any more", NULL},
	{"no-database", OPT_FLAG, NULL, "a dump of any database will do", NULL},
	{"no-match", OPT_FLAG, NULL, "claim no file by name any more", NULL},
	{0},
};

#define SOURCE                                                                                 \
	"{\"name\":, \"every_seconds\":, \"slack_seconds\":, \"rpo_seconds\":, "               \
	"\"rto_seconds\":, \"dump_zone\":,\n"                                                  \
	"  \"level\":, \"policy\":, \"database\":, \"max_shrink_percent\":, \"require\": [{\"schema\":, "     \
	"\"name\":, \"min_rows\":, "                                                           \
	"\"max_shrink_percent\":}],\n"                                                         \
	"  \"match\": [], \"tiers\": [{\"tier\":, \"glob\":}], \"guessed\":, \"declared\":}"

#define SOURCE_SET                                                                             \
	SOURCE " with \"provider_windows\": [{\"kind\":, \"length_seconds\":, \"since\":}], "  \
	       "\"warning\":"

const struct command commands_source[] = {
	{"source add", "NAME",
		"name a database that is backed up, and what its backups must hold",
		"backstay source add shop --every 24h --slack 2h --match 'shop_*.dump'\n"
		"backstay source add blog --rpo 24h --rto 1h --require users:100 --require "
		"auth.users\n",
		"A GLOB without / matches the base name, else the path in the repo. A TABLE "
		"without schema is public.\n",
		"{\"source\": " SOURCE_SET "}\n", add_options, NEED_MAKE, 1, 1, add},
	{"source set", "NAME", "change or confirm a source",
		"backstay source set shop --every 12h\n"
		"backstay source set shop\n",
		"Without options it confirms a source that scan guessed. --require and --match "
		"replace what was there. A duration of\n"
		"0s takes a limit away. A source that the settings file declares is changed "
		"there.\n",
		"{\"source\": " SOURCE_SET "}\n", set_options, NEED_WRITE, 1, 1, set},
	{"source list", "", "the sources", "backstay source list\n",
		"One with a ? was guessed by scan.\n", "{\"sources\": [" SOURCE "]}\n", NULL,
		NEED_READ, 0, 0, list},
	{"source show", "NAME", "one source in full", "backstay source show shop\n", NULL,
		"{\"source\": " SOURCE " with \"provider_windows\": [{\"kind\":, "
		"\"length_seconds\":, \"since\":}]}\n", NULL, NEED_READ, 1, 1, show},
	{"source learn", "BACKUP", "require what a good backup holds",
		"backstay source learn shop_20261101\n"
		"backstay source learn 17 --json\n",
		"Each table that the backup holds with its data is required of its source from "
		"now on; a partitioned one as a "
		"whole, without\nits partitions by name. What was required before stays, with "
		"its numbers. Refused (5) unless the "
		"backup is sound and holds data;\n2 when the settings file declares the "
		"source. Twice is once.\n",
		"{\"source\": " SOURCE ",\n  \"backup\":, \"label\":, \"learned\": "
				       "[{\"schema\":, \"name\":, \"min_rows\":, "
		"\"max_shrink_percent\":}],\n"
		"  \"lacking\": [], \"known_before\":, \"left_out\":}\n",
		NULL, NEED_WRITE, 1, 1, learn},
	{"source drop", "NAME", "forget a source that has no live backup",
		"backstay source drop shop\n", "Refused (5) while it has live backups.\n",
		"{\"dropped\":}\n", NULL, NEED_WRITE, 1, 1, drop},
	{0},
};
