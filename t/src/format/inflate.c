/* Deflate by zlib, which checks CRC, length and header itself; what went wrong is told from its
 * message. */
#include "format/inflate.h"
#include <limits.h>
#include <stdlib.h>
#include <string.h>
#define ZLIB_CONST
#include <zlib.h>

struct inflater {
	z_stream z;
};

struct inflater *inflater_new(enum inflate_kind kind)
{
	struct inflater *f = calloc(1, sizeof *f);

	if (!f || inflateInit2(&f->z, kind == INFLATE_GZIP ? 15 + 16 : 15) != Z_OK)
		abort();
	return f;
}

void inflater_free(struct inflater *f)
{
	if (f)
		inflateEnd(&f->z);
	free(f);
}

void inflater_reset(struct inflater *f)
{
	inflateReset(&f->z);
}

static enum inflate_result bad(const char *msg)
{
	static const struct {
		const char *msg;
		enum inflate_result result;
	} known[] = {
		{"incorrect data check", INFLATE_BAD_CHECKSUM},
		{"incorrect length check", INFLATE_BAD_LENGTH},
		{"header crc mismatch", INFLATE_BAD_HEADER_CHECKSUM},
		{"incorrect header check", INFLATE_BAD_HEADER},
		{"unknown compression method", INFLATE_BAD_HEADER},
		{"unknown header flags set", INFLATE_BAD_HEADER},
		{"invalid window size", INFLATE_BAD_HEADER},
	};

	for (size_t i = 0; msg && i < sizeof known / sizeof *known; i++)
		if (!strcmp(msg, known[i].msg))
			return known[i].result;
	return INFLATE_BAD_DATA;
}

enum inflate_result inflater_step(
	struct inflater *f, const uint8_t **in, size_t *in_n, uint8_t **out, size_t *out_n)
{
	uInt had = *in_n < UINT_MAX ? (uInt)*in_n : UINT_MAX;
	uInt room = *out_n < UINT_MAX ? (uInt)*out_n : UINT_MAX;
	int r;

	f->z.next_in = *in;
	f->z.avail_in = had;
	f->z.next_out = *out;
	f->z.avail_out = room;
	r = inflate(&f->z, Z_NO_FLUSH);
	*in = f->z.next_in;
	*in_n -= had - f->z.avail_in;
	*out = f->z.next_out;
	*out_n -= room - f->z.avail_out;
	switch (r) {
	case Z_OK:
	case Z_BUF_ERROR: /* no progress was possible this time, no more than that */
		return INFLATE_MORE;
	case Z_STREAM_END:
		return INFLATE_END;
	case Z_NEED_DICT:
		return INFLATE_NEEDS_DICTIONARY;
	case Z_MEM_ERROR:
		return INFLATE_NO_MEMORY;
	default:
		return bad(f->z.msg);
	}
}

const char *inflater_why(const struct inflater *f)
{
	return f->z.msg ? f->z.msg : "no reason given";
}
