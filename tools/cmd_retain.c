/* cmd_retain.c - what retention would keep and let go, and why; what carries it out is in retained.c */
#include "look.h"
#include "out.h"
#include "retain.h"
#include "row.h"
#include <string.h>

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
	bks_json_put(o, "backups", rows);
	return o;
}

static bks_json *totals_json(const bks_plan *p)
{
	bks_json *o = bks_json_object();
	bks_json_put_int(o, "keep", p->keep);
	bks_json_put_int(o, "expire", p->expire);
	bks_json_put_int(o, "undecided", p->undecided);
	bks_json_put_int(o, "bytes_kept", p->bytes_kept);
	bks_json_put_int(o, "bytes_freed", p->bytes_freed);
	bks_json_put_time(o, "gone_by", p->gone_by);
	if (p->cost_before >= 0)
		bks_json_put_real(o, "cost_before", (double)p->cost_before / 1e6);
	else
		bks_json_put(o, "cost_before", NULL);
	if (p->cost_after >= 0)
		bks_json_put_real(o, "cost_after", (double)p->cost_after / 1e6);
	else
		bks_json_put(o, "cost_after", NULL);
	return o;
}

static bks_json *plan_json(const bks_plan *p)
{
	bks_json *doc = bks_json_object(), *streams = bks_json_list();
	for (size_t i = 0; i < p->stream_count; i++)
		bks_json_add(streams, stream_json(&p->streams[i]));
	bks_json_put_text(doc, "plan", p->hash);
	bks_json_put_time(doc, "now", p->now);
	bks_json_put(doc, "streams", streams);
	bks_json_put(doc, "totals", totals_json(p));
	return doc;
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
	say(c, "plan %s; nothing was changed", p->hash);
}

/* --by is the same plan, seen from a later day on which nothing newer came. */
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
	if (!r)
		r = bks_retain_plan(&p, c->cat, source, at, c->arena, &c->err);
	if (r < 0)
		return r;
	c->doc = plan_json(&p);
	c->end.done = p.keep + p.expire + p.undecided;
	if (r > 0)
		return 0;
	if (!c->end.done)
		return no_match(c, "there is no backup to plan for");
	say_plan(c, &p);
	return 0;
}

static const char *explanation(const char *reason, enum bks_keep action)
{
	static const struct {
		const char *word, *text;
	} texts[] = {
		{"daily", "the last eligible backup of that day, within the daily window"},
		{"weekly",
			"the last eligible backup of that ISO week, within the weekly window"},
		{"monthly",
			"the last eligible backup of that month, within the monthly window"},
		{"predeploy", "a pre-deployment backup is kept until somebody releases it"},
		{"hold", "somebody holds it"},
		{"floor", "the newest eligible backups of a stream always stay, whatever the "
			  "policy says"},
		{"anchor", "the point-in-time window needs it as its base"},
		{"chain", "a backup that is kept needs it"},
		{"wal", "a backup that is kept needs it to become consistent"},
		{"newest", "nothing newer is eligible yet"},
		{"not-judged", "it was never verified; what is not proven bad stays"},
		{"unproven", "nothing in it can be proven; what is not proven bad stays"},
		{"time-unconfirmed", "when it was taken is only known from its "
				     "file time: `set --taken-at` confirms it"},
		{"source-unconfirmed",
			"its source was guessed: `set --source` or `source set` confirms it"},
		{"future-dated", "it is dated after now, so its age is not known"},
		{"expired", "no tier, hold or floor needs it"},
		{"proven-bad",
			"it was proven bad long enough ago, and a newer good one is there"},
		{"no-policy", "no tier is switched on, so everything stays"},
	};
	if (action == BKS_KEEP && !strcmp(reason, "proven-bad"))
		return "it is proven bad, and stays for some days after that verdict and until a newer "
		       "good one holds as much";
	for (size_t i = 0; i < sizeof texts / sizeof *texts; i++) {
		size_t n = strlen(texts[i].word);
		if (!strncmp(reason, texts[i].word, n) &&
			(!reason[n] || reason[n] == ' ' || reason[n] == ':'))
			return texts[i].text;
	}
	return NULL;
}

static const bks_plan_row *find_row(
	const bks_plan_stream **stream, const bks_plan *p, int64_t id)
{
	for (size_t s = 0; s < p->stream_count; s++)
		for (size_t i = 0; i < p->streams[s].row_count; i++)
			if (p->streams[s].rows[i].backup->id == id) {
				*stream = &p->streams[s];
				return &p->streams[s].rows[i];
			}
	return NULL;
}

static void answer_explain(struct call *c, const bks_plan_stream *s, const bks_plan_row *row)
{
	bks_json *o = plan_row_json(row), *list = bks_json_list();
	say(c, "backup %lld %s of %s, taken %s: %s", (long long)row->backup->id,
		shown(c, row->backup->label), shown(c, s->source),
		time_shown(row->backup->taken_at), bks_keep_name(row->action));
	for (size_t i = 0; i < row->reason_count; i++) {
		const char *text = explanation(row->reasons[i], row->action);
		bks_json *e = bks_json_object();
		bks_json_put_text(e, "reason", row->reasons[i]);
		bks_json_put_text(e, "text", text);
		bks_json_add(list, e);
		say(c, "    %s%s%s", row->reasons[i], text ? ": " : "", text ? text : "");
	}
	for (size_t i = 0; i < row->copy_count; i++)
		say(c, "    copy in %s: %s (%s)", shown(c, row->copies[i].repo),
			bks_keep_name(row->copies[i].action),
			joined(row->copies[i].reasons, row->copies[i].reason_count));
	bks_json_put_name(o, "source", s->source);
	bks_json_put_text(o, "kind", bks_kind_name(s->kind));
	bks_json_put_time(o, "reference", s->reference);
	bks_json_put_bool(o, "switched_on", s->switched_on);
	bks_json_put(o, "explained", list);
	c->doc = bks_json_object();
	bks_json_put(c->doc, "backup", o);
	c->end.done++;
}

static int explain(struct call *c)
{
	const bks_backup *b = NULL;
	const bks_plan_stream *stream = NULL;
	bks_plan p;
	int r = look_backup(&b, c, c->args[0]);
	if (!r)
		r = bks_retain_plan(&p, c->cat, b->source, c->now, c->arena, &c->err);
	if (r)
		return r < 0 ? r : 0;
	const bks_plan_row *row = find_row(&stream, &p, b->id);
	if (!row)
		return no_match(c, "backup %lld %s is %s: the plan does not look at it",
			(long long)b->id, shown(c, b->label), bks_state_name(b->state));
	answer_explain(c, stream, row);
	return 0;
}

static const struct option_spec plan_options[] = {
	{"source", OPT_TEXT, "S", "of this source", NULL},
	{"by", OPT_TIME, "TIME", "what would have gone by then, if nothing newer came", NULL},
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
	"\"action\":, \"reasons\": [], \"bytes\":}]"
#define ACTIONS                                                                                \
	"{\"plan\":, \"actions\": [{\"id\":, \"label\":, \"repo\":, \"source\":, \"from\":, \"to\":, \"reason\":, \"bytes\":}],\n" \
	"  \"refused\": [{\"rule\":, \"source\":, \"id\":, \"label\":, \"repo\":, \"text\":}],\n" \
	"  \"waiting\": [{\"what\": \"brake\" or \"grace\", \"source\":, \"kind\":, \"backups\":, \"bytes\":, \"runs\":, " \
	"\"until\":}], \"bytes_freed\":}\n"
#define FIVE "Ends with 5 where a safety rule refused; docs/retention.md has them all.\n"

const struct command commands_retain[] = {
	{"retain plan", "", "what retention would keep and let go, and why",
		"backstay retain plan\n"
		"backstay retain plan --source shop --by 2026-12-31\n",
		"Changes nothing. The hash covers the policy and every backup with its action, "
		"size and digest, not the clock.\n",
		"{\"plan\":, \"now\":, \"streams\": [{\"source\":, \"kind\":, \"reference\":, "
		"\"switched_on\":, \"note\":,\n"
		"  \"backups\": [" ROW "}]}],\n"
		"  \"totals\": {\"keep\":, \"expire\":, \"undecided\":, \"bytes_kept\":, "
		"\"bytes_freed\":, \"gone_by\":,\n"
		"  \"cost_before\":, \"cost_after\":}}\n",
		plan_options, NEED_READ, 0, 0, plan},
	{"retain explain", "BACKUP", "why one backup would stay or go",
		"backstay retain explain 17\n", NULL,
		"{\"backup\": " ROW ",\n"
		"  \"source\":, \"kind\":, \"reference\":, \"switched_on\":, \"explained\": "
		"[{\"reason\":, \"text\":}]}}\n",
		explain_options, NEED_READ, 1, 1, explain},
	{"retain apply", "HASH", "condemn what a plan lets go; the hash is the confirmation", "backstay retain apply HASH\n",
		"HASH is what `retain plan` printed. What came since does not void it; each of its expiries must still be planned now.\n"
		"Files stay for the grace (7 days), in which `retain undo` takes back; then `retain purge` or `run` removes them.\n" FIVE,
		ACTIONS, retained_specs, NEED_WRITE, 1, 1, retain_apply},
	{"retain run", "", "plan, condemn within the brakes, and purge what is due", "backstay retain run\n",
		"Of sources whose retention is switched on. At most 10 backups or 20 % of a stream's are condemned, and above 10 of "
		"them 25 % of\nits bytes, oldest first.\n" FIVE,
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
