/* base/hmac.h - HMAC-SHA256 (RFC 2104) */
#pragma once
#include <stddef.h>
#include <stdint.h>

/* The code of N bytes under a key of KEY_N bytes. */
void hmac_sha256(uint8_t out[32], const void *key, size_t key_n, const void *bytes, size_t n);
