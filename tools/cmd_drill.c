/* cmd_drill.c - restores done by hand: kept with their evidence, and the source of the restore
 * time that `pick` quotes */
#include "backstay/source.h"
#include "backstay/task.h"
#include "duties.h"
#include "look.h"
#include "out.h"

static bks_json *drill_json(const bks_drill *d)
{
	bks_json *o = bks_json_object();
	bks_json_put_int(o, "id", d->id);
	bks_json_put_int(o, "backup", d->backup_id);
	bks_json_put_name(o, "label", d->label);
	bks_json_put_name(o, "source", d->source);
	bks_json_put_text(o, "kind", d->kind);
	bks_json_put_text(o, "format", d->format);
	bks_json_put_time(o, "started_at", d->started);
	bks_json_put_time(o, "ended_at", d->ended);
	bks_json_put_seconds(o, "seconds", d->ended - d->started);
	bks_json_put_size(o, "bytes", d->bytes);
	bks_json_put_text(o, "result", d->passed ? "pass" : "fail");
	bks_json_put_name(o, "note", d->note);
	bks_json_put(o, "evidence", evidence_json(&d->evidence));
	bks_json_put_time(o, "recorded_at", d->recorded);
	return o;
}

static const char *const result_words[] = {"pass", "fail", NULL};

/* Times without a zone are in that of the source, as elsewhere. */
static int read_times(bks_drill *d, struct call *c, const bks_backup *b)
{
	const bks_source *s = NULL;
	int r = bks_source_find(&s, c->cat, b->source, c->arena, &c->err);
	const char *zone = r ? NULL : s->dump_zone;
	if (r < 0)
		return r;
	r = opt_time(&d->started, c, "started", zone);
	return r ? r : opt_time(&d->ended, c, "ended", zone);
}

static int read_drill(bks_drill *d, struct call *c)
{
	static const char *const needed[] = {"started", "ended", "result", "evidence"};
	const bks_backup *b = NULL;
	int r = 0;
	for (size_t i = 0; !r && i < sizeof needed / sizeof *needed; i++)
		r = opt_needed(c, needed[i]);
	if (!r)
		r = look_backup_must(&b, c, c->args[0]);
	if (!r)
		r = read_times(d, c, b);
	if (!r)
		r = bks_evidence_read(&d->evidence, opt_text(c, "evidence"), c->arena, &c->err);
	if (r)
		return r;
	d->backup_id = b->id;
	d->label = b->label;
	d->source = b->source;
	d->kind = bks_kind_name(b->kind);
	d->format = b->format;
	d->bytes = b->size;
	d->passed = opt_word(c, "result") == 0;
	d->note = opt_text(c, "note");
	d->recorded = bks_clock_now();
	return 0;
}

static int record(struct call *c)
{
	bks_drill d = {0};
	int r = read_drill(&d, c);
	if (!r)
		r = bks_drill_add(&d.id, c->cat, &d, &c->err);
	if (r)
		return r;
	c->doc = bks_json_object();
	bks_json_put(c->doc, "drill", drill_json(&d));
	say(c, "drill %lld of backup %lld %s: %s, %s from %s to %s", (long long)d.id,
		(long long)d.backup_id, shown(c, d.label), d.passed ? "passed" : "failed",
		duration_shown(d.ended - d.started), time_shown(d.started),
		time_shown(d.ended));
	if (!d.passed)
		tell(c,
			"it stands against the backup until a later one passes, or `backstay "
			"ack %lld`",
			(long long)d.backup_id);
	c->end.done++;
	return 0;
}

static void say_drills(struct call *c, const bks_drill *v, size_t n)
{
	static const char *const titles[] = {">ID", ">BACKUP", "SOURCE", "RESULT", "ENDED",
		">TOOK", ">SIZE", "LABEL", "EVIDENCE", "NOTE", NULL};
	struct table t = table_new(c, titles);
	for (size_t i = 0; i < n; i++) {
		table_add(&t, said("%lld", (long long)v[i].id));
		table_add(&t, said("%lld", (long long)v[i].backup_id));
		table_add(&t, shown(c, v[i].source));
		table_colour(
			&t, v[i].passed ? "pass" : "fail", v[i].passed ? "" : colour_bad());
		table_add(&t, time_shown(v[i].ended));
		table_add(&t, duration_shown(v[i].ended - v[i].started));
		table_add(&t, size_shown(v[i].bytes));
		table_add(&t, shown(c, v[i].label));
		table_add(&t, shown(c, v[i].evidence.path));
		table_add(&t, v[i].note ? shown(c, v[i].note) : "-");
	}
	if (n)
		table_print(&t, true);
}

static int list(struct call *c)
{
	const char *source = opt_text(c, "source");
	const bks_source *s = NULL;
	const bks_drill *v = NULL;
	size_t n = 0;
	int r = source ? look_source_must(&s, c, source) : 0;
	if (!r)
		r = bks_drill_list(&v, &n, c->cat, source, c->arena, &c->err);
	if (r < 0)
		return r;
	bks_json *l = bks_json_list();
	for (size_t i = 0; i < n; i++)
		bks_json_add(l, drill_json(&v[i]));
	c->doc = bks_json_object();
	bks_json_put(c->doc, "drills", l);
	say_drills(c, v, n);
	c->end.done = (int64_t)n;
	return n ? 0 : no_match(c, "no drill is recorded");
}

static const struct option_spec record_options[] = {
	{"started", OPT_TIME, "TIME", "when the restore began; needed", NULL},
	{"ended", OPT_TIME, "TIME", "when the data was there again, checked; needed", NULL},
	{"result", OPT_WORD, "pass|fail", "what came of it; needed", result_words},
	{"evidence", OPT_TEXT, "FILE",
		"the log of it; its path, size and SHA-256 are kept; needed", NULL},
	{"note", OPT_TEXT, "TEXT", "what is worth to know", NULL},
	{0},
};
static const struct option_spec list_options[] = {
	{"source", OPT_TEXT, "S", "of backups of this source", NULL},
	{0},
};

#define SHAPE                                                                                  \
	"{\"id\":, \"backup\":, \"label\":, \"source\":, \"kind\":, \"format\":, "             \
	"\"started_at\":, \"ended_at\":, \"seconds\":, \"bytes\":,\n"                          \
	"  \"result\": \"pass\" or \"fail\", \"note\":, \"evidence\": {\"path\":, \"size\":, " \
	"\"sha256\":}, \"recorded_at\":}"

const struct command commands_drill[] = {
	{"drill record", "BACKUP", "keep a restore that was done by hand",
		"backstay drill record 17 --started '2026-11-20 14:00' --ended '2026-11-20 "
		"14:42' --result pass --evidence drill.log\n",
		"Drills that passed tell `pick` how long a restore takes: the median of "
		"duration per byte over those of the same source, kind "
		"and format.\n"
		"One that failed is trouble of its backup (`drill-failed`) until a later one "
		"passes or somebody acknowledges it. It is evidence "
		"and not our\n"
		"own proof: the level `restored` does not follow from it. Times without a zone "
		"are in that of the source.\n",
		"{\"drill\": " SHAPE "}\n", record_options, NEED_WRITE, 1, 1, record},
	{"drill list", "", "the restores that were done by hand, newest first",
		"backstay drill list --source shop\n", NULL, "{\"drills\": [" SHAPE "]}\n",
		list_options, NEED_READ, 0, 0, list},
	{0},
};
