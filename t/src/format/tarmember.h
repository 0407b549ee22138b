/* format/tarmember.h - from the headers of a tar to its members; the inner half of tarblocks.h
 */
#pragma once
#include "format/tarblocks.h"

/* The header t->head at byte AT: begins an extension (then the state says so), or is a member
 * with *size bytes behind it, which is put into the row. false: neither has bytes to read. */
bool tarmember_meet(struct tarblocks *t, uint64_t *size, uint64_t at);

/* The body of an extension header is complete. */
void tarmember_extend(struct tarblocks *t);

/* A finding at byte AT, behind which nothing can be read. */
void tarblocks_lost(struct tarblocks *t, enum finding_kind kind, uint64_t at, const char *text);
