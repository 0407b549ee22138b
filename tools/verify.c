/* verify.c - one run of verification, weighed and told; `verify`, `add --verify` and `nightly`
 * share it */
#include "item.h"
#include "look.h"
#include "out.h"
#include "progress.h"
#include "steps.h"
#include "stop.h"

int verify_do(bks_verified *out, struct call *c, const bks_selection *sel)
{
	bks_verify_options opt = {.all = opt_flag(c, "all"),
		.deep = opt_flag(c, "deep"),
		.run = c->run,
		.level = opt_word(c, "level"), /* -1 is BKS_LEVEL_NONE */
		.budget_time = opt_duration(c, "budget"),
		.budget_bytes = opt_size(c, "budget"),
		.now = c->now,
		.progress = progress_begin(c, -1),
		.progress_arg = c,
		.stop = stop_asked};
	int r = look_jobs(&opt.jobs, c);
	if (r < 0)
		return r;
	return bks_verify(out, c->cat, sel, &opt, c->arena, &c->err);
}

static int64_t bad(const bks_verified *v)
{
	return v->counts[BKS_DAMAGED] + v->counts[BKS_INCOMPLETE] + v->counts[BKS_MISSING];
}

/* What cannot be right must not end well. */
static int add_up(struct call *c, const bks_verified *v)
{
	int64_t sum = v->left;
	for (int i = BKS_UNKNOWN + 1; i < BKS_VERDICT_COUNT; i++)
		sum += v->counts[i];
	if (sum == v->matched && !v->counts[BKS_UNKNOWN])
		return 0;
	return fails(c, BKS_E_IO,
		"a defect in this program: %lld were selected, but %lld are accounted for",
		(long long)v->matched, (long long)sum);
}

int verify_weigh(struct call *c, const bks_verified *v)
{
	struct ending *e = &c->end;
	e->done += v->counts[BKS_SOUND] + v->fresh_sound;
	/* what was found bad yesterday is no better for not having been read today */
	e->trouble = e->trouble || bad(v) > v->acked_trouble || v->fresh_trouble;
	e->unfinished = e->unfinished || v->counts[BKS_UNREADABLE] ||
			v->counts[BKS_UNSUPPORTED] || v->interrupted;
	e->nothing = e->nothing || v->source_without_proof || (!v->matched && !v->fresh);
	return partly(c, add_up(c, v), true);
}

void verify_counts(bks_json *counts, const bks_verified *v)
{
	bks_json_put_int(counts, "matched", v->matched);
	for (int i = BKS_UNKNOWN + 1; i < BKS_VERDICT_COUNT; i++)
		bks_json_put_int(counts, bks_verdict_name((enum bks_verdict)i), v->counts[i]);
	bks_json_put_int(counts, "left", v->left);
	bks_json_put_int(counts, "fresh", v->fresh);
	bks_json_put_int(counts, "fresh_trouble", v->fresh_trouble);
	bks_json_put_int(counts, "cold", v->cold);
	bks_json_put_int(counts, "requests", v->requests);
	bks_json_put_int(counts, "acked", v->acked_trouble);
}

void verify_put(bks_json *doc, const bks_verified *v)
{
	bks_json *list = bks_json_list(), *counts = bks_json_object();
	for (size_t i = 0; i < v->n; i++)
		bks_json_add(list, item_json(&v->v[i], v->backups[i], v->repos[i]));
	verify_counts(counts, v);
	bks_json_put(doc, "verified", list);
	bks_json_put(doc, "counts", counts);
}

/* "12 verified: 11 sound, 1 damaged; 3 left" */
const char *verify_summary(const bks_verified *v)
{
	const char *text = said("%lld verified", (long long)(v->matched - v->left)), *sep = ":";
	for (int i = 0; i < BKS_VERDICT_COUNT; i++)
		if (v->counts[i]) {
			text = said("%s%s %lld %s", text, sep, (long long)v->counts[i],
				bks_verdict_name((enum bks_verdict)i));
			sep = ",";
		}
	if (v->acked_trouble)
		text = said("%s (%lld acknowledged)", text, (long long)v->acked_trouble);
	if (v->left)
		text = said("%s; %lld left for the next run", text, (long long)v->left);
	if (v->fresh)
		text = said("%s; %lld still fresh", text, (long long)v->fresh);
	if (v->fresh_trouble)
		text = said("%s, %lld of them in trouble", text, (long long)v->fresh_trouble);
	if (v->cold)
		text = said("%s; %lld in cold storage, not read", text, (long long)v->cold);
	return text;
}

void verify_say(struct call *c, const bks_verified *v)
{
	bks_inspection *named = take((v->n + 1) * sizeof *named);
	for (size_t i = 0; i < v->n && !c->json; i++) {
		named[i] = v->v[i];
		named[i].path = said("%s:%s", v->repos[i], v->v[i].path);
	}
	if (!c->json)
		items_say(c, named, v->n);
	say(c, "%s", verify_summary(v));
}
