/* work/locks.h - what servers keep by themselves, asked of what retention would let go */
#pragma once
#include "catalog/rows.h"
#include "store/store.h"

/* Whom to ask, and what came of it. */
struct locks_job {
	bks_catalog *cat;
	bks_time now;
	/* The place of a repo that is behind a network and may be asked; NULL: none such. */
	store *(*place)(void *arg, int64_t repo);
	void *arg;
	bks_arena *a;
};
/* Asks for the locks of those copies that the plan of NOW lets go, or keeps for a lock that was seen: one request a file. *out: those
 * that are other than the catalog knows. A server that does not answer changes nothing. 0 or negative. Lives in A. */
int locks_ask(const struct lock_row **out, size_t *n, const struct locks_job *job, bks_error *err);
