/*
 * work/ahead.h - glances that are asked for before they are wanted, so that the one who reads
 * and the one who writes rows work at the same time
 *
 * A queue of files that a worker was told to look at, in the order in which they are wanted. It
 * is one thread's. Nothing that goes wrong here is told of a file: whoever gets no answer looks
 * by itself, and that tells whose fault it was.
 */
#pragma once
#include "base/stream.h"
#include "format/verify.h"

/* So many may be asked for and not taken: as many descriptors are held, and their orders, and
 * the answers to them, fit into a socket. */
enum { AHEAD_MAX = 32 };

struct ahead;

struct ahead *ahead_new(void);
void ahead_free(struct ahead *h); /* NULL is fine; what was not taken is forgotten */

/* Has IN, which it takes and which lies in FOLDER (what shares one may share a process), looked
 * at for whoever takes KEY later. False: it is not, for the
 * queue is full, IN is no plain file, or no process could be had. */
bool ahead_ask(struct ahead *h, stream *in, const char *key, const char *folder,
	const char *name, int64_t size);

/* As apart_glance of what was asked for as KEY; what was asked before it is forgotten. 1: look
 * by yourself: KEY was not asked for, and the queue is as it was, or its worker died. */
int ahead_take(
	bks_inspection *out, struct ahead *h, const char *key, bks_arena *a, bks_error *err);

/* Nobody wants KEY any more, nor what was asked before it; fine when it was never asked for. */
void ahead_pass(struct ahead *h, const char *key);
