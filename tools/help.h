/* help.h - help is made from the tables of commands and options, and so is docs/commands.md */
#pragma once
#include "tool.h"

/* Help for c->command, c->group, or all; status 0. */
int help_say(struct call *c);
int version_say(struct call *c);
/* docs/commands.md. */
void help_markdown(void);
/* "--every D", "--dry-run". */
const char *help_option(const struct option_spec *s);
/* "Usage" as one line. */
const char *help_usage(const struct command *k);
