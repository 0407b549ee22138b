/* cmd_gaps.c - how much would have been lost at every moment of a window */
#include "backstay/restore.h"
#include "look.h"
#include "out.h"

static bks_json *gap_json(const bks_gap *g)
{
	if (g->from == BKS_TIME_NONE)
		return NULL;
	bks_json *o = bks_json_object();
	bks_json_put_time(o, "from", g->from);
	bks_json_put_time(o, "to", g->to);
	bks_json_put_seconds(o, "seconds", g->to - g->from);
	return o;
}

/* Those that reach into the window. */
static bks_json *spans_json(const bks_gaps *g)
{
	bks_json *list = bks_json_list();
	for (size_t i = 0; i < g->span_count; i++) {
		if (g->spans[i].to < g->from)
			continue;
		bks_json *o = bks_json_object();
		bks_json_put_time(o, "from", g->spans[i].from);
		bks_json_put_time(o, "to", g->spans[i].to);
		bks_json_add(list, o);
	}
	return list;
}

/* There are points, and nothing says how far apart they may lie. */
static bool limitless(const bks_gaps *g)
{
	return g->standing == BKS_STANDS_MET && g->rpo <= 0;
}

static bks_json *gaps_json(const bks_gaps *g)
{
	bks_json *doc = bks_json_object(), *window = bks_json_object(), *list = bks_json_list();
	bks_json_put_time(window, "from", g->from);
	bks_json_put_time(window, "to", g->to);
	for (size_t i = 0; i < g->gap_count; i++)
		bks_json_add(list, gap_json(&g->gaps[i]));
	bks_json_put(doc, "window", window);
	bks_json_put_seconds(doc, "rpo_seconds", g->rpo > 0 ? g->rpo : -1);
	bks_json_put_seconds(doc, "slack_seconds", g->slack > 0 ? g->slack : -1);
	bks_json_put(doc, "worst", gap_json(&g->worst));
	if (g->met_fraction >= 0)
		bks_json_put_real(doc, "met_fraction", g->met_fraction);
	else
		bks_json_put(doc, "met_fraction", NULL);
	bks_json_put(doc, "gaps", list);
	bks_json_put_text(
		doc, "standing", limitless(g) ? NULL : bks_standing_name(g->standing));
	bks_json_put(doc, "spans", spans_json(g));
	bks_json_put_bool(doc, "provider", g->provider);
	bks_json_put(doc, "proven_worst", gap_json(&g->proven_worst));
	if (g->proven_met_fraction >= 0)
		bks_json_put_real(doc, "proven_met_fraction", g->proven_met_fraction);
	else
		bks_json_put(doc, "proven_met_fraction", NULL);
	return doc;
}

static const char *standing_text(enum bks_standing s)
{
	static const char *const texts[BKS_STANDING_COUNT] = {
		[BKS_STANDS_NEVER] = "it never had a backup",
		[BKS_STANDS_NONE] = "there are backups, and no restore point among them",
		[BKS_STANDS_UNVERIFIED] = "the newest backup is unverified",
		[BKS_STANDS_GAP] = "a gap is longer than the limit",
		[BKS_STANDS_MET] = "met",
	};
	return texts[s];
}

static void say_gaps(struct call *c, const bks_gaps *g)
{
	say(c, "window %s to %s", time_shown(g->from), time_shown(g->to));
	if (g->rpo > 0)
		say(c, "limit  %s, slack %s", duration_shown(g->rpo), duration_shown(g->slack));
	say(c, "stands %s",
		limitless(g) ? "no limit is said that could be met (--rpo of the source)"
			     : standing_text(g->standing));
	if (g->provider && g->proven_worst.from == BKS_TIME_NONE)
		say(c, "proven nothing: all of this is what a provider says it keeps");
	else if (g->provider)
		say(c, "proven worst %s without what a provider says it keeps",
			duration_shown(g->proven_worst.to - g->proven_worst.from));
	if (g->worst.from == BKS_TIME_NONE)
		say(c, "no restore point at all");
	else
		say(c, "worst  %s, from %s to %s", duration_shown(g->worst.to - g->worst.from),
			time_shown(g->worst.from), time_shown(g->worst.to));
	if (g->met_fraction >= 0)
		say(c, "met    %.1f %% of the time", g->met_fraction * 100);
	for (size_t i = 0; i < g->gap_count; i++)
		say(c, "gap    %s, from %s to %s",
			duration_shown(g->gaps[i].to - g->gaps[i].from),
			time_shown(g->gaps[i].from), time_shown(g->gaps[i].to));
}

static int run(struct call *c)
{
	const bks_source *s = NULL;
	bks_gaps g = {0};
	int r = look_source_must(&s, c, c->args[0]);
	if (!r && opt_given(c, "window") && !opt_duration(c, "window"))
		r = fails(c, BKS_E_USAGE, "--window: 0s leaves nothing to look at");
	if (!r)
		r = bks_gaps_find(&g, c->cat, s->name, opt_duration(c, "window"), c->now,
			c->arena, &c->err);
	if (r < 0)
		return r;
	c->end.trouble = r > 0;
	c->end.done++;
	c->doc = gaps_json(&g);
	if (out_text(c))
		say_gaps(c, &g);
	if (g.standing == BKS_STANDS_NEVER)
		trouble(c, "%s: it never had a backup", shown(c, s->name));
	else if (g.worst.from == BKS_TIME_NONE)
		trouble(c, "%s: no restore point at all", shown(c, s->name));
	else if (g.standing == BKS_STANDS_UNVERIFIED)
		trouble(c, "%s: the newest backup is unverified", shown(c, s->name));
	else if (r > 0)
		trouble(c, "%s: a gap of %s from %s", shown(c, s->name),
			duration_shown(g.worst.to - g.worst.from), time_shown(g.worst.from));
	return 0;
}

static const struct option_spec options[] = {
	{"window", OPT_DURATION, "D", "how far back to look (30d)", NULL},
	{"now", OPT_TIME, "TIME", "answer as of that time", NULL},
	{0},
};

const struct command commands_gaps[] = {
	{"gaps", "SOURCE", "how much would have been lost at every moment",
		"backstay gaps shop\n"
		"backstay gaps shop --window 90d --json\n",
		"Measured against --rpo plus --slack of the source. Without an rpo every gap "
		"is listed, and standing is null. Ends with 1 when one is longer\n"
		"than the limit, when there is no restore point at all, or when the newest "
		"backup "
		"was never verified. A span of no\n"
		"length is one instant; a longer one is a base backup with its log, within "
		"which "
		"nothing would have been lost. With a\n"
		"provider's windows among them, proven_worst and proven_met_fraction are "
		"without "
		"these.\n",
		"{\"window\": {\"from\":, \"to\":}, \"rpo_seconds\":, \"slack_seconds\":, "
		"\"worst\": {\"from\":, \"to\":, \"seconds\":},\n"
		"  \"met_fraction\":, \"gaps\": [{\"from\":, \"to\":, \"seconds\":}], "
		"\"standing\":, "
		"\"spans\": [{\"from\":, \"to\":}],\n"
		"  \"provider\":, \"proven_worst\": ..., \"proven_met_fraction\":}\n",
		options, NEED_READ, 1, 1, run},
	{0},
};
