/*
 * The WAL in a base backup. Without the records from the backup's start to its stop no server
 * gets consistent, so they are walked and held against what the manifest asks for, or, where
 * there is none, against the record that ends a backup.
 */
#include "format/bb.h"
#include "format/ustar.h"
#include "format/walhistory.h"
#include <stdlib.h>
#include <string.h>

enum { HISTORY_KEEP = 64 * 1024 };

struct bbwal {
	struct bb *b;
	struct wal wal;
	struct report *report;
	struct wal_name name;
	struct bb_stream now; /* past 0: none is open */
	bool goes_on;         /* the last segment was full to its end */
	char *text;           /* of a history, of either kind; malloc */
	size_t text_n;
};

struct bbwal *bbwal_new(struct bb *b)
{
	struct bbwal *w = calloc(1, sizeof *w);

	if (!w)
		abort();
	w->b = b;
	wal_init(&w->wal, b->report, NULL);
	return w;
}

static void close_stream(struct bbwal *w)
{
	struct bb *b = w->b;

	if (!w->now.past)
		return;
	pthread_mutex_lock(&b->lock);
	if (!b->streams && !(b->streams = calloc(BB_STREAMS_MAX, sizeof *b->streams)))
		abort();
	if (b->stream_count < BB_STREAMS_MAX)
		b->streams[b->stream_count++] = w->now;
	pthread_mutex_unlock(&b->lock);
	w->now = (struct bb_stream){0};
}

void bbwal_free(struct bbwal *w)
{
	if (!w)
		return;
	close_stream(w);
	free(w->text);
	free(w);
}

static void begin_history(struct bbwal *w)
{
	struct bb *b = w->b;

	pthread_mutex_lock(&b->lock);
	if (b->history_count < BB_TIMELINES_MAX)
		b->histories[b->history_count++] = w->name.timeline;
	pthread_mutex_unlock(&b->lock);
}

static void begin_text(struct bbwal *w)
{
	if (!w->text && !(w->text = malloc(HISTORY_KEEP)))
		abort();
	w->text_n = 0;
}

bool bbwal_begin(struct bbwal *w, const char *base, struct report *r)
{
	wal_name_read(&w->name, base);
	if (w->name.wrapped)
		w->name.kind = WAL_NAME_NONE;
	w->report = r;
	switch (w->name.kind) {
	case WAL_NAME_SEGMENT:
	case WAL_NAME_PARTIAL:
		pthread_mutex_lock(&w->b->lock);
		w->b->wal_met = true;
		pthread_mutex_unlock(&w->b->lock);
		w->wal.report = r;
		wal_begin(&w->wal, base, WAL_MAY_END);
		return true;
	case WAL_NAME_HISTORY:
		begin_history(w);
		begin_text(w);
		return true;
	case WAL_NAME_BACKUP:
		begin_text(w);
		return true;
	case WAL_NAME_NONE:
	default:
		return false;
	}
}

void bbwal_push(struct bbwal *w, const uint8_t *p, size_t n)
{
	if (w->name.kind == WAL_NAME_SEGMENT || w->name.kind == WAL_NAME_PARTIAL) {
		wal_push(&w->wal, p, n);
	} else if (w->name.kind != WAL_NAME_NONE) {
		size_t room = HISTORY_KEEP - w->text_n, take = n < room ? n : room;

		memcpy(w->text + w->text_n, p, take);
		w->text_n += take;
	}
}

static bool overlaps(const struct bb_stream *s, uint32_t timeline, uint64_t lsn)
{
	return s->past && timeline >= s->first_timeline && timeline <= s->last_timeline &&
	       lsn >= s->first && lsn < s->past;
}

/* A segment that was there before: two of one name in a tar. */
static bool is_known(const struct bbwal *w)
{
	struct bb *b = w->b;
	uint64_t lsn = w->wal.facts.lsn;
	bool known = overlaps(&w->now, w->name.timeline, lsn);

	pthread_mutex_lock(&b->lock);
	for (size_t i = 0; i < b->stream_count && !known; i++)
		known = overlaps(&b->streams[i], w->name.timeline, lsn);
	pthread_mutex_unlock(&b->lock);
	return known;
}

static void open_stream(struct bbwal *w)
{
	const struct wal_facts *f = &w->wal.facts;

	close_stream(w);
	w->now = (struct bb_stream){
		.first_timeline = w->name.timeline,
		.first = f->lsn,
		.system_id = f->system_id,
		.segment_size = f->segment_size,
		.major = f->major,
	};
}

static void note_facts(struct bbwal *w)
{
	const struct wal_facts *f = &w->wal.facts;
	struct bb *b = w->b;

	pthread_mutex_lock(&b->lock);
	if (f->last_xact != BKS_TIME_NONE &&
		(b->last_xact == BKS_TIME_NONE || f->last_xact > b->last_xact))
		b->last_xact = f->last_xact;
	if (f->backup_end > b->backup_end) {
		b->backup_end = f->backup_end;
		b->backup_end_start = f->backup_end_start;
	}
	pthread_mutex_unlock(&b->lock);
}

static void end_segment(struct bbwal *w, bool cut)
{
	const struct wal_facts *f = &w->wal.facts;
	bool follows;

	wal_end(&w->wal, cut);
	if (!f->segment_size)
		return; /* nothing of it was understood */
	if (is_known(w)) {
		report_find(w->report, F_MEMBER_UNEXPECTED, NULL, "for the second time");
		return;
	}
	follows = w->now.past && w->goes_on && f->joined && f->lsn == w->now.past;
	if (!follows)
		open_stream(w);
	w->now.last_timeline = w->name.timeline;
	w->now.past = f->lsn + f->segment_size;
	if (!w->now.from)
		w->now.from = f->first_record;
	if (f->last_record || f->switched)
		w->now.to = f->end_lsn;
	w->goes_on = f->end == WAL_END_FULL || f->end == WAL_END_SWITCH;
	note_facts(w);
}

static void end_history(struct bbwal *w, bool cut)
{
	struct wal_forks forks;

	if (!cut && w->text_n < HISTORY_KEEP)
		wal_history_read(&forks, w->text, w->text_n, w->name.timeline, w->report);
}

static void end_backup(struct bbwal *w, bool cut)
{
	struct backuplabel l;
	struct bb *b = w->b;

	if (cut || !backuplabel_read(&l, w->text, w->text_n, true, w->report))
		return;
	l.label = NULL; /* of an arena that may end with this member */
	pthread_mutex_lock(&b->lock);
	if (l.start > b->history.start)
		b->history = l;
	pthread_mutex_unlock(&b->lock);
}

void bbwal_end(struct bbwal *w, bool cut)
{
	if (w->name.kind == WAL_NAME_SEGMENT || w->name.kind == WAL_NAME_PARTIAL)
		end_segment(w, cut);
	else if (w->name.kind == WAL_NAME_HISTORY)
		end_history(w, cut);
	else if (w->name.kind == WAL_NAME_BACKUP)
		end_backup(w, cut);
}

/* ---- what recovery needs ---- */

static void judge_cluster(struct bb *b, const struct pgcontrol *c)
{
	for (size_t i = 0; c && i < b->stream_count; i++) {
		const struct bb_stream *s = &b->streams[i];
		char lsn[WAL_LSN_TEXT];

		if (s->system_id == c->system_id && s->segment_size == c->segment_size)
			continue;
		report_find(b->report, F_WAL_FOREIGN, NULL,
			"the WAL from %s is of another cluster than pg_control: %llu, not %llu",
			wal_lsn_text(lsn, s->first), (unsigned long long)s->system_id,
			(unsigned long long)c->system_id);
		return;
	}
}

/* How far the records go without a hole that are there from START on, for a recovery that goes
 * to timeline LAST; 0: it does not begin. */
static uint64_t reach(const struct bb *b, uint32_t timeline, uint32_t last, uint64_t start)
{
	uint64_t best = 0;

	for (size_t i = 0; i < b->stream_count; i++) {
		const struct bb_stream *s = &b->streams[i];

		if (s->last_timeline >= timeline && s->last_timeline <= last && s->from &&
			s->from <= start && s->to > start && s->to > best)
			best = s->to;
	}
	return best;
}

/* Whether all of it is there. */
static bool judge_range(struct bb *b, const struct manifest_range *w, uint32_t last)
{
	uint64_t to = w->end > w->start ? reach(b, w->timeline, last, w->start) : w->end;
	char start[WAL_LSN_TEXT], end[WAL_LSN_TEXT], at[WAL_LSN_TEXT];

	if (to >= w->end)
		return true;
	wal_lsn_text(start, w->start);
	wal_lsn_text(end, w->end);
	if (to)
		report_find(b->report, F_WAL_GAP, NULL,
			"recovery needs the WAL of timeline %u from %s to %s; what is there "
			"ends at %s",
			w->timeline, start, end, wal_lsn_text(at, to));
	else
		report_find(b->report, F_WAL_GAP, NULL,
			"recovery needs the WAL of timeline %u from %s to %s; its beginning is "
			"not there",
			w->timeline, start, end);
	return false;
}

static bool has_history(const struct bb *b, uint32_t timeline)
{
	for (size_t i = 0; i < b->history_count; i++)
		if (b->histories[i] == timeline)
			return true;
	return false;
}

static void judge_ranges(struct bb *b)
{
	const struct manifest *m = &b->manifest;
	uint32_t last = m->ranges[m->range_count - 1].timeline;

	for (size_t i = 0; i < m->range_count; i++)
		judge_range(b, &m->ranges[i], last);
	for (size_t i = 1; i < m->range_count; i++)
		if (!has_history(b, m->ranges[i].timeline))
			report_find(b->report, F_WAL_GAP, NULL,
				"%08X.history is not there: recovery does not get from "
				"timeline %u to %u",
				m->ranges[i].timeline, m->ranges[i - 1].timeline,
				m->ranges[i].timeline);
}

/* Without a manifest the WAL itself tells where the backup ended, but for one of a standby. */
static void judge_by_label(struct bb *b, const struct backuplabel *label)
{
	struct manifest_range w = {label->timeline, label->start, label->checkpoint};

	if (b->backup_end && b->backup_end_start == label->start)
		w.end = b->backup_end;
	if (judge_range(b, &w, UINT32_MAX) && w.end == label->checkpoint)
		report_find(b->report, F_WAL_MISSING, NULL,
			"where the backup ended is told nowhere: its WAL may end too early");
}

void bbwal_judge(struct bb *b, const struct backuplabel *label, const struct pgcontrol *control)
{
	bool need = b->manifest.whole || label;

	judge_cluster(b, control);
	if (!need)
		return;
	if (!b->wal_met)
		report_find(b->report, F_WAL_MISSING, NULL, "%s",
			b->wal_link
				? "pg_wal is a link, which nobody follows: recovery needs WAL "
				  "from there"
				: "no WAL lies in it, and no server gets consistent without: "
				  "the "
				  "archive must have it");
	else if (b->manifest.whole)
		judge_ranges(b);
	else
		judge_by_label(b, label);
}
