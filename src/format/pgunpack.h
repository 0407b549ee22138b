/*
 * format/pgunpack.h - unpacks the data of a pg_dump archive as its bytes come: plain, zlib, lz4
 * frame, zstd frame
 *
 * One stream a data block, as src/bin/pg_dump/compress_*.c writes it: exactly one zlib stream
 * (RFC 1950) or one frame, its end where the block ends. One struct pgunpack serves block after
 * block. Memory: 384 KiB and the window, at most 128 MiB.
 */
#pragma once
#include "format/pghead.h"
#include <stdatomic.h>

enum pgunpack_fault {
	UNPACK_FINE,
	UNPACK_BROKEN,   /* the packed bytes make no sense */
	UNPACK_CHECKSUM, /* they do, and their checksum says other bytes were packed */
	UNPACK_LIMIT,    /* they ask for a window above the limit */
	UNPACK_AFTER,    /* bytes after the end of the stream */
	UNPACK_CUT,      /* no end of the stream; known at the end only */
};

typedef void pgunpack_sink(void *arg, const uint8_t *p, size_t n);
struct pgunpack;

/* DOUBT as inflate.h's: where it is set the result is void. */
struct pgunpack *pgunpack_new(enum pg_packing packing, atomic_bool *doubt);
void pgunpack_free(struct pgunpack *u); /* NULL is fine */

void pgunpack_begin(struct pgunpack *u, pgunpack_sink *sink, void *arg);
/* Hands what it unpacks to the sink, now or by pgunpack_end. Once there was a fault it does
 * nothing. */
void pgunpack_feed(struct pgunpack *u, const uint8_t *p, size_t n);
/* All was fed. The fault of the whole; UNPACK_FINE only when the stream reached its end. */
enum pgunpack_fault pgunpack_end(struct pgunpack *u);
/* Why, in the library's words; a loan. */
const char *pgunpack_reason(const struct pgunpack *u);
/* Whether what was unpacked since the begin had a checksum over it. */
bool pgunpack_checked(const struct pgunpack *u);

AUTO_FN(pgunpack_auto, struct pgunpack, pgunpack_free);
