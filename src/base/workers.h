/* base/workers.h - N pieces of work on a few threads, told one by one in the caller's thread */
#pragma once
#include <stdbool.h>
#include <stddef.h>

/* All take ARG. What work(i) wrote, done(i) may read without a lock. Zero members are left out;
 * WORK is needed. */
struct workers {
	void (*work)(void *arg, size_t i); /* on a worker's thread, any order, several at once;
					      signals are blocked there */
	void (*done)(void *arg, size_t i); /* in the caller's thread, one at a time, in the
					      order in which work ended */
	bool (*stop)(void *arg); /* in the caller's thread, before more is handed out: true
				    hands out no more */
	void (*tick)(void *arg); /* in the caller's thread while it waits, about every 100 ms:
				    for progress */
	void *arg;
	int ahead; /* pieces a thread that may be begun and not yet done; 0: 2 */
};

/*
 * Does work(0) to work(N - 1), in rising order of their beginning, on at most JOBS threads (and
 * no more than WORKERS_MAX). With JOBS of 1 or less all runs in the caller's thread, in order,
 * without any thread, and tick comes between two pieces. At most AHEAD times JOBS pieces are begun
 * and not yet done: so much must memory hold. With more than 2 they are handed out in batches, so
 * that threads whose pieces are short need not be woken for each. 0: all was done; 1: stop said so: what had begun was
 * ended and done, the rest was never begun.
 */
int workers_run(const struct workers *w, size_t n, int jobs);

enum { WORKERS_MAX = 256 };
