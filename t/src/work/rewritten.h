/* work/rewritten.h - other bytes under a known name: the next dump, or the same one altered */
#pragma once
#include "work/known.h"
#include "work/register.h"

/*
 * Whether what lies at E is still the dump that is registered as K: its bytes tell a time that is not newer than the one that K's
 * told. 1: it is, touched or altered; 0: it is another one, or nothing tells (no time inside; nothing was ever registered of K's
 * bytes; K was bad by itself, so that nobody would miss it); negative: the catalog failed.
 */
int rewritten_same(struct registrar *g, const struct known *k, const struct store_entry *e, bks_arena *a, bks_error *err);
