/* tool.h - what a file in tools/ must offer to be a command */
#pragma once
#include "backstay/catalog.h"

/* The exit status of a command; docs/commands.md says when each is used. */
enum { EXIT_WELL, EXIT_TROUBLE, EXIT_USAGE, EXIT_UNFINISHED, EXIT_NOTHING, EXIT_REFUSED, EXIT_CATALOG };

struct call {
	bks_catalog *cat;
	bks_arena *arena;
	int argc;
	char **argv;
	bks_error err;
};

struct command {
	const char *name, *args, *summary;
	int (*run)(struct call *c); /* an exit status, or a negative bks_code */
};

extern const struct command *const commands[];
