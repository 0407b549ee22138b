/*
 * zstd (RFC 8878): frames and skippable frames. libzstd drops what a call made when the same
 * call fails, so each call gets one header or one block: all blocks before a broken one come
 * out, and the finding names the byte where it begins.
 */
#include "base/bytes.h"
#include "format/unwrap.h"
#include <stdlib.h>
#include <zstd.h>
#include <zstd_errors.h>

enum { WINDOW_LOG_MAX = 27, HEADER_MAX = 18, BLOCK_HEAD = 3, CHECKSUM = 4 };

static const uint8_t magic[] = {0x28, 0xb5, 0x2f, 0xfd};

struct zstd {
	ZSTD_DCtx *z;
	enum { IN_HEADER, IN_BLOCK_HEAD, IN_BLOCK, IN_CHECKSUM, IN_NOTHING } stage;
	size_t left; /* bytes of this stage still ahead */
	uint8_t head[BLOCK_HEAD];
	bool last, checksum, noted;
};

/* Of the frame header (RFC 8878, 3.1.1.1), as far as it decides whether we can go on. */
struct header {
	size_t size;
	uint64_t window;
	bool checksum, dictionary;
};

static uint64_t le(const uint8_t *p, size_t n)
{
	uint64_t v = 0;

	while (n--)
		v = v << 8 | p[n];
	return v;
}

/* false: P ends before the header does. */
static bool read_header(struct header *h, const uint8_t *p, size_t n)
{
	static const uint8_t dict_sizes[] = {0, 1, 2, 4}, content_sizes[] = {0, 2, 4, 8};
	uint8_t flags = n > 4 ? p[4] : 0;
	bool single = flags & 0x20;
	size_t dict = dict_sizes[flags & 3], content = content_sizes[flags >> 6];
	size_t dict_at = single ? 5 : 6;

	if (single && !content)
		content = 1;
	h->size = dict_at + dict + content;
	h->checksum = flags & 4;
	if (n < 5 || n < h->size)
		return false;
	h->dictionary = le(p + dict_at, dict) != 0;
	if (single)
		h->window = le(p + dict_at + dict, content) + (content == 2 ? 256 : 0);
	else
		h->window = (1ULL << (10 + (p[5] >> 3))) / 8 * (8 + (p[5] & 7U));
	return true;
}

static enum unwrap_begin begins(const uint8_t *p, size_t n)
{
	enum unwrap_begin b = unwrap_magic(p, n, magic, sizeof magic);

	return b == BEGINS_NOTHING ? unwrap_skippable(p, n) : b;
}

static enum unwrap_step start(void *state, struct unwrap_io *io)
{
	struct zstd *z = state;
	struct header h = {0};

	if (read_header(&h, io->in, io->in_n)) {
		if (h.dictionary)
			return unwrap_bad(io, F_UNSUPPORTED_FORMAT,
				"it needs a dictionary, which no backup carries");
		if (h.window > 1ULL << WINDOW_LOG_MAX)
			return unwrap_bad(io, F_LIMIT_REACHED,
				"it wants a window of %llu MiB, the limit of zstd is %d MiB",
				(unsigned long long)((h.window + 0xfffff) >> 20),
				1 << (WINDOW_LOG_MAX - 20));
		if (!h.checksum && !z->noted) {
			report_find(io->report, F_NO_CHECKSUM, report_byte(io->report, io->at),
				"a zstd frame without a content checksum");
			z->noted = true;
		}
	}
	ZSTD_DCtx_reset(z->z, ZSTD_reset_session_only);
	z->stage = IN_HEADER;
	z->left = h.size;
	z->checksum = h.checksum;
	return UNWRAP_MORE;
}

/* The stage is over: what comes next, and how long is it? An empty block is over at once. */
static void next_stage(struct zstd *z)
{
	uint32_t head = (uint32_t)le(z->head, BLOCK_HEAD);

	if (z->stage == IN_BLOCK_HEAD) {
		z->last = head & 1;
		z->stage = IN_BLOCK;
		z->left = (head >> 1 & 3) == 1 ? 1 : head >> 3; /* 1: one byte, repeated */
	}
	if (z->left)
		return;
	if (z->stage == IN_CHECKSUM || (z->stage == IN_BLOCK && z->last && !z->checksum)) {
		z->stage = IN_NOTHING;
		z->left = SIZE_MAX;
	} else if (z->stage == IN_BLOCK && z->last) {
		z->stage = IN_CHECKSUM;
		z->left = CHECKSUM;
	} else {
		z->stage = IN_BLOCK_HEAD;
		z->left = BLOCK_HEAD;
	}
}

static enum unwrap_step bad(struct unwrap_io *io, size_t r)
{
	ZSTD_ErrorCode code = ZSTD_getErrorCode(r);

	if (code == ZSTD_error_checksum_wrong)
		return unwrap_bad(io, F_CHECKSUM_MISMATCH,
			"its content checksum is not that of its data");
	if (code == ZSTD_error_memory_allocation)
		return unwrap_bad(io, F_LIMIT_REACHED, "not enough memory");
	if (code == ZSTD_error_frameParameter_windowTooLarge)
		return unwrap_bad(io, F_LIMIT_REACHED,
			"it wants a larger window than zstd's limit of %d MiB",
			1 << (WINDOW_LOG_MAX - 20));
	if (code == ZSTD_error_frameParameter_unsupported ||
		code == ZSTD_error_version_unsupported || code == ZSTD_error_dictionary_wrong)
		return unwrap_bad(io, F_UNSUPPORTED_FORMAT, "%s", ZSTD_getErrorName(r));
	return unwrap_bad(io, F_MALFORMED, "its data is broken: %s", ZSTD_getErrorName(r));
}

static enum unwrap_step step(void *state, struct unwrap_io *io)
{
	struct zstd *z = state;
	ZSTD_inBuffer in = {io->in, io->in_n < z->left ? io->in_n : z->left, 0};
	ZSTD_outBuffer out = {io->out, io->out_n, 0};
	size_t r = ZSTD_decompressStream(z->z, &out, &in);

	if (ZSTD_isError(r))
		return bad(io, r);
	if (z->stage == IN_BLOCK_HEAD)
		memcpy(z->head + BLOCK_HEAD - z->left, io->in, in.pos);
	io->in += in.pos;
	io->in_n -= in.pos;
	io->out += out.pos;
	io->out_n -= out.pos;
	z->left -= in.pos;
	if (r == 0)
		return UNWRAP_END;
	if (!z->left)
		next_stage(z);
	return UNWRAP_MORE;
}

static void zstd_free(void *state)
{
	struct zstd *z = state;

	ZSTD_freeDCtx(z->z);
	free(z);
}

static int unwrap(stream **inner, stream *outer, struct report *r, bks_error *err)
{
	static const struct codec codec = {.name = "zstd",
		.part = "frame",
		.look = HEADER_MAX,
		.begins = begins,
		.start = start,
		.step = step,
		.free = zstd_free};
	struct zstd *z = calloc(1, sizeof *z);

	(void)err;
	if (!z || !(z->z = ZSTD_createDCtx()))
		abort();
	ZSTD_DCtx_setParameter(z->z, ZSTD_d_windowLogMax, WINDOW_LOG_MAX);
	return unwrap_open(inner, outer, r, &codec, z);
}

/* pzstd begins with skippable frames; when nothing but such is in sight, zstd is the likelier
 * of the two that have them. */
static int probe(const uint8_t *head, size_t n)
{
	uint64_t at = unwrap_skippables(head, n);

	if (at < n)
		return unwrap_probe(head + at, n - (size_t)at, magic, sizeof magic);
	return at ? 28 : 0;
}

const struct format format_zstd = {.name = "zstd", .probe = probe, .unwrap = unwrap};
