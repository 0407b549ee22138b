/*
 * base/nursery.h - processes for work on strangers' bytes, forked from a small one that was set
 * aside before any thread, catalog or secret was there
 *
 * The nursery holds nothing but its end of one socket. Asked for a worker it forks one, which
 * holds nothing but its end of another, puts on its sandbox and calls the trade's serve. A
 * worker lives as long as its employer wants: closing `life` kills it, the end of the program,
 * however it comes, ends the nursery and with it all workers.
 */
#pragma once
#include "base/sandbox.h"

/* What the workers of a program can do. */
struct nursery_trade {
	void (*prepare)(void); /* once, in the nursery, before the first worker: touches
				  whatever opens a file when it is first used */
	void (*serve)(int job, int standing); /* in the worker; STANDING are sandbox's bits */
};

/* A worker as its employer holds it. */
struct hireling {
	int job;  /* our end of its one socket, a stream; a call on it gives up after 100 ms
		     (EAGAIN) */
	int life; /* closing it kills the worker */
};

enum hireling_end {
	HIRELING_LOST,   /* the nursery itself is gone, or did not say; VALUE 0 */
	HIRELING_EXITED, /* VALUE: its status */
	HIRELING_KILLED, /* VALUE: the signal */
	HIRELING_DEAF,   /* it closed its socket and lived on; it is killed now; VALUE 0 */
	HIRELING_UNBORN, /* VALUE: errno of fork, or 0: it could not put on its sandbox */
};

/* Sets the process aside. To be called while the program has one thread; does nothing when it
 * was done before. 0; BKS_E_IO. */
int nursery_start(const struct nursery_trade *trade, bks_error *err);

/* Ends it and all workers, and waits for them. Fine when it was never started. */
void nursery_stop(void);

/* From any thread. 0: a worker is on its way, *out is to be dismissed; BKS_E_IO. */
int nursery_hire(struct hireling *out, const struct sandbox_limits *l, bks_error *err);

/* Kills it if it still lives, and forgets it. */
void hireling_dismiss(struct hireling *h);

/* Waits until it is dead and tells how; *value too. Its socket has ended, so that it soon is:
 * in ten seconds, or it only hung up. It is dismissed by it. */
enum hireling_end hireling_bury(struct hireling *h, int *value);

enum { HIRELINGS_MAX = 512 };
