/* wrapped.h - for the tests of the wrappings: the same libraries' compressors, and one look at
 * what comes out */
#pragma once
#include "format/format.h"
#include "unit.h"
#include <bzlib.h>
#include <lz4frame.h>
#include <lzma.h>
#include <zlib.h>
#include <zstd.h>

extern const struct format format_bzip2, format_gzip, format_lz4, format_xz, format_zstd;

struct bytes {
	uint8_t *p;
	size_t n;
};

/* Every test makes its bytes with this, each in memory of its own and of exactly its size, so
 * that the address sanitizer sees a byte read past the end; bytes_forget frees them all. */
static struct {
	void **v;
	size_t n;
} made;

static inline struct bytes bytes_new(size_t n)
{
	struct bytes b = {calloc(1, n ? n : 1), n};

	made.v = realloc(made.v, (made.n + 1) * sizeof *made.v);
	assert_non_null(b.p);
	made.v[made.n++] = b.p;
	return b;
}

static inline void bytes_forget(void)
{
	while (made.n)
		free(made.v[--made.n]);
	free(made.v);
	made.v = NULL;
}

static inline struct bytes bytes_of(const void *p, size_t n)
{
	struct bytes b = bytes_new(n);

	memcpy(b.p, p, n);
	return b;
}

static inline struct bytes bytes_join(struct bytes a, struct bytes b)
{
	struct bytes c = bytes_new(a.n + b.n);

	memcpy(c.p, a.p, a.n);
	memcpy(c.p + a.n, b.p, b.n);
	return c;
}

/* Lines as a dump has them: they compress, but not to nothing. */
static inline struct bytes bytes_sample(size_t n)
{
	struct bytes b = bytes_new(n);
	uint32_t x = 1;

	for (size_t at = 0; at < n;) {
		char line[64];
		size_t k;

		x = x * 1664525 + 1013904223;
		k = (size_t)snprintf(
			line, sizeof line, "%zu\tname%u\t%u\n", at, x >> 20 & 63, x >> 12);
		k = k < n - at ? k : n - at;
		memcpy(b.p + at, line, k);
		at += k;
	}
	return b;
}

static inline struct bytes wrap_gzip(struct bytes in)
{
	struct bytes out = bytes_new(in.n + in.n / 8 + 256);
	z_stream z = {.next_in = in.p,
		.avail_in = (uInt)in.n,
		.next_out = out.p,
		.avail_out = (uInt)out.n};

	assert_int_equal(deflateInit2(&z, 6, Z_DEFLATED, 15 + 16, 8, 0), Z_OK);
	assert_int_equal(deflate(&z, Z_FINISH), Z_STREAM_END);
	out.n = z.total_out;
	deflateEnd(&z);
	return bytes_of(out.p, out.n);
}

static inline struct bytes wrap_zstd_with(struct bytes in, bool checksum, int window_log)
{
	struct bytes out = bytes_new(ZSTD_compressBound(in.n));
	ZSTD_CCtx *z = ZSTD_createCCtx();
	ZSTD_inBuffer from = {in.p, in.n, 0};
	ZSTD_outBuffer to = {out.p, out.n, 0};

	ZSTD_CCtx_setParameter(z, ZSTD_c_checksumFlag, checksum);
	if (window_log) /* and no single segment, or the window would shrink to the content */
		ZSTD_CCtx_setParameter(z, ZSTD_c_windowLog, window_log);
	while (ZSTD_compressStream2(z, &to, &from, window_log ? ZSTD_e_flush : ZSTD_e_end))
		;
	if (window_log)
		ZSTD_compressStream2(z, &to, &from, ZSTD_e_end);
	out.n = to.pos;
	ZSTD_freeCCtx(z);
	return bytes_of(out.p, out.n);
}

static inline struct bytes wrap_zstd(struct bytes in)
{
	return wrap_zstd_with(in, true, 0);
}

static inline struct bytes wrap_lz4_with(struct bytes in, bool content, bool block)
{
	LZ4F_preferences_t how = {
		.frameInfo = {.contentChecksumFlag = content ? LZ4F_contentChecksumEnabled
							     : LZ4F_noContentChecksum,
			.blockChecksumFlag =
				block ? LZ4F_blockChecksumEnabled : LZ4F_noBlockChecksum,
			.contentSize = in.n}};
	struct bytes out = bytes_new(LZ4F_compressFrameBound(in.n, &how));

	out.n = LZ4F_compressFrame(out.p, out.n, in.p, in.n, &how);
	assert_false(LZ4F_isError(out.n));
	return bytes_of(out.p, out.n);
}

static inline struct bytes wrap_lz4(struct bytes in)
{
	return wrap_lz4_with(in, true, false);
}

static inline struct bytes wrap_xz_with(struct bytes in, lzma_check check)
{
	struct bytes out = bytes_new(lzma_stream_buffer_bound(in.n));
	size_t room = out.n;

	out.n = 0;
	assert_int_equal(
		lzma_easy_buffer_encode(0, check, NULL, in.p, in.n, out.p, &out.n, room),
		LZMA_OK);
	return bytes_of(out.p, out.n);
}

static inline struct bytes wrap_xz(struct bytes in)
{
	return wrap_xz_with(in, LZMA_CHECK_CRC64);
}

static inline struct bytes wrap_bzip2(struct bytes in)
{
	unsigned n = (unsigned)(in.n + in.n / 8 + 700);
	struct bytes out = bytes_new(n);

	assert_int_equal(BZ2_bzBuffToBuffCompress(
				 (char *)out.p, &n, (char *)in.p, (unsigned)in.n, 1, 0, 0),
		BZ_OK);
	out.n = n;
	return bytes_of(out.p, out.n);
}

/* NULL-ended. */
static const struct wrapping {
	const char *name;
	const struct format *format;
	struct bytes (*wrap)(struct bytes in);
} wrappings[] = {{"gzip", &format_gzip, wrap_gzip}, {"zstd", &format_zstd, wrap_zstd},
	{"lz4", &format_lz4, wrap_lz4}, {"xz", &format_xz, wrap_xz},
	{"bzip2", &format_bzip2, wrap_bzip2}, {NULL, NULL, NULL}};

/* What one look found. */
struct look {
	bks_arena *arena;
	bks_inspection out;
	struct report r;
	struct bytes got;
	int end; /* what the stream ended with */
	bks_error err;
};

/* Unwraps to the end; the caller ends it with look_clear. OUTER is closed. */
static inline void look_at_stream(struct look *l, const struct format *f, stream *outer)
{
	const uint8_t *p;
	stream *inner;
	size_t n, room = 0;

	memset(l, 0, sizeof *l);
	l->arena = bks_arena_new();
	report_init(&l->r, &l->out, l->arena);
	assert_int_equal(f->unwrap(&inner, outer, &l->r, &l->err), 0);
	while ((l->end = stream_next(inner, &p, &n, &l->err)) > 0) {
		assert_true(n > 0);
		if (l->got.n + n > room)
			l->got.p = realloc(l->got.p, room = (l->got.n + n) * 2);
		memcpy(l->got.p + l->got.n, p, n);
		l->got.n += n;
	}
	assert_int_equal(stream_next(inner, &p, &n, &l->err), l->end);
	stream_close(inner);
	report_close(&l->r, true);
}

static inline void look_at(struct look *l, const struct format *f, struct bytes b, size_t step)
{
	look_at_stream(l, f, stream_memory(b.p, b.n, step));
}

static inline void look_clear(struct look *l)
{
	free(l->got.p);
	bks_arena_free(l->arena);
}

/* No error: notes are fine. */
static inline bool look_is_clean(const struct look *l)
{
	return l->end == 0 && l->out.levels[BKS_WHOLE] == BKS_RESULT_PASS;
}

static inline bool look_gave(const struct look *l, struct bytes want)
{
	return l->got.n == want.n && (!want.n || !memcmp(l->got.p, want.p, want.n));
}

static inline const bks_finding *look_finding(const struct look *l, const char *code)
{
	for (size_t i = 0; i < l->out.finding_count; i++)
		if (!strcmp(l->out.findings[i].code, code))
			return &l->out.findings[i];
	return NULL;
}
