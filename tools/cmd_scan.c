/* cmd_scan.c - bring the catalog in line with what lies in the repos */
#include "item.h"
#include "look.h"
#include "out.h"
#include "steps.h"
#include "stop.h"
#include <string.h>

/* A file that was replaced by a newer one, or that somebody's cleaning took as agreed, is none.
 */
bool scan_is_trouble(const bks_action *a)
{
	if (!strcmp(a->to, "digest-changed"))
		return true;
	const char *why = a->reason ? a->reason : "";
	return !strcmp(a->to, "missing") && strcmp(why, "replaced") &&
	       strcmp(why, "cleaned by others");
}

void scan_weigh(struct ending *e, const bks_scanned *s)
{
	for (size_t i = 0; i < s->action_count; i++)
		e->trouble = e->trouble || scan_is_trouble(&s->actions[i]);
	e->trouble = e->trouble || s->wal_trouble;
	e->unfinished = e->unfinished || s->unfinished;
	e->done += s->seen;
}

static bks_json *action_json(const bks_action *a)
{
	bks_json *o = bks_json_object();
	if (a->backup_id)
		bks_json_put_int(o, "id", a->backup_id);
	else
		bks_json_put(o, "id", NULL);
	bks_json_put_name(o, "label", a->label);
	bks_json_put_name(o, "repo", a->repo);
	bks_json_put_name(o, "source", a->source);
	bks_json_put_text(o, "from", a->from && *a->from ? a->from : NULL);
	bks_json_put_text(o, "to", a->to);
	bks_json_put_text(o, "reason", a->reason);
	bks_json_put_size(o, "bytes", a->bytes);
	return o;
}

void scan_counts(bks_json *counts, const bks_scanned *s)
{
	bks_json_put_int(counts, "seen", s->seen);
	bks_json_put_int(counts, "added", s->added);
	bks_json_put_int(counts, "changed", s->changed);
	bks_json_put_int(counts, "missing", s->missing);
	bks_json_put_int(counts, "unchanged", s->unchanged);
	bks_json_put_int(counts, "ignored", s->ignored);
	bks_json_put_int(counts, "unreadable", s->unreadable);
	bks_json_put_int(counts, "requests", s->requests);
}

void scan_put(bks_json *doc, const bks_scanned *s)
{
	bks_json *actions = bks_json_list(), *findings = bks_json_list(),
		 *counts = bks_json_object();
	for (size_t i = 0; i < s->action_count; i++)
		bks_json_add(actions, action_json(&s->actions[i]));
	for (size_t i = 0; i < s->finding_count; i++)
		bks_json_add(findings, finding_json(&s->findings[i]));
	scan_counts(counts, s);
	bks_json_put(doc, "actions", actions);
	bks_json_put(doc, "refused", bks_json_list());
	bks_json_put(doc, "waiting", bks_json_list());
	bks_json_put(doc, "scanned", counts);
	bks_json_put(doc, "findings", findings);
}

void scan_trouble(struct call *c, const bks_scanned *s)
{
	for (size_t i = 0; i < s->action_count; i++) {
		const bks_action *a = &s->actions[i];
		if (scan_is_trouble(a))
			trouble(c, "%s: %s:%s", a->to, shown(c, a->repo), shown(c, a->label));
	}
	for (size_t i = 0; i < s->finding_count; i++)
		if (s->findings[i].severity != BKS_NOTE)
			trouble(c, "%s: %s",
				s->findings[i].where ? shown(c, s->findings[i].where) : "repo",
				shown(c, s->findings[i].text));
}

static void say_actions(struct call *c, const bks_scanned *s)
{
	static const char *const titles[] = {
		"WAS", "IS", "WHY", "SOURCE", ">SIZE", "REPO", "LABEL", NULL};
	struct table t = table_new(c, titles);
	for (size_t i = 0; i < s->action_count; i++) {
		const bks_action *a = &s->actions[i];
		table_add(&t, a->from && *a->from ? a->from : "-");
		table_colour(&t, a->to, scan_is_trouble(a) ? colour_bad() : "");
		table_add(&t, a->reason ? shown(c, a->reason) : "-");
		table_add(&t, shown(c, a->source));
		table_add(&t, size_shown(a->bytes));
		table_add(&t, shown(c, a->repo));
		table_add(&t, shown(c, a->label));
	}
	if (t.n)
		table_print(&t, true);
}

static void say_scan(struct call *c, const bks_scanned *s, bool dry)
{
	scan_trouble(c, s);
	if (!out_text(c))
		return;
	say_actions(c, s);
	for (size_t i = 0; i < s->finding_count; i++) {
		const bks_finding *f = &s->findings[i];
		say(c, "%s  %s  %s: %s", bks_severity_name(f->severity), f->code,
			f->where ? shown(c, f->where) : "-", shown(c, f->text));
	}
	say(c,
		"%lld seen: %lld added, %lld changed, %lld missing, %lld unchanged, %lld "
		"ignored%s%s%s",
		(long long)s->seen, (long long)s->added, (long long)s->changed,
		(long long)s->missing, (long long)s->unchanged, (long long)s->ignored,
		s->unreadable ? said(", %lld unreadable", (long long)s->unreadable) : "",
		s->requests ? said("; %lld requests", (long long)s->requests) : "",
		dry ? "; a dry run, nothing was recorded" : "");
}

static int scan(struct call *c, bks_json *counts)
{
	bks_scanned s = {0};
	bks_scan_options opt = {.repos = c->arg_count ? c->args : NULL,
		.repo_count = c->arg_count,
		.dry_run = opt_flag(c, "dry-run"),
		.now = c->now,
		.stop = stop_asked};
	int r = bks_scan(&s, c->cat, &opt, c->arena, &c->err);
	if (r < 0)
		return r;
	scan_weigh(&c->end, &s);
	scan_counts(counts, &s);
	c->doc = bks_json_object();
	bks_json_put_bool(c->doc, "dry_run", opt.dry_run);
	scan_put(c->doc, &s);
	say_scan(c, &s, opt.dry_run);
	if (s.unfinished)
		c->complained = !c->quiet || s.finding_count;
	return s.seen || s.action_count || s.finding_count
		       ? 0
		       : no_match(c, "nothing lies there: no repo holds a file (`backstay repo "
				     "list` shows them)");
}

static int run(struct call *c)
{
	for (size_t i = 0; i < c->arg_count; i++) {
		int r = look_repo(c, c->args[i]);
		if (r)
			return r < 0 ? r : BKS_E_USAGE;
	}
	stop_watch();
	if (!opt_flag(c, "dry-run"))
		return recorded(c, scan);
	bks_json *counts = bks_json_object();
	int r = scan(c, counts);
	bks_json_free(counts);
	return r;
}

static const struct option_spec options[] = {
	{"dry-run", OPT_FLAG, NULL, "show what would be found and how it would be grouped",
		NULL},
	{0},
};

const struct command commands_scan[] = {
	{"scan", "[REPO...]", "bring the catalog in line with what lies in the repos",
		"backstay scan\n"
		"backstay scan local --dry-run\n",
		"Registers new files of known formats and what a source claims, notes what was "
		"replaced or vanished, and what came\n"
		"back. Other files are counted as ignored. A repo whose marker is missing is "
		"taken as not mounted, and no row of it\n"
		"changes. Archived WAL becomes runs of segments, not a row a file; such an "
		"action's label is FIRST..LAST, its id null.\n"
		"Ends with 1 when a backup vanished or its bytes changed in place, or when WAL "
		"has a gap or is of another cluster, 3\n"
		"when something could not be looked at.\n",
		"{\"dry_run\":, \"actions\": [{\"id\":, \"label\":, \"repo\":, \"source\":, "
		"\"from\":, \"to\":, \"reason\":, \"bytes\":}],\n"
		"  \"refused\": [], \"waiting\": [], \"scanned\": {\"seen\":, \"added\":, "
		"\"changed\":, \"missing\":, \"unchanged\":,\n"
		"  \"ignored\":, \"unreadable\":, \"requests\":}, \"findings\": [{\"code\":, \"severity\":, \"where\":, "
		"\"text\":}]}\n",
		options, NEED_WRITE, 0, ANY, run},
	{0},
};
