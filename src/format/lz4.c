/*
 * lz4 frames (lz4_Frame_format.md 1.6.2) and skippable frames. As with zstd each call gets one
 * header or one block, because the library drops what a failing call made. The legacy format of
 * lz4 -l has neither end mark nor checksum: unsupported.
 */
#include "base/bytes.h"
#include "format/unwrap.h"
#include <lz4frame.h>
#include <stdlib.h>

enum { HEADER_MAX = 19, WORD = 4, BLOCK_MAX = 4 << 20 };

static const uint8_t magic[] = {0x04, 0x22, 0x4d, 0x18}, legacy[] = {0x02, 0x21, 0x4c, 0x18};

struct lz4 {
	LZ4F_dctx *z;
	enum { IN_HEADER, IN_BLOCK_HEAD, IN_BLOCK, IN_CHECKSUM } stage;
	size_t left; /* bytes of this stage still ahead */
	uint8_t head[WORD];
	LZ4F_frameInfo_t info;
	uint64_t at; /* where the frame began */
	bool noted;
};

static enum unwrap_begin begins(const uint8_t *p, size_t n)
{
	enum unwrap_begin b = unwrap_magic(p, n, magic, sizeof magic);

	if (b == BEGINS_NOTHING)
		b = unwrap_magic(p, n, legacy, sizeof legacy);
	return b == BEGINS_NOTHING ? unwrap_skippable(p, n) : b;
}

static enum unwrap_step start(void *state, struct unwrap_io *io)
{
	struct lz4 *z = state;
	size_t size = HEADER_MAX; /* enough to see that a shorter rest is cut */

	if (!memcmp(io->in, legacy, sizeof legacy))
		return unwrap_bad(io, F_UNSUPPORTED_FORMAT,
			"the legacy format of lz4 -l, whose end cannot be proven");
	if (io->in_n > WORD)
		size = LZ4F_headerSize(io->in, io->in_n);
	if (LZ4F_isError(size))
		return unwrap_bad(io, F_MALFORMED, "its header is broken");
	LZ4F_resetDecompressionContext(z->z);
	z->stage = IN_HEADER;
	z->left = size;
	z->at = io->at;
	return UNWRAP_MORE;
}

static enum unwrap_step header_done(struct lz4 *z, struct unwrap_io *io)
{
	size_t none = 0;

	z->stage = IN_BLOCK_HEAD;
	z->left = WORD;
	if (LZ4F_isError(LZ4F_getFrameInfo(z->z, &z->info, io->in, &none)))
		return unwrap_bad(io, F_MALFORMED, "its header is broken");
	if (z->info.dictID)
		return unwrap_bad(io, F_UNSUPPORTED_FORMAT,
			"it needs a dictionary, which no backup carries");
	if (z->info.contentChecksumFlag == LZ4F_noContentChecksum && !z->noted) {
		report_find(io->report, F_NO_CHECKSUM, report_byte(io->report, z->at),
			"an lz4 frame without a content checksum%s",
			z->info.blockChecksumFlag == LZ4F_noBlockChecksum
				? ""
				: "; its blocks have one each");
		z->noted = true;
	}
	return UNWRAP_MORE;
}

static enum unwrap_step next_stage(struct lz4 *z, struct unwrap_io *io)
{
	uint32_t size =
		get_le32(z->head) & 0x7fffffff; /* the top bit: stored, not compressed */

	if (z->stage == IN_HEADER)
		return header_done(z, io);
	if (z->stage == IN_BLOCK_HEAD && size) {
		z->stage = IN_BLOCK;
		z->left = size + (z->info.blockChecksumFlag ? WORD : 0U);
	} else if (z->stage == IN_BLOCK_HEAD) {
		z->stage = IN_CHECKSUM;
		z->left = WORD;
	} else {
		z->stage = IN_BLOCK_HEAD;
		z->left = WORD;
	}
	return UNWRAP_MORE;
}

static enum unwrap_step bad(struct unwrap_io *io, size_t r)
{
	const char *name = LZ4F_getErrorName(r);

	if (strstr(name, "hecksum_invalid"))
		return unwrap_bad(io, F_CHECKSUM_MISMATCH,
			strstr(name, "header") ? "the checksum of its header does not fit"
			: strstr(name, "block")
				? "the checksum of a block does not fit"
				: "its content checksum is not that of its data");
	if (strstr(name, "allocation_failed"))
		return unwrap_bad(io, F_LIMIT_REACHED, "not enough memory");
	return unwrap_bad(io, F_MALFORMED, "its data is broken: %s", name);
}

static enum unwrap_step step(void *state, struct unwrap_io *io)
{
	struct lz4 *z = state;
	size_t took = io->in_n < z->left ? io->in_n : z->left, made = io->out_n;
	size_t r = LZ4F_decompress(z->z, io->out, &made, io->in, &took, NULL);

	if (LZ4F_isError(r))
		return bad(io, r);
	if (z->stage == IN_BLOCK_HEAD)
		memcpy(z->head + WORD - z->left, io->in, took);
	io->in += took;
	io->in_n -= took;
	io->out += made;
	io->out_n -= made;
	z->left -= took;
	if (r == 0 && z->stage != IN_HEADER)
		return UNWRAP_END;
	return z->left ? UNWRAP_MORE : next_stage(z, io);
}

static void lz4_free(void *state)
{
	struct lz4 *z = state;

	LZ4F_freeDecompressionContext(z->z);
	free(z);
}

static int unwrap(stream **inner, stream *outer, struct report *r, bks_error *err)
{
	static const struct codec codec = {.name = "lz4",
		.part = "frame",
		.look = HEADER_MAX,
		.room = BLOCK_MAX, /* a block that fits is unpacked in its place, not copied there */
		.begins = begins,
		.start = start,
		.step = step,
		.free = lz4_free};
	struct lz4 *z = calloc(1, sizeof *z);

	(void)err;
	if (!z || LZ4F_isError(LZ4F_createDecompressionContext(&z->z, LZ4F_VERSION)))
		abort();
	return unwrap_open(inner, outer, r, &codec, z);
}

static int probe(const uint8_t *head, size_t n)
{
	uint64_t at = unwrap_skippables(head, n);
	size_t left = at < n ? n - (size_t)at : 0;
	int bits = left ? unwrap_probe(head + at, left, magic, sizeof magic) : 0;

	if (!bits && left)
		bits = unwrap_probe(head + at, left, legacy, sizeof legacy);
	return bits;
}

const struct format format_lz4 = {.name = "lz4", .probe = probe, .unwrap = unwrap};
