/* How the parts of a wrapping begin: magic numbers, and the skippable frames that zstd and lz4
 * share. */
#include "format/magic.h"
#include "base/bytes.h"

enum unwrap_begin unwrap_magic(const uint8_t *p, size_t n, const void *magic, size_t magic_n)
{
	if (n < 2 || memcmp(p, magic, n < magic_n ? n : magic_n))
		return BEGINS_NOTHING;
	return n < magic_n ? BEGINS_CUT : BEGINS_PART;
}

/* 0x184d2a50 to 0x184d2a5f, little-endian. */
enum unwrap_begin unwrap_skippable(const uint8_t *p, size_t n)
{
	if (n < 2 || p[0] >> 4 != 5 || memcmp(p + 1, "\x2a\x4d\x18", n < 4 ? n - 1 : 3))
		return BEGINS_NOTHING;
	return n < SKIPPABLE_HEAD ? BEGINS_CUT : BEGINS_SKIPPABLE;
}

int unwrap_probe(const uint8_t *head, size_t n, const void *magic, size_t magic_n)
{
	if (unwrap_magic(head, n, magic, magic_n) == BEGINS_NOTHING)
		return 0;
	return 8 * (int)(n < magic_n ? n : magic_n);
}

uint64_t unwrap_skippables(const uint8_t *head, size_t n)
{
	uint64_t at = 0;

	while (at < n && unwrap_skippable(head + at, n - (size_t)at) == BEGINS_SKIPPABLE)
		at += SKIPPABLE_HEAD + (uint64_t)get_le32(head + at + 4);
	return at;
}
