/* work/verify_wal.h - one run of archived WAL while it is read, shared by verify_wal.c and
 * verify_walread.c alone */
#pragma once
#include "format/wal.h"
#include "work/verify_private.h"
#include "work/walruns.h"

struct reading {
	struct verify *v;
	struct wal_run *r;
	store *s;
	bks_arena *arena;    /* of the item */
	bks_arena *scratch;  /* of one segment */
	struct walfile file; /* how the segment before lay there */
	struct wal_carry carry;
	struct wal_facts facts; /* of the segment read last */
	struct report item;
	bks_inspection *out;
	int64_t bytes;
	bool settling; /* a young one is not whole yet: nothing is held against it */
	bool stopped;  /* by a budget or a signal */
	bool early; /* its last segment may still be written to: it is read again next time */
};

/* Reads what this pass of the run lacks; what could not be had stands in the item. 0, or
 * negative: the catalog failed. */
int walread_run(struct reading *g);
/* The finding that is called so, as an error. */
enum finding_kind walread_kind(const char *code);
