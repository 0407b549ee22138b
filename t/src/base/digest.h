/* base/digest.h - XXH3-128 and SHA-256 over a stream (home of xxhash.h and of libcrypto) */
#pragma once
#include "backstay/inspect.h"
#include "base/stream.h"

typedef struct digest digest;

digest *digest_new(bool sha256);
void digest_add(digest *d, const void *bytes, size_t n);
void digest_end(bks_digests *out, digest *d); /* and frees D */
void digest_free(digest *d);                  /* NULL is fine */

/* Hands OUTER's blocks on and feeds them to D; owns OUTER, not D. */
stream *digest_tee(stream *outer, digest *d);

/* SHA-256 of N bytes. */
void digest_sha256(uint8_t out[32], const void *bytes, size_t n);
