/* names.c - the commands by name, and what somebody meant who wrote nearly one */
#include "tool.h"
#include <string.h>

const struct command *command_find(const char *name)
{
	for (const struct command *const *l = command_lists; *l; l++)
		for (const struct command *k = *l; k->name; k++)
			if (!strcmp(k->name, name))
				return k;
	return NULL;
}

bool command_is_group(const char *word)
{
	size_t n = strlen(word);
	for (const struct command *const *l = command_lists; *l; l++)
		for (const struct command *k = *l; k->name; k++)
			if (!strncmp(k->name, word, n) && k->name[n] == ' ')
				return true;
	return false;
}

const char *commands_with(const char *option)
{
	const char *all = "";
	for (const struct command *const *l = command_lists; *l; l++)
		for (const struct command *k = *l; k->name; k++)
			for (const struct option_spec *s = k->options; s && s->name; s++)
				if (!strcmp(s->name, option))
					all = said("%s%s%s", all, *all ? ", " : "", k->name);
	return all;
}

const char *did_you_mean(const char *word, const char *const *words, const char *before)
{
	const char *near = bks_near_miss(word, words);
	return near ? said("; did you mean %s%s?", before, near) : "";
}
