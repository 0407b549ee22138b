/* Members of an archive: what is a backup among them becomes an item with its own findings,
 * tables and verdict; a file like any other leaves nothing behind. */
#include "format/inside.h"
#include "format/name.h"
#include <string.h>

void inside_begin(struct inside *in, struct report *r)
{
	*in = (struct inside){.report = r};
}

static bool is_archive(const char *format)
{
	return !strcmp(format, "tar") || !strcmp(format, "zip");
}

static int walk_known(struct inside *in, stream *top, const struct format *f,
	struct report *part, bks_error *err)
{
	part->out->format = f->name;
	if (!is_archive(f->name))
		return f->walk(top, part, err);
	if (!in->nested++)
		report_find(in->report, F_NOT_ENTERED,
			arena_text(in->report->arena, part->out->path),
			"a %s in the archive: what lies in it was not looked at", f->name);
	return 0;
}

/* A file of zeros is no archive that somebody put into another. */
static bool is_zeros(stream *top, const struct format *f)
{
	const uint8_t *p;
	size_t n;

	return is_archive(f->name) && !stream_peek(top, 1, &p, &n, NULL) && n && !*p;
}

/* 1: to its end; 0: it broke off; negative: for no reason of its own. */
static int walk(struct inside *in, stream *bytes, struct report *part, bks_error *err)
{
	const struct format *f = NULL;
	stream *top = bytes;
	bks_error own = {0};
	int s = format_unwrap(&top, &f, part, &own);

	if (!s && f && !is_zeros(top, f))
		s = walk_known(in, top, f, part, &own);
	/* the bare bytes of what nobody walks are the caller's, who knows where they are holes */
	if (!s && (top != bytes || (f && !is_archive(f->name))))
		s = stream_drain(top, NULL, &own);
	if (s >= 0)
		part->out->unwrapped = top != bytes || f ? (int64_t)top->given : part->out->size;
	stream_close(top);
	if (s == BKS_E_LIMIT)
		report_find(part, F_LIMIT_REACHED, NULL, "%s", own.text);
	if (s >= 0 || s == BKS_E_CUT || s == BKS_E_LIMIT)
		return s == 0 || (s == 1 && report_has(part, F_EMPTY));
	if (err)
		*err = own;
	return s;
}

/* Two dumps of one table are not twice the table: rows of members are never added up. */
static void join_tables(struct report *r, const struct report *part)
{
	for (size_t i = 0; i < part->tables.n; i++) {
		const bks_table *is = &part->tables.v[i]->t;
		bks_table *t = report_table(r, is->database, is->schema, is->name);

		if (!t)
			return;
		t->ddl |= is->ddl;
		t->data |= is->data;
		t->rows = is->rows > t->rows ? is->rows : t->rows;
		if (!t->parent_name && is->parent_name) {
			t->parent_schema = is->parent_schema;
			t->parent_name = is->parent_name;
		}
	}
}

/* What is held against a member is held against the archive; what is only told of it is not. */
static void join_findings(struct report *r, const struct report *part)
{
	struct report some = *part;
	const char *name = part->out->path;

	some.findings.v = arena_take(r->arena, part->findings.n * sizeof *some.findings.v);
	some.findings.n = 0;
	some.tables.n = 0;
	for (size_t i = 0; i < part->findings.n; i++) {
		bks_finding f = part->findings.v[i];

		if (f.severity < (part->verdicts[BKS_UNPROVEN] ? BKS_WARNING : BKS_ERROR))
			continue;
		f.where = f.where ? arena_form(r->arena, "%s %s", name, f.where) : name;
		some.findings.v[some.findings.n++] = f;
	}
	report_join(r, &some);
}

static bool is_unknown(const struct report *part)
{
	return !strcmp(part->out->format, "raw") || report_has(part, F_EMPTY);
}

/* What macOS puts beside each file that it packs: "._NAME", of another kind than the name says. */
static bool is_resource_fork(const char *name)
{
	const char *slash = strrchr(name, '/');

	return !strncmp(slash ? slash + 1 : name, "._", 2);
}

static bool is_dump(const char *format)
{
	return strcmp(format, "raw") != 0 && strcmp(format, "sql") != 0;
}

/* A file like any other is no item. One that should be a dump by its name, and is none, is. */
static bool worth_keeping(const struct report *part, bool ended)
{
	const bks_inspection *out = part->out;

	if (is_archive(out->format))
		return !ended && part->findings.n;
	return out->recognised || is_dump(out->format) || report_has(part, F_ENCRYPTED) ||
	       part->verdicts[BKS_UNSUPPORTED] || part->verdicts[BKS_UNREADABLE] ||
	       (!ended && part->findings.n) ||
	       (ended && is_unknown(part) && name_promises_dump(out->path) &&
		       !is_resource_fork(out->path));
}

static void judge_name(struct report *part, bool ended)
{
	bool unseen = part->out->wrappings && !ended && !strcmp(part->out->format, "raw");

	if (!report_has(part, F_EMPTY) && !report_has(part, F_ENCRYPTED) &&
		!part->verdicts[BKS_UNREADABLE] && !unseen)
		name_compare(part, part->out->path);
}

/* What is found of the item at PLACE counts for the archive. */
static void settle(struct inside *in, const struct report *part)
{
	join_findings(in->report, part);
	join_tables(in->report, part);
}

/* A database is judged with its -wal or -journal, a table of contents with the files that it
 * names, and these may come behind it: whether they lie in the archive is known at its end. */
static bool waits(const bks_inspection *out)
{
	return !strcmp(out->format, "sqlite") || !strcmp(out->format, "pgdump-directory");
}

static void add_item(struct inside *in, const struct report *part)
{
	struct inside_waiting *w;

	*vec_add(&in->items, in->report->arena) = *part->out;
	in->has_item = true;
	if (!waits(part->out)) {
		settle(in, part);
		return;
	}
	w = vec_add(&in->waiting, in->report->arena);
	*w = (struct inside_waiting){in->items.n - 1, *part};
}

static void keep(struct inside *in, struct report *part, bool ended)
{
	struct report *r = in->report;

	judge_name(part, ended);
	report_close(part, ended);
	in->has_hidden |= report_has(part, F_ENCRYPTED);
	in->backups += part->out->recognised;
	if (in->items.n < INSIDE_MAX) {
		add_item(in, part);
		return;
	}
	settle(in, part);
	if (!in->overflow)
		report_find(r, F_LIMIT_REACHED, NULL, "more than %d backups in one archive",
			INSIDE_MAX);
	in->overflow = true;
}

static bool ends(const char *name, const char *ending)
{
	size_t n = strlen(name), k = strlen(ending);

	return n > k && !strcmp(name + n - k, ending);
}

static void watch_sidecar(struct inside *in, const char *name, int64_t size)
{
	if (size && (ends(name, "-wal") || ends(name, "-journal")))
		nameset_add(&in->sidecars, nameset_hash(name, strlen(name)));
}

static const char *sidecar_of(const struct inside *in, const char *name)
{
	static const char *const endings[] = {"-wal", "-journal"};

	for (size_t i = 0; i < 2; i++) {
		const char *s = arena_form(in->report->arena, "%s%s", name, endings[i]);

		if (nameset_has(&in->sidecars, nameset_hash(s, strlen(s))))
			return endings[i];
	}
	return NULL;
}

/* A directory dump is not walked in an archive: what to do is told instead. */
static void settle_contents(struct inside *in, struct inside_waiting *w)
{
	bks_inspection *item = &in->items.v[w->item];
	size_t files = insidedump_beside(&in->dumps, item->path);
	struct report *r = in->report, told;

	w->part.out = item;
	if (!files) {
		settle(in, &w->part);
		return;
	}
	report_init(&told, item, r->arena);
	report_find(&told, F_UNSUPPORTED_FORMAT, NULL,
		"a directory dump (this and %zu files beside it) is not looked into within an "
		"archive: unpack it and verify the folder; one file that can be verified is "
		"made by pg_dump -Fc or -Ft",
		files);
	report_close(&told, true);
	settle(in, &told);
}

/* Judged without the part of it that lies beside it, a database is neither good nor bad. */
static void settle_waiting(struct inside *in, struct inside_waiting *w)
{
	bks_inspection *item = &in->items.v[w->item];
	const char *sidecar = sidecar_of(in, item->path);
	struct report *r = in->report, alone;

	if (!sidecar) {
		w->part.out = item;
		settle(in, &w->part);
		return;
	}
	report_init(&alone, item, r->arena);
	report_find(&alone, F_CHECK_UNPROVABLE, NULL,
		"its %s is another member of the archive: only outside of it can the two be "
		"read together",
		sidecar);
	alone.tables = w->part.tables;
	report_close(&alone, true);
	settle(in, &alone);
}

int inside_look(
	struct inside *in, const char *name, int64_t size, stream *bytes, bks_error *err)
{
	bks_arena *a = bks_arena_new();
	bks_inspection out = {.path = arena_text(a, name),
		.format = "raw",
		.size = size,
		.unwrapped = -1,
		.bytes_read = size,
		.taken_at = BKS_TIME_NONE};
	struct report part;
	int s;

	report_init(&part, &out, a);
	part.max_memory = in->report->max_memory / 2;
	part.scratch = in->report->scratch;
	part.doubt = in->report->doubt;
	part.glance = in->report->glance;
	part.stop = in->report->stop;
	part.stop_arg = in->report->stop_arg;
	out.levels[BKS_PRESENT] = BKS_RESULT_PASS;
	in->members++;
	in->has_item = false;
	watch_sidecar(in, name, size);
	insidedump_meet(&in->dumps, name, in->report->arena);
	s = walk(in, bytes, &part, err);
	if (s >= 0 && worth_keeping(&part, s == 1)) {
		keep(in, &part, s == 1);
		arena_adopt(in->report->arena, a);
	} else {
		bks_arena_free(a);
	}
	return s < 0 ? s : 0;
}

void inside_blame(struct inside *in, const char *name, enum finding_kind kind, const char *text)
{
	struct report *r = in->report;

	text = arena_text(r->arena, text);
	report_find(r, kind, arena_text(r->arena, name), "%s", text);
	if (in->has_item)
		report_append(&in->items.v[in->items.n - 1], kind, NULL, text, r->arena);
}

void inside_cut(struct inside *in)
{
	if (in->has_item)
		report_append(&in->items.v[in->items.n - 1], F_TRUNCATED, NULL,
			"its bytes break off", in->report->arena);
}

/* What one member alone holds, or all of them. */
static enum bks_content content_of(const struct inside *in)
{
	bool has[BKS_CONTENT_COUNT] = {false};
	enum bks_content c = BKS_CONTENT_UNKNOWN;
	int kinds = 0;

	for (size_t i = 0; i < in->items.n; i++)
		if (in->items.v[i].recognised)
			has[in->items.v[i].content] = true;
	if (has[BKS_CONTENT_FULL] || (has[BKS_CONTENT_SCHEMA] && has[BKS_CONTENT_DATA]))
		return BKS_CONTENT_FULL;
	for (int i = 0; i < BKS_CONTENT_COUNT; i++)
		if (has[i]) {
			c = (enum bks_content)i;
			kinds++;
		}
	return kinds == 1 ? c : BKS_CONTENT_UNKNOWN;
}

static bool agree(const char *a, const char *b)
{
	return a && b && !strcmp(a, b);
}

static int64_t civil_order(const bks_civil *c)
{
	return ((((c->year * 12LL + c->month) * 31 + c->day) * 24 + c->hour) * 60 + c->minute) *
		       60 +
	       c->second;
}

/* Of several backups the archive brings back no more than the oldest of them. */
static void join_facts(bks_inspection *out, const bks_inspection *i, bool first)
{
	out->producer = first || agree(out->producer, i->producer) ? i->producer : NULL;
	out->server_version = first || agree(out->server_version, i->server_version)
				      ? i->server_version
				      : NULL;
	out->database = first || agree(out->database, i->database) ? i->database : NULL;
	out->physical = first ? i->physical : NULL;
	if (i->started.year &&
		(!out->started.year || civil_order(&i->started) < civil_order(&out->started)))
		out->started = i->started;
}

void inside_end(struct inside *in)
{
	bks_inspection *out = in->report->out;
	bool first = true;

	for (size_t i = 0; i < in->waiting.n; i++)
		if (!strcmp(in->items.v[in->waiting.v[i].item].format, "sqlite"))
			settle_waiting(in, &in->waiting.v[i]);
		else
			settle_contents(in, &in->waiting.v[i]);
	nameset_clear(&in->sidecars);
	insidedump_end(&in->dumps, in->report);
	out->members = in->items.v;
	out->member_count = in->items.n;
	for (size_t i = 0; i < in->items.n; i++) {
		if (!in->items.v[i].recognised)
			continue;
		join_facts(out, &in->items.v[i], first);
		first = false;
	}
	out->content = in->members ? content_of(in) : BKS_CONTENT_EMPTY;
	/* all of it was seen, so that a required table which is not there is missing */
	out->recognised = in->backups || !in->has_hidden;
}
