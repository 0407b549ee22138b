/* One header block: numbers in octal text, or in base 256 where they are too big for it; the
 * checksum is the sum of all bytes, with spaces in its own place. */
#include "format/ustar.h"
#include <string.h>

enum { NAME_AT = 0, SIZE_AT = 124, SIZE_N = 12, SUM_AT = 148, SUM_N = 8, TYPE_AT = 156 };
enum { LINK_AT = 157, MAGIC_AT = 257, PREFIX_AT = 345 };

bool ustar_zeros(const uint8_t *p, size_t n)
{
	return !n || (!p[0] && !memcmp(p, p + 1, n - 1));
}

bool ustar_magic(const uint8_t block[USTAR_BLOCK])
{
	const uint8_t *m = block + MAGIC_AT;

	return !memcmp(m,
		       "ustar\0"
		       "00",
		       8) ||
	       !memcmp(m, "ustar00\0", 8) || !memcmp(m, "ustar  \0", 8);
}

/* Octal digits, then only spaces and zero bytes. */
static bool read_octal(uint64_t *out, const uint8_t *p, size_t n)
{
	size_t i;

	*out = 0;
	for (i = 0; i < n && p[i] >= '0' && p[i] <= '7'; i++)
		*out = *out << 3 | (uint64_t)(p[i] - '0');
	if (!i)
		return false;
	while (i < n && (p[i] == ' ' || !p[i]))
		i++;
	return i == n;
}

static bool read_size(uint64_t *out, const uint8_t *p)
{
	if (p[0] != 0x80)
		return read_octal(out, p, SIZE_N);
	*out = 0;
	for (size_t i = 1; i < SIZE_N; i++) {
		if (*out >> 55)
			return false; /* no file is above 2^63 bytes */
		*out = *out << 8 | p[i];
	}
	return true;
}

bool ustar_checksum(const uint8_t block[USTAR_BLOCK])
{
	uint64_t told, sum = 0;

	for (size_t i = 0; i < USTAR_BLOCK; i++)
		sum += i >= SUM_AT && i < SUM_AT + SUM_N ? ' ' : block[i];
	return read_octal(&told, block + SUM_AT, SUM_N) && told == sum;
}

static void read_name(struct ustar *out, const uint8_t *block)
{
	size_t n = strnlen((const char *)block + PREFIX_AT, USTAR_PREFIX), k;

	memcpy(out->name, block + PREFIX_AT, n);
	if (n)
		out->name[n++] = '/';
	k = strnlen((const char *)block + NAME_AT, USTAR_NAME);
	memcpy(out->name + n, block + NAME_AT, k);
	out->name[n + k] = '\0';
}

enum ustar_found ustar_read(
	struct ustar *out, const uint8_t block[USTAR_BLOCK], const char **why)
{
	if (ustar_zeros(block, USTAR_BLOCK))
		return USTAR_ZEROS;
	*why = "it is not marked as one";
	if (!ustar_checksum(block))
		return ustar_magic(block) ? USTAR_CHECKSUM : USTAR_STRANGE;
	if (!ustar_magic(block))
		return USTAR_STRANGE;
	*why = "its size is no number";
	if (!read_size(&out->size, block + SIZE_AT))
		return USTAR_STRANGE;
	*why = "a regular file with the name of a link's target";
	out->type = block[TYPE_AT] ? (char)block[TYPE_AT] : '0';
	if (out->type == '0' && block[LINK_AT])
		return USTAR_STRANGE;
	read_name(out, block);
	return USTAR_HEADER;
}

bool ustar_unsafe(const char *name)
{
	if (*name == '/')
		return true;
	while (*name) {
		size_t n = strcspn(name, "/");

		if (n == 2 && !memcmp(name, "..", 2))
			return true;
		name += n + (name[n] == '/');
	}
	return false;
}
