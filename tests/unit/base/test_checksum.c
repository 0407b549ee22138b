/* The published sums of "abc" (FIPS 180-4 and RFC 3720), in one piece and byte by byte. */
#include "base/bytes.h"
#include "base/checksum.h"
#include "unit.h"

static const struct {
	enum checksum_kind kind;
	const char *hex;
} known[] = {
	{CHECKSUM_CRC32C, "b73f4b36"},
	{CHECKSUM_SHA224, "23097d223405d8228642a477bda255b32aadbce4bda0b3f7e36c9da7"},
	{CHECKSUM_SHA256, "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad"},
	{CHECKSUM_SHA384, "cb00753f45a35e8bb5a03d699ac65007272c32ab0eded1631a8b605a43ff5bed"
			  "8086072ba1e7cc2358baeca134c825a7"},
	{CHECKSUM_SHA512, "ddaf35a193617abacc417349ae20413112e6fa4e89a97ea20a9eeee64b55d39a"
			  "2192992a274fc1a836ba3c23a3feebbd454d4423643ce80e2a9ac94fa54ca49f"},
};

TEST(each_kind_sums_as_its_standard_says_however_it_is_cut)
{
	NOSTATE;
	for (size_t i = 0; i < sizeof known / sizeof *known; i++) {
		uint8_t whole[CHECKSUM_MAX], pieces[CHECKSUM_MAX];
		char hex[2 * CHECKSUM_MAX + 1];
		checksum *c = checksum_new(known[i].kind);
		size_t n;

		checksum_add(c, "abc", 3);
		n = checksum_end(whole, c);
		assert_int_equal(n, checksum_size(known[i].kind));
		assert_string_equal(hex_write(hex, whole, n), known[i].hex);
		c = checksum_new(known[i].kind);
		for (size_t k = 0; k < 3; k++)
			checksum_add(c, &"abc"[k], 1);
		assert_int_equal(checksum_end(pieces, c), n);
		assert_memory_equal(whole, pieces, n);
	}
}

TEST(none_sums_nothing)
{
	checksum *c = checksum_new(CHECKSUM_NONE);
	uint8_t out[CHECKSUM_MAX];

	NOSTATE;
	checksum_add(c, "abc", 3);
	assert_int_equal(checksum_end(out, c), 0);
	checksum_free(NULL);
	checksum_free(checksum_new(CHECKSUM_SHA256));
}

TEST(names_are_those_of_postgresql)
{
	NOSTATE;
	assert_int_equal(checksum_kind("CRC32C"), CHECKSUM_CRC32C);
	assert_int_equal(checksum_kind("sha512"), CHECKSUM_SHA512);
	assert_int_equal(checksum_kind("NONE"), CHECKSUM_NONE);
	assert_int_equal(checksum_kind("MD5"), CHECKSUM_KINDS);
	assert_int_equal(checksum_kind(""), CHECKSUM_KINDS);
	assert_string_equal(checksum_name(CHECKSUM_SHA384), "SHA384");
}

MAIN(T(each_kind_sums_as_its_standard_says_however_it_is_cut), T(none_sums_nothing),
	T(names_are_those_of_postgresql))
