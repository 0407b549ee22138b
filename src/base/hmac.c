/* HMAC-SHA256 by libcrypto. */
#include "base/hmac.h"
#include "base/libcrypto.h"
#include <stdlib.h>

void hmac_sha256(uint8_t out[32], const void *key, size_t key_n, const void *bytes, size_t n)
{
	size_t made = 0;

	if (!EVP_Q_mac(
		    NULL, "HMAC", NULL, "SHA256", NULL, key, key_n, bytes, n, out, 32, &made) ||
		made != 32)
		abort(); /* libcrypto without HMAC: nothing sensible is left to do */
}
