/* Names of the write-ahead log's files: timeline, log and segment as 24 upper-case hex digits,
 * and what stands behind them. */
#include "format/walname.h"
#include <string.h>

static bool hex8(uint32_t *out, const char *s)
{
	uint32_t v = 0;

	for (int i = 0; i < 8; i++) {
		char c = s[i];

		if (c >= '0' && c <= '9')
			v = v << 4 | (uint32_t)(c - '0');
		else if (c >= 'A' && c <= 'F')
			v = v << 4 | (uint32_t)(c - 'A' + 10);
		else
			return false;
	}
	*out = v;
	return true;
}

/* What archivers append; '\0' is no wrapping. */
static bool is_wrapping(const char *s)
{
	static const char *const endings[] = {".gz", ".lz4", ".zst", ".xz", ".bz2"};

	for (size_t i = 0; i < sizeof endings / sizeof *endings; i++)
		if (!strcmp(s, endings[i]))
			return true;
	return false;
}

static const char *read_segment(struct wal_name *out, const char *rest)
{
	if (!strncmp(rest, ".partial", 8)) {
		out->kind = WAL_NAME_PARTIAL;
		return rest + 8;
	}
	if (rest[0] == '.' && hex8(&out->offset, rest + 1) &&
		!strncmp(rest + 9, ".backup", 7)) {
		out->kind = WAL_NAME_BACKUP;
		return rest + 16;
	}
	out->offset = 0;
	out->kind = WAL_NAME_SEGMENT;
	return rest;
}

void wal_name_read(struct wal_name *out, const char *base)
{
	struct wal_name n = {0};
	const char *rest = NULL;

	*out = n;
	if (!hex8(&n.timeline, base) || !n.timeline)
		return;
	if (!strncmp(base + 8, ".history", 8)) {
		n.kind = WAL_NAME_HISTORY;
		rest = base + 16;
	} else if (hex8(&n.log, base + 8) && hex8(&n.seg, base + 16)) {
		rest = read_segment(&n, base + 24);
	}
	if (!rest)
		return;
	n.wrapped = is_wrapping(rest);
	/* pg_receivewal -Z puts the wrapping before .partial */
	if (n.kind == WAL_NAME_SEGMENT && !n.wrapped && *rest) {
		const char *dot = strrchr(rest, '.');

		if (!strcmp(rest, ".gz.partial") || !strcmp(rest, ".lz4.partial") ||
			!strcmp(rest, ".zst.partial")) {
			n.kind = WAL_NAME_PARTIAL;
			n.wrapped = true;
			rest = dot;
		}
	}
	if (n.wrapped || !*rest)
		*out = n;
}

bool wal_name_lsn(uint64_t *out, const struct wal_name *n, uint32_t size)
{
	if ((n->kind != WAL_NAME_SEGMENT && n->kind != WAL_NAME_PARTIAL &&
		    n->kind != WAL_NAME_BACKUP) ||
		!size || n->seg >= (UINT64_C(1) << 32) / size)
		return false;
	*out = ((uint64_t)n->log << 32) + (uint64_t)n->seg * size;
	return true;
}
