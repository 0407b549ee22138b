/*
 * format/lanes.h - stretches of one file that several threads walk while the rest of it is
 * still being looked for, each through a stream of its own
 *
 * Whoever reads the file from its first byte to its last (its digest wants that) tells where
 * stretches lie that can be walked by themselves; threads take them, the largest first, and
 * read them once more, out of the page cache. What they find adds up, or is thrown away whole:
 * nothing here depends on which thread was faster.
 */
#pragma once
#include "base/stream.h"

/* More of them than jobs are never useful; a stretch of less is not worth a thread. */
enum { LANES_MAX = 64, LANES_STRETCH = 1024 * 1024 };

/* Another stream of the file: N bytes from byte FROM on, less where it ends. On any thread;
 * NULL: it cannot be had. */
typedef stream *again_fn(void *arg, uint64_t from, uint64_t n);

struct lanes_trade {
	again_fn *again;
	void *again_arg;
	void *(*begin)(void *arg); /* what one thread needs for itself; in that thread */
	/* Walks SIZE bytes from byte FROM on, that IN gives; true: all of them are as they must
	 * be. */
	bool (*walk)(void *arg, void *own, stream *in, uint64_t from, uint64_t size);
	void (*end)(
		void *arg, void *own); /* in the caller's thread, of lanes_end, one by one */
	void *arg;
};

struct lanes;

/* JOBS threads, the caller's among them. */
struct lanes *lanes_new(const struct lanes_trade *t, int jobs);
/* Hands on the bytes of the file from byte AT on: the N of P, then those of IN, which stays the
 * caller's. Stretches are told of while one reads from it, and are closed before L is. */
stream *lanes_watch(struct lanes *l, stream *in, const uint8_t *p, size_t n, uint64_t at);
/* Another stretch: from the end of the last one to byte END, which is not behind what the
 * watched stream gave. It may be walked now, in the caller's thread, when too many wait. */
void lanes_add(struct lanes *l, uint64_t end);
/* Nothing that is still waiting will be walked: somebody knows already that it was for nothing.
 */
void lanes_drop(struct lanes *l);
/* Walks what is left, waits for the others, and frees it. true: every stretch was walked and is
 * as it must be. */
bool lanes_end(struct lanes *l);
