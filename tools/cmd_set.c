/* cmd_set.c - correct or confirm what scan guessed of a backup */
#include "look.h"
#include "out.h"
#include "row.h"

/* One of the five words, or whatever else the policy of its source names. */
static void read_tier(bks_backup_change *ch, const char *word)
{
	enum bks_tier tier;
	if (word && !bks_tier_parse(&tier, word))
		ch->tier = (int)tier + 1;
	else
		ch->tier_name = word;
}

static int read_change(bks_backup_change *ch, struct call *c, const bks_backup *b)
{
	const bks_source *s = NULL;
	ch->source = opt_text(c, "source");
	read_tier(ch, opt_text(c, "tier"));
	ch->reason = opt_text(c, "reason");
	int r = ch->source  ? look_source_must(&s, c, ch->source)
		: b->source ? look_source(&s, c, b->source)
			    : 0;
	if (r >= 0)
		r = opt_time(&ch->taken_at, c, "taken-at", s ? s->dump_zone : NULL);
	if (r < 0)
		return r;
	if (!ch->source && !ch->tier && !ch->tier_name && !ch->reason && !ch->taken_at)
		return fails(c, BKS_E_USAGE, "nothing to set; see backstay help set");
	bool pin = ch->tier ? ch->tier == BKS_TIER_PREDEPLOY + 1
			    : !ch->tier_name && b->tier == BKS_TIER_PREDEPLOY;
	if (!pin && ch->reason)
		return fails(c, BKS_E_USAGE, "--reason goes with --tier predeploy");
	return 0;
}

static int run(struct call *c)
{
	const bks_backup *b = NULL;
	bks_backup_change ch = {0};
	struct tiers t = {0};
	int r = look_backup_must(&b, c, c->args[0]);
	if (!r)
		r = read_change(&ch, c, b);
	if (!r)
		r = bks_backup_set(c->cat, b->id, &ch, &c->err);
	if (!r)
		r = bks_backup_find(
			&b, c->cat, said("%lld", (long long)b->id), c->arena, &c->err);
	if (!r)
		r = tiers_read(&t, c, b->source);
	if (r < 0)
		return r;
	c->doc = bks_json_object();
	bks_json_put(c->doc, "backup", row_json(b, &t));
	say(c, "backup %lld %s: source %s, taken %s, tier %s", (long long)b->id,
		shown(c, b->label), shown(c, b->source), time_shown(b->taken_at),
		b->tier_name ? b->tier_name : bks_tier_name(b->tier));
	c->end.done++;
	return 0;
}

static const struct option_spec options[] = {
	{"source", OPT_TEXT, "S", "what it is a backup of; the same one confirms it", NULL},
	{"tier", OPT_TEXT, "T",
		"kept at least as long as this tier of its policy (daily, weekly, monthly, "
		"predeploy, or one of its own); auto takes it back",
		NULL},
	{"taken-at", OPT_TIME, "TIME", "the instant that it brings back; confirms it", NULL},
	{"reason", OPT_TEXT, "TEXT", "why a predeploy backup is kept", NULL},
	{0},
};

const struct command commands_set[] = {
	{"set", "BACKUP", "correct or confirm what scan guessed",
		"backstay set 17 --source shop\n"
		"backstay set shop_old.sql --taken-at '2026-11-22 02:47'\n",
		"A time without a zone is in the source's dump zone; it is echoed in UTC.\n",
		"{\"backup\": {...as in list...}}\n", options, NEED_WRITE, 1, 1, run},
	{0},
};
