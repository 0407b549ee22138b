/*
 * What archive_command hands over: segments of the write-ahead log (whole, or .partial),
 * histories of timelines. One file alone: what it owes to the segments before and behind it is
 * told, and checked where they are walked together.
 */
#include "base/bytes.h"
#include "base/zone.h"
#include "format/format.h"
#include "format/wal.h"
#include "format/walhistory.h"

enum { PROBE_SEGMENT = 120, PROBE_STRANGE = 40, PAGE_LONG = 40 };

/* A long page header whose magic is of no release that is walked, or of a machine of the other
 * byte order. */
static bool strange_head(const uint8_t *h, size_t n)
{
	bool little = n >= 40 && (h[1] == 0xd0 || h[1] == 0xd1) && (h[2] & 2) && !h[3];
	bool big = n >= 40 && (h[0] == 0xd0 || h[0] == 0xd1) && (h[3] & 2) && !h[2];

	if (little)
		return h[36] == 0 && h[37] == 0x20 && !h[38] && !h[39];
	return big && !h[36] && !h[37] && h[38] == 0x20 && !h[39];
}

static int probe(const uint8_t *h, size_t n)
{
	int history = wal_history_probe(h, n);

	if (wal_head(h, n))
		return PROBE_SEGMENT;
	return history ? history : strange_head(h, n) ? PROBE_STRANGE : 0;
}

static const char *base_of(const char *path)
{
	const char *slash = path ? strrchr(path, '/') : NULL;

	return slash ? slash + 1 : path;
}

static bks_civil utc_civil(bks_time t)
{
	int64_t days = t / BKS_DAY - (t % BKS_DAY < 0), s = (t - days * BKS_DAY) / BKS_SECOND;
	bks_civil c = {.hour = (int)(s / 3600),
		.minute = (int)(s / 60 % 60),
		.second = (int)(s % 60),
		.zone = "UTC"};

	date_from_days(&c.year, &c.month, &c.day, days);
	return c;
}

/* As a server would tell its time: nobody lived before 1970 or will after 9999. */
static bool is_time(bks_time t)
{
	return t > 0 && t < 8000 * 365 * BKS_DAY;
}

static void tell_facts(struct report *r, const struct wal_facts *f)
{
	bks_physical *p = arena_one(r->arena, bks_physical);

	if (!f->magic)
		return;
	*p = (bks_physical){.system_id = f->system_id,
		.timeline = f->timeline,
		.start_lsn = f->lsn,
		.stop_lsn = f->end_lsn,
		.segment_size = f->segment_size,
		.started = BKS_TIME_NONE,
		.stopped = f->last_xact};
	r->out->physical = p;
	r->out->recognised = true;
	r->out->server_version = r->out->format_version = arena_form(r->arena, "%d", f->major);
	r->out->producer = arena_form(r->arena, "PostgreSQL %d", f->major);
	if (is_time(f->last_xact))
		r->out->started = utc_civil(f->last_xact);
}

static void tell_edges(struct report *r, const struct wal *w)
{
	const struct wal_facts *f = &w->facts;
	uint64_t open = w->carry.record > f->lsn ? w->carry.record - f->lsn : PAGE_LONG;

	if (f->head_bytes)
		report_find(r, F_NO_CHECKSUM, "byte 40",
			"the first %llu bytes end a record whose beginning and checksum lie in "
			"the segment before",
			(unsigned long long)f->head_bytes);
	if (f->tail_bytes)
		report_find(r, F_NO_CHECKSUM, report_byte(r, open),
			"the last bytes begin a record that goes on in the segment behind: its "
			"checksum cannot be made here");
}

static void tell_end(struct report *r, const struct wal_facts *f, const struct wal_name *name)
{
	char lsn[WAL_LSN_TEXT];
	bool old = f->end == WAL_END_OLD;

	if ((f->end != WAL_END_ZEROS && !old) || name->kind == WAL_NAME_PARTIAL)
		return;
	report_find(r, F_END_UNPROVABLE, report_byte(r, f->end_lsn - f->lsn),
		"its records end at %s, then come %s: a segment that was being written, and "
		"nobody can tell whether more was lost",
		wal_lsn_text(lsn, f->end_lsn),
		old ? "pages of the older segment that the file once was" : "zeros");
}

static int walk_segment(stream *in, struct report *r, bks_error *err)
{
	struct wal *w = arena_take(r->arena, sizeof *w);
	const char *base = base_of(r->out->path);
	int s;

	wal_init(w, r, NULL);
	s = wal_walk(w, base, WAL_MAY_END, in, err);
	tell_facts(r, &w->facts);
	tell_edges(r, w);
	tell_end(r, &w->facts, &w->name);
	return s;
}

static int walk(stream *in, struct report *r, bks_error *err)
{
	const uint8_t *h;
	size_t n;
	int s = stream_peek(in, FORMAT_HEAD, &h, &n, err);

	if (!s)
		s = wal_history_probe(h, n)
			    ? wal_history_walk(in, base_of(r->out->path), r, err)
			    : walk_segment(in, r, err);
	return s == BKS_E_CUT ? 0 : s;
}

extern const struct format format_pgwal;
const struct format format_pgwal = {.name = "pg-wal", .probe = probe, .walk = walk};
