/* The letters of pg_dump's archives - integers and strings - and the header. The version
 * decides which fields there are. */
#include "format/pghead.h"
#include <stdlib.h>
#include <string.h>

int pgin_int(int64_t *out, struct pgin *in)
{
	uint8_t b[9];
	uint64_t v = 0;

	PG_MUST(reader_take(&in->r, b, 1 + in->head.int_size));
	for (unsigned i = in->head.int_size; i > 0; i--)
		v = v << 8 | b[i];
	if (b[0] > 1 || (b[0] && !v) || v > INT64_MAX) {
		report_find(in->report, F_MALFORMED,
			report_byte(in->report, in->r.at - in->head.int_size - 1),
			"no pg_dump writes such an integer (sign byte %u)", b[0]);
		return PG_TOLD;
	}
	*out = b[0] ? -(int64_t)v : (int64_t)v;
	return 1;
}

static void keep_bytes(struct pgtext *t, const uint8_t *p, size_t n, size_t keep)
{
	if (n > keep - t->n)
		n = keep - t->n;
	if (t->n + n + 1 > t->room) {
		size_t room = t->n + n + 1 > 2 * t->room ? t->n + n + 64 : 2 * t->room;

		t->s = realloc(t->s, room);
		if (!t->s)
			abort(); /* at most KEEP, which we chose */
		t->room = room;
	}
	memcpy(t->s + t->n, p, n);
	t->n += n;
	t->s[t->n] = '\0';
}

static int nul_inside(struct pgin *in)
{
	report_find(in->report, F_MALFORMED, report_byte(in->report, in->r.at),
		"a string before this place has a zero byte inside");
	return PG_TOLD;
}

static int text_length(struct pgtext *t, struct pgin *in)
{
	int64_t n;

	PG_MUST(pgin_int(&n, in));
	if (n < -1 || n > PG_STRING_MAX) {
		report_find(in->report, F_MALFORMED, report_byte(in->report, in->r.at),
			"a string claims a length of %lld bytes; at most %d are possible",
			(long long)n, PG_STRING_MAX);
		return PG_TOLD;
	}
	t->null = n < 0;
	t->length = n < 0 ? 0 : (uint64_t)n;
	return 1;
}

int pgin_text(struct pgtext *out, struct pgin *in, size_t keep)
{
	uint64_t left;

	out->n = 0;
	if (keep)
		keep_bytes(out, (const uint8_t *)"", 0, keep);
	PG_MUST(text_length(out, in));
	left = out->length;
	while (left) {
		const uint8_t *p;
		size_t n;

		PG_MUST(reader_some(&in->r, &p, &n, left));
		if (memchr(p, 0, n))
			return nul_inside(in);
		if (keep)
			keep_bytes(out, p, n, keep);
		left -= n;
	}
	return 1;
}

int pgin_skip_text(struct pgin *in)
{
	struct pgtext t = {0};
	int r = pgin_text(&t, in, 0);

	pgtext_clear(&t);
	return r;
}

void pgtext_clear(struct pgtext *t)
{
	free(t->s);
	*t = (struct pgtext){0};
}

static int malformed(struct pgin *in, const char *what, unsigned value)
{
	report_find(in->report, F_MALFORMED, report_byte(in->report, in->r.at - 1),
		"the header's %s is %u", what, value);
	return PG_TOLD;
}

static int read_version(struct pgin *in)
{
	struct pghead *h = &in->head;
	uint8_t b[8];

	PG_MUST(reader_take(&in->r, b, 5));
	if (memcmp(b, "PGDMP", 5) != 0)
		return malformed(in, "first byte", b[0]);
	PG_MUST(reader_take(&in->r, b, 3));
	h->major = b[0];
	h->minor = b[1];
	h->rev = b[2];
	in->report->out->format_version =
		h->rev ? arena_form(in->report->arena, "%u.%u.%u", h->major, h->minor, h->rev)
		       : arena_form(in->report->arena, "%u.%u", h->major, h->minor);
	if (h->major == 1 && h->minor >= PG_MINOR_FIRST && h->minor <= PG_MINOR_LAST)
		return 1;
	report_find(in->report, F_UNSUPPORTED_VERSION, report_byte(in->report, 5),
		"archive version %s; known are 1.%d up to 1.%d",
		in->report->out->format_version, PG_MINOR_FIRST, PG_MINOR_LAST);
	return PG_TOLD;
}

static int read_sizes(struct pgin *in)
{
	uint8_t b;

	PG_MUST(reader_byte(&in->r, &b));
	if (b != 4 && b != 8)
		return malformed(in, "integer size", b);
	in->head.int_size = b;
	PG_MUST(reader_byte(&in->r, &b));
	if (b != 4 && b != 8)
		return malformed(in, "offset size", b);
	in->head.off_size = b;
	PG_MUST(reader_byte(&in->r, &b));
	if (b != PG_CUSTOM && b != PG_TAR && b != PG_DIRECTORY)
		return malformed(in, "format byte", b);
	in->head.container = (enum pg_container)b;
	return 1;
}

/* 1.15 names the algorithm; before it there was zlib's level, -1 for its default and 0 for
 * none. */
static int read_packing(struct pgin *in)
{
	int64_t level;
	uint8_t b;

	if (in->head.minor >= 15) {
		PG_MUST(reader_byte(&in->r, &b));
		if (b > PG_ZSTD)
			return malformed(in, "compression algorithm", b);
		in->head.packing = (enum pg_packing)b;
		return 1;
	}
	PG_MUST(pgin_int(&level, in));
	if (level < -1 || level > 9)
		return malformed(in, "compression level", (unsigned)level);
	in->head.packing = level ? PG_ZLIB : PG_PLAIN;
	return 1;
}

static bool is_civil(const int64_t tm[7])
{
	static const struct {
		int low, high;
	} may[7] = {{0, 61}, {0, 59}, {0, 23}, {1, 31}, {0, 11}, {0, 8099}, {-1, 1}};

	for (int i = 0; i < 7; i++)
		if (tm[i] < may[i].low || tm[i] > may[i].high)
			return false;
	return true;
}

/* A struct tm of the dumping host: second, minute, hour, day, month from 0, year since 1900,
 * summer time. */
static int read_date(struct pgin *in)
{
	bks_civil *c = &in->report->out->started;
	int64_t tm[7];

	for (int i = 0; i < 7; i++)
		PG_MUST(pgin_int(&tm[i], in));
	if (!is_civil(tm)) {
		report_find(in->report, F_MALFORMED, report_byte(in->report, in->r.at),
			"the header's date is none");
		return 1; /* what follows can be read all the same */
	}
	*c = (bks_civil){.second = (int)tm[0], .minute = (int)tm[1], .hour = (int)tm[2]};
	c->day = (int)tm[3];
	c->month = (int)tm[4] + 1;
	c->year = (int)tm[5] + 1900;
	return 1;
}

/* The first word of a version such as "15.20 (Debian 15.20-0+deb12u1)", after PREFIX. */
static int read_word(const char **out, struct pgin *in, const char *prefix)
{
	struct pgtext t = {0};
	int r = pgin_text(&t, in, 256);

	if (r == 1 && t.n)
		*out = arena_form(
			in->report->arena, "%s%.*s", prefix, (int)strcspn(t.s, " "), t.s);
	pgtext_clear(&t);
	return r;
}

static int read_database(struct pgin *in)
{
	struct pgtext t = {0};
	int r = pgin_text(&t, in, 4096);

	if (r == 1 && t.n)
		in->report->out->database = arena_text(in->report->arena, t.s);
	pgtext_clear(&t);
	return r;
}

int pghead_read(struct pgin *in)
{
	PG_MUST(read_version(in));
	PG_MUST(read_sizes(in));
	PG_MUST(read_packing(in));
	PG_MUST(read_date(in));
	PG_MUST(read_database(in));
	PG_MUST(read_word(&in->report->out->server_version, in, ""));
	return read_word(&in->report->out->producer, in, "pg_dump ");
}
