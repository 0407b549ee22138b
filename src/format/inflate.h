/*
 * format/inflate.h - deflate undone: gzip members or zlib streams, with their checks
 *
 * The seam behind which the engines stand. zlib alone says what is wrong; where a faster one is
 * built in (isal.h) that one reads first, and whatever it does not like is INFLATE_DOUBT: the
 * caller's result is void then, and all is to be read again with zlib (struct report's DOUBT).
 */
#pragma once
#include <stdatomic.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct inflater;

enum inflate_kind { INFLATE_GZIP, INFLATE_ZLIB };

enum inflate_result {
	INFLATE_MORE, /* it wants more input, or more room */
	INFLATE_END,  /* the member is complete and its checks held; IN stands behind it */
	INFLATE_BAD_HEADER,   /* its header is none */
	INFLATE_BAD_DATA,     /* what follows is not deflate */
	INFLATE_BAD_CHECKSUM, /* of the data: CRC-32 in gzip, Adler-32 in zlib */
	INFLATE_BAD_LENGTH,   /* gzip: the length of the data is not what the trailer says */
	INFLATE_BAD_HEADER_CHECKSUM, /* gzip: the CRC-16 of the header */
	INFLATE_NEEDS_DICTIONARY,    /* zlib */
	INFLATE_NO_MEMORY,
	INFLATE_DOUBT /* DOUBT was set: no verdict on it */
};

/* DOUBT is where the faster engine says that it is not to be believed; NULL: zlib does it all.
 * Aborts without memory: some 40 KiB, with the faster one 160. */
struct inflater *inflater_new(enum inflate_kind kind, atomic_bool *doubt);
void inflater_free(struct inflater *f);  /* NULL is fine */
void inflater_reset(struct inflater *f); /* for the next member */

/* One step; moves IN and OUT past what was taken and made, also when it ends badly. */
enum inflate_result inflater_step(
	struct inflater *f, const uint8_t **in, size_t *in_n, uint8_t **out, size_t *out_n);

/* The engine's own words for the last bad result; a loan. */
const char *inflater_why(const struct inflater *f);

/* The input ended before the member did. true: it was the faster engine that saw it, and DOUBT
 * is set. */
bool inflater_cut(struct inflater *f);

bool inflate_has_fast(void); /* a faster engine is built in */
