/* cmd_tasks.c - what comes round by the calendar: what is due, what is overdue, and the
 * evidence of the last time */
#include "backstay/task.h"
#include "duties.h"
#include "out.h"

static bks_json *proof_json(const bks_task_proof *p)
{
	if (!p)
		return NULL;
	bks_json *o = bks_json_object();
	bks_json_put_text(o, "kind", p->kind);
	bks_json_put_int(o, "id", p->id);
	bks_json_put_name(o, "note", p->text);
	bks_json_put(o, "file", evidence_json(&p->file));
	return o;
}

static bks_json *task_json(const bks_task *t)
{
	bks_json *o = bks_json_object();
	bks_json_put_name(o, "name", t->name);
	bks_json_put_seconds(o, "every_seconds", t->every ? t->every : -1);
	bks_json_put_name(o, "owner", t->owner);
	bks_json_put_bool(o, "automatic", t->automatic);
	bks_json_put_time(o, "last_done", t->proof ? t->proof->at : BKS_TIME_NONE);
	bks_json_put(o, "evidence", proof_json(t->proof));
	bks_json_put_time(o, "next_due", t->next_due);
	bks_json_put_text(o, "state", bks_task_state_name(t->state));
	bks_json_put_bool(o, "overdue", t->overdue);
	bks_json_put_name(o, "text", t->text);
	bks_json_put_name(o, "declared", t->declared);
	return o;
}

static void say_tasks(struct call *c, const bks_task *v, size_t n)
{
	static const char *const titles[] = {"TASK", ">EVERY", "OWNER", "STATE", "LAST DONE",
		"NEXT DUE", "EVIDENCE", "WHAT", NULL};
	struct table t = table_new(c, titles);
	for (size_t i = 0; i < n; i++) {
		const bks_task_proof *p = v[i].proof;
		table_add(&t, shown(c, v[i].name));
		table_add(&t, v[i].every ? duration_shown(v[i].every) : "as needed");
		table_add(&t, shown(c, v[i].owner));
		table_colour(
			&t, bks_task_state_name(v[i].state), v[i].overdue ? colour_bad() : "");
		table_add(&t, time_shown(p ? p->at : BKS_TIME_NONE));
		table_add(&t, time_shown(v[i].next_due));
		table_add(&t,
			p ? said("%s %lld: %s", p->kind, (long long)p->id, shown(c, p->text))
			  : "-");
		table_add(&t, shown(c, v[i].text));
	}
	if (n)
		table_print(&t, true);
}

static int run(struct call *c)
{
	const bks_task *v = NULL;
	size_t n = 0;
	int r = bks_task_list(&v, &n, c->cat, c->now, c->arena, &c->err);
	if (r < 0)
		return r;
	bks_json *list = bks_json_list();
	for (size_t i = 0; i < n; i++)
		bks_json_add(list, task_json(&v[i]));
	c->doc = bks_json_object();
	bks_json_put(c->doc, "tasks", list);
	say_tasks(c, v, n);
	c->end.done = (int64_t)n;
	return n ? 0 : no_match(c, "every task is switched off");
}

static int done(struct call *c)
{
	const char *file = opt_text(c, "evidence");
	bks_evidence e = {0};
	bks_time at = c->now;
	int64_t id = 0;
	int r = opt_needed(c, "note");
	if (!r)
		r = opt_time(&at, c, "at", NULL);
	if (!r && file)
		r = bks_evidence_read(&e, file, c->arena, &c->err);
	if (!r)
		r = bks_task_done(
			&id, c->cat, c->args[0], at, opt_text(c, "note"), &e, &c->err);
	if (r)
		return r;
	bks_json *o = bks_json_object();
	bks_json_put_int(o, "id", id);
	bks_json_put_name(o, "name", c->args[0]);
	bks_json_put_time(o, "at", at);
	bks_json_put_name(o, "note", opt_text(c, "note"));
	bks_json_put(o, "file", evidence_json(&e));
	c->doc = bks_json_object();
	bks_json_put(c->doc, "done", o);
	say(c, "task %s was done at %s", shown(c, c->args[0]), time_shown(at));
	c->end.done++;
	return 0;
}

static const struct option_spec options[] = {
	{"now", OPT_TIME, "TIME", "answer as of that time", NULL},
	{0},
};
static const struct option_spec done_options[] = {
	{"note", OPT_TEXT, "TEXT", "what was done, and what came of it; needed", NULL},
	{"evidence", OPT_TEXT, "FILE",
		"a file that shows it; its path, size and SHA-256 are kept", NULL},
	{"at", OPT_TIME, "TIME", "when it was done (now)", NULL},
	{0},
};

const struct command commands_tasks[] = {
	{"tasks", "", "what comes round by the calendar, and the evidence of the last time",
		"backstay tasks\n"
		"backstay tasks --now 2026-12-31 --json\n",
		"docs/tasks.md lists the defaults; `task NAME { ... }` in the settings "
		"changes, adds or switches off. due: its "
		"rhythm is over; overdue: by\n"
		"more than a quarter of it. never: there is no evidence; next due is then "
		"counted from the first row of the journal. "
		"Ends with 0: what is\n"
		"overdue is told by `status` and `nightly`, too, and turns neither red.\n",
		"{\"tasks\": [{\"name\":, \"every_seconds\":, \"owner\":, \"automatic\":, "
		"\"last_done\":, \"evidence\": {\"kind\": \"run\" or "
		"\"note\" or \"drill\",\n"
		"  \"id\":, \"note\":, \"file\": {\"path\":, \"size\":, \"sha256\":} or null} "
		"or null, \"next_due\":,\n"
		"  \"state\": \"ok\" or \"due\" or \"overdue\" or \"never\", \"overdue\":, "
		"\"text\":, \"declared\":}]}\n",
		options, NEED_READ, 0, 0, run},
	{"tasks done", "NAME", "say that a task was done",
		"backstay tasks done storage --note '412 GB of 1 TB, nothing to do'\n"
		"backstay tasks done drill --note 'region lost, back in 3 h' --evidence "
		"drill.md --at '2026-11-20 16:00'\n",
		"Ends with 2 for a task that is done by this program itself: its runs are the "
		"evidence.\n",
		"{\"done\": {\"id\":, \"name\":, \"at\":, \"note\":, \"file\": {\"path\":, "
		"\"size\":, \"sha256\":} or null}}\n",
		done_options, NEED_WRITE, 1, 1, done},
	{0},
};
