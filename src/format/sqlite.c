/*
 * SQLite databases. The original is never opened: its bytes, and those of the -wal or -journal
 * beside it, go into a private copy, are held against what the format promises, and then SQLite
 * itself judges the copy as whoever restores it would find it.
 */
#include "format/format.h"
#include "format/sqliteask.h"
#include "format/sqlitehead.h"
#include "format/sqlitelog.h"
#include "format/sqlitesum.h"
#include <string.h>

struct database {
	struct report *r;
	struct sqlite_copy copy;
	struct sqlite_head head;
	struct sqlite_wal wal;
	struct sqlite_journal journal;
	uint64_t whole_pages; /* of the main file */
	bool log_there;       /* a -wal lies beside it, if an empty one */
};

static int no_room(struct database *d, const bks_error *why, const char *where)
{
	report_find(d->r, F_LIMIT_REACHED, where, "%s", why->text);
	return 1;
}

/* One of the two that may lie beside it. 0: taken, or not there; 1: it could not be, a finding
 * says why; negative: interrupted. */
static int take_stream(struct database *d, enum sqlite_file which, const char *name, stream *in,
	bks_error *err)
{
	const uint8_t *head;
	bks_error why = {0};
	size_t n;
	int s = stream_peek(in, SQLITE_JOURNAL_HEAD, &head, &n, &why);

	if (!s && which == SQLITE_JOURNAL)
		sqlite_copy_grow(&d->copy, SQLITE_MAIN,
			sqlite_journal_growth(head, n, d->copy.part[SQLITE_MAIN].size));
	if (!s)
		s = sqlite_copy_take(&d->copy, which, in, &why);
	if (s == BKS_E_INTERRUPTED)
		return fail(err, s, "%s", why.text);
	if (s > 0)
		return no_room(d, &why, name);
	if (s < 0)
		report_find(d->r, F_READ_ERROR, name, "%s", why.text);
	return s ? 1 : 0;
}

static int take_beside(
	struct database *d, enum sqlite_file which, const char *name, bks_error *err)
{
	members *m = d->r->beside;
	ptrdiff_t i = m && !d->r->out->wrappings ? members_find(m, name) : -1;
	const char *how = NULL;
	stream *in = NULL;
	bks_error why = {0};
	int s;

	if (i < 0)
		return 0;
	s = m->open(&in, m, (size_t)i, &why);
	if (s == 1)
		return 0;
	if (s == BKS_E_INTERRUPTED)
		return fail(err, s, "%s", why.text);
	if (s) {
		report_find(d->r, s == 2 ? F_SPECIAL_FILE : F_READ_ERROR, name, "%s",
			s == 2 ? "it is no regular file" : why.text);
		return 1;
	}
	s = take_stream(d, which, name, in, err);
	if (!s && m->changed && m->changed(m, (size_t)i, in, &how, &why)) {
		report_find(d->r, F_CHANGED_WHILE_READING, name,
			"it changed while it was read: %s", how ? how : why.text);
		s = 1;
	}
	stream_close(in);
	return s;
}

static int take_all(struct database *d, stream *in, bks_error *err)
{
	int s = sqlite_copy_take(&d->copy, SQLITE_MAIN, in, err);

	if (s > 0)
		return no_room(d, err, NULL);
	if (s < 0)
		return s;
	s = take_beside(d, SQLITE_JOURNAL, "-journal", err);
	return s ? s : take_beside(d, SQLITE_WAL, "-wal", err);
}

static bool all_zeros(const uint8_t *p, size_t n)
{
	return !n || (!*p && !memcmp(p, p + 1, n - 1));
}

/* What stands behind the last page. 1: something did; 0; negative: could not be read. */
static int check_tail(struct database *d, uint64_t from)
{
	uint64_t size = d->copy.part[SQLITE_MAIN].size;
	uint8_t piece[4096];

	for (uint64_t at = from; at < size;) {
		ssize_t n = sqlite_copy_read(&d->copy, SQLITE_MAIN, piece, sizeof piece, at);

		if (n <= 0)
			return -1;
		if (!all_zeros(piece, (size_t)n)) {
			report_find(d->r, F_TRAILING_DATA, report_byte(d->r, from),
				"%llu bytes behind the last page of the database",
				(unsigned long long)(size - from));
			return 1;
		}
		at += (uint64_t)n;
	}
	if (size > from)
		report_find(d->r, F_TRAILING_ZEROS, report_byte(d->r, from),
			"%llu zero bytes behind the last page of the database",
			(unsigned long long)(size - from));
	return 0;
}

/* The file's length against what the header, or what lies beside it, says. 0, or negative:
 * could not be read. */
static int check_size(struct database *d)
{
	uint64_t size = d->copy.part[SQLITE_MAIN].size, pages = d->head.pages,
		 ps = d->head.page_size;

	if (d->journal.hot && !d->journal.super)
		return 0; /* the journal tells it */
	if (d->wal.counts && d->wal.pages > pages)
		pages = d->wal.pages;
	if (!d->wal.counts && pages && size < pages * ps)
		report_find(d->r, F_TRUNCATED, report_byte(d->r, size),
			"it ends within page %llu of %llu, of %llu bytes each",
			(unsigned long long)(size / ps) + 1, (unsigned long long)pages,
			(unsigned long long)ps);
	else if ((!pages || d->wal.counts) && size % ps)
		report_find(d->r, F_SIZE_CONFLICT, report_byte(d->r, size),
			"its length is no whole number of pages of %llu bytes",
			(unsigned long long)ps);
	else if (pages && size > pages * ps)
		return check_tail(d, pages * ps) < 0 ? -1 : 0;
	return 0;
}

static void tell_wal(struct database *d)
{
	const struct sqlite_wal *w = &d->wal;

	if (w->counts)
		report_find(d->r, F_SIDECAR_NOT_SEALED, "-wal",
			"%llu pages of %llu committed transactions lie in the -wal: they "
			"belong to the database, and the digest is not of them%s",
			(unsigned long long)w->frames, (unsigned long long)w->commits,
			w->loose ? "; behind them a transaction that was never committed" : "");
	else if (!d->log_there && d->head.read_version == 2)
		report_find(d->r, F_WAL_SIDECAR_MISSING, report_byte(d->r, 18),
			"it is in WAL mode and has no -wal beside it: whole if it was closed, "
			"or copied by SQLite; else its newest transactions are not here");
}

static void tell_journal(struct database *d)
{
	const struct sqlite_journal *j = &d->journal;

	if (!j->hot)
		return;
	report_find(d->r, F_HOT_JOURNAL, "-journal",
		j->super ? "it was copied in mid-transaction; its journal names another one, "
			   "%s, without which SQLite takes it for committed"
			 : "it was copied in mid-transaction; what is told here is what is "
			   "left when its journal is rolled back%s",
		j->super ? bks_shown(j->super, d->r->arena) : "");
	report_find(d->r, F_SIDECAR_NOT_SEALED, "-journal",
		"%llu pages lie in the -journal: they belong to the database, and the digest "
		"is not of them",
		(unsigned long long)j->records);
}

/* 0; 1: SQLite need not be asked; negative: the copy could not be read. */
static int check_beside(struct database *d)
{
	int s = 0;

	d->log_there = d->copy.part[SQLITE_WAL].there;
	if (d->copy.part[SQLITE_JOURNAL].there)
		s = sqlite_journal_read(&d->journal, &d->copy, d->head.page_size, d->r);
	if (!s && d->log_there)
		s = sqlite_wal_read(&d->wal, &d->copy, d->head.page_size, d->whole_pages, d->r);
	if (s < 0)
		return s;
	tell_journal(d);
	tell_wal(d);
	return d->wal.bad || d->journal.bad ? 1 : 0;
}

static enum bks_content content_of(const struct database *d, const struct sqlite_facts *f)
{
	if (!f->tables)
		return BKS_CONTENT_EMPTY;
	if (f->rows || d->r->fails[BKS_WHOLE])
		return BKS_CONTENT_FULL;
	report_find(d->r, F_SCHEMA_ONLY, NULL, "tables, and not one row in them");
	return BKS_CONTENT_SCHEMA;
}

/* What the copy says of itself, and SQLite of it. 0; BKS_E_INTERRUPTED; -1: the copy could not
 * be read. */
static int judge(struct database *d, bks_error *err)
{
	struct sqlite_facts facts;
	bool summed = false;
	int s = check_beside(d);

	if (s >= 0)
		s = check_size(d) < 0 ? -1 : s;
	if (s || d->r->fails[BKS_WHOLE])
		return s < 0 ? s : 0;
	if (d->head.reserved == SQLITE_SUM_BYTES && !d->wal.counts && !d->journal.hot)
		s = sqlite_sum_check(&summed, &d->copy, d->head.page_size, d->r);
	if (s)
		return s;
	s = sqlite_ask(&facts, &d->copy, d->head.written_by > sqlite_linked(), d->r, err);
	if (s)
		return s;
	d->r->out->content = content_of(d, &facts);
	if (!summed)
		report_find(d->r, F_NO_CHECKSUM, NULL,
			"pages of SQLite have no checksum: a changed letter in a row reads as "
			"well as before");
	return 0;
}

static int judged(struct database *d, bks_error *err)
{
	int s = judge(d, err);

	if (s == BKS_E_INTERRUPTED || d->copy.stopped)
		return fail(err, BKS_E_INTERRUPTED, "stopped by a signal");
	if (s < 0)
		report_find(d->r, F_READ_ERROR, NULL, "the private copy: %s",
			strerror(d->copy.error));
	return 0;
}

static void learn(struct database *d)
{
	bks_inspection *out = d->r->out;

	out->recognised = true;
	if (d->head.written_by)
		out->producer = arena_form(d->r->arena, "SQLite %s",
			sqlite_version(d->head.written_by, d->r->arena));
	if (d->head.schema_format)
		out->format_version = arena_form(d->r->arena, "%u", d->head.schema_format);
}

/* 1: it can be copied and asked; 0: not, a finding says why; negative as of a stream. */
static int begin(struct database *d, stream *in, bks_error *err)
{
	const uint8_t *h;
	size_t n;
	int s = stream_peek(in, SQLITE_HEAD, &h, &n, err);

	if (s)
		return s;
	d->r->out->recognised = true;
	if (n < SQLITE_HEAD) {
		s = stream_drain(in, NULL, err); /* it may have failed there */
		if (s < 0)
			return s;
		report_find(
			d->r, F_TRUNCATED, report_byte(d->r, n), "it ends within the header");
		return 0;
	}
	s = sqlite_head_read(&d->head, h, d->r);
	learn(d);
	return !s;
}

static int walk(stream *in, struct report *r, bks_error *err)
{
	struct database d = {.r = r,
		.copy = {.scratch = r->scratch,
			.budget = (uint64_t)r->max_memory / 2,
			.stop = r->stop,
			.stop_arg = r->stop_arg}};
	int s = begin(&d, in, err);

	if (s > 0 && !r->glance) {
		s = take_all(&d, in, err);
		d.whole_pages = d.copy.part[SQLITE_MAIN].size / d.head.page_size;
		if (!s)
			s = judged(&d, err);
	}
	sqlite_copy_clear(&d.copy);
	if (s >= 0)
		s = stream_drain(in, NULL, err);
	return s == BKS_E_CUT ? 0 : s;
}

extern const struct format format_sqlite;
const struct format format_sqlite = {.name = "sqlite", .probe = sqlite_probe, .walk = walk};
