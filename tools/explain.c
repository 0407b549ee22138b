/* explain.c - why one backup stays or goes, copy by copy, and until when */
#include "explain.h"
#include "look.h"
#include "out.h"
#include "row.h"
#include <string.h>

static void put_copies(bks_json *o, const bks_explained *e)
{
	bks_json *list = bks_json_list();
	for (size_t i = 0; i < e->row->copy_count; i++) {
		bks_json *copy = plan_copy_json(&e->row->copies[i]);
		bks_json_put_time(copy, "changes_at", e->copies_change_at[i]);
		bks_json_add(list, copy);
	}
	bks_json_put(o, "copies", list);
}

static void answer_json(struct call *c, const bks_explained *e)
{
	bks_json *o = plan_row_json(e->row), *list = bks_json_list();
	for (size_t i = 0; i < e->row->reason_count; i++) {
		bks_json *one = bks_json_object();
		bks_json_put_text(one, "reason", e->row->reasons[i]);
		/* a sentence begins with its reason, a colon and a blank */
		bks_json_put_name(one, "text", e->sentences[i] + strlen(e->row->reasons[i]) + 2);
		bks_json_add(list, one);
	}
	bks_json_put_name(o, "outlook", e->sentences[e->sentence_count - 1]);
	const char *wal = NULL;
	for (size_t i = e->row->reason_count; i + 1 < e->sentence_count; i++)
		wal = strncmp(e->sentences[i], "wal: ", 5) ? wal : e->sentences[i] + 5;
	bks_json_put_text(o, "wal", wal);
	put_copies(o, e);
	bks_json_put_name(o, "source", e->stream->source);
	bks_json_put_text(o, "kind", bks_kind_name(e->stream->kind));
	bks_json_put_time(o, "reference", e->stream->reference);
	bks_json_put_bool(o, "switched_on", e->stream->switched_on);
	bks_json_put_text(o, "note", e->stream->note);
	bks_json_put_time(o, "changes_at", e->changes_at);
	bks_json_put(o, "explained", list);
	c->doc = bks_json_object();
	bks_json_put(c->doc, "backup", o);
}

static void answer_text(struct call *c, const bks_explained *e)
{
	const bks_plan_row *row = e->row;
	say(c, "backup %lld %s of %s, taken %s: %s", (long long)row->backup->id,
		shown(c, row->backup->label), shown(c, e->stream->source),
		time_shown(row->backup->taken_at), bks_keep_name(row->action));
	for (size_t i = 0; i < e->sentence_count; i++)
		say(c, "    %s", shown(c, e->sentences[i]));
	for (size_t i = 0; i < row->copy_count; i++)
		say(c, "    copy in %s: %s (%s)%s%s", shown(c, row->copies[i].repo),
			bks_keep_name(row->copies[i].action),
			joined(row->copies[i].reasons, row->copies[i].reason_count),
			e->copies_change_at[i] == BKS_TIME_NONE ? "" : "; goes by ",
			e->copies_change_at[i] == BKS_TIME_NONE
				? ""
				: time_shown(e->copies_change_at[i]));
	if (e->stream->note)
		say(c, "    of all backups of %s: %s", shown(c, e->stream->source),
			shown(c, e->stream->note));
}

int explain_run(struct call *c)
{
	const bks_backup *b = NULL;
	bks_explained e;
	int r = look_backup(&b, c, c->args[0]);
	if (r)
		return r < 0 ? r : 0;
	r = bks_retain_explain(&e, c->cat, b->id, c->now, c->arena, &c->err);
	if (r < 0)
		return r;
	if (r)
		return no_match(c, "backup %lld %s is %s: the plan does not look at it",
			(long long)b->id, shown(c, b->label), bks_state_name(b->state));
	answer_json(c, &e);
	answer_text(c, &e);
	c->end.done++;
	return 0;
}
