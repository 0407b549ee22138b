/* gzip (RFC 1952): members one after the other, each with its CRC-32 and length checked; zero
 * bytes may pad the end. */
#include "format/inflate.h"
#include "format/unwrap.h"

static const uint8_t magic[] = {0x1f, 0x8b};

static enum unwrap_begin begins(const uint8_t *p, size_t n)
{
	return unwrap_magic(p, n, magic, sizeof magic);
}

static enum unwrap_step start(void *state, struct unwrap_io *io)
{
	(void)io;
	inflater_reset(state);
	return UNWRAP_MORE;
}

static enum unwrap_step step(void *state, struct unwrap_io *io)
{
	switch (inflater_step(state, &io->in, &io->in_n, &io->out, &io->out_n)) {
	case INFLATE_MORE:
		return UNWRAP_MORE;
	case INFLATE_END:
		return UNWRAP_END;
	case INFLATE_BAD_CHECKSUM:
		return unwrap_bad(io, F_CHECKSUM_MISMATCH,
			"the CRC-32 in its trailer is not that of its data");
	case INFLATE_BAD_LENGTH:
		return unwrap_bad(io, F_CHECKSUM_MISMATCH,
			"the length in its trailer is not that of its data");
	case INFLATE_BAD_HEADER_CHECKSUM:
		return unwrap_bad(
			io, F_CHECKSUM_MISMATCH, "the CRC-16 of its header does not fit");
	case INFLATE_NO_MEMORY:
		return unwrap_bad(io, F_LIMIT_REACHED, "not enough memory");
	case INFLATE_BAD_HEADER:
	case INFLATE_NEEDS_DICTIONARY:
		return unwrap_bad(
			io, F_MALFORMED, "its header is broken: %s", inflater_why(state));
	case INFLATE_DOUBT:
	case INFLATE_BAD_DATA:
		break;
	}
	return unwrap_bad(io, F_MALFORMED, "its data is broken: %s", inflater_why(state));
}

static void cut(void *state)
{
	inflater_cut(state);
}

static void gzip_free(void *state)
{
	inflater_free(state);
}

static int unwrap(stream **inner, stream *outer, struct report *r, bks_error *err)
{
	static const struct codec codec = {.name = "gzip",
		.part = "member",
		.look = sizeof magic,
		.pad = 1,
		.begins = begins,
		.start = start,
		.step = step,
		.cut = cut,
		.free = gzip_free};

	(void)err;
	return unwrap_open(inner, outer, r, &codec, inflater_new(INFLATE_GZIP, r->doubt));
}

/* Method and reserved flags add to the certainty; without them it is still a gzip, a broken
 * one. */
static int probe(const uint8_t *head, size_t n)
{
	int bits = unwrap_probe(head, n, magic, sizeof magic);

	if (bits && n >= 4 && head[2] == 8)
		bits += 8 + (head[3] < 0x20 ? 3 : 0);
	return bits;
}

const struct format format_gzip = {.name = "gzip", .probe = probe, .unwrap = unwrap};
