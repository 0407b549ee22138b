/* What of a base backup and its log answers a wish. The edges are those of PostgreSQL's
 * recovery: a target that is not reached is fatal, one before the stop is silently missed. */
#include "base/text.h"
#include "base/zone.h"
#include "policy/interval.h"
#include <string.h>

struct asking {
	struct log_answer *out;
	const struct log_base *b;
	const struct log_reach *r;
	const bks_wish *wish;
	uint32_t size;
	bks_arena *arena;
};

static const char *instant(struct asking *q, bks_time t)
{
	bks_civil c = zone_civil(t, NULL);

	return arena_form(q->arena, "%04d-%02d-%02dT%02d:%02d:%02dZ", c.year, c.month, c.day,
		c.hour, c.minute, c.second);
}

static const char *lsn_text(struct asking *q, uint64_t lsn)
{
	return arena_form(q->arena, "%X/%X", (unsigned)(lsn >> 32), (unsigned)lsn);
}

/* ": segment 00… is not there" */
static const char *missing(struct asking *q)
{
	uint64_t a_log = (UINT64_C(1) << 32) / q->size;
	uint64_t n = q->r->missing / q->size;

	if (!q->r->missing)
		return "";
	return arena_form(q->arena, ": segment %08X%08X%08X is not there",
		(unsigned)q->r->missing_timeline, (unsigned)(n / a_log), (unsigned)(n % a_log));
}

/* The last instant of which something is known to be there. */
static bks_time last_instant(const struct asking *q)
{
	const struct log_reach *r = q->r;
	bks_time t = r->latest_known ? r->latest : r->reached;

	if (t == BKS_TIME_NONE || t < q->b->point)
		return q->b->point;
	return t;
}

/* Whether more is replayed than what makes the backup consistent. */
static bool goes_on(const struct asking *q)
{
	return q->r->end > q->b->stop;
}

static void fit(struct asking *q, enum bks_target target, bks_time point)
{
	q->out->fits = true;
	q->out->target = target;
	q->out->point = point;
	q->out->before = point;
}

/* Why nothing later than T can be there. */
static void note_end(struct asking *q, bks_time t)
{
	const struct log_reach *r = q->r;

	if (r->cut)
		q->out->note = arena_form(q->arena,
			"its log is cut at %s%s, and what was committed "
			"behind it is lost",
			lsn_text(q, r->end), missing(q));
	else if (q->out->idle && goes_on(q))
		q->out->note = arena_form(q->arena,
			"no commit after %s is in its log: where none was made, the data is "
			"that of %s",
			instant(q, q->out->point), instant(q, t));
	else if (q->out->idle)
		q->out->note = "no log behind its stop is there";
}

static void fit_all(struct asking *q)
{
	fit(q, goes_on(q) ? BKS_TARGET_END : BKS_TARGET_IMMEDIATE, last_instant(q));
}

static void ask_latest(struct asking *q)
{
	fit_all(q);
	q->out->idle = true;
	note_end(q, q->wish->now);
}

/* Nothing that is known to be as late as T is there. All of it comes back where none of it is
 * later than T; else as much as is known to be earlier. */
static void beyond(struct asking *q, bks_time t)
{
	const struct log_reach *r = q->r;

	q->out->idle = true;
	if (r->latest_known && (r->latest == BKS_TIME_NONE || r->latest <= t)) {
		fit_all(q);
		q->out->idle = q->out->point < t;
	} else if (r->reached != BKS_TIME_NONE && r->reached - 1 > q->b->stopped) {
		fit(q, BKS_TARGET_TIME, r->reached - 1);
		q->out->target_time = r->reached - 1;
	} else {
		fit(q, BKS_TARGET_IMMEDIATE, q->b->point);
	}
	note_end(q, t);
}

static void ask_time(struct asking *q)
{
	bks_time t = q->wish->at - (q->wish->before ? 1 : 0);

	if (q->b->stopped == BKS_TIME_NONE) {
		q->out->why_not = "when it stopped is not known: no time can be aimed at";
	} else if (t < q->b->stopped) {
		q->out->why_not = arena_form(q->arena, "after the wish: it stopped at %s",
			instant(q, q->b->stopped));
		q->out->after = q->b->stopped;
	} else if (q->r->reached != BKS_TIME_NONE && t < q->r->reached) {
		fit(q, BKS_TARGET_TIME, t);
		q->out->target_time = t;
	} else {
		beyond(q, t);
	}
}

static void ask_lsn(struct asking *q)
{
	uint64_t lsn = q->wish->lsn;

	if (lsn < q->b->stop) {
		q->out->why_not = arena_form(
			q->arena, "after the wish: it stopped at %s", lsn_text(q, q->b->stop));
		q->out->after = q->b->stopped;
	} else if (lsn == q->b->stop) {
		fit(q, BKS_TARGET_IMMEDIATE, q->b->point);
	} else if (lsn <= q->r->last_record) {
		fit(q, BKS_TARGET_LSN, q->b->point);
		q->out->target_lsn = lsn;
	} else if (lsn <= q->r->end && q->r->last_record) {
		fit_all(q);
	} else if (lsn <= q->r->end) {
		q->out->why_not = "where its log's last record begins is not known: verify";
		q->out->before = last_instant(q);
	} else {
		q->out->why_not = arena_form(
			q->arena, "its log ends at %s%s", lsn_text(q, q->r->end), missing(q));
		q->out->before = last_instant(q);
	}
}

static bool is_on(const struct asking *q, const struct log_mark *m)
{
	for (size_t i = 0; i < q->r->n; i++) {
		const struct log_piece *p = &q->r->pieces[i];

		/* its last byte lies before its LSN */
		if (p->timeline == m->timeline && m->lsn > p->from && m->lsn <= p->to)
			return m->lsn <= q->r->end && m->lsn > q->b->start;
	}
	return false;
}

/* Recovery stops at the first of that name that it meets. */
static void ask_name(struct asking *q, const struct log_mark *marks, size_t n)
{
	const struct log_mark *first = NULL;
	bool known = false;

	for (size_t i = 0; i < n; i++) {
		if (strcmp(marks[i].name, q->wish->name) != 0)
			continue;
		known = true;
		if (is_on(q, &marks[i]) && (!first || marks[i].lsn < first->lsn))
			first = &marks[i];
	}
	if (first && first->lsn > q->b->stop) {
		fit(q, BKS_TARGET_NAME, first->time);
		return;
	}
	q->out->why_not = first   ? "after the wish: it stopped behind that restore point"
			  : known ? "its log does not come to that restore point"
				  : "no such restore point is known in its log";
}

static const char *not_able(struct asking *q)
{
	if (!q->b->stop || !q->b->start)
		return "where it begins or stops is not known";
	if (!q->r->on_path)
		return "not on the path of the timeline";
	if (!q->r->consistent)
		return arena_form(q->arena, "not consistent%s", missing(q));
	return NULL;
}

void log_answer(struct log_answer *out, const struct log_base *b, const struct log_reach *r,
	const struct log_mark *marks, size_t n, const bks_wish *wish, uint32_t segment_size,
	bks_arena *a)
{
	struct asking q = {out, b, r, wish, segment_size, a};

	*out = (struct log_answer){
		.point = BKS_TIME_NONE, .before = BKS_TIME_NONE, .after = BKS_TIME_NONE};
	out->why_not = not_able(&q);
	if (out->why_not)
		return;
	if (wish->name)
		ask_name(&q, marks, n);
	else if (wish->lsn)
		ask_lsn(&q);
	else if (wish->at)
		ask_time(&q);
	else
		ask_latest(&q);
}
