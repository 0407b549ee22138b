/* base/crc32c.h - CRC-32C (Castagnoli), as PostgreSQL uses it: RFC 3720 appendix B.4 */
#pragma once
#include <stddef.h>
#include <stdint.h>

/* Start with 0; the result of one call goes on as SO_FAR of the next. */
uint32_t crc32c(uint32_t so_far, const void *bytes, size_t n);
