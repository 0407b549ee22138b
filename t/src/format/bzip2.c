/* bzip2: streams one after the other, as pbzip2 and cat write them; libbz2 checks a CRC-32 of
 * each block and of the stream. */
#include "format/unwrap.h"
#include <bzlib.h>
#include <limits.h>
#include <stdlib.h>
#include <string.h>

static const uint8_t magic[] = {'B', 'Z', 'h'};

static enum unwrap_begin begins(const uint8_t *p, size_t n)
{
	return unwrap_magic(p, n, magic, sizeof magic);
}

static enum unwrap_step start(void *state, struct unwrap_io *io)
{
	bz_stream *z = state;

	BZ2_bzDecompressEnd(
		z); /* of the stream before; an error when there was none, and that is fine */
	*z = (bz_stream){0};
	if (BZ2_bzDecompressInit(z, 0, 0) != BZ_OK)
		return unwrap_bad(io, F_LIMIT_REACHED, "not enough memory");
	return UNWRAP_MORE;
}

static int decompress(bz_stream *z, struct unwrap_io *io)
{
	unsigned had = io->in_n < UINT_MAX ? (unsigned)io->in_n : UINT_MAX;
	unsigned room = io->out_n < UINT_MAX ? (unsigned)io->out_n : UINT_MAX;
	int r;

	/* libbz2 wants a pointer to char that it does not write through */
	memcpy(&z->next_in, &io->in, sizeof z->next_in);
	z->avail_in = had;
	z->next_out = (char *)io->out;
	z->avail_out = room;
	r = BZ2_bzDecompress(z);
	io->in += had - z->avail_in;
	io->in_n -= had - z->avail_in;
	io->out += room - z->avail_out;
	io->out_n -= room - z->avail_out;
	return r;
}

static enum unwrap_step step(void *state, struct unwrap_io *io)
{
	switch (decompress(state, io)) {
	case BZ_OK:
		return UNWRAP_MORE;
	case BZ_STREAM_END:
		return UNWRAP_END;
	case BZ_DATA_ERROR: /* the library tells no more than this */
		return unwrap_bad(io, F_CHECKSUM_MISMATCH,
			"its data is broken: a CRC-32 or the coding does not fit");
	case BZ_MEM_ERROR:
		return unwrap_bad(io, F_LIMIT_REACHED, "not enough memory");
	default:
		return unwrap_bad(io, F_MALFORMED, "its header is broken");
	}
}

static void bzip2_free(void *state)
{
	BZ2_bzDecompressEnd(state);
	free(state);
}

static int unwrap(stream **inner, stream *outer, struct report *r, bks_error *err)
{
	static const struct codec codec = {.name = "bzip2",
		.part = "stream",
		.look = sizeof magic,
		.begins = begins,
		.start = start,
		.step = step,
		.free = bzip2_free};
	bz_stream *z = calloc(1, sizeof *z);

	(void)err;
	if (!z)
		abort();
	return unwrap_open(inner, outer, r, &codec, z);
}

/* The block size is a digit, and the first block or the end of the stream has a magic number of
 * its own. */
static int probe(const uint8_t *head, size_t n)
{
	int bits = unwrap_probe(head, n, magic, sizeof magic);

	if (bits && n > 3 && (head[3] < '1' || head[3] > '9'))
		return bits - 8;
	if (bits && n >= 10 &&
		(!memcmp(head + 4, "\x31\x41\x59\x26\x53\x59", 6) ||
			!memcmp(head + 4, "\x17\x72\x45\x38\x50\x90", 6)))
		bits += 48;
	return bits;
}

const struct format format_bzip2 = {.name = "bzip2", .probe = probe, .unwrap = unwrap};
