/*
 * work/order.h - what an employer tells a worker to do, and what both may say while it is done
 *
 * The employer sends one order and then only answers; the worker says things (below) until it
 * has said ORDER_ANSWER or ORDER_FAILED, and waits for the next order. Numbers are 64 bits.
 */
#pragma once
#include "base/wire.h"
#include "format/verify.h"
#include "format/wal.h"

enum order_kind { ORDER_VERIFY, ORDER_GLANCE };

/* What a worker says. SLOT is a number that the answer to ORDER_OPEN gave. */
enum order_said {
	ORDER_HELLO, /* the first of all, once: number, sandbox's bits */
	ORDER_READ,  /* number: so many more bytes were read */
	ORDER_OPEN,  /* numbers LIST and I: wants member I. The answer: number, as of a member's
			open; numbers SLOT and FED; a text when it is negative; with it the
			descriptor when it is 0 */
	ORDER_CHANGED, /* SLOT: did it change? The answer: number and text, as of changed */
	ORDER_FED, /* SLOT: its pipe ended. The answer: 0, or negative and a text: it broke off
		    */
	ORDER_CLOSED, /* SLOT; no answer */
	ORDER_ANSWER, /* number, what the verifier returned, 0 or more; an answer.h */
	ORDER_FAILED, /* number: a negative code; and a text */
	ORDER_SAID_COUNT
};

/* What may be opened beside the one file: the members of a folder, what lies beside a database.
 */
enum { ORDER_MEMBERS, ORDER_BESIDE, ORDER_LISTS };

/* Slot 0 is the one file of an order. */
enum { ORDER_SLOTS = 600, ORDER_TEXT_MAX = 64 * 1024 };

struct order_list {
	bool there;
	const struct member *v;
	size_t n;
};

struct order {
	enum order_kind kind;
	struct verify_job
		job;    /* IN, MEMBERS, BESIDE, SCRATCH and CHANGED are the taker's to make */
	bool fed;       /* the descriptor is a pipe */
	bool scratches; /* a second one comes, to be written on */
	struct order_list lists[ORDER_LISTS];
	struct wal_part wal; /* the taker's JOB.wal points there */
	int answered; /* what the verifier returned, 0 or 1; the worker's word */
	int fd;       /* -1 of a folder */
	int scratch;
};

/* O's descriptors stay the caller's. */
void order_put(struct wire *w, const struct order *o);

/* Waits for the next one. 0: *o, whose descriptors are the caller's and whose texts live in A;
 * -1: there will be none. */
int order_take(struct order *o, struct wire *w, bks_arena *a);
