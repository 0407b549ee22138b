/*
 * Reads the segments of one run that this pass did not read yet, in their order as one stream
 * of records, and writes down in small groups what is read and proven. A bad segment is told by
 * its name, and the reading goes on behind it.
 */
#include "base/text.h"
#include "base/vec.h"
#include "work/verify_wal.h"
#include <string.h>

enum { GROUP_SEGMENTS = 64, GROUP_US = 500000 };

/* The carry is kept as the bytes of this program's own struct, with this word before them. */
static const char carry_mark[8] = "walc\0\1";

static void carry_load(struct wal_carry *out, const struct wal_run *r)
{
	*out = (struct wal_carry){0};
	if (r->carry_n == sizeof carry_mark + sizeof *out &&
		!memcmp(r->carry, carry_mark, sizeof carry_mark))
		memcpy(out, r->carry + sizeof carry_mark, sizeof *out);
	out->system_id = r->run.system_id;
	out->major = r->run.version;
}

static void carry_save(struct wal_run *r, const struct wal_carry *c)
{
	_Static_assert(
		sizeof carry_mark + sizeof *c <= sizeof r->carry, "a carry has its room");
	memcpy(r->carry, carry_mark, sizeof carry_mark);
	memcpy(r->carry + sizeof carry_mark, c, sizeof *c);
	r->carry_n = sizeof carry_mark + sizeof *c;
}

enum finding_kind walread_kind(const char *code)
{
	static const struct {
		const char *code;
		enum bks_severity severity;
		enum finding_kind kind;
	} kinds[] = {
#define X(name, code, severity, level, verdict) {code, BKS_##severity, F_##name},
		FINDINGS(X)
#undef X
	};

	for (size_t i = 0; i < sizeof kinds / sizeof *kinds; i++)
		if (kinds[i].severity == BKS_ERROR && !strcmp(kinds[i].code, code))
			return kinds[i].kind;
	return F_MALFORMED;
}

static bool is_there(struct reading *g, const char *path)
{
	struct store_entry e;

	return store_stat(&e, g->s, path, NULL) == 0 && e.kind == STORE_FILE;
}

/* Segment NAME however it is wrapped; the way of the one before is tried first. NULL: it is not
 * there. */
static const char *find_file(struct reading *g, const char *name, bool partial)
{
	int forms = partial ? 2 * WALFILE_FORMS : WALFILE_FORMS;
	const char *path = walfile_path(g->r->run.folder, name, g->file, partial, g->scratch);

	if (is_there(g, path))
		return path;
	for (int k = 0; k < 2 * forms; k++) {
		struct walfile f = {k / 2, k % 2};

		path = walfile_path(g->r->run.folder, name, f, partial, g->scratch);
		if (!is_there(g, path))
			continue;
		g->file = f;
		return path;
	}
	return NULL;
}

static bool asked_to_stop(struct reading *g)
{
	const bks_verify_options *o = g->v->opt;

	if (o->stop && o->stop(o->stop_arg)) {
		g->v->out->interrupted = true;
		return true;
	}
	return (o->budget_bytes && atomic_load(&g->v->watch.bytes) >= o->budget_bytes) ||
	       (o->budget_time && bks_clock_now() - g->v->began >= o->budget_time);
}

static int note_findings(
	struct reading *g, const bks_inspection *out, const char *name, uint64_t lsn)
{
	int e = wal_finding_forget(
		g->v->cat, g->r->run.id, lsn, lsn + g->r->run.segment_size, &g->v->err);

	for (size_t i = 0; !e && i < out->finding_count; i++) {
		const bks_finding *f = &out->findings[i];
		struct wal_finding row = {.repo_id = g->r->repo_id,
			.run_id = g->r->run.id,
			.folder = g->r->run.folder,
			.segment = name,
			.lsn = lsn,
			.by_verify = true,
			.code = f->code,
			.where = f->where,
			.text = f->text,
			.found = g->v->opt->now};

		if (f->severity == BKS_ERROR)
			e = wal_finding_put(g->v->cat, &row, &g->v->err);
	}
	return e;
}

/* Of bytes that could not be had nothing is known: the item says so, and the run is read from
 * there on another time. */
static bool could_not(struct reading *g, const bks_inspection *out, const char *name)
{
	if (out->verdict != BKS_UNREADABLE && out->verdict != BKS_UNSUPPORTED &&
		out->verdict != BKS_MISSING)
		return false;
	for (size_t i = 0; i < out->finding_count; i++)
		if (out->findings[i].severity == BKS_ERROR)
			report_find(&g->item, walread_kind(out->findings[i].code),
				arena_text(g->arena, name), "%s", out->findings[i].text);
	return true;
}

static bool is_young(const struct reading *g, bks_time mtime)
{
	return mtime > g->v->opt->now - bks_catalog_settings(g->v->cat)->settle;
}

/* Of a file that holds another place than its name says, or another cluster's log, nothing is
 * learned of this one: its findings tell. */
static bool is_of_place(const struct reading *g, const struct wal_part *p, uint64_t lsn)
{
	const struct wal_facts *f = &p->facts;

	return p->walked && f->lsn == lsn && f->segment_size == g->r->run.segment_size &&
	       f->system_id == g->r->run.system_id;
}

/* Walks one file. 0: it was; 1: it cannot be had or is not ready, and the item says why;
 * negative: interrupted. */
static int walk_file(bks_inspection *out, struct reading *g, uint64_t lsn, const char *name,
	bool partial, enum wal_how how)
{
	const char *path = find_file(g, name, partial);
	struct wal_part part = {.how = how, .carry = g->carry};
	struct look look = {.shown = name,
		.registered_size = -1,
		.max_memory = bks_catalog_settings(g->v->cat)->max_memory,
		.watch = &g->v->watch,
		.alone = true,
		.wal = &part};
	bks_time mtime = BKS_TIME_NONE;
	bool of_place;
	int e;

	if (!path) {
		report_find(&g->item, F_VANISHED, arena_text(g->arena, name),
			"it is not there any more");
		return 1;
	}
	e = look_at(out, &mtime, g->s, path, &look, g->scratch, &g->v->err);
	if (e < 0)
		return e;
	if (__builtin_add_overflow(g->bytes, out->bytes_read, &g->bytes))
		g->bytes = INT64_MAX;
	if (could_not(g, out, name))
		return 1;
	g->settling = (out->verdict == BKS_DAMAGED || out->verdict == BKS_INCOMPLETE) &&
		      is_young(g, mtime);
	of_place = is_of_place(g, &part, lsn);
	g->facts = of_place ? part.facts : (struct wal_facts){.last_xact = BKS_TIME_NONE};
	g->carry = of_place ? part.carry
			    : (struct wal_carry){.system_id = g->r->run.system_id,
				      .major = g->r->run.version};
	return g->settling ? 1 : 0;
}

/* What was proven before this pass came there stays, with its last commit. */
static void learn(struct reading *g, uint64_t lsn, uint64_t end)
{
	const struct wal_facts *f = &g->facts;
	bks_wal_run *w = &g->r->run;
	bks_time *t = &g->r->pass_xact;

	if (f->last_xact != BKS_TIME_NONE && (*t == BKS_TIME_NONE || f->last_xact > *t))
		*t = f->last_xact;
	if (!f->end_lsn && end == w->end_lsn && w->proven_lsn > lsn) {
		w->proven_lsn = lsn; /* of other bytes that lay there */
		w->last_xact = *t;
	}
	if (f->end_lsn <= w->start_lsn)
		return;
	if (f->end_lsn < w->proven_lsn && end != w->end_lsn)
		return;
	w->proven_lsn = f->end_lsn;
	w->last_xact = *t;
	if (f->last_record)
		w->last_record = f->last_record;
}

static int mark(struct reading *g, enum wal_mark_kind kind, uint64_t lsn, uint64_t start,
	bks_time time, const char *name)
{
	struct wal_mark m = {g->r->run.id, lsn, start, kind, time, name};

	return wal_mark_put(g->v->cat, &m, &g->v->err);
}

/* What of the segment at LSN recovery can aim at; BEFORE: the latest commit before it. */
static int note_marks(
	struct reading *g, const bks_inspection *out, uint64_t lsn, bks_time before)
{
	const struct wal_facts *f = &g->facts;
	bool bad = out->verdict == BKS_DAMAGED || out->verdict == BKS_INCOMPLETE;
	int e = wal_mark_forget(g->v->cat, g->r->run.id, lsn + !bad,
		lsn + g->r->run.segment_size + 1, &g->v->err);

	if (!e && bad)
		e = mark(g, WAL_MARK_BAD, lsn, 0, before, NULL);
	if (!e && f->backup_end)
		e = mark(g, WAL_MARK_STOP, f->backup_end, f->backup_end_start, g->r->pass_xact,
			NULL);
	for (uint32_t i = 0; !e && i < f->point_count; i++)
		e = mark(g, WAL_MARK_POINT, f->points[i].lsn, 0, f->points[i].time,
			arena_text(g->scratch, f->points[i].name));
	return e;
}

static const char *name_at(const struct reading *g, uint64_t lsn)
{
	return wal_name_write(arena_take(g->scratch, WAL_NAME_TEXT), g->r->run.timeline, lsn,
		g->r->run.segment_size);
}

static int read_segment(struct reading *g)
{
	bks_wal_run *w = &g->r->run;
	uint64_t lsn = w->read_lsn, end = lsn + w->segment_size;
	bool last = end == w->end_lsn && !w->partial;
	const char *name = name_at(g, lsn);
	bks_time before = g->r->pass_xact;
	bks_inspection out;
	int e = walk_file(&out, g, lsn, name, false, last ? WAL_MAY_END : WAL_COMPLETE);

	if (!e)
		e = note_findings(g, &out, name, lsn);
	if (e)
		return e;
	learn(g, lsn, end);
	e = note_marks(g, &out, lsn, before);
	if (e)
		return e;
	g->early = last && (g->facts.end == WAL_END_ZEROS || g->facts.end == WAL_END_OLD);
	if (g->early)
		return 1;
	w->read_lsn = end;
	carry_save(g->r, &g->carry);
	return 0;
}

static int read_partial(struct reading *g)
{
	bks_wal_run *w = &g->r->run;
	const char *name = name_at(g, w->end_lsn);
	bks_inspection out;
	int e = walk_file(&out, g, w->end_lsn, name, true, WAL_PARTIAL);

	if (!e)
		e = note_findings(
			g, &out, arena_form(g->scratch, "%s.partial", name), w->end_lsn);
	if (e)
		return e;
	w->partial_lsn = g->facts.end_lsn;
	w->partial_xact = g->facts.last_xact;
	return 0;
}

static int write_group(struct reading *g)
{
	int e = wal_run_put(g->v->cat, g->r, &g->v->err);

	if (!e)
		e = catalog_commit(g->v->cat, &g->v->err);
	return e ? e : catalog_begin(g->v->cat, &g->v->err);
}

static int read_segments(struct reading *g)
{
	bks_time began = bks_clock_now();
	int e = 0, n = 0;

	while (!e && g->r->run.read_lsn < g->r->run.end_lsn) {
		g->stopped = asked_to_stop(g);
		if (g->stopped)
			break;
		bks_arena_reset(g->scratch);
		e = read_segment(g);
		if (e || (++n < GROUP_SEGMENTS && bks_clock_now() - began < GROUP_US))
			continue;
		e = write_group(g);
		began = bks_clock_now();
		n = 0;
	}
	return e;
}

int walread_run(struct reading *g)
{
	int e = catalog_begin(g->v->cat, &g->v->err);

	if (e)
		return e;
	carry_load(&g->carry, g->r);
	if (g->r->run.read_lsn == g->r->run.start_lsn)
		g->r->pass_xact = BKS_TIME_NONE;
	e = read_segments(g);
	if (!e && g->r->run.partial && !g->stopped)
		e = read_partial(g);
	if (e == BKS_E_INTERRUPTED) {
		g->stopped = g->v->out->interrupted = true;
		e = 0;
	}
	if (e >= 0) {
		g->r->run.verified_at = g->v->opt->now;
		e = wal_run_put(g->v->cat, g->r, &g->v->err);
	}
	if (e < 0) {
		catalog_rollback(g->v->cat);
		return e;
	}
	return catalog_commit(g->v->cat, &g->v->err);
}
