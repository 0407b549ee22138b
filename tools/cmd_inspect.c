/* cmd_inspect.c - verify files without any catalog */
#include "item.h"
#include "look.h"
#include "out.h"
#include "progress.h"
#include "stop.h"
#include <sys/stat.h>

static int read_requirements(bks_inspect_options *opt, struct call *c)
{
	size_t n;
	const char *const *texts = opt_many(&n, c, "require");
	bks_requirement *v = take(n * sizeof *v);
	for (size_t i = 0; i < n; i++) {
		int r = bks_requirement_parse(&v[i], texts[i], c->arena, &c->err);
		if (r < 0)
			return r;
	}
	opt->require = v;
	opt->require_count = n;
	return 0;
}

/* What there is to read, for the time that is left; -1 when something is no plain file. */
static int64_t total_size(const struct call *c)
{
	int64_t total = 0;
	for (size_t i = 0; i < c->arg_count; i++) {
		struct stat st;
		if (stat(c->args[i], &st) < 0 || !S_ISREG(st.st_mode))
			return -1;
		total += st.st_size;
	}
	return total;
}

static int read_options(bks_inspect_options *opt, struct call *c)
{
	opt->min_size = opt_size(c, "min-size");
	opt->dump_zone = opt_text(c, "dump-zone");
	opt->no_sha256 = opt_flag(c, "no-sha256");
	opt->now = c->now;
	opt->progress = progress_begin(c, total_size(c));
	opt->progress_arg = c;
	opt->stop = stop_asked;
	int r = look_jobs(&opt->jobs, c);
	if (r < 0)
		return r;
	if (opt->dump_zone && !bks_zone_exists(opt->dump_zone))
		return fails(c, BKS_E_USAGE, "--dump-zone: no such time zone: %s",
			shown(c, opt->dump_zone));
	return read_requirements(opt, c);
}

static void weigh(struct ending *e, enum bks_verdict v)
{
	switch (v) {
	case BKS_SOUND:
		e->done++;
		break;
	case BKS_DAMAGED:
	case BKS_INCOMPLETE:
	case BKS_MISSING:
		e->trouble = true;
		break;
	case BKS_UNREADABLE:
	case BKS_UNSUPPORTED:
		e->unfinished = true;
		break;
	case BKS_UNPROVEN:
		e->nothing = true;
		break;
	case BKS_UNKNOWN:
	case BKS_VERDICT_COUNT:
		e->unfinished = true;
	}
}

static int run(struct call *c)
{
	bks_inspect_options opt = {0};
	const bks_inspection *v = NULL;
	int r = read_options(&opt, c);
	if (r < 0)
		return r;
	stop_watch();
	r = bks_inspect(&v, c->args, c->arg_count, &opt, c->arena, &c->err);
	if (r < 0)
		return r;
	bks_json *list = bks_json_list();
	for (size_t i = 0; i < c->arg_count; i++) {
		weigh(&c->end, v[i].verdict);
		if (c->json)
			bks_json_add(list, item_json(&v[i], 0, NULL));
	}
	c->doc = bks_json_object();
	bks_json_put(c->doc, "inspected", list);
	items_say(c, v, c->arg_count);
	c->complained = true; /* each line said its part */
	return 0;
}

static const struct option_spec options[] = {
	{"require", OPT_MANY, "TABLE[:N]", "this table must be there, with at least N rows",
		NULL},
	{"min-size", OPT_SIZE, "SIZE", "the least size, after unwrapping", NULL},
	{"dump-zone", OPT_TEXT, "TZ", "the zone of the dumping host's clock (UTC)", NULL},
	{"no-sha256", OPT_FLAG, NULL, "no SHA-256, which is null then, unless one lies beside the file: XXH3-128 alone is faster", NULL},
	{"jobs", OPT_COUNT, "N", "files read at the same time (one a core)", NULL},
	{0},
};

const struct command commands_inspect[] = {
	{"inspect", "PATH...", "verify files without any catalog",
		"backstay inspect db.dump.gz\n"
		"backstay inspect nightly.sql.gz --require users:1 --require auth.users "
		"--min-size 10MiB\n"
		"backstay inspect --json /srv/backups/*.dump\n",
		"Reads every byte of each file, through its wrappings (gzip, zstd, lz4, xz, "
		"bzip2), and says what is proven. The\n"
		"format is known by content, never by name. A TABLE without schema is public; "
		"names that hold a dot go in double\n"
		"quotes. Ends with 0 when all are sound, 1 when one is damaged or incomplete, "
		"3 when one is unreadable or\n"
		"unsupported, 4 when one is unproven; in that order.\n",
		"{\"inspected\": [{\"path\":, \"backup\": null, \"repo\": null, \"format\":, "
		"\"wrapping\": [], \"format_version\":,\n"
		"  \"producer\":, \"server_version\":, \"database\":, \"taken_at\":, "
		"\"taken_from\":, \"taken_zone\":, \"content\":,\n"
		"  \"size\":, \"unwrapped\":, \"digests\": {\"xxh3_128\":, \"sha256\":}, "
		"\"digest_from\":,\n"
		"  \"physical\": null or {\"system_identifier\":, \"timeline\":, \"start_lsn\":, \"stop_lsn\":, "
		"\"started_at\":, \"stopped_at\":,\n"
		"  \"incremental_from\":},\n"
		"  \"levels\": {\"present\":, \"sealed\":, \"whole\":, \"covered\":}, \"proven_at\":, "
		"\"verdict\":,\n"
		"  \"tables\": [{\"database\":, \"schema\":, \"name\":, \"ddl\":, \"data\":, "
		"\"rows\":, \"manifest_rows\":}],\n"
		"  \"findings\": [{\"code\":, \"severity\":, \"where\":, \"text\":}], "
		"\"members\": [...]}]}\n"
		"physical is what a base backup or WAL tells of itself: LSNs as \"0/16B3D80\", incremental_from is where the backup begins "
		"that an\n"
		"incremental one builds on.\n"
		"members is there only for a zip or tar that holds backups.\n",
		options, NEED_LOOK, 1, ANY, run},
	{0},
};
