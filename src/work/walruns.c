/*
 * What a scan saw of WAL against the runs that the catalog knows: runs grow, join, are cut and
 * vanish. What was proven of segments that are still there stays proven; where a run begins
 * earlier than before, or parts join, what is behind the seam is read again.
 */
#include "work/group.h"
#include "work/walruns_private.h"
#include <stdlib.h>
#include <string.h>

enum { STRETCHES_MAX = 10000 }; /* of one folder: so many gaps are no archive */

/* The stretch and the run are of one cluster and timeline, and lie on or at each other. */
static bool is_kin(const struct walruns *w, const struct wal_stretch *t, const bks_wal_run *o)
{
	const struct wal_group *g = &w->groups.v[t->group];

	return g->system_id == o->system_id && g->size == o->segment_size &&
	       t->timeline == o->timeline;
}

static bool touches(const struct wal_stretch *t, const bks_wal_run *o)
{
	if (o->start_lsn == o->end_lsn || t->start == t->end)
		return o->start_lsn <= t->end && t->start <= o->end_lsn;
	return o->start_lsn < t->end && t->start < o->end_lsn;
}

static uint64_t clamp(uint64_t v, uint64_t low, uint64_t high)
{
	return v < low ? low : v > high ? high : v;
}

/* What was read and proven of FROM, as far as it lies in the stretch. */
static void inherit(struct wal_run *r, const struct wal_run *from, const struct wal_stretch *t)
{
	const bks_wal_run *o = &from->run;
	uint64_t read =
		clamp(o->read_lsn < t->changed ? o->read_lsn : t->changed, t->start, t->end);

	if (t->start < o->start_lsn) /* what lies before it was never read */
		return;
	r->run.read_lsn = read;
	r->run.proven_lsn = clamp(o->proven_lsn, t->start, t->end);
	r->pass_xact = from->pass_xact;
	/* whatever was committed behind the cut is not told by what is left */
	if (o->proven_lsn > t->end) {
		r->run.read_lsn = t->start;
		r->run.verified_at = o->verified_at;
		r->read_began = from->read_began;
		return;
	}
	r->run.last_xact = o->last_xact;
	r->run.last_record = o->last_record;
	r->run.verified_at = o->verified_at;
	r->read_began = from->read_began;
	if (read == o->read_lsn) {
		memcpy(r->carry, from->carry, from->carry_n);
		r->carry_n = from->carry_n;
	}
	if (t->partial && o->partial && t->end == o->end_lsn) {
		r->run.partial_lsn = o->partial_lsn;
		r->run.partial_xact = o->partial_xact;
	}
}

/* A glob of a source claims it; else it is of the source that files of this folder are guessed
 * to be of, if there is one. */
static int source_of(struct wal_run *r, struct walruns *w, const struct wal_stretch *t)
{
	const char *path = walruns_path(w->f, &w->f->v[t->first], w->arena), *guess;
	const bks_sources *all = w->job.sources;
	struct claim c;
	int e = group_claim(&c, all, path, w->arena, w->err);

	if (e)
		return e;
	guess = c.source ? c.source->name : group_guess(path, NULL, w->arena);
	for (size_t i = 0; i < all->n; i++)
		if (!strcmp(all->v[i].name, guess)) {
			r->source_id = all->v[i].id;
			r->run.source = all->v[i].name;
		}
	return 0;
}

static const char *label_of(
	const struct walruns *w, uint32_t timeline, uint64_t start, uint64_t end, uint32_t size)
{
	char first[WAL_NAME_TEXT], last[WAL_NAME_TEXT];
	const char *slash = *w->f->name ? "/" : "";

	wal_name_write(first, timeline, start, size);
	if (end <= start + size)
		return arena_form(w->job.arena, "%s%s%s%s", w->f->name, slash, first,
			end > start ? "" : ".partial");
	return arena_form(w->job.arena, "%s%s%s..%s", w->f->name, slash, first,
		wal_name_write(last, timeline, end - size, size));
}

static void act(struct walruns *w, const bks_wal_run *r, uint64_t start, uint64_t end,
	const char *from, const char *to, const char *reason, int64_t bytes)
{
	bks_action a = {.label = label_of(w, r->timeline, start, end, r->segment_size),
		.repo = w->job.repo->name,
		.source = r->source ? arena_text(w->job.arena, r->source) : NULL,
		.from = from,
		.to = to,
		.reason = reason,
		.bytes = bytes};

	w->job.act(w->job.arg, &a);
}

static struct wal_run made_of(const struct walruns *w, const struct wal_stretch *t)
{
	const struct wal_group *g = &w->groups.v[t->group];

	return (struct wal_run){.repo_id = w->job.repo->id,
		.read_began = BKS_TIME_NONE,
		.pass_xact = BKS_TIME_NONE,
		.run = {.folder = w->f->name,
			.system_id = g->system_id,
			.timeline = t->timeline,
			.segment_size = g->size,
			.version = g->version,
			.start_lsn = t->start,
			.end_lsn = t->end,
			.bytes = t->bytes,
			.partial = t->partial,
			.read_lsn = t->start,
			.proven_lsn = t->start,
			.last_xact = BKS_TIME_NONE,
			.newest = t->newest ? (bks_time)t->newest * BKS_SECOND : BKS_TIME_NONE,
			.usual = walruns_usual(t),
			.partial_xact = BKS_TIME_NONE,
			.verified_at = BKS_TIME_NONE,
			.first_seen = w->job.now,
			.last_seen = w->job.now}};
}

/* Runs that joined into BASE are rows no more; what stands against their segments goes over. */
static int join(struct walruns *w, int64_t base, const struct wal_run *o)
{
	int r = wal_finding_move(
		w->job.cat, o->run.id, base, o->run.start_lsn, o->run.end_lsn, w->err);

	if (!r)
		r = wal_mark_move(w->job.cat, o->run.id, base, o->run.start_lsn,
			o->run.end_lsn, w->err);
	return r ? r : wal_run_drop(w->job.cat, o->run.id, w->err);
}

/* BASE NULL: it is new, or was part of WHOLE before. */
static int write_run(struct walruns *w, struct wal_stretch *t, struct wal_run *r,
	const struct wal_run *base, const struct wal_run *whole)
{
	bool same = base && base->run.start_lsn == t->start && base->run.end_lsn == t->end &&
		    base->run.partial == t->partial;
	int e;

	if (base) {
		r->run.id = base->run.id;
		r->run.first_seen = base->run.first_seen;
	}
	e = source_of(r, w, t);
	if (e)
		return e;
	if (t->news)
		act(w, &r->run,
			base ? t->end - (uint64_t)t->added * r->run.segment_size : t->start,
			t->end, base ? "live" : "", "live", base ? "grown" : "new",
			t->added_bytes);
	if (w->job.dry_run)
		return 0;
	e = wal_run_put(w->job.cat, r, w->err);
	t->run = r->run.id;
	if (!e && whole)
		e = wal_finding_move(
			w->job.cat, whole->run.id, t->run, t->start, t->end, w->err);
	if (!e && whole)
		e = wal_mark_move(
			w->job.cat, whole->run.id, t->run, t->start, t->end, w->err);
	if (!e && base && !same)
		e = wal_finding_forget(w->job.cat, t->run, 0, t->start, w->err);
	return e;
}

/* Finds the runs that T was; LO is where those of its cluster and timeline that may touch it
 * begin. */
static int settle_stretch(struct walruns *w, struct wal_stretch *t, int64_t *taken)
{
	struct wal_run *base = NULL, *whole = NULL;
	struct wal_run r = made_of(w, t);
	int e;

	for (size_t i = 0; i < w->old.n; i++) {
		struct wal_run *o = &w->old.v[i];

		if (!is_kin(w, t, &o->run) || !touches(t, &o->run))
			continue;
		if (taken[i])
			whole = whole ? whole : o;
		else if (!base)
			base = o;
		taken[i] += !taken[i] && base == o;
	}
	if (base || whole)
		inherit(&r, base ? base : whole, t);
	e = write_run(w, t, &r, base, base ? NULL : whole);
	for (size_t i = 0; !e && base && i < w->old.n; i++) {
		struct wal_run *o = &w->old.v[i];

		if (taken[i] || !is_kin(w, t, &o->run) || !touches(t, &o->run))
			continue;
		taken[i] = 1;
		e = w->job.dry_run ? 0 : join(w, t->run, o);
	}
	return e;
}

/* Something of the same cluster that is newer is there: what went before it was cleaned up. */
static bool outlived(const struct walruns *w, const bks_wal_run *o, uint64_t end)
{
	for (size_t i = 0; i < w->stretches.n; i++) {
		const struct wal_stretch *t = &w->stretches.v[i];

		if (w->groups.v[t->group].system_id == o->system_id &&
			(t->timeline > o->timeline ||
				(t->timeline == o->timeline && t->end > end)))
			return true;
	}
	return false;
}

static void tell_lost(
	struct walruns *w, const bks_wal_run *o, uint64_t from, uint64_t to, bool first)
{
	int64_t n = (int64_t)((to - from) / o->segment_size);
	bool cleaned = first && outlived(w, o, to);

	act(w, o, from, to, "live", cleaned ? "gone" : "missing",
		cleaned ? "cleaned up" : "vanished", n * (int64_t)o->segment_size);
	if (!cleaned)
		w->job.counts->missing += n;
}

/* The parts of O that no stretch holds any more; how many bytes of the log they were. */
static uint64_t lost_of(struct walruns *w, const bks_wal_run *o, bool tell)
{
	uint64_t at = o->start_lsn, lost = 0;
	bool first = true;

	for (size_t i = 0; i < w->stretches.n; i++) {
		const struct wal_stretch *t = &w->stretches.v[i];

		if (!is_kin(w, t, o) || t->end <= at || t->start >= o->end_lsn)
			continue;
		if (t->start > at) {
			lost += t->start - at;
			if (tell)
				tell_lost(w, o, at, t->start, first);
		}
		first = false;
		at = t->end;
	}
	if (at < o->end_lsn) {
		lost += o->end_lsn - at;
		if (tell)
			tell_lost(w, o, at, o->end_lsn, first);
	}
	return lost;
}

static bool anything_lost(struct walruns *w)
{
	for (size_t i = 0; i < w->old.n; i++)
		if (lost_of(w, &w->old.v[i].run, false))
			return true;
	return false;
}

static void tell(struct walruns *w, const struct wal_told *t)
{
	w->job.find(w->job.arg, t->code,
		arena_form(w->arena, "%s%s%s", w->f->name, *w->f->name ? "/" : "", t->segment),
		t->text);
	w->job.counts->wal_trouble++;
}

static int write_told(struct walruns *w)
{
	int e = w->job.dry_run ? 0
			       : wal_finding_forget_scan(
					 w->job.cat, w->job.repo->id, w->f->name, w->err);

	for (size_t i = 0; !e && i < w->told.n; i++) {
		const struct wal_told *t = &w->told.v[i];
		struct wal_finding f = {.repo_id = w->job.repo->id,
			.run_id = t->stretch < 0 ? 0 : w->stretches.v[t->stretch].run,
			.folder = w->f->name,
			.segment = t->segment,
			.lsn = t->lsn,
			.code = t->code,
			.text = t->text,
			.found = w->job.now};

		int acked = wal_finding_acked(w->job.cat, &f, w->err);

		if (acked < 0)
			return acked;
		if (!acked)
			tell(w, t);
		if (!w->job.dry_run)
			e = wal_finding_put(w->job.cat, &f, w->err);
	}
	if (w->dropped)
		w->job.find(w->job.arg, "limit-reached", w->f->name,
			arena_form(w->arena, "%zu more findings are not shown", w->dropped));
	return e;
}

static int settle_folder(struct walruns *w, bool blind)
{
	int64_t *taken;
	int e = wal_run_list(
		&w->old, w->job.cat, w->job.repo->id, w->f->name, w->arena, w->err);

	if (!e)
		e = walruns_place(w);
	if (e)
		return e;
	walruns_stretch(w);
	if (w->stretches.n > STRETCHES_MAX) {
		w->job.find(w->job.arg, "limit-reached", w->f->name,
			arena_form(w->arena,
				"more than %d runs of segments: nothing of them is recorded",
				STRETCHES_MAX));
		return 0;
	}
	if (blind && anything_lost(w))
		return 0;
	taken = arena_take(w->arena, (w->old.n + 1) * sizeof *taken);
	for (size_t i = 0; !e && i < w->stretches.n; i++)
		e = settle_stretch(w, &w->stretches.v[i], taken);
	for (size_t i = 0; !e && i < w->old.n; i++) {
		lost_of(w, &w->old.v[i].run, true);
		if (!taken[i] && !w->job.dry_run)
			e = wal_run_drop(w->job.cat, w->old.v[i].run.id, w->err);
	}
	if (!e)
		e = walruns_judge(w);
	return e ? e : write_told(w);
}

/* Folders whose last segment went are looked at, too. */
static int add_known_folders(struct walruns *w)
{
	bks_arena *a = bks_arena_new();
	struct wal_runs all;
	int e = wal_run_list(&all, w->job.cat, w->job.repo->id, NULL, a, w->err);

	for (size_t i = 0; !e && i < all.n; i++)
		walruns_folder(w, all.v[i].run.folder, strlen(all.v[i].run.folder));
	bks_arena_free(a);
	return e;
}

int walruns_settle(struct walruns *w, bool blind, bks_error *err)
{
	int e;

	w->err = err;
	e = add_known_folders(w);
	for (size_t i = 0; !e && i < w->folder_count; i++) {
		w->f = &w->folders[i];
		w->arena = bks_arena_new();
		w->groups.v = NULL;
		w->stretches.v = NULL;
		w->told.v = NULL;
		w->groups.n = w->groups.room = w->stretches.n = w->stretches.room = w->told.n =
			w->told.room = w->dropped = 0;
		e = settle_folder(w, blind);
		bks_arena_free(w->arena);
	}
	return e;
}
