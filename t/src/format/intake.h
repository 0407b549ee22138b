/* format/intake.h - the outer stream as a wrapping eats it: counted, and with a short look
 * ahead across its blocks */
#pragma once
#include "base/stream.h"

enum { INTAKE_HOLD = 32 };

struct intake {
	stream *outer;
	const uint8_t *p, *rest; /* what comes next, maybe in HOLD; and behind it what is left
				    of outer's block */
	size_t n, rest_n;
	uint64_t at; /* offset of P in the outer stream */
	bool ended;
	uint8_t hold[INTAKE_HOLD];
};

void intake_init(struct intake *i, stream *outer); /* OUTER stays the caller's */

/* 1: P and N (never 0) are what comes next; 0: the outer stream ended; negative: it failed. */
int intake_more(struct intake *i, bks_error *err);

/* Makes N at least K (at most INTAKE_HOLD), or all there are. 0 or negative. */
int intake_gather(struct intake *i, size_t k, bks_error *err);

void intake_take(struct intake *i, size_t n); /* at most N */
