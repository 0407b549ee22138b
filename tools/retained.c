/* retained.c - `retain apply`, `run`, `undo`, `purge`: done, weighed and told */
#include "look.h"
#include "out.h"
#include "retain.h"
#include "steps.h"
#include "stop.h"
#include <string.h>

const struct option_spec retained_specs[] = {
	{"clock-ok", OPT_TIME, "TIME",
		"the time that it is, where the clock is doubted without reason", NULL},
	{"catalog-ok", OPT_FLAG, NULL,
		"go on with this catalog, although a repo knows a later or another one", NULL},
	{0},
};

int retained_options(bks_retain_options *out, struct call *c)
{
	*out = (bks_retain_options){.now = c->now,
		.run = c->run,
		.wait = opt_given(c, "wait") ? opt_duration(c, "wait") : BKS_MINUTE,
		.catalog_ok = opt_flag(c, "catalog-ok"),
		.stop = stop_asked};
	return opt_time(&out->clock_ok, c, "clock-ok", NULL);
}

bool retained_on(const struct call *c)
{
	for (size_t i = 0; i < c->settings->policy_count; i++)
		if (c->settings->policies[i].switched_on)
			return true;
	return false;
}

void retained_weigh(struct call *c, const bks_retained *t)
{
	c->end.refused = c->end.refused || t->refusal;
	c->end.unfinished = c->end.unfinished || t->unfinished;
}

static bks_json *action_json(const bks_action *a)
{
	bks_json *o = bks_json_object();
	if (a->backup_id)
		bks_json_put_int(o, "id", a->backup_id);
	else
		bks_json_put(o, "id", NULL);
	bks_json_put_name(o, "label", a->label);
	bks_json_put_name(o, "repo", a->repo);
	bks_json_put_name(o, "source", a->source);
	bks_json_put_text(o, "from", a->from);
	bks_json_put_text(o, "to", a->to);
	bks_json_put_text(o, "reason", a->reason);
	bks_json_put_size(o, "bytes", a->bytes);
	return o;
}

static bks_json *refusal_json(const bks_refusal *f)
{
	bks_json *o = bks_json_object();
	bks_json_put_text(o, "rule", f->rule);
	bks_json_put_name(o, "source", f->source);
	if (f->backup_id)
		bks_json_put_int(o, "id", f->backup_id);
	else
		bks_json_put(o, "id", NULL);
	bks_json_put_name(o, "label", f->label);
	bks_json_put_name(o, "repo", f->repo);
	bks_json_put_name(o, "text", f->text);
	return o;
}

static bks_json *waiting_json(const bks_waiting *w)
{
	bks_json *o = bks_json_object();
	bks_json_put_text(o, "what", w->what);
	bks_json_put_name(o, "source", w->source);
	bks_json_put_text(o, "kind", bks_kind_name(w->kind));
	bks_json_put_int(o, "backups", w->backups);
	bks_json_put_int(o, "wal", w->wal);
	bks_json_put_size(o, "bytes", w->bytes);
	if (!strcmp(w->what, "brake") && w->runs >= 0)
		bks_json_put_int(o, "runs", w->runs);
	else
		bks_json_put(o, "runs", NULL);
	bks_json_put_time(o, "until", w->until);
	return o;
}

void retained_put(bks_json *doc, const bks_retained *t)
{
	bks_json *actions = bks_json_list(), *refused = bks_json_list(),
		 *waiting = bks_json_list();
	for (size_t i = 0; i < t->action_count; i++)
		bks_json_add(actions, action_json(&t->actions[i]));
	for (size_t i = 0; i < t->refused_count; i++)
		bks_json_add(refused, refusal_json(&t->refused[i]));
	for (size_t i = 0; i < t->waiting_count; i++)
		bks_json_add(waiting, waiting_json(&t->waiting[i]));
	bks_json_put_text(doc, "plan", *t->hash ? t->hash : NULL);
	bks_json_put(doc, "actions", actions);
	bks_json_put(doc, "refused", refused);
	bks_json_put(doc, "waiting", waiting);
	bks_json_put_int(doc, "condemned", t->condemned);
	bks_json_put_int(doc, "taken_back", t->taken_back);
	bks_json_put_int(doc, "gone", t->gone);
	bks_json_put_int(doc, "wal_condemned", t->wal_condemned);
	bks_json_put_int(doc, "wal_taken_back", t->wal_taken_back);
	bks_json_put_int(doc, "wal_gone", t->wal_gone);
	bks_json_put_size(doc, "bytes_freed", t->bytes_freed);
}

void retained_counts(bks_json *counts, const bks_retained *t)
{
	bks_json_put_int(counts, "condemned", t->condemned);
	bks_json_put_int(counts, "taken_back", t->taken_back);
	bks_json_put_int(counts, "gone", t->gone);
	bks_json_put_int(counts, "wal_condemned", t->wal_condemned);
	bks_json_put_int(counts, "wal_taken_back", t->wal_taken_back);
	bks_json_put_int(counts, "wal_gone", t->wal_gone);
	bks_json_put_int(counts, "refused", (int64_t)t->refused_count);
	bks_json_put_size(counts, "bytes_freed", t->bytes_freed);
}

const char *retained_summary(const bks_retained *t)
{
	const char *text = said("%lld condemned, %lld gone (%s freed)", (long long)t->condemned,
		(long long)t->gone, size_shown(t->bytes_freed));
	if (t->taken_back)
		text = said("%s, %lld taken back", text, (long long)t->taken_back);
	if (t->wal_condemned || t->wal_gone || t->wal_taken_back)
		text = said("%s; of WAL: %s condemned, %lld gone", text,
			count_shown(t->wal_condemned, "file", "files"), (long long)t->wal_gone);
	if (t->wal_taken_back)
		text = said("%s, %lld taken back", text, (long long)t->wal_taken_back);
	if (t->refused_count)
		text = said("%s, %zu refused", text, t->refused_count);
	return text;
}

static const char *refusal_text(const struct call *c, const bks_refusal *f)
{
	const char *who =
		f->label ? said(" backup %lld %s", (long long)f->backup_id, shown(c, f->label))
			 : "";
	return said("%s:%s%s%s%s%s %s", f->rule, f->source ? " " : "",
		f->source ? shown(c, f->source) : "", who, f->repo ? " in " : "",
		f->repo ? shown(c, f->repo) : "", shown(c, f->text));
}

static void say_actions(struct call *c, const bks_retained *t)
{
	static const char *const titles[] = {
		">ID", "FROM", "TO", ">SIZE", "REPO", "WHY", "LABEL", NULL};
	struct table table = table_new(c, titles);
	for (size_t i = 0; i < t->action_count; i++) {
		const bks_action *a = &t->actions[i];
		table_add(&table, a->backup_id ? said("%lld", (long long)a->backup_id) : "WAL");
		table_add(&table, a->from);
		table_add(&table, a->to);
		table_add(&table, size_shown(a->bytes));
		table_add(&table, shown(c, a->repo));
		table_add(&table, shown(c, a->reason));
		table_add(&table, shown(c, a->label));
	}
	if (t->action_count)
		table_print(&table, true);
}

static void say_waiting(struct call *c, const bks_retained *t)
{
	for (size_t i = 0; i < t->waiting_count; i++) {
		const bks_waiting *w = &t->waiting[i];
		const char *of = said("%s of %s, %s (%s)",
			w->wal ? count_shown(w->wal, "file of WAL", "files of WAL")
			       : count_shown(w->backups, "backup", "backups"),
			shown(c, w->source),
			bks_kind_name(w->kind), size_shown(w->bytes));
		if (!strcmp(w->what, "grace"))
			say(c,
				"condemned: %s; the first is due at %s; `backstay retain undo` "
				"takes back",
				of, time_shown(w->until));
		else if (w->runs < 0)
			say(c,
				"left: %s, more than any run may let go: `backstay retain "
				"apply %s`",
				of, t->hash);
		else
			say(c,
				"left: %s, for %s more; `backstay retain apply %s` does it at "
				"once",
				of, count_shown(w->runs, "run", "runs"), t->hash);
	}
}

void retained_say(struct call *c, const bks_retained *t)
{
	for (size_t i = 0; i < t->refused_count; i++)
		complain(c, "%s: %s", t->refused[i].minor ? "left" : "refused",
			refusal_text(c, &t->refused[i]));
	if (t->trouble)
		complain(c, "%s", shown(c, t->trouble));
	if (!out_text(c))
		return;
	say_actions(c, t);
	say_waiting(c, t);
	say(c, "%s", retained_summary(t));
}

/* In a document the refusal is the error, too. */
static void tell_first(struct call *c, const bks_retained *t)
{
	for (size_t i = 0; c->json && t->refusal && i < t->refused_count; i++)
		if (!t->refused[i].minor) {
			(void)fails(c, BKS_E_REFUSED, "%s", refusal_text(c, &t->refused[i]));
			c->err_told = true;
			return;
		}
}

static int told(struct call *c, bks_json *counts, const bks_retained *t, int r)
{
	c->doc = bks_json_object();
	retained_put(c->doc, t);
	retained_counts(counts, t);
	if (r < 0)
		return r;
	retained_weigh(c, t);
	tell_first(c, t);
	/* that nothing was to be done is well, when it was looked for */
	c->end.done += 1;
	retained_say(c, t);
	return 0;
}

static int apply(struct call *c, bks_json *counts)
{
	bks_retain_options opt;
	bks_retained t = {.hash = ""};
	int r = retained_options(&opt, c);
	if (!r)
		r = bks_retain_apply(&t, c->cat, c->args[0], &opt, c->arena, &c->err);
	return told(c, counts, &t, r);
}

static bool is_off(const bks_settings *all, const bks_source *s)
{
	for (size_t i = 0; i < all->policy_count; i++)
		if (!strcmp(all->policies[i].name, s->policy ? s->policy : "default"))
			return !all->policies[i].switched_on;
	return true;
}

/* A run over some sources is no failure, and the others are not forgotten. */
static int tell_off(struct call *c)
{
	bks_sources all = {0};
	bks_json *off = bks_json_list();
	int r = bks_source_list(&all, c->cat, c->arena, &c->err);
	for (size_t i = 0; !r && i < all.n; i++) {
		if (!is_off(bks_catalog_settings(c->cat), &all.v[i]))
			continue;
		bks_json_add_name(off, all.v[i].name);
		say(c, "not switched on: %s, nothing of it is let go", shown(c, all.v[i].name));
	}
	bks_json_put(c->doc, "not_switched_on", off);
	return r;
}

static int run(struct call *c, bks_json *counts)
{
	bks_retain_options opt;
	bks_retained t = {.hash = ""};
	int r = retained_options(&opt, c);
	if (!r)
		r = bks_retain_run(&t, c->cat, &opt, c->arena, &c->err);
	r = told(c, counts, &t, r);
	return r ? r : tell_off(c);
}

static int purge(struct call *c, bks_json *counts)
{
	bks_retain_options opt;
	bks_retained t = {.hash = ""};
	int r = retained_options(&opt, c);
	if (!r)
		r = bks_retain_purge(&t, c->cat, &opt, c->arena, &c->err);
	return told(c, counts, &t, r);
}

static bool is_hash(const char *s)
{
	return strlen(s) == 64 && strspn(s, "0123456789abcdef") == 64;
}

static int undo(struct call *c, bks_json *counts)
{
	bks_retain_options opt;
	bks_retained t = {.hash = ""};
	const bks_backup *b = NULL;
	int r = retained_options(&opt, c);
	if (!r && !is_hash(c->args[0]))
		r = look_backup_must(&b, c, c->args[0]);
	if (!r)
		r = bks_retain_undo(
			&t, c->cat, b ? b->id : 0, c->args[0], &opt, c->arena, &c->err);
	r = told(c, counts, &t, r);
	if (r < 0 || t.action_count || t.refused_count)
		return r;
	c->end.done = 0;
	return no_match(c, "nothing is condemned %s %s", b ? "of backup" : "by plan",
		shown(c, c->args[0]));
}

int retain_apply(struct call *c)
{
	stop_watch();
	return recorded(c, apply);
}

int retain_run(struct call *c)
{
	stop_watch();
	return recorded(c, run);
}

int retain_undo(struct call *c)
{
	return recorded(c, undo);
}

int retain_purge(struct call *c)
{
	stop_watch();
	return recorded(c, purge);
}
