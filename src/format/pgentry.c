/* One entry of a table of contents, field by field in the order of its version. */
#include "format/pgentry.h"
#include <stdlib.h>
#include <string.h>

enum { NAME_KEPT = 4096, DEFN_KEPT = 1024 * 1024, COPY_KEPT = 256 * 1024 };

int pgentry_wrong(struct pgin *in, const struct pgentry *e, const char *what)
{
	report_find(in->report, F_MALFORMED, report_byte(in->report, in->r.at),
		"entry %lld of the table of contents: %s", (long long)e->id, what);
	return PG_TOLD;
}

static bool is_number(const struct pgtext *t)
{
	return !t->null && t->n && t->n <= 10 && t->n == t->length &&
	       strspn(t->s, "0123456789") == t->n;
}

bool pgentry_is(const struct pgentry *e, const char *desc)
{
	return !strcmp(e->desc.s, desc);
}

/* Id, whether pg_dump had data for it, and two catalog numbers, which are text for reasons of
 * history. */
static int read_numbers(struct pgentry *e, struct pgin *in)
{
	PG_MUST(pgin_int(&e->id, in));
	if (e->id <= 0 || e->id > INT32_MAX)
		return pgentry_wrong(in, e, "this is no id");
	PG_MUST(pgin_int(&e->dumper, in));
	if (e->dumper != 0 && e->dumper != 1)
		return pgentry_wrong(in, e, "its data flag is neither 0 nor 1");
	for (int i = 0; i < 2; i++) {
		PG_MUST(pgin_text(&e->file, in, 16));
		if (!is_number(&e->file))
			return pgentry_wrong(in, e, "its catalog number is none");
	}
	return 1;
}

/* Entries whose definition is looked into. */
static size_t defn_kept(const struct pgentry *e)
{
	if (pgentry_is(e, "TABLE") || pgentry_is(e, "FOREIGN TABLE") ||
		pgentry_is(e, "TABLE ATTACH") || pgentry_is(e, "BLOB METADATA"))
		return DEFN_KEPT;
	return pgentry_is(e, "STDSTRINGS") || pgentry_is(e, "ENCODING") ? 256 : 0;
}

/* pg_restore takes the names of these from the statement that drops them, and refuses another.
 */
static bool is_named_by_drop(const struct pgentry *e)
{
	static const char *const words[] = {"AGGREGATE", "FUNCTION", "OPERATOR",
		"OPERATOR CLASS", "OPERATOR FAMILY", "PROCEDURE"};

	for (size_t i = 0; i < sizeof words / sizeof *words; i++)
		if (pgentry_is(e, words[i]))
			return true;
	return false;
}

static int read_drop(struct pgentry *e, struct pgin *in)
{
	if (!is_named_by_drop(e))
		return pgin_skip_text(in);
	PG_MUST(pgin_text(&e->file, in, 16));
	if (e->file.n && strncmp(e->file.s, "DROP ", 5) != 0)
		return pgentry_wrong(
			in, e, "the statement that drops it does not begin with DROP");
	return 1;
}

static int read_what(struct pgentry *e, struct pgin *in)
{
	PG_MUST(pgin_text(&e->tag, in, NAME_KEPT));
	PG_MUST(pgin_text(&e->desc, in, NAME_KEPT));
	if (e->tag.null || !e->desc.n || e->desc.n != e->desc.length)
		return pgentry_wrong(in, e, "it says not what it is");
	e->section = 0;
	if (in->head.minor >= 11) {
		PG_MUST(pgin_int(&e->section, in));
		if (e->section < SECTION_NONE || e->section > SECTION_POST_DATA)
			return pgentry_wrong(in, e, "there is no such section");
	}
	PG_MUST(pgin_text(&e->defn, in, defn_kept(e)));
	PG_MUST(read_drop(e, in));
	PG_MUST(pgin_text(&e->copy, in, COPY_KEPT));
	PG_MUST(pgin_text(&e->schema, in, NAME_KEPT));
	return 1;
}

static int read_owner(struct pgentry *e, struct pgin *in)
{
	int64_t relkind;

	PG_MUST(pgin_skip_text(in)); /* tablespace */
	if (in->head.minor >= 14)
		PG_MUST(pgin_skip_text(in)); /* access method */
	if (in->head.minor >= 16) {
		PG_MUST(pgin_int(&relkind, in));
		if (relkind < 0 || relkind > 127)
			return pgentry_wrong(in, e, "its kind of relation is no letter");
	}
	PG_MUST(pgin_skip_text(in)); /* owner */
	PG_MUST(pgin_text(&e->file, in, 16));
	if (e->file.null || (strcmp(e->file.s, "false") != 0 && strcmp(e->file.s, "true") != 0))
		return pgentry_wrong(in, e, "WITH OIDS is neither true nor false");
	return 1;
}

/* Ids, of entries that need not be in the archive; pg_restore refuses what can be none. */
static int read_dependencies(struct pgentry *e, struct pgin *in)
{
	e->first = 0;
	for (;;) {
		long long id;

		PG_MUST(pgin_text(&e->file, in, 16));
		if (e->file.null)
			return 1;
		if (!is_number(&e->file))
			return pgentry_wrong(in, e, "one of its dependencies is no number");
		id = strtoll(e->file.s, NULL, 10);
		if (id <= 0 || id > INT32_MAX)
			return pgentry_wrong(in, e, "one of its dependencies is no id");
		if (!e->first)
			e->first = id;
	}
}

/* A flag, then a place in the file. Said twice: data is there when the entry had a dumper. */
static int read_place(struct pgentry *e, struct pgin *in)
{
	uint8_t b[8];

	PG_MUST(reader_byte(&in->r, &e->place));
	PG_MUST(reader_take(&in->r, b, in->head.off_size));
	e->at = 0;
	for (unsigned i = in->head.off_size; i > 0; i--)
		e->at = e->at << 8 | b[i - 1];
	if (e->place < PLACE_UNKNOWN || e->place > PLACE_NO_DATA)
		return pgentry_wrong(in, e, "the flag of its place is unknown");
	if (e->place != PLACE_SET && e->at)
		return pgentry_wrong(
			in, e, "it has a place in the file and says that it has none");
	if ((e->place != PLACE_NO_DATA) != (e->dumper == 1))
		return pgentry_wrong(in, e, "its two marks of having data disagree");
	return 1;
}

int pgentry_read(struct pgentry *e, struct pgin *in)
{
	e->id = 0;
	PG_MUST(read_numbers(e, in));
	PG_MUST(read_what(e, in));
	PG_MUST(read_owner(e, in));
	PG_MUST(read_dependencies(e, in));
	if (in->head.container == PG_CUSTOM)
		return read_place(e, in);
	PG_MUST(pgin_text(&e->file, in, NAME_KEPT));
	if ((e->file.n > 0) != (e->dumper == 1))
		return pgentry_wrong(in, e, "its two marks of having data disagree");
	return 1;
}

void pgentry_clear(struct pgentry *e)
{
	pgtext_clear(&e->tag);
	pgtext_clear(&e->desc);
	pgtext_clear(&e->defn);
	pgtext_clear(&e->copy);
	pgtext_clear(&e->schema);
	pgtext_clear(&e->file);
}
