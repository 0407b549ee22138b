/* cmd_list.c - the inventory, newest first */
#include "look.h"
#include "out.h"
#include "row.h"

static int read_selection(bks_selection *sel, struct call *c)
{
	const char *zone = NULL;
	int r = look_filters(sel, &zone, c);
	if (!r)
		r = opt_time(&sel->since, c, "since", zone);
	if (!r)
		r = opt_time(&sel->until, c, "until", zone);
	sel->kind = opt_word(c, "kind") + 1;
	sel->verdict = opt_word(c, "verdict") + 1;
	sel->state = opt_word(c, "state") + 1;
	/* what is filtered here is cut here, too */
	return r;
}

/* What lies there now; what does not is shown to who asks for it. */
static bool state_wanted(const struct call *c, const bks_backup *b)
{
	return opt_given(c, "state") || opt_word(c, "verdict") == BKS_MISSING ||
	       b->state == BKS_STATE_LIVE || b->state == BKS_STATE_SETTLING;
}

/* The rows of the state and tier asked for (which tier holds one is only known after the plan),
 * at most --last of them. */
static bks_backups filter(const bks_backups *all, const struct tiers *t, const struct call *c)
{
	const char *tier = opt_text(c, "tier");
	size_t last = (size_t)opt_count(c, "last");
	bks_backup *v = take((all->n + 1) * sizeof *v);
	bks_backups some = {.v = v};
	for (size_t i = 0; i < all->n && (!last || some.n < last); i++)
		if (state_wanted(c, &all->v[i]) &&
			(!tier || tiers_hold(t, &all->v[i], tier)))
			v[some.n++] = all->v[i];
	return some;
}

static void answer(struct call *c, const bks_backups *rows, const struct tiers *t)
{
	bks_json *list = bks_json_list();
	for (size_t i = 0; i < rows->n && c->json; i++)
		bks_json_add(list, row_json(&rows->v[i], t));
	c->doc = bks_json_object();
	bks_json_put(c->doc, "backups", list);
	if (rows->n)
		rows_say(c, rows->v, rows->n, t);
	c->end.done = (int64_t)rows->n;
}

/* A tier that no policy has holds nothing: somebody mistyped it. */
static int check_tier(struct call *c)
{
	const char *tier = opt_text(c, "tier");
	enum bks_tier known;
	if (!tier || !bks_tier_parse(&known, tier))
		return 0;
	for (size_t i = 0; i < c->settings->policy_count; i++)
		if (bks_policy_tier(&c->settings->policies[i], tier))
			return 0;
	return fails(c, BKS_E_USAGE, "--tier: no policy has a tier called \"%s\"", shown(c, tier));
}

static int run(struct call *c)
{
	bks_selection sel = {0};
	bks_backups all = {0};
	struct tiers t = {0};
	int r = check_tier(c);
	if (!r)
		r = read_selection(&sel, c);
	if (r > 0) {
		answer(c, &all, &t);
		return 0;
	}
	if (!r)
		r = bks_backup_list(&all, c->cat, &sel, c->arena, &c->err);
	if (!r && all.n)
		r = tiers_read(&t, c, sel.source);
	if (r < 0)
		return r;
	bks_backups rows = filter(&all, &t, c);
	answer(c, &rows, &t);
	return rows.n ? 0 : no_match(c, "no backup matches");
}

static const struct option_spec options[] = {
	{"source", OPT_TEXT, "S", "of this source", NULL},
	{"repo", OPT_TEXT, "R", "with a copy in this repo", NULL},
	{"kind", OPT_WORD, "K", "of this kind", kind_words},
	{"tier", OPT_TEXT, "T", "held by this tier, of any policy", NULL},
	{"verdict", OPT_WORD, "V", "with this verdict", verdict_words},
	{"since", OPT_TIME, "TIME", "taken at or after it", NULL},
	{"until", OPT_TIME, "TIME", "taken at or before it", NULL},
	{"state", OPT_WORD, "S", "in this state (live and settling)", state_words},
	{"last", OPT_COUNT, "N", "only the newest N", NULL},
	{"now", OPT_TIME, "TIME", "answer as of that time", NULL},
	{0},
};

const struct command commands_list[] = {
	{"list", "", "the inventory, newest first",
		"backstay list\n"
		"backstay list --source shop --since 7d\n"
		"backstay list --verdict damaged --json\n",
		"A source with a ? was guessed by scan and not confirmed. Tiers are those that "
		"the retention plan would fill now, and\n"
		"those that were asked for. Ends with 4 when nothing matches.\n",
		"{\"backups\": [{\"id\":, \"label\":, \"source\":, \"source_guessed\":, "
		"\"kind\":, \"format\":, \"content\":, \"tiers\": [],\n"
		"  \"reason\":, \"taken_at\":, \"taken_from\":, \"time_confirmed\":, "
		"\"size\":, \"repos\": [], \"state\":, \"state_reason\":, \"verdict\":,\n"
		"  \"level\":, \"verified_at\":, \"proven_at\":, \"purge_after\":, \"held\":, \"acked\":}]}\n",
		options, NEED_READ, 0, 0, run},
	{0},
};
