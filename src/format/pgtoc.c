/* Entry by entry; only those with data stay in memory, and the names of tables in the report.
 */
#include "format/pgtoc.h"
#include "format/pgentry.h"
#include "format/pgparts.h"
#include <stdlib.h>
#include <string.h>

static bool kind_of(uint8_t *out, const struct pgentry *e)
{
	if (pgentry_is(e, "TABLE DATA"))
		*out = PGDATA_ROWS;
	else if (pgentry_is(e, "BLOBS"))
		*out = PGDATA_BLOBS;
	else if (pgentry_is(e, "BLOB COMMENTS"))
		*out = PGDATA_COMMENTS;
	else
		return false;
	return true;
}

static struct pgdata *data_add(struct pgtoc *t)
{
	if (t->n == t->room) {
		t->room = t->room ? t->room + t->room / 2 : 64;
		t->v = realloc(t->v, t->room * sizeof *t->v);
		if (!t->v)
			abort(); /* in step with bytes that were read: PGTOC_ENTRIES_MAX bounds
				    it */
	}
	t->v[t->n] = (struct pgdata){.order = (uint32_t)t->n};
	return &t->v[t->n++];
}

static const char *schema_of(const struct pgentry *e)
{
	return e->schema.n ? e->schema.s : "public"; /* servers before 7.3 had no schemas */
}

static bks_table *table_of(struct pgin *in, const struct pgentry *e)
{
	return report_table(in->report, NULL, schema_of(e), e->tag.s);
}

/* The name of its member: ID.dat, or of the list of large objects, which a tar calls by either
 * name. */
static const char *member_of(const struct pgentry *e, uint8_t kind, const struct pgin *in)
{
	bks_arena *a = in->report->arena;
	const char *dat = arena_form(a, "%lld.dat", (long long)e->id), *list = "blobs.toc";

	if (kind != PGDATA_BLOBS)
		return strcmp(e->file.s, dat) ? NULL : dat;
	if (in->head.minor >= 16)
		list = arena_form(a, "blobs_%lld.toc", (long long)e->id);
	return strcmp(e->file.s, dat) && strcmp(e->file.s, list) ? NULL : list;
}

/* Names bare or in quotes, and no more than one statement: nothing else stands in a COPY that
 * pg_dump writes, and no text, which every program would be named by. */
static bool is_copy(const struct pgtext *copy)
{
	const char *s = copy->s;
	bool quoted = false;

	if (copy->n != copy->length)
		return false;
	for (; *s && (quoted || *s != ';'); s++) {
		quoted ^= *s == '"';
		if (!quoted && strchr("'$/\\-:=", *s))
			return false;
	}
	return *s == ';' && !s[1 + strspn(s + 1, "\r\n ")];
}

/* pg_restore hands the statement on as it stands. */
static void note_copy(const struct pgentry *e, struct pgin *in)
{
	if (!e->copy.n || is_copy(&e->copy) || report_has(in->report, F_META_COMMAND))
		return;
	report_find(in->report, F_META_COMMAND, report_byte(in->report, in->r.at),
		"the COPY of entry %lld is none that pg_dump writes: the server would run what "
		"it "
		"says",
		(long long)e->id);
}

/* How many columns "COPY s.t (a, "b") FROM stdin;" names; -1: it is longer than what was kept,
 * or of a kind that has more. */
static int16_t columns_of(const struct pgtext *copy)
{
	const char *s = copy->s;
	int16_t n = 0;
	bool quoted = false, list = false;

	if (!copy->n || copy->n != copy->length || strstr(s, " WITH OIDS"))
		return -1;
	for (; *s && (quoted || *s != ')'); s++) {
		quoted ^= *s == '"';
		if (quoted)
			continue;
		list |= *s == '(';
		if (n < INT16_MAX)
			n = (int16_t)(n + (*s == '(' || (list && *s == ',')));
	}
	return list ? n : -1;
}

static int note_data(struct pgtoc *t, const struct pgentry *e, struct pgin *in)
{
	struct pgdata *d;
	uint8_t kind;

	if (!kind_of(&kind, e))
		return pgentry_wrong(in, e, "it has data, and nothing of its kind has");
	if (e->section && e->section != SECTION_DATA)
		return pgentry_wrong(in, e, "it has data outside the data section");
	/* The first is its table, which pg_dump numbers before any data; pg_restore refuses one
	 * past the last entry. */
	if (kind == PGDATA_ROWS && e->first >= e->id)
		return pgentry_wrong(in, e, "its table has a later number than its data");
	d = data_add(t);
	d->id = (int32_t)e->id;
	d->kind = kind;
	d->copy = e->copy.length > 0;
	note_copy(e, in);
	d->columns = columns_of(&e->copy);
	d->placed = e->place == PLACE_SET;
	d->at = e->at;
	if (in->head.container != PG_CUSTOM) {
		d->file = member_of(e, kind, in);
		if (!d->file)
			return pgentry_wrong(in, e, "its file has another name than its own");
	}
	if (kind == PGDATA_ROWS)
		d->table = table_of(in, e);
	return 1;
}

/* What neither defines nor fills anything that a class of content is told by. */
static bool is_neutral(const struct pgentry *e)
{
	static const char *const words[] = {"ENCODING", "STDSTRINGS", "SEARCHPATH", "DATABASE",
		"DATABASE PROPERTIES", "COMMENT", "ACL", "SECURITY LABEL", "<Init>"};

	for (size_t i = 0; i < sizeof words / sizeof *words; i++)
		if (pgentry_is(e, words[i]))
			return true;
	return false;
}

static void weigh(struct pgtoc *t, const struct pgentry *e)
{
	if (pgentry_is(e, "STATISTICS DATA"))
		t->statistics = true;
	else if (e->dumper || pgentry_is(e, "SEQUENCE SET") || !strncmp(e->desc.s, "BLOB", 4))
		t->data = true;
	else if (!is_neutral(e))
		t->ddl = true;
}

/* The numbers are in the tag of BLOB, in the definition of BLOB METADATA. */
static int note_oids(struct pgtoc *t, const struct pgentry *e, struct pgin *in)
{
	const struct pgtext *list = pgentry_is(e, "BLOB") ? &e->tag : &e->defn;

	if (list->n == list->length && list->n && pgoids_add(&t->oids, list->s))
		return 1;
	return pgentry_wrong(in, e, "its large objects have no numbers");
}

static void note_table(struct pgtoc *t, const struct pgentry *e, struct pgin *in)
{
	bks_table *table = table_of(in, e);

	t->tables = true;
	if (table)
		table->ddl = true;
}

static bool is_table(const struct pgentry *e)
{
	return pgentry_is(e, "TABLE") || pgentry_is(e, "FOREIGN TABLE");
}

static int note_entry(struct pgtoc *t, const struct pgentry *e, struct pgin *in)
{
	if ((e->dumper || is_table(e)) &&
		(e->tag.n != e->tag.length || e->schema.n != e->schema.length))
		return pgentry_wrong(in, e, "no name is as long as its");
	weigh(t, e);
	if (e->dumper)
		return note_data(t, e, in);
	if (pgentry_is(e, "BLOB") || pgentry_is(e, "BLOB METADATA"))
		return note_oids(t, e, in);
	if (!pgentry_setting(e))
		return pgentry_wrong(
			in, e, "pg_restore knows no such encoding, or way of strings");
	if (pgentry_is(e, "STDSTRINGS"))
		t->backslashes = !strstr(e->defn.s, "'on'");
	if (is_table(e))
		note_table(t, e, in);
	if (is_table(e) || pgentry_is(e, "TABLE ATTACH"))
		pgparts_note(in->report, e->defn.s, e->defn.n, schema_of(e));
	return 1;
}

static int by_id(const void *a, const void *b)
{
	const struct pgdata *x = a, *y = b;

	return (x->id > y->id) - (x->id < y->id);
}

static int sort_data(struct pgtoc *t, struct pgin *in)
{
	if (t->n)
		qsort(t->v, t->n, sizeof *t->v, by_id);
	for (size_t i = 1; i < t->n; i++)
		if (t->v[i].id == t->v[i - 1].id) {
			report_find(in->report, F_MALFORMED, report_byte(in->report, in->r.at),
				"the table of contents has two entries %d", t->v[i].id);
			return PG_TOLD;
		}
	return 1;
}

static void tell_content(const struct pgtoc *t, struct report *r)
{
	r->out->content = t->ddl && t->data ? BKS_CONTENT_FULL
			  : t->ddl          ? BKS_CONTENT_SCHEMA
			  : t->data         ? BKS_CONTENT_DATA
			  : t->statistics   ? BKS_CONTENT_UNKNOWN
					    : BKS_CONTENT_EMPTY;
	if (r->out->content == BKS_CONTENT_SCHEMA && t->tables)
		report_find(r, F_SCHEMA_ONLY, NULL, "tables are defined and none has data");
}

static int read_count(struct pgtoc *out, struct pgin *in)
{
	int64_t n;

	PG_MUST(pgin_int(&n, in));
	if (n < 0 || n > PGTOC_ENTRIES_MAX) {
		report_find(in->report, F_MALFORMED, report_byte(in->report, in->r.at),
			"the table of contents claims %lld entries; the limit is %d",
			(long long)n, PGTOC_ENTRIES_MAX);
		return PG_TOLD;
	}
	out->count = (uint64_t)n;
	return 1;
}

static int read_entries(struct pgtoc *out, struct pgentry *e, struct pgin *in)
{
	for (; out->at < out->count; out->at++) {
		PG_MUST(pgentry_read(e, in));
		PG_MUST(note_entry(out, e, in));
	}
	return 1;
}

int pgtoc_read(struct pgtoc *out, struct pgin *in)
{
	struct pgentry e = {0};
	int r;

	*out = (struct pgtoc){.backslashes = true};
	PG_MUST(read_count(out, in));
	r = read_entries(out, &e, in);
	pgentry_clear(&e);
	PG_MUST(r);
	tell_content(out, in->report);
	pgoids_sort(&out->oids);
	return sort_data(out, in);
}

struct pgdata *pgtoc_find(const struct pgtoc *t, int64_t id)
{
	struct pgdata key = {.id = (int32_t)id};

	if (id <= 0 || id > INT32_MAX || !t->n)
		return NULL;
	return bsearch(&key, t->v, t->n, sizeof *t->v, by_id);
}

void pgtoc_clear(struct pgtoc *t)
{
	free(t->v);
	pgoids_clear(&t->oids);
	*t = (struct pgtoc){0};
}

const char *pgdata_text(struct report *r, const struct pgdata *d)
{
	if (d->kind == PGDATA_ROWS && d->table)
		return arena_form(r->arena, "%.100s.%.100s (entry %d)", d->table->schema,
			d->table->name, d->id);
	return arena_form(r->arena, "%s (entry %d)",
		d->kind == PGDATA_ROWS ? "a table" : "large objects", d->id);
}
