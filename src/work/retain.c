/* The plan: rows of the catalog, decided by policy, told with reasons, and a hash over what was decided. Changes nothing. */
#include "backstay/retain.h"
#include "base/bytes.h"
#include "base/digest.h"
#include "base/text.h"
#include "policy/money.h"
#include "work/planwal.h"
#include "work/retain.h"
#include "work/streams.h"
#include <stdlib.h>
#include <string.h>

static void copies_of(bks_plan_row *row, const struct keep_row *k, const struct keep_backup *b, bks_arena *a)
{
	bks_plan_copy *v = arena_take(a, (b->copy_count + 1) * sizeof *v);

	for (size_t i = 0; i < b->copy_count; i++)
		v[i] = (bks_plan_copy){b->copies[i].repo, k->copies[i].action, k->copies[i].reasons,
			k->copies[i].reason_count, b->copies[i].bytes};
	row->copies = v;
	row->copy_count = b->copy_count;
}

static int64_t price_of(const bks_repos *repos, const char *name, const char *storage_class)
{
	bks_terms t = {.price_month = -1};

	for (size_t i = 0; i < repos->n; i++)
		if (!strcmp(repos->v[i].name, name))
			bks_repo_terms(&t, &repos->v[i], storage_class);
	return t.price_month;
}

/* A month of what lies of B in REPO, each file at the price of its class. */
static int64_t cost_of(const bks_repos *repos, const bks_backup *b, const char *repo)
{
	int64_t sum = 0;

	for (size_t i = 0; i < b->artifact_count; i++)
		if (!strcmp(b->artifacts[i].repo, repo) && artifact_lies(&b->artifacts[i]))
			sum = money_add(sum,
				money_month(price_of(repos, repo, b->artifacts[i].storage_class), b->artifacts[i].size));
	return sum;
}

static void add_totals(bks_plan *out, const bks_plan_row *row, const bks_repos *repos)
{
	out->keep += row->action == BKS_KEEP;
	out->expire += row->action == BKS_EXPIRE;
	out->undecided += row->action == BKS_UNDECIDED;
	for (size_t i = 0; i < row->copy_count; i++) {
		const bks_plan_copy *c = &row->copies[i];
		int64_t cost = cost_of(repos, row->backup, c->repo);

		out->cost_before = money_add(out->cost_before, cost);
		if (c->action == BKS_EXPIRE) {
			out->bytes_freed += c->bytes;
		} else {
			out->bytes_kept += c->bytes;
			out->cost_after = money_add(out->cost_after, cost);
		}
	}
}

static void rows_of(bks_plan_stream *out, const struct stream_rows *s, const struct keep_plan *plan, bks_arena *a)
{
	bks_plan_row *rows = arena_take(a, (s->n + 1) * sizeof *rows);

	for (size_t i = 0; i < s->n; i++) {
		const struct keep_row *k = &plan->rows[i];

		rows[i] = (bks_plan_row){.backup = s->backups[i], .action = k->action, .reasons = k->reasons,
			.reason_count = k->reason_count, .not_there = k->not_there, .not_there_count = k->not_there_count};
		copies_of(&rows[i], k, &s->rows[i], a);
	}
	out->rows = rows;
	out->row_count = s->n;
}

static int plan_stream(bks_plan_stream *out, struct keep_plan *plan, bks_catalog *cat, struct stream_rows *s,
	bks_time now, bks_arena *a, bks_error *err)
{
	struct keep_slot *slots;
	size_t n;
	int r = stream_slots(&slots, &n, cat, s, a, err);

	if (!r)
		r = stream_complete(s, cat, now, a, err);
	if (r)
		return r;
	keep_decide(plan, s->rows, s->n, slots, n, s->policy, now, a);
	*out = (bks_plan_stream){.source = s->name, .kind = s->kind, .reference = plan->reference,
		.switched_on = s->policy->switched_on, .note = plan->note, .frozen = plan->frozen, .policy = s->policy};
	rows_of(out, s, plan, a);
	return plan_wal(out, cat, s, plan, now, a, err);
}

static void hash_text(digest *d, const char *t)
{
	digest_add(d, t, strlen(t));
}

static void hash_tier(digest *d, const bks_tier_rule *t, bks_arena *a)
{
	hash_text(d, arena_form(a, "%s %d %d %d %d", t->name, (int)t->bucket, t->days, t->months, t->level));
	for (size_t i = 0; i < t->repo_count; i++)
		hash_text(d, arena_form(a, " repo %s", t->repos[i]));
	for (size_t i = 0; i < t->class_count; i++)
		hash_text(d, arena_form(a, " class %s", t->classes[i]));
	hash_text(d, "\n");
}

static void hash_policy(digest *d, const struct stream_rows *s, bks_arena *a)
{
	const bks_policy *p = s->policy;

	hash_text(d, arena_form(a, "%s/%d %s %lld %d %d %lld %lld %lld %lld\n", s->name, (int)s->kind,
		p->zone ? p->zone : "UTC", (long long)p->day_start, p->level, p->floor, (long long)p->failed_keep,
		(long long)p->grace, (long long)p->pitr_window, (long long)p->quota));
	for (size_t i = 0; i < p->tier_count; i++)
		hash_tier(d, &p->tiers[i], a);
}

static int by_id(const void *x, const void *y)
{
	const bks_plan_row *const *a = x, *const *b = y;

	return ((*a)->backup->id > (*b)->backup->id) - ((*a)->backup->id < (*b)->backup->id);
}

static void hash_row(digest *d, const bks_plan_row *row, bks_arena *a)
{
	const bks_backup *b = row->backup;
	const char *t = arena_form(a, "%lld %s %lld", (long long)b->id, bks_keep_name(row->action), (long long)b->size);

	digest_add(d, t, strlen(t));
	for (size_t i = 0; i < b->artifact_count; i++)
		digest_add(d, b->artifacts[i].digests.xxh3, sizeof b->artifacts[i].digests.xxh3);
	for (size_t i = 0; i < row->copy_count; i++)
		if (row->copies[i].action != row->action)
			hash_text(d, arena_form(a, " %s %s", row->copies[i].repo, bks_keep_name(row->copies[i].action)));
	hash_text(d, "\n");
}

static void hash_wal(digest *d, const bks_plan_wal *w, bks_arena *a)
{
	for (size_t i = 0; i < w->part_count; i++)
		if (w->parts[i].action == BKS_EXPIRE)
			hash_text(d, arena_form(a, "wal %lld %llu %llu\n", (long long)w->run,
				(unsigned long long)w->parts[i].from, (unsigned long long)w->parts[i].to));
}

void retain_hash(bks_plan *out, const struct stream_list *l, bks_arena *a)
{
	digest *d = digest_new(true);
	bks_digests done;

	for (size_t i = 0; i < out->stream_count; i++) {
		const bks_plan_stream *s = &out->streams[i];
		const bks_plan_row **rows = arena_take(a, s->row_count * sizeof *rows);

		for (size_t k = 0; k < s->row_count; k++)
			rows[k] = &s->rows[k];
		qsort(rows, s->row_count, sizeof *rows, by_id);
		hash_policy(d, &l->v[i], a);
		for (size_t k = 0; k < s->row_count; k++)
			hash_row(d, rows[k], a);
		for (size_t k = 0; k < s->wal_count; k++)
			hash_wal(d, &s->wal[k], a);
	}
	digest_end(&done, d);
	hex_write(out->hash, done.sha256, sizeof done.sha256);
}

static bool any_goes(const bks_plan_stream *s)
{
	for (size_t k = 0; k < s->row_count; k++) {
		if (s->rows[k].action == BKS_EXPIRE)
			return true;
		for (size_t c = 0; c < s->rows[k].copy_count; c++)
			if (s->rows[k].copies[c].action == BKS_EXPIRE)
				return true;
	}
	for (size_t k = 0; k < s->wal_count; k++)
		for (size_t i = 0; i < s->wal[k].part_count; i++)
			if (s->wal[k].parts[i].action == BKS_EXPIRE)
				return true;
	return false;
}

static void add_wal(bks_plan *out, const bks_plan_stream *s)
{
	for (size_t k = 0; k < s->wal_count; k++)
		for (size_t i = 0; i < s->wal[k].part_count; i++) {
			const bks_plan_wal_part *p = &s->wal[k].parts[i];
			bool goes = p->action == BKS_EXPIRE;

			*(goes ? &out->wal_expire : &out->wal_keep) += p->segments;
			*(goes ? &out->wal_bytes_freed : &out->wal_bytes_kept) += p->bytes;
		}
}

static void sum(bks_plan *out, const struct stream_list *l, const bks_repos *repos)
{
	for (size_t i = 0; i < out->stream_count; i++) {
		const bks_plan_stream *s = &out->streams[i];

		for (size_t k = 0; k < s->row_count; k++)
			add_totals(out, &s->rows[k], repos);
		add_wal(out, s);
		if (any_goes(s) && out->now + l->v[i].policy->grace > out->gone_by)
			out->gone_by = out->now + l->v[i].policy->grace;
	}
	if (out->cost_before == MONEY_UNKNOWN)
		out->cost_before = out->cost_after = -1;
}

int retain_plan(bks_plan *out, struct keep_plan **decided, bks_catalog *cat, const struct stream_list *l, bks_time now, bks_arena *a,
	bks_error *err)
{
	bks_plan_stream *v = arena_take(a, (l->n + 1) * sizeof *v);
	struct keep_plan *plans = arena_take(a, (l->n + 1) * sizeof *plans);
	bks_repos repos;
	int r = bks_repo_list(&repos, cat, a, err);

	*out = (bks_plan){.now = now, .gone_by = BKS_TIME_NONE};
	for (size_t i = 0; !r && i < l->n; i++)
		r = plan_stream(&v[i], &plans[i], cat, &l->v[i], now, a, err);
	if (r)
		return r;
	out->streams = v;
	out->stream_count = l->n;
	sum(out, l, &repos);
	retain_hash(out, l, a);
	if (decided)
		*decided = plans;
	return 0;
}

int bks_retain_plan(bks_plan *out, bks_catalog *cat, const char *source, bks_time now, bks_arena *a, bks_error *err)
{
	struct stream_list l;
	int r = streams_load(&l, cat, source, a, err);

	*out = (bks_plan){.now = now, .gone_by = BKS_TIME_NONE};
	return r ? r : retain_plan(out, NULL, cat, &l, now, a, err);
}
