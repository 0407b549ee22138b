/*
 * format/pglanes.h - the blocks of a custom dump on several threads
 *
 * The one that reads the file tells where whole blocks lie; here they are read once more,
 * unpacked and counted. Either all of them are as they must be, or somebody must walk them
 * one by one to say what is wrong.
 */
#pragma once
#include "format/lanes.h"
#include "format/pgblocks.h"

/* What a block begins with. */
enum { PGBLOCK_DATA = 1, PGBLOCK_BLOBS = 3 };

struct pglanes;

/* On R's lanes. HEAD and TOC must outlive it: of TOC only the tables are written to. */
struct pglanes *pglanes_new(
	const struct report *r, const struct pghead *head, const struct pgtoc *toc);
/* What gives R's bytes from now on; R is between two blocks, and its stream stays the caller's.
 */
stream *pglanes_watch(struct pglanes *p, const struct reader *r);
/* Another block ends at byte END; of no entry there are two. */
void pglanes_block(struct pglanes *p, uint64_t end);
void pglanes_last(
	struct pglanes *p); /* and the file with it; before the watched stream is closed */
/* After the watched stream was closed. true: nothing is wrong in any of them, the tables have
 * their rows, and *unchecked is as in pgblocks.h. false, as always when it was not WANTED: the
 * tables are as before. */
bool pglanes_end(bool *unchecked, struct pglanes *p, bool wanted);
