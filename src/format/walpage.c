/*
 * Pages of the write-ahead log: every one says where it belongs and what of a record goes on in
 * it, the first one of a segment also whose log it is. And what follows on a place where the
 * log may have ended.
 */
#include "format/walparts.h"
#include <stdarg.h>
#include <stdio.h>

enum {
	FIRST_IS_CONTRECORD = 1,
	LONG_HEADER = 2,
	BKP_REMOVABLE = 4,
	FIRST_IS_OVERWRITE = 8,
	FLAGS = 15
};

static const struct {
	uint16_t magic;
	int major;
} magics[] = {
	{0xd106, 13}, {0xd10d, 14}, {0xd110, 15}, {0xd113, 16}, {0xd116, 17}, {0xd118, 18}};

int wal_major(uint16_t magic)
{
	for (size_t i = 0; i < sizeof magics / sizeof *magics; i++)
		if (magics[i].magic == magic)
			return magics[i].major;
	return 0;
}

/* Releases before 13 whose pages look the same, and all after 18. */
static bool other_release(uint16_t magic)
{
	static const uint16_t old[] = {0xd087, 0xd093, 0xd097, 0xd098, 0xd101};

	for (size_t i = 0; i < sizeof old / sizeof *old; i++)
		if (old[i] == magic)
			return true;
	return magic > 0xd118 && magic < 0xd180;
}

static bool power_within(uint32_t v, uint32_t low, uint32_t high)
{
	return v >= low && v <= high && !(v & (v - 1));
}

bool wal_head(const uint8_t *p, size_t n)
{
	return n >= PAGE_HEAD_LONG && wal_major(wal_le16(p)) &&
	       (wal_le16(p + 2) & LONG_HEADER) &&
	       power_within(get_le32(p + 32), 1U << 20, 1U << 30) &&
	       power_within(get_le32(p + 36), 1024, WAL_PAGE_MAX);
}

bool wal_glance(struct wal_facts *out, const uint8_t *p, size_t n)
{
	*out = (struct wal_facts){.last_xact = BKS_TIME_NONE};
	if (!wal_head(p, n))
		return false;
	out->magic = wal_le16(p);
	out->major = wal_major(out->magic);
	out->first_timeline = out->timeline = get_le32(p + 4);
	out->lsn = get_le64(p + 8);
	out->system_id = get_le64(p + 24);
	out->segment_size = get_le32(p + 32);
	out->block_size = get_le32(p + 36);
	return true;
}

void wal_confirm(struct wal *w)
{
	report_find(w->report, w->why, w->why_at, "%s", w->why_text);
	w->state = WAL_BROKEN;
}

static void broken(struct wal *w, enum finding_kind kind, const char *where, const char *text)
{
	report_find(w->report, kind, where, "%s", text);
	w->state = WAL_BROKEN;
}

bool wal_chained(
	const struct wal *w, const uint8_t *p, uint32_t from, uint32_t n, uint64_t since)
{
	for (uint32_t o = (from + 7) & ~7U; o + RECORD_HEAD <= n; o += 8) {
		uint64_t prev = get_le64(p + o + 8);
		uint32_t length = get_le32(p + o);

		if (prev >= since && prev < wal_here(w, o) && length >= RECORD_HEAD &&
			length <= RECORD_MAX)
			return true;
	}
	return false;
}

/* The rest of the page in which the log may have ended. */
static void weigh(struct wal *w, const uint8_t *p, uint32_t at, uint32_t n)
{
	for (uint32_t i = at; i < n; i++)
		w->strays += p[i] != 0;
	w->zeros += n - at;
	if (w->strays && (w->how == WAL_COMPLETE || !w->facts.magic ||
				 wal_chained(w, p, at, n, w->from)))
		wal_confirm(w);
}

void wal_stop(struct wal *w, const uint8_t *p, uint32_t at, uint32_t n, enum finding_kind kind,
	const char *fmt, ...)
{
	const struct wal_carry *c = &w->carry;
	uint64_t page = wal_here(w, 0);
	char text[256];
	va_list ap;

	va_start(ap, fmt);
	vsnprintf(text, sizeof text, fmt, ap);
	va_end(ap);
	w->why = kind;
	w->why_at = report_byte(w->report, w->at + at);
	w->why_text = arena_text(w->report->arena, text);
	w->from = c->record ? c->record : c->prev ? c->prev : wal_here(w, at);
	w->zeros = w->strays = w->old_pages = w->pages = 0;
	w->state = WAL_ENDING;
	/* the header of the record that is in doubt may be torn, and is no proof that others
	 * follow */
	if (c->record >= page && at < (uint32_t)(c->record - page) + RECORD_HEAD)
		at = (uint32_t)(c->record - page) + RECORD_HEAD;
	if (w->suspect)
		wal_confirm(w);
	else if (at < n)
		weigh(w, p, at, n);
}

static bool is_own(const struct wal *w, const uint8_t *p, uint32_t n)
{
	return n >= PAGE_HEAD && wal_le16(p) == w->facts.magic &&
	       get_le64(p + 8) == wal_here(w, 0);
}

/* A page of the older segment that this file once was: the same place within a segment, an
 * earlier one of the log. */
static bool is_old(const struct wal *w, const uint8_t *p, uint32_t n)
{
	uint64_t addr = n >= PAGE_HEAD ? get_le64(p + 8) : 0;

	return n >= PAGE_HEAD && (wal_major(wal_le16(p)) || other_release(wal_le16(p))) &&
	       !(wal_le16(p + 2) & ~FLAGS) && addr < wal_here(w, 0) &&
	       w->facts.segment_size && addr % w->facts.segment_size == w->at;
}

void wal_behind(struct wal *w, const uint8_t *p, uint32_t n)
{
	w->pages++;
	if (wal_is_zero(p, n)) {
		w->zeros += n;
		return;
	}
	w->old_pages++;
	if (w->how == WAL_COMPLETE || !w->facts.magic || is_own(w, p, n) || !is_old(w, p, n) ||
		wal_chained(w, p, 0, n, w->from))
		wal_confirm(w);
}

/* What is wrong with the header of a page, or NULL. TEXT has 200 bytes. */
static const char *odd_head(const struct wal *w, const uint8_t *p, char *text)
{
	uint16_t magic = wal_le16(p), info = wal_le16(p + 2);
	uint32_t tli = get_le32(p + 4);
	uint64_t addr = get_le64(p + 8);
	char is[WAL_LSN_TEXT], must[WAL_LSN_TEXT];

	if (magic != w->facts.magic)
		snprintf(text, 200, "the page's magic is %04X, that of the first one %04X",
			magic, w->facts.magic);
	else if (addr != wal_here(w, 0))
		snprintf(text, 200, "the page says that it is of %s, and lies at %s",
			wal_lsn_text(is, addr), wal_lsn_text(must, wal_here(w, 0)));
	else if ((info & ~FLAGS) || !(info & LONG_HEADER) == !w->at)
		snprintf(text, 200, "the page's flags are %04X", info);
	else if (!tli || tli < w->page_timeline || (w->name.timeline && tli > w->name.timeline))
		snprintf(text, 200, "the page is of timeline %u", tli);
	else if (get_le32(p + 20))
		snprintf(text, 200, "the padding of the page's header is not zero");
	else
		return NULL;
	return text;
}

/* Does the page go on with what the one before it left open? */
static const char *odd_rest(struct wal *w, const uint8_t *p, char *text)
{
	struct wal_carry *c = &w->carry;
	uint16_t info = wal_le16(p + 2);
	bool goes_on = info & FIRST_IS_CONTRECORD;
	uint32_t rest = get_le32(p + 16), must = c->record ? c->length - c->got : c->skip;
	char lsn[WAL_LSN_TEXT];

	if (info & FIRST_IS_OVERWRITE) { /* a crash left a record without its end, and the
					    server said so */
		c->record = 0;
		c->skip = must = 0;
		w->suspect = false;
		w->overwrites = true;
	} else if (!w->at && !w->facts.joined) {
		if (goes_on != (rest > 0) || rest > RECORD_MAX)
			return "the page goes on with a record of no bytes, or the other way "
			       "round";
		c->skip = rest;
		return NULL;
	}
	if (goes_on == (must > 0) && rest == must)
		return NULL;
	if (c->record)
		snprintf(text, 200, "the page goes on with %u bytes, the record at %s lacks %u",
			rest, wal_lsn_text(lsn, c->record), must);
	else
		snprintf(text, 200,
			"the page goes on with %u bytes of a record, and %u are open", rest,
			must);
	return text;
}

/* The log may have ended with the page before this one. */
static void stop_before(struct wal *w, const uint8_t *p, uint32_t n, const char *why)
{
	bool suspect = w->suspect;

	w->suspect = false;
	wal_stop(w, p, n, n, F_MALFORMED, "%s", why);
	w->why_at = report_byte(w->report, w->at);
	if (suspect)
		wal_confirm(w);
	else
		wal_behind(w, p, n);
}

/* The end of the header, or 0: the walk stopped. */
static uint32_t page_head(struct wal *w, const uint8_t *p, uint32_t n)
{
	uint32_t end = w->at ? PAGE_HEAD : PAGE_HEAD_LONG;
	char text[200];
	const char *why;

	if (n < end)
		return n;
	why = odd_head(w, p, text);
	if (!why)
		why = odd_rest(w, p, text);
	if (!why) {
		w->page_timeline = get_le32(p + 4);
		if (w->page_timeline > w->facts.timeline)
			w->facts.timeline = w->page_timeline;
		return end;
	}
	if (is_own(w, p, n))
		broken(w, F_MALFORMED, report_byte(w->report, w->at), why);
	else
		stop_before(w, p, n, why);
	return 0;
}

void wal_page(struct wal *w, const uint8_t *p, uint32_t n)
{
	uint32_t at;

	if (w->state != WAL_BROKEN && w->facts.segment_size &&
		w->at + n > w->facts.segment_size)
		broken(w, F_TRAILING_DATA, report_byte(w->report, w->facts.segment_size),
			"bytes behind the end of the segment");
	switch (w->state) {
	case WAL_FLOWING:
		at = page_head(w, p, n);
		if (at)
			wal_records(w, p, at, n);
		break;
	case WAL_SWITCHED:
		if (!wal_is_zero(p, n))
			stop_before(w, p, n, "bytes behind a switch of segments");
		break;
	case WAL_ENDING:
		wal_behind(w, p, n);
		break;
	default:
		break;
	}
	w->at += n;
}

static void tell_place(struct wal *w, uint64_t addr)
{
	struct wal_facts *f = &w->facts;
	char is[WAL_NAME_TEXT], must[WAL_NAME_TEXT];
	uint64_t named;

	f->end_lsn = addr;
	if (addr % f->segment_size) {
		broken(w, F_MALFORMED, "byte 8", "no segment begins where its first page says");
		return;
	}
	if (w->name.kind != WAL_NAME_SEGMENT && w->name.kind != WAL_NAME_PARTIAL)
		return;
	if (!wal_name_lsn(&named, &w->name, f->segment_size))
		report_find(w->report, F_NOT_WHAT_ITS_NAME_SAYS, "byte 32",
			"no segment of %u bytes has such a name", f->segment_size);
	else if (named != addr)
		report_find(w->report, F_NOT_WHAT_ITS_NAME_SAYS, "byte 8",
			"its first page is of segment %s, its name is that of %s",
			wal_name_write(is, f->first_timeline, addr, f->segment_size),
			wal_name_write(must, w->name.timeline, named, f->segment_size));
}

/* Whose log it is, and whether it goes on where the segment before ended. */
static void tell_stream(struct wal *w)
{
	struct wal_facts *f = &w->facts;
	struct wal_carry *c = &w->carry;
	uint64_t known = c->system_id;

	if (known && known != f->system_id)
		report_find(w->report, F_WAL_FOREIGN, "byte 24",
			"it is of cluster %llu, the others of %llu",
			(unsigned long long)f->system_id, (unsigned long long)known);
	else if (c->major && c->major != f->major)
		report_find(w->report, F_MALFORMED, "byte 0",
			"its pages are of PostgreSQL %d, the others of %d", f->major, c->major);
	f->joined = known == f->system_id && c->lsn && c->lsn == f->lsn &&
		    c->segment_size == f->segment_size;
	if (!f->joined)
		*c = (struct wal_carry){
			.system_id = known ? known : f->system_id, .major = c->major};
	c->segment_size = f->segment_size;
	if (!c->major && c->system_id == f->system_id)
		c->major = f->major;
	w->page_timeline = c->timeline;
	w->got_before = c->record ? c->got : 0;
}

static void not_ours(struct wal *w, uint16_t magic)
{
	const uint8_t *p = w->page;

	if (wal_is_zero(p, PAGE_HEAD_LONG) &&
		w->how == WAL_PARTIAL) { /* made, and nothing written yet */
		w->state = WAL_ENDING;
		w->why = F_MALFORMED;
		w->why_at = "byte 0";
		w->why_text = "bytes behind a page header of zeros";
	} else if (other_release(magic)) {
		report_find(w->report, F_UNSUPPORTED_VERSION, "byte 0",
			"page magic %04X: not of PostgreSQL 13 to 18", magic);
		w->state = WAL_BROKEN;
	} else if (wal_major((uint16_t)(magic << 8 | magic >> 8))) {
		broken(w, F_UNSUPPORTED_VERSION, "byte 0", "written by a big-endian machine");
	} else {
		report_find(w->report, F_MALFORMED, "byte 0",
			"no segment of WAL begins so (magic %04X, flags %04X)", magic,
			wal_le16(p + 2));
		w->state = WAL_BROKEN;
	}
}

void wal_first(struct wal *w)
{
	struct wal_facts *f = &w->facts;
	const uint8_t *p = w->page;

	w->need = 8192;
	if (!wal_glance(f, p, PAGE_HEAD_LONG)) {
		not_ours(w, wal_le16(p));
		return;
	}
	w->need = f->block_size;
	w->state = WAL_FLOWING;
	tell_place(w, f->lsn);
	tell_stream(w);
}
