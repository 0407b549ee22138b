/* One loop, compiled for each kind of processor with its own way to find a byte among 64. */
#include "format/copyscan.h"
#include <stddef.h>
#ifdef __x86_64__
#include <immintrin.h>
#endif

enum { BLOCK = 64 };

/* Where line ends, tabs and backslashes stand among 64 bytes: a bit each. */
struct places {
	uint64_t lines, tabs, slashes;
};
typedef struct places places_fn(const uint8_t *p);

static inline __attribute__((always_inline)) unsigned ones(uint64_t v, bool popcnt)
{
	if (popcnt)
		return (unsigned)__builtin_popcountll(v);
	v -= v >> 1 & 0x5555555555555555ULL;
	v = (v & 0x3333333333333333ULL) + (v >> 2 & 0x3333333333333333ULL);
	v = (v + (v >> 4)) & 0x0f0f0f0f0f0f0f0fULL;
	return (unsigned)(v * 0x0101010101010101ULL >> 56);
}

/* What of C the loop works on: bytes may alias anything, so that C itself would be stored and
 * loaded at each. */
struct tally {
	uint64_t rows, tabs, want, bad_row;
};

/* The line ends of LINES one after the other; the tabs before each are those of its row. */
static inline __attribute__((always_inline)) void end_rows(
	struct tally *t, uint64_t lines, uint64_t tabs, bool popcnt)
{
	while (lines) {
		uint64_t upto = lines ^ (lines - 1);

		t->tabs += ones(tabs & upto, popcnt);
		t->rows++;
		if (__builtin_expect(t->tabs != t->want, 0) && !t->bad_row)
			t->bad_row = t->rows;
		t->tabs = 0;
		tabs &= ~upto;
		lines &= lines - 1;
	}
	t->tabs += ones(tabs, popcnt);
}

static inline __attribute__((always_inline)) const uint8_t *scan(struct sqlcopy *c,
	const uint8_t *p, const uint8_t *end, bool *start, places_fn *find, bool popcnt)
{
	struct tally t = {c->rows, c->tabs, (uint64_t)c->columns - 1, c->bad_row};
	bool counted = c->columns > 0, at_start = false, stopped = false;

	while (!stopped && end - p > BLOCK) { /* and one byte more, behind the last line end */
		struct places at = find(p);
		uint64_t stops =
			at.lines & (at.slashes >> 1 | (uint64_t)(p[BLOCK] == '\\') << 63);

		p += BLOCK;
		at_start = at.lines >> 63;
		if (__builtin_expect(stops != 0, 0)) {
			uint64_t upto = stops ^ (stops - 1);

			at.lines &= upto;
			at.tabs &= upto;
			p += __builtin_ctzll(stops) + 1 - BLOCK;
			at_start = stopped = true;
		}
		if (counted)
			end_rows(&t, at.lines, at.tabs, popcnt);
		else
			t.rows += ones(at.lines, popcnt);
	}
	c->lines += t.rows - c->rows;
	c->rows = t.rows;
	c->tabs = t.tabs;
	c->bad_row = t.bad_row;
	*start = at_start;
	return p;
}

static inline __attribute__((always_inline)) uint64_t places_of(const uint8_t *p, uint8_t byte)
{
	const uint64_t low = 0x7f7f7f7f7f7f7f7fULL, all = 0x0101010101010101ULL;
	uint64_t bits = 0;

	for (int i = 0; i < BLOCK / 8; i++) {
		uint64_t x = 0;

		for (int k = 7; k >= 0; k--)
			x = x << 8 | p[8 * i + k];
		x ^= all * byte;
		x = ~(((x & low) + low) | x | low); /* the top bit of each byte that it is */
		bits |= (x >> 7) * 0x0102040810204080ULL >> 56 << 8 * i;
	}
	return bits;
}

static inline __attribute__((always_inline)) struct places find_plain(const uint8_t *p)
{
	return (struct places){places_of(p, '\n'), places_of(p, '\t'), places_of(p, '\\')};
}

static const uint8_t *scan_plain(
	struct sqlcopy *c, const uint8_t *p, const uint8_t *end, bool *start)
{
	return scan(c, p, end, start, find_plain, false);
}

#ifdef __x86_64__
#define AVX2 __attribute__((target("avx2,popcnt,bmi,bmi2,lzcnt")))
#define AVX512 __attribute__((target("avx512f,avx512bw,avx512vl,avx2,popcnt,bmi,bmi2,lzcnt")))

AVX2 static inline __attribute__((always_inline)) uint64_t among(
	__m256i a, __m256i b, char byte)
{
	__m256i want = _mm256_set1_epi8(byte);

	return (uint32_t)_mm256_movemask_epi8(_mm256_cmpeq_epi8(a, want)) |
	       (uint64_t)(uint32_t)_mm256_movemask_epi8(_mm256_cmpeq_epi8(b, want)) << 32;
}

AVX2 static inline __attribute__((always_inline)) struct places find_avx2(const uint8_t *p)
{
	__m256i a = _mm256_loadu_si256((const __m256i *)(const void *)p);
	__m256i b = _mm256_loadu_si256((const __m256i *)(const void *)(p + 32));

	return (struct places){among(a, b, '\n'), among(a, b, '\t'), among(a, b, '\\')};
}

AVX2 static const uint8_t *scan_avx2(
	struct sqlcopy *c, const uint8_t *p, const uint8_t *end, bool *start)
{
	return scan(c, p, end, start, find_avx2, true);
}

AVX512 static inline __attribute__((always_inline)) struct places find_avx512(const uint8_t *p)
{
	__m512i a = _mm512_loadu_si512((const void *)p);

	return (struct places){_mm512_cmpeq_epi8_mask(a, _mm512_set1_epi8('\n')),
		_mm512_cmpeq_epi8_mask(a, _mm512_set1_epi8('\t')),
		_mm512_cmpeq_epi8_mask(a, _mm512_set1_epi8('\\'))};
}

AVX512 static const uint8_t *scan_avx512(
	struct sqlcopy *c, const uint8_t *p, const uint8_t *end, bool *start)
{
	return scan(c, p, end, start, find_avx512, true);
}

static bool has_avx2(void)
{
	return __builtin_cpu_supports("avx2") && __builtin_cpu_supports("popcnt") &&
	       __builtin_cpu_supports("bmi2");
}

static bool has_avx512(void)
{
	return has_avx2() && __builtin_cpu_supports("avx512bw") &&
	       __builtin_cpu_supports("avx512vl");
}

copyscan_fn *copyscan_way(int i)
{
	return i == 0                   ? scan_plain
	       : i == 1 && has_avx2()   ? scan_avx2
	       : i == 2 && has_avx512() ? scan_avx512
					: NULL;
}
#else
copyscan_fn *copyscan_way(int i)
{
	return i == 0 ? scan_plain : NULL;
}
#endif

copyscan_fn *copyscan_best(void)
{
	for (int i = COPYSCAN_WAYS; --i > 0;)
		if (copyscan_way(i))
			return copyscan_way(i);
	return scan_plain;
}
