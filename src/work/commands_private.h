/* work/commands_private.h - restore commands while they are made, for the files commands*.c
 * alone */
#pragma once
#include "base/vec.h"
#include "store/store.h"
#include "work/commands.h"

struct making {
	bks_arena *arena;
	struct commands_how how;
	VEC(const char *) lines;
};

/* TEXT is the next command. */
void commands_line(struct making *m, const char *text);
/* Opens the repo called NAME, or the folder that begins with '/'. 0, else it cannot be had. */
int commands_store(store **out, const char *name, bks_catalog *cat, bks_arena *a);
/* Of F in a bucket the command that brings B here, to where commands_root says; else nothing. */
void commands_fetch(struct making *m, const bks_backup *b, const bks_artifact *f, const char *options, bks_catalog *cat);
/* Where F lies, as a word for the shell. */
const char *commands_file(const bks_artifact *f, bks_catalog *cat, bks_arena *a);
/* "gzip -dc FILE | " with as many unwrappers as WRAPPING has words, or "" for none. */
const char *commands_feed(const char *wrapping, const char *file, bks_arena *a);
/* "shop_restored_20261101_0200" */
const char *commands_new_name(const bks_backup *b, bks_arena *a);
/* What leaves out of a plain dump what it says of databases by name; NULL: nothing need be. */
const char *commands_filter(const char *format, const char *database, bool drops);

/* DB as the word after -d. */
const char *commands_target(const struct making *m, const char *db);
/* "createdb ... DB", the next command. */
void commands_createdb(struct making *m, const char *db);
/* Of a table that was asked for: it is poured out of DB, where all was brought back. Else nothing. */
void commands_table(struct making *m, const char *db);

/* Whether B has several parts in the repo of F: then the commands that bring them back are
 * added, in the order roles, schema, data. */
bool commands_set(
	struct making *m, const bks_backup *b, const bks_artifact *f, bks_catalog *cat);
