/*
 * Both engines for deflate on any bytes: what the faster one is believed is what zlib says. The first byte picks the wrapping and the
 * sizes of the pieces, and whether the checksum is made to fit: behind a checksum few faults would be seen. -DFUZZ_REPLAY and
 * replay.c make a program of it that replays files.
 */
#include "../engines.h"
#include "fuzz.h"
#include <zlib.h>

enum { OUTPUT_MAX = 4 << 20, HEAD = 10, TRAILER = 8 };

static void compare(enum inflate_kind kind, const uint8_t *p, size_t n, size_t in_step, size_t out_step)
{
	struct engine_run fast = engine_run(kind, true, p, n, in_step, out_step, OUTPUT_MAX);
	struct engine_run slow = engine_run(kind, false, p, n, 0, 0, OUTPUT_MAX);

	MUST(fast.n >= OUTPUT_MAX || slow.n >= OUTPUT_MAX || engines_agree(&fast, &slow));
	free(fast.out);
	free(slow.out);
}

/* A member around P as deflate's own data, its trailer that of what the faster engine makes of it. */
static void compare_fitting(const uint8_t *p, size_t n, size_t in_step, size_t out_step)
{
	static const uint8_t head[HEAD] = {0x1f, 0x8b, 8, 0, 0, 0, 0, 0, 0, 3};
	uint8_t *member = malloc(HEAD + n + TRAILER);
	struct engine_run r;
	uint32_t crc;

	MUST(member);
	memcpy(member, head, HEAD);
	memcpy(member + HEAD, p, n);
	memset(member + HEAD + n, 0, TRAILER);
	r = engine_run(INFLATE_GZIP, true, member, HEAD + n + TRAILER, 0, 0, OUTPUT_MAX);
	crc = (uint32_t)crc32_z(0, r.out, r.n);
	for (unsigned i = 0; i < 4; i++) {
		member[HEAD + n + i] = (uint8_t)(crc >> 8 * i);
		member[HEAD + n + 4 + i] = (uint8_t)(r.n >> 8 * i);
	}
	compare(INFLATE_GZIP, member, HEAD + n + TRAILER, in_step, out_step);
	free(r.out);
	free(member);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t n)
{
	static const size_t steps[] = {0, 1, 7, 300, 4096, 40000, 65536, 100000};
	size_t in_step, out_step;

	if (!n || n > 1 << 20)
		return 0;
	in_step = steps[data[0] & 7];
	out_step = steps[data[0] >> 3 & 7];
	if (n > 1 << 16 && (in_step == 1 || out_step == 1))
		return 0;
	if (data[0] & 0x80)
		compare_fitting(data + 1, n - 1, in_step, out_step);
	else
		compare(data[0] & 0x40 ? INFLATE_ZLIB : INFLATE_GZIP, data + 1, n - 1, in_step, out_step);
	return 0;
}
