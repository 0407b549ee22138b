/* One character of UTF-8, strictly as RFC 3629 has it, and which characters are not to be shown
 * as they are. */
#include "base/utf8.h"

/* Length, and the smallest code point that may take it, from the first byte; 0 where none
 * begins with it. */
static size_t length_of(uint8_t first, uint32_t *least)
{
	*least = first < 0xe0 ? 0x80 : first < 0xf0 ? 0x800 : 0x10000;
	if (first < 0xc2 || first > 0xf4)
		return 0;
	return first < 0xe0 ? 2 : first < 0xf0 ? 3 : 4;
}

size_t utf8_take(uint32_t *c, const char *s, size_t n)
{
	const uint8_t *p = (const uint8_t *)s;
	uint32_t least;
	size_t len;

	*c = p[0];
	if (p[0] < 0x80)
		return 1;
	len = length_of(p[0], &least);
	if (!len || len > n)
		return 0;
	*c = p[0] & (0x7fU >> len);
	for (size_t i = 1; i < len; i++) {
		if ((p[i] & 0xc0) != 0x80)
			return 0;
		*c = *c << 6 | (p[i] & 0x3f);
	}
	return *c < least || *c > 0x10ffff || (*c >= 0xd800 && *c <= 0xdfff) ? 0 : len;
}

bool utf8_is_control(uint32_t c)
{
	return c < 0x20 || (c >= 0x7f && c <= 0x9f) || c == 0x61c || c == 0x200e ||
	       c == 0x200f || (c >= 0x2028 && c <= 0x202e) || (c >= 0x2066 && c <= 0x2069);
}
