/* The plan: rows of the catalog, decided by policy, told with reasons, and a hash over what was decided. Changes nothing. */
#include "backstay/retain.h"
#include "base/bytes.h"
#include "base/digest.h"
#include "base/text.h"
#include "work/retain.h"
#include "work/streams.h"
#include <stdlib.h>
#include <string.h>

static const char *const *as_reasons(const struct keep_row *k)
{
	return k->reasons;
}

static int64_t bytes_of(const bks_artifact *f)
{
	return f->state == BKS_STATE_LIVE || f->state == BKS_STATE_SETTLING || f->state == BKS_STATE_CONDEMNED ? f->size : 0;
}

/* The artifacts of a backup that lie in one repo are its copy there. */
static void copies_of(bks_plan_row *row, const struct keep_row *k, bks_arena *a)
{
	const bks_backup *b = row->backup;
	bks_plan_copy *v = arena_take(a, (b->artifact_count + 1) * sizeof *v);
	size_t n = 0;

	for (size_t i = 0; i < b->artifact_count; i++) {
		size_t c = 0;

		while (c < n && strcmp(v[c].repo, b->artifacts[i].repo) != 0)
			c++;
		if (c == n)
			v[n++] = (bks_plan_copy){b->artifacts[i].repo, row->action, as_reasons(k), k->reason_count, 0};
		v[c].bytes += bytes_of(&b->artifacts[i]);
	}
	row->copies = v;
	row->copy_count = n;
}

static int64_t price_of(const bks_repos *repos, const char *name)
{
	for (size_t i = 0; i < repos->n; i++)
		if (!strcmp(repos->v[i].name, name))
			return repos->v[i].price_month;
	return -1;
}

/* Millionths a month for so many bytes; prices are of 10^9 bytes. */
static void add_cost(int64_t *sum, bool *known, int64_t price, int64_t bytes)
{
	if (price < 0) {
		*known = *known && !bytes;
		return;
	}
	*sum += (int64_t)((double)price * (double)bytes / 1e9);
}

static void add_totals(bks_plan *out, const bks_plan_row *row, const bks_repos *repos, bool *priced)
{
	out->keep += row->action == BKS_KEEP;
	out->expire += row->action == BKS_EXPIRE;
	out->undecided += row->action == BKS_UNDECIDED;
	for (size_t i = 0; i < row->copy_count; i++) {
		const bks_plan_copy *c = &row->copies[i];
		int64_t price = price_of(repos, c->repo);

		add_cost(&out->cost_before, priced, price, c->bytes);
		if (c->action == BKS_EXPIRE) {
			out->bytes_freed += c->bytes;
		} else {
			out->bytes_kept += c->bytes;
			add_cost(&out->cost_after, priced, price, c->bytes);
		}
	}
}

static int slots_of(struct keep_slot **out, size_t *n, bks_catalog *cat, const struct stream_rows *s, bks_arena *a,
	bks_error *err)
{
	const struct slot_row *rows = NULL;
	int r = 0;

	*n = 0;
	*out = NULL;
	if (s->source)
		r = slot_list(&rows, n, cat, s->source->id, s->kind, a, err);
	if (r || !*n)
		return r;
	*out = arena_take(a, *n * sizeof **out);
	for (size_t i = 0; i < *n; i++)
		(*out)[i] = (struct keep_slot){rows[i].tier, rows[i].bucket, rows[i].backup};
	return 0;
}

static int plan_stream(bks_plan_stream *out, struct keep_plan *plan, bks_catalog *cat, const struct stream_rows *s,
	bks_time now, bks_arena *a, bks_error *err)
{
	struct keep_slot *slots;
	bks_plan_row *rows = arena_take(a, s->n * sizeof *rows);
	size_t n;
	int r = slots_of(&slots, &n, cat, s, a, err);

	if (r)
		return r;
	keep_decide(plan, s->rows, s->n, slots, n, s->policy, now, a);
	for (size_t i = 0; i < s->n; i++) {
		rows[i] = (bks_plan_row){.backup = s->backups[i], .action = plan->rows[i].action,
			.reasons = as_reasons(&plan->rows[i]), .reason_count = plan->rows[i].reason_count};
		copies_of(&rows[i], &plan->rows[i], a);
	}
	*out = (bks_plan_stream){s->name, s->kind, plan->reference, s->policy->switched_on, plan->note, rows, s->n};
	return 0;
}

static void hash_policy(digest *d, const struct stream_rows *s, bks_arena *a)
{
	const bks_policy *p = s->policy;
	const char *t = arena_form(a, "%s/%d %s %lld %d %d %d %d %d %lld %lld %lld\n", s->name, (int)s->kind,
		p->zone ? p->zone : "UTC", (long long)p->day_start, p->daily_days, p->weekly_days,
		p->monthly_months, p->level, p->floor, (long long)p->failed_keep, (long long)p->grace,
		(long long)p->pitr_window);

	digest_add(d, t, strlen(t));
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
	digest_add(d, "\n", 1);
}

static void hash_plan(bks_plan *out, const struct stream_list *l, bks_arena *a)
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
	}
	digest_end(&done, d);
	hex_write(out->hash, done.sha256, sizeof done.sha256);
}

static void sum(bks_plan *out, const struct stream_list *l, const bks_repos *repos)
{
	bool priced = true;

	for (size_t i = 0; i < out->stream_count; i++) {
		const bks_plan_stream *s = &out->streams[i];
		int64_t before = out->expire;

		for (size_t k = 0; k < s->row_count; k++)
			add_totals(out, &s->rows[k], repos, &priced);
		if (out->expire > before && out->now + l->v[i].policy->grace > out->gone_by)
			out->gone_by = out->now + l->v[i].policy->grace;
	}
	if (!priced)
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
	hash_plan(out, l, a);
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
