/* Deflate by zlib, which checks CRC, length and header itself; what went wrong is told from its
 * message. The faster engine gets what stands behind the header, which zlib reads in both
 * cases. */
#include "format/inflate.h"
#include "format/isal.h"
#include <limits.h>
#include <stdlib.h>
#include <string.h>
#define ZLIB_CONST
#include <zlib.h>

struct inflater {
	z_stream z;
	struct isal *fast; /* NULL: zlib alone */
	atomic_bool *doubt;
	bool headed; /* the header is read: what follows is FAST's */
};

bool inflate_has_fast(void)
{
	return isal_built();
}

struct inflater *inflater_new(enum inflate_kind kind, atomic_bool *doubt)
{
	struct inflater *f = calloc(1, sizeof *f);

	if (!f || inflateInit2(&f->z, kind == INFLATE_GZIP ? 15 + 16 : 15) != Z_OK)
		abort();
	f->doubt = doubt;
	if (doubt)
		f->fast = isal_new(kind == INFLATE_GZIP);
	return f;
}

void inflater_free(struct inflater *f)
{
	if (f) {
		inflateEnd(&f->z);
		isal_free(f->fast);
	}
	free(f);
}

void inflater_reset(struct inflater *f)
{
	inflateReset(&f->z);
	f->headed = false;
	if (f->fast)
		isal_again(f->fast);
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

static enum inflate_result step_fast(
	struct inflater *f, const uint8_t **in, size_t *in_n, uint8_t **out, size_t *out_n)
{
	switch (isal_step(f->fast, in, in_n, out, out_n)) {
	case ISAL_MORE:
		return INFLATE_MORE;
	case ISAL_END:
		return INFLATE_END;
	case ISAL_DOUBT:
		break;
	}
	atomic_store(f->doubt, true);
	return INFLATE_DOUBT;
}

/* The place between the header and the first block. */
static bool behind_header(const z_stream *z)
{
	return z->data_type & 128;
}

static enum inflate_result step_zlib(
	struct inflater *f, const uint8_t **in, size_t *in_n, uint8_t **out, size_t *out_n)
{
	uInt had = *in_n < UINT_MAX ? (uInt)*in_n : UINT_MAX;
	uInt room = *out_n < UINT_MAX ? (uInt)*out_n : UINT_MAX;
	int r;

	f->z.next_in = *in;
	f->z.avail_in = had;
	f->z.next_out = *out;
	f->z.avail_out = room;
	r = inflate(&f->z, f->fast ? Z_BLOCK : Z_NO_FLUSH);
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

enum inflate_result inflater_step(
	struct inflater *f, const uint8_t **in, size_t *in_n, uint8_t **out, size_t *out_n)
{
	enum inflate_result r;

	if (!f->headed) {
		r = step_zlib(f, in, in_n, out, out_n);
		f->headed = f->fast && r == INFLATE_MORE && behind_header(&f->z);
		if (!f->headed || !*in_n)
			return r;
	}
	return step_fast(f, in, in_n, out, out_n);
}

bool inflater_cut(struct inflater *f)
{
	if (!f->headed)
		return false;
	atomic_store(f->doubt, true);
	return true;
}

const char *inflater_why(const struct inflater *f)
{
	return f->z.msg ? f->z.msg : "no reason given";
}
