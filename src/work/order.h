/*
 * work/order.h - what an employer tells a worker to do, and what both may say while it is done
 *
 * The employer sends one order and then only answers; the worker says things (below) until it
 * has said ORDER_ANSWER or ORDER_FAILED, and waits for the next order. Numbers are 64 bits.
 */
#pragma once
#include "base/wire.h"
#include "format/verify.h"

enum order_kind { ORDER_VERIFY, ORDER_GLANCE };

/* The first thing that a worker says, once: ORDER_HELLO and sandbox's bits. */
enum order_said {
	ORDER_HELLO,
	ORDER_READ, /* number: so many more bytes were read */
	ORDER_OPEN, /* number I: wants member I; the answer is open's, with number SLOT, number
		       FED and the descriptor when it is 0, and a text when it is negative */
	ORDER_CHANGED, /* number SLOT: asks whether it changed; the answer is changed's, and a
			  text */
	ORDER_FED, /* number SLOT: its pipe ended; the answer is 0, or negative and a text: it
		      broke off */
	ORDER_CLOSED, /* number SLOT; no answer */
	ORDER_ANSWER, /* an answer.h */
	ORDER_FAILED, /* number: a negative code, and a text */
	ORDER_SAID_COUNT
};

/* Slot 0 is the one file of an order. */
enum { ORDER_SLOTS = 600, ORDER_TEXT_MAX = 64 * 1024 };

struct order {
	enum order_kind kind;
	struct verify_job job; /* IN, MEMBERS and CHANGED are the taker's to make */
	bool fed;              /* the descriptor is a pipe */
	bool folder;
	const struct member *list;
	size_t count;
	int fd; /* -1 of a folder */
};

/* O's descriptor stays the caller's. */
void order_put(struct wire *w, const struct order *o);
/* Waits for the next one. 0: *o, whose descriptor is the caller's and whose texts live in A;
 * -1: there will be none. */
int order_take(struct order *o, struct wire *w, bks_arena *a);
