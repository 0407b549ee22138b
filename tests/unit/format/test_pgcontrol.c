/* Real control files of every version, whole and changed. */
#include "base/crc32c.h"
#include "corpus.h"
#include "format/pgcontrol.h"

static const struct {
	const char *name;
	uint32_t version, catalog;
	int major;
} real[] = {
	{"13.control.gz", 1300, 202007201, 13},
	{"14.control.gz", 1300, 202107181, 14},
	{"15.control.gz", 1300, 202209061, 15},
	{"16.control.gz", 1300, 202307071, 16},
	{"17.control.gz", 1700, 202406281, 17},
	{"18.control.gz", 1800, 202506291, 18},
};

static void seal(uint8_t *p, size_t at)
{
	uint32_t crc = crc32c(0, p, at);

	for (int i = 0; i < 4; i++)
		p[at + (size_t)i] = (uint8_t)(crc >> 8 * i);
}

TEST(every_version_is_read)
{
	NOSTATE;
	for (size_t i = 0; i < sizeof real / sizeof *real; i++) {
		struct bytes b = corpus(real[i].name);
		struct pgcontrol c;
		struct sight s;

		sight_init(&s);
		assert_true(pgcontrol_read(&c, b.p, b.n, &s.r));
		assert_int_equal(s.r.findings.n, 0);
		assert_int_equal(c.version, real[i].version);
		assert_int_equal(c.catalog, real[i].catalog);
		assert_int_equal(c.major, real[i].major);
		assert_true(c.system_id > UINT64_C(7000000000000000000));
		assert_int_equal(c.state, PGCONTROL_RUNNING);
		assert_int_equal(c.redo, 0x2000028);
		assert_in_range(c.checkpoint, 0x2000060, 0x2000080);
		assert_int_equal(c.timeline, 1);
		assert_int_equal(c.segment_size, 16 << 20);
		assert_int_equal(c.block_size, 8192);
		assert_int_equal(c.page_checksums, real[i].major == 18);
		assert_true(c.time >= c.checkpoint_time && c.checkpoint_time > 0);
		sight_clear(&s);
		free(b.p);
	}
}

/* Past the checksum everything is zeros, and the manifest's to keep. */
TEST(every_flipped_bit_of_what_it_tells_is_damage)
{
	NOSTATE;
	for (size_t i = 0; i < sizeof real / sizeof *real; i++) {
		struct bytes b = corpus(real[i].name);

		for (size_t bit = 0; bit < 8 * (real[i].major == 18 ? 296 : 292); bit += 3) {
			struct pgcontrol c;
			struct sight s;

			sight_init(&s);
			b.p[bit / 8] ^= (uint8_t)(1 << bit % 8);
			assert_false(pgcontrol_read(&c, b.p, b.n, &s.r));
			only(&s, "checksum-mismatch");
			b.p[bit / 8] ^= (uint8_t)(1 << bit % 8);
			sight_clear(&s);
		}
		free(b.p);
	}
}

static void refused(const uint8_t *p, size_t n, const char *code)
{
	struct pgcontrol c;
	struct sight s;

	sight_init(&s);
	assert_false(pgcontrol_read(&c, p, n, &s.r));
	only(&s, code);
	sight_clear(&s);
}

TEST(another_size_is_damage)
{
	struct bytes b = corpus("15.control.gz");

	NOSTATE;
	refused(b.p, b.n - 1, "truncated");
	refused(b.p, 0, "truncated");
	put(&b, "", 1);
	refused(b.p, b.n, "trailing-data");
	free(b.p);
}

TEST(a_version_to_come_is_unsupported_and_never_damaged)
{
	struct bytes b = corpus("18.control.gz");

	NOSTATE;
	b.p[8] = 0x6c; /* 1900 */
	b.p[9] = 0x07;
	seal(b.p, 300);
	memset(b.p + 304, 0, b.n - 304);
	refused(b.p, b.n, "unsupported-version");
	b.p[0] ^= 1;
	refused(b.p, b.n, "checksum-mismatch");
	free(b.p);
}

TEST(the_other_byte_order_is_unsupported)
{
	struct bytes b = corpus("15.control.gz");

	NOSTATE;
	memcpy(b.p + 8, "\0\0\5\24", 4);
	refused(b.p, b.n, "unsupported-version");
	free(b.p);
}

TEST(sizes_that_no_server_has_are_malformed)
{
	struct bytes b = corpus("15.control.gz");

	NOSTATE;
	b.p[228 + 2] = 3; /* 48 MiB */
	seal(b.p, 288);
	refused(b.p, b.n, "malformed");
	free(b.p);
}

MAIN(T(every_version_is_read), T(every_flipped_bit_of_what_it_tells_is_damage),
	T(another_size_is_damage), T(a_version_to_come_is_unsupported_and_never_damaged),
	T(the_other_byte_order_is_unsupported), T(sizes_that_no_server_has_are_malformed))
