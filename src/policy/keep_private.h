/* policy/keep_private.h - one plan while it is made: keep.c judges the rows, tiers.c gives out
 * the slots, floor.c says what stays whatever the tiers say, chain.c what others build on,
 * copies.c where it stays, quota.c what goes for want of room */
#pragma once
#include "base/vec.h"
#include "policy/bucket.h"
#include "policy/eligible.h"

struct keep_reason {
	const char *text;
	const bks_tier_rule *rule; /* of a slot; NULL: it holds everywhere */
	bool closed;		   /* R has left the slot's bucket */
};

struct keep_item {
	const struct keep_backup *b;
	bool eligible;
	bool stands; /* eligible, or it would be, were it not condemned */
	bool bad;    /* proven so */
	bool dated;  /* its point is known and not in the future */
	bool broken; /* it builds on what is not there or not good */
	bool by_chain; /* kept for nothing but those that build on it */
	const char *parting; /* the reason for which it would go without those */
	int walked;
	int group;
	int64_t day; /* the civil day of its point, where it is dated */
	enum bks_keep action;
	struct keep_item *parent;
	size_t slots; /* how many reasons it has, without those that build on it */
	int64_t kids; /* that stay and build on it directly */
	VEC(struct keep_reason) reasons;
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
	const char *block; /* the reason why nothing is let go now; NULL */
	VEC(struct keep_slot) holders; /* of closed slots */
	VEC(const char *) notes;
	bks_arena *arena;
};

/* No tier is on: all is kept. */
bool keep_keeps_all(const bks_policy *p);

void keep_say(struct keep_work *w, struct keep_item *i, const char *reason);
void keep_say_slot(struct keep_work *w, struct keep_item *i, const struct keep_reason *r);
/* Takes all reasons back that begin with WORD. */
void keep_unsay(struct keep_item *i, const char *word);
/* The item of ID; NULL. */
struct keep_item *keep_find(const struct keep_work *w, int64_t id);
/* Gives out the slots of a tier, and what was asked for it by name; R is known. */
void keep_tier(struct keep_work *w, const bks_tier_rule *rule);

void keep_anchor(struct keep_work *w);
void keep_floor(struct keep_work *w);
void keep_newest(struct keep_work *w);
/* Finds what suspends all parting, once all reasons to keep are gathered. */
void keep_block(struct keep_work *w);
/* Whether an eligible backup newer than B holds as much as B was to hold. */
bool keep_replaced(const struct keep_work *w, const struct keep_backup *b, bool loosely);

/* What builds on something that does not stand does not stand itself. Before anything else. */
void keep_chain_find(struct keep_work *w);
/* What stays keeps what it builds on. */
void keep_chain_close(struct keep_work *w);
/* Says so, and for whom. */
void keep_chain_say(struct keep_work *w);

/* What its server keeps stays, whatever the policy says: a copy that would go gets that reason. Last of all. */
void keep_locked(struct keep_work *w, struct keep_item *i);

/* Bytes of I that stay, in all its copies. */
int64_t keep_bytes(const struct keep_work *w, const struct keep_item *i);
void keep_copies(struct keep_row *out, const struct keep_work *w, const struct keep_item *i);
void keep_quota(struct keep_work *w);
