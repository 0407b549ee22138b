/* CRC-32C against the values of RFC 3720 B.4, whole and in pieces. */
#include "base/crc32c.h"
#include "unit.h"

TEST(the_values_of_the_rfc)
{
	uint8_t b[32];

	NOSTATE;
	memset(b, 0, sizeof b);
	assert_int_equal(crc32c(0, b, sizeof b), 0x8a9136aaU);
	memset(b, 0xff, sizeof b);
	assert_int_equal(crc32c(0, b, sizeof b), 0x62a8ab43U);
	for (size_t i = 0; i < sizeof b; i++)
		b[i] = (uint8_t)i;
	assert_int_equal(crc32c(0, b, sizeof b), 0x46dd794eU);
	assert_int_equal(crc32c(0, "123456789", 9), 0xe3069283U);
}

TEST(pieces_give_what_the_whole_gives)
{
	static const char text[] = "it was taken in pieces of every length that there is";

	NOSTATE;
	for (size_t cut = 0; cut < sizeof text; cut++)
		assert_int_equal(crc32c(crc32c(0, text, cut), text + cut, sizeof text - cut), crc32c(0, text, sizeof text));
}

/* Bit by bit, as it is defined. */
static uint32_t slowly(const uint8_t *p, size_t n)
{
	uint32_t c = ~0U;

	while (n--) {
		c ^= *p++;
		for (int k = 0; k < 8; k++)
			c = c & 1 ? c >> 1 ^ 0x82f63b78U : c >> 1;
	}
	return ~c;
}

TEST(long_blocks_give_what_the_definition_gives)
{
	static uint8_t b[20000];
	static const size_t lengths[] = {1023, 1024, 3071, 3072, 3073, 6143, 6144, 8192, 9999, 16384, 19990};

	NOSTATE;
	for (uint32_t i = 0, v = 1; i < sizeof b; i++, v = v * 1103515245 + 12345)
		b[i] = (uint8_t)(v >> 16);
	for (size_t i = 0; i < sizeof lengths / sizeof *lengths; i++)
		for (size_t from = 0; from < 9; from += 4) {
			assert_int_equal(crc32c(0, b + from, lengths[i]), slowly(b + from, lengths[i]));
			assert_int_equal(crc32c(crc32c(0, b, from), b + from, lengths[i]), slowly(b, from + lengths[i]));
		}
}

MAIN(T(long_blocks_give_what_the_definition_gives), T(the_values_of_the_rfc), T(pieces_give_what_the_whole_gives))
