/*
 * Formats that are known by their first bytes and not walked yet. They are named, so that nobody calls them damaged for what
 * this version cannot read, and they are "unsupported", so that nobody takes them for proven.
 */
#include "format/format.h"
#include <string.h>

static const char *name_of(const uint8_t *h, size_t n)
{
	if (n >= 262 && !memcmp(h + 257, "ustar", 5))
		return "tar";
	if (n >= 4 && (!memcmp(h, "PK\3\4", 4) || !memcmp(h, "PK\5\6", 4)))
		return "zip";
	/* a WAL segment's long page header: XLP_LONG_HEADER set, a page size of 8 KiB told in it */
	if (n >= 40 && h[1] == 0xd1 && (h[2] & 2) && h[36] == 0 && h[37] == 0x20 && !h[38] && !h[39])
		return "pg-wal";
	return NULL;
}

static int probe(const uint8_t *h, size_t n)
{
	return name_of(h, n) ? 40 : 0;
}

static int walk(stream *in, struct report *r, bks_error *err)
{
	const uint8_t *h;
	size_t n;
	int s = stream_peek(in, 512, &h, &n, err);

	if (!s) {
		r->out->format = name_of(h, n);
		report_find(r, F_UNSUPPORTED_FORMAT, NULL, "%s: this version does not look inside",
			r->out->format);
		s = stream_drain(in, NULL, err);
	}
	return s == BKS_E_CUT ? 0 : s;
}

extern const struct format format_unwalked;
const struct format format_unwalked = {.name = "tar", .probe = probe, .walk = walk};
