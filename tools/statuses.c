/* statuses.c - a line a source, weighed and told; `status` and `nightly` share it */
#include "coverage.h"
#include "out.h"
#include "steps.h"

int status_do(struct statuses *out, struct call *c, const char *const *names, size_t n)
{
	int r = bks_status(&out->v, &out->n, c->cat, names, n, c->now, c->arena, &c->err);
	if (!r && out->n)
		r = tiers_read(&out->tiers, c, n == 1 ? names[0] : NULL);
	out->now = opt_given(c, "now") ? c->now : bks_clock_now(); /* what `nightly` has just read was read */
	if (!r && !n)
		r = bks_coverage_list(&out->coverage, &out->coverage_count, c->cat, out->now, c->arena, &c->err);
	return r ? r : wal_do(&out->wal, c, names, n);
}

static bool is_late(const bks_source_status *s)
{
	return s->late == BKS_LATE_YES || s->late == BKS_LATE_NEVER;
}

static size_t open_trouble(const bks_source_status *s)
{
	size_t n = 0;
	for (size_t i = 0; i < s->trouble_count; i++)
		n += !s->trouble[i].acked;
	return n;
}

void status_weigh(struct call *c, const struct statuses *s)
{
	for (size_t i = 0; i < s->n; i++) {
		c->end.trouble = c->end.trouble || is_late(&s->v[i]) || open_trouble(&s->v[i]);
		c->end.nothing = c->end.nothing || !s->v[i].newest_proven;
		c->end.done += s->v[i].newest_proven != NULL;
	}
	c->end.nothing = c->end.nothing || (!s->n && !s->wal.run_count);
	wal_weigh(&c->end, &s->wal);
}

static bks_json *source_json(const bks_source_status *s, const struct tiers *t)
{
	bks_json *o = bks_json_object(), *list = bks_json_list();
	for (size_t i = 0; i < s->trouble_count; i++) {
		bks_json *w = bks_json_object();
		bks_json_put_int(w, "backup", s->trouble[i].backup);
		bks_json_put_name(w, "label", s->trouble[i].label);
		bks_json_put_text(w, "code", s->trouble[i].code);
		bks_json_put_bool(w, "acked", s->trouble[i].acked);
		bks_json_add(list, w);
	}
	bks_json_put_name(o, "source", s->source);
	bks_json_put_bool(o, "guessed", s->guessed);
	bks_json_put(
		o, "newest_proven", s->newest_proven ? row_json(s->newest_proven, t) : NULL);
	bks_json_put_seconds(o, "age_seconds", s->age);
	bks_json_put_seconds(o, "limit_seconds", s->limit);
	bks_json_put_bool(o, "limit_learned", s->limit_learned);
	bks_json_put_text(o, "late", bks_late_name(s->late));
	bks_json_put(o, "trouble", list);
	bks_json_put_time(o, "next_due", s->next_due);
	bks_json_put_int(o, "live", (int64_t)s->live);
	bks_json_put_seconds(o, "rpo_actual_seconds", s->rpo_actual);
	bks_json_put_bool(o, "rpo_actual_is_bound", s->rpo_is_bound);
	bks_json_put_time(o, "wal_newest", s->wal_newest);
	bks_json_put_bool(o, "wal_silent", s->wal_silent);
	deltas_put(o, s);
	return o;
}

void status_put(bks_json *doc, const struct statuses *s)
{
	bks_json *list = bks_json_list();
	for (size_t i = 0; i < s->n; i++)
		bks_json_add(list, source_json(&s->v[i], &s->tiers));
	bks_json_put(doc, "sources", list);
	wal_put(doc, &s->wal);
	coverage_put(doc, s->coverage, s->coverage_count, s->now);
}

static void add_row(struct table *t, const struct call *c, const bks_source_status *s)
{
	const bks_backup *b = s->newest_proven;
	size_t open = open_trouble(s), acked = s->trouble_count - open;
	table_add(t, said("%s%s", shown(c, s->source), s->guessed ? "?" : ""));
	table_colour(t, s->late == BKS_LATE_NO ? "on time" : bks_late_name(s->late),
		is_late(s) ? colour_bad() : "");
	table_add(t, b ? time_shown(b->taken_at) : "none");
	table_add(t, duration_shown(s->age));
	table_add(t, said("%s%s", duration_shown(s->limit),
			     s->limit >= 0 && s->limit_learned ? " learned" : ""));
	table_add(t, b ? row_level(b) : NULL);
	table_add(t, b ? said("%zu", b->repo_count) : "-");
	table_add(t, said("%zu", s->live));
	table_colour(t, acked ? said("%zu, %zu acked", open, acked) : said("%zu", open),
		open ? colour_bad() : "");
	table_add(t, time_shown(s->next_due));
}

static void say_trouble(struct call *c, const bks_source_status *s)
{
	for (size_t i = 0; i < s->trouble_count; i++) {
		const bks_trouble *w = &s->trouble[i];
		say(c, "    %s  %s  backup %lld %s%s", shown(c, s->source), w->code,
			(long long)w->backup, shown(c, w->label),
			w->acked ? " (acknowledged)" : "");
	}
}

void status_trouble(struct call *c, const struct statuses *s)
{
	for (size_t n = 0; n < s->n; n++) {
		const bks_source_status *one = &s->v[n];
		if (one->wal_silent)
			trouble(c, "%s: late: no WAL came for %s, the limit is %s",
				shown(c, one->source), duration_shown(c->now - one->wal_newest),
				duration_shown(one->wal_limit));
		if (one->late == BKS_LATE_NEVER)
			trouble(c, "%s: no proven backup ever came", shown(c, one->source));
		else if (one->late == BKS_LATE_YES && !one->wal_silent)
			trouble(c,
				"%s: late: the newest proven backup is %s old, the limit is %s",
				shown(c, one->source), duration_shown(one->age),
				duration_shown(one->limit));
		else if (!one->newest_proven)
			trouble(c, "%s: nothing is proven", shown(c, one->source));
		for (size_t i = 0; i < one->trouble_count; i++)
			if (!one->trouble[i].acked)
				trouble(c, "%s: %s: backup %lld %s", shown(c, one->source),
					one->trouble[i].code, (long long)one->trouble[i].backup,
					shown(c, one->trouble[i].label));
	}
	wal_trouble(c, &s->wal);
}

static void say_sources(struct call *c, const struct statuses *s)
{
	static const char *const titles[] = {"SOURCE", "LATE", "NEWEST PROVEN", ">AGE",
		">LIMIT", "LEVEL", ">COPIES", ">BACKUPS", "TROUBLE", "NEXT DUE", NULL};
	struct table t = table_new(c, titles);
	for (size_t i = 0; i < s->n; i++)
		add_row(&t, c, &s->v[i]);
	table_print(&t, true);
	for (size_t i = 0; i < s->n; i++) {
		const char *rows = deltas_shown(c, &s->v[i]);
		if (s->v[i].rpo_actual >= 0)
			say(c, "    %s  would lose at most %s now, by its archived log",
				shown(c, s->v[i].source), duration_shown(s->v[i].rpo_actual));
		if (rows)
			say(c, "    %s  rows: %s", shown(c, s->v[i].source), rows);
		say_trouble(c, &s->v[i]);
	}
}

void status_say(struct call *c, const struct statuses *s)
{
	status_trouble(c, s);
	if (!out_text(c))
		return;
	if (s->n)
		say_sources(c, s);
	wal_say(c, &s->wal);
	coverage_say(c, s->coverage, s->coverage_count, s->now);
}
