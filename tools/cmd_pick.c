/* cmd_pick.c - the restore point for a wish: what it loses, how long it takes, the commands,
 * and why not the others */
#include "backstay/repo.h"
#include "backstay/restore.h"
#include "backstay/wal.h"
#include "look.h"
#include "out.h"
#include <stdlib.h>
#include <string.h>

static void put_meets(bks_json *o, const char *key, int meets)
{
	if (meets < 0)
		bks_json_put(o, key, NULL);
	else
		bks_json_put_bool(o, key, meets);
}

/* To the microsecond: recovery aims so. */
static void put_instant(bks_json *o, const char *key, bks_time t)
{
	char text[BKS_TIME_TEXT];
	bks_json_put_text(o, key, t == BKS_TIME_NONE ? NULL : bks_time_text(text, t));
}

static bks_json *recovery_json(const bks_recovery *r)
{
	if (!r)
		return NULL;
	char lsn[BKS_LSN_TEXT];
	bks_json *o = bks_json_object();
	bks_json_put_text(o, "target", bks_target_name(r->target));
	put_instant(o, "time", r->target == BKS_TARGET_TIME ? r->time : BKS_TIME_NONE);
	bks_json_put_text(o, "lsn", r->lsn ? bks_lsn_text(lsn, r->lsn) : NULL);
	bks_json_put_name(o, "target_name", r->name);
	bks_json_put_int(o, "timeline", r->timeline);
	bks_json_put_text(o, "from_lsn", bks_lsn_text(lsn, r->from_lsn));
	bks_json_put_text(o, "to_lsn", bks_lsn_text(lsn, r->to_lsn));
	put_instant(o, "from", r->from);
	put_instant(o, "to", r->to);
	bks_json_put_size(o, "wal_bytes", r->wal_bytes);
	return o;
}

static bks_json *point_json(const bks_point *p)
{
	if (!p)
		return NULL;
	bks_json *o = bks_json_object(), *commands = bks_json_list();
	for (size_t i = 0; i < p->command_count; i++)
		bks_json_add_name(commands, p->commands[i]);
	if (p->backup)
		bks_json_put_int(o, "backup", p->backup);
	else
		bks_json_put(o, "backup", NULL);
	bks_json_put_name(o, "label", p->label);
	bks_json_put_text(o, "method", p->method);
	bks_json_put_text(o, "verdict", bks_verdict_name(p->verdict));
	bks_json_put_time(o, "point", p->point);
	bks_json_put_seconds(o, "loss_seconds", p->loss);
	bks_json_put_bool(o, "loss_is_bound", p->loss_is_bound);
	bks_json_put_seconds(o, "restore_seconds", p->restore);
	bks_json_put_text(o, "restore_known_from", p->restore_known_from);
	put_meets(o, "meets_rpo", p->meets_rpo);
	put_meets(o, "meets_rto", p->meets_rto);
	bks_json_put(o, "recovery", recovery_json(p->recovery));
	bks_json_put_text(o, "note", p->note);
	bks_json_put(o, "commands", commands);
	return o;
}

static bks_json *picked_json(const bks_picked *p)
{
	bks_json *doc = bks_json_object(), *rejected = bks_json_list();
	for (size_t i = 0; i < p->rejected_count; i++) {
		bks_json *o = bks_json_object();
		if (p->rejected[i].backup)
			bks_json_put_int(o, "backup", p->rejected[i].backup);
		else
			bks_json_put(o, "backup", NULL);
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

static void say_recovery(struct call *c, const bks_recovery *r)
{
	char lsn[BKS_LSN_TEXT], to[BKS_LSN_TEXT], at[BKS_TIME_TEXT];
	say(c, "recovery   to %s%s%s on timeline %u",
		r->target == BKS_TARGET_IMMEDIATE ? "where the backup stopped"
		: r->target == BKS_TARGET_END     ? "the end of its log, without a target"
						  : bks_target_name(r->target),
		r->target == BKS_TARGET_TIME || r->lsn || r->name ? " " : "",
		r->target == BKS_TARGET_TIME ? bks_time_text(at, r->time)
		: r->lsn                     ? bks_lsn_text(lsn, r->lsn)
		: r->name                    ? shown(c, r->name)
					     : "",
		(unsigned)r->timeline);
	say(c, "reaches    %s to %s, LSN %s to %s", time_shown(r->from), time_shown(r->to),
		bks_lsn_text(lsn, r->from_lsn), bks_lsn_text(to, r->to_lsn));
}

static const char *which(const struct call *c, const bks_point *p)
{
	return p->backup ? said("backup %lld %s", (long long)p->backup, shown(c, p->label))
			 : shown(c, p->label);
}

static void say_choice(struct call *c, const bks_point *p)
{
	say(c, "choice     %s, %s%s%s, %s", which(c, p), verdict_colour(p->verdict),
		p->backup ? bks_verdict_name(p->verdict) : "not verified", colour_off(),
		p->method);
	say(c, "point      %s", time_shown(p->point));
	if (p->recovery)
		say_recovery(c, p->recovery);
	say(c, "loses      %s%s%s", p->loss_is_bound ? "at most " : "", duration_shown(p->loss),
		meets_text(p->meets_rpo));
	if (p->note)
		say(c, "note       %s", shown(c, p->note));
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
		say(c, "%s  %s%s: %s", i ? "         " : "rejected ",
			p->rejected[i].backup
				? said("backup %lld ", (long long)p->rejected[i].backup)
				: "",
			shown(c, p->rejected[i].label), shown(c, p->rejected[i].reason));
}

/* "A/FF000028" */
static int read_lsn(uint64_t *out, struct call *c)
{
	const char *text = opt_text(c, "lsn"), *s = text;
	uint64_t half[2] = {0};
	for (int i = 0; text && i < 2; i++) {
		size_t n = strspn(s, "0123456789abcdefABCDEF");
		if (!n || n > 8 || s[n] != (i ? '\0' : '/'))
			return fails(c, BKS_E_USAGE,
				"--lsn: wants a place such as 0/3000028: %s", shown(c, text));
		half[i] = strtoull(s, NULL, 16);
		s += n + 1;
	}
	*out = half[0] << 32 | half[1];
	return text && !*out ? fails(c, BKS_E_USAGE, "--lsn: 0/0 is no place in a log") : 0;
}

static int read_timeline(int64_t *out, struct call *c)
{
	const char *text = opt_text(c, "timeline");
	if (!text || !strcmp(text, "latest"))
		*out = BKS_TIMELINE_LATEST;
	else if (!strcmp(text, "current"))
		*out = BKS_TIMELINE_CURRENT;
	else if (strlen(text) < 10 && strspn(text, "0123456789") == strlen(text) &&
		 strtoll(text, NULL, 10))
		*out = strtoll(text, NULL, 10);
	else
		return fails(c, BKS_E_USAGE,
			"--timeline: wants latest, current or a number: %s", shown(c, text));
	return 0;
}

/* One wish at a time. */
static int only_one(struct call *c)
{
	static const char *const names[] = {"at", "before", "lsn", "target-name"};
	const char *first = NULL;
	for (size_t i = 0; i < sizeof names / sizeof *names; i++) {
		if (first && opt_given(c, names[i]))
			return fails(c, BKS_E_USAGE, "--%s and --%s exclude each other", first,
				names[i]);
		first = opt_given(c, names[i]) ? names[i] : first;
	}
	return 0;
}

static int known_domain(struct call *c, const char *domain)
{
	bks_repos all = {0};
	int r = domain ? bks_repo_list(&all, c->cat, c->arena, &c->err) : 0;
	for (size_t i = 0; !r && i < all.n; i++)
		if (all.v[i].domain && !strcmp(all.v[i].domain, domain))
			return 0;
	return r || !domain ? r
			    : fails(c, BKS_E_USAGE, "no repo is of the failure domain %s",
				      shown(c, domain));
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
		.without_domain = opt_text(c, "without-domain"),
		.name = opt_text(c, "target-name"),
		.pause = opt_flag(c, "pause"),
		.into = opt_text(c, "into"),
		.now = c->now};
	int r = only_one(c);
	if (!r && opt_given(c, "table")) {
		bks_requirement *t = take(sizeof *t);
		r = bks_requirement_parse(t, opt_text(c, "table"), c->arena, &c->err);
		if (!r && t->min_rows)
			r = fails(c, BKS_E_USAGE, "--table: wants a table, without rows");
		w->table = t;
	}
	if (!r)
		r = read_lsn(&w->lsn, c);
	if (!r)
		r = read_timeline(&w->timeline, c);
	if (!r)
		r = look_source_must(&s, c, w->source);
	if (!r)
		r = known_domain(c, w->without_domain);
	if (!r && w->without_repo)
		r = look_repo(c, w->without_repo) ? BKS_E_USAGE : 0;
	if (!r)
		r = opt_time(&w->at, c, w->before ? "before" : "at", s->dump_zone);
	return r;
}

/* A lease is written down: the catalog is opened again for that. */
static int open_for_lease(struct call *c)
{
	if (!opt_given(c, "lease"))
		return 0;
	if (opt_given(c, "now"))
		return fails(c, BKS_E_USAGE, "--lease holds from now on: no --now");
	if (!opt_duration(c, "lease"))
		return fails(c, BKS_E_USAGE, "--lease: 0s holds nothing");
	bks_catalog_close(c->cat);
	c->cat = NULL;
	return bks_catalog_open(&c->cat, c->catalog_path, BKS_OPEN_WRITE, c->settings,
		opt_given(c, "wait") ? opt_duration(c, "wait") : BKS_MINUTE, &c->err);
}

static int lease(struct call *c, const bks_point *p)
{
	int64_t id = 0;
	bks_time until = c->now + opt_duration(c, "lease");
	int r = bks_lease(&id, c->cat, p, "a restore", until, &c->err);
	if (r)
		return r;
	bks_json *o = bks_json_object();
	bks_json_put_int(o, "hold", id);
	bks_json_put_time(o, "until", until);
	bks_json_put(c->doc, "lease", o);
	say(c, "leased     until %s", time_shown(until));
	return 0;
}

static const char *const scenario_words[] = {
#define X(name, word, hours) word,
	BKS_SCENARIOS(X) NULL
#undef X
};

static bks_json *scenario_json(const bks_scenario_answer *s)
{
	bks_json *o = bks_json_object();
	bks_json_put_text(o, "name", bks_scenario_name(s->scenario));
	bks_json_put_seconds(o, "rto_limit_seconds", s->rto);
	put_meets(o, "meets", s->meets);
	bks_json_put_name(o, "lost", s->lost);
	bks_json_put_text(o, "note", s->note);
	return o;
}

static void say_scenario(struct call *c, const bks_scenario_answer *s)
{
	say(c, "scenario   %s, to be mended in %s: %s%s%s", bks_scenario_name(s->scenario),
		duration_shown(s->rto),
		s->meets > 0	? "it can"
		: s->meets == 0 ? "it cannot"
				: "not known",
		s->lost ? said("; without the %s ", s->domain ? "failure domain" : "repo") : "",
		s->lost ? shown(c, s->lost) : "");
	if (s->note)
		say(c, "           %s", shown(c, s->note));
}

/* The answer alone, or what it is when something has happened. */
static int ask(bks_picked *p, bks_json **scenario, struct call *c, const bks_wish *w)
{
	bks_scenario_answer s = {0};
	if (!opt_given(c, "scenario"))
		return bks_pick(p, c->cat, w, c->arena, &c->err);
	int r = bks_pick_scenario(&s, p, c->cat, w, (enum bks_scenario)opt_word(c, "scenario"),
		c->arena, &c->err);
	if (r < 0)
		return r;
	*scenario = scenario_json(&s);
	say_scenario(c, &s);
	return r;
}

static int run(struct call *c)
{
	bks_json *scenario = NULL;
	bks_wish w = {.level = BKS_LEVEL_NONE};
	bks_picked p = {0};
	int r = open_for_lease(c);
	if (!r)
		r = read_wish(&w, c);
	if (!r)
		r = ask(&p, &scenario, c, &w);
	if (r < 0)
		return r;
	c->end.trouble = r > 0 || !p.choice || !p.choice->meets_rpo || !p.choice->meets_rto;
	c->end.done++;
	c->doc = picked_json(&p);
	if (out_text(c))
		say_picked(c, &p);
	bks_json_put(c->doc, "scenario", scenario);
	bks_json_put(c->doc, "lease", NULL);
	if (opt_given(c, "lease") && p.choice && p.choice->backup) {
		r = lease(c, p.choice);
		if (r < 0)
			return r;
	}
	if (!p.choice)
		trouble(c, "%s: no restore point meets the wish", shown(c, w.source));
	else if (!p.choice->backup)
		trouble(c,
			"%s: nothing that was verified meets the wish; the provider says that "
			"it does",
			shown(c, w.source));
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
	{"lsn", OPT_TEXT, "LSN", "all that the log holds before that place", NULL},
	{"target-name", OPT_TEXT, "NAME", "a named restore point in the log", NULL},
	{"timeline", OPT_TEXT, "N", "a number, latest or current: the backup's own (latest)",
		NULL},
	{"rpo", OPT_DURATION, "D", "the largest loss that is acceptable (the source's)", NULL},
	{"rto", OPT_DURATION, "D", "the longest restore that is acceptable (the source's)",
		NULL},
	{"level", OPT_WORD, "L", "it must have passed this", level_words},
	{"without", OPT_TEXT, "REPO", "as if this repo were lost", NULL},
	{"without-domain", OPT_TEXT, "NAME", "as if every repo of this failure domain were lost", NULL},
	{"scenario", OPT_WORD, "S", "corruption, table, database or region: against its time limit",
		scenario_words},
	{"table", OPT_TEXT, "TABLE", "commands that bring back this table alone", NULL},
	{"into", OPT_TEXT, "DSN",
		"the server to restore into, in a new database; no password in it", NULL},
	{"pause", OPT_FLAG, NULL, "the new server waits at its target, to be looked at", NULL},
	{"lease", OPT_DURATION, "D", "hold what the choice needs so long", NULL},
	{"now", OPT_TIME, "TIME", "answer as of that time", NULL},
	{0},
};

#define POINT                                                                                  \
	"{\"backup\":, \"label\":, \"method\":, \"verdict\":, \"point\":, \"loss_seconds\":, " \
	"\"loss_is_bound\":, \"restore_seconds\":,\n"                                          \
	"  \"restore_known_from\":, \"meets_rpo\":, \"meets_rto\":,\n"                         \
	"  \"recovery\": {\"target\":, \"time\":, \"lsn\":, \"target_name\":, \"timeline\":, "        \
	"\"from_lsn\":, \"to_lsn\":, \"from\":, \"to\":,\n"                                    \
	"    \"wal_bytes\":} or null, \"note\":, \"commands\": []}"

const struct command commands_pick[] = {
	{"pick", "SOURCE", "the restore point for a wish",
		"backstay pick shop\n"
		"backstay pick shop --at '2026-11-21 14:00' --rpo 24h\n"
		"backstay pick shop --before 2026-11-21T13:37:00Z --without local\n"
		"backstay pick shop --lsn 0/3A000148 --timeline current --lease 2h\n",
		"The latest one when no time is given. A time without a zone is in the "
		"source's dump zone. The commands restore into a\n"
		"new database, stop on the first error, and never drop or overwrite a live "
		"one. Ends with 1 when nothing meets the\n"
		"wish, or when the choice misses a limit. A base backup with archived log "
		"behind it "
		"answers any time, LSN or name between\n"
		"its stop and the last commit; its commands make a new cluster, and are for "
		"bash -e. "
		"What a provider keeps is nobody's proof:\n"
		"it is the choice only where nothing that was verified meets the wish, and the "
		"status is 1. --scenario holds it against 1h (corruption), 2h (table), 4h (database) or 8h (region), which the\n"
		"settings may change; region is without the failure domain that holds most copies.\n",
		"{\"choice\": " POINT " or null,\n"
		"  \"before\": ..., \"after\": ..., \"rejected\": [{\"backup\":, \"label\":, "
		"\"reason\":}],\n"
		"  \"scenario\": {\"name\":, \"rto_limit_seconds\":, \"meets\":, \"lost\":, \"note\":} or null,\n"
		"  \"lease\": {\"hold\":, \"until\":} or null}\n",
		options, NEED_READ, 1, 1, run},
	{0},
};
