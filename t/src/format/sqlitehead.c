/*
 * The header of a database, held against what the format allows. SQLite itself looks at half of
 * it, and believes the rest.
 */
#include "format/sqlitehead.h"
#include <string.h>

static const char magic[16] = "SQLite format 3";

enum {
	MAGIC_HALF = 10,
	HEAD_LEAST = 6,
	USABLE_MIN = 480,
	CLEAR_RESERVED = 16,
	STRANGE_WRITES = 1 << 20
};

uint32_t sqlite_u32(const uint8_t *p)
{
	return (uint32_t)p[0] << 24 | (uint32_t)p[1] << 16 | (uint32_t)p[2] << 8 | p[3];
}

bool sqlite_page_size(uint32_t n)
{
	return n >= SQLITE_PAGE_MIN && n <= SQLITE_PAGE_MAX && !(n & (n - 1));
}

static uint32_t page_size(const uint8_t *h)
{
	uint32_t n = (uint32_t)h[16] << 8 | h[17];

	n = n == 1 ? SQLITE_PAGE_MAX : n;
	return sqlite_page_size(n) ? n : 0;
}

/* The bytes that are the same in every database. */
static bool fits(const uint8_t *h)
{
	static const uint8_t zeros[20];

	return page_size(h) && h[18] && h[18] <= 2 && h[19] && h[19] <= 2 && h[21] == 64 &&
	       h[22] == 32 && h[23] == 32 && sqlite_u32(h + 44) <= 4 &&
	       sqlite_u32(h + 56) <= 3 && !memcmp(h + 72, zeros, sizeof zeros);
}

int sqlite_probe(const uint8_t *h, size_t n)
{
	size_t same = 0;

	if (n < sizeof magic)
		return n >= HEAD_LEAST && !memcmp(h, magic, n) ? (int)n * 8 : 0;
	if (!memcmp(h, magic, sizeof magic))
		return 128;
	if (n < SQLITE_HEAD)
		return 0;
	for (size_t i = 0; i < sizeof magic; i++)
		same += h[i] == (uint8_t)magic[i];
	if (same >= MAGIC_HALF && page_size(h) && h[21] == 64 && h[22] == 32 && h[23] == 32)
		return 60;
	return fits(h) ? 50 : 0;
}

static void told(struct report *r, unsigned at, const char *what, uint32_t is)
{
	report_find(
		r, F_MALFORMED, report_byte(r, at), "the header's %s cannot be %u", what, is);
}

/* A first page that SQLCipher left in clear for its first bytes only: noise behind a header
 * that reserves room for a key's salt and a signature. */
static bool encrypted(const uint8_t *h)
{
	size_t zeros = 0;

	for (size_t i = 72; i < 92; i++)
		zeros += !h[i];
	return h[20] >= CLEAR_RESERVED && sqlite_u32(h + 44) > 4 && sqlite_u32(h + 56) > 3 &&
	       zeros < 4;
}

static int check_versions(const struct sqlite_head *out, const uint8_t *h, struct report *r)
{
	if (h[19] > 2 && h[18] > 2 && sqlite_u32(h + 96) > 3100000) {
		report_find(r, F_UNSUPPORTED_VERSION, report_byte(r, 18),
			"its file format has version %u, known are 1 and 2", h[19]);
		return 1;
	}
	if (!h[18] || h[18] > 2)
		told(r, 18, "write version", h[18]);
	if (!h[19] || h[19] > 2)
		told(r, 19, "read version", h[19]);
	if (out->schema_format > 4)
		told(r, 44, "schema format", out->schema_format);
	return 0;
}

/* Both counters move together; only a writer older than 3.7.0 (2010) moves the first alone, by
 * one each time. */
static void check_rest(const struct sqlite_head *out, const uint8_t *h, struct report *r)
{
	if (out->page_size && out->page_size - h[20] < USABLE_MIN)
		told(r, 20, "reserved bytes", h[20]);
	for (unsigned i = 21; i < 24; i++)
		if (h[i] != (i == 21 ? 64 : 32))
			told(r, i, "payload fraction", h[i]);
	if (out->encoding > 3)
		told(r, 56, "text encoding", out->encoding);
	if (sqlite_u32(h + 64) > 1 || (sqlite_u32(h + 64) && !sqlite_u32(h + 52)))
		told(r, 64, "incremental vacuum mode", sqlite_u32(h + 64));
	if (out->change_counter - out->valid_for > STRANGE_WRITES)
		told(r, 92, "version-valid-for number", out->valid_for);
	for (unsigned i = 72; i < 92; i++) {
		if (h[i]) {
			told(r, i, "unused byte", h[i]);
			break;
		}
	}
}

int sqlite_head_read(struct sqlite_head *out, const uint8_t *h, struct report *r)
{
	*out = (struct sqlite_head){.page_size = page_size(h),
		.write_version = h[18],
		.read_version = h[19],
		.reserved = h[20],
		.change_counter = sqlite_u32(h + 24),
		.valid_for = sqlite_u32(h + 92),
		.schema_format = sqlite_u32(h + 44),
		.encoding = sqlite_u32(h + 56),
		.user_version = (int32_t)sqlite_u32(h + 60),
		.written_by = sqlite_u32(h + 96)};
	if (out->change_counter == out->valid_for)
		out->pages = sqlite_u32(h + 28);
	if (encrypted(h)) {
		report_find(r, F_ENCRYPTED, report_byte(r, 32),
			"encrypted behind the header's first bytes: only its digest can be "
			"checked");
		return 1;
	}
	if (memcmp(h, magic, sizeof magic) != 0)
		report_find(r, F_MALFORMED, "byte 0",
			"the header does not begin as that of a database");
	if (check_versions(out, h, r))
		return 1;
	if (!out->page_size)
		told(r, 16, "page size", (uint32_t)h[16] << 8 | h[17]);
	check_rest(out, h, r);
	return r->fails[BKS_WHOLE] ? 1 : 0;
}

const char *sqlite_version(uint32_t n, bks_arena *a)
{
	return arena_form(a, "%u.%u.%u", n / 1000000, n / 1000 % 1000, n % 1000);
}
