/* wals.c - archived WAL, weighed and told; a part of `status` and `nightly` */
#include "out.h"
#include "steps.h"
#include <string.h>

static bool is_named(const char *source, const char *const *names, size_t n)
{
	for (size_t i = 0; i < n; i++)
		if (source && !strcmp(source, names[i]))
			return true;
	return !n;
}

int wal_do(bks_wal *out, struct call *c, const char *const *names, size_t n)
{
	int r = bks_wal_list(out, c->cat, NULL, NULL, c->arena, &c->err);
	if (r || !n)
		return r;
	bks_wal_run *kept = take((out->run_count + 1) * sizeof *kept);
	size_t k = 0;
	for (size_t i = 0; i < out->run_count; i++)
		if (is_named(out->runs[i].source, names, n))
			kept[k++] = out->runs[i];
	*out = (bks_wal){.runs = kept, .run_count = k};
	return 0;
}

static size_t open_of(const bks_wal_finding *f, size_t n)
{
	size_t open = 0;
	for (size_t i = 0; i < n; i++)
		open += !f[i].acked;
	return open;
}

size_t wal_open_trouble(const bks_wal *w)
{
	size_t open = open_of(w->strays, w->stray_count);
	for (size_t i = 0; i < w->run_count; i++)
		open += open_of(w->runs[i].findings, w->runs[i].finding_count);
	return open;
}

void wal_weigh(struct ending *e, const bks_wal *w)
{
	e->trouble = e->trouble || wal_open_trouble(w);
	for (size_t i = 0; i < w->run_count; i++)
		e->done += !w->runs[i].finding_count &&
			   w->runs[i].proven_lsn > w->runs[i].start_lsn;
}

static bks_json *trouble_json(const bks_wal_finding *f)
{
	bks_json *o = bks_json_object();
	bks_json_put_name(o, "segment", f->segment);
	bks_json_put_text(o, "code", f->code);
	bks_json_put_text(o, "where", f->where);
	bks_json_put_name(o, "text", f->text);
	bks_json_put_bool(o, "acked", f->acked);
	return o;
}

static void put_lsn(bks_json *o, const char *key, uint64_t lsn)
{
	char text[BKS_LSN_TEXT];
	bks_json_put_text(o, key, lsn ? bks_lsn_text(text, lsn) : NULL);
}

static void put_place(bks_json *o, const bks_wal_run *r)
{
	char name[BKS_WAL_SEGMENT_TEXT];
	bks_json_put_int(o, "id", r->id);
	bks_json_put_name(o, "repo", r->repo);
	bks_json_put_name(o, "folder", r->folder);
	bks_json_put_name(o, "source", r->source);
	bks_json_put_text(o, "system_id", said("%llu", (unsigned long long)r->system_id));
	bks_json_put_int(o, "timeline", r->timeline);
	bks_json_put_int(o, "version", r->version);
	bks_json_put_int(o, "segment_size", r->segment_size);
	bks_json_put_int(o, "segments", r->segments);
	bks_json_put_int(o, "bytes", r->bytes);
	bks_json_put_text(o, "first_segment",
		bks_wal_segment(name, r->timeline, r->start_lsn, r->segment_size));
	bks_json_put_text(o, "last_segment",
		r->segments ? bks_wal_segment(name, r->timeline, r->end_lsn - 1, r->segment_size)
			    : NULL);
}

static bks_json *run_json(const bks_wal_run *r)
{
	bks_json *o = bks_json_object(), *list = bks_json_list();
	put_place(o, r);
	put_lsn(o, "start_lsn", r->start_lsn);
	put_lsn(o, "end_lsn", r->end_lsn);
	put_lsn(o, "read_lsn", r->read_lsn);
	put_lsn(o, "proven_lsn", r->proven_lsn);
	bks_json_put_time(o, "last_commit", r->last_xact);
	bks_json_put_bool(o, "partial", r->partial);
	put_lsn(o, "partial_lsn", r->partial_lsn);
	bks_json_put_time(o, "partial_commit", r->partial_xact);
	bks_json_put_time(o, "verified_at", r->verified_at);
	for (size_t i = 0; i < r->finding_count; i++)
		bks_json_add(list, trouble_json(&r->findings[i]));
	bks_json_put(o, "trouble", list);
	return o;
}

void wal_put(bks_json *doc, const bks_wal *w)
{
	bks_json *runs = bks_json_list(), *strays = bks_json_list();
	for (size_t i = 0; i < w->run_count; i++)
		bks_json_add(runs, run_json(&w->runs[i]));
	for (size_t i = 0; i < w->stray_count; i++) {
		bks_json *o = trouble_json(&w->strays[i]);
		bks_json_put_name(o, "repo", w->strays[i].repo);
		bks_json_put_name(o, "folder", w->strays[i].folder);
		bks_json_add(strays, o);
	}
	bks_json_put(doc, "wal", runs);
	bks_json_put(doc, "wal_strays", strays);
}

static const char *place_of(const struct call *c, const char *repo, const char *folder,
	const char *segment)
{
	return said("%s:%s%s%s", shown(c, repo), shown(c, folder), *folder ? "/" : "",
		shown(c, segment));
}

static void trouble_of(struct call *c, const bks_wal_finding *f, size_t n)
{
	for (size_t i = 0; i < n; i++)
		if (!f[i].acked)
			trouble(c, "%s: %s: %s", place_of(c, f[i].repo, f[i].folder, f[i].segment),
				f[i].code, shown(c, f[i].text));
}

void wal_trouble(struct call *c, const bks_wal *w)
{
	for (size_t i = 0; i < w->run_count; i++)
		trouble_of(c, w->runs[i].findings, w->runs[i].finding_count);
	trouble_of(c, w->strays, w->stray_count);
}

static void say_findings(struct call *c, const bks_wal_finding *f, size_t n)
{
	for (size_t i = 0; i < n; i++)
		say(c, "    %s  %s  %s%s%s%s", place_of(c, f[i].repo, f[i].folder, f[i].segment),
			f[i].code, f[i].where ? shown(c, f[i].where) : "", f[i].where ? ": " : "",
			shown(c, f[i].text), f[i].acked ? " (acknowledged)" : "");
}

static void add_row(struct table *t, const struct call *c, const bks_wal_run *r)
{
	char first[BKS_WAL_SEGMENT_TEXT], last[BKS_WAL_SEGMENT_TEXT], lsn[BKS_LSN_TEXT];
	bool tip = r->partial && r->partial_lsn > r->proven_lsn;
	bks_time xact = tip && r->partial_xact != BKS_TIME_NONE ? r->partial_xact : r->last_xact;
	size_t open = open_of(r->findings, r->finding_count), acked = r->finding_count - open;
	bks_wal_segment(first, r->timeline, r->start_lsn, r->segment_size);
	bks_wal_segment(last, r->timeline, r->end_lsn - (r->segments ? 1 : 0), r->segment_size);
	table_add(t, place_of(c, r->repo, r->folder, first));
	table_add(t, r->partial ? said("%s+", last) : said("%s", last));
	table_add(t, shown(c, r->source));
	table_add(t, said("%lld", (long long)r->segments));
	table_add(t, size_shown(r->bytes));
	table_add(t, r->verified_at == BKS_TIME_NONE
			     ? "-"
			     : said("%s", bks_lsn_text(lsn, tip ? r->partial_lsn : r->proven_lsn)));
	table_add(t, time_shown(xact));
	table_colour(t, acked ? said("%zu, %zu acked", open, acked) : said("%zu", open),
		open ? colour_bad() : "");
}

void wal_say(struct call *c, const bks_wal *w)
{
	static const char *const titles[] = {"WAL FROM", "TO", "SOURCE", ">SEGMENTS", ">SIZE",
		"PROVEN TO", "LAST COMMIT", "TROUBLE", NULL};
	if (w->run_count) {
		struct table t = table_new(c, titles);
		for (size_t i = 0; i < w->run_count; i++)
			add_row(&t, c, &w->runs[i]);
		table_print(&t, true);
	}
	for (size_t i = 0; i < w->run_count; i++)
		say_findings(c, w->runs[i].findings, w->runs[i].finding_count);
	say_findings(c, w->strays, w->stray_count);
}
