/*
 * Verifies archived WAL: of each run the segments that this pass did not read yet, in their
 * order as one stream of records. What was read and proven is written down in small groups; a
 * bad segment is told by its name, and the reading goes on behind it.
 */
#include "base/text.h"
#include "base/vec.h"
#include "format/format.h"
#include "format/wal.h"
#include "work/mounted.h"
#include "work/verify_private.h"
#include "work/walruns.h"
#include <stdlib.h>
#include <string.h>

enum { GROUP_SEGMENTS = 64, GROUP_US = 500000 };

/* The carry is kept as the bytes of this program's own struct, with this word before them. */
static const char carry_mark[8] = "walc\0\1";

/* One run at hand. */
struct reading {
	struct verify *v;
	struct wal_run *r;
	store *s;
	bks_arena *arena; /* of the item */
	bks_arena *scratch;
	struct wal *w;
	struct walfile file; /* how the segment before lay there */
	struct report item;
	bks_inspection *out;
	int64_t bytes;
	bool settling; /* a young one is not whole yet: nothing is held against it */
	bool stopped;  /* by a budget or a signal */
	bool early; /* its last segment may still be written to: it is read again next time */
};

static void carry_load(struct wal_carry *out, const struct wal_run *r)
{
	*out = (struct wal_carry){0};
	if (r->carry_n == sizeof carry_mark + sizeof *out &&
		!memcmp(r->carry, carry_mark, sizeof carry_mark))
		memcpy(out, r->carry + sizeof carry_mark, sizeof *out);
	out->system_id = r->run.system_id;
}

static void carry_save(struct wal_run *r, const struct wal_carry *c)
{
	_Static_assert(
		sizeof carry_mark + sizeof *c <= sizeof r->carry, "a carry has its room");
	memcpy(r->carry, carry_mark, sizeof carry_mark);
	memcpy(r->carry + sizeof carry_mark, c, sizeof *c);
	r->carry_n = sizeof carry_mark + sizeof *c;
}

/* Opens segment NAME however it is wrapped; the way of the one before is tried first. 0; 1: it
 * is not there; negative. */
static int open_segment(stream **in, struct store_id *id, struct reading *g, const char *name,
	bool partial, bks_error *err)
{
	int forms = partial ? 2 * WALFILE_FORMS : WALFILE_FORMS;
	struct walfile first = g->file;
	int s = store_read(in, id, g->s,
		walfile_path(g->r->run.folder, name, first, partial, g->scratch), err);

	for (int k = 0; s == 1 && k < 2 * forms; k++) {
		struct walfile f = {k / 2, k % 2};

		s = store_read(in, id, g->s,
			walfile_path(g->r->run.folder, name, f, partial, g->scratch), err);
		if (s != 1)
			g->file = f;
	}
	return s;
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
	struct reading *g, const struct report *r, const char *name, uint64_t lsn)
{
	int e = 0;

	for (size_t i = 0; !e && i < r->findings.n; i++) {
		const bks_finding *f = &r->findings.v[i];
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

static void learn(struct reading *g, uint64_t end)
{
	const struct wal_facts *f = &g->w->facts;
	bks_wal_run *w = &g->r->run;

	if (f->last_xact != BKS_TIME_NONE &&
		(w->last_xact == BKS_TIME_NONE || f->last_xact > w->last_xact))
		w->last_xact = f->last_xact;
	if (f->end_lsn > w->proven_lsn || end == w->end_lsn)
		w->proven_lsn = f->end_lsn > w->start_lsn ? f->end_lsn : w->proven_lsn;
}

/* Walks one file. 0: it was; 1: it cannot be had or is not ready, and the item says why;
 * negative: interrupted. */
static int walk_file(
	struct reading *g, struct report *r, const char *name, bool partial, enum wal_how how)
{
	const struct format *inside = NULL;
	bks_error err = {0};
	struct store_id id = {0};
	const char *why = NULL;
	stream *in = NULL, *top;
	int s = open_segment(&in, &id, g, name, partial, &err);

	if (s) {
		report_find(&g->item,
			s == 1   ? F_VANISHED
			: s == 2 ? F_SPECIAL_FILE
				 : F_CANNOT_OPEN,
			name, "%s",
			s == 1   ? "it is not there any more"
			: s == 2 ? "it is no regular file"
				 : err.text);
		return 1;
	}
	top = look_watched(in, &g->v->watch);
	s = format_unwrap(&top, &inside, r, &err);
	g->w->report = r;
	if (s) {
		wal_begin(g->w, name, how);
		wal_end(g->w, true);
	} else {
		s = wal_walk(g->w, partial ? arena_form(g->scratch, "%s.partial", name) : name,
			how, top, &err);
	}
	if (s >= 0 && store_recheck(&why, in))
		report_find(&g->item, F_CHANGED_WHILE_READING, name, "%s",
			why ? why : "nobody can tell whether it changed");
	g->bytes += id.size;
	stream_close(top);
	if (s == BKS_E_INTERRUPTED)
		return s;
	if (s < 0 && s != BKS_E_CUT)
		report_find(&g->item, s == BKS_E_LIMIT ? F_LIMIT_REACHED : F_READ_ERROR, name,
			"%s", err.text);
	if (r->verdicts[BKS_UNSUPPORTED] ||
		(g->item.findings.n && report_has(&g->item, F_CHANGED_WHILE_READING)) ||
		(s < 0 && s != BKS_E_CUT))
		return 1;
	g->settling = r->fails[BKS_WHOLE] &&
		      id.mtime > g->v->opt->now - bks_catalog_settings(g->v->cat)->settle;
	return g->settling ? 1 : 0;
}

static int read_segment(struct reading *g, uint64_t lsn)
{
	bks_wal_run *w = &g->r->run;
	uint64_t end = lsn + w->segment_size;
	bool last = end == w->end_lsn && !w->partial;
	const char *name = wal_name_write(
		arena_take(g->scratch, WAL_NAME_TEXT), w->timeline, lsn, w->segment_size);
	bks_inspection out = {0};
	struct report r;
	int e;

	report_init(&r, &out, g->scratch);
	e = walk_file(g, &r, name, false, last ? WAL_MAY_END : WAL_COMPLETE);
	if (e)
		return e;
	e = wal_finding_forget(g->v->cat, w->id, lsn, end, &g->v->err);
	if (!e)
		e = note_findings(g, &r, name, lsn);
	if (e)
		return e;
	learn(g, end);
	g->early = last && (g->w->facts.end == WAL_END_ZEROS || g->w->facts.end == WAL_END_OLD);
	if (!g->early) {
		w->read_lsn = end;
		carry_save(g->r, &g->w->carry);
	}
	return g->early ? 1 : 0;
}

static int read_partial(struct reading *g)
{
	bks_wal_run *w = &g->r->run;
	const char *name = wal_name_write(arena_take(g->scratch, WAL_NAME_TEXT), w->timeline,
		w->end_lsn, w->segment_size);
	bks_inspection out = {0};
	struct report r;
	int e;

	report_init(&r, &out, g->scratch);
	e = walk_file(g, &r, name, true, WAL_PARTIAL);
	if (e)
		return e;
	name = arena_form(g->scratch, "%s.partial", name);
	e = wal_finding_forget(
		g->v->cat, w->id, w->end_lsn, w->end_lsn + w->segment_size, &g->v->err);
	if (!e)
		e = note_findings(g, &r, name, w->end_lsn);
	w->partial_lsn = g->w->facts.end_lsn;
	w->partial_xact = g->w->facts.last_xact;
	return e;
}

/* All that is left of the pass, in groups of writes. */
static int read_run(struct reading *g)
{
	bks_wal_run *w = &g->r->run;
	bks_time began = bks_clock_now();
	int e = catalog_begin(g->v->cat, &g->v->err), n = 0;

	while (!e && w->read_lsn < w->end_lsn) {
		g->stopped = asked_to_stop(g);
		if (g->stopped)
			break;
		bks_arena_reset(g->scratch);
		e = read_segment(g, w->read_lsn);
		if (!e && (++n == GROUP_SEGMENTS || bks_clock_now() - began > GROUP_US)) {
			n = 0;
			began = bks_clock_now();
			e = wal_run_put(g->v->cat, g->r, &g->v->err);
			if (!e)
				e = catalog_commit(g->v->cat, &g->v->err);
			if (!e)
				e = catalog_begin(g->v->cat, &g->v->err);
		}
	}
	if (!e && w->partial && !g->stopped)
		e = read_partial(g);
	if (e >= 0) {
		w->verified_at = g->v->opt->now;
		e = wal_run_put(g->v->cat, g->r, &g->v->err);
	}
	if (e < 0 && e != BKS_E_INTERRUPTED) {
		catalog_rollback(g->v->cat);
		return e;
	}
	g->stopped = g->stopped || e == BKS_E_INTERRUPTED;
	return catalog_commit(g->v->cat, &g->v->err);
}

static enum finding_kind kind_of(const char *code)
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

/* What stands against the run, of this look and of others. 1: all of it is acknowledged. */
static int put_standing(struct reading *g)
{
	const bks_wal_finding *f;
	size_t n, open = 0;
	int e = wal_finding_list(&f, &n, g->v->cat, g->r->run.id, g->arena, &g->v->err);

	for (size_t i = 0; !e && i < n; i++) {
		report_find(&g->item, kind_of(f[i].code),
			f[i].where ? arena_form(g->arena, "%s %s", f[i].segment, f[i].where)
				   : f[i].segment,
			"%s", f[i].text);
		open += !f[i].acked;
	}
	return e < 0 ? e : n && !open;
}

static const char *item_path(const bks_wal_run *w, bks_arena *a)
{
	char first[WAL_NAME_TEXT], last[WAL_NAME_TEXT];
	const char *slash = *w->folder ? "/" : "";

	wal_name_write(first, w->timeline, w->start_lsn, w->segment_size);
	if (w->segments < 2)
		return arena_form(
			a, "%s%s%s%s", w->folder, slash, first, w->segments ? "" : ".partial");
	return arena_form(a, "%s%s%s..%s", w->folder, slash, first,
		wal_name_write(
			last, w->timeline, w->end_lsn - w->segment_size, w->segment_size));
}

static void tell_facts(struct reading *g)
{
	const bks_wal_run *w = &g->r->run;
	bks_physical *p = arena_one(g->arena, bks_physical);
	bks_inspection *o = g->out;

	*p = (bks_physical){.system_id = w->system_id,
		.timeline = w->timeline,
		.start_lsn = w->start_lsn,
		.stop_lsn = w->partial_lsn > w->proven_lsn ? w->partial_lsn : w->proven_lsn,
		.segment_size = w->segment_size,
		.started = BKS_TIME_NONE,
		.stopped = w->last_xact};
	o->physical = p;
	o->format = "pg-wal";
	o->recognised = true;
	o->server_version = o->format_version = arena_form(g->arena, "%d", w->version);
	o->producer = arena_form(g->arena, "PostgreSQL %d", w->version);
	o->size = w->bytes;
	o->bytes_read = g->bytes;
	o->levels[BKS_PRESENT] = BKS_RESULT_PASS;
	o->taken_at = w->partial_xact != BKS_TIME_NONE && w->partial_xact > w->last_xact
			      ? w->partial_xact
			      : w->last_xact;
	if (o->taken_at != BKS_TIME_NONE) {
		o->taken_from = BKS_TAKEN_ARTIFACT;
		o->taken_zone = "UTC";
	}
}

static int finish_item(struct reading *g)
{
	struct verify *v = g->v;
	bool read_all = g->r->run.read_lsn == g->r->run.end_lsn || g->early;
	int acked = put_standing(g);

	if (acked < 0)
		return acked;
	tell_facts(g);
	if (g->settling)
		report_find(&g->item, F_END_UNPROVABLE, NULL,
			"a young segment is not whole yet: it is looked at again");
	report_close(&g->item, read_all && !g->settling);
	if (g->settling && g->out->verdict == BKS_UNPROVEN)
		g->out->levels[BKS_WHOLE] = BKS_RESULT_NOT_RUN;
	v->out->acked_trouble +=
		acked && (g->out->verdict == BKS_DAMAGED || g->out->verdict == BKS_INCOMPLETE);
	verify_add_item(v, g->out, g->r->run.repo, g->r->source_id);
	return 0;
}

static int verify_run(struct verify *v, struct wal_run *r, store *s, const char *why)
{
	struct reading g = {.v = v,
		.r = r,
		.s = s,
		.arena = v->arena,
		.scratch = bks_arena_new(),
		.out = arena_one(v->arena, bks_inspection),
		.w = arena_one(v->arena, struct wal)};
	struct wal_carry carry;
	int e = 0;

	*g.out = (bks_inspection){.path = item_path(&r->run, g.arena),
		.format = "pg-wal",
		.unwrapped = -1,
		.taken_at = BKS_TIME_NONE};
	report_init(&g.item, g.out, g.arena);
	if (r->run.read_lsn == r->run.start_lsn)
		r->read_began = v->opt->now;
	carry_load(&carry, r);
	wal_init(g.w, &g.item, &carry);
	if (why)
		report_find(&g.item, F_CANNOT_OPEN, NULL, "%s", why);
	else
		e = read_run(&g);
	if (!e && g.stopped && !g.bytes)
		v->wal_left++; /* nothing was read of it */
	else if (!e)
		e = finish_item(&g);
	bks_arena_free(g.scratch);
	return e;
}

static bool is_fresh(const struct verify *v, bks_time t)
{
	return t != BKS_TIME_NONE && t <= v->opt->now && v->opt->now - t < VERIFY_FRESH;
}

/* Whether something of it is to be read; begins the pass anew when the last one is long ago, or
 * when it was asked for. */
static bool is_due(const struct verify *v, struct wal_run *r)
{
	bks_wal_run *w = &r->run;

	if (v->opt->all || (w->read_lsn == w->end_lsn && !is_fresh(v, r->read_began))) {
		w->read_lsn = w->start_lsn;
		r->carry_n = 0;
	}
	return w->read_lsn < w->end_lsn || w->partial;
}

static int note_fresh(struct verify *v, const struct wal_run *r)
{
	const bks_wal_finding *f;
	size_t n, open = 0;
	int e = wal_finding_list(&f, &n, v->cat, r->run.id, v->arena, &v->err);

	for (size_t i = 0; !e && i < n; i++)
		open += !f[i].acked;
	v->out->fresh++;
	v->out->fresh_sound += !n;
	v->out->fresh_trouble += open > 0;
	return e;
}

static int verify_repo(struct verify *v, const bks_repo *repo, const char *source)
{
	AUTO(store_auto) store *s = NULL;
	const char *why = NULL, *ignored;
	struct wal_runs runs;
	bks_error oops = {0};
	int e = wal_run_list(&runs, v->cat, repo->id, NULL, v->arena, &v->err);

	for (size_t i = 0; !e && i < runs.n; i++) {
		struct wal_run *r = &runs.v[i];

		if (source && (!r->run.source || strcmp(source, r->run.source) != 0))
			continue;
		if (!is_due(v, r)) {
			e = note_fresh(v, r);
			continue;
		}
		if (!s && !why) {
			if (store_open(&s, repo->url, &oops) < 0)
				why = arena_form(v->arena, "not mounted? %s", oops.text);
			else if (mounted_check(&why, &ignored, v->cat, repo, s, false, v->arena,
					 &oops) < 0)
				why = arena_text(v->arena, oops.text);
		}
		e = verify_run(v, r, s, why);
	}
	return e;
}

/* Backups are named by id, tier, verdict: segments have none of these. */
static bool selects(const struct verify *v, const bks_selection *sel)
{
	if (v->opt->level == BKS_SEALED || v->opt->level == BKS_PRESENT)
		return false;
	return !sel->ids && !sel->tier && !sel->verdict && !sel->state && !sel->since &&
	       !sel->until && !sel->last && (!sel->kind || sel->kind == BKS_KIND_PHYSICAL + 1);
}

int verify_wal(struct verify *v, const bks_selection *sel)
{
	bks_repos repos;
	int e;

	if (!selects(v, sel) || v->out->interrupted)
		return 0;
	e = bks_repo_list(&repos, v->cat, v->arena, &v->err);
	for (size_t i = 0; !e && i < repos.n; i++)
		if (!sel->repo || !strcmp(sel->repo, repos.v[i].name))
			e = verify_repo(v, &repos.v[i], sel->source);
	return e;
}
