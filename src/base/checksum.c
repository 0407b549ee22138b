/* One face over CRC-32C, which is ours, and SHA-2, which is libcrypto's. */
#include "base/checksum.h"
#include "base/crc32c.h"
#include "base/libcrypto.h"
#include <stdlib.h>
#include <string.h>
#include <strings.h>

struct checksum {
	enum checksum_kind kind;
	uint32_t crc;
	EVP_MD_CTX *sha;
};

static const struct {
	const char *name;
	size_t size;
} kinds[] = {
#define X(name, word, size) {word, size},
	CHECKSUMS(X)
#undef X
};

const char *checksum_name(enum checksum_kind k)
{
	return kinds[k].name;
}

size_t checksum_size(enum checksum_kind k)
{
	return kinds[k].size;
}

enum checksum_kind checksum_kind(const char *name)
{
	for (unsigned k = 0; k < CHECKSUM_KINDS; k++)
		if (!strcasecmp(name, kinds[k].name))
			return (enum checksum_kind)k;
	return CHECKSUM_KINDS;
}

static const EVP_MD *sha_of(enum checksum_kind k)
{
	switch (k) {
	case CHECKSUM_SHA224:
		return EVP_sha224();
	case CHECKSUM_SHA256:
		return EVP_sha256();
	case CHECKSUM_SHA384:
		return EVP_sha384();
	case CHECKSUM_SHA512:
		return EVP_sha512();
	case CHECKSUM_NONE:
	case CHECKSUM_CRC32C:
	case CHECKSUM_KINDS:
	default:
		return NULL;
	}
}

checksum *checksum_new(enum checksum_kind k)
{
	checksum *c = calloc(1, sizeof *c);
	const EVP_MD *md = sha_of(k);

	if (!c)
		abort();
	c->kind = k;
	if (md) {
		c->sha = EVP_MD_CTX_new();
		if (!c->sha || EVP_DigestInit_ex(c->sha, md, NULL) != 1)
			abort(); /* libcrypto without SHA-2: nothing sensible is left to do */
	}
	return c;
}

void checksum_add(checksum *c, const void *bytes, size_t n)
{
	if (c->kind == CHECKSUM_CRC32C)
		c->crc = crc32c(c->crc, bytes, n);
	else if (c->sha && EVP_DigestUpdate(c->sha, bytes, n) != 1)
		abort();
}

size_t checksum_end(uint8_t *out, checksum *c)
{
	size_t n = checksum_size(c->kind);

	for (size_t i = 0; c->kind == CHECKSUM_CRC32C && i < n; i++)
		out[i] = (uint8_t)(c->crc >> 8 * i);
	if (c->sha && EVP_DigestFinal_ex(c->sha, out, NULL) != 1)
		abort();
	checksum_free(c);
	return n;
}

void checksum_free(checksum *c)
{
	if (!c)
		return;
	EVP_MD_CTX_free(c->sha);
	free(c);
}
