/*
 * format/insidedump.h - the files of directory dumps (pg_dump -Fd) among the members of an
 * archive
 *
 * They are not walked there: toc.dat tells what the others hold, and may come behind them. What
 * is told is that a dump lies there and what to do, and that one has lost its toc.dat.
 */
#pragma once
#include "base/vec.h"
#include "format/nameset.h"
#include "format/report.h"

enum {
	INSIDEDUMP_MAX = 1000
}; /* folders of one archive; more are not told apart from others */

struct insidedump_folder {
	const char *name; /* with its last '/'; "" */
	size_t files;     /* with rows or objects */
	bool sure,
		toc; /* a name that nothing but pg_dump makes; its table of contents is there */
};

struct insidedump {
	VEC(struct insidedump_folder) folders;
	struct nameset others; /* folders that hold a file of another kind */
};

/* Before each member that is a file; A is the archive's. */
void insidedump_meet(struct insidedump *d, const char *name, bks_arena *a);
/* How many files lie beside toc.dat called NAME. */
size_t insidedump_beside(const struct insidedump *d, const char *name);
/* At the end: tells R of each that lost its table of contents, and forgets all. */
void insidedump_end(struct insidedump *d, struct report *r);
