/* oracle_world.h - one catalog while the oracle thinks of it: which of its backups count, and which stands in for which */
#pragma once
#include "oracle.h"

struct world {
	const struct keep_backup *v;
	int n;
	const struct keep_slot *slots;
	int slot_count;
	const bks_policy *policy;
	bks_time now, reference;
	struct oracle_plan *out;
	int64_t day[ORACLE_MOST];
	char label[ORACLE_MOST][ORACLE_TIERS][32]; /* of its own day; "" without one */
	int force[ORACLE_MOST]; /* a slot: the index of the holder it holds for; -1 */
	int64_t today;
};

/* The last day that has begun at T. */
int64_t day_of(const struct world *w, bks_time t);
const bks_tier_rule *rule(const struct world *w, int tier);
bool tier_on(const struct world *w, int tier);
/* Whether DAY lies in the window of TIER that ends at R's day; what is later than that does too. */
bool in_window(const struct world *w, int tier, int64_t day);

bool there(const struct keep_backup *b);
/* With all that it builds on, down to one that builds on nothing. */
bool stands(const struct world *w, int i);
bool eligible(const struct world *w, int i);
bool bad(const struct keep_backup *b);

/* What a content holds, a bit each. */
unsigned parts(enum bks_content c);
bool covers(const struct keep_backup *x, const struct keep_backup *y);
