/*
 * What was condemned and is over its grace goes, if it would still be let go now, nothing holds
 * it, its place is the one that is known, and what must stay is there. What a run before this
 * one left half done is finished first.
 */
#include "base/text.h"
#include "work/walaway.h"
#include <string.h>

struct round {
	struct applying *w;
	bks_plan plan;
	struct plan_index index;
	struct stream_list streams;
	const struct condemned_row *rows;
	size_t n;
	const struct intent_row *open;
	size_t open_count;
	bool *proven, *refused; /* by stream */
};

static int load(struct round *o)
{
	struct applying *w = o->w;
	int r = streams_load(&o->streams, w->cat, NULL, w->a, w->err);

	if (!r)
		r = retain_plan(&o->plan, NULL, w->cat, &o->streams, w->opt->now, w->a, w->err);
	if (!r)
		plan_index_make(&o->index, &o->plan, w->a);
	if (!r)
		r = condemned_list(&o->rows, &o->n, w->cat, 0, NULL, w->a, w->err);
	if (!r)
		r = intent_list(&o->open, &o->open_count, w->cat, w->a, w->err);
	o->proven = arena_take(w->a, o->streams.n + 1);
	o->refused = arena_take(w->a, o->streams.n + 1);
	memset(o->proven, 0, o->streams.n + 1);
	memset(o->refused, 0, o->streams.n + 1);
	return r;
}

/* The rows from AT on that are of one copy. */
static size_t copy_end(const struct round *o, size_t at)
{
	size_t k = at;

	while (k < o->n && o->rows[k].backup == o->rows[at].backup &&
		o->rows[k].repo == o->rows[at].repo)
		k++;
	return k;
}

static int64_t *ids_of(const struct round *o, size_t from, size_t to)
{
	int64_t *v = arena_take(o->w->a, (to - from + 1) * sizeof *v);

	for (size_t i = from; i < to; i++)
		v[i - from] = o->rows[i].artifact;
	return v;
}

static int take_back_step(struct applying *w, void *arg)
{
	return backup_take_back(w->cat, arg, w->err);
}

static int put_intent_back(struct applying *w, void *arg)
{
	return intent_back(w->cat, arg, w->opt->now, w->err);
}

static int put_intent_gone(struct applying *w, void *arg)
{
	const struct intent_row *i = arg;

	return intent_gone(w->cat, i, i->size, w->opt->now, w->err);
}

/* The run that was cut off had removed it already: to refuse that at each run would be true and
 * of no use. */
static int too_late(
	struct round *o, struct intent_row *i, const bks_backup *b, const char *repo)
{
	int r = applying_step(o->w, put_intent_gone, i);

	if (!r)
		applying_act(o->w, b, repo, "condemned", "gone", "purged", i->size);
	return r;
}

/* A copy that is kept after all: out of the trash, where a run left it there. 1: it could not
 * be, which was told. */
static int unbury(struct round *o, size_t from, size_t to, const bks_backup *b)
{
	struct apply_place *p = applying_place(o->w, o->rows[from].repo);
	bool late = false;
	int r = 0;

	for (size_t i = 0; !r && i < o->open_count; i++)
		for (size_t k = from; !r && k < to; k++) {
			const char *why = p->why;
			struct intent_row one = o->open[i];

			if (one.artifact != o->rows[k].artifact)
				continue;
			if (!why && p->s)
				r = takeaway_back(&why, o->w, &one, p);
			if (r == 2) {
				r = too_late(o, &one, b, p->repo->name);
				late = true;
				continue;
			}
			if (why && r >= 0) {
				applying_refuse(o->w, "trash", b->source, b,
					p->repo ? p->repo->name : NULL, why);
				r = 1;
			}
			if (!r)
				r = applying_step(o->w, put_intent_back, &one);
		}
	return r ? r : late;
}

static int keep_after_all(struct round *o, size_t from, size_t to, const bks_plan_row *row)
{
	const bks_artifact *f = artifact_of(row->backup, o->rows[from].artifact);
	struct taking_back t = {.backup = row->backup->id,
		.artifacts = ids_of(o, from, to),
		.n = to - from,
		.outcome = "kept",
		.why = arena_form(o->w->a, "the plan keeps it: %s", row->reasons[0]),
		.now = o->w->opt->now};
	int64_t bytes = 0;
	int r = unbury(o, from, to, row->backup);

	if (r)
		return r < 0 ? applying_trouble(o->w, r) : 0;
	r = applying_step(o->w, take_back_step, &t);
	if (r)
		return r;
	for (size_t i = from; i < to; i++)
		bytes += artifact_of(row->backup, o->rows[i].artifact)->size;
	applying_act(o->w, row->backup, f->repo, "condemned", "live", row->reasons[0], bytes);
	o->w->out->taken_back++;
	return 0;
}

/* Whether the plan would keep that copy by now. What vanished of it is nobody's to keep. */
static bool is_kept(const struct round *o, size_t from, size_t to, const bks_plan_row *row)
{
	for (size_t i = from; i < to; i++) {
		const bks_artifact *f = artifact_of(row->backup, o->rows[i].artifact);

		if (f && f->state == BKS_STATE_CONDEMNED)
			return !plan_lets_go(row, f->repo);
	}
	return false;
}

/* Whether nothing kept stands behind its being condemned any more. */
static int take_back_all(struct round *o, bool *any)
{
	int r = 0;

	for (size_t i = 0, k; !r && i < o->n; i = k) {
		const bks_plan_stream *s;
		const bks_plan_row *row;
		size_t at;

		k = copy_end(o, i);
		row = plan_find_row(&s, &at, &o->index, o->rows[i].backup);
		if (!row || !s->switched_on || !is_kept(o, i, k, row))
			continue;
		*any = true;
		r = keep_after_all(o, i, k, row);
	}
	return r;
}

static bool due(const struct round *o, size_t from, size_t to)
{
	for (size_t i = from; i < to; i++)
		if (o->rows[i].purge_after > o->w->opt->now)
			return false;
	return true;
}

static void wait_for(
	struct round *o, const bks_plan_stream *s, size_t from, size_t to, const bks_backup *b)
{
	bks_waiting *v = NULL;

	for (size_t i = 0; i < o->w->waiting.n; i++)
		if (!strcmp(o->w->waiting.v[i].what, "grace") &&
			o->w->waiting.v[i].source == s->source &&
			o->w->waiting.v[i].kind == s->kind)
			v = &o->w->waiting.v[i];
	if (!v) {
		v = vec_add(&o->w->waiting, o->w->a);
		*v = (bks_waiting){.source = s->source,
			.kind = s->kind,
			.what = "grace",
			.until = o->rows[from].purge_after};
	}
	v->backups++;
	for (size_t i = from; i < to; i++) {
		const bks_artifact *f = artifact_of(b, o->rows[i].artifact);

		v->bytes += f ? f->size : 0;
		if (o->rows[i].purge_after < v->until)
			v->until = o->rows[i].purge_after;
	}
}

/* Once a stream, right before its first deletion. */
static int prove_stream(struct round *o, size_t at)
{
	const char *why = NULL;
	int r;

	if (o->proven[at] || o->refused[at])
		return o->refused[at];
	r = survive_prove(&why, o->w, &o->streams.v[at]);
	o->proven[at] = !r;
	o->refused[at] = r != 0;
	if (r > 0)
		applying_refuse(o->w, "survivors", o->streams.v[at].name, NULL, NULL,
			arena_form(o->w->a,
				"what must stay is not proven to be there: %s; nothing of it "
				"is deleted",
				why));
	return r;
}

/* A copy that goes while its backup stays: the others are there. */
static int others_there(struct round *o, const bks_backup *b, int64_t repo)
{
	bks_artifact c;

	if (b->state == BKS_STATE_CONDEMNED)
		return 0;
	for (size_t i = 0; i < b->artifact_count; i++) {
		const bks_artifact *f = &b->artifacts[i];
		struct apply_place *p;
		struct store_entry e;

		if (f->repo_id == repo || f->state != BKS_STATE_LIVE ||
			!backup_copy(&c, b, f->repo_id) || c.verdict != b->verdict)
			continue;
		p = applying_place(o->w, f->repo_id);
		if (!p->why && p->s && store_stat(&e, p->s, f->path, NULL) == 0)
			return 0;
	}
	applying_refuse(o->w, "last-good-copy", b->source, b, NULL,
		"no other copy of it is there that is as good");
	return 1;
}

static int purge_copy(struct round *o, size_t from, size_t to)
{
	const bks_plan_stream *s;
	struct takeaway t;
	size_t at;
	const bks_plan_row *row = plan_find_row(&s, &at, &o->index, o->rows[from].backup);
	int r;

	if (!row)
		return 0;
	t = (struct takeaway){.b = row->backup,
		.artifacts = ids_of(o, from, to),
		.n = to - from,
		.place = applying_place(o->w, o->rows[from].repo)};
	if (!s->switched_on) {
		applying_refuse(o->w, "not-switched-on", s->source, row->backup, NULL,
			"condemned, but retention is not switched on for its source any more");
		return 0;
	}
	/* what could not be taken back was told, and stays as it is: in the trash, too */
	if (is_kept(o, from, to, row))
		return 0;
	if (!due(o, from, to)) {
		wait_for(o, s, from, to, row->backup);
		return 0;
	}
	if (t.place->repo && t.place->repo->read_only) {
		applying_refuse(o->w, "read-only", s->source, row->backup, t.place->repo->name,
			"it became read-only: nothing is deleted there");
		return 0;
	}
	if (t.place->why || !t.place->s) {
		applying_refuse(o->w, "not-mounted", s->source, row->backup,
			t.place->repo ? t.place->repo->name : NULL, t.place->why);
		return 0;
	}
	r = prove_stream(o, at);
	if (!r)
		r = others_there(o, row->backup, o->rows[from].repo);
	return r ? (r < 0 ? r : 0) : takeaway(o->w, &t);
}

static int prove_one(void *arg, size_t at)
{
	return prove_stream(arg, at);
}

static int bury_step(struct applying *w, void *arg)
{
	int r = backup_bury(w->cat, *(const int64_t *)arg, w->opt->now, w->err);

	return r < 0 ? r : 0;
}

static int bury_hollow(struct applying *w)
{
	const int64_t *v;
	size_t n;
	int r = backups_hollow(&v, &n, w->cat, w->a, w->err);

	for (size_t i = 0; !r && i < n; i++) {
		int64_t id = v[i];

		r = applying_step(w, bury_step, &id);
	}
	return r;
}

int purge(struct applying *w)
{
	struct round o = {.w = w};
	bool any = false;
	int r = load(&o);

	if (!r)
		r = take_back_all(&o, &any);
	if (!r && any) {
		o = (struct round){.w = w};
		r = load(&o);
	}
	for (size_t i = 0, k; !r && i < o.n; i = k) {
		k = copy_end(&o, i);
		if (applying_stopped(w)) {
			w->out->unfinished = true;
			break;
		}
		r = purge_copy(&o, i, k);
	}
	if (!r)
		r = wal_purge(w, &o.plan, prove_one, &o);
	return r ? r : bury_hollow(w);
}
