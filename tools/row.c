/* row.c - a backup in one row: the shape that list, show, status and set share */
#include "row.h"
#include "out.h"
#include <stdlib.h>
#include <string.h>

static int by_id(const void *a, const void *b)
{
	const struct tier_row *x = a, *y = b;
	return (x->id > y->id) - (x->id < y->id);
}

static size_t count_rows(const bks_plan *p)
{
	size_t n = 0;
	for (size_t s = 0; s < p->stream_count; s++)
		n += p->streams[s].row_count;
	return n;
}

int tiers_read(struct tiers *out, struct call *c, const char *source)
{
	int r = bks_retain_plan(&out->plan, c->cat, source, c->now, c->arena, &c->err);
	if (r < 0)
		return r;
	out->rows = take((count_rows(&out->plan) + 1) * sizeof *out->rows);
	for (size_t s = 0; s < out->plan.stream_count; s++)
		for (size_t i = 0; i < out->plan.streams[s].row_count; i++) {
			const bks_plan_row *row = &out->plan.streams[s].rows[i];
			out->rows[out->n++] = (struct tier_row){row->backup->id, row};
		}
	qsort(out->rows, out->n, sizeof *out->rows, by_id);
	return 0;
}

static const bks_plan_row *plan_row(const struct tiers *t, int64_t id)
{
	struct tier_row key = {.id = id};
	const struct tier_row *found =
		t->n ? bsearch(&key, t->rows, t->n, sizeof key, by_id) : NULL;
	return found ? found->row : NULL;
}

/* A reason "daily 2026-11-01" is a slot of the tier daily. */
static bool has_slot(const bks_plan_row *r, const char *tier)
{
	size_t n = strlen(tier);
	for (size_t i = 0; r && i < r->reason_count; i++)
		if (!strncmp(r->reasons[i], tier, n) &&
			(r->reasons[i][n] == ' ' || !r->reasons[i][n]))
			return true;
	return false;
}

bool tiers_hold(const struct tiers *t, const bks_backup *b, const char *tier)
{
	return !strcmp(b->tier_name ? b->tier_name : bks_tier_name(b->tier), tier) || has_slot(plan_row(t, b->id), tier);
}

static const bks_policy *policy_of(const struct tiers *t, const bks_backup *b)
{
	for (size_t s = 0; s < t->plan.stream_count; s++)
		if (b->source && t->plan.streams[s].kind == b->kind && !strcmp(t->plan.streams[s].source, b->source))
			return t->plan.streams[s].policy;
	return NULL;
}

static bool is_listed(const char *const *v, size_t n, const char *word)
{
	for (size_t i = 0; i < n; i++)
		if (!strcmp(v[i], word))
			return true;
	return false;
}

/* The tiers of B, AUTO left out, in the order of its policy. */
static size_t tiers_of(const char ***out, const bks_backup *b, const struct tiers *t)
{
	const bks_policy *p = policy_of(t, b);
	size_t n = 0;
	*out = take(((p ? p->tier_count : 0) + 2) * sizeof **out);
	for (size_t i = 0; p && i < p->tier_count; i++)
		if (tiers_hold(t, b, p->tiers[i].name))
			(*out)[n++] = p->tiers[i].name;
	if (b->tier_name && !is_listed(*out, n, b->tier_name))
		(*out)[n++] = b->tier_name;
	if (b->tier != BKS_TIER_AUTO && !is_listed(*out, n, bks_tier_name(b->tier)))
		(*out)[n++] = bks_tier_name(b->tier);
	return n;
}

const char *row_tiers(const bks_backup *b, const struct tiers *t)
{
	const char **words;
	size_t n = tiers_of(&words, b, t);
	return joined(words, n);
}

const char *row_level(const bks_backup *b)
{
	return b->level == BKS_LEVEL_NONE ? NULL : bks_level_name(b->level);
}

static void put_standing(bks_json *o, const bks_backup *b)
{
	bks_json_put_text(o, "state", bks_state_name(b->state));
	bks_json_put_text(o, "state_reason", b->state_reason);
	bks_json_put_text(o, "verdict", bks_verdict_name(b->verdict));
	bks_json_put_text(o, "level", row_level(b));
	bks_json_put_time(o, "verified_at", b->verified_at);
	bks_json_put_time(o, "proven_at", b->proven_at);
	bks_json_put_time(o, "purge_after", b->purge_after);
	bks_json_put_bool(o, "held", b->held);
	bks_json_put_bool(o, "acked", b->acked);
}

bks_json *row_json(const bks_backup *b, const struct tiers *t)
{
	bks_json *o = bks_json_object(), *tiers = bks_json_list(), *repos = bks_json_list();
	const char **words;
	size_t n = tiers_of(&words, b, t);
	for (size_t i = 0; i < n; i++)
		bks_json_add_text(tiers, words[i]);
	for (size_t i = 0; i < b->repo_count; i++)
		bks_json_add_name(repos, b->repos[i]);
	bks_json_put_int(o, "id", b->id);
	bks_json_put_name(o, "label", b->label);
	bks_json_put_name(o, "source", b->source);
	bks_json_put_bool(o, "source_guessed", b->source_guessed);
	bks_json_put_text(o, "kind", bks_kind_name(b->kind));
	bks_json_put_text(o, "format", b->format);
	bks_json_put_text(o, "content", bks_content_name(b->content));
	bks_json_put(o, "tiers", tiers);
	bks_json_put_name(o, "reason", b->reason);
	bks_json_put_time(o, "taken_at", b->taken_at);
	bks_json_put_text(o, "taken_from",
		b->taken_from == BKS_TAKEN_UNKNOWN ? NULL : bks_taken_from_name(b->taken_from));
	bks_json_put_bool(o, "time_confirmed", b->time_confirmed);
	bks_json_put_size(o, "size", b->size);
	bks_json_put(o, "repos", repos);
	put_standing(o, b);
	return o;
}

static const char *repos_shown(const struct call *c, const bks_backup *b)
{
	const char *all = b->repo_count ? shown(c, b->repos[0]) : "-";
	for (size_t i = 1; i < b->repo_count; i++)
		all = said("%s,%s", all, shown(c, b->repos[i]));
	return all;
}

void rows_say(struct call *c, const bks_backup *v, size_t n, const struct tiers *t)
{
	static const char *const titles[] = {">ID", "TAKEN AT", "SOURCE", ">SIZE", "VERDICT",
		"LEVEL", "PROVEN", "STATE", "TIERS", "REPOS", "LABEL", NULL};
	struct table rows = table_new(c, titles);
	if (!out_text(c))
		return;
	for (size_t i = 0; i < n; i++) {
		const bks_backup *b = &v[i];
		table_add(&rows, said("%lld", (long long)b->id));
		table_add(&rows, time_shown(b->taken_at));
		table_add(&rows, said("%s%s", shown(c, b->source),
					 b->source && b->source_guessed ? "?" : ""));
		table_add(&rows, size_shown(b->size));
		table_colour(&rows,
			said("%s%s", bks_verdict_name(b->verdict), b->acked ? " (acked)" : ""),
			verdict_colour(b->verdict));
		table_add(&rows, row_level(b));
		table_add(&rows, b->proven_at == BKS_TIME_NONE ? NULL : said("%.10s", time_shown(b->proven_at)));
		table_add(&rows, bks_state_name(b->state));
		table_add(&rows, row_tiers(b, t));
		table_add(&rows, repos_shown(c, b));
		table_add(&rows, shown(c, b->label));
	}
	table_print(&rows, true);
}

static bks_json *words_json(const char *const *words, size_t n)
{
	bks_json *l = bks_json_list();
	for (size_t i = 0; i < n; i++)
		bks_json_add_text(l, words[i]);
	return l;
}

bks_json *plan_copy_json(const bks_plan_copy *p)
{
	bks_json *copy = bks_json_object();
	bks_json_put_name(copy, "repo", p->repo);
	bks_json_put_text(copy, "action", bks_keep_name(p->action));
	bks_json_put(copy, "reasons", words_json(p->reasons, p->reason_count));
	bks_json_put_size(copy, "bytes", p->bytes);
	return copy;
}

bks_json *plan_row_json(const bks_plan_row *r)
{
	bks_json *o = bks_json_object(), *copies = bks_json_list(), *absent = bks_json_list();
	for (size_t i = 0; i < r->copy_count; i++)
		bks_json_add(copies, plan_copy_json(&r->copies[i]));
	for (size_t i = 0; i < r->not_there_count; i++)
		bks_json_add_name(absent, r->not_there[i]);
	bks_json_put_int(o, "id", r->backup->id);
	bks_json_put_name(o, "label", r->backup->label);
	bks_json_put_time(o, "taken_at", r->backup->taken_at);
	bks_json_put_size(o, "size", r->backup->size);
	bks_json_put_text(o, "action", bks_keep_name(r->action));
	bks_json_put(o, "reasons", words_json(r->reasons, r->reason_count));
	bks_json_put(o, "copies", copies);
	bks_json_put(o, "not_there", absent);
	return o;
}
