/*
 * xz (file format 1.1): streams one after the other, zero padding in fours between and after
 * them. liblzma checks headers, index and the check of each block; a dictionary that wants more
 * memory than the limit is refused before it is allocated.
 */
#include "format/unwrap.h"
#include <lzma.h>
#include <stdlib.h>

enum { XZ_MEMORY_MIB = 192 };

static const uint8_t magic[] = {0xfd, '7', 'z', 'X', 'Z', 0};

struct xz {
	lzma_stream z;
	uint64_t at; /* where the stream began */
	bool noted;
};

static enum unwrap_begin begins(const uint8_t *p, size_t n)
{
	return unwrap_magic(p, n, magic, sizeof magic);
}

static enum unwrap_step start(void *state, struct unwrap_io *io)
{
	struct xz *x = state;

	x->at = io->at;
	if (lzma_stream_decoder(&x->z, (uint64_t)XZ_MEMORY_MIB << 20,
		    LZMA_TELL_NO_CHECK | LZMA_TELL_UNSUPPORTED_CHECK) != LZMA_OK)
		return unwrap_bad(io, F_LIMIT_REACHED, "not enough memory");
	return UNWRAP_MORE;
}

static enum unwrap_step unchecked(struct xz *x, struct unwrap_io *io, const char *why)
{
	if (!x->noted)
		report_find(
			io->report, F_NO_CHECKSUM, report_byte(io->report, x->at), "%s", why);
	x->noted = true;
	return UNWRAP_MORE;
}

static enum unwrap_step step(void *state, struct unwrap_io *io)
{
	struct xz *x = state;
	lzma_ret r;

	x->z.next_in = io->in;
	x->z.avail_in = io->in_n;
	x->z.next_out = io->out;
	x->z.avail_out = io->out_n;
	r = lzma_code(&x->z, LZMA_RUN);
	io->in = x->z.next_in;
	io->in_n = x->z.avail_in;
	io->out = x->z.next_out;
	io->out_n = x->z.avail_out;
	switch (r) {
	case LZMA_OK:
	case LZMA_GET_CHECK:
	case LZMA_BUF_ERROR: /* no progress was possible this time, no more than that */
		return UNWRAP_MORE;
	case LZMA_STREAM_END:
		return UNWRAP_END;
	case LZMA_NO_CHECK:
		return unchecked(x, io, "the xz stream was made with --check=none");
	case LZMA_UNSUPPORTED_CHECK:
		return unchecked(
			x, io, "the xz stream has a check of a kind that is not known");
	case LZMA_DATA_ERROR: /* the library tells no more than this */
		return unwrap_bad(io, F_CHECKSUM_MISMATCH,
			"its data is broken: a checksum or the coding does not fit");
	case LZMA_OPTIONS_ERROR:
		return unwrap_bad(io, F_UNSUPPORTED_FORMAT,
			"it uses filters or flags that liblzma does not know");
	case LZMA_MEMLIMIT_ERROR:
		return unwrap_bad(io, F_LIMIT_REACHED,
			"it wants %llu MiB of memory, the limit of xz is %d MiB",
			(unsigned long long)((lzma_memusage(&x->z) + 0xfffff) >> 20),
			XZ_MEMORY_MIB);
	case LZMA_MEM_ERROR:
		return unwrap_bad(io, F_LIMIT_REACHED, "not enough memory");
	case LZMA_FORMAT_ERROR:
	case LZMA_PROG_ERROR:
	case LZMA_SEEK_NEEDED:
	case LZMA_RET_INTERNAL1:
	case LZMA_RET_INTERNAL2:
	case LZMA_RET_INTERNAL3:
	case LZMA_RET_INTERNAL4:
	case LZMA_RET_INTERNAL5:
	case LZMA_RET_INTERNAL6:
	case LZMA_RET_INTERNAL7:
	case LZMA_RET_INTERNAL8:
		break;
	}
	return unwrap_bad(io, F_MALFORMED, "its header is broken");
}

static void xz_free(void *state)
{
	struct xz *x = state;

	lzma_end(&x->z);
	free(x);
}

static int unwrap(stream **inner, stream *outer, struct report *r, bks_error *err)
{
	static const struct codec codec = {.name = "xz",
		.part = "stream",
		.look = sizeof magic,
		.pad = 4,
		.pad_between = true,
		.begins = begins,
		.start = start,
		.step = step,
		.free = xz_free};
	struct xz *x = calloc(1, sizeof *x);

	(void)err;
	if (!x)
		abort();
	x->z = (lzma_stream)LZMA_STREAM_INIT;
	return unwrap_open(inner, outer, r, &codec, x);
}

static int probe(const uint8_t *head, size_t n)
{
	return unwrap_probe(head, n, magic, sizeof magic);
}

const struct format format_xz = {.name = "xz", .probe = probe, .unwrap = unwrap};
