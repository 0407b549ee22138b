/* oracle.h - retention and restore points straight from their definitions, as slowly as those
 * read */
#pragma once
#include "policy/policy.h"

enum { ORACLE_REASONS = 24, ORACLE_TIERS = 8, ORACLE_COPIES = 4, ORACLE_MOST = 64 };

struct oracle_row {
	enum bks_keep action;
	char reasons[ORACLE_REASONS][64]; /* in no order */
	int tier[ORACLE_REASONS];    /* of a slot, its place in the policy; -1 */
	bool closed[ORACLE_REASONS]; /* R has left the slot's bucket */
	int reason_count;
	bool eligible;
	bool stands;
	enum bks_keep copies[ORACLE_COPIES];
	bool copy_holds[ORACLE_COPIES][ORACLE_REASONS]; /* which reason keeps which copy */
	bool apart;  /* its copies are told apart */
	int not_there; /* how many tiers ask for a place where no good copy is */
};

struct oracle_plan {
	bks_time reference;
	char block[64]; /* why nothing goes now; "" */
	int64_t bytes;	/* that stay */
	struct oracle_row rows[ORACLE_MOST];
};

/* N is at most ORACLE_MOST. */
void oracle_decide(struct oracle_plan *out, const struct keep_backup *v, int n,
	const struct keep_slot *slots, int slot_count, const bks_policy *policy, bks_time now);

/* What comes after each backup was judged by itself: chains, quota, copies. */
void oracle_after(struct oracle_plan *out, const struct keep_backup *v, int n, const bks_policy *policy);
bool oracle_weak(const struct keep_backup *b);

struct oracle_pick {
	int choice, before, after;
	int64_t loss;
	int meets_rpo, meets_rto;
	bool partial;
};

void oracle_pick(struct oracle_pick *out, const struct point_candidate *v, int n,
	const bks_wish *wish, int policy_level);

/* What both opinions of the oracle rest on. */
bool oracle_good(const struct keep_backup *b, int level, bks_time now);
bool oracle_future(const struct keep_backup *b, bks_time now);
bool oracle_later(const struct keep_backup *x, const struct keep_backup *y);

struct date {
	int year, month, day;
};
struct date date_of(int64_t days);
/* The name of DAY's bucket; OUT has 32 bytes. */
void label(char *out, enum bks_bucket bucket, int64_t day);
