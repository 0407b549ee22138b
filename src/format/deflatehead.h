/*
 * format/deflatehead.h - the header of one block of deflate (RFC 1951, 3.2.3 and 3.2.7), held
 * to the rules of zlib's inflate.c and inftrees.c
 *
 * For an engine that is laxer: codes that leave something over are refused here as there.
 */
#pragma once
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum deflatehead {
	DEFLATEHEAD_FINE, /* *last is whether the block is the last one */
	DEFLATEHEAD_MORE, /* the bytes end inside it */
	DEFLATEHEAD_BAD,  /* zlib would refuse it */
};

/* No header is longer, in bytes, with the bits before it. */
enum { DEFLATEHEAD_MAX = 320 };

/* The header begins with the lowest of COUNT BITS (the others are 0) and goes on in P. Of a
 * stored block only the first three bits are looked at. */
enum deflatehead deflatehead_check(
	bool *last, uint64_t bits, unsigned count, const uint8_t *p, size_t n);
