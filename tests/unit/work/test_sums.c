#include "unit.h"
#include "work/sums.h"

#define A "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa"
#define B "bbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbb"

/* The first byte of the digest of NAME, or -1. */
static int first_byte(const struct sums *s, const char *name)
{
	bks_digests d = {0};

	return sums_find(&d, s, name) && d.has_sha256 ? d.sha256[0] : -1;
}

static int digest_of(const char *text, const char *name)
{
	bks_arena *a = bks_arena_new();
	struct sums s;
	int got;

	sums_read(&s, text, strlen(text), a);
	got = first_byte(&s, name);
	bks_arena_free(a);
	return got;
}

TEST(test_each_name_has_its_own_digest)
{
	const char *text = A "  shop.sql\n" B " *./shop.sql.gz\nSHA256 (two words) = " B "\n";

	NOSTATE;
	assert_int_equal(digest_of(text, "shop.sql"), 0xaa);
	assert_int_equal(digest_of(text, "shop.sql.gz"), 0xbb);
	assert_int_equal(digest_of(text, "two words"), 0xbb);
	assert_int_equal(digest_of(text, "shop"), -1);
	assert_int_equal(digest_of(text, "shop.sql.gz.x"), -1);
	assert_int_equal(digest_of(text, ""), -1);
}

TEST(test_of_two_lines_for_one_name_the_first_counts)
{
	NOSTATE;
	assert_int_equal(digest_of(B "  x\n" A "  x\n", "x"), 0xbb);
	assert_int_equal(digest_of(A "  x\n" B "  y\n" B "  x", "x"), 0xaa);
}

TEST(test_lines_of_other_tools_are_passed_over)
{
	NOSTATE;
	assert_int_equal(
		digest_of("# by hand\n\n" A "\nMD5 (x) = 00\n" B "  x\r\n", "x"), 0xbb);
	assert_int_equal(digest_of(A "x  y\n", "y"), -1);
	assert_int_equal(digest_of("", "x"), -1);
}

TEST(test_each_of_many_lines_is_found)
{
	static char text[80 * 3000];
	bks_arena *a = bks_arena_new();
	struct sums s;
	char name[16];
	size_t n = 0;

	NOSTATE;
	for (int i = 0; i < 3000; i++)
		n += (size_t)snprintf(text + n, sizeof text - n, "%02x%.62s  f%d\n", i & 255, A,
			i * 7 % 3000);
	sums_read(&s, text, n, a);
	assert_int_equal(s.n, 3000);
	for (int i = 0; i < 3000; i++) {
		snprintf(name, sizeof name, "f%d", i * 7 % 3000);
		assert_int_equal(first_byte(&s, name), i & 255);
	}
	bks_arena_free(a);
}

MAIN(T(test_each_name_has_its_own_digest), T(test_of_two_lines_for_one_name_the_first_counts),
	T(test_lines_of_other_tools_are_passed_over), T(test_each_of_many_lines_is_found))
