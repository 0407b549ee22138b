/* cmd_ack.c - known trouble: still shown, no longer a reason for status 1 */
#include "backstay/run.h"
#include "backstay/wal.h"
#include "look.h"
#include "out.h"

/* Trouble of archived WAL goes by the segment that status names. */
static int ack_wal(struct call *c, bks_time until)
{
	int r = bks_wal_ack(c->cat, c->args[0], opt_text(c, "reason"), until, &c->err);
	if (r)
		return r;
	bks_json *o = bks_json_object();
	bks_json_put(o, "backup", NULL);
	bks_json_put_name(o, "label", c->args[0]);
	bks_json_put_name(o, "reason", opt_text(c, "reason"));
	bks_json_put_time(o, "until", until);
	c->doc = bks_json_object();
	bks_json_put(c->doc, "acked", o);
	say(c, "the trouble of %s is acknowledged%s%s", shown(c, c->args[0]),
		until == BKS_TIME_NONE ? "" : " until ",
		until == BKS_TIME_NONE ? "" : time_shown(until));
	c->end.done++;
	return 0;
}

static int run(struct call *c)
{
	const bks_backup *b = NULL;
	bks_time until;
	int r = opt_needed(c, "reason");
	if (!r)
		r = look_until(&until, c);
	if (!r) {
		r = ack_wal(c, until);
		if (r <= 0)
			return r;
		r = 0;
	}
	if (!r)
		r = look_backup_must(&b, c, c->args[0]);
	if (!r)
		r = bks_ack_add(c->cat, b->id, opt_text(c, "reason"), until, &c->err);
	if (r)
		return r;
	bks_json *o = bks_json_object();
	bks_json_put_int(o, "backup", b->id);
	bks_json_put_name(o, "label", b->label);
	bks_json_put_name(o, "reason", opt_text(c, "reason"));
	bks_json_put_time(o, "until", until);
	c->doc = bks_json_object();
	bks_json_put(c->doc, "acked", o);
	say(c, "the trouble of backup %lld %s is acknowledged%s%s", (long long)b->id,
		shown(c, b->label), until == BKS_TIME_NONE ? "" : " until ",
		until == BKS_TIME_NONE ? "" : time_shown(until));
	c->end.done++;
	return 0;
}

static const struct option_spec options[] = {
	{"reason", OPT_TEXT, "TEXT", "why; needed", NULL},
	{"until", OPT_TIME, "TIME", "trouble again from then on", NULL},
	{0},
};

const struct command commands_ack[] = {
	{"ack", "BACKUP", "acknowledge the trouble of a backup",
		"backstay ack 17 --reason 'disk was full that night'\n"
		"backstay ack 17 --reason 'will be replaced' --until 2026-12-01\n"
		"backstay ack wal/00000001000000000000000A --reason 'archiver was down'\n",
		"It is still shown, and no reason for status 1 any more, until TIME or until a "
		"new kind of trouble comes. Where rows\n"
		"were lost, those that are left are what later backups are held against.\n"
		"What stands against archived WAL goes by its segment, or the first one that a "
		"gap lacks, as status names it.\n",
		"{\"acked\": {\"backup\":, \"label\":, \"reason\":, \"until\":}}\n", options,
		NEED_WRITE, 1, 1, run},
	{0},
};
