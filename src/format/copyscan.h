/*
 * format/copyscan.h - rows of COPY data found 64 bytes at a time, by the widest instructions
 * that the processor has
 *
 * Most bytes of a dump go through here. Each of them has the same answer; what they cannot
 * decide they leave to format/sqlcopy.c.
 */
#pragma once
#include "format/sqlcopy.h"

/* P stands inside a row, or at the first byte of one that is no backslash. Takes whole blocks
 * of 64 bytes, or up to behind a line end that a backslash follows, and counts rows, lines and
 * tabs in C. Returns where it stopped; *START: at the first byte of a row, of which nothing is
 * known. */
typedef const uint8_t *copyscan_fn(
	struct sqlcopy *c, const uint8_t *p, const uint8_t *end, bool *start);

copyscan_fn *copyscan_best(void);

/* For tests: the I-th way of COPYSCAN_WAYS; NULL where this processor has it not. */
enum { COPYSCAN_WAYS = 3 };
copyscan_fn *copyscan_way(int i);
