/* help.c - what a command does and takes, examples first */
#include "help.h"
#include <stdio.h>
#include <string.h>

const char *help_option(const struct option_spec *s)
{
	return s->value ? said("--%s %s", s->name, s->value) : said("--%s", s->name);
}

const char *help_usage(const struct command *k)
{
	return said("backstay %s%s%s%s", k->name, *k->args ? " " : "", k->args,
		k->options && k->options->name ? " [OPTION...]" : "");
}

static const char *words_of(const struct option_spec *s)
{
	const char *all = "";
	for (size_t i = 0; s->words && s->words[i]; i++)
		all = said("%s%s%s", all, i ? ", " : ": ", s->words[i]);
	return all;
}

static void say_options(const char *title, const struct option_spec *specs)
{
	if (!specs || !specs->name)
		return;
	printf("\n%s\n", title);
	for (const struct option_spec *s = specs; s->name; s++)
		printf("  %-24s %s%s%s\n", help_option(s), s->help, words_of(s),
			s->kind == OPT_MANY ? " (may be given again)" : "");
}

static void say_indented(const char *text, const char *indent)
{
	while (*text) {
		size_t n = strcspn(text, "\n");
		printf("%s%.*s\n", indent, (int)n, text);
		text += n + (text[n] == '\n');
	}
}

static void say_command(const struct command *k)
{
	printf("backstay %s - %s\n\nExamples\n", k->name, k->summary);
	say_indented(k->examples, "  ");
	printf("\nUsage\n  %s\n", help_usage(k));
	if (k->detail) {
		putchar('\n');
		say_indented(k->detail, "");
	}
	say_options("Options", k->options);
	printf("\nWith --json\n");
	say_indented(k->json, "  ");
	printf("\nEvery command also takes the global options: see backstay help\n");
}

/* The commands whose name begins with GROUP and a space; all for NULL. */
static void say_list(const char *group)
{
	size_t n = group ? strlen(group) : 0;
	for (const struct command *const *l = command_lists; *l; l++)
		for (const struct command *k = *l; k->name; k++)
			if (!group || (!strncmp(k->name, group, n) && k->name[n] == ' '))
				printf("  %-16s %s\n", k->name, k->summary);
}

static void say_overview(void)
{
	printf("backstay - says of every backup what is proven, what may go, and what can be "
	       "restored\n"
	       "\nExamples\n"
	       "  backstay inspect db.dump.gz --require users:1   is this file good?\n"
	       "  backstay repo add local /srv/backups            where backups lie\n"
	       "  backstay scan && backstay verify                find them, read every byte\n"
	       "  backstay status                                 a line a database\n"
	       "  backstay pick shop --at '2026-11-21 14:00'      what could be restored\n"
	       "\nUsage\n  backstay [GLOBAL OPTION...] COMMAND [ARGUMENT...]\n\nCommands\n");
	say_list(NULL);
	say_options("Global options, before or after COMMAND", global_options);
	printf("\nExit status: 0 well, 1 trouble, 2 asked wrongly, 3 could not finish, 4 "
	       "nothing was checked,\n"
	       "5 refused, 6 catalog damaged or newer. More: backstay help COMMAND\n");
}

static bks_json *options_json(const struct option_spec *specs)
{
	bks_json *l = bks_json_list();
	for (const struct option_spec *s = specs; s && s->name; s++) {
		bks_json *o = bks_json_object();
		bks_json_put_text(o, "name", s->name);
		bks_json_put_text(o, "value", s->value);
		bks_json_put_text(o, "help", s->help);
		bks_json_add(l, o);
	}
	return l;
}

static bks_json *command_json(const struct command *k)
{
	bks_json *o = bks_json_object();
	bks_json_put_text(o, "name", k->name);
	bks_json_put_text(o, "summary", k->summary);
	bks_json_put_text(o, "usage", help_usage(k));
	bks_json_put_text(o, "examples", k->examples);
	bks_json_put_text(o, "detail", k->detail);
	bks_json_put_text(o, "answer", k->json);
	bks_json_put(o, "options", options_json(k->options));
	return o;
}

static bks_json *help_json(const struct call *c)
{
	bks_json *doc = bks_json_object(), *l = bks_json_list();
	size_t n = c->group ? strlen(c->group) : 0;
	for (const struct command *const *list = command_lists; *list; list++)
		for (const struct command *k = *list; k->name; k++)
			if (c->command ? k == c->command : !n || !strncmp(k->name, c->group, n))
				bks_json_add(l, command_json(k));
	bks_json_put(doc, "commands", l);
	bks_json_put(doc, "options", options_json(global_options));
	return doc;
}

int help_say(struct call *c)
{
	c->end.done++;
	if (c->json)
		c->doc = help_json(c);
	else if (c->command)
		say_command(c->command);
	else if (c->group)
		say_list(c->group);
	else
		say_overview();
	return 0;
}

int version_say(struct call *c)
{
	c->end.done++;
	if (c->json) {
		c->doc = bks_json_object();
		bks_json_put_text(c->doc, "version", BKS_VERSION);
	} else {
		printf("backstay %s\n", BKS_VERSION);
	}
	return 0;
}
