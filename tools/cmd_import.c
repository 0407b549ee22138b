/* cmd_import.c - JSON lines into an empty catalog, all or nothing */
#include "backstay/doctor.h"
#include "out.h"
#include <errno.h>
#include <stdio.h>
#include <string.h>

static void close_file(FILE **f)
{
	if (*f && *f != stdin)
		fclose(*f);
}

static int run(struct call *c)
{
	const char *name = c->arg_count ? c->args[0] : "-";
	AUTO(close_file) FILE *f = strcmp(name, "-") ? fopen(name, "re") : stdin;
	int64_t rows = 0;
	if (!f)
		return fails(c, errno == ENOENT ? BKS_E_USAGE : BKS_E_IO, "%s: %s",
			shown(c, name), strerror(errno));
	int r = bks_import(&rows, c->cat, f, &c->err);
	if (r < 0)
		return r;
	c->doc = bks_json_object();
	bks_json_put_int(c->doc, "rows", rows);
	say(c, "%lld rows imported into %s", (long long)rows, shown(c, c->catalog_path));
	c->end.done += rows;
	return rows ? 0 : no_match(c, "there was no row to import");
}

const struct command commands_import[] = {
	{"import", "[FILE]", "an export, into an empty catalog",
		"backstay import catalog.jsonl --catalog new.db\n"
		"backstay import < catalog.jsonl\n",
		"Makes the catalog when it is not there. All or nothing; a catalog that holds "
		"something is refused (2).\n",
		"{\"rows\":}\n", NULL, NEED_MAKE, 0, 1, run},
	{0},
};
