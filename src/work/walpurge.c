/*
 * Condemned WAL that is over its grace goes, piece by piece: what the plan keeps by now is
 * taken back, what must stay is looked for, and each file must be the one that was condemned.
 * Where a run is cut off, the next one goes on.
 */
#include "base/text.h"
#include "work/walgoing.h"
#include <string.h>

static bool same_place(const struct wal_doomed *a, const struct wal_doomed *b)
{
	return a->repo_id == b->repo_id && a->timeline == b->timeline &&
	       a->system_id == b->system_id && !strcmp(a->folder, b->folder);
}

/* ---- what is planned by now ---- */

static const bks_plan_stream *stream_of(
	const bks_plan *p, const struct wal_doomed *d, size_t *at)
{
	for (size_t i = 0; i < p->stream_count; i++)
		if (p->streams[i].kind == BKS_KIND_PHYSICAL &&
			!strcmp(p->streams[i].source, d->source)) {
			*at = i;
			return &p->streams[i];
		}
	return NULL;
}

static bool is_run_of(
	const struct wal_away *o, const bks_plan_wal *w, const struct wal_doomed *d)
{
	const struct apply_place *p = applying_place(o->w, d->repo_id);

	return w->timeline == d->timeline && w->system_id == d->system_id && p->repo &&
	       !strcmp(p->repo->name, w->repo) && !strcmp(w->folder, d->folder);
}

/* Why the plan keeps something of it; NULL: it lets all of it go. */
static const char *kept(
	const struct wal_away *o, const bks_plan_stream *s, const struct wal_doomed *d)
{
	if (!s)
		return "wal: no base backup";
	for (size_t i = 0; i < s->wal_count; i++)
		for (size_t k = 0; is_run_of(o, &s->wal[i], d) && k < s->wal[i].part_count;
			k++) {
			const bks_plan_wal_part *p = &s->wal[i].parts[k];

			if (p->action != BKS_EXPIRE && p->from < d->to && p->to > d->reached)
				return p->reason;
		}
	return NULL;
}

/* Something that is not condemned lies right before it. The plan was made before anything went.
 */
static bool has_hole(
	const struct wal_away *o, const bks_plan_stream *s, const struct wal_doomed *d)
{
	uint64_t gone = o->done && same_place(o->done, d) ? o->done->to : 0;

	for (size_t i = 0; d->begun == BKS_TIME_NONE && i < s->wal_count; i++) {
		const bks_plan_wal *w = &s->wal[i];
		uint64_t from;

		if (!is_run_of(o, w, d) || !w->part_count)
			continue;
		from = w->parts[0].from < gone ? gone : w->parts[0].from;
		if (from < d->from && w->parts[w->part_count - 1].to > d->from)
			return true;
	}
	return false;
}

static const struct wal_holder *needed_by(const struct wal_away *o, const struct wal_doomed *d)
{
	for (size_t i = 0; i < o->holder_count; i++) {
		const struct wal_holder *h = &o->holders[i];

		if (h->system_id == d->system_id && h->timeline == d->timeline && h->start &&
			h->start < d->to)
			return h;
	}
	return NULL;
}

static void wait_for(struct wal_away *o, const struct wal_doomed *d, bks_time until)
{
	bks_waiting *v = NULL;

	for (size_t i = 0; i < o->w->waiting.n; i++) {
		bks_waiting *x = &o->w->waiting.v[i];

		if (x->wal && !strcmp(x->what, "grace") && !strcmp(x->source, d->source))
			v = x;
	}
	if (!v) {
		v = vec_add(&o->w->waiting, o->w->a);
		*v = (bks_waiting){.source = d->source,
			.kind = BKS_KIND_PHYSICAL,
			.what = "grace",
			.until = until};
	}
	v->wal += d->files;
	v->bytes += d->bytes;
	v->until = until < v->until ? until : v->until;
}

/* What is not condemned of its runs is there, as far as its name tells: a disk may have lost it
 * since the last scan. */
static int rest_is_there(
	struct wal_away *o, const bks_plan_stream *s, const struct wal_doomed *d)
{
	char name[BKS_WAL_SEGMENT_TEXT];
	uint64_t lacks;

	for (size_t i = 0; i < s->wal_count; i++) {
		const bks_plan_wal *w = &s->wal[i];

		for (size_t k = 0; is_run_of(o, w, d) && k < w->part_count; k++)
			if (w->parts[k].action != BKS_EXPIRE &&
				wal_list_lacks(&lacks, &o->list, w->timeline, w->segment_size,
					w->parts[k].from, w->parts[k].to)) {
				wal_refuse(o->w, "survivors", d,
					arena_form(o->w->a,
						"what must stay is not proven to be there: %s "
						"in %s is not",
						bks_wal_segment(name, w->timeline, lacks,
							w->segment_size),
						*d->folder ? bks_shown(d->folder, o->w->a)
							   : "the root"));
				return 1;
			}
	}
	return 0;
}

/* ---- one stretch ---- */

static int write_begin(struct applying *w, void *arg)
{
	struct wal_going *g = arg;

	return wal_delete_begin(w->cat, &g->d, w->opt->now, w->err);
}

struct ending {
	const struct wal_doomed *d;
	const char *text;
};

static int write_end(struct applying *w, void *arg)
{
	const struct ending *e = arg;

	return wal_doomed_end(w->cat, e->d, e->d->gone_files ? "gone" : "missing", e->text,
		w->opt->now, w->err);
}

static int finish(struct wal_going *g)
{
	struct applying *w = g->o->w;
	struct ending e = {
		&g->d, arena_form(w->a, "gone, %lld files, %lld bytes freed",
			       (long long)g->d.gone_files, (long long)g->d.gone_bytes)};
	int r = applying_step(w, write_end, &e);

	if (r)
		return r;
	if (g->strangers)
		wal_refuse(w, "replaced", &g->d,
			arena_form(w->a, "%s stays: %s%s", g->stranger, g->why,
				g->strangers > 1 ? arena_form(w->a, "; and %lld more",
							   (long long)(g->strangers - 1))
						 : ""));
	wal_act(w, &g->d, "condemned", g->d.gone_files ? "gone" : "missing",
		g->d.gone_files ? "purged" : "vanished", g->d.gone_bytes);
	w->out->wal_gone += g->d.gone_files;
	w->out->bytes_freed += g->d.gone_bytes;
	return 0;
}

/* 0; 1: told, or cut off: it is not over. */
static int remove_stretch(struct wal_going *g)
{
	struct applying *w = g->o->w;
	int r = 0;

	if (g->d.begun == BKS_TIME_NONE) {
		r = applying_step(w, write_begin, g);
		if (r == BKS_E_REFUSED) {
			wal_refuse(w, "catalog-rule", &g->d, w->err->text);
			return 1;
		}
		g->d.begun = w->opt->now;
	} else {
		g->cut = true;
		r = wal_erase_left(g);
	}
	for (size_t i = 0; !r && i < g->piece_count; i++) {
		if (g->pieces[i].to <= g->d.reached)
			continue;
		if (applying_stopped(w)) {
			w->out->unfinished = true;
			return 1;
		}
		r = wal_remove_piece(g, &g->pieces[i]);
	}
	if (r > 0)
		return 1;
	if (r < 0) {
		r = applying_trouble(w, r);
		return r ? r : 1;
	}
	return finish(g);
}

static int list_of(struct wal_away *o, const struct wal_doomed *d, struct apply_place *p)
{
	int r;

	if (o->listed && o->list_repo == d->repo_id && !strcmp(o->list.folder, d->folder))
		return 0;
	o->listed = false;
	r = wal_list_read(&o->list, p->s, d->folder, o->w->a, o->w->err);
	o->listed = !r;
	o->list_repo = d->repo_id;
	return r;
}

/* 0: it may go; 1: not now, and that was told. */
static int may_go(struct wal_away *o, const bks_plan_stream *s, size_t at,
	const struct wal_doomed *d, struct apply_place *p)
{
	const struct wal_holder *h;
	int r;

	if (d->purge_after > o->w->opt->now) {
		wait_for(o, d, d->purge_after);
		return 1;
	}
	h = needed_by(o, d);
	if (h && h->state == BKS_STATE_CONDEMNED && h->purge_after > o->w->opt->now) {
		wait_for(o, d, h->purge_after);
		return 1;
	}
	if (h) {
		wal_refuse(o->w, "wal-needed", d,
			arena_form(o->w->a, "base backup %lld, which is %s, needs it",
				(long long)h->backup, bks_state_name(h->state)));
		return 1;
	}
	if (p->repo && p->repo->read_only) {
		wal_refuse(
			o->w, "read-only", d, "it became read-only: nothing is deleted there");
		return 1;
	}
	if (p->why || !p->s) {
		wal_refuse(o->w, "not-mounted", d, p->why ? p->why : "not mounted?");
		return 1;
	}
	if (has_hole(o, s, d)) {
		wal_refuse(o->w, "wal-order", d,
			"what lies before it is not condemned any more: it goes with that");
		return 1;
	}
	r = o->prove(o->arg, at);
	if (!r)
		r = list_of(o, d, p);
	if (r < 0) {
		r = applying_trouble(o->w, r);
		return r ? r : 1;
	}
	return r ? r : rest_is_there(o, s, d);
}

static int purge_one(struct wal_away *o, const struct wal_doomed *d)
{
	struct wal_going g = {.o = o, .d = *d, .p = applying_place(o->w, d->repo_id)};
	size_t at = 0;
	const bks_plan_stream *s = stream_of(o->plan, d, &at);
	const char *why = kept(o, s, d);
	int r;

	if (s && !s->switched_on) {
		wal_refuse(o->w, "not-switched-on", d,
			"condemned, but retention is not switched on for its source any more");
		return 0;
	}
	if (why)
		return wal_take_back(
			o->w, d, "kept", arena_form(o->w->a, "the plan keeps it: %s", why));
	if (o->blocked && same_place(o->blocked, d))
		return 0;
	o->blocked = d;
	r = may_go(o, s, at, d, g.p);
	if (!r)
		r = wal_piece_list(
			&g.pieces, &g.piece_count, o->w->cat, d->id, o->w->a, o->w->err);
	if (!r)
		r = remove_stretch(&g);
	if (!r) {
		o->blocked = NULL;
		o->done = d;
	}
	return r < 0 ? r : 0;
}

int wal_purge(struct applying *w, const bks_plan *plan, int (*prove)(void *arg, size_t stream),
	void *arg)
{
	struct wal_away o = {.w = w, .plan = plan, .prove = prove, .arg = arg};
	const struct wal_doomed *v;
	size_t n;
	int r = wal_doomed_list(&v, &n, w->cat, NULL, w->a, w->err);

	if (r || !n)
		return r;
	r = wal_holder_list(&o.holders, &o.holder_count, w->cat, w->a, w->err);
	for (size_t i = 0; !r && i < n; i++) {
		if (applying_stopped(w)) {
			w->out->unfinished = true;
			break;
		}
		r = purge_one(&o, &v[i]);
	}
	return r;
}
