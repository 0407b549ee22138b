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

MAIN(T(the_values_of_the_rfc), T(pieces_give_what_the_whole_gives))
