/* cmd_upgrade.c - an older catalog, brought to this program's schema */
#include "out.h"

static int run(struct call *c)
{
	int from = 0, to = 0;
	const char *copy = NULL;
	int64_t wait = opt_given(c, "wait") ? opt_duration(c, "wait") : BKS_MINUTE;
	int r = bks_catalog_upgrade(
		&from, &to, &copy, c->catalog_path, wait, c->arena, &c->err);
	if (r < 0)
		return r;
	c->doc = bks_json_object();
	bks_json_put_int(c->doc, "from", from);
	bks_json_put_int(c->doc, "to", to);
	bks_json_put_name(c->doc, "copy", copy);
	if (copy)
		say(c, "upgraded %s from schema %d to %d; the copy from before is %s",
			shown(c, c->catalog_path), from, to, shown(c, copy));
	else
		say(c, "%s has schema %d already", shown(c, c->catalog_path), to);
	c->end.done++;
	return 0;
}

const struct command commands_upgrade[] = {
	{"upgrade", "", "bring an older catalog to this program's schema, with a copy first",
		"backstay upgrade\n",
		"Commands that change the catalog do it by themselves; those that only read "
		"ask for it.\n",
		"{\"from\":, \"to\":, \"copy\":}\n", NULL, NEED_SETTINGS, 0, 0, run},
	{0},
};
