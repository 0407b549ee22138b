/*
 * Records of the write-ahead log: each is a header of 24 bytes, blocks and data, on a place
 * divisible by 8, running on over pages and segments. Its CRC-32C covers all of it; the few
 * records that tell a time or a place are read.
 */
#include "base/crc32c.h"
#include "base/rfc3339.h"
#include "format/walparts.h"

enum { RM_XLOG, RM_XACT };
enum {
	XLOG_CHECKPOINT_SHUTDOWN = 0x00,
	XLOG_CHECKPOINT_ONLINE = 0x10,
	XLOG_SWITCH = 0x40,
	XLOG_BACKUP_END = 0x50,
	XLOG_RESTORE_POINT = 0x70,
	XLOG_END_OF_RECOVERY = 0x90,
	XLOG_OVERWRITE_CONTRECORD = 0xd0
};
enum {
	XACT_COMMIT = 0x00,
	XACT_ABORT = 0x20,
	XACT_COMMIT_PREPARED = 0x30,
	XACT_ABORT_PREPARED = 0x40,
	XACT_OP = 0x70
};
enum { ID_DATA_SHORT = 255, ID_DATA_LONG = 254, ID_ORIGIN = 253, ID_TOPLEVEL_XID = 252 };
#define EPOCH_2000 (INT64_C(946684800) * BKS_SECOND)

/* The main data of a record without blocks: behind the small headers at its front. NULL: it has
 * blocks, or fewer than NEED bytes. */
static const uint8_t *main_data(const struct wal_carry *c, uint32_t need)
{
	uint32_t end = c->length < sizeof c->head ? c->length : sizeof c->head,
		 at = RECORD_HEAD;

	while (at < end) {
		uint32_t step = c->head[at] == ID_ORIGIN         ? 3
				: c->head[at] == ID_TOPLEVEL_XID ? 5
								 : 0;

		if (!step)
			break;
		at += step;
	}
	if (at >= end || c->head[at] < ID_DATA_LONG)
		return NULL;
	at += c->head[at] == ID_DATA_SHORT ? 2 : 5;
	return at + need <= end ? c->head + at : NULL;
}

static void learn_time(struct wal *w, const uint8_t *data)
{
	int64_t since_2000 = data ? (int64_t)get_le64(data) : 0;
	bks_time t;

	if (!data || __builtin_add_overflow(since_2000, EPOCH_2000, &t) || !time_in_range(t))
		return;
	if (w->facts.last_xact == BKS_TIME_NONE || t > w->facts.last_xact)
		w->facts.last_xact = t;
}

static void learn_timeline(struct wal *w, const uint8_t *data)
{
	uint32_t t = data ? get_le32(data + 8) : 0;

	if (t > w->facts.timeline)
		w->facts.timeline = t;
}

/* Its time, and its name in 64 bytes; what is kept of a record holds 62 of them. */
static void learn_point(struct wal *w, const uint8_t *data)
{
	struct wal_facts *f = &w->facts;
	const struct wal_carry *c = &w->carry;
	struct wal_point *p = &f->points[f->point_count];
	size_t have, n;

	if (!data || f->point_count >= WAL_POINTS)
		return;
	have = c->length < sizeof c->head ? c->length : sizeof c->head;
	have -= (size_t)(data - c->head) + 8;
	n = strnlen((const char *)data + 8, have);
	if (n == have || n >= WAL_POINT_NAME ||
		__builtin_add_overflow((int64_t)get_le64(data), EPOCH_2000, &p->time) ||
		!time_in_range(p->time))
		return;
	memset(p->name, 0, sizeof p->name);
	memcpy(p->name, data + 8, n);
	p->lsn = f->end_lsn;
	f->point_count++;
}

static void learn_xlog(struct wal *w, uint8_t info)
{
	const struct wal_carry *c = &w->carry;
	const uint8_t *data = main_data(c, 8);

	if (info == XLOG_SWITCH) {
		w->facts.switched = true;
	} else if (info == XLOG_BACKUP_END && data) {
		w->facts.backup_end = w->facts.end_lsn;
		w->facts.backup_end_start = get_le64(data);
	} else if (info == XLOG_RESTORE_POINT) {
		learn_point(w, data);
	} else if ((info == XLOG_CHECKPOINT_ONLINE || info == XLOG_CHECKPOINT_SHUTDOWN) &&
		   data) {
		w->facts.checkpoint = c->record;
		w->facts.checkpoint_redo = get_le64(data);
		learn_timeline(w, main_data(c, 12));
	} else if (info == XLOG_END_OF_RECOVERY) {
		learn_timeline(w, main_data(c, 12));
	}
}

static void learn(struct wal *w, uint64_t end)
{
	const uint8_t *h = w->carry.head;

	w->facts.records++;
	w->facts.last_record = w->carry.record;
	w->facts.end_lsn = end;
	if (h[17] == RM_XLOG)
		learn_xlog(w, h[16] & 0xf0);
	if (h[17] != RM_XACT)
		return;
	switch (h[16] & XACT_OP) {
	case XACT_COMMIT:
	case XACT_ABORT:
	case XACT_COMMIT_PREPARED:
	case XACT_ABORT_PREPARED:
		learn_time(w, main_data(&w->carry, 8));
		break;
	default:
		break;
	}
}

/* Zeros up to the next place that is divisible by 8. */
static uint32_t padding(struct wal *w, const uint8_t *p, uint32_t at, uint32_t n)
{
	uint32_t end = (at + 7) & ~7U;

	end = end < n ? end : n;
	if (!wal_is_zero(p + at, end - at))
		wal_stop(w, p, at, n, F_MALFORMED, "the padding of a record is not zero");
	return end;
}

/* A page that breaks an open record off begins with a record that says so, and no other page
 * does. */
static bool overwrites(struct wal *w, uint32_t at)
{
	const uint8_t *h = w->carry.head;
	bool says = h[17] == RM_XLOG && (h[16] & 0xf0) == XLOG_OVERWRITE_CONTRECORD;
	bool should = w->overwrites;

	w->overwrites = false;
	if (says == should)
		return true;
	report_find(w->report, F_MALFORMED, report_byte(w->report, w->at + at),
		should ? "a page breaks off a record, and its first record does not say so"
		       : "a record says that one was broken off, and its page does not");
	w->state = WAL_BROKEN;
	return false;
}

/* All of the open record was seen; AT is behind it. */
static uint32_t finish(struct wal *w, const uint8_t *p, uint32_t at, uint32_t n)
{
	struct wal_carry *c = &w->carry;
	uint32_t crc = crc32c(c->crc, c->head, RECORD_CRC_AT),
		 must = get_le32(c->head + RECORD_CRC_AT);
	char lsn[WAL_LSN_TEXT];

	if (crc != must) {
		wal_stop(w, p, at, n, F_CHECKSUM_MISMATCH,
			"the record at %s: CRC-32C is %08x, must be %08x",
			wal_lsn_text(lsn, c->record), crc, must);
		return n;
	}
	if (!overwrites(w, at))
		return n;
	learn(w, (wal_here(w, at) + 7) & ~UINT64_C(7));
	c->prev = c->record;
	c->record = 0;
	w->suspect = false;
	at = padding(w, p, at, n);
	if (w->state == WAL_FLOWING)
		w->facts.end_lsn = wal_here(w, at);
	if (w->facts.switched && w->state == WAL_FLOWING)
		w->state = WAL_SWITCHED;
	return at;
}

/* The header is complete: does it follow on the record before it? */
static bool follows(struct wal *w, const uint8_t *p, uint32_t at, uint32_t n)
{
	struct wal_carry *c = &w->carry;
	uint64_t prev = get_le64(c->head + 8);
	char lsn[WAL_LSN_TEXT], is[WAL_LSN_TEXT], must[WAL_LSN_TEXT];

	if (c->prev ? prev == c->prev : prev < c->record)
		return true;
	at += c->record < wal_here(w, 0) ? RECORD_HEAD : 0;
	wal_stop(w, p, at < n ? at : n, n, F_MALFORMED,
		"the record at %s says that %s is the one before it%s%s",
		wal_lsn_text(lsn, c->record), wal_lsn_text(is, prev),
		c->prev ? ", and that is " : "", c->prev ? wal_lsn_text(must, c->prev) : "");
	return false;
}

static uint32_t go_on(struct wal *w, const uint8_t *p, uint32_t at, uint32_t n)
{
	struct wal_carry *c = &w->carry;
	uint32_t take = c->length - c->got < n - at ? c->length - c->got : n - at;
	uint32_t got = c->got, head;

	if (got < sizeof c->head) {
		head = (uint32_t)sizeof c->head - got < take ? (uint32_t)sizeof c->head - got
							     : take;
		memcpy(c->head + got, p + at, head);
	}
	c->got += take;
	if (got < RECORD_HEAD && c->got >= RECORD_HEAD && !follows(w, p, at, n))
		return n;
	head = got >= RECORD_HEAD ? 0 : RECORD_HEAD - got < take ? RECORD_HEAD - got : take;
	c->crc = crc32c(c->crc, p + at + head, take - head);
	if (c->got == c->length)
		return finish(w, p, at + take, n);
	/* where it may be the last one, its length may be what is wrong: others in its place
	 * then give it away */
	if (w->how != WAL_COMPLETE && !w->suspect)
		w->suspect = wal_chained(w, p, at + (got ? 0 : 8), n, c->record);
	return n;
}

static uint32_t open_record(struct wal *w, const uint8_t *p, uint32_t at, uint32_t n)
{
	char lsn[WAL_LSN_TEXT];
	uint32_t length;

	if (n - at < 4) /* the end of a short segment */
		return n;
	length = get_le32(p + at);
	if (length < RECORD_HEAD || length > RECORD_MAX) {
		wal_stop(w, p, at, n, F_MALFORMED,
			length ? "the record at %s says that it has %u bytes"
			       : "no record at %s (its length is %u)",
			wal_lsn_text(lsn, wal_here(w, at)), length);
		return n;
	}
	w->carry.record = wal_here(w, at);
	w->carry.length = length;
	w->carry.got = w->carry.crc = 0;
	memset(w->carry.head, 0, sizeof w->carry.head);
	if (!w->facts.first_record)
		w->facts.first_record = w->carry.record;
	return go_on(w, p, at, n);
}

/* Bytes of a record that began before anything was known. */
static uint32_t skip(struct wal *w, const uint8_t *p, uint32_t at, uint32_t n)
{
	uint32_t take = w->carry.skip < n - at ? w->carry.skip : n - at;

	w->carry.skip -= take;
	w->facts.head_bytes += take;
	return w->carry.skip ? at + take : padding(w, p, at + take, n);
}

void wal_records(struct wal *w, const uint8_t *p, uint32_t at, uint32_t n)
{
	while (w->state == WAL_FLOWING && at < n)
		at = w->carry.skip     ? skip(w, p, at, n)
		     : w->carry.record ? go_on(w, p, at, n)
				       : open_record(w, p, at, n);
	if (w->state == WAL_SWITCHED && at < n && !wal_is_zero(p + at, n - at))
		wal_stop(w, p, at, n, F_MALFORMED, "bytes behind a switch of segments");
}
