/* cmd_doctor.c - the catalog's own health */
#include "backstay/doctor.h"
#include "out.h"
#include <string.h>

/* What is wrong around the catalog is trouble; what is wrong in it is damage. */
static bool is_around(const char *check)
{
	return !strcmp(check, "settings") || !strcmp(check, "sqlite-version") ||
	       !strcmp(check, "sandbox") || !strcmp(check, "keys");
}

static void weigh(struct call *c, const bks_ailment *a)
{
	c->end.done++;
	if (a->bad && is_around(a->check))
		c->end.trouble = true;
	else if (a->bad)
		c->end.catalog = true;
	if (a->bad)
		trouble(c, "%s: %s", a->check, shown(c, a->text));
}

static int run(struct call *c)
{
	static const char *const titles[] = {"", "CHECK", "TEXT", NULL};
	const bks_ailment *v = NULL;
	size_t n = 0;
	int r = bks_doctor(&v, &n, c->cat, c->arena, &c->err);
	if (r < 0)
		return r;
	const bks_ailment *keys = NULL;
	size_t key_count = 0;
	r = bks_doctor_keys(&keys, &key_count, c->cat, c->arena, &c->err);
	if (r < 0)
		return r;
	bks_ailment *all = take((n + key_count + 1) * sizeof *all);
	if (n)
		memcpy(all, v, n * sizeof *all);
	if (key_count)
		memcpy(all + n, keys, key_count * sizeof *all);
	n += key_count;
	bks_doctor_process(&all[n++], c->arena);
	bks_json *list = bks_json_list();
	struct table t = table_new(c, titles);
	for (size_t i = 0; i < n; i++) {
		weigh(c, &all[i]);
		bks_json *o = bks_json_object();
		bks_json_put_text(o, "check", all[i].check);
		bks_json_put_bool(o, "bad", all[i].bad);
		bks_json_put_name(o, "text", all[i].text);
		bks_json_add(list, o);
		table_colour(&t, all[i].bad ? "bad" : "ok", all[i].bad ? colour_bad() : "");
		table_add(&t, all[i].check);
		table_add(&t, shown(c, all[i].text));
	}
	c->doc = bks_json_object();
	bks_json_put_name(c->doc, "catalog", c->catalog_path);
	bks_json_put(c->doc, "checks", list);
	table_print(&t, false);
	return 0;
}

const struct command commands_doctor[] = {
	{"doctor", "", "check the catalog against itself",
		"backstay doctor\nbackstay doctor --json\n",
		"Ends with 6 when the catalog is damaged, 1 when something around it is "
		"wrong. \"sandbox\" tells what stands around\n"
		"the processes that read backups, asked of one. \"keys\" tells of each bucket with a "
		"reaper_profile whether its two keys can\n"
		"each do no more than they should, tried with canaries.\n",
		"{\"catalog\":, \"checks\": [{\"check\":, \"bad\":, \"text\":}]}\n", NULL,
		NEED_READ_LOOK, 0, 0, run},
	{0},
};
