/*
 * The file is 8 KiB, of which the first 300 bytes mean something; a checksum stands behind
 * them, at a place that depends on the version. A version that is not known is only believed
 * where some checksum fits: else the version itself is what is damaged.
 */
#include "format/pgcontrol.h"
#include "base/bytes.h"
#include "base/crc32c.h"
#include "format/ustar.h"

enum { USED_MAX = 512, USED_MIN = 128 };

static const struct {
	uint32_t version, crc_at;
} layouts[] = {{1300, 288}, {1700, 288}, {1800, 292}};

/* src/include/catalog/catversion.h of each release. */
static const struct {
	uint32_t catalog;
	int major;
} releases[] = {{202007201, 13}, {202107181, 14}, {202209061, 15}, {202307071, 16},
	{202406281, 17}, {202506291, 18}};

static bool sum_fits(const uint8_t *p, size_t at)
{
	return crc32c(0, p, at) == get_le32(p + at);
}

static bool some_sum_fits(const uint8_t *p)
{
	for (size_t at = USED_MIN; at < USED_MAX; at += 4)
		if (sum_fits(p, at) && ustar_zeros(p + at + 4, PGCONTROL_SIZE - at - 4))
			return true;
	return false;
}

static bool refuse_version(const uint8_t *p, struct report *r)
{
	uint32_t v = get_le32(p + 8), swapped = get_be32(p + 8);

	if (swapped >= 1300 && swapped < 10000 && !(v >= 1300 && v < 10000))
		report_find(r, F_UNSUPPORTED_VERSION, NULL,
			"pg_control of a machine with the other byte order");
	else if (some_sum_fits(p))
		report_find(r, F_UNSUPPORTED_VERSION, NULL,
			"pg_control of version %lu; 1300, 1700 and 1800 are known",
			(unsigned long)v);
	else
		report_find(r, F_CHECKSUM_MISMATCH, NULL, "pg_control: its checksum is wrong");
	return false;
}

/* Where the checksum of that version stands; 0: not known. */
static uint32_t sum_place(uint32_t version)
{
	for (size_t i = 0; i < sizeof layouts / sizeof *layouts; i++)
		if (layouts[i].version == version)
			return layouts[i].crc_at;
	return 0;
}

static int major_of(uint32_t catalog)
{
	for (size_t i = 0; i < sizeof releases / sizeof *releases; i++)
		if (releases[i].catalog == catalog)
			return releases[i].major;
	return 0;
}

/* Seconds, as a time; those of no calendar are not known. */
static bks_time time_at(const uint8_t *p)
{
	int64_t s = (int64_t)get_le64(p);

	return s <= 0 || s > INT64_C(253402300799) ? BKS_TIME_NONE : s * BKS_SECOND;
}

static bool power_of_two(uint32_t v, uint32_t least, uint32_t most)
{
	return v >= least && v <= most && !(v & (v - 1));
}

bool pgcontrol_read(struct pgcontrol *out, const uint8_t *p, size_t n, struct report *r)
{
	uint32_t at;

	*out = (struct pgcontrol){.time = BKS_TIME_NONE, .checkpoint_time = BKS_TIME_NONE};
	if (n != PGCONTROL_SIZE) {
		report_find(r, n < PGCONTROL_SIZE ? F_TRUNCATED : F_TRAILING_DATA, NULL,
			"pg_control has %zu bytes, and 8192 is what it has everywhere", n);
		return false;
	}
	at = sum_place(get_le32(p + 8));
	if (!at)
		return refuse_version(p, r);
	if (!sum_fits(p, at)) {
		report_find(r, F_CHECKSUM_MISMATCH, NULL, "pg_control: its checksum is wrong");
		return false;
	}
	*out = (struct pgcontrol){
		.system_id = get_le64(p),
		.version = get_le32(p + 8),
		.catalog = get_le32(p + 12),
		.major = major_of(get_le32(p + 12)),
		.state = get_le32(p + 16),
		.time = time_at(p + 24),
		.checkpoint = get_le64(p + 32),
		.redo = get_le64(p + 40),
		.timeline = get_le32(p + 48),
		.checkpoint_time = time_at(p + 104),
		.block_size = get_le32(p + 216),
		.segment_size = get_le32(p + 228),
		.page_checksums = get_le32(p + 252),
	};
	if (!power_of_two(out->segment_size, 1 << 20, 1 << 30) ||
		!power_of_two(out->block_size, 1 << 10, 1 << 15)) {
		report_find(r, F_MALFORMED, NULL, "pg_control: sizes that no server has");
		return false;
	}
	return true;
}
