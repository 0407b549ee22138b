/* Each packing has a step: it takes some input, gives some output, and says whether its stream
 * has ended. */
#include "format/pgunpack.h"
#include "format/inflate.h"
#include <lz4frame.h>
#include <stddef.h>
#include <stdlib.h>
#include <string.h>
#include <zstd.h>

enum { IN = 128 * 1024, OUT = 256 * 1024, HEAD = 5, WINDOW_LOG_MAX = 27 };

struct pgunpack {
	enum pg_packing packing;
	enum pgunpack_fault fault;
	const char *reason;
	bool ended;
	pgunpack_sink *sink;
	void *arg;
	uint8_t head[HEAD]; /* magic and flags of a frame */
	size_t head_n;
	struct inflater *z;
	LZ4F_dctx *lz4;
	ZSTD_DCtx *zstd;
	size_t in_n; /* gathered, and not unpacked yet */
	uint8_t in[IN], out[OUT];
};

struct pgunpack *pgunpack_new(enum pg_packing packing, atomic_bool *doubt)
{
	struct pgunpack *u = malloc(sizeof *u);
	bool good = u;

	if (good) {
		memset(u, 0, offsetof(struct pgunpack, in));
		u->packing = packing;
		if (packing == PG_ZLIB)
			u->z = inflater_new(INFLATE_ZLIB, doubt);
		else if (packing == PG_LZ4)
			good = !LZ4F_isError(
				LZ4F_createDecompressionContext(&u->lz4, LZ4F_VERSION));
		else if (packing == PG_ZSTD)
			good = (u->zstd = ZSTD_createDCtx()) &&
			       !ZSTD_isError(ZSTD_DCtx_setParameter(
				       u->zstd, ZSTD_d_windowLogMax, WINDOW_LOG_MAX));
	}
	if (!good)
		abort(); /* our own sizes */
	return u;
}

void pgunpack_free(struct pgunpack *u)
{
	if (!u)
		return;
	inflater_free(u->z);
	LZ4F_freeDecompressionContext(u->lz4);
	ZSTD_freeDCtx(u->zstd);
	free(u);
}

void pgunpack_begin(struct pgunpack *u, pgunpack_sink *sink, void *arg)
{
	u->fault = UNPACK_FINE;
	u->reason = NULL;
	u->ended = false;
	u->head_n = u->in_n = 0;
	u->sink = sink;
	u->arg = arg;
	if (u->packing == PG_ZLIB)
		inflater_reset(u->z);
	else if (u->packing == PG_LZ4)
		LZ4F_resetDecompressionContext(u->lz4);
	else if (u->packing == PG_ZSTD)
		ZSTD_DCtx_reset(u->zstd, ZSTD_reset_session_only);
}

static void set_fault(struct pgunpack *u, enum pgunpack_fault fault, const char *reason)
{
	u->fault = fault;
	u->reason = reason ? reason : "";
}

/* Each step: takes from *p, gives *out bytes into u->out. false: a fault. */
static bool step_zlib(struct pgunpack *u, const uint8_t **p, size_t *n, size_t *out)
{
	uint8_t *to = u->out;
	size_t room = OUT;
	enum inflate_result r = inflater_step(u->z, p, n, &to, &room);

	*out = OUT - room;
	u->ended = r == INFLATE_END;
	if (r == INFLATE_NO_MEMORY)
		abort();
	if (r == INFLATE_MORE || r == INFLATE_END)
		return true;
	set_fault(u, r == INFLATE_BAD_CHECKSUM ? UNPACK_CHECKSUM : UNPACK_BROKEN,
		r == INFLATE_NEEDS_DICTIONARY ? "it wants a dictionary" : inflater_why(u->z));
	return false;
}

static bool step_lz4(struct pgunpack *u, const uint8_t **p, size_t *n, size_t *out)
{
	size_t took = *n, r;

	*out = OUT;
	r = LZ4F_decompress(u->lz4, u->out, out, *p, &took, NULL);
	if (LZ4F_isError(r)) {
		const char *reason = LZ4F_getErrorName(r);

		set_fault(
			u, strstr(reason, "hecksum") ? UNPACK_CHECKSUM : UNPACK_BROKEN, reason);
		return false;
	}
	*p += took;
	*n -= took;
	u->ended = r == 0;
	return true;
}

static bool step_zstd(struct pgunpack *u, const uint8_t **p, size_t *n, size_t *out)
{
	ZSTD_inBuffer in = {*p, *n, 0};
	ZSTD_outBuffer to = {u->out, OUT, 0};
	size_t r = ZSTD_decompressStream(u->zstd, &to, &in);

	if (ZSTD_isError(r)) {
		const char *reason = ZSTD_getErrorName(r);

		set_fault(u,
			strstr(reason, "checksum")          ? UNPACK_CHECKSUM
			: strstr(reason, "too much memory") ? UNPACK_LIMIT
							    : UNPACK_BROKEN,
			reason);
		return false;
	}
	*p += in.pos;
	*n -= in.pos;
	*out = to.pos;
	u->ended = r == 0;
	return true;
}

/* A skippable frame is one to the libraries, but pg_dump writes none and pg_restore would stop
 * at it. */
static bool look_at_head(struct pgunpack *u, const uint8_t *p, size_t n)
{
	static const uint8_t magic[2][4] = {{0x04, 0x22, 0x4d, 0x18}, {0x28, 0xb5, 0x2f, 0xfd}};

	for (; n && u->head_n < HEAD; n--)
		u->head[u->head_n++] = *p++;
	if ((u->packing != PG_LZ4 && u->packing != PG_ZSTD) ||
		!memcmp(u->head, magic[u->packing == PG_ZSTD], u->head_n < 4 ? u->head_n : 4))
		return true;
	set_fault(u, UNPACK_BROKEN, "no frame begins here");
	return false;
}

static bool step(struct pgunpack *u, const uint8_t **p, size_t *n, size_t *out)
{
	switch (u->packing) {
	case PG_ZLIB:
		return step_zlib(u, p, n, out);
	case PG_LZ4:
		return step_lz4(u, p, n, out);
	case PG_ZSTD:
		return step_zstd(u, p, n, out);
	case PG_PLAIN:
	default:
		return false;
	}
}

static void unpack(struct pgunpack *u, const uint8_t *p, size_t n)
{
	size_t out = OUT;

	if (!look_at_head(u, p, n))
		return;
	while (!u->ended && (n || out == OUT)) { /* a full buffer: there may be more inside */
		if (!step(u, &p, &n, &out))
			return;
		if (out)
			u->sink(u->arg, u->out, out);
	}
	if (n)
		set_fault(u, UNPACK_AFTER, "");
}

static void unpack_gathered(struct pgunpack *u)
{
	size_t n = u->in_n;

	u->in_n = 0;
	if (n && !u->fault)
		unpack(u, u->in, n);
}

/* Data comes in pieces of 4 KiB, and an engine pays for the ends of each. */
void pgunpack_feed(struct pgunpack *u, const uint8_t *p, size_t n)
{
	if (u->fault || !n)
		return;
	if (u->packing == PG_PLAIN) {
		u->sink(u->arg, p, n);
		return;
	}
	if (u->in_n + n > IN)
		unpack_gathered(u);
	if (u->fault)
		return;
	if (n > IN / 2 && !u->in_n) {
		unpack(u, p, n);
		return;
	}
	for (size_t part; n; n -= part, p += part) {
		part = n < IN - u->in_n ? n : IN - u->in_n;
		memcpy(u->in + u->in_n, p, part);
		u->in_n += part;
		if (u->in_n == IN)
			unpack_gathered(u);
	}
}

enum pgunpack_fault pgunpack_end(struct pgunpack *u)
{
	unpack_gathered(u);
	if (!u->fault && !u->ended && u->packing != PG_PLAIN) {
		set_fault(u, UNPACK_CUT, "");
		if (u->z)
			inflater_cut(u->z);
	}
	return u->fault;
}

const char *pgunpack_reason(const struct pgunpack *u)
{
	return u->reason ? u->reason : "";
}

bool pgunpack_checked(const struct pgunpack *u)
{
	return u->packing == PG_ZLIB || ((u->packing == PG_LZ4 || u->packing == PG_ZSTD) &&
						u->head_n == HEAD && u->head[4] & 4);
}
