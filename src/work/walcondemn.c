/*
 * From a plan to condemned WAL: what the plan lets go of each run, less what base backups that
 * are still there need whatever the plan says, within the brakes. What tells each file from
 * another one is written down with it.
 */
#include "base/text.h"
#include "policy/brake.h"
#include "work/walaway.h"
#include <stdlib.h>
#include <string.h>

enum { PIECE = 512, LEAST = 16 }; /* files of one piece; segments that any run may condemn */

struct stretch {
	struct wal_doomed d;
	const bks_plan_wal *run;
	struct apply_place *place;
	const struct wal_piece *pieces;
	size_t piece_count;
};

struct stage {
	struct applying *w;
	const struct wal_job *job;
	const struct wal_holder *holders;
	size_t holder_count;
	const struct wal_doomed *open;
	size_t open_count;
	VEC(struct stretch) v;
	struct wal_list list; /* of the folder that was asked about last */
	int64_t list_repo;
	bool listed;
};

/* ---- what may go ---- */

/* What goes of a run is what lies before a place in it. */
static uint64_t goes_to(const bks_plan_wal *w)
{
	return w && w->part_count && w->parts[0].action == BKS_EXPIRE ? w->parts[0].to : 0;
}

static const bks_plan_wal *run_of(const bks_plan_stream *s, int64_t run)
{
	for (size_t i = 0; s && i < s->wal_count; i++)
		if (s->wal[i].run == run)
			return &s->wal[i];
	return NULL;
}

int wal_still_planned(const char **label, const bks_plan_stream *only,
	const bks_plan_stream *is, bks_arena *a)
{
	for (size_t i = 0; i < only->wal_count; i++) {
		const bks_plan_wal *was = &only->wal[i];

		if (goes_to(was) > goes_to(run_of(is, was->run))) {
			char first[BKS_WAL_SEGMENT_TEXT], last[BKS_WAL_SEGMENT_TEXT];

			bks_wal_segment(
				first, was->timeline, was->parts[0].from, was->segment_size);
			bks_wal_segment(last, was->timeline, goes_to(was) - was->segment_size,
				was->segment_size);
			*label = arena_form(a, "%s..%s", first, last);
			return 1;
		}
	}
	return 0;
}

/* Below every base backup that is neither condemned nor gone. 0: nothing may go. */
static uint64_t bound(const struct stage *st, const bks_plan_wal *w, uint64_t to)
{
	for (size_t i = 0; i < st->holder_count; i++) {
		const struct wal_holder *h = &st->holders[i];

		if (h->state == BKS_STATE_CONDEMNED)
			continue;
		if (!h->start || !h->system_id) {
			if (h->source_id == st->job->rows->source->id)
				return 0;
		} else if (h->system_id == w->system_id && h->timeline == w->timeline &&
			   h->start < to) {
			to = h->start - h->start % w->segment_size;
		}
	}
	return to;
}

static bool same_place(const struct wal_doomed *d, int64_t repo, const bks_plan_wal *w)
{
	return d->repo_id == repo && d->timeline == w->timeline &&
	       !strcmp(d->folder, w->folder);
}

static void add(struct stage *st, const bks_plan_wal *run, struct apply_place *p, uint64_t from,
	uint64_t to)
{
	const struct stream_rows *rows = st->job->rows;
	struct stretch *x;

	if (from >= to)
		return;
	x = vec_add(&st->v, st->w->a);
	*x = (struct stretch){.run = run, .place = p};
	x->d = (struct wal_doomed){.source_id = rows->source->id,
		.repo_id = p->repo->id,
		.source = rows->name,
		.folder = run->folder,
		.hash = st->job->hash,
		.system_id = run->system_id,
		.timeline = run->timeline,
		.segment_size = run->segment_size,
		.from = from,
		.to = to,
		.at = st->w->opt->now,
		.purge_after = st->w->opt->now + rows->policy->grace};
}

static const bks_repo *repo_of(const struct applying *w, const char *name)
{
	for (size_t i = 0; i < w->repos.n; i++)
		if (!strcmp(w->repos.v[i].name, name))
			return &w->repos.v[i];
	return NULL;
}

static bool may_touch(struct stage *st, const bks_plan_wal *w, const struct apply_place *p)
{
	if (p->repo && p->repo->read_only) {
		applying_refuse_once(st->w, "read-only", st->job->stream->source, w->repo,
			"it is read-only: what lies there is not ours to delete");
		return false;
	}
	if (p->why || !p->s) {
		applying_refuse_once(st->w, "not-mounted", st->job->stream->source, w->repo,
			p->why ? p->why : "not mounted?");
		return false;
	}
	return true;
}

/* Open ones come by repo, folder, timeline, place. */
static void choose(struct stage *st, const bks_plan_wal *w)
{
	const bks_repo *repo = repo_of(st->w, w->repo);
	struct apply_place *p;
	uint64_t from, to = goes_to(w);

	if (st->job->only && goes_to(run_of(st->job->only, w->run)) < to)
		to = goes_to(run_of(st->job->only, w->run));
	to = bound(st, w, to);
	if (!repo || !to || to <= w->parts[0].from)
		return;
	from = w->parts[0].from;
	p = applying_place(st->w, repo->id);
	for (size_t i = 0; i < st->open_count; i++) {
		const struct wal_doomed *d = &st->open[i];

		if (!same_place(d, repo->id, w) || d->to <= from || d->from >= to)
			continue;
		if (from < d->from && may_touch(st, w, p))
			add(st, w, p, from, d->from);
		from = d->to;
	}
	if (from < to && may_touch(st, w, p))
		add(st, w, p, from, to);
}

/* ---- brakes ---- */

static int oldest_first(const void *x, const void *y)
{
	const struct stretch *a = x, *b = y;

	if (a->d.timeline != b->d.timeline)
		return a->d.timeline < b->d.timeline ? -1 : 1;
	if (a->d.from != b->d.from)
		return a->d.from < b->d.from ? -1 : 1;
	return (a->run > b->run) - (a->run < b->run);
}

static double per_segment(const bks_plan_wal *w)
{
	double bytes = 0, n = 0;

	for (size_t i = 0; i < w->part_count; i++) {
		bytes += (double)w->parts[i].bytes;
		n += (double)w->parts[i].segments;
	}
	return n > 0 ? bytes / n : 0;
}

static int64_t lying(const struct stage *st)
{
	const bks_plan_stream *s = st->job->stream;
	double sum = 0;

	for (size_t i = 0; i < s->wal_count; i++)
		for (size_t k = 0; k < s->wal[i].part_count; k++)
			sum += (double)s->wal[i].parts[k].bytes;
	for (size_t i = 0; i < st->open_count; i++)
		if (st->open[i].source_id == st->job->rows->source->id)
			sum -= (double)st->open[i].bytes;
	return sum > 0 ? (int64_t)sum : 0;
}

static void wait_brake(struct stage *st, const struct wal_brake *b)
{
	*vec_add(&st->w->waiting, st->w->a) = (bks_waiting){.source = st->job->rows->name,
		.kind = st->job->rows->kind,
		.what = "brake",
		.wal = b->left,
		.bytes = b->left_bytes,
		.runs = b->runs,
		.until = BKS_TIME_NONE};
}

/* Leaves what one run may do, the oldest. */
static void brake(struct stage *st)
{
	int64_t wanted = 0, bytes = 0, take;
	struct wal_brake b;

	if (st->v.n)
		qsort(st->v.v, st->v.n, sizeof *st->v.v, oldest_first);
	for (size_t i = 0; i < st->v.n; i++) {
		const struct stretch *x = &st->v.v[i];
		int64_t n = (int64_t)((x->d.to - x->d.from) / x->d.segment_size);

		wanted += n;
		bytes += (int64_t)(per_segment(x->run) * (double)n);
	}
	brake_wal(&b, wanted, bytes, lying(st), LEAST, st->job->rows->policy);
	take = wanted - b.left;
	for (size_t i = 0; i < st->v.n; i++) {
		struct stretch *x = &st->v.v[i];
		int64_t n = (int64_t)((x->d.to - x->d.from) / x->d.segment_size);

		n = n < take ? n : take;
		take -= n;
		x->d.to = x->d.from + (uint64_t)n * x->d.segment_size;
	}
	if (b.left)
		wait_brake(st, &b);
}

/* ---- files ---- */

static int list_of(struct stage *st, const struct stretch *x)
{
	int r;

	if (st->listed && st->list_repo == x->d.repo_id &&
		!strcmp(st->list.folder, x->d.folder))
		return 0;
	st->listed = false;
	r = wal_list_read(&st->list, x->place->s, x->d.folder, st->w->a, st->w->err);
	st->listed = !r;
	st->list_repo = x->d.repo_id;
	return r;
}

/* Only what the last scan saw: what came or was written since is looked at by the next. Times
 * of scans are told in whole seconds. */
static const char *strange(const struct wal_file *f, const bks_plan_wal *run)
{
	if (!f->regular)
		return "is no regular file";
	if ((f->id.mtime + BKS_SECOND - 1) / BKS_SECOND * BKS_SECOND > run->last_seen)
		return "was written after the last scan";
	return NULL;
}

static int by_number(const void *x, const void *y)
{
	const uint64_t *a = x, *b = y;

	return (*a > *b) - (*a < *b);
}

static void end_piece(struct stretch *x, struct wal_piece *p, uint64_t to)
{
	struct wal_piece *v = (struct wal_piece *)(uintptr_t)x->pieces;

	if (p->n)
		qsort((uint64_t *)(uintptr_t)p->marks, p->n, sizeof *p->marks, by_number);
	p->to = to;
	v[x->piece_count++] = *p;
}

/* Pieces end between segments: all files of one lie in one piece. */
static void mark(struct stage *st, struct stretch *x, const struct wal_file *v, size_t n)
{
	uint64_t *marks = arena_take(st->w->a, (n + 1) * sizeof *marks);
	struct wal_piece p = {.marks = marks};

	x->pieces = arena_take(st->w->a, (n / PIECE + 2) * sizeof *x->pieces);
	for (size_t i = 0; i < n; i++) {
		uint64_t at = wal_file_lsn(&v[i], x->d.segment_size);

		if (p.n >= PIECE && at > wal_file_lsn(&v[i - 1], x->d.segment_size)) {
			end_piece(x, &p, at);
			p = (struct wal_piece){.marks = marks + i};
		}
		marks[i] = wal_file_mark(wal_file_name(&v[i], st->w->a), &v[i].id);
		p.n++;
		p.bytes += v[i].id.size;
		x->d.files++;
		x->d.bytes += v[i].id.size;
	}
	end_piece(x, &p, x->d.to);
}

static int gather(struct stage *st, struct stretch *x)
{
	size_t at, n;
	int r = x->d.from < x->d.to ? list_of(st, x) : 0;

	if (r) {
		x->d.to = x->d.from;
		return applying_trouble(st->w, r);
	}
	n = wal_list_range(
		&at, &st->list, x->d.timeline, x->d.segment_size, x->d.from, x->d.to);
	for (size_t i = 0; i < n; i++) {
		const struct wal_file *f = &st->list.v[at + i];
		const char *why = strange(f, x->run);

		if (!why)
			continue;
		wal_refuse(st->w, "replaced", &x->d,
			arena_form(st->w->a,
				"%s %s: scan again; what lies behind it stays, too",
				wal_file_name(f, st->w->a), why));
		x->d.to = wal_file_lsn(f, x->d.segment_size);
		break;
	}
	n = wal_list_range(
		&at, &st->list, x->d.timeline, x->d.segment_size, x->d.from, x->d.to);
	if (!n)
		x->d.to = x->d.from;
	else
		mark(st, x, st->list.v + at, n);
	return 0;
}

static int carry_out(struct stage *st, struct stretch *x)
{
	int r = st->job->plan(&x->d.plan, st->job->arg);

	if (!r)
		r = wal_condemn(&x->d, st->w->cat, x->pieces, x->piece_count, st->w->err);
	if (r == BKS_E_REFUSED) {
		wal_refuse(st->w, "catalog-rule", &x->d, st->w->err->text);
		return 0;
	}
	if (r)
		return r;
	wal_act(st->w, &x->d, "live", "condemned", "expired", x->d.bytes);
	st->w->out->wal_condemned += x->d.files;
	return 0;
}

int wal_condemn_stream(struct applying *w, const struct wal_job *job)
{
	struct stage st = {.w = w, .job = job};
	int r;

	if (!job->stream->wal_count)
		return 0;
	r = wal_holder_list(&st.holders, &st.holder_count, w->cat, w->a, w->err);
	if (!r)
		r = wal_doomed_list(&st.open, &st.open_count, w->cat, NULL, w->a, w->err);
	if (r)
		return r;
	for (size_t i = 0; i < job->stream->wal_count; i++)
		choose(&st, &job->stream->wal[i]);
	if (!job->only)
		brake(&st);
	for (size_t i = 0; !r && i < st.v.n; i++) {
		r = gather(&st, &st.v.v[i]);
		if (!r && st.v.v[i].d.from < st.v.v[i].d.to)
			r = carry_out(&st, &st.v.v[i]);
	}
	return r;
}
