/* Each way to find the rows of COPY data gives the same as a reading of every byte. */
#include "format/copyscan.h"
#include "unit.h"

enum { LENGTH = 3000 };

static uint64_t state = 88172645463325252ULL;

static uint32_t next(void)
{
	state ^= state << 13;
	state ^= state >> 7;
	state ^= state << 17;
	return (uint32_t)(state >> 16);
}

/* What copyscan promises, a byte at a time. */
static const uint8_t *slow(struct sqlcopy *c, const uint8_t *p, const uint8_t *end, bool *start)
{
	*start = false;
	while (end - p > 64) {
		for (int i = 0; i < 64; i++) {
			c->tabs += c->columns > 0 && *p == '\t';
			*start = false;
			if (*p++ != '\n')
				continue;
			if (c->columns > 0 && c->tabs + 1 != (uint64_t)c->columns && !c->bad_row)
				c->bad_row = c->rows + 1;
			c->tabs = 0;
			c->rows++;
			c->lines++;
			*start = true;
			if (*p == '\\')
				return p;
		}
	}
	return p;
}

static void compare(copyscan_fn *way, const uint8_t *p, const uint8_t *end, int columns)
{
	struct sqlcopy want, is;
	const uint8_t *q, *r;
	bool at, also;

	sqlcopy_rows(&want, columns);
	want.tabs = columns > 0 ? next() % 2 : 0;
	is = want;
	q = slow(&want, p, end, &at);
	r = way(&is, p, end, &also);
	assert_ptr_equal(q, r);
	assert_int_equal(at, also);
	assert_int_equal(want.rows, is.rows);
	assert_int_equal(want.lines, is.lines);
	assert_int_equal(want.tabs, is.tabs);
	assert_int_equal(want.bad_row, is.bad_row);
}

TEST(every_way_counts_as_a_reading_of_each_byte_does)
{
	uint8_t *p = malloc(LENGTH);
	int ways = 0;

	NOSTATE;
	assert_non_null(p);
	for (unsigned round = 0; round < 3000; round++) {
		static const char bytes[] = "\n\t\\ab\n\t\xff\x8a\x89";
		uint32_t rare = 1 + next() % 60;

		for (size_t i = 0; i < LENGTH; i++)
			p[i] = next() % rare ? 'x' : (uint8_t)bytes[next() % (sizeof bytes - 1)];
		for (int i = 0; i < COPYSCAN_WAYS; i++)
			if (copyscan_way(i)) {
				size_t from = next() % 200, upto = from + next() % (LENGTH - 200);

				compare(copyscan_way(i), p + from, p + upto, (int)(round % 4));
				ways |= 1 << i;
			}
	}
	assert_true(ways & 1);
	free(p);
}

/* Through the walker: however the bytes are cut, the rows are the same, and the line that ends them is found. */
TEST(rows_are_the_same_in_pieces_of_any_size)
{
	static const char row[] = "1\ttext that is longer than a word\t\\N\n", odd[] = "\\N\t\\\\.\t\\.\n";
	uint8_t *p = malloc(LENGTH + 100);
	size_t n = 0, rows = 0;

	NOSTATE;
	assert_non_null(p);
	for (; n < LENGTH; rows++) {
		const char *r = next() % 5 ? row : odd;

		memcpy(p + n, r, strlen(r));
		n += strlen(r);
	}
	memcpy(p + n, "\\.\nSELECT", 9);
	for (size_t step = 1; step < n; step += 1 + step / 3) {
		struct sqlcopy c;
		size_t at = 0;
		bool done = false;

		sqlcopy_rows(&c, 3);
		while (!done) {
			const uint8_t *q = p + at, *end = p + (at + step < n + 9 ? at + step : n + 9);

			assert_true(at < n + 9);
			done = sqlcopy_feed(&c, &q, end);
			at = (size_t)(q - p);
		}
		assert_int_equal(at, n + 3);
		assert_int_equal(c.rows, rows);
		assert_int_equal(c.lines, rows + 1);
		assert_int_equal(c.bad_row, 0);
	}
	free(p);
}

MAIN(T(every_way_counts_as_a_reading_of_each_byte_does), T(rows_are_the_same_in_pieces_of_any_size))
