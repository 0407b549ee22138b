/* cmd_init.c - make the catalog */
#include "out.h"

static int run(struct call *c)
{
	c->doc = bks_json_object();
	bks_json_put_name(c->doc, "catalog", c->catalog_path);
	bks_json_put_bool(c->doc, "made", !c->catalog_was_there);
	say(c, c->catalog_was_there ? "%s is there already, and it is a catalog" : "made %s",
		shown(c, c->catalog_path));
	if (!c->catalog_was_there)
		tell(c, "next: backstay repo add NAME DIRECTORY, then backstay scan");
	c->end.done++;
	return 0;
}

const struct command commands_init[] = {
	{"init", "", "make the catalog",
		"backstay init\n"
		"backstay init --catalog /srv/backstay/catalog.db\n",
		"repo add, source add and import make one too when it is not there. One that "
		"is there already is left as it is.\n",
		"{\"catalog\":, \"made\":}\n", NULL, NEED_MAKE, 0, 0, run},
	{0},
};
