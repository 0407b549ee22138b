/* cmd_get.c - a backup brought to a folder of one's own, digests checked on the way */
#include "backstay/fetch.h"
#include "look.h"
#include "out.h"
#include "row.h"
#include "stop.h"

static bks_json *digests_json(const bks_digests *d)
{
	bks_json *o = bks_json_object();
	bks_json_put_hex(o, "xxh3_128", d->xxh3, d->has_xxh3 ? sizeof d->xxh3 : 0);
	bks_json_put_hex(o, "sha256", d->sha256, d->has_sha256 ? sizeof d->sha256 : 0);
	return o;
}

static void put(struct call *c, const bks_fetched *f)
{
	bks_json *fetched = bks_json_list(), *commands = bks_json_list(),
		 *findings = bks_json_list();
	for (size_t i = 0; i < f->n; i++) {
		bks_json *o = bks_json_object();
		bks_json_put_name(o, "path", f->v[i].path);
		bks_json_put_size(o, "size", f->v[i].size);
		bks_json_put(o, "digests", digests_json(&f->v[i].digests));
		bks_json_put_bool(o, "compared", f->v[i].compared);
		bks_json_put_bool(o, "records_read", f->v[i].records);
		bks_json_put_name(o, "from", f->v[i].from);
		bks_json_add(fetched, o);
	}
	for (size_t i = 0; i < f->command_count; i++)
		bks_json_add_name(commands, f->commands[i]);
	for (size_t i = 0; i < f->finding_count; i++) {
		bks_json *o = bks_json_object();
		bks_json_put_text(o, "code", f->findings[i].code);
		bks_json_put_name(o, "where", f->findings[i].where);
		bks_json_put_name(o, "text", f->findings[i].text);
		bks_json_add(findings, o);
	}
	c->doc = bks_json_object();
	bks_json_put(c->doc, "fetched", fetched);
	bks_json_put(c->doc, "findings", findings);
	bks_json_put_text(c->doc, "note", f->note);
	bks_json_put(c->doc, "commands", commands);
}

static void tell_all(struct call *c, const bks_fetched *f)
{
	for (size_t i = 0; i < f->n; i++)
		say(c, "fetched    %s, %s, from %s, %s", shown(c, f->v[i].path),
			size_shown(f->v[i].size), shown(c, f->v[i].from),
			f->v[i].compared ? "its digest is the registered one"
			: f->v[i].records
				? "no digest is registered; its records have their checksums"
				: "no digest is registered");
	for (size_t i = 0; i < f->finding_count; i++)
		say(c, "%s  %s: %s", f->findings[i].code, shown(c, f->findings[i].where),
			shown(c, f->findings[i].text));
	if (f->note)
		say(c, "note       %s", shown(c, f->note));
	if (f->command_count)
		say(c, "commands");
	for (size_t i = 0; i < f->command_count; i++)
		say(c, "  %s", f->commands[i]);
}

static int run(struct call *c)
{
	const bks_backup *b = NULL;
	bks_fetched f = {0};
	bks_fetch_options opt = {.from = opt_text(c, "from"),
		.log = opt_flag(c, "wal"),
		.now = c->now,
		.stop = stop_asked};
	int r = look_backup_must(&b, c, c->args[0]);
	if (r)
		return r;
	if (opt.from && look_repo(c, opt.from))
		return BKS_E_USAGE;
	stop_watch();
	r = bks_fetch(&f, c->cat, b->id, c->args[1], &opt, c->arena, &c->err);
	if (r < 0 && !f.n)
		return r;
	put(c, &f);
	tell_all(c, &f);
	c->end.done += (int64_t)f.n;
	c->end.trouble = r > 0 || f.poor;
	if (f.poor)
		trouble(c, "%s: %s", shown(c, b->label), f.note);
	if (r > 0)
		trouble(c, "%s: %s", shown(c, f.findings[0].where),
			shown(c, f.findings[0].text));
	return r < 0 ? partly(c, r, true) : 0;
}

static const struct option_spec options[] = {
	{"from", OPT_TEXT, "REPO", "the copy in this repo, whatever others there are", NULL},
	{"wal", OPT_FLAG, NULL, "of a base backup: all archived log behind it, too", NULL},
	{0},
};

const struct command commands_get[] = {
	{"get", "BACKUP DIR", "fetch a backup to a folder, digests checked",
		"backstay get 17 /srv/restore\n"
		"backstay get shop_20261101 here --from bucket\n"
		"backstay get base/20261101 here --wal\n",
		"Copies the best copy: a file, a folder, all files of a set; of a base backup "
		"also those that it builds on and the\n"
		"archived log that it needs. They lie in DIR as they lie in the repo. A name "
		"that is there is never written over\n"
		"(5, nothing is done); a file whose digest is not the registered one is not "
		"kept (1). One whose best copy\n"
		"is proven damaged or incomplete is copied, and told (1). Prints the commands "
		"that "
		"bring it back from DIR, as pick does.\n",
		"{\"fetched\": [{\"path\":, \"size\":, \"digests\": {\"xxh3_128\":, "
		"\"sha256\":}, \"compared\":, \"records_read\":, \"from\":}],\n"
		"  \"findings\": [{\"code\":, \"where\":, \"text\":}], \"note\":, "
		"\"commands\": []}\n",
		options, NEED_READ, 2, 2, run},
	{0},
};
