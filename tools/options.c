/* options.c - from argv to values: every value is looked at before anything is opened or done
 */
#include "backstay/backup.h"
#include "tool.h"
#include <assert.h>
#include <errno.h>
#include <stdlib.h>
#include <string.h>

const struct option_spec global_options[] = {
	{"catalog", OPT_TEXT, "FILE", "the catalog (BACKSTAY_CATALOG, then the settings file)",
		NULL},
	{"config", OPT_TEXT, "FILE", "the settings file (BACKSTAY_CONFIG)", NULL},
	{"json", OPT_FLAG, NULL, "one JSON document on stdout, for answers and errors alike",
		NULL},
	{"quiet", OPT_FLAG, NULL,
		"silent when the status is 0, else one line a trouble on stderr", NULL},
	{"no-progress", OPT_FLAG, NULL, "no progress line on a terminal", NULL},
	{"wait", OPT_DURATION, "D", "how long to wait for a busy catalog (60s)", NULL},
	{"help", OPT_FLAG, NULL, "what the command does and takes", NULL},
	{"version", OPT_FLAG, NULL, "the version of the program", NULL},
	{0},
};

#define X(name, word) word,
const char *const level_words[] = {BKS_LEVELS(X) NULL};
const char *const verdict_words[] = {BKS_VERDICTS(X) NULL};
const char *const kind_words[] = {BKS_KINDS(X) NULL};
const char *const state_words[] = {BKS_STATES(X) NULL};
const char *const tier_words[] = {BKS_TIERS(X) NULL};
#undef X

static const struct option_spec *spec_in(
	const struct option_spec *specs, const char *name, size_t n)
{
	for (const struct option_spec *s = specs; s && s->name; s++)
		if (strlen(s->name) == n && !strncmp(s->name, name, n))
			return s;
	return NULL;
}

static const struct option_spec *spec_find(const struct call *c, const char *name, size_t n)
{
	const struct option_spec *s = c->command ? spec_in(c->command->options, name, n) : NULL;
	return s ? s : spec_in(global_options, name, n);
}

static const char *where(const struct call *c)
{
	return c->command ? said("; see backstay help %s", c->command->name)
			  : "; see backstay help";
}

static int unknown_option(struct call *c, const char *name)
{
	if (!strcmp(name, "now") && c->command)
		return fails(c, BKS_E_USAGE,
			"--now is for the commands that only decide: %s; %s always goes by the clock",
			commands_with(name), c->command->name);
	const char *names[64];
	size_t n = 0;
	for (const struct option_spec *s = c->command ? c->command->options : NULL;
		s && s->name; s++)
		names[n++] = s->name;
	for (const struct option_spec *s = global_options; s->name; s++)
		names[n++] = s->name;
	names[n] = NULL;
	const char *near = did_you_mean(name, names, "--");
	return fails(c, BKS_E_USAGE, "unknown option --%s%s%s", bks_shown(name, c->arena), near,
		*near ? "" : where(c));
}

static int bad_word(struct call *c, const struct option_spec *s, const char *text)
{
	const char *all = "";
	for (size_t i = 0; s->words[i]; i++)
		all = said("%s%s%s", all, i ? ", " : "", s->words[i]);
	return fails(c, BKS_E_USAGE, "--%s: %s is none of %s%s", s->name,
		bks_shown(text, c->arena), all, did_you_mean(text, s->words, ""));
}

static int read_word(struct call *c, struct option_value *v, const char *text)
{
	for (int i = 0; v->spec->words[i]; i++)
		if (!strcmp(v->spec->words[i], text)) {
			v->number = i;
			return 0;
		}
	return bad_word(c, v->spec, text);
}

static int read_count(struct call *c, struct option_value *v, const char *text)
{
	char *end;
	errno = 0;
	long long n = strtoll(text, &end, 10);
	if (errno || *end || n < 1 || n > 1000000000 || *text == '+' || *text == ' ')
		return fails(c, BKS_E_USAGE, "--%s: %s is no whole number from 1 to 1000000000",
			v->spec->name, bks_shown(text, c->arena));
	v->number = n;
	return 0;
}

/* Says which option an error of the base is about. */
static int named(struct call *c, const struct option_spec *s, int r)
{
	if (r < 0)
		return fails(c, r, "--%s: %s", s->name, said("%s", c->err.text));
	return r;
}

static int read_value(struct call *c, struct option_value *v, const char *text)
{
	const struct option_spec *s = v->spec;
	bks_time t;
	switch (s->kind) {
	case OPT_FLAG:
	case OPT_TEXT:
	case OPT_MANY:
		return 0;
	case OPT_TIME:
		return named(c, s, bks_time_parse(&t, text, NULL, c->now, &c->err));
	case OPT_DURATION:
		return named(c, s, bks_duration_parse(&v->number, text, &c->err));
	case OPT_SIZE:
		return named(c, s, bks_size_parse(&v->number, text, &c->err));
	case OPT_BUDGET:
		v->is_size = bks_duration_parse(&v->number, text, NULL) < 0;
		if (v->is_size && bks_size_parse(&v->number, text, NULL) < 0)
			return fails(c, BKS_E_USAGE,
				"--%s: %s is neither a duration (90s 15m 24h 7d) nor a size "
				"(10MiB 2GB)",
				s->name, bks_shown(text, c->arena));
		if (v->number <= 0)
			return fails(
				c, BKS_E_USAGE, "--%s: %s leaves nothing to do", s->name, text);
		return 0;
	case OPT_COUNT:
		return read_count(c, v, text);
	case OPT_WORD:
		return read_word(c, v, text);
	}
	return 0;
}

static struct option_value *value_of(struct call *c, const struct option_spec *s)
{
	for (size_t i = 0; i < c->value_count; i++)
		if (c->values[i].spec == s)
			return &c->values[i];
	assert(c->value_count < OPTIONS_MAX);
	struct option_value *v = &c->values[c->value_count++];
	v->spec = s;
	return v;
}

static int set_flag(struct call *c, const struct option_spec *s)
{
	bool *global = !strcmp(s->name, "json")          ? &c->json
		       : !strcmp(s->name, "quiet")       ? &c->quiet
		       : !strcmp(s->name, "no-progress") ? &c->no_progress
		       : !strcmp(s->name, "help")        ? &c->help
		       : !strcmp(s->name, "version")     ? &c->version
							 : NULL;
	if (global)
		*global = true;
	value_of(c, s)->count = 1;
	return 0;
}

static int take_value(struct call *c, const struct option_spec *s, const char *text)
{
	struct option_value *v = value_of(c, s);
	if (v->count && s->kind != OPT_MANY)
		return fails(c, BKS_E_USAGE, "--%s was given twice", s->name);
	if (!*text)
		return fails(c, BKS_E_USAGE, "--%s: its value %s is empty", s->name, s->value);
	v->texts = take_more(
		v->texts, v->count * sizeof *v->texts, (v->count + 1) * sizeof *v->texts);
	v->texts[v->count++] = text;
	return read_value(c, v, text);
}

/* ARGV[*i] is an option; takes its value too. */
static int take_option(struct call *c, int argc, char **argv, int *i)
{
	const char *arg = argv[*i];
	if (!strcmp(arg, "-h"))
		arg = "--help";
	if (arg[1] != '-')
		return fails(c, BKS_E_USAGE,
			"unknown option %s: options are words after two dashes%s",
			bks_shown(arg, c->arena), where(c));
	const char *name = arg + 2, *equals = strchr(name, '=');
	size_t n = equals ? (size_t)(equals - name) : strlen(name);
	const struct option_spec *s = spec_find(c, name, n);
	if (!s)
		return unknown_option(c, said("%.*s", (int)n, name));
	if (s->kind == OPT_FLAG)
		return equals ? fails(c, BKS_E_USAGE, "--%s takes no value", s->name)
			      : set_flag(c, s);
	if (equals)
		return take_value(c, s, equals + 1);
	if (*i + 1 >= argc || !strncmp(argv[*i + 1], "--", 2))
		return fails(c, BKS_E_USAGE, "--%s needs a value: --%s %s", s->name, s->name,
			s->value);
	return take_value(c, s, argv[++*i]);
}

static int unknown_command(struct call *c, const char *name)
{
	const char *names[128];
	size_t n = 0;
	for (const struct command *const *l = command_lists; *l; l++)
		for (const struct command *k = *l; k->name && n < 127; k++)
			names[n++] = k->name;
	names[n] = NULL;
	const char *near = did_you_mean(name, names, "");
	if (!*near && c->group)
		near = said("; see backstay help %s", c->group);
	return fails(c, BKS_E_USAGE, "unknown command: %s%s", bks_shown(name, c->arena),
		*near ? near : "; see backstay help");
}

static int take_command(struct call *c, const char *word)
{
	const char *name = c->group ? said("%s %s", c->group, word) : word;
	c->command = command_find(name);
	if (c->command)
		return 0;
	if (c->group || !command_is_group(word))
		return unknown_command(c, name);
	c->group = word;
	return 0;
}

static bool is_global(const struct option_spec *s)
{
	for (const struct option_spec *g = global_options; g->name; g++)
		if (g == s)
			return true;
	return false;
}

/* "tasks done" is another command than "tasks"; options of the latter cannot have come before
 * it. */
static const struct command *longer_command(const struct call *c, const char *word)
{
	if (c->group || c->arg_count || c->command->most)
		return NULL;
	for (size_t i = 0; i < c->value_count; i++)
		if (!is_global(c->values[i].spec))
			return NULL;
	return command_find(said("%s %s", c->command->name, word));
}

static int take_word(struct call *c, const char *word)
{
	if (!c->command)
		return take_command(c, word);
	const struct command *longer = longer_command(c, word);
	if (longer) {
		c->command = longer;
		return 0;
	}
	c->args[c->arg_count++] = word;
	return 0;
}

static int count_words(struct call *c)
{
	const struct command *k = c->command;
	if (c->arg_count < k->least)
		return fails(c, BKS_E_USAGE, "too few words: backstay %s %s", k->name, k->args);
	if (c->arg_count > k->most)
		return fails(c, BKS_E_USAGE, "one word too many: %s; it is backstay %s %s",
			bks_shown(c->args[k->most], c->arena), k->name, k->args);
	for (size_t i = 0; i < c->arg_count; i++)
		if (!*c->args[i])
			return fails(c, BKS_E_USAGE,
				"an empty word among the arguments: backstay %s %s", k->name,
				k->args);
	return 0;
}

int options_read(struct call *c, int argc, char **argv)
{
	c->args = take((size_t)argc * sizeof *c->args + sizeof *c->args);
	bool ended = false;
	for (int i = 1; i < argc; i++) {
		int r = 0;
		if (!ended && !strcmp(argv[i], "--"))
			ended = true;
		else if (!ended && argv[i][0] == '-' && argv[i][1])
			r = take_option(c, argc, argv, &i);
		else
			r = take_word(c, argv[i]);
		if (r < 0)
			return r;
	}
	if (c->help || c->version)
		return 0;
	if (!c->command)
		return fails(c, BKS_E_USAGE,
			c->group ? "which %s command? see backstay help %s"
				 : "no command was given; see backstay help%s",
			c->group ? c->group : "", c->group ? c->group : "");
	return count_words(c);
}
