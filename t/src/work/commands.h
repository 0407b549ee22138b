/* work/commands.h - the exact commands that bring a backup back, ready to paste */
#pragma once
#include "backstay/restore.h"

/*
 * Fills OUT's commands for the file F of B: into a new database (or, for what names its own databases, into a new cluster),
 * stopping on the first error; what a dump says of databases by name (-C, -c) is left out; touching nothing that is live.
 */
void commands_restore(bks_point *out, const bks_backup *b, const bks_artifact *f, bks_catalog *cat, bks_arena *a);
