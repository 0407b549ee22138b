/* Why one backup stays or goes, in sentences; and when that changes, found by planning days to come with backups that go on coming. */
#include "backstay/retain.h"
#include "backstay/wal.h"
#include "base/auto.h"
#include "base/text.h"
#include "work/streams.h"
#include <string.h>

AUTO_FN(arena_end, bks_arena, bks_arena_free);

enum { FUTURES_MOST = 20000 };

struct future {
	const struct stream_rows *s;
	const struct keep_slot *slots;
	size_t slot_count;
	bks_time now, base; /* backups come at BASE + EVERY, + 2 EVERY, ... */
	int64_t every;
	struct keep_backup like; /* what comes */
	size_t row;		 /* of the one that is asked about */
	int64_t newest_id;
};

/* ---- days to come ---- */

static int64_t days_ahead(const bks_policy *p)
{
	int64_t most = 0;

	for (size_t i = 0; i < p->tier_count; i++) {
		int64_t days = p->tiers[i].days + (int64_t)p->tiers[i].months * 31;

		most = days > most ? days : most;
	}
	return most + (p->failed_keep + p->pitr_window) / BKS_DAY + 400;
}

/* false: nothing is eligible, so nobody knows what comes. */
static bool future_init(struct future *f, const struct stream_rows *s, bks_time now, bks_arena *a)
{
	bks_time *points = arena_take(a, (s->n + 1) * sizeof *points);
	bool any = false;
	size_t n = 0;

	for (size_t i = s->n; i-- > 0;) { /* oldest first */
		const struct keep_backup *b = &s->rows[i];

		f->newest_id = b->id > f->newest_id ? b->id : f->newest_id;
		if (!keep_eligible(b, s->policy->level, now))
			continue;
		points[n++] = b->point;
		if (!any || b->point >= f->like.point)
			f->like = *b;
		any = true;
	}
	f->every = s->source && s->source->every ? s->source->every : due_interval(points, n);
	if (f->every < BKS_HOUR)
		f->every = f->every > 0 ? BKS_HOUR : BKS_DAY;
	f->base = f->like.point > now - f->every ? f->like.point : now - f->every;
	f->like.tier = BKS_TIER_AUTO;
	f->like.tier_name = NULL;
	f->like.held = f->like.acked = f->like.incremental = false;
	f->like.suspicion = NULL;
	f->like.same = f->like.parent = 0;
	f->like.source_confirmed = f->like.point_confirmed = true;
	return any;
}

static void plan_at(struct keep_row *out, const struct future *f, bks_time at, bks_arena *a)
{
	int64_t every = f->every;
	struct keep_backup *v;
	struct keep_plan plan;
	size_t more, n = f->s->n;

	if ((at - f->base) / every > FUTURES_MOST)
		every = (at - f->base) / FUTURES_MOST;
	more = at > f->base ? (size_t)((at - f->base) / every) : 0;
	v = arena_take(a, (n + more + 1) * sizeof *v);
	for (size_t i = 0; i < n; i++) {
		v[i] = f->s->rows[i];
		if (v[i].verified_at != BKS_TIME_NONE)
			v[i].verified_at += at - f->now;
	}
	for (size_t i = 0; i < more; i++) {
		struct keep_backup *b = &v[n + i];

		*b = f->like;
		b->id = f->newest_id + 1 + (int64_t)i;
		b->point = b->registered = b->verified_at = f->base + ((int64_t)i + 1) * every;
	}
	keep_decide(&plan, v, n + more, f->slots, f->slot_count, f->s->policy, at, a);
	*out = plan.rows[f->row];
}

/* COPY below 0: of the backup itself. */
static bool goes_by(const struct future *f, int64_t days, ptrdiff_t copy)
{
	AUTO(arena_end) bks_arena *a = bks_arena_new();
	struct keep_row row;

	plan_at(&row, f, f->now + days * BKS_DAY, a);
	return (copy < 0 ? row.action : row.copies[copy].action) == BKS_EXPIRE;
}

/* The first day on which it goes. What went stays gone, so halving finds it. */
static bks_time first_day(const struct future *f, ptrdiff_t copy)
{
	int64_t lo = 0, hi = days_ahead(f->s->policy);

	if (!goes_by(f, hi, copy))
		return BKS_TIME_NONE;
	while (hi - lo > 1) {
		int64_t mid = lo + (hi - lo) / 2;

		if (goes_by(f, mid, copy))
			hi = mid;
		else
			lo = mid;
	}
	return f->now + hi * BKS_DAY;
}

/* ---- sentences ---- */

static const char *length_of(const bks_tier_rule *t, bks_arena *a)
{
	return t->days > 0 ? arena_form(a, "%d days", t->days) : arena_form(a, "%d months", t->months);
}

static const char *slot_sentence(const bks_tier_rule *t, const char *bucket, bks_arena *a)
{
	const char *where = "";

	for (size_t i = 0; i < t->repo_count; i++)
		where = arena_form(a, "%s%s%s", where, i ? " or " : " in ", bks_shown(t->repos[i], a));
	return arena_form(a, "the last eligible backup of %s, or asked for as such: tier %s keeps one a %s for %s%s", bucket, t->name,
		bks_bucket_name(t->bucket), length_of(t, a), where);
}

static const struct {
	const char *word, *text;
} sentences[] = {
	{"predeploy", "a pre-deployment backup is kept until its tier is changed"},
	{"hold newest", "the newest backup lost something that this one may still have: nothing goes until somebody acknowledges "
			"that (`ack`), or a newer good one comes"},
	{"hold", "somebody holds it, or it is under suspicion"},
	{"floor not", "no backup that stays was verified within 30 days, so nothing is let go: run `verify`"},
	{"floor", "the newest good backups of a stream always stay, whatever the policy says"},
	{"anchor", "the point-in-time window needs it as its base"},
	{"chain", "a backup that stays builds on it"},
	{"wal", "a backup that is kept needs it to become consistent"},
	{"newest", "nothing newer is eligible yet"},
	{"quota", "only tiers keep it, and there is more than the quota allows"},
	{"elsewhere", "that keeps the backup, but in another repo"},
	{"not-judged", "it was never verified; what is not proven bad stays"},
	{"unproven", "nothing in it can be proven; what is not proven bad stays"},
	{"chain-broken", "it builds on a backup that is not there or not good; what is not proven bad stays"},
	{"time-unconfirmed", "when it was taken is only known from its file time: `set --taken-at` confirms it"},
	{"source-unconfirmed", "its source was guessed: `set --source` or `source set` confirms it"},
	{"future-dated", "it is dated after now, so its age is not known"},
	{"expired", "no tier, hold or floor needs it"},
	{"no-policy", "no tier is switched on, so everything stays"},
};

static bool begins(const char *reason, const char *word)
{
	size_t n = strlen(word);

	return !strncmp(reason, word, n) && (!reason[n] || reason[n] == ' ' || reason[n] == ':');
}

static const char *sentence(const char *reason, enum bks_keep action, const bks_policy *p, bks_arena *a)
{
	for (size_t i = 0; i < p->tier_count; i++)
		if (begins(reason, p->tiers[i].name) && reason[strlen(p->tiers[i].name)])
			return slot_sentence(&p->tiers[i], reason + strlen(p->tiers[i].name) + 1, a);
	if (begins(reason, "proven-bad"))
		return action == BKS_EXPIRE ? "it was proven bad long enough ago, and a newer good one is there"
					    : "it is proven bad, and stays for some days after that verdict and until a newer good one "
					      "holds as much";
	for (size_t i = 0; i < sizeof sentences / sizeof *sentences; i++)
		if (begins(reason, sentences[i].word))
			return sentences[i].text;
	return "";
}

static const char *day_of(bks_time t, bks_arena *a)
{
	char text[BKS_TIME_TEXT];

	return arena_form(a, "%.10s", bks_time_text(text, t));
}

/* What comes next. */
static const char *outlook(const bks_explained *e, const struct future *f, bool known, bks_arena *a)
{
	char every[BKS_DURATION_TEXT];
	const char *on = e->stream->switched_on ? "" : "; retention is not switched on here, so until then it stays anyhow";

	if (e->row->action == BKS_EXPIRE)
		return arena_form(a, "it goes with the next `retain apply` or `retain run`%s", on);
	if (e->row->action == BKS_UNDECIDED)
		return "it stays until that is settled, however old it grows";
	if (!known)
		return "it stays: nothing is eligible, so nothing goes";
	bks_duration_text(every, f->every);
	if (e->changes_at != BKS_TIME_NONE)
		return arena_form(a, "if a good backup comes every %s, it goes on %s%s", every, day_of(e->changes_at, a), on);
	return "time alone does not let it go: one of these reasons has to be taken away";
}

/* Archived WAL is let go below what stays; of one that stays, what it keeps is told. NULL: it is no base backup with a place. */
static const char *wal_sentence(const bks_explained *e, bks_arena *a)
{
	const bks_physical *p = e->row->backup->physical;
	char first[BKS_WAL_SEGMENT_TEXT];
	bool any = false;

	for (size_t i = 0; p && i < e->stream->wal_count; i++)
		any = any || (e->stream->wal[i].system_id == p->system_id && e->stream->wal[i].timeline == p->timeline);
	if (!any || !p->start_lsn || !p->segment_size)
		return NULL;
	bks_wal_segment(first, p->timeline, p->start_lsn, p->segment_size);
	return e->row->action == BKS_EXPIRE
		       ? arena_form(a, "wal: it keeps no WAL by itself; what lies below the base backups that stay goes after it")
		       : arena_form(a, "wal: while it is there, all archived WAL of its timeline from %s on stays", first);
}

static void tell(bks_explained *e, const struct future *f, bool known, bks_arena *a)
{
	const bks_plan_row *row = e->row;
	const char **v = arena_take(a, (row->reason_count + row->not_there_count + 2) * sizeof *v), *wal = wal_sentence(e, a);
	size_t n = 0;

	for (size_t i = 0; i < row->reason_count; i++)
		v[n++] = arena_form(a, "%s: %s", row->reasons[i],
			sentence(row->reasons[i], row->action, e->stream->policy, a));
	for (size_t i = 0; i < row->not_there_count; i++)
		v[n++] = arena_form(a, "tier-not-there: %s", row->not_there[i]);
	if (wal)
		v[n++] = wal;
	v[n++] = outlook(e, f, known, a);
	e->sentences = v;
	e->sentence_count = n;
}

/* ---- */

static int find_row(bks_explained *e, const bks_plan *p, int64_t id)
{
	for (size_t s = 0; s < p->stream_count; s++)
		for (size_t i = 0; i < p->streams[s].row_count; i++)
			if (p->streams[s].rows[i].backup->id == id) {
				e->stream = &p->streams[s];
				e->row = &p->streams[s].rows[i];
				return 0;
			}
	return 1;
}

static int look_ahead(bks_explained *e, struct future *f, bool *known, bks_catalog *cat, bks_arena *a, bks_error *err)
{
	bks_time *copies = arena_take(a, (e->row->copy_count + 1) * sizeof *copies);
	struct stream_rows *s = NULL;
	struct stream_list l;
	struct keep_slot *slots = NULL;
	int r = streams_load(&l, cat, e->stream->source, a, err);

	for (size_t i = 0; i < l.n && !r; i++)
		if (l.v[i].kind == e->stream->kind && !strcmp(l.v[i].name, e->stream->source))
			s = &l.v[i];
	if (r || !s)
		return r ? r : fail(err, BKS_E_CATALOG, "the catalog changed meanwhile");
	r = stream_complete(s, cat, f->now, a, err);
	if (!r)
		r = stream_slots(&slots, &f->slot_count, cat, s, a, err);
	if (r)
		return r;
	f->s = s;
	f->slots = slots;
	while (f->row < s->n && s->rows[f->row].id != e->row->backup->id)
		f->row++;
	*known = f->row < s->n && future_init(f, s, f->now, a);
	e->changes_at = BKS_TIME_NONE;
	if (*known && e->row->action == BKS_KEEP)
		e->changes_at = first_day(f, -1);
	for (size_t i = 0; i < e->row->copy_count; i++) {
		copies[i] = BKS_TIME_NONE;
		if (*known && e->row->copies[i].action == BKS_KEEP)
			copies[i] = first_day(f, (ptrdiff_t)i);
	}
	e->copies_change_at = copies;
	return 0;
}

int bks_retain_explain(bks_explained *out, bks_catalog *cat, int64_t backup, bks_time now, bks_arena *a, bks_error *err)
{
	const bks_selection sel = {.ids = &backup, .id_count = 1};
	bks_plan *plan = arena_one(a, bks_plan);
	struct future f = {.now = now};
	bks_backups one;
	bool known = false;
	int r = bks_backup_list(&one, cat, &sel, a, err);

	*out = (bks_explained){.changes_at = BKS_TIME_NONE};
	if (r)
		return r;
	if (!one.n)
		return fail(err, BKS_E_USAGE, "no backup %lld", (long long)backup);
	r = bks_retain_plan(plan, cat, one.v[0].source, now, a, err);
	if (r)
		return r;
	if (find_row(out, plan, backup))
		return 1;
	r = look_ahead(out, &f, &known, cat, a, err);
	if (!r)
		tell(out, &f, known, a);
	return r;
}
