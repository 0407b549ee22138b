/*
 * The processor's own instruction where it has one: it takes three cycles and can begin one in
 * each, so three parts of a block go side by side and are joined by a table. Else a table, one
 * byte a step.
 */
#include "base/crc32c.h"
#include <string.h>
#if defined(__x86_64__)
#include <nmmintrin.h>
#include <pthread.h>
#endif

static uint32_t by_table(uint32_t c, const uint8_t *p, size_t n)
{
	static _Thread_local uint32_t table[256];

	if (!table[1])
		for (uint32_t i = 0; i < 256; i++) {
			uint32_t v = i;

			for (int k = 0; k < 8; k++)
				v = v & 1 ? v >> 1 ^ 0x82f63b78U : v >> 1;
			table[i] = v;
		}
	while (n--)
		c = table[(c ^ *p++) & 0xff] ^ c >> 8;
	return c;
}

#if defined(__x86_64__)
#define PART ((size_t)1024) /* bytes: so that a page of 8 KiB has some */

/* What PART zero bytes make of a sum with one byte set: by place and value of that byte. */
static uint32_t shifted[4][256];

__attribute__((target("sse4.2"))) static uint32_t by_processor(
	uint32_t c, const uint8_t *p, size_t n)
{
	uint64_t wide = c, word;

	for (; n >= sizeof word; n -= sizeof word, p += sizeof word) {
		memcpy(&word, p, sizeof word);
		wide = _mm_crc32_u64(wide, word);
	}
	c = (uint32_t)wide;
	while (n--)
		c = _mm_crc32_u8(c, *p++);
	return c;
}

/* A sum is linear in its bits: those of one bit each make all others. */
static void make_shifted(void)
{
	static const uint8_t zeros[PART];

	for (int place = 0; place < 4; place++)
		for (uint32_t bit = 1; bit < 256; bit *= 2) {
			uint32_t c = by_processor(bit << 8 * place, zeros, PART);

			for (uint32_t v = 0; v < bit; v++)
				shifted[place][bit + v] = shifted[place][v] ^ c;
		}
}

static uint32_t shift(uint32_t c)
{
	return shifted[0][c & 0xff] ^ shifted[1][c >> 8 & 0xff] ^ shifted[2][c >> 16 & 0xff] ^
	       shifted[3][c >> 24];
}

__attribute__((target("sse4.2"))) static uint32_t by_threes(
	uint32_t c, const uint8_t *p, size_t n)
{
	static pthread_once_t once = PTHREAD_ONCE_INIT;

	if (n >= 3 * PART)
		pthread_once(&once, make_shifted);
	for (; n >= 3 * PART; n -= 3 * PART, p += 3 * PART) {
		uint64_t first = c, second = 0, third = 0, a, b, d;

		for (size_t i = 0; i < PART; i += sizeof a) {
			memcpy(&a, p + i, sizeof a);
			memcpy(&b, p + PART + i, sizeof b);
			memcpy(&d, p + 2 * PART + i, sizeof d);
			first = _mm_crc32_u64(first, a);
			second = _mm_crc32_u64(second, b);
			third = _mm_crc32_u64(third, d);
		}
		c = shift(shift((uint32_t)first) ^ (uint32_t)second) ^ (uint32_t)third;
	}
	return by_processor(c, p, n);
}
#endif

uint32_t crc32c(uint32_t so_far, const void *bytes, size_t n)
{
#if defined(__x86_64__)
	if (__builtin_cpu_supports("sse4.2"))
		return ~by_threes(~so_far, bytes, n);
#endif
	return ~by_table(~so_far, bytes, n);
}
