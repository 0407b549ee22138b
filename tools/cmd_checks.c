/* cmd_checks.c - the history of checks of one backup */
#include "backstay/check.h"
#include "item.h"
#include "look.h"
#include "out.h"

static bks_json *check_json(const bks_check *k)
{
	bks_json *o = bks_json_object(), *findings = bks_json_list();
	for (size_t i = 0; i < k->finding_count; i++)
		bks_json_add(findings, finding_json(&k->findings[i]));
	bks_json_put_int(o, "id", k->id);
	if (k->run_id)
		bks_json_put_int(o, "run", k->run_id);
	else
		bks_json_put(o, "run", NULL);
	bks_json_put_int(o, "backup", k->backup_id);
	bks_json_put_name(o, "repo", k->repo);
	bks_json_put_name(o, "path", k->path);
	bks_json_put_time(o, "started_at", k->started);
	bks_json_put_time(o, "ended_at", k->ended);
	bks_json_put_size(o, "bytes_read", k->bytes_read);
	bks_json_put_text(o, "program", k->program);
	bks_json_put_text(o, "verdict", bks_verdict_name(k->verdict));
	bks_json_put(o, "levels", levels_json(k->levels));
	bks_json_put(o, "findings", findings);
	return o;
}

static void say_check(struct call *c, const bks_check *k)
{
	const char *levels = "";
	for (int l = 0; l < BKS_LEVEL_COUNT; l++)
		if (k->levels[l] != BKS_RESULT_NOT_RUN)
			levels = said("%s, %s %s", levels, bks_level_name(l),
				bks_result_name(k->levels[l]));
	say(c, "%s  %s%-11s%s  %s:%s  %s read%s", time_shown(k->ended),
		verdict_colour(k->verdict), bks_verdict_name(k->verdict), colour_off(),
		shown(c, k->repo), shown(c, k->path), size_shown(k->bytes_read), levels);
	for (size_t i = 0; i < k->finding_count; i++) {
		const bks_finding *f = &k->findings[i];
		say(c, "    %s  %s%s%s: %s", bks_severity_name(f->severity), f->code,
			f->where ? " at " : "", f->where ? shown(c, f->where) : "",
			f->text ? shown(c, f->text) : "");
	}
}

static int run(struct call *c)
{
	const bks_backup *b = NULL;
	const bks_check *v = NULL;
	size_t n = 0;
	int r = look_backup(&b, c, c->args[0]);
	if (!r)
		r = bks_check_list(&v, &n, c->cat, b->id, c->arena, &c->err);
	if (r)
		return r < 0 ? r : 0;
	bks_json *list = bks_json_list();
	for (size_t i = 0; i < n; i++) {
		if (c->json)
			bks_json_add(list, check_json(&v[i]));
		say_check(c, &v[i]);
	}
	c->doc = bks_json_object();
	bks_json_put_int(c->doc, "backup", b->id);
	bks_json_put_name(c->doc, "label", b->label);
	bks_json_put(c->doc, "checks", list);
	c->end.done = (int64_t)n;
	return n ? 0
		 : no_match(c, "%s was never checked; `backstay verify %lld` does it",
			   shown(c, b->label), (long long)b->id);
}

const struct command commands_checks[] = {
	{"checks", "BACKUP", "the history of checks of one backup",
		"backstay checks 17\n"
		"backstay checks shop_20261101 --json\n",
		"Newest first, with what each one found.\n",
		"{\"backup\":, \"label\":, \"checks\": [{\"id\":, \"run\":, \"backup\":, "
		"\"repo\":, \"path\":, \"started_at\":, \"ended_at\":,\n"
		"  \"bytes_read\":, \"program\":, \"verdict\":, \"levels\": {}, \"findings\": "
		"[{\"code\":, \"severity\":, \"where\":, \"text\":}]}]}\n",
		NULL, NEED_READ, 1, 1, run},
	{0},
};
