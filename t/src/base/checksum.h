/* base/checksum.h - the checksums that a base backup's manifest may name (SHA-2 by libcrypto)
 */
#pragma once
#include "base/auto.h"
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define CHECKSUMS(X)                                                                           \
	X(NONE, "NONE", 0)                                                                     \
	X(CRC32C, "CRC32C", 4)                                                                 \
	X(SHA224, "SHA224", 28)                                                                \
	X(SHA256, "SHA256", 32)                                                                \
	X(SHA384, "SHA384", 48)                                                                \
	X(SHA512, "SHA512", 64)

#define X(name, word, size) CHECKSUM_##name,
enum checksum_kind { CHECKSUMS(X) CHECKSUM_KINDS };
#undef X

enum { CHECKSUM_MAX = 64 };

const char *checksum_name(enum checksum_kind k);
size_t checksum_size(enum checksum_kind k); /* bytes; 0 of NONE */
/* The kind of that name, of either case as PostgreSQL takes it; CHECKSUM_KINDS: there is none.
 */
enum checksum_kind checksum_kind(const char *name);

typedef struct checksum checksum;

checksum *checksum_new(enum checksum_kind k);
void checksum_add(checksum *c, const void *bytes, size_t n);
/* Into OUT, of CHECKSUM_MAX bytes, a CRC with its lowest byte first; and frees C. Returns its
 * size. */
size_t checksum_end(uint8_t *out, checksum *c);
void checksum_free(checksum *c); /* NULL is fine */

AUTO_FN(checksum_auto, checksum, checksum_free);
