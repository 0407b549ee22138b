/* policy/keep_private.h - one plan while it is made: keep.c judges the rows, tiers.c gives out
 * the slots */
#pragma once
#include "base/vec.h"
#include "policy/bucket.h"
#include "policy/eligible.h"

struct keep_item {
	const struct keep_backup *b;
	bool eligible;
	bool stands; /* eligible, or it would be, were it not condemned */
	bool bad;    /* proven so */
	bool dated;  /* its point is known and not in the future */
	int group;
	int64_t day; /* the civil day of its point, where it is dated */
	VEC(const char *) reasons;
};

struct keep_work {
	const bks_policy *policy;
	bks_time now, reference;
	int64_t today;                      /* the civil day of R */
	bks_time newest[BKS_CONTENT_COUNT]; /* eligible one of each content; or NONE */
	struct keep_item *items;            /* in the order of the input */
	size_t n;
	struct keep_item **standing; /* newest first */
	size_t standing_count;
	struct keep_item **by_id;
	const struct keep_slot *slots;
	size_t slot_count;
	VEC(struct keep_slot) holders; /* of closed slots */
	bks_arena *arena;
};

void keep_say(struct keep_work *w, struct keep_item *i, const char *reason);
/* The item of ID; NULL. */
struct keep_item *keep_find(const struct keep_work *w, int64_t id);
/* Gives out the slots of a tier, and what was asked for it by name; R is known. */
void keep_tier(struct keep_work *w, const bks_tier_rule *rule);
