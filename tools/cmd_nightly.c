/* cmd_nightly.c - what cron calls: scan, verify what is due, look at every source; one line,
 * one status */
#include "backstay/rescue.h"
#include "backstay/run.h"
#include "duties.h"
#include "out.h"
#include "retain.h"
#include "status.h"
#include "steps.h"
#include "stop.h"

struct night {
	bks_scanned scanned;
	bks_verified verified;
	struct statuses statuses;
	bks_retained retained;
	bks_rescued rescued;
	bool retains; /* somewhere it is switched on */
	struct duties duties;
	const char *failed; /* what a step could not do, when the others went on */
};

static int scan(struct night *n, struct call *c)
{
	bks_scan_options opt = {.now = c->now, .stop = stop_asked};
	int r = bks_scan(&n->scanned, c->cat, &opt, c->arena, &c->err);
	if (r == BKS_E_IO) { /* what is known already can be verified all the same */
		n->failed = said("%s", c->err.text);
		return partly(c, r, true);
	}
	if (r < 0)
		return r;
	scan_weigh(&c->end, &n->scanned);
	c->end.done = 0; /* to have seen a file proves nothing of it */
	return 0;
}

/* Last but for the look at every source, so that only what was seen and verified this night decides. What it refuses or cannot do is
 * told, and the night goes on. */
static int retain(struct night *n, struct call *c)
{
	bks_retain_options opt;
	int r = retained_options(&opt, c);
	n->retains = retained_on(c) && !stop_asked(NULL);
	if (r || !n->retains)
		return r;
	r = bks_retain_run(&n->retained, c->cat, &opt, c->arena, &c->err);
	retained_weigh(c, &n->retained);
	if (r < 0 && !n->failed)
		n->failed = said("%s", c->err.text);
	return partly(c, r, r != BKS_E_CATALOG);
}

/* For the day on which this host is gone. A repo that cannot take it is a warning: tonight's backups are none the worse. */
static int rescue(struct night *n, struct call *c)
{
	if (!c->settings->rescue || stop_asked(NULL))
		return 0;
	int r = bks_rescue(&n->rescued, c->cat, c->now, c->arena, &c->err);
	for (size_t i = 0; i < n->rescued.n; i++)
		if (n->rescued.v[i].why)
			tell(c, "no copy of the catalog is left in repo %s: %s", shown(c, n->rescued.v[i].repo),
				shown(c, n->rescued.v[i].why));
	return r;
}

/* Repos in which a copy of the catalog lies that is as new as it need be. */
static int64_t copies_there(const bks_rescued *all)
{
	int64_t there = 0;
	for (size_t i = 0; i < all->n; i++)
		there += !all->v[i].why;
	return there;
}

static void put_rescued(bks_json *doc, const bks_rescued *all)
{
	bks_json *list = bks_json_list();
	for (size_t i = 0; i < all->n; i++) {
		bks_json *o = bks_json_object();
		bks_json_put_name(o, "repo", all->v[i].repo);
		bks_json_put_bool(o, "written", all->v[i].written);
		bks_json_put_name(o, "why", all->v[i].why);
		bks_json_add(list, o);
	}
	bks_json_put(doc, "rescue", list);
}

static int steps(struct night *n, struct call *c)
{
	int r = scan(n, c);
	if (r < 0)
		return r;
	r = verify_do(&n->verified, c, &(bks_selection){0});
	if (!r)
		r = verify_weigh(c, &n->verified);
	if (!r)
		r = retain(n, c);
	if (!r && !stop_asked(NULL))
		r = status_do(&n->statuses, c, NULL, 0);
	if (!r)
		status_weigh(c, &n->statuses);
	if (!r)
		r = duties_do(&n->duties, c, true);
	return r ? r : rescue(n, c);
}

/* The sources in trouble, by name: "shop late, blog: 2 in trouble". */
static const char *sources_text(const struct call *c, const struct statuses *s)
{
	const char *text = count_shown((int64_t)s->n, "source", "sources"), *sep = ":";
	for (size_t i = 0; i < s->n; i++) {
		const bks_source_status *one = &s->v[i];
		size_t open = 0;
		for (size_t k = 0; k < one->trouble_count; k++)
			open += !one->trouble[k].acked;
		const char *what = one->late == BKS_LATE_NEVER ? "never came"
				   : one->late == BKS_LATE_YES ? "late"
				   : !open && !one->newest_proven ? "nothing proven"
								  : NULL;
		if (open)
			what = said("%s%s%zu in trouble", what ? what : "", what ? " and " : "", open);
		if (!what)
			continue;
		text = said("%s%s %s %s", text, sep, shown(c, one->source), what);
		sep = ",";
	}
	size_t open = wal_open_trouble(&s->wal);
	return open ? said("%s; WAL: %zu in trouble", text, open) : text;
}

static bool looked_at(const bks_verified *v, int64_t backup)
{
	for (size_t i = 0; i < v->n; i++)
		if (v->backups[i] == backup)
			return true;
	return false;
}

/* "shop users +312, orders -38 %; blog posts +2", of what this night brought; NULL: nothing. */
static const char *rows_text(const struct call *c, const struct night *n)
{
	enum { SOURCES_MAX = 5 };
	const char *text = NULL;
	size_t told = 0;
	for (size_t i = 0; i < n->statuses.n; i++) {
		const bks_source_status *s = &n->statuses.v[i];
		const char *rows = looked_at(&n->verified, s->rows_backup) ? deltas_shown(c, s) : NULL;
		if (rows && told++ < SOURCES_MAX)
			text = said("%s%s%s %s", text ? text : "", text ? "; " : "", shown(c, s->source), rows);
	}
	return told > SOURCES_MAX ? said("%s; %zu sources more", text, told - SOURCES_MAX) : text;
}

static const char *summary(const struct call *c, const struct night *n, int status)
{
	const bks_scanned *s = &n->scanned;
	const char *text =
		said("%s: %lld new, %lld changed, %lld missing; %s; %s", status_text(status),
			(long long)s->added, (long long)s->changed, (long long)s->missing,
			verify_summary(&n->verified), sources_text(c, &n->statuses));
	const char *rows = rows_text(c, n);
	if (rows)
		text = said("%s; rows: %s", text, rows);
	if (n->retains)
		text = said("%s; retention: %s", text, retained_summary(&n->retained));
	for (size_t i = 0; i < n->retained.refused_count; i++)
		if (!n->retained.refused[i].minor) {
			text = said("%s (%s: %s)", text, n->retained.refused[i].rule, shown(c, n->retained.refused[i].text));
			break;
		}
	if (n->duties.n)
		text = said("%s; tasks overdue: %s", text, duties_text(c, &n->duties));
	if (n->failed)
		text = said("%s; could not: %s", text, n->failed);
	for (size_t i = 0; i < s->finding_count; i++)
		if (s->findings[i].severity != BKS_NOTE)
			return said("%s; %s: %s%s", text,
				s->findings[i].where ? shown(c, s->findings[i].where) : "scan",
				shown(c, s->findings[i].text),
				s->finding_count > 1 ? " (and more)" : "");
	return text;
}

static int nightly(struct call *c, bks_json *counts)
{
	struct night n = {0};
	char head[65];
	int64_t rows;
	int r = steps(&n, c);
	if (!r)
		r = bks_journal_head(&rows, head, c->cat, &c->err);
	if (r < 0)
		return r;
	bks_json *scanned = bks_json_object(), *verified = bks_json_object();
	scan_counts(scanned, &n.scanned);
	verify_counts(verified, &n.verified);
	bks_json_put(counts, "scan", scanned);
	bks_json_put(counts, "verify", verified);
	if (n.retains) {
		bks_json *retained = bks_json_object();
		retained_counts(retained, &n.retained);
		bks_json_put(counts, "retain", retained);
	}
	bks_json_put_int(counts, "sources", (int64_t)n.statuses.n);
	bks_json_put_int(counts, "copies", copies_there(&n.rescued));
	ending_add(&c->end, 0);
	const char *text = summary(c, &n, ending_status(&c->end));
	c->err_told = false; /* the summary tells it */
	c->doc = bks_json_object();
	bks_json_put_text(c->doc, "summary", text);
	scan_put(c->doc, &n.scanned);
	if (c->json)
		verify_put(c->doc, &n.verified);
	status_put(c->doc, &n.statuses);
	put_rescued(c->doc, &n.rescued);
	bks_json *retained = n.retains ? bks_json_object() : NULL;
	if (retained)
		retained_put(retained, &n.retained);
	bks_json_put(c->doc, "retain", retained);
	duties_put(c->doc, &n.duties);
	bks_json_put_text(c->doc, "journal_head", head);
	say(c, "%s", text);
	if (ending_status(&c->end) != EXIT_WELL)
		trouble(c, "%s", text);
	c->complained = true;
	return 0;
}

static int run(struct call *c)
{
	stop_watch();
	return recorded(c, nightly);
}

static const struct option_spec options[] = {
	{"budget", OPT_BUDGET, "D or SIZE",
		"start to verify no new one after so much time or so many bytes", NULL},
	{"jobs", OPT_COUNT, "N", "files read at the same time (one a core)", NULL},
	{0},
};

const struct command commands_nightly[] = {
	{"nightly", "", "scan, verify what is due, retain where it is switched on: the cron job",
		"backstay nightly --quiet\n"
		"backstay nightly --quiet --budget 3h || mail -s 'backups' root\n",
		"Prints one summary line; with --quiet it is silent when all is well, and that "
		"line goes to stderr when not. The status\n"
		"is the worst of its steps. Rows are those that tonight's backups hold more or less than the good ones before "
		"them. Where retention is switched on, what it lets go is condemned, and removed "
		"after its grace, as by `retain run`. Last a copy of the catalog and a page RESTORE.txt are left in each repo that\n"
		"may be written to (settings: rescue = false switches it off), for `import` when this host is gone.\n",
		"{\"summary\":, ...the answers of scan, verify and status, their keys side by "
		"side..., \"retain\": {...as retain apply...} or null, \"journal_head\":,\n"
		"  \"rescue\": [{\"repo\":, \"written\":, \"why\":}]}\n",
		options, NEED_WRITE, 0, 0, run},
	{0},
};
