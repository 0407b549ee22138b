/* The central directory of a zip against its local headers: every member told twice, and both
 * times the same. */
#include "base/bytes.h"
#include "format/zipindex.h"
#include <inttypes.h>
#include <string.h>
#include <sys/stat.h>

enum { CENTRAL = 46, BY_UNIX = 3 };
/* Flags without which a member's bytes are read otherwise: patch data, strong encryption,
 * hidden headers. */
enum { FLAGS_STRANGE = 1 << 5 | 1 << 6 | 1 << 13 };

struct central {
	const uint8_t *name, *extra;
	size_t name_n, extra_n;
	uint64_t stored, size, at;
	uint32_t crc, attributes;
	uint16_t flags, method, disk;
	uint8_t made_by, version, system;
};

static uint16_t get_le16(const uint8_t *p)
{
	return (uint16_t)(p[0] | p[1] << 8);
}

static bool read_central(struct central *c, const uint8_t *p, size_t n)
{
	bool has;

	*c = (struct central){.made_by = p[5],
		.version = p[6],
		.system = p[7],
		.flags = get_le16(p + 8),
		.method = get_le16(p + 10),
		.crc = get_le32(p + 16),
		.stored = get_le32(p + 20),
		.size = get_le32(p + 24),
		.name = p + CENTRAL,
		.name_n = get_le16(p + 28),
		.extra_n = get_le16(p + 30),
		.disk = get_le16(p + 34),
		.attributes = get_le32(p + 38),
		.at = get_le32(p + 42)};
	c->extra = c->name + c->name_n;
	return CENTRAL + c->name_n + c->extra_n <= n &&
	       zip64_read(&c->size, &c->stored, &c->at, &has, c->extra, c->extra_n);
}

static const char *name_of(struct zipindex *x, const struct central *c)
{
	return arena_bytes(x->report->arena, c->name, c->name_n);
}

static bool same_name(const struct zip_record *r, const struct central *c)
{
	return r->name_n == c->name_n && !memcmp(r->name, c->name, c->name_n);
}

static void differ(struct zipindex *x, const struct zip_record *r, enum finding_kind kind,
	const char *what, uint64_t local, uint64_t central)
{
	report_find(x->report, kind, arena_text(x->report->arena, r->name),
		"its %s is told twice: %" PRIu64 " beside its bytes, %" PRIu64
		" in the central directory",
		what, local, central);
}

static bool is_ascii(const struct zip_record *r)
{
	for (size_t i = 0; i < r->name_n; i++)
		if ((uint8_t)r->name[i] > 127)
			return false;
	return true;
}

/* Which flags have to be the same in both places: how a name is coded says nothing of one in
 * ASCII, and writers may tell in one place alone how hard they packed. */
static uint16_t flags_that_count(const struct zip_record *r)
{
	return (uint16_t)(ZIP_ENCRYPTED | FLAGS_STRANGE | (is_ascii(r) ? 0 : ZIP_UTF8));
}

/* Good writers tell 10 here and 20 there, or that zip64 is needed in one place alone; none
 * tells more than that of bytes that are stored or deflated. */
static bool version_lies(const struct zip_record *r, const struct central *c)
{
	uint8_t high = r->version < c->version ? c->version : r->version;

	return r->version != c->version && high > ZIP_VERSION_64 &&
	       (r->method == ZIP_STORED || r->method == ZIP_DEFLATED);
}

static void tell_strange(
	struct zipindex *x, const struct zip_record *r, const struct central *c)
{
	if (r->version > ZIP_VERSION_MAX && c->version > ZIP_VERSION_MAX)
		report_find(x->report, F_UNSUPPORTED_VERSION,
			arena_text(x->report->arena, r->name),
			"zip %d.%d is needed to unpack it", r->version / 10, r->version % 10);
	if (r->flags & c->flags & FLAGS_STRANGE)
		report_find(x->report, F_UNSUPPORTED_FORMAT,
			arena_text(x->report->arena, r->name),
			"patch data, or encrypted in a way that hides its header");
}

static void compare(struct zipindex *x, struct zip_record *r, const struct central *c)
{
	if (!same_name(r, c))
		report_find(x->report, F_MALFORMED, arena_text(x->report->arena, r->name),
			"its name in the central directory is another: %s", name_of(x, c));
	if (r->method != c->method)
		differ(x, r, F_MALFORMED, "compression method", r->method, c->method);
	if ((r->flags ^ c->flags) & flags_that_count(r))
		differ(x, r, F_MALFORMED, "set of flags", r->flags, c->flags);
	if (version_lies(r, c))
		differ(x, r, F_MALFORMED, "version", r->version, c->version);
	if (r->system != c->system)
		differ(x, r, F_MALFORMED, "needed system", r->system, c->system);
	tell_strange(x, r, c);
	if (!r->known)
		return;
	if (r->crc != c->crc)
		differ(x, r, F_CHECKSUM_MISMATCH, "CRC-32", r->crc, c->crc);
	if (r->stored != c->stored)
		differ(x, r, F_SIZE_CONFLICT, "packed size", r->stored, c->stored);
	if (r->size != c->size)
		differ(x, r, F_SIZE_CONFLICT, "size", r->size, c->size);
}

static void tell_missing(struct zipindex *x, const struct central *c)
{
	const struct zip_record *in = zipindex_around(x, c->at);

	if (in)
		report_find(x->report, F_SIZE_CONFLICT, name_of(x, c),
			"its place is told as byte %" PRIu64
			", where the bytes of %s are: they overlap",
			c->at, in->name);
	else
		report_find(x->report, F_MEMBER_MISSING, name_of(x, c),
			"the central directory has it at byte %" PRIu64 ", and it is not there",
			c->at);
}

static bool same_bytes(const struct zip_record *r, const struct central *c)
{
	return r->known && r->crc == c->crc && r->stored == c->stored && r->size == c->size;
}

/* The one that lies where it should, with its name or at least its bytes; else one of its name.
 */
static struct zip_record *find(struct zipindex *x, const struct central *c)
{
	struct zip_record *at = zipindex_at(x, c->at), *named;

	if (at && (same_name(at, c) || (!at->listed && same_bytes(at, c))))
		return at;
	named = zipindex_named(x, c->name, c->name_n);
	if (named && !named->listed) {
		differ(x, named, F_SIZE_CONFLICT, "place", named->at, c->at);
		return named;
	}
	tell_missing(x, c);
	return NULL;
}

void zipindex_meet(struct zipindex *x, const uint8_t *p, size_t n)
{
	struct zip_record *r;
	struct central c;

	if (!read_central(&c, p, n)) {
		report_find(x->report, F_MALFORMED, name_of(x, &c),
			"the fields of its central record do not add up");
		return;
	}
	r = find(x, &c);
	if (!r)
		return;
	if (r->listed)
		report_find(x->report, F_MEMBER_UNEXPECTED, name_of(x, &c),
			"it stands twice in the central directory");
	r->listed = true;
	r->link = c.made_by == BY_UNIX && S_ISLNK(c.attributes >> 16);
	compare(x, r, &c);
}

void zipindex_unlisted(struct zipindex *x)
{
	for (size_t i = 0; i < x->n; i++)
		if (!x->v[i].listed)
			report_find(x->report, F_MEMBER_UNEXPECTED,
				arena_text(x->report->arena, x->v[i].name),
				"it is not in the central directory");
}
