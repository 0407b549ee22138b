/* cmd_replay.c - what another policy would have done to this catalog's own history */
#include "backstay/replay.h"
#include "look.h"
#include "out.h"

static bks_json *nights_json(const bks_replay_outcome *o)
{
	bks_json *list = bks_json_list();
	for (size_t i = 0; i < o->night_count; i++) {
		bks_json *v = bks_json_object(), *ids = bks_json_list();
		for (size_t k = 0; k < o->nights[i].n; k++)
			bks_json_add_int(ids, o->nights[i].backups[k]);
		bks_json_put_time(v, "night", o->nights[i].at);
		bks_json_put(v, "deleted", ids);
		bks_json_add(list, v);
	}
	return list;
}

static bks_json *holes_json(const bks_replay_outcome *o)
{
	bks_json *list = bks_json_list();
	for (size_t i = 0; i < o->hole_count; i++) {
		bks_json *v = bks_json_object();
		bks_json_put_time(v, "from", o->holes[i].from);
		bks_json_put_time(v, "to", o->holes[i].to);
		bks_json_add(list, v);
	}
	return list;
}

static bks_json *outcome_json(const bks_replay_outcome *r, const char *policy)
{
	bks_json *o = bks_json_object();
	bks_json_put_name(o, "policy", policy);
	bks_json_put_int(o, "deleted_count", r->deleted);
	bks_json_put_int(o, "good_deleted", r->good_deleted);
	bks_json_put_int(o, "kept", r->kept);
	bks_json_put_int(o, "restore_points", r->points);
	bks_json_put_size(o, "fewest", r->fewest);
	bks_json_put_int(o, "bytes", r->bytes);
	bks_json_put(o, "none_left", holes_json(r));
	bks_json_put(o, "nights", nights_json(r));
	return o;
}

static bks_json *replay_json(const bks_replay *p)
{
	bks_json *doc = bks_json_object(), *list = bks_json_list();
	for (size_t i = 0; i < p->stream_count; i++) {
		const bks_replay_stream *s = &p->streams[i];
		bks_json *o = bks_json_object();
		bks_json_put_name(o, "source", s->source);
		bks_json_put_text(o, "kind", bks_kind_name(s->kind));
		bks_json_put_int(o, "backups", s->backups);
		bks_json_put_time(o, "from", s->from);
		bks_json_put(o, "asked", outcome_json(&s->asked, p->policy));
		bks_json_put(o, "ours", outcome_json(&s->ours, s->ours_name));
		bks_json_add(list, o);
	}
	bks_json_put_name(doc, "policy", p->policy);
	bks_json_put_time(doc, "now", p->now);
	bks_json_put(doc, "streams", list);
	return doc;
}

static const char *none_left(const bks_replay_outcome *o)
{
	if (!o->hole_count)
		return "never";
	return said("%s%s", time_shown(o->holes[0].from),
		o->hole_count > 1 ? said(" and %zu times more", o->hole_count - 1) : "");
}

static void say_row(
	struct call *c, struct table *t, const char *name, const bks_replay_outcome *o)
{
	table_add(t, shown(c, name));
	table_add(t, said("%lld", (long long)o->deleted));
	table_add(t, said("%lld", (long long)o->kept));
	table_add(t, said("%lld", (long long)o->points));
	table_add(t, o->fewest < 0 ? "-" : said("%lld", (long long)o->fewest));
	table_add(t, size_shown(o->bytes));
	table_colour(t, none_left(o), o->hole_count ? colour_bad() : "");
}

static void say_replay(struct call *c, const bks_replay *p)
{
	static const char *const titles[] = {"POLICY", ">DELETED", ">KEPT", ">POINTS",
		">FEWEST", ">SIZE", "NOTHING GOOD LEFT", NULL};
	for (size_t i = 0; i < p->stream_count; i++) {
		const bks_replay_stream *s = &p->streams[i];
		struct table t = table_new(c, titles);
		say(c, "%s, %s: %s, night by night from %s to %s", shown(c, s->source),
			bks_kind_name(s->kind), count_shown(s->backups, "backup", "backups"),
			time_shown(s->from), time_shown(p->now));
		say_row(c, &t, p->policy, &s->asked);
		say_row(c, &t, said("ours (%s)", s->ours_name), &s->ours);
		table_print(&t, true);
		say(c, "%s", "");
	}
	say(c, "POINTS are restore points at the end, FEWEST after the worst night; nothing "
	       "was changed");
}

static int run(struct call *c)
{
	const char *source = opt_text(c, "source");
	const bks_source *s = NULL;
	bks_replay p = {.policy = c->args[0], .now = c->now};
	int r = 0;
	if (opt_given(c, "window") && !opt_duration(c, "window"))
		r = fails(c, BKS_E_USAGE, "--window: 0s leaves nothing to look at");
	if (!r && source)
		r = look_source(&s, c, source);
	if (!r)
		r = bks_replay_run(&p, c->cat, c->args[0], source, opt_duration(c, "window"),
			c->now, c->arena, &c->err);
	if (r < 0)
		return r;
	c->doc = replay_json(&p);
	if (r > 0)
		return 0;
	c->end.done = (int64_t)p.stream_count;
	if (!c->end.done)
		return no_match(c, "there is no backup whose history could be replayed");
	if (out_text(c))
		say_replay(c, &p);
	return 0;
}

static const struct option_spec options[] = {
	{"source", OPT_TEXT, "S", "of this source", NULL},
	{"window", OPT_DURATION, "D",
		"delete nothing before that long ago (from the first backup on)", NULL},
	{"now", OPT_TIME, "TIME", "answer as of that time", NULL},
	{0},
};

#define OUTCOME                                                                                \
	"{\"policy\":, \"deleted_count\":, \"good_deleted\":, \"kept\":, "                     \
	"\"restore_points\":, \"fewest\":, \"bytes\":,\n"                                      \
	"    \"none_left\": [{\"from\":, \"to\":}], \"nights\": [{\"night\":, \"deleted\": "   \
	"[17]}]}"

const struct command commands_replay[] = {
	{"replay", "POLICY", "what another policy would have done to this catalog's history",
		"backstay replay mtime:30d\n"
		"backstay replay restic:7d,4w,12m --source shop\n"
		"backstay replay policy:strict --window 90d --json\n",
		"Goes through every backup there ever was, gone ones too, night by night: what "
		"POLICY would have deleted, and "
		"when it would\n"
		"have left no good backup; beside it the policy that holds. POLICY is "
		"mtime:30d (find -mtime +30), count:7, "
		"restic:7d,4w,12m,\n"
		"restic-within:daily=7d,weekly=30d,monthly=12m, or policy:NAME of the "
		"settings. Changes nothing.\n",
		"{\"policy\":, \"now\":, \"streams\": [{\"source\":, \"kind\":, \"backups\":, "
		"\"from\":,\n"
		"  \"asked\": " OUTCOME ",\n"
		"  \"ours\": as asked}]}\n",
		options, NEED_READ, 1, 1, run},
	{0},
};
