/*
 * work/remote.h - a worker as its employer meets it: an order goes out, its questions are
 * answered, its answer is checked
 *
 * Nothing here runs inside the sandbox, and nothing that comes from there is believed.
 */
#pragma once
#include "base/nursery.h"
#include "work/order.h"

struct remote {
	struct hireling worker;
	struct wire wire;
	struct sandbox_limits limits;
	int standing; /* sandbox's bits as it told them; -1: it said nothing yet */
	int served;   /* orders */

	char *key; /* of whoever keeps it; freed with it */
};

/* What goes on while a worker works. Zeroed is fine. */
struct remote_watch {
	bool (*stop)(void *arg); /* asked at least every 100 ms */
	void (*read)(
		void *arg, int64_t bytes); /* so many more were read; 0: some time passed */
	void *arg;
	int64_t patience; /* microseconds without a word from it; 0 is half an hour */
};

enum remote_end {
	REMOTE_DONE,    /* OUT is filled, and the worker waits for more */
	REMOTE_REFUSED, /* format_glance failed: the bytes could not be had; ERR tells */
	REMOTE_STOPPED, /* watch said so */
	REMOTE_DIED,    /* ERR tells how; the worker is dismissed */
	REMOTE_LIED,    /* as above: what it said cannot be */
	REMOTE_SHORT,   /* as above: it wanted more memory than it may have */
};

/* 0; BKS_E_IO. */
int remote_hire(struct remote **out, const struct sandbox_limits *l, bks_error *err);
void remote_dismiss(struct remote *r); /* NULL is fine */

/*
 * One order under way; O and W must outlive it, and O's job's IN or MEMBERS stay the caller's. A
 * worker may have several at once when all of them are glances at plain descriptors, whose orders
 * and answers fit into a socket: they are ended in the order in which they were begun.
 */
struct errand;
struct errand *errand_begin(struct remote *r, struct order *o, const struct remote_watch *w);
/* Waits for its answer, and frees it. */
enum remote_end errand_end(bks_inspection *out, struct errand *e, bks_arena *a, bks_error *err);
/* Frees one whose answer will never be taken: its worker is asked nothing any more. */
void errand_drop(struct errand *e);

/* Has it do O: both at once. */
enum remote_end remote_do(bks_inspection *out, struct remote *r, struct order *o,
	const struct remote_watch *w, bks_arena *a, bks_error *err);
