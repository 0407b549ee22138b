/*
 * Verifies archived WAL: chooses the runs of which something is to be read, and makes an item
 * of each, with all that stands against it.
 */
#include "work/verify_wal.h"
#include "base/text.h"
#include "base/vec.h"
#include "work/mounted.h"
#include <stdlib.h>
#include <string.h>

/* What stands against the run, of this look and of others. 1: all of it is acknowledged. */
static int put_standing(struct reading *g)
{
	const bks_wal_finding *f;
	size_t n, open = 0;
	int e = wal_finding_list(&f, &n, g->v->cat, g->r->run.id, g->arena, &g->v->err);

	for (size_t i = 0; !e && i < n; i++) {
		report_find(&g->item, walread_kind(f[i].code),
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
		.out = arena_one(v->arena, bks_inspection)};
	int e = 0;

	*g.out = (bks_inspection){.path = item_path(&r->run, g.arena),
		.format = "pg-wal",
		.unwrapped = -1,
		.taken_at = BKS_TIME_NONE};
	report_init(&g.item, g.out, g.arena);
	if (r->run.read_lsn == r->run.start_lsn)
		r->read_began = v->opt->now;
	if (why)
		report_find(&g.item, F_CANNOT_OPEN, NULL, "%s", why);
	else
		e = walread_run(&g);
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
			if (mounted_open(&s, repo, &oops) < 0)
				why = arena_form(v->arena, "not mounted? %s", oops.text);
			else if (mounted_check(&why, &ignored, v->cat, repo, s, false, v->arena,
					 &oops) < 0)
				why = arena_text(v->arena, oops.text);
		}
		e = verify_known_inputs(v);
		if (!e)
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
