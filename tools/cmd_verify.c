/* cmd_verify.c - read what the catalog knows, and record what is proven */
#include "look.h"
#include "out.h"
#include "steps.h"
#include "stop.h"

/* The backups that are named; 1 when one of them is not there. */
static int read_ids(bks_selection *sel, struct call *c)
{
	int64_t *ids = take((c->arg_count + 1) * sizeof *ids);
	for (size_t i = 0; i < c->arg_count; i++) {
		const bks_backup *b = NULL;
		int r = look_backup(&b, c, c->args[i]);
		if (r)
			return r;
		ids[i] = b->id;
	}
	sel->ids = c->arg_count ? ids : NULL;
	sel->id_count = c->arg_count;
	return 0;
}

static int refuse_level(struct call *c)
{
	int level = opt_word(c, "level");
	if (level <= BKS_COVERED)
		return 0;
	return fails(c, BKS_E_USAGE,
		"--level %s: this version cannot restore; covered is the highest it proves",
		bks_level_name(level));
}

static int verify(struct call *c, bks_json *counts)
{
	bks_selection sel = {0};
	bks_verified v = {0};
	int r = look_filters(&sel, NULL, c);
	if (!r)
		r = read_ids(&sel, c);
	if (r > 0)
		verify_put(c->doc = bks_json_object(), &v);
	if (r)
		return r < 0 ? r : 0;
	r = verify_do(&v, c, &sel);
	if (r < 0)
		return r;
	verify_counts(counts, &v);
	bks_json_put_bool(counts, "selected", c->arg_count || sel.source || sel.repo || opt_given(c, "level"));
	c->doc = bks_json_object();
	if (c->json) /* of 10,000 files it is 60 MiB */
		verify_put(c->doc, &v);
	verify_say(c, &v);
	if (v.fresh_trouble)
		trouble(c, "%s; backstay status names them", verify_summary(&v));
	r = verify_weigh(c, &v);
	if (!v.matched && !v.fresh && !c->err_told)
		return no_match(c, "nothing to verify: no backup matches");
	if (v.source_without_proof)
		complain(c, "nothing was proven of some source: all that was read of it is "
			    "unproven");
	return r;
}

static int run(struct call *c)
{
	int r = refuse_level(c);
	if (r < 0)
		return r;
	stop_watch();
	return recorded(c, verify);
}

static const struct option_spec options[] = {
	{"source", OPT_TEXT, "S", "of this source", NULL},
	{"repo", OPT_TEXT, "R", "the copies in this repo", NULL},
	{"level", OPT_WORD, "L", "how far to go; sealed only compares digests (covered)",
		level_words},
	{"all", OPT_FLAG, NULL, "whatever is selected, due or not", NULL},
	{"deep", OPT_FLAG, NULL, "unpack again what is unchanged", NULL},
	{"budget", OPT_BUDGET, "D or SIZE",
		"start no new one after so much time or so many bytes", NULL},
	{"jobs", OPT_COUNT, "N", "files read at the same time (one a core)", NULL},
	{0},
};

const struct command commands_verify[] = {
	{"verify", "[BACKUP...]", "read what the catalog knows, and record what is proven",
		"backstay verify\n"
		"backstay verify --source shop --all --deep\n"
		"backstay verify 17 shop_20261101 --json\n"
		"backstay verify --budget 2h\n",
		"Without a selection it takes what is due: new, changed, then longest unread. "
		"Results are written in small groups, so\n"
		"that a run that was stopped goes on where it was. Ends with 1 when something "
		"is damaged, incomplete or missing and\n"
		"nobody acknowledged it, 3 when something could not be read, 4 when nothing "
		"was proven of some selected source.\n"
		"Each file is read by a process without rights; known inputs go first, and when "
		"one is misjudged nothing else is looked\n"
		"at (3).\n"
		"matched is the sum of the verdicts and of what is left (by a budget or a "
		"signal).\n",
		"{\"verified\": [ITEM...], \"counts\": {\"matched\":, \"sound\":, "
		"\"unproven\":, \"damaged\":, \"incomplete\":, \"unreadable\":,\n"
		"  \"unsupported\":, \"missing\":, \"left\":, \"fresh\":, "
		"\"fresh_trouble\":, \"cold\":, \"requests\":, \"acked\":}}\n"
		"ITEM is as in inspect, with \"backup\" and \"repo\".\n",
		options, NEED_WRITE, 0, ANY, run},
	{0},
};
