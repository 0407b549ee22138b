/* cmd_pick.c - the restore point for a wish: what it loses, how long it takes, the commands,
 * and why not the others */
#include "backstay/restore.h"
#include "look.h"
#include "out.h"

static void put_meets(bks_json *o, const char *key, int meets)
{
	if (meets < 0)
		bks_json_put(o, key, NULL);
	else
		bks_json_put_bool(o, key, meets);
}

static bks_json *point_json(const bks_point *p)
{
	if (!p)
		return NULL;
	bks_json *o = bks_json_object(), *commands = bks_json_list();
	for (size_t i = 0; i < p->command_count; i++)
		bks_json_add_name(commands, p->commands[i]);
	bks_json_put_int(o, "backup", p->backup);
	bks_json_put_name(o, "label", p->label);
	bks_json_put_text(o, "method", p->method);
	bks_json_put_text(o, "verdict", bks_verdict_name(p->verdict));
	bks_json_put_time(o, "point", p->point);
	bks_json_put_seconds(o, "loss_seconds", p->loss);
	bks_json_put_seconds(o, "restore_seconds", p->restore);
	bks_json_put_text(o, "restore_known_from", p->restore_known_from);
	put_meets(o, "meets_rpo", p->meets_rpo);
	put_meets(o, "meets_rto", p->meets_rto);
	bks_json_put(o, "commands", commands);
	return o;
}

static bks_json *picked_json(const bks_picked *p)
{
	bks_json *doc = bks_json_object(), *rejected = bks_json_list();
	for (size_t i = 0; i < p->rejected_count; i++) {
		bks_json *o = bks_json_object();
		bks_json_put_int(o, "backup", p->rejected[i].backup);
		bks_json_put_name(o, "label", p->rejected[i].label);
		bks_json_put_text(o, "reason", p->rejected[i].reason);
		bks_json_add(rejected, o);
	}
	bks_json_put(doc, "choice", point_json(p->choice));
	bks_json_put(doc, "before", point_json(p->before));
	bks_json_put(doc, "after", point_json(p->after));
	bks_json_put(doc, "rejected", rejected);
	return doc;
}

static const char *meets_text(int meets)
{
	return meets < 0 ? "" : meets ? " (within the limit)" : " (over the limit)";
}

static void say_choice(struct call *c, const bks_point *p)
{
	say(c, "choice     backup %lld %s, %s%s%s, %s", (long long)p->backup,
		shown(c, p->label), verdict_colour(p->verdict), bks_verdict_name(p->verdict),
		colour_off(), p->method);
	say(c, "point      %s", time_shown(p->point));
	say(c, "loses      %s%s", duration_shown(p->loss), meets_text(p->meets_rpo));
	say(c, "takes      %s%s%s%s", duration_shown(p->restore),
		p->restore_known_from ? ", known from: " : "",
		p->restore_known_from ? p->restore_known_from : "", meets_text(p->meets_rto));
	say(c, "commands");
	for (size_t i = 0; i < p->command_count; i++)
		say(c, "  %s", p->commands[i]);
}

static void say_nearest(struct call *c, const char *which, const bks_point *p)
{
	if (p)
		say(c, "%s  backup %lld %s, point %s", which, (long long)p->backup,
			shown(c, p->label), time_shown(p->point));
}

static void say_picked(struct call *c, const bks_picked *p)
{
	if (p->choice)
		say_choice(c, p->choice);
	else
		say(c, "choice     none");
	if (!p->choice || !p->before || p->before->backup != p->choice->backup)
		say_nearest(c, "before   ", p->before);
	say_nearest(c, "after    ", p->after);
	for (size_t i = 0; i < p->rejected_count; i++)
		say(c, "%s  backup %lld %s: %s", i ? "         " : "rejected ",
			(long long)p->rejected[i].backup, shown(c, p->rejected[i].label),
			shown(c, p->rejected[i].reason));
}

static int read_wish(bks_wish *w, struct call *c)
{
	const bks_source *s = NULL;
	*w = (bks_wish){.source = c->args[0],
		.before = opt_given(c, "before"),
		.rpo = opt_duration(c, "rpo"),
		.rto = opt_duration(c, "rto"),
		.level = opt_word(c, "level"),
		.without_repo = opt_text(c, "without"),
		.now = c->now};
	if (w->before && opt_given(c, "at"))
		return fails(c, BKS_E_USAGE, "--at and --before exclude each other");
	int r = look_source_must(&s, c, w->source);
	if (!r && w->without_repo)
		r = look_repo(c, w->without_repo) ? BKS_E_USAGE : 0;
	if (!r)
		r = opt_time(&w->at, c, w->before ? "before" : "at", s->dump_zone);
	return r;
}

static int run(struct call *c)
{
	bks_wish w;
	bks_picked p = {0};
	int r = read_wish(&w, c);
	if (!r)
		r = bks_pick(&p, c->cat, &w, c->arena, &c->err);
	if (r < 0)
		return r;
	c->end.trouble = r > 0 || !p.choice || !p.choice->meets_rpo || !p.choice->meets_rto;
	c->end.done++;
	c->doc = picked_json(&p);
	if (out_text(c))
		say_picked(c, &p);
	if (!p.choice)
		trouble(c, "%s: no restore point meets the wish", shown(c, w.source));
	else if (c->end.trouble)
		trouble(c,
			"%s: the best restore point, backup %lld, misses a limit: loses %s, "
			"takes %s",
			shown(c, w.source), (long long)p.choice->backup,
			duration_shown(p.choice->loss), duration_shown(p.choice->restore));
	return 0;
}

static const struct option_spec options[] = {
	{"at", OPT_TIME, "TIME", "the newest state at or before it", NULL},
	{"before", OPT_TIME, "TIME", "strictly before it: an incident", NULL},
	{"rpo", OPT_DURATION, "D", "the largest loss that is acceptable (the source's)", NULL},
	{"rto", OPT_DURATION, "D", "the longest restore that is acceptable (the source's)",
		NULL},
	{"level", OPT_WORD, "L", "it must have passed this", level_words},
	{"without", OPT_TEXT, "REPO", "as if this repo were lost", NULL},
	{"now", OPT_TIME, "TIME", "answer as of that time", NULL},
	{0},
};

#define POINT                                                                                  \
	"{\"backup\":, \"label\":, \"method\":, \"verdict\":, \"point\":, \"loss_seconds\":, " \
	"\"restore_seconds\":,\n"                                                              \
	"  \"restore_known_from\":, \"meets_rpo\":, \"meets_rto\":, \"commands\": []}"

const struct command commands_pick[] = {
	{"pick", "SOURCE", "the restore point for a wish",
		"backstay pick shop\n"
		"backstay pick shop --at '2026-11-21 14:00' --rpo 24h\n"
		"backstay pick shop --before 2026-11-21T13:37:00Z --without local\n",
		"The latest one when no time is given. A time without a zone is in the "
		"source's dump zone. The commands restore into a\n"
		"new database, stop on the first error, and never drop or overwrite a live "
		"one. Ends with 1 when nothing meets the\n"
		"wish, or when the choice misses a limit.\n",
		"{\"choice\": " POINT " or null,\n"
		"  \"before\": ..., \"after\": ..., \"rejected\": [{\"backup\":, \"label\":, "
		"\"reason\":}]}\n",
		options, NEED_READ, 1, 1, run},
	{0},
};
