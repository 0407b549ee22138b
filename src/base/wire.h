/*
 * base/wire.h - numbers, texts and descriptors over a socket between two processes of which one
 * may be under a stranger's will
 *
 * Buffered both ways. The first failure sticks: what is taken after it is 0 or empty, what is
 * put is dropped, so that a whole message may be read before the state is asked once. Nothing
 * that is taken is believed: a text is at most as long as the taker says, and all that is taken
 * of one answer counts against a budget.
 */
#pragma once
#include "base/arena.h"
#include <stdbool.h>
#include <stdint.h>

enum wire_state {
	WIRE_FINE,
	WIRE_CLOSED,  /* the other end is gone */
	WIRE_BAD,     /* it said what cannot be; `why` tells */
	WIRE_STOPPED, /* wait said so */
};

enum { WIRE_ROOM = 16 * 1024, WIRE_FDS = 2 };

struct wire {
	int fd;
	enum wire_state state;
	const char *why; /* static */
	/* The socket gave up for now (EAGAIN, after a time-out of its own). Nonzero: no
	 * further. NULL: it never does. */
	int (*wait)(void *arg);
	void *arg;
	int eager; /* so often it is asked before one sleeps for an answer; 0: sleep at once */
	uint64_t budget; /* bytes that may still be taken; set it anew for each answer */
	size_t in_at, in_n, out_n;
	bool takes_fds;
	int fds[WIRE_FDS]; /* came, and nobody took them yet */
	size_t fd_n;
	uint8_t in[WIRE_ROOM], out[WIRE_ROOM];
};

/* TAKES_FDS: whether the other end may send descriptors; the kernel drops those of one that may
 * not, and the wire is bad. */
void wire_init(struct wire *w, int fd, bool takes_fds);
void wire_clear(struct wire *w); /* closes what descriptors nobody took; not FD */

void wire_put_number(struct wire *w, int64_t v);
void wire_put_bytes(struct wire *w, const void *p, size_t n); /* without its length */
void wire_put_text(struct wire *w, const char *s);            /* NULL is kept apart from "" */
/* Sends what was put, with N descriptors (at most WIRE_FDS), which stay the caller's. They
 * arrive before anything that is put later. */
void wire_flush(struct wire *w, const int *fds, size_t n);

int64_t wire_take_number(struct wire *w);
/* One from LEAST to MOST, else the wire is bad for WHY. */
int64_t wire_take_within(struct wire *w, int64_t least, int64_t most, const char *why);
void wire_take_bytes(struct wire *w, void *p, size_t n);
/* At most MOST bytes and no NUL among them; NULL as it was put. Lives in A. "" once the wire
 * failed, so that only a NULL that was sent is one. */
const char *wire_take_text(struct wire *w, size_t most, bks_arena *a);
/* The oldest descriptor that came and was not taken, now the caller's; -1: none. */
int wire_take_fd(struct wire *w);

/* Always returns -1. */
int wire_bad(struct wire *w, const char *why);
