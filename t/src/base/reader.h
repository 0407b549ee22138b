/* base/reader.h - exact reads over a stream: the next byte, the next N bytes, skip */
#pragma once
#include "base/stream.h"

/* Over a stream that its owner keeps. After an end or a failure every call repeats it. */
struct reader {
	stream *s;
	const uint8_t *p; /* of the present block, what is left */
	size_t n;
	uint64_t at; /* bytes taken so far */
	bks_error *err;
};

void reader_init(struct reader *r, stream *s, bks_error *err);

/* Each: 1 done; 0 the stream ended first (what there was is taken); negative failed or BKS_E_CUT. */
int reader_take(struct reader *r, void *out, size_t n);
int reader_byte(struct reader *r, uint8_t *out);
int reader_skip(struct reader *r, uint64_t n);
/* What lies next, at most MAX bytes, at least one, as a loan until the next call; taken. */
int reader_some(struct reader *r, const uint8_t **p, size_t *n, uint64_t max);
