/* work/feed.h - a stream that is no plain descriptor, pumped into one by a thread of its own */
#pragma once
#include "base/stream.h"

typedef struct feed feed;

/* *fd gives every byte of IN to whoever reads it, and is the caller's to close; IN stays the
 * caller's, who leaves it alone until feed_end. 0; BKS_E_IO. */
int feed_begin(feed **out, int *fd, stream *in, bks_error *err);

/* Waits until the stream ended, when its reader has seen the end (STOP: stops it). 0, or the
 * stream's failure. Idempotent. */
int feed_end(feed *f, bool stop, bks_error *err);

void feed_free(feed *f); /* stops it; NULL is fine */
