/* The end of a zip: counts and places of the central directory, with zip64 once more. */
#include "format/zipends.h"
#include "base/bytes.h"
#include <inttypes.h>

enum { END64_MIN = 56 };

static uint16_t get_le16(const uint8_t *p)
{
	return (uint16_t)(p[0] | p[1] << 8);
}

void zipends_central(struct zipends *e, uint64_t at, uint64_t n)
{
	if (!e->begun)
		e->from = at;
	if (e->closed)
		report_find(e->report, F_MALFORMED, report_byte(e->report, at),
			"a central record behind the end of the central directory");
	e->begun = true;
	e->count++;
	e->behind = at + n;
}

void zipends_other(struct zipends *e, uint64_t at)
{
	if (!e->begun && !e->closed)
		e->from = e->behind = at;
	e->closed = true;
}

static void differ(struct zipends *e, const char *what, uint64_t is, uint64_t told)
{
	if (is != told)
		report_find(e->report, F_SIZE_CONFLICT, NULL,
			"%s is %" PRIu64 ", and %" PRIu64 " by the end record", what, is, told);
}

void zipends_64(struct zipends *e, uint64_t at, const uint8_t *p, size_t n)
{
	zipends_other(e, at);
	if (n < END64_MIN) {
		report_find(e->report, F_MALFORMED, report_byte(e->report, at),
			"a zip64 end record of %zu bytes", n);
		return;
	}
	e->has64 = true;
	e->at64 = at;
	e->volumes |= get_le32(p + 16) || get_le32(p + 20);
	e->count64 = get_le64(p + 32);
	e->size64 = get_le64(p + 40);
	e->from64 = get_le64(p + 48);
	differ(e, "the number of members on this volume", e->count, get_le64(p + 24));
	differ(e, "the number of members", e->count, e->count64);
	differ(e, "the size of the central directory", e->behind - e->from, e->size64);
	differ(e, "the place of the central directory", e->from, e->from64);
}

void zipends_locator(struct zipends *e, const uint8_t *p)
{
	e->located = true;
	e->volumes |= get_le32(p + 4) || get_le32(p + 16) > 1;
	differ(e, "the place of the zip64 end record", e->at64, get_le64(p + 8));
}

/* A number of the short record is that of the long one, or its highest, which stands for it. */
static void short_one(
	struct zipends *e, const char *what, uint64_t is, uint64_t told, uint64_t high)
{
	if (told == high && e->has64)
		return;
	differ(e, what, is, told);
}

void zipends_end(struct zipends *e, uint64_t at, const uint8_t *p)
{
	zipends_other(e, at);
	if (e->has64 != e->located)
		report_find(e->report, F_MALFORMED, report_byte(e->report, at),
			"a zip64 end record and its locator go together: one of them is "
			"missing");
	e->volumes |= (get_le16(p + 4) && get_le16(p + 4) != UINT16_MAX) ||
		      (get_le16(p + 6) && get_le16(p + 6) != UINT16_MAX);
	if (e->volumes) {
		report_find(e->report, F_UNSUPPORTED_FORMAT, NULL, "one volume of several");
		return;
	}
	short_one(e, "the number of members on this volume", e->count, get_le16(p + 8),
		UINT16_MAX);
	short_one(e, "the number of members", e->count, get_le16(p + 10), UINT16_MAX);
	short_one(e, "the size of the central directory", e->behind - e->from, get_le32(p + 12),
		UINT32_MAX);
	short_one(
		e, "the place of the central directory", e->from, get_le32(p + 16), UINT32_MAX);
}
