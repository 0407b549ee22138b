/* cmd_status.c - a line a source: is there a proven backup, how old is it, what is wrong */
#include "duties.h"
#include "look.h"
#include "out.h"
#include "steps.h"

static int run(struct call *c)
{
	struct statuses s = {0};
	for (size_t i = 0; i < c->arg_count; i++) {
		const bks_source *source;
		int r = look_source_must(&source, c, c->args[i]);
		if (r < 0)
			return r;
	}
	int r = status_do(&s, c, c->arg_count ? c->args : NULL, c->arg_count);
	if (r < 0)
		return r;
	struct duties late = {0};
	r = c->arg_count ? 0 : duties_do(&late, c, false);
	if (r < 0)
		return r;
	status_weigh(c, &s);
	c->doc = bks_json_object();
	status_put(c->doc, &s);
	duties_put(c->doc, &late);
	status_say(c, &s);
	if (late.n)
		say(c, "tasks overdue: %s; see `backstay tasks`", duties_text(c, &late));
	if (!s.n && !s.wal.run_count)
		return no_match(c, "no source is known; `backstay scan` finds some, `backstay "
				   "source add` names one");
	return 0;
}

static const struct option_spec options[] = {
	{"now", OPT_TIME, "TIME", "answer as of that time", NULL},
	{0},
};

const struct command commands_status[] = {
	{"status", "[SOURCE...]",
		"a line a source: newest proven backup, its age against the limit, trouble",
		"backstay status\n"
		"backstay status shop --json\n"
		"backstay status --now '2026-11-22 08:00'\n",
		"The limit is --every plus --slack of the source, or learned from its history. "
		"never: an expected backup never came.\n"
		"rows: the largest changes from the good backup before to the newest one whose rows were read.\n"
		"Ends with 1 when a source is late or in trouble that nobody acknowledged, 4 "
		"when some source has no proven backup.\n"
		"wal: archived write-ahead log as runs of segments without a gap; what stands "
		"against a run (a gap behind it, a bad\n"
		"segment, another cluster's) is trouble as well. read_lsn: so far the present "
		"pass of reading came; proven_lsn: where\n"
		"the last valid record ends.\n"
		"coverage: share of the bytes that were read within 30 days, and how long those wait that wait longest; told when no SOURCE is\n"
		"named.\n"
		"tasks_overdue: of `backstay tasks`, told when no SOURCE is named; no reason for another status.\n",
		"{\"sources\": [{\"source\":, \"guessed\":, \"newest_proven\": {...as in "
		"list...} or null, \"age_seconds\":,\n"
		"  \"limit_seconds\":, \"limit_learned\":, \"late\": \"no\" or \"late\" or "
		"\"never\" or \"unknown\",\n"
		"  \"trouble\": [{\"backup\":, \"label\":, \"code\":, \"acked\":}], "
		"\"next_due\":, \"live\":, \"rpo_actual_seconds\":, \"rpo_actual_is_bound\":,\n"
		"  \"wal_newest\":, \"wal_silent\":,\n"
		"  \"rows_compared\": {\"backup\":, \"before\":} or null,\n"
		"  \"rows_delta\": [{\"database\":, \"schema\":, \"name\":, \"before\":, \"rows\":, \"delta\":}]}],\n"
		" \"wal\": [{\"id\":, \"repo\":, \"folder\":, \"source\":, \"system_id\": "
		"text, \"timeline\":, \"version\":,\n"
		"  \"segment_size\":, \"segments\":, \"bytes\":, \"first_segment\":, "
		"\"last_segment\":, \"start_lsn\":, \"end_lsn\":,\n"
		"  \"read_lsn\":, \"proven_lsn\":, \"last_commit\":, \"partial\":, "
		"\"partial_lsn\":, \"partial_commit\":,\n"
		"  \"verified_at\":, \"trouble\": [{\"segment\":, \"code\":, \"where\":, "
		"\"text\":, \"acked\":}]}],\n"
		" \"wal_strays\": [{\"repo\":, \"folder\":, ...as above...}],\n"
		" \"coverage\": {\"window_seconds\":, \"files\":, \"bytes\":, \"read_bytes\":, \"never_read_bytes\":, \"share\": 0.987 or null,\n"
		"  \"longest_unread_seconds\":, \"repos\": [{\"repo\":, ...the same of each...}]} or null,\n"
		" \"tasks_overdue\": [\"drill\"]}\n",
		options, NEED_READ, 0, ANY, run},
	{0},
};
