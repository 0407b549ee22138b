/* catalogs.h - random catalogs of one stream, each by its number */
#pragma once
#include "fixture.h"
#include "oracle.h"

enum { MOST = 25, SLOTS = 12, BLOCK = 500 };

struct catalog {
	struct keep_backup v[MOST];
	int n;
	struct keep_slot slots[SLOTS];
	char buckets[SLOTS][32];
	int slot_count;
	bks_policy policy;
	bks_tier_rule tiers[ORACLE_TIERS];
	struct keep_copy copies[MOST][3];
	bks_time now;
};

/* Dice that go on from the last catalog: 0 to N - 1. */
int pick_of(int n);
bool one_in(int n);

void random_catalog(struct catalog *c, uint64_t seed, bks_arena *a);
