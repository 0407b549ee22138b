/* work/commands_private.h - restore commands while they are made, for the files commands*.c
 * alone */
#pragma once
#include "base/vec.h"
#include "work/commands.h"

struct making {
	bks_arena *arena;
	VEC(const char *) lines;
};

/* TEXT is the next command. */
void commands_line(struct making *m, const char *text);
/* Where F lies, as a word for the shell. */
const char *commands_file(const bks_artifact *f, bks_catalog *cat, bks_arena *a);
/* "gzip -dc FILE | " with as many unwrappers as WRAPPING has words, or "" for none. */
const char *commands_feed(const char *wrapping, const char *file, bks_arena *a);
/* "shop_restored_20261101_0200" */
const char *commands_new_name(const bks_backup *b, bks_arena *a);
/* What leaves out of a plain dump what it says of databases by name; NULL: nothing need be. */
const char *commands_filter(const char *format, const char *database, bool drops);

/* Whether B has several parts in the repo of F: then the commands that bring them back are
 * added, in the order roles, schema, data. */
bool commands_set(
	struct making *m, const bks_backup *b, const bks_artifact *f, bks_catalog *cat);
