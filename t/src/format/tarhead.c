/* One header block of any tar. Numbers are octal text with blanks around it, or in base 256. */
#include "format/tarhead.h"
#include <string.h>

enum { SIZE_AT = 124, SIZE_N = 12, SUM_AT = 148, SUM_N = 8, TYPE_AT = 156, LINK_AT = 157 };
enum { MAGIC_AT = 257, PREFIX_AT = 345, REGION_AT = 386, MORE_AT = 482, STAR_AT = 508 };
enum { STAR_PREFIX = 131 };

static bool is_blank(uint8_t c)
{
	return c == ' ' || !c;
}

static bool read_octal(uint64_t *out, const uint8_t *p, size_t n)
{
	size_t i = 0;

	*out = 0;
	while (i < n && is_blank(p[i]))
		i++;
	for (; i < n && p[i] >= '0' && p[i] <= '7'; i++)
		*out = *out << 3 | (uint64_t)(p[i] - '0');
	while (i < n && is_blank(p[i]))
		i++;
	return i == n;
}

/* NULL, or why it is none. */
static const char *read_size(uint64_t *out, const uint8_t *p)
{
	if (!(p[0] & 0x80))
		return read_octal(out, p, SIZE_N) ? NULL : "its size is no number";
	if (p[0] & 0x40)
		return "its size is negative";
	*out = p[0] & 0x3f;
	for (size_t i = 1; i < SIZE_N; i++) {
		if (*out >> 55)
			return "its size is above 2^63 bytes";
		*out = *out << 8 | p[i];
	}
	return NULL;
}

bool tarhead_checksum(const uint8_t block[USTAR_BLOCK])
{
	int64_t sum = 0, sum_signed = 0;
	uint64_t told;

	for (size_t i = 0; i < USTAR_BLOCK; i++) {
		bool own = i >= SUM_AT && i < SUM_AT + SUM_N;

		sum += own ? ' ' : block[i];
		sum_signed += own ? ' ' : (int8_t)block[i];
	}
	return read_octal(&told, block + SUM_AT, SUM_N) &&
	       ((int64_t)told == sum || (int64_t)told == sum_signed);
}

static size_t add_text(char *to, const uint8_t *p, size_t max)
{
	size_t n = strnlen((const char *)p, max);

	memcpy(to, p, n);
	to[n] = '\0';
	return n;
}

static void read_names(struct tarhead *out, const uint8_t *block)
{
	bool star = !memcmp(block + STAR_AT, "tar", 4);
	size_t n = 0;

	if (out->dialect == TAR_POSIX)
		n = add_text(out->name, block + PREFIX_AT, star ? STAR_PREFIX : USTAR_PREFIX);
	if (n)
		out->name[n++] = '/';
	add_text(out->name + n, block, USTAR_NAME);
	add_text(out->link, block + LINK_AT, USTAR_NAME);
}

static enum tar_dialect dialect_of(const uint8_t *block)
{
	if (!memcmp(block + MAGIC_AT, "ustar  ", 8))
		return TAR_GNU;
	return memcmp(block + MAGIC_AT, "ustar", 5) != 0 ? TAR_OLD : TAR_POSIX;
}

enum ustar_found tarhead_read(
	struct tarhead *out, const uint8_t block[USTAR_BLOCK], const char **why)
{
	if (ustar_zeros(block, USTAR_BLOCK))
		return USTAR_ZEROS;
	out->dialect = dialect_of(block);
	*why = "it is not marked as one";
	if (!tarhead_checksum(block))
		return out->dialect == TAR_OLD ? USTAR_STRANGE : USTAR_CHECKSUM;
	out->type = block[TYPE_AT] ? (char)block[TYPE_AT] : '0';
	*why = read_size(&out->size, block + SIZE_AT);
	if (*why)
		return USTAR_STRANGE;
	read_names(out, block);
	out->regions_more = out->dialect == TAR_GNU && block[REGION_AT] && block[MORE_AT];
	return USTAR_HEADER;
}
