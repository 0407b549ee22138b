/*
 * The walk over segments of the write-ahead log: bytes are gathered into pages, and what the
 * end of a segment means is decided.
 */
#include "format/walparts.h"
#include <stddef.h>

void wal_init(struct wal *w, struct report *r, const struct wal_carry *from)
{
	memset(w, 0, offsetof(struct wal, page));
	w->report = r;
	if (from)
		w->carry = *from;
}

void wal_begin(struct wal *w, const char *name, enum wal_how how)
{
	w->facts = (struct wal_facts){.last_xact = BKS_TIME_NONE};
	w->name = (struct wal_name){0};
	if (name)
		wal_name_read(&w->name, name);
	w->how = w->name.kind == WAL_NAME_PARTIAL ? WAL_PARTIAL : how;
	w->state = WAL_FIRST;
	w->at = w->zeros = w->strays = w->old_pages = w->pages = 0;
	w->held = 0;
	w->need = PAGE_HEAD_LONG;
	w->suspect = w->overwrites = false;
}

static void gather(struct wal *w, const uint8_t **p, size_t *n)
{
	uint32_t take = w->need - w->held < *n ? w->need - w->held : (uint32_t)*n;

	memcpy(w->page + w->held, *p, take);
	w->held += take;
	*p += take;
	*n -= take;
	if (w->held < w->need)
		return;
	if (w->state == WAL_FIRST) {
		wal_first(w);
		return; /* and the rest of its page is gathered */
	}
	w->held = 0;
	wal_page(w, w->page, w->need);
}

void wal_push(struct wal *w, const uint8_t *p, size_t n)
{
	while (n) {
		if (w->held || n < w->need || w->state == WAL_FIRST) {
			gather(w, &p, &n);
			continue;
		}
		wal_page(w, p, w->need);
		p += w->need;
		n -= w->need;
	}
}

/* Fewer bytes than a segment has. */
static void end_short(struct wal *w)
{
	if (w->how == WAL_PARTIAL && w->state != WAL_FIRST) {
		w->facts.end = w->state == WAL_ENDING && (w->strays || w->old_pages)
				       ? WAL_END_OLD
				       : WAL_END_SHORT;
		return;
	}
	if (!w->facts.segment_size)
		report_find(w->report, F_TRUNCATED, report_byte(w->report, w->at),
			"it ends before its first page does");
	else
		report_find(w->report, F_TRUNCATED, report_byte(w->report, w->at),
			"it ends after %llu bytes of a segment of %u",
			(unsigned long long)w->at, w->facts.segment_size);
}

static void end_early(struct wal *w)
{
	char lsn[WAL_LSN_TEXT];
	bool old = w->strays || w->old_pages;

	/* the last record of a full segment; or what was there before ends nowhere near */
	if ((!w->zeros && !old) || (w->strays && w->pages && !w->old_pages))
		wal_confirm(w);
	else if (w->how == WAL_COMPLETE)
		report_find(w->report, F_TRUNCATED, w->why_at,
			"its records end at %s, and only zeros follow: it was not complete "
			"when it was copied",
			wal_lsn_text(lsn, w->facts.end_lsn));
	else
		w->facts.end = old ? WAL_END_OLD : WAL_END_ZEROS;
}

/* A segment of a new timeline begins as a copy of the old one's, and says so somewhere. */
static void judge_timeline(struct wal *w)
{
	bool full = w->facts.end == WAL_END_FULL || w->facts.end == WAL_END_SWITCH;

	if (w->name.timeline && (full ? w->facts.timeline != w->name.timeline
				      : w->facts.timeline > w->name.timeline))
		report_find(w->report, F_NOT_WHAT_ITS_NAME_SAYS, "byte 4",
			"what is in it is of timeline %u, its name says %u", w->facts.timeline,
			w->name.timeline);
}

static void end_full(struct wal *w)
{
	struct wal_facts *f = &w->facts;

	f->end = w->state == WAL_SWITCHED ? WAL_END_SWITCH : WAL_END_FULL;
	if (w->state == WAL_SWITCHED)
		f->end_lsn = f->lsn + f->segment_size;
	f->tail_bytes = w->carry.record
				? w->carry.got - (w->carry.record < f->lsn ? w->got_before : 0)
				: 0;
	w->carry.lsn = f->lsn + f->segment_size;
	w->carry.timeline = w->page_timeline;
}

void wal_end(struct wal *w, bool cut)
{
	uint32_t held = w->held;

	w->held = 0;
	if (w->state == WAL_FIRST)
		w->at = held;
	else if (held)
		wal_page(w, w->page, held);
	if (cut || w->state == WAL_BROKEN)
		;
	else if (w->state == WAL_FIRST || w->at < w->facts.segment_size)
		end_short(w);
	else if (w->state == WAL_ENDING)
		end_early(w);
	else
		end_full(w);
	if (w->facts.end != WAL_END_NONE)
		judge_timeline(w);
	if (w->facts.end != WAL_END_FULL && w->facts.end != WAL_END_SWITCH)
		w->carry = (struct wal_carry){
			.system_id = w->carry.system_id, .major = w->carry.major};
}

int wal_walk(struct wal *w, const char *name, enum wal_how how, stream *in, bks_error *err)
{
	const uint8_t *p;
	size_t n;
	int s;

	wal_begin(w, name, how);
	while ((s = stream_next(in, &p, &n, err)) > 0)
		wal_push(w, p, n);
	wal_end(w, s < 0);
	return s;
}
