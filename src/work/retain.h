/* work/retain.h - a plan with what is behind it, for those who carry it out */
#pragma once
#include "work/streams.h"

/* A plan over streams as they are given, in whose rows the caller may have left out what is
 * newer. DECIDED (NULL: not wanted) gets what policy decided, one a stream, in the order of
 * both lists. Lives in A. */
int retain_plan(bks_plan *out, struct keep_plan **decided, bks_catalog *cat,
	const struct stream_list *l, bks_time now, bks_arena *a, bks_error *err);
/* What the streams of OUT, which are those of L, amount to: out->hash. A is for scratch. */
void retain_hash(bks_plan *out, const struct stream_list *l, bks_arena *a);
