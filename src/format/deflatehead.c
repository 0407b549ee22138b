/* Only lengths of codes are read and weighed; no table for the data is made of them. */
#include "format/deflatehead.h"
#include <string.h>

enum { CODES = 19, LITERALS_MAX = 286, DISTANCES_MAX = 30, LONGEST = 15, PEEK = 7 };

struct bits {
	uint64_t v;
	unsigned n;
	const uint8_t *p, *end;
};

/* Makes it 48 bits at least, or all there are. */
static void fill(struct bits *b)
{
	while (b->n <= 56 && b->p < b->end) {
		b->v |= (uint64_t)*b->p++ << b->n;
		b->n += 8;
	}
}

static unsigned take(struct bits *b, unsigned n)
{
	unsigned v = (unsigned)(b->v & ((1U << n) - 1));

	b->v >>= n;
	b->n -= n;
	return v;
}

/* What the codes leave over of all that there is room for; negative: they take more. */
static int left_over(const uint16_t *counts)
{
	int left = 1;

	for (int i = 1; i <= LONGEST && left >= 0; i++)
		left = 2 * left - counts[i];
	return left;
}

/* Some code may be missing only where there is one of a single bit at most. */
static bool bad_codes(const uint8_t *lengths, size_t n)
{
	uint16_t counts[LONGEST + 1] = {0};
	int left, longest = 0;

	for (size_t i = 0; i < n; i++)
		counts[lengths[i]]++;
	for (int i = 1; i <= LONGEST; i++)
		longest = counts[i] ? i : longest;
	left = left_over(counts);
	return left < 0 || (left > 0 && longest > 1);
}

/* Of the code for lengths: by its next 7 bits, which symbol it is (upper bits) and how long. */
static bool peek_table(uint8_t table[1 << PEEK], const uint8_t lengths[CODES])
{
	uint16_t counts[LONGEST + 1] = {0}, next[PEEK + 2] = {0};

	for (size_t i = 0; i < CODES; i++)
		counts[lengths[i]]++;
	if (left_over(counts) != 0)
		return false;
	for (int i = 1; i <= PEEK; i++)
		next[i + 1] = (uint16_t)((next[i] + counts[i]) << 1);
	for (unsigned i = 0; i < CODES; i++) {
		unsigned n = lengths[i], code = n ? next[n]++ : 0, turned = 0;

		for (unsigned k = 0; k < n; k++)
			turned |= (code >> k & 1) << (n - 1 - k);
		for (unsigned at = turned; n && at < 1 << PEEK; at += 1U << n)
			table[at] = (uint8_t)(i << 3 | n);
	}
	return true;
}

static enum deflatehead read_lengths(
	uint8_t *lengths, size_t n, struct bits *b, const uint8_t table[1 << PEEK])
{
	static const uint8_t extra[] = {2, 3, 7}, least[] = {3, 3, 11};

	for (size_t i = 0; i < n;) {
		unsigned symbol, bits, times;

		fill(b);
		symbol = table[b->v & ((1 << PEEK) - 1)] >> 3;
		bits = table[b->v & ((1 << PEEK) - 1)] & 7;
		if (b->n < bits + (symbol < 16 ? 0 : extra[symbol - 16]))
			return DEFLATEHEAD_MORE;
		take(b, bits);
		if (symbol < 16) {
			lengths[i++] = (uint8_t)symbol;
			continue;
		}
		times = least[symbol - 16] + take(b, extra[symbol - 16]);
		if ((symbol == 16 && !i) || times > n - i)
			return DEFLATEHEAD_BAD;
		memset(lengths + i, symbol == 16 ? lengths[i - 1] : 0, times);
		i += times;
	}
	return DEFLATEHEAD_FINE;
}

static enum deflatehead check_dynamic(struct bits *b)
{
	static const uint8_t order[CODES] = {
		16, 17, 18, 0, 8, 7, 9, 6, 10, 5, 11, 4, 12, 3, 13, 2, 14, 1, 15};
	uint8_t codes[CODES] = {0}, lengths[LITERALS_MAX + DISTANCES_MAX], table[1 << PEEK];
	unsigned literals, distances, n;
	enum deflatehead r;

	if (b->n < 14)
		return DEFLATEHEAD_MORE;
	literals = 257 + take(b, 5);
	distances = 1 + take(b, 5);
	n = 4 + take(b, 4);
	if (literals > LITERALS_MAX || distances > DISTANCES_MAX)
		return DEFLATEHEAD_BAD;
	for (unsigned i = 0; i < n; i++) {
		fill(b);
		if (b->n < 3)
			return DEFLATEHEAD_MORE;
		codes[order[i]] = (uint8_t)take(b, 3);
	}
	if (!peek_table(table, codes))
		return DEFLATEHEAD_BAD;
	r = read_lengths(lengths, literals + distances, b, table);
	if (r != DEFLATEHEAD_FINE)
		return r;
	return !lengths[256] || bad_codes(lengths, literals) ||
			       bad_codes(lengths + literals, distances)
		       ? DEFLATEHEAD_BAD
		       : DEFLATEHEAD_FINE;
}

enum deflatehead deflatehead_check(
	bool *last, uint64_t bits, unsigned count, const uint8_t *p, size_t n)
{
	struct bits b = {bits, count, p, p + n};
	unsigned type;

	fill(&b);
	if (b.n < 3)
		return DEFLATEHEAD_MORE;
	*last = take(&b, 1);
	type = take(&b, 2);
	return type == 3 ? DEFLATEHEAD_BAD : type == 2 ? check_dynamic(&b) : DEFLATEHEAD_FINE;
}
