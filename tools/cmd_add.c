/* cmd_add.c - register files by hand */
#include "look.h"
#include "out.h"
#include "steps.h"
#include "stop.h"
#include <ctype.h>
#include <string.h>

static int check_sha256(struct call *c, const char *hex)
{
	if (!hex)
		return 0;
	if (c->arg_count != 1)
		return fails(c, BKS_E_USAGE, "--sha256 is of one file: name just one PATH");
	size_t n = strspn(hex, "0123456789abcdefABCDEF");
	return n == 64 && !hex[n] ? 0
				  : fails(c, BKS_E_USAGE, "--sha256: 64 hex digits are needed");
}

static int read_options(bks_add_options *opt, struct call *c)
{
	const bks_source *s = NULL;
	*opt = (bks_add_options){.source = opt_text(c, "source"),
		.tier = opt_word(c, "tier") + 1,
		.reason = opt_text(c, "reason"),
		.sha256 = opt_text(c, "sha256"),
		.now = c->now};
	int r = opt->source ? look_source_must(&s, c, opt->source) : 0;
	if (!r)
		r = opt_time(&opt->taken_at, c, "taken-at", s ? s->dump_zone : NULL);
	if (!r)
		r = check_sha256(c, opt->sha256);
	bool pin = opt->tier == BKS_TIER_PREDEPLOY + 1;
	if (!r && pin && !opt->reason)
		r = fails(c, BKS_E_USAGE,
			"--tier predeploy is kept for ever: it needs a --reason, such as "
			"v1.42");
	if (!r && !pin && opt->reason)
		r = fails(c, BKS_E_USAGE, "--reason goes with --tier predeploy");
	return r;
}

/* Registers each path; *n is how many were. */
static int add_all(
	size_t *n, int64_t *ids, struct call *c, const bks_add_options *opt, bks_json *list)
{
	for (*n = 0; *n < c->arg_count; ++*n) {
		const bks_backup *b = NULL;
		int known = bks_add(&ids[*n], c->cat, c->args[*n], opt, &c->err);
		int r = known < 0
				? known
				: bks_backup_find(&b, c->cat, said("%lld", (long long)ids[*n]),
					  c->arena, &c->err);
		if (r < 0)
			return r;
		bks_json *o = bks_json_object();
		bks_json_put_name(o, "path", c->args[*n]);
		bks_json_put_int(o, "backup", ids[*n]);
		bks_json_put_name(o, "label", b ? b->label : NULL);
		bks_json_put_name(o, "source", b ? b->source : NULL);
		bks_json_put_time(o, "taken_at", b ? b->taken_at : BKS_TIME_NONE);
		bks_json_put_bool(o, "known", known > 0);
		bks_json_add(list, o);
		say(c, "%s backup %lld %s, taken %s", known > 0 ? "known already:" : "added",
			(long long)ids[*n], b ? shown(c, b->label) : "-",
			time_shown(b ? b->taken_at : BKS_TIME_NONE));
		c->end.done++;
	}
	return 0;
}

static int verify_added(struct call *c, const int64_t *ids, size_t n)
{
	bks_selection sel = {.ids = ids, .id_count = n};
	bks_verified v = {0};
	c->end.done = 0; /* what was asked for is the proof */
	int r = verify_do(&v, c, &sel);
	if (r < 0)
		return r;
	verify_put(c->doc, &v);
	verify_say(c, &v);
	return verify_weigh(c, &v);
}

static int run(struct call *c)
{
	bks_add_options opt;
	size_t n = 0;
	int r = read_options(&opt, c);
	if (r < 0)
		return r;
	int64_t *ids = take((c->arg_count + 1) * sizeof *ids);
	bks_json *list = bks_json_list();
	stop_watch();
	r = add_all(&n, ids, c, &opt, list);
	c->doc = bks_json_object();
	bks_json_put(c->doc, "added", list);
	if (r < 0)
		return partly(c, r, n > 0);
	return opt_flag(c, "verify") ? partly(c, verify_added(c, ids, n), true) : 0;
}

static const struct option_spec options[] = {
	{"source", OPT_TEXT, "S", "what it is a backup of", NULL},
	{"tier", OPT_WORD, "T", "kept at least as long as this tier; predeploy is for ever",
		tier_words},
	{"taken-at", OPT_TIME, "TIME", "the instant that it brings back", NULL},
	{"reason", OPT_TEXT, "TEXT", "why a predeploy backup is kept: v1.42", NULL},
	{"sha256", OPT_TEXT, "HEX", "its digest at birth, of one PATH", NULL},
	{"verify", OPT_FLAG, NULL, "read it at once, and end with what is proven", NULL},
	{0},
};

const struct command commands_add[] = {
	{"add", "PATH...", "register files by hand",
		"backstay add /srv/backups/before-v1.42.dump --tier predeploy --reason v1.42 "
		"--verify\n"
		"backstay add shop.sql.gz --source shop --taken-at '2026-11-22 02:47'\n",
		"Each PATH lies in a repo that is known. A time without a zone is in the dump "
		"zone of --source, else UTC. A file that\n"
		"is known already gets what the options say.\n",
		"{\"added\": [{\"path\":, \"backup\":, \"label\":, \"source\":, \"taken_at\":, "
		"\"known\":}]}\n"
		"with --verify also \"verified\" and \"counts\", as in verify.\n",
		options, NEED_WRITE, 1, ANY, run},
	{0},
};
