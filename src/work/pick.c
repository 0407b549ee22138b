/* Restore points: rows of the catalog and their log, chosen by policy, told with the commands
 * that bring them back. */
#include "backstay/restore.h"
#include "base/text.h"
#include "base/vec.h"
#include "catalog/task_rows.h"
#include "work/candidates.h"
#include "work/commands.h"
#include "work/resttime.h"
#include <stdlib.h>
#include <string.h>

struct picking {
	struct candidates c;
	struct log_answer *answers;
	struct point_candidate *v;
	struct resttime *times; /* how long each takes, and how that is known */
	bks_wish w;
	bks_catalog *cat;
	struct commands_how how;
	bks_arena *arena;
};

/* What is unpacked and what is replayed to bring back the Ith; -1 unknown. */
static int64_t bytes_of(const struct picking *p, size_t i)
{
	const struct reach_of *r = &p->c.reach[i];
	int64_t bytes = p->c.all.backups[i]->size;

	for (size_t k = 0; r->backup && k + 1 < r->n; k++)
		bytes = bytes < 0 || r->chain[k]->size < 0 ? -1 : bytes + r->chain[k]->size;
	return bytes < 0 ? -1 : bytes + r->wal_bytes;
}

/* Why no copy of the Ith can be read. */
static const char *not_there(const struct picking *p, size_t i)
{
	bks_artifact other;

	if (!stream_best(&other, p->c.whole[i], NULL))
		return "no copy of it is there any more";
	return arena_form(p->arena, "its only copy lies in %s", other.repo);
}

static void add_log(struct picking *p, size_t i)
{
	const struct reach_of *r = &p->c.reach[i];
	struct point_candidate *v = &p->v[i];

	log_answer(&p->answers[i], &r->base, &r->reach, r->marks, r->mark_count, &p->w,
		r->segment_size, p->arena);
	v->log = &p->answers[i];
	v->wal_bytes = p->answers[i].target == BKS_TARGET_IMMEDIATE ? 0 : r->wal_bytes;
	if (r->why_not) {
		v->available = false;
		v->why_not = r->why_not;
	} else if (p->w.timeline > 0 && !r->reach.on_path && p->answers[i].why_not) {
		p->answers[i].why_not = arena_form(
			p->arena, "%s %lld", p->answers[i].why_not, (long long)p->w.timeline);
	}
}

/* A cold place lets wait for its first byte. */
static void wait_for(struct resttime *t, const bks_repos *repos, const bks_artifact *f)
{
	bks_terms terms = {0};

	for (size_t i = 0; i < repos->n; i++)
		if (repos->v[i].id == f->repo_id)
			bks_repo_terms(&terms, &repos->v[i], NULL);
	if (t->us >= 0)
		t->us += terms.retrieval_delay;
}

/* A restore that somebody tried and that failed says more than any check of bytes; an acknowledgement says that it lay elsewhere. */
static int doubt_failed(struct picking *p, bks_error *err)
{
	const int64_t *ids;
	size_t n;
	int r = drill_failed(&ids, &n, p->cat, p->arena, err);

	for (size_t i = 0; !r && i < p->c.all.n; i++)
		for (size_t k = 0; k < n; k++)
			p->v[i].drill_failed = p->v[i].drill_failed || (ids[k] == p->c.all.backups[i]->id && !p->c.all.backups[i]->acked);
	return r;
}

static int make_candidates(struct picking *p, bks_error *err)
{
	const struct stream_rows *s = &p->c.all;
	struct resttime_last last = {0};
	bks_repos repos;
	int r = bks_repo_list(&repos, p->cat, p->arena, err);

	p->times = arena_take(p->arena, (s->n + 1) * sizeof *p->times);
	p->v = arena_take(p->arena, (s->n + 1) * sizeof *p->v);
	p->answers = arena_take(p->arena, (s->n + 1) * sizeof *p->answers);
	for (size_t i = 0; !r && i < s->n; i++) {
		bks_artifact f;
		bool there = stream_best(&f, s->backups[i], NULL);

		r = resttime_find(&p->times[i], &last, p->cat, s->backups[i], bytes_of(p, i), p->arena, err);
		if (there)
			wait_for(&p->times[i], &repos, &f);
		p->v[i] = (struct point_candidate){
			.b = stream_row_of(s->backups[i], there ? &f : NULL),
			.available = there,
			.restore = p->times[i].us};
		if (!there)
			p->v[i].why_not = not_there(p, i);
		else if (p->c.reach[i].backup)
			add_log(p, i);
		else if (s->backups[i]->kind == BKS_KIND_PHYSICAL)
			p->v[i].b.content = BKS_CONTENT_UNKNOWN;
	}
	return r;
}

/* What is known not to hold the table that is wished for, or not to hold its rows, is no way to it. */
static int lack_table(struct picking *p, bks_error *err)
{
	const bks_requirement *want = p->w.table;
	int r = 0;

	for (size_t i = 0; !r && i < p->c.all.n; i++) {
		const bks_table *v;
		size_t n;
		bool there = false;

		if (!p->v[i].available || p->v[i].log)
			continue;
		r = bks_backup_tables(&v, &n, p->cat, p->c.all.backups[i]->id, p->arena, err);
		for (size_t k = 0; !r && k < n; k++)
			there = there || (!strcmp(v[k].name, want->name) && (!v[k].schema || !strcmp(v[k].schema, want->schema)) && v[k].data);
		if (r || !n || there)
			continue;
		p->v[i].available = false;
		p->v[i].why_not = arena_form(p->arena, "it has no rows of table %s", bks_shown(want->name, p->arena));
	}
	return r;
}

/* What --table and --into come to with this choice; a note that stands goes first. */
static const char *advised(const struct picking *p, const bks_backup *b, const char *note)
{
	bool whole = b->physical || !strcmp(b->format, "pgdumpall"), file = b->kind != BKS_KIND_LOGICAL && !whole;
	struct text t = {.arena = p->arena};

	if (note)
		text_word(&t, note);
	if (p->w.table)
		text_form(&t, "%s%s", t.n ? "; " : "",
			whole	? "the commands bring back all; the table is then taken out of it with pg_dump -t"
			: file	? "the commands bring back the whole file"
				: "the table comes back in a database of its own: look at it, then bring what is missing over with pg_dump -t "
				  "and psql; where it needs types or functions of its own, pick without --table");
	if (p->w.into && (whole || file))
		text_form(&t, "%s--into is of no use: the commands make a new %s", t.n ? "; " : "", whole ? "cluster" : "file");
	return t.s;
}

static bks_point *point_at(struct picking *p, size_t i, const struct log_answer *x)
{
	const bks_backup *b = p->c.all.backups[i];
	bks_point *out = arena_one(p->arena, bks_point);
	bks_time wish = p->w.at ? p->w.at : p->w.now;
	int64_t *input = arena_one(p->arena, int64_t);
	bks_artifact f;
	bool there = stream_best(&f, b, NULL);

	*input = b->id;
	*out = (bks_point){.backup = b->id,
		.label = b->label,
		.method = "logical",
		.point = x && x->point != BKS_TIME_NONE ? x->point : b->taken_at,
		.restore = p->v[i].restore,
		.restore_known_from = p->times[i].known_from,
		.meets_rpo = -1,
		.meets_rto = -1,
		.verdict = there ? f.verdict : b->verdict,
		.inputs = input,
		.input_count = 1};
	out->loss = wish >= out->point ? wish - out->point : -1;
	if (x && there)
		logs_tell(out, &p->c.logs, &p->c.reach[i], x, &p->w);
	else if (there)
		commands_restore(out, b, &f, p->cat, &p->how, p->arena);
	out->note = advised(p, b, out->note);
	if (p->v[i].drill_failed)
		out->note = arena_form(p->arena, "its latest drill failed: look why, or acknowledge it (ack)%s%s", out->note ? "; " : "",
			out->note ? out->note : "");
	return out;
}

/* The nearest before the wish: what answers it, or all of a log that ends before it. */
static bks_point *point_before(struct picking *p, size_t i)
{
	struct log_answer all;
	bks_wish latest = p->w;

	if (!p->v[i].log || p->v[i].log->fits)
		return point_at(p, i, p->v[i].log);
	latest.at = 0;
	latest.lsn = 0;
	latest.name = NULL;
	log_answer(&all, &p->c.reach[i].base, &p->c.reach[i].reach, NULL, 0, &latest,
		p->c.reach[i].segment_size, p->arena);
	return point_at(p, i, &all);
}

/* The nearest after it: where a base backup stopped. */
static bks_point *point_after(struct picking *p, size_t i)
{
	struct log_answer stop = {.fits = true, .target = BKS_TARGET_IMMEDIATE};

	if (!p->v[i].log)
		return point_at(p, i, NULL);
	stop.point = p->v[i].log->after;
	return point_at(p, i, &stop);
}

static void tell_rejected(bks_picked *out, struct picking *p, const struct point_choice *c)
{
	const struct stream_rows *s = &p->c.all;
	bks_rejected *v = arena_take(p->arena, (s->n + BKS_WINDOW_COUNT + 1) * sizeof *v);

	for (size_t i = 0; i < s->n; i++)
		if ((ptrdiff_t)i != c->choice)
			v[out->rejected_count++] = (bks_rejected){
				s->backups[i]->id, s->backups[i]->label, c->reasons[i]};
	out->rejected = v;
}

/* ---- what a provider keeps ---- */

static bks_point *provider_point(
	struct picking *p, const bks_window *w, bks_time point, int64_t loss)
{
	bks_point *out = arena_one(p->arena, bks_point);
	char text[BKS_DURATION_TEXT];

	*out = (bks_point){
		.label = arena_form(p->arena, "provider %s %s", bks_window_name(w->kind),
			bks_duration_text(text, w->length)),
		.method = "provider",
		.point = point,
		.loss = loss,
		.loss_is_bound = true,
		.restore = -1,
		.meets_rpo = p->w.rpo > 0 ? loss <= p->w.rpo : -1,
		.meets_rto = -1,
		.verdict = BKS_UNKNOWN,
		.note = "the provider says that it keeps this; nobody verified it, and it is "
			"restored by the provider's own means"};
	return out;
}

static void reject_provider(
	bks_picked *out, struct picking *p, const bks_window *w, const char *why)
{
	char text[BKS_DURATION_TEXT];
	bks_rejected *v = (bks_rejected *)(uintptr_t)out->rejected;

	v[out->rejected_count++] = (bks_rejected){0,
		arena_form(p->arena, "provider %s %s", bks_window_name(w->kind),
			bks_duration_text(text, w->length)),
		why};
}

/* Only where nothing that was verified meets the wish. */
static void ask_providers(bks_picked *out, struct picking *p, bool met)
{
	const bks_point *best = NULL;
	const bks_window *from = NULL;

	for (size_t i = 0; i < p->c.window_count; i++) {
		const bks_window *w = &p->c.windows[i];
		bks_time point;
		int64_t loss;

		if (p->w.level > BKS_LEVEL_NONE)
			reject_provider(out, p, w, "not verified: no level is proven");
		else if (!provider_answer(&point, &loss, w, &p->w))
			reject_provider(out, p, w,
				p->w.lsn || p->w.name ? "it takes times alone"
						      : "the wish lies before its window");
		else if (met)
			reject_provider(out, p, w, "not verified, and what is meets the wish");
		else if (out->choice && loss >= out->choice->loss)
			reject_provider(out, p, w, "not verified, and loses no less");
		else if (best && best->loss <= loss)
			reject_provider(out, p, w, "loses no less");
		else {
			if (best)
				reject_provider(out, p, from, "loses more");
			best = provider_point(p, w, point, loss);
			from = w;
		}
	}
	if (!best)
		return;
	if (out->choice) {
		bks_rejected *v = (bks_rejected *)(uintptr_t)out->rejected;

		v[out->rejected_count++] =
			(bks_rejected){out->choice->backup, out->choice->label,
				"misses a limit; what the provider says it keeps loses less"};
	}
	out->choice = best;
}

static bool choose(bks_picked *out, struct picking *p)
{
	struct point_choice c;
	bks_point *choice;

	point_pick(&c, p->v, p->c.all.n, &p->w, p->c.all.policy->level, p->arena);
	if (c.before >= 0)
		out->before = point_before(p, (size_t)c.before);
	if (c.after >= 0)
		out->after = point_after(p, (size_t)c.after);
	tell_rejected(out, p, &c);
	if (c.choice < 0)
		return false;
	choice = point_at(p, (size_t)c.choice, p->v[c.choice].log);
	choice->loss = c.loss;
	choice->loss_is_bound = c.loss_is_bound;
	choice->meets_rpo = c.meets_rpo;
	choice->meets_rto = c.meets_rto;
	out->choice = choice;
	return !c.partial && !c.doubted && choice->meets_rpo != 0 && choice->meets_rto != 0;
}

int bks_pick(
	bks_picked *out, bks_catalog *cat, const bks_wish *wish, bks_arena *a, bks_error *err)
{
	struct picking p = {.w = *wish, .cat = cat, .arena = a};
	struct conninfo *into = arena_one(a, struct conninfo);
	int r = candidates_load(&p.c, cat, &p.w, a, err);
	bool met;

	*out = (bks_picked){0};
	if (!r)
		r = p.w.into ? conninfo_read(into, p.w.into, a, err) : 0;
	if (r)
		return r;
	p.how = (struct commands_how){p.w.into ? into : NULL, p.w.table};
	r = make_candidates(&p, err);
	if (!r)
		r = doubt_failed(&p, err);
	if (!r && p.w.table)
		r = lack_table(&p, err);
	if (r)
		return r;
	met = choose(out, &p);
	ask_providers(out, &p, met);
	return !met;
}
