/* cmd_help.c - help, for one command or all */
#include "help.h"
#include "out.h"

static int find(struct call *c, const char *const *words, size_t n)
{
	c->command = NULL;
	const char *name = n > 1 ? said("%s %s", words[0], words[1]) : n ? words[0] : NULL;
	if (!name)
		return 0;
	c->command = command_find(name);
	if (c->command)
		return 0;
	if (n == 1 && command_is_group(name)) {
		c->group = name;
		return 0;
	}
	return fails(c, BKS_E_USAGE, "no such command: %s", shown(c, name));
}

static int run(struct call *c)
{
	if (opt_flag(c, "markdown")) {
		help_markdown();
		c->end.done++;
		return 0;
	}
	int r = find(c, c->args, c->arg_count);
	return r < 0 ? r : help_say(c);
}

static const struct option_spec options[] = {
	{"markdown", OPT_FLAG, NULL, "all of it, as docs/commands.md", NULL},
	{0},
};

const struct command commands_help[] = {
	{"help", "[COMMAND]", "what a command does and takes",
		"backstay help\n"
		"backstay help verify\n"
		"backstay help retain plan\n",
		NULL,
		"{\"commands\": [{\"name\":, \"summary\":, \"usage\":, \"examples\":, "
		"\"detail\":, \"answer\":,\n"
		"  \"options\": [{\"name\":, \"value\":, \"help\":}]}], \"options\": [...]}\n",
		options, NEED_NOTHING, 0, 2, run},
	{0},
};
