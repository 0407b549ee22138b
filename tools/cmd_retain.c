/* cmd_retain.c - what retention would keep and let go, and why; what carries it out is in retained.c */
#include "backstay/cost.h"
#include "backstay/wal.h"
#include "explain.h"
#include "look.h"
#include "money.h"
#include "out.h"
#include "retain.h"
#include "row.h"

#include <string.h>

static bks_json *wal_part_json(const bks_plan_wal_part *p)
{
	bks_json *o = bks_json_object();
	char lsn[BKS_LSN_TEXT];
	bks_json_put_text(o, "from", bks_lsn_text(lsn, p->from));
	bks_json_put_text(o, "to", bks_lsn_text(lsn, p->to));
	bks_json_put_text(o, "action", bks_keep_name(p->action));
	bks_json_put_text(o, "reason", p->reason);
	bks_json_put_int(o, "segments", p->segments);
	bks_json_put_size(o, "bytes", p->bytes);
	return o;
}

static bks_json *wal_json(const bks_plan_wal *w)
{
	bks_json *o = bks_json_object(), *parts = bks_json_list();
	for (size_t i = 0; i < w->part_count; i++)
		bks_json_add(parts, wal_part_json(&w->parts[i]));
	bks_json_put_int(o, "run", w->run);
	bks_json_put_name(o, "repo", w->repo);
	bks_json_put_name(o, "folder", w->folder);
	bks_json_put_text(o, "system_id", said("%llu", (unsigned long long)w->system_id));
	bks_json_put_int(o, "timeline", w->timeline);
	bks_json_put(o, "ranges", parts);
	return o;
}

static bks_json *stream_json(const bks_plan_stream *s)
{
	bks_json *o = bks_json_object(), *rows = bks_json_list();
	for (size_t i = 0; i < s->row_count; i++)
		bks_json_add(rows, plan_row_json(&s->rows[i]));
	bks_json_put_name(o, "source", s->source);
	bks_json_put_text(o, "kind", bks_kind_name(s->kind));
	bks_json_put_time(o, "reference", s->reference);
	bks_json_put_bool(o, "switched_on", s->switched_on);
	bks_json_put_text(o, "note", s->note);
	bks_json_put_text(o, "frozen", s->frozen);
	bks_json_put(o, "backups", rows);
	bks_json *wal = bks_json_list();
	for (size_t i = 0; i < s->wal_count; i++)
		bks_json_add(wal, wal_json(&s->wal[i]));
	bks_json_put(o, "wal", wal);
	return o;
}

/* BILLED: until --by; unknown without it. */
static bks_json *totals_json(const bks_plan *p, int64_t billed)
{
	bks_json *o = bks_json_object();
	bks_json_put_int(o, "keep", p->keep);
	bks_json_put_int(o, "expire", p->expire);
	bks_json_put_int(o, "undecided", p->undecided);
	bks_json_put_int(o, "bytes_kept", p->bytes_kept);
	bks_json_put_int(o, "bytes_freed", p->bytes_freed);
	bks_json_put_int(o, "wal_keep", p->wal_keep);
	bks_json_put_int(o, "wal_expire", p->wal_expire);
	bks_json_put_int(o, "wal_bytes_kept", p->wal_bytes_kept);
	bks_json_put_int(o, "wal_bytes_freed", p->wal_bytes_freed);
	bks_json_put_time(o, "gone_by", p->gone_by);
	money_put(o, "cost_before", p->cost_before < 0 ? BKS_COST_UNKNOWN : p->cost_before);
	money_put(o, "cost_after", p->cost_after < 0 ? BKS_COST_UNKNOWN : p->cost_after);
	money_put(o, "billed_until", billed);
	return o;
}

static bks_json *plan_json(const bks_plan *p, int64_t billed)
{
	bks_json *doc = bks_json_object(), *streams = bks_json_list();
	for (size_t i = 0; i < p->stream_count; i++)
		bks_json_add(streams, stream_json(&p->streams[i]));
	bks_json_put_text(doc, "plan", p->hash);
	bks_json_put_time(doc, "now", p->now);
	bks_json_put(doc, "streams", streams);
	bks_json_put(doc, "totals", totals_json(p, billed));
	return doc;
}

/* Copies that go although their backup stays, and tiers whose places lack theirs. */
static void say_apart(struct call *c, const bks_plan_stream *s)
{
	for (size_t i = 0; i < s->row_count; i++) {
		const bks_plan_row *r = &s->rows[i];
		for (size_t k = 0; k < r->copy_count; k++)
			if (r->copies[k].action != r->action)
				say(c, "  %lld: its copy in %s: %s (%s)", (long long)r->backup->id,
					shown(c, r->copies[k].repo),
					bks_keep_name(r->copies[k].action),
					joined(r->copies[k].reasons, r->copies[k].reason_count));
		for (size_t k = 0; k < r->not_there_count; k++)
			say(c, "  %lld: tier-not-there: %s", (long long)r->backup->id,
				shown(c, r->not_there[k]));
	}
}

static void say_wal(struct call *c, const bks_plan_stream *s)
{
	char from[BKS_LSN_TEXT], to[BKS_LSN_TEXT];
	for (size_t i = 0; i < s->wal_count; i++)
		for (size_t k = 0; k < s->wal[i].part_count; k++) {
			const bks_plan_wal_part *p = &s->wal[i].parts[k];
			say(c, "  WAL in %s/%s, timeline %u, %s to %s: %s (%s)",
				shown(c, s->wal[i].repo), shown(c, s->wal[i].folder),
				s->wal[i].timeline, bks_lsn_text(from, p->from),
				bks_lsn_text(to, p->to), bks_keep_name(p->action), p->reason);
		}
}

static void say_stream(struct call *c, const bks_plan_stream *s)
{
	static const char *const titles[] = {
		">ID", "TAKEN AT", ">SIZE", "VERDICT", "ACTION", "WHY", "LABEL", NULL};
	struct table t = table_new(c, titles);
	say(c, "%s, %s: reference %s, retention %s%s%s", shown(c, s->source),
		bks_kind_name(s->kind), time_shown(s->reference),
		s->switched_on ? "switched on" : "not switched on", s->note ? "; " : "",
		s->note ? shown(c, s->note) : "");
	for (size_t i = 0; i < s->row_count; i++) {
		const bks_plan_row *r = &s->rows[i];
		table_add(&t, said("%lld", (long long)r->backup->id));
		table_add(&t, time_shown(r->backup->taken_at));
		table_add(&t, size_shown(r->backup->size));
		table_colour(&t, bks_verdict_name(r->backup->verdict),
			verdict_colour(r->backup->verdict));
		table_colour(&t, bks_keep_name(r->action),
			r->action == BKS_EXPIRE ? colour_bad() : "");
		table_add(&t, joined(r->reasons, r->reason_count));
		table_add(&t, shown(c, r->backup->label));
	}
	table_print(&t, true);
	say_apart(c, s);
	say_wal(c, s);
	say(c, "%s", "");
}

static void say_plan(struct call *c, const bks_plan *p)
{
	if (!out_text(c))
		return;
	for (size_t i = 0; i < p->stream_count; i++)
		say_stream(c, &p->streams[i]);
	say(c, "keep %lld (%s), expire %lld (%s%s%s), undecided %lld", (long long)p->keep,
		size_shown(p->bytes_kept), (long long)p->expire, size_shown(p->bytes_freed),
		p->gone_by == BKS_TIME_NONE ? "" : ", gone by ",
		p->gone_by == BKS_TIME_NONE ? "" : time_shown(p->gone_by),
		(long long)p->undecided);
	if (p->wal_keep + p->wal_expire)
		say(c, "WAL: keep %s (%s), expire %lld (%s)",
			count_shown(p->wal_keep, "segment", "segments"), size_shown(p->wal_bytes_kept),
			(long long)p->wal_expire, size_shown(p->wal_bytes_freed));
	say(c, "plan %s; nothing was changed", p->hash);
}

/* A time to come, up to which what the plan leaves is billed. */
static int read_moment(bks_time *out, struct call *c)
{
	*out = c->now;
	int r = opt_time(out, c, "by", NULL);
	if (!r && *out < c->now)
		r = fails(c, BKS_E_USAGE, "--by: %s is before now; --now looks back",
			time_shown(*out));
	return r;
}

static int plan(struct call *c)
{
	const char *source = opt_text(c, "source");
	const bks_source *s = NULL;
	bks_plan p = {.hash = "",
		.now = c->now,
		.gone_by = BKS_TIME_NONE,
		.cost_before = -1,
		.cost_after = -1};
	bks_time at;
	int r = read_moment(&at, c);
	if (!r && source)
		r = look_source(&s, c, source);
	int64_t billed = BKS_COST_UNKNOWN, coming;
	if (!r)
		r = bks_retain_plan(&p, c->cat, source, c->now, c->arena, &c->err);
	if (!r && opt_given(c, "by"))
		r = bks_cost_until(&billed, &coming, c->cat, source, c->now, at, c->arena, &c->err);
	if (r < 0)
		return r;
	c->doc = plan_json(&p, billed);
	c->end.done = p.keep + p.expire + p.undecided;
	if (r > 0)
		return 0;
	if (!c->end.done)
		return no_match(c, "there is no backup to plan for");
	say_plan(c, &p);
	if (opt_given(c, "by"))
		say(c, "what lies there now will be billed %s until %s", money_shown(billed, NULL), time_shown(at));
	return 0;
}

static const struct option_spec plan_options[] = {
	{"source", OPT_TEXT, "S", "of this source", NULL},
	{"by", OPT_TIME, "TIME", "tell what will be billed until then for what lies there now", NULL},
	{"now", OPT_TIME, "TIME", "answer as of that time", NULL},
	{0},
};
static const struct option_spec explain_options[] = {
	{"now", OPT_TIME, "TIME", "answer as of that time", NULL},
	{0},
};

#define ROW                                                                                    \
	"{\"id\":, \"label\":, \"taken_at\":, \"size\":, \"action\": \"keep\" or \"expire\" "  \
	"or \"undecided\",\n"                                                                  \
	"  \"reasons\": [\"daily 2026-11-01\", \"floor\"], \"copies\": [{\"repo\":, "          \
	"\"action\":, \"reasons\": [], \"bytes\":}], \"not_there\": []"
#define ACTIONS                                                                                \
	"{\"plan\":, \"actions\": [{\"id\":, \"label\":, \"repo\":, \"source\":, \"from\":, \"to\":, \"reason\":, \"bytes\":}],\n" \
	"  \"refused\": [{\"rule\":, \"source\":, \"id\":, \"label\":, \"repo\":, \"text\":}],\n" \
	"  \"waiting\": [{\"what\": \"brake\" or \"grace\", \"source\":, \"kind\":, \"backups\":, \"wal\":, \"bytes\":, \"runs\":, " \
	"\"until\":}],\n  \"condemned\":, \"taken_back\":, \"gone\":, \"wal_condemned\":, \"wal_taken_back\":, \"wal_gone\":, \"bytes_freed\":}\n"
#define WAL "Archived WAL goes likewise: such an action has no id, and the first and the last segment as its label.\n"
#define FIVE WAL "Ends with 5 where a safety rule refused; docs/retention.md has them all.\n"

const struct command commands_retain[] = {
	{"retain plan", "", "what retention would keep and let go, and why",
		"backstay retain plan\n"
		"backstay retain plan --source shop --by 2026-12-31\n",
		"Changes nothing. The hash covers the policy and every backup with its action, "
		"size and digest, not the clock. With --by TIME, billed_until is what will be billed until then for what lies "
		"there now, if backups go on coming as they do and the plan is carried out every night; null where a price "
		"is not known.\n",
		"{\"plan\":, \"now\":, \"streams\": [{\"source\":, \"kind\":, \"reference\":, "
		"\"switched_on\":, \"note\":, \"frozen\":,\n"
		"  \"backups\": [" ROW "}],\n"
		"  \"wal\": [{\"run\":, \"repo\":, \"folder\":, \"system_id\":, \"timeline\":, \"ranges\":\n"
		"    [{\"from\":, \"to\":, \"action\":, \"reason\":, \"segments\":, \"bytes\":}]}]}],\n"
		"  \"totals\": {\"keep\":, \"expire\":, \"undecided\":, \"bytes_kept\":, "
		"\"bytes_freed\":, \"wal_keep\":, \"wal_expire\":, \"wal_bytes_kept\":, \"wal_bytes_freed\":, \"gone_by\":,\n"
		"  \"cost_before\":, \"cost_after\":, \"billed_until\":}}\n",
		plan_options, NEED_READ, 0, 0, plan},
	{"retain explain", "BACKUP", "why one backup would stay or go",
		"backstay retain explain 17\n",
		"Tells each reason in words, the day on which the backup goes if good ones go on coming as "
		"they do, and the same of each copy.\n",
		"{\"backup\": " ROW ",\n"
		"  \"source\":, \"kind\":, \"reference\":, \"switched_on\":, \"changes_at\":, "
		"\"note\":, \"outlook\":, \"wal\":,\n"
		"  \"explained\": [{\"reason\":, \"text\":}]}}\n"
		"A copy has \"changes_at\" too: the day on which it goes, or null.\n",
		explain_options, NEED_READ, 1, 1, explain_run},
	{"retain apply", "HASH", "condemn what a plan lets go; the hash is the confirmation", "backstay retain apply HASH\n",
		"HASH is what `retain plan` printed. What came since does not void it; each of its expiries must still be planned now.\n"
		"Files stay for the grace (7 days), in which `retain undo` takes back; then `retain purge` or `run` removes them.\n" FIVE,
		ACTIONS, retained_specs, NEED_WRITE, 1, 1, retain_apply},
	{"retain run", "", "plan, condemn within the brakes, and purge what is due", "backstay retain run\n",
		"Of sources whose retention is switched on. At most 10 backups or 20 % of a stream's are condemned, and above 10 of "
		"them 25 % of\nits bytes, oldest first; of its archived WAL 25 % of the bytes, or 16 segments. Tells of what nothing may go, and why.\n" FIVE,
		ACTIONS, retained_specs, NEED_WRITE, 0, 0, retain_run},
	{"retain undo", "BACKUP or HASH", "take back what was condemned, of a backup or by a plan",
		"backstay retain undo 17\n"
		"backstay retain undo HASH\n",
		"A later run would condemn it again: `hold add` keeps it. Ends with 4 when nothing of it is condemned.\n" FIVE, ACTIONS,
		retained_specs, NEED_WRITE, 1, 1, retain_undo},
	{"retain purge", "", "remove what was condemned and is over its grace", "backstay retain purge\n",
		"What the plan would keep by now is taken back instead. Before anything of a source goes, its newest good backups are "
		"read again.\n" FIVE,
		ACTIONS, retained_specs, NEED_WRITE, 0, 0, retain_purge},
	{0},
};
