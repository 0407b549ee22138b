/* cmd_hold.c - pins: what is held is never let go by retention */
#include "backstay/run.h"
#include "look.h"
#include "out.h"

/* A hold changes no state by itself: the next purge takes back what the plan keeps by then. */
static const char *condemned_note(const bks_backup *b)
{
	if (b->state != BKS_STATE_CONDEMNED)
		return NULL;
	return said("it stays condemned, and is not purged while it is held: the next `retain purge` or `run` takes it back, "
		    "`retain undo %lld` does it now",
		(long long)b->id);
}

static int add(struct call *c)
{
	const bks_backup *b = NULL;
	bks_time until;
	int64_t id;
	int r = opt_needed(c, "reason");
	if (!r)
		r = look_until(&until, c);
	if (!r)
		r = look_backup_must(&b, c, c->args[0]);
	if (!r)
		r = bks_hold_add(&id, c->cat, b->id, opt_text(c, "reason"), until, &c->err);
	if (r)
		return r;
	const char *note = condemned_note(b);
	bks_json *o = bks_json_object();
	bks_json_put_int(o, "id", id);
	bks_json_put_int(o, "backup", b->id);
	bks_json_put_name(o, "label", b->label);
	bks_json_put_name(o, "reason", opt_text(c, "reason"));
	bks_json_put_time(o, "until", until);
	bks_json_put_text(o, "state", bks_state_name(b->state));
	bks_json_put_text(o, "note", note);
	c->doc = bks_json_object();
	bks_json_put(c->doc, "hold", o);
	say(c, "backup %lld %s is held%s%s", (long long)b->id, shown(c, b->label),
		until == BKS_TIME_NONE ? "" : " until ",
		until == BKS_TIME_NONE ? "" : time_shown(until));
	if (note)
		say(c, "%s", note);
	c->end.done++;
	return 0;
}

static int release(struct call *c)
{
	const bks_backup *b = NULL;
	int r = look_backup_must(&b, c, c->args[0]);
	if (!r)
		r = bks_hold_release(c->cat, b->id, &c->err);
	if (r < 0)
		return r;
	if (r > 0)
		return no_match(
			c, "backup %lld %s has no hold", (long long)b->id, shown(c, b->label));
	bks_json *o = bks_json_object();
	bks_json_put_int(o, "backup", b->id);
	bks_json_put_name(o, "label", b->label);
	c->doc = bks_json_object();
	bks_json_put(c->doc, "released", o);
	say(c, "backup %lld %s is released", (long long)b->id, shown(c, b->label));
	c->end.done++;
	return 0;
}

static bks_json *hold_json(const bks_hold *h)
{
	bks_json *o = bks_json_object();
	bks_json_put_int(o, "id", h->id);
	bks_json_put_int(o, "backup", h->backup_id);
	bks_json_put_name(o, "label", h->label);
	bks_json_put_text(o, "kind", h->kind);
	bks_json_put_name(o, "reason", h->reason);
	bks_json_put_time(o, "created_at", h->created);
	bks_json_put_time(o, "until", h->until);
	bks_json_put_time(o, "released_at", h->released);
	return o;
}

static void say_holds(struct call *c, const bks_hold *v, size_t n)
{
	static const char *const titles[] = {
		">BACKUP", "KIND", "SINCE", "UNTIL", "RELEASED", "LABEL", "REASON", NULL};
	struct table t = table_new(c, titles);
	for (size_t i = 0; i < n; i++) {
		table_add(&t, said("%lld", (long long)v[i].backup_id));
		table_add(&t, v[i].kind);
		table_add(&t, time_shown(v[i].created));
		table_add(&t, time_shown(v[i].until));
		table_add(&t, time_shown(v[i].released));
		table_add(&t, shown(c, v[i].label));
		table_add(&t, shown(c, v[i].reason));
	}
	if (n)
		table_print(&t, true);
}

static int list(struct call *c)
{
	const bks_hold *v = NULL;
	size_t n = 0;
	int r = bks_hold_list(&v, &n, c->cat, opt_flag(c, "all"), c->arena, &c->err);
	if (r < 0)
		return r;
	bks_json *l = bks_json_list();
	for (size_t i = 0; i < n; i++)
		bks_json_add(l, hold_json(&v[i]));
	c->doc = bks_json_object();
	bks_json_put(c->doc, "holds", l);
	say_holds(c, v, n);
	c->end.done = (int64_t)n;
	return n ? 0 : no_match(c, "nothing is held");
}

static const struct option_spec add_options[] = {
	{"reason", OPT_TEXT, "TEXT", "why; needed", NULL},
	{"until", OPT_TIME, "TIME", "ends by itself then", NULL},
	{0},
};
static const struct option_spec list_options[] = {
	{"all", OPT_FLAG, NULL, "those that were released, too", NULL},
	{0},
};

const struct command commands_hold[] = {
	{"hold add", "BACKUP", "pin a backup",
		"backstay hold add 17 --reason 'audit 2026'\n"
		"backstay hold add shop_20261101 --reason 'before the migration' --until "
		"2027-01-31\n",
		"Retention lets nothing go that is held.\n",
		"{\"hold\": {\"id\":, \"backup\":, \"label\":, \"reason\":, \"until\":, \"state\":, \"note\":}}\n"
		"\"note\" tells what becomes of one that is condemned; else null.\n",
		add_options, NEED_WRITE, 1, 1, add},
	{"hold release", "BACKUP", "release every pin of a backup",
		"backstay hold release 17\n", "Ends with 4 when it had none.\n",
		"{\"released\": {\"backup\":, \"label\":}}\n", NULL, NEED_WRITE, 1, 1, release},
	{"hold list", "", "the pins", "backstay hold list --all\n", NULL,
		"{\"holds\": [{\"id\":, \"backup\":, \"label\":, \"kind\":, \"reason\":, "
		"\"created_at\":, \"until\":, \"released_at\":}]}\n",
		list_options, NEED_READ, 0, 0, list},
	{0},
};
