/* cmd_runs.c - past runs */
#include "backstay/run.h"
#include "out.h"
#include <string.h>

static bks_json *run_json(const bks_run *r)
{
	bks_json *o = bks_json_object(), *counts = NULL;
	if (r->counts && bks_json_read(&counts, r->counts, strlen(r->counts), NULL) < 0)
		counts = NULL;
	bks_json_put_int(o, "id", r->id);
	bks_json_put_text(o, "command", r->command);
	bks_json_put_time(o, "started_at", r->started);
	bks_json_put_time(o, "ended_at", r->ended);
	bks_json_put_size(o, "status", r->status);
	bks_json_put(o, "counts", counts ? counts : bks_json_object());
	return o;
}

/* The counts that are not 0, without the marks of JSON. */
static const char *counts_shown(const struct call *c, const char *json)
{
	const char *text = "";
	while (json && *json) {
		json += strspn(json, "{}, ");
		size_t n = strcspn(json, "{},");
		if (n && strncmp(json + n - (n > 2 ? 3 : n), ": 0", 3))
			text = said("%s%s%.*s", text, *text ? " " : "",
				(int)(n - (json[n - 1] == ' ')), json);
		json += n;
	}
	char *plain = said("%s", text);
	size_t k = 0;
	for (size_t i = 0; plain[i]; i++)
		if (plain[i] != '"')
			plain[k++] = plain[i];
	plain[k] = '\0';
	return *plain ? shown(c, plain) : "-";
}

static void say_runs(struct call *c, const bks_run *v, size_t n)
{
	static const char *const titles[] = {
		">ID", "COMMAND", "STARTED", ">TOOK", ">STATUS", "COUNTS", NULL};
	struct table t = table_new(c, titles);
	for (size_t i = 0; i < n; i++) {
		table_add(&t, said("%lld", (long long)v[i].id));
		table_add(&t, shown(c, v[i].command));
		table_add(&t, time_shown(v[i].started));
		table_add(&t, v[i].ended == BKS_TIME_NONE
				      ? "?"
				      : duration_shown(v[i].ended - v[i].started));
		table_colour(&t, v[i].status < 0 ? "?" : said("%d", v[i].status),
			v[i].status ? colour_bad() : "");
		table_add(&t, counts_shown(c, v[i].counts));
	}
	if (n)
		table_print(&t, true);
}

static int run(struct call *c)
{
	bks_time since = BKS_TIME_NONE;
	const bks_run *v = NULL;
	size_t n = 0;
	int r = opt_time(&since, c, "since", NULL);
	if (!r)
		r = bks_run_list(&v, &n, c->cat, since, c->arena, &c->err);
	if (r < 0)
		return r;
	bks_json *list = bks_json_list();
	for (size_t i = 0; i < n && c->json; i++)
		bks_json_add(list, run_json(&v[i]));
	c->doc = bks_json_object();
	bks_json_put(c->doc, "runs", list);
	say_runs(c, v, n);
	c->end.done = (int64_t)n;
	return n ? 0
		 : no_match(c, "no run is recorded%s",
			   opt_given(c, "since") ? " since then" : "");
}

static const struct option_spec options[] = {
	{"since", OPT_TIME, "TIME", "started at or after it", NULL},
	{0},
};

const struct command commands_runs[] = {
	{"runs", "", "past runs: when, how long, how they ended",
		"backstay runs\n"
		"backstay runs --since 7d --json\n",
		"Every scan, verify and nightly is a row. One without an end was killed, or "
		"runs now.\n",
		"{\"runs\": [{\"id\":, \"command\":, \"started_at\":, \"ended_at\":, "
		"\"status\":, \"counts\": {}}]}\n",
		options, NEED_READ, 0, 0, run},
	{0},
};
