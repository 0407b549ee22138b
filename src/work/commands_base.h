/* work/commands_base.h - the files of one base backup into a new folder, for commands*.c alone
 */
#pragma once
#include "backstay/repo.h"
#include "work/commands_private.h"

/* Adds the commands that make INTO (within NAME, which is there) the data directory that B's
 * copy F holds; its tablespaces, if any, come to lie in INTO.tablespaces/OID. */
void commands_unpack(struct making *m, const char *into, const char *name, const bks_backup *b,
	const bks_artifact *f, bks_catalog *cat);
