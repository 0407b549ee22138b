/* cmd_import.c - JSON lines into an empty catalog, all or nothing */
#include "backstay/doctor.h"
#include "backstay/rescue.h"
#include "out.h"
#include <errno.h>
#include <stdio.h>
#include <string.h>

static void close_file(FILE **f)
{
	if (*f && *f != stdin)
		fclose(*f);
}

/* A copy of a catalog, as nightly leaves it in the repos, becomes the catalog. */
static int adopt(struct call *c, const char *copy)
{
	bks_adopted a = {0};
	int r = bks_adopt(&a, c->catalog_path, copy, c->settings,
		opt_given(c, "wait") ? opt_duration(c, "wait") : BKS_MINUTE, c->arena, &c->err);
	if (r < 0)
		return r;
	c->doc = bks_json_object();
	bks_json_put(c->doc, "rows", NULL);
	bks_json_put_name(c->doc, "copy", a.copy);
	bks_json_put_time(c->doc, "written", a.taken);
	bks_json_put_bool(c->doc, "digest_compared", a.digest_compared);
	bks_json_put_int(c->doc, "backups", a.backups);
	bks_json_put_int(c->doc, "repos", a.repos);
	say(c, "%s is made of %s, written %s: %s in %s", shown(c, c->catalog_path), shown(c, a.copy),
		time_shown(a.taken), count_shown(a.backups, "backup", "backups"),
		count_shown(a.repos, "repo", "repos"));
	if (!a.digest_compared)
		tell(c, "no digest lay beside it: it was checked against itself alone");
	tell(c, "next: backstay scan. Retention waits for --catalog-ok, by which a person says that the other "
		"catalog is given up");
	c->end.done++;
	return 0;
}

static int run(struct call *c)
{
	const char *name = c->arg_count ? c->args[0] : "-", *copy;
	if (strcmp(name, "-") && bks_adopts(&copy, name, c->arena))
		return adopt(c, copy);
	AUTO(close_file) FILE *f = strcmp(name, "-") ? fopen(name, "re") : stdin;
	int64_t rows = 0;
	if (!f)
		return fails(c, errno == ENOENT ? BKS_E_USAGE : BKS_E_IO, "%s: %s",
			shown(c, name), strerror(errno));
	int r = bks_catalog_open(&c->cat, c->catalog_path, BKS_OPEN_MAKE, c->settings,
		opt_given(c, "wait") ? opt_duration(c, "wait") : BKS_MINUTE, &c->err);
	if (r < 0)
		return r;
	r = bks_import(&rows, c->cat, f, &c->err);
	if (r < 0)
		return r;
	c->doc = bks_json_object();
	bks_json_put_int(c->doc, "rows", rows);
	say(c, "%lld rows imported into %s", (long long)rows, shown(c, c->catalog_path));
	c->end.done += rows;
	return rows ? 0 : no_match(c, "there was no row to import");
}

const struct command commands_import[] = {
	{"import", "[FILE]", "an export, or a copy of a catalog, into a new one",
		"backstay import catalog.jsonl --catalog new.db\n"
		"backstay import < catalog.jsonl\n"
		"backstay import /mnt/bucket\n",
		"FILE is what `export` wrote, or the copy that `nightly` leaves in each repo (.backstay-catalog.db), or a folder that\n"
		"holds one. Makes the catalog when it is not there. All or nothing; a catalog that holds something is refused (2), of\n"
		"a copy any that is there. A copy is held against the digest beside it, and against itself (6). Its catalog gets an\n"
		"identity of its own: retention waits until a person says by --catalog-ok that the other one is given up.\n",
		"{\"rows\":}, or of a copy {\"rows\": null, \"copy\":, \"written\":, \"digest_compared\":, \"backups\":, \"repos\":}\n",
		NULL, NEED_MAKE_LATER, 0, 1, run},
	{0},
};
