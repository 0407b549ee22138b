/* work/remote_slot.h - what a worker holds open of an order, at the employer's end */
#pragma once
#include "work/feed.h"
#include "work/order.h"

struct slot {
	stream *in;  /* NULL: free */
	members *of; /* NULL: it is the one file */
	size_t member;
	feed *feed; /* NULL: the worker has the stream's own descriptor */
};

struct slots {
	struct order *o;
	struct slot *v;
	size_t n;
};

/* Makes room; of one file, its stream is slot 0 and O's FD and FED are set. 0, or BKS_E_IO. */
int slots_begin(struct slots *s, struct order *o, bks_error *err);
void slots_end(struct slots *s);

/* As a member's open. 0: *out and *fd, which slot_sent takes back once it was sent. */
int slots_open(struct slot **out, int *fd, struct slots *s, members *of, size_t member,
	bks_error *err);
void slot_sent(struct slot *s, int fd); /* S may be NULL */

/* As verify_job's changed. */
int slot_changed(const char **how, struct slot *s, struct slots *all, bks_error *err);
void slot_close(struct slot *s);
