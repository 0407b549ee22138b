/*
 * What archive_command hands over: segments of the write-ahead log (whole, or .partial),
 * histories of timelines. One file alone: what it owes to the segments before and behind it is
 * told, and checked where they are walked together.
 */
#include "base/bytes.h"
#include "base/text.h"
#include "base/zone.h"
#include "format/backuplabel.h"
#include "format/format.h"
#include "format/wal.h"
#include "format/walhistory.h"
#include <stdio.h>

enum { PROBE_SEGMENT = 120, PROBE_LABEL = 160, PROBE_STRANGE = 40, PAGE_LONG = 40 };

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

static const char label_head[] = "START WAL LOCATION: ";

static bool is_label(const uint8_t *h, size_t n)
{
	return n >= sizeof label_head - 1 && !memcmp(h, label_head, sizeof label_head - 1);
}

/* Of a base backup the label tells its checkpoint next; the history that is archived of it, its
 * stop. */
static bool is_backup_label(const uint8_t *h, size_t n)
{
	static const char next[] = "CHECKPOINT LOCATION: ";
	const uint8_t *end = memchr(h, '\n', n);

	return end && n - (size_t)(end + 1 - h) >= sizeof next - 1 &&
	       !memcmp(end + 1, next, sizeof next - 1);
}

static int probe(const uint8_t *h, size_t n)
{
	int history = wal_history_probe(h, n);

	if (wal_head(h, n))
		return PROBE_SEGMENT;
	if (is_label(h, n))
		return PROBE_LABEL;
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
	return t > 0 && t < BKS_DAY * 365 * 8000;
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

/* What a lone segment cannot tell is for the stream to tell. */
static void tell_alone(struct report *r, const struct wal *w)
{
	tell_edges(r, w);
	tell_end(r, &w->facts, &w->name);
}

static int walk_segment(stream *in, struct report *r, bks_error *err)
{
	struct wal *w = arena_take(r->arena, sizeof *w);
	struct wal_part *part = r->wal;
	int s;

	wal_init(w, r, part ? &part->carry : NULL);
	s = wal_walk(w, base_of(r->out->path), part ? part->how : WAL_MAY_END, in, err);
	tell_facts(r, &w->facts);
	if (!part)
		tell_alone(r, w);
	else
		*part = (struct wal_part){part->how, w->carry, w->facts, true};
	return s;
}

/* The name says where in which segment the backup began; what is in it must agree. */
static void compare_label(
	struct report *r, const struct backuplabel *l, const struct wal_name *name)
{
	char segment[WAL_NAME_TEXT + 1];

	if (name->kind != WAL_NAME_BACKUP)
		return;
	snprintf(segment, sizeof segment, "%08X%08X%08X", name->timeline, name->log, name->seg);
	if (strcmp(segment, l->segment) != 0 ||
		(uint32_t)(l->start & 0xfffff) != (name->offset & 0xfffff))
		report_find(r, F_NOT_WHAT_ITS_NAME_SAYS, NULL,
			"it is of the backup that began in %s at byte %X of it, its name says "
			"%s at %X",
			l->segment, (uint32_t)(l->start & 0xfffff), segment, name->offset);
}

static void tell_label(struct report *r, const struct backuplabel *l)
{
	bks_physical *p = arena_one(r->arena, bks_physical);

	*p = (bks_physical){.timeline = l->timeline,
		.start_lsn = l->start,
		.stop_lsn = l->stop,
		.parent_lsn = l->parent,
		.parent_timeline = l->parent_timeline,
		.started = backuplabel_instant(&l->start_time),
		.stopped = backuplabel_instant(&l->stop_time),
		.label = l->label};
	r->out->physical = p;
	r->out->recognised = true;
	r->out->started = l->stop_time;
}

static int walk_label(stream *in, struct report *r, bks_error *err)
{
	struct text t = {.arena = r->arena};
	struct backuplabel label;
	struct wal_name name = {0};
	const uint8_t *p;
	size_t n;
	int s;

	while ((s = stream_next(in, &p, &n, err)) > 0 && t.n + n <= BACKUPLABEL_MAX)
		text_add(&t, p, n);
	if (s) {
		if (s > 0)
			report_find(r, F_TRAILING_DATA, NULL,
				"a .backup file of more than %d bytes", BACKUPLABEL_MAX);
		return s > 0 ? stream_drain(in, NULL, err) : s;
	}
	if (r->out->path)
		wal_name_read(&name, base_of(r->out->path));
	if (t.s && strstr(t.s, "\nSTART WAL LOCATION: "))
		report_find(r, F_TRAILING_DATA, NULL,
			"a second .backup file follows the first one");
	if (!backuplabel_read(&label, t.s ? t.s : "", t.n, true, r))
		return 0;
	tell_label(r, &label);
	compare_label(r, &label, &name);
	if (label.stop < label.start)
		report_find(r, F_MALFORMED, NULL, "the backup ends before it begins");
	report_find(r, F_NO_CHECKSUM, NULL, "a .backup file has no checksum");
	return 0;
}

/* backup_label by itself, or in an archive that was not made by pg_basebackup. */
static int other_container(stream *in, struct report *r, bks_error *err)
{
	r->out->format = "pg-basebackup";
	report_find(r, F_UNSUPPORTED_FORMAT, NULL,
		"the label (backup_label) of a base backup, whose files are not held against "
		"their manifest here: "
		"look at the folder itself, or at the tars of pg_basebackup");
	return stream_drain(in, NULL, err);
}

static int walk(stream *in, struct report *r, bks_error *err)
{
	const uint8_t *h;
	size_t n;
	int s = stream_peek(in, FORMAT_HEAD, &h, &n, err);

	if (!s && is_label(h, n) && is_backup_label(h, n))
		s = other_container(in, r, err);
	else if (!s && is_label(h, n))
		s = walk_label(in, r, err);
	else if (!s)
		s = wal_history_probe(h, n)
			    ? wal_history_walk(in, base_of(r->out->path), r, err)
			    : walk_segment(in, r, err);
	return s == BKS_E_CUT ? 0 : s;
}

extern const struct format format_pgwal;
const struct format format_pgwal = {.name = "pg-wal", .probe = probe, .walk = walk};
