/* base/bytes.h - numbers and hex in byte order; the caller has checked the bounds */
#pragma once
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

static inline uint32_t get_le32(const uint8_t *p)
{
	return (uint32_t)p[0] | (uint32_t)p[1] << 8 | (uint32_t)p[2] << 16 | (uint32_t)p[3] << 24;
}

static inline uint32_t get_be32(const uint8_t *p)
{
	return (uint32_t)p[3] | (uint32_t)p[2] << 8 | (uint32_t)p[1] << 16 | (uint32_t)p[0] << 24;
}

static inline uint64_t get_le64(const uint8_t *p)
{
	return get_le32(p) | (uint64_t)get_le32(p + 4) << 32;
}

/* N bytes as 2 N lower-case digits and a NUL into OUT, which is returned. */
char *hex_write(char *out, const uint8_t *v, size_t n);
/* Exactly 2 N digits of either case, then the end of TEXT. false: something else stood there. */
bool hex_read(uint8_t *out, size_t n, const char *text);
