/*
 * Any zip: a backup of files, or a box that backups lie in. libarchive unpacks the members in
 * the order of the file, ziprecords.h proves that all of it is there and told the same way
 * twice.
 */
#include "format/archive.h"
#include "format/format.h"
#include "format/inside.h"
#include "format/unsafe.h"
#include "format/ziprecords.h"
#include <inttypes.h>
#include <string.h>

enum { TARGET_MAX = 1024 }; /* bytes of a link's target */

struct zip {
	struct report *report;
	struct archived la;
	struct ziprecords records;
	struct inside inside;
	struct unsafe unsafe;
	size_t next;      /* of the records: the one that libarchive comes to */
	size_t encrypted; /* members that only a key opens */
	bool ready;       /* the last member was unpacked: its sums stand below */
	bool blind;       /* at a member whose end libarchive cannot find, and we can */
	bool strange;     /* libarchive finds other members than the records are */
	uint64_t got;
	uint32_t crc;
};

static int probe(const uint8_t *head, size_t n)
{
	static const char *const begins[] = {"PK\3\4", "PK\5\6", "PK00PK\3\4", "PK\7\10PK\3\4"};

	for (size_t i = 0; i < sizeof begins / sizeof *begins; i++)
		if (n >= strlen(begins[i]) && !memcmp(head, begins[i], strlen(begins[i])))
			return 32;
	return 0;
}

static void feed(void *arg, const uint8_t *p, size_t n)
{
	struct zip *z = arg;

	ziprecords_push(&z->records, p, n);
	z->la.stop |= z->records.limit;
}

static void meet(void *arg, struct zip_record *r, bool twice)
{
	struct zip *z = arg;

	unsafe_judge(&z->unsafe, r->name, r->name_n);
	if (twice)
		unsafe_tell(&z->unsafe, UNSAFE_ODD, r->name,
			"for the second time: only one of a name remains");
	if (r->flags & ZIP_ENCRYPTED && !z->encrypted++)
		report_find(z->report, F_ENCRYPTED, arena_text(z->report->arena, r->name),
			"encrypted: what lies in it cannot be looked at without its key");
}

/* Of what was unpacked against what the records say; they are complete when libarchive has come
 * to what follows. */
static void judge_sums(struct zip *z)
{
	const struct zip_record *r = z->next ? &z->records.index.v[z->next - 1] : NULL;
	bks_arena *a = z->report->arena;

	if (!z->ready || !r || !r->known)
		return;
	if (r->size != z->got)
		inside_blame(&z->inside, r->name, F_SIZE_CONFLICT,
			arena_form(a,
				"%" PRIu64 " bytes were unpacked, and %" PRIu64 " are told",
				z->got, r->size));
	else if (r->crc != z->crc)
		inside_blame(&z->inside, r->name, F_CHECKSUM_MISMATCH,
			arena_form(a,
				"its bytes have the CRC-32 %08" PRIx32 ", and %08" PRIx32
				" is told",
				z->crc, r->crc));
}

/* Only the central directory says which members are links; their targets come before. */
static void watch_target(struct zip *z, size_t i)
{
	struct zip_record *r = &z->records.index.v[i];
	char target[TARGET_MAX + 1];
	const uint8_t *p;
	size_t n;

	if (r->known && r->size > TARGET_MAX)
		return;
	if (stream_peek(&z->la.data, TARGET_MAX + 1, &p, &n, NULL) || !n || n > TARGET_MAX)
		return;
	memcpy(target, p, n);
	target[n] = '\0';
	r = &z->records.index.v[i]; /* more were met meanwhile */
	r->leaving = unsafe_target(r->name, target);
}

static int unpack(struct zip *z, size_t i, bks_error *err)
{
	const struct zip_record *r = &z->records.index.v[i];
	const char *name = r->name; /* stays, when records move as more are met */
	int64_t size = r->known ? (int64_t)r->size : -1;
	int s;

	watch_target(z, i);
	s = inside_look(&z->inside, name, size, &z->la.data, err);
	if (!s)
		s = archive_drain(&z->la);
	if (!s && z->la.refused &&
		!z->la.broken) /* else what follows tells whether it was cut */
		inside_blame(&z->inside, name, F_MALFORMED, z->la.why);
	if (s == BKS_E_CUT)
		inside_cut(&z->inside);
	z->ready = z->la.ended;
	z->got = z->la.got;
	z->crc = z->la.crc;
	return s;
}

/* Stored, deflated, bzip2, zstd. Others (LZMA, XZ, PPMd) may ask for gigabytes of memory, and
 * libarchive would give them; and of bzip2 and zstd it has to know the size before. */
static bool is_unpacked(struct zip *z, const struct zip_record *r)
{
	if (r->method == ZIP_STORED || r->method == ZIP_DEFLATED)
		return true;
	if ((r->method == 12 || r->method == 93) && !r->open)
		return true;
	z->blind = r->open;
	report_find(z->report, F_UNSUPPORTED_FORMAT, arena_text(z->report->arena, r->name),
		"its compression (method %u) is not undone by this version", r->method);
	return false;
}

static int read_member(struct zip *z, bks_error *err)
{
	struct zip_record *r;

	z->ready = false;
	z->inside.has_item = false;
	if (z->next >= z->records.index.n) {
		z->strange = true;
		return 0;
	}
	r = &z->records.index.v[z->next++];
	if (r->flags & ZIP_ENCRYPTED) {
		z->inside.members++;
		z->inside.has_hidden = true;
		return 0;
	}
	if (r->name_n && r->name[r->name_n - 1] == '/') {
		z->inside.members++;
		if (r->known && r->size)
			report_find(z->report, F_MALFORMED,
				arena_text(z->report->arena, r->name),
				"a folder that holds %" PRIu64 " bytes", r->size);
		return 0;
	}
	if (!is_unpacked(z, r)) {
		z->inside.members++;
		z->inside.has_hidden = true;
		return 0;
	}
	return unpack(z, z->next - 1, err);
}

/* An enum archive_met of the last one, or negative. */
static int read_members(struct zip *z, bks_error *err)
{
	int met, s = 0;

	while (!s && (met = archive_member(&z->la)) == ARCHIVE_MEMBER) {
		judge_sums(z);
		s = read_member(z, err);
	}
	if (!s && met >= 0)
		judge_sums(z);
	return s ? s : met;
}

static bool is_cut(const struct ziprecords *z)
{
	return z->state != ZIP_BEHIND_END && z->state != ZIP_LOST && !z->ends.begun;
}

/* libarchive gave up: at the end of what is there, or on bytes that are not what they should.
 */
static void judge_broken(struct zip *z)
{
	const struct zip_record *r = z->next ? &z->records.index.v[z->next - 1] : NULL;
	/* where it ends libarchive cannot tell without its key; the records can */
	bool hidden = r && (r->flags & ZIP_ENCRYPTED) && (r->flags & ZIP_SIZES_BEHIND);

	if (is_cut(&z->records))
		inside_cut(&z->inside);
	else if (z->blind)
		; /* told: it is not undone */
	else if (z->la.refused && r)
		inside_blame(&z->inside, r->name, F_MALFORMED, z->la.why);
	else if (!hidden && !z->report->verdicts[BKS_DAMAGED] &&
		 !z->report->verdicts[BKS_UNREADABLE])
		report_find(z->report, F_MALFORMED, NULL, "libarchive: %s", z->la.why);
	if (z->next < z->records.index.n)
		report_find(z->report, F_LIMIT_NOTED, NULL,
			"%zu members behind it were not unpacked",
			z->records.index.n - z->next);
}

static void judge_end(struct zip *z, int met)
{
	struct report *r = z->report;
	bool whole = met == ARCHIVE_END;

	ziprecords_end(&z->records, !whole);
	if (!whole)
		judge_broken(z);
	else if ((z->strange || z->next < z->records.index.n) && !r->verdicts[BKS_DAMAGED])
		report_find(r, F_SIZE_CONFLICT, NULL,
			"its records can be read in two ways: libarchive finds other members");
	if (whole && !z->records.index.n && !r->verdicts[BKS_DAMAGED])
		report_find(r, F_EMPTY, "byte 0", "a zip without members");
	for (size_t i = 0; i < z->records.index.n; i++) {
		const struct zip_record *m = &z->records.index.v[i];

		if (m->link && m->leaving)
			unsafe_tell(&z->unsafe, UNSAFE_ODD, m->name,
				"a symbolic link that leads out of the folder");
	}
	if (z->encrypted > 1)
		report_find(r, F_ENCRYPTED, NULL, "%zu members are encrypted", z->encrypted);
}

static int walk(stream *in, struct report *r, bks_error *err)
{
	struct zip z = {.report = r, .unsafe = {.report = r}};
	bks_error own = {0};
	int met, s;

	err = err ? err : &own;
	ziprecords_begin(&z.records, r);
	z.records.meet = meet;
	z.records.meet_arg = &z;
	inside_begin(&z.inside, r);
	met = archive_begin(&z.la, ARCHIVE_ZIP, in, feed, &z, err);
	if (!met)
		met = read_members(&z, err);
	s = met < 0 ? met : archive_rest(&z.la);
	if (!s)
		judge_end(&z, met);
	unsafe_end(&z.unsafe);
	inside_end(&z.inside);
	archive_end(&z.la);
	ziprecords_clear(&z.records);
	return s == BKS_E_CUT ? 0 : s;
}

extern const struct format format_zip;
const struct format format_zip = {.name = "zip", .probe = probe, .walk = walk};
