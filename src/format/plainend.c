/* The end of the walk: which format it was, whether its end was reached, and what it holds. */
#include "format/plain.h"
#include <string.h>
#include <strings.h>

static bool is_roles(const struct plain *w)
{
	return w->first == PLAIN_READ_ONLY && !w->comments && !w->others && !w->databases &&
	       !w->meta.count && !w->token[0];
}

static bool is_bare_schema(const struct plain *w)
{
	return w->first == PLAIN_TIMEOUT && !w->comments && !w->meta.count && !w->token[0] &&
	       !w->sections && (w->lenient || w->quoted);
}

const char *plain_word(const struct plain *w)
{
	if (w->foreign)
		return "sql";
	if (w->cluster_line)
		return "pgdumpall";
	if (plain_is_dump(w))
		return w->first == PLAIN_REPLICA    ? "supabase-data"
		       : w->commented || w->lenient ? "supabase-schema"
						    : "pgdump-plain";
	if (w->first == PLAIN_REPLICA && w->statements == 1)
		return "supabase-data";
	if (w->half_mark)
		return w->half_mark;
	if (is_roles(w))
		return "supabase-roles";
	return is_bare_schema(w) ? "supabase-schema" : "sql";
}

static const char *open_thing(enum sql_open open)
{
	switch (open) {
	case SQL_IN_STRING:
		return "string";
	case SQL_IN_NAME:
		return "quoted name";
	case SQL_IN_BODY:
		return "dollar-quoted text";
	case SQL_IN_COMMENT:
		return "comment";
	case SQL_CLOSED:
	case SQL_IN_COPY:
		break;
	}
	return "statement";
}

/* "CREATE FUNCTION", as far as it was read. */
static const char *head_of(struct plain *w)
{
	const struct sql_piece *p = w->stmt.pieces;
	bool two = w->stmt.count > 1 && p[1].kind == SQL_WORD;

	if (!w->stmt.count)
		return "-";
	return bks_shown(arena_form(w->r->arena, "%.40s%s%.40s", p[0].s, two ? " " : "",
				 two ? p[1].s : ""),
		w->r->arena);
}

static void find_copy_open(struct plain *w)
{
	const struct sqlcopy *c = &w->lex.copy;

	if (w->copying)
		w->copying->rows += (int64_t)c->rows;
	report_find(w->r, F_COPY_NOT_TERMINATED, report_line(w->r, w->copy_line),
		"the COPY of %s that begins here is not closed by \\.; the file ends %llu rows "
		"later, at line %llu",
		plain_name(w, w->copying), (unsigned long long)c->rows,
		(unsigned long long)w->lex.line);
}

static void find_statement_open(struct plain *w, enum sql_open open)
{
	uint64_t line = w->stmt.begun ? w->stmt.line : w->lex.began;

	report_find(w->r, F_STATEMENT_NOT_TERMINATED, report_line(w->r, line),
		"the statement that begins here (%s) has no end; the file ends in a %s at line "
		"%llu",
		head_of(w), open_thing(open), (unsigned long long)w->lex.line);
}

/* RESET ALL was cut in the middle. */
static bool half_reset(const struct plain *w)
{
	const struct sql_piece *p = w->stmt.pieces;

	return !w->reset_line && w->stmt.count && p[0].kind == SQL_WORD &&
	       !strncmp("reset", p[0].s, strlen(p[0].s));
}

/* One dash of the second of the lines "--" around the end mark, or of a commented \unrestrict.
 */
static bool half_dash(const struct plain *w)
{
	return w->stmt.count == 1 && w->stmt.pieces[0].s[0] == '-' &&
	       (w->frame_due == w->stmt.line || w->restricted);
}

/* true: the input ended inside something, and that is written down. */
static bool find_open(struct plain *w, enum sql_open open, bool dump)
{
	bool pending = w->stmt.begun || (open != SQL_CLOSED && open != SQL_IN_COPY);

	if (open == SQL_IN_COPY) {
		find_copy_open(w);
		return true;
	}
	if (!pending || (plain_after_end(w) && half_dash(w)))
		return false;
	if (plain_after_end(w) && !half_reset(w)) {
		report_find(w->r, F_TRAILING_DATA,
			report_line(w->r, w->stmt.begun ? w->stmt.line : w->lex.began),
			"something stands here, behind the end mark at line %llu",
			(unsigned long long)w->end_line);
		return true;
	}
	/* In somebody's script a last ; may be missing, and its strings may have other rules.
	 */
	if (!dump && w->first != PLAIN_TIMEOUT)
		return false;
	if (w->r->out->format && !strcmp(w->r->out->format, "sql") && open == SQL_CLOSED &&
		!w->stmt.depth)
		return false;
	find_statement_open(w, open);
	return true;
}

static bool misses_reset(const struct plain *w, const char *format)
{
	return !w->reset_line &&
	       (!strcmp(format, "supabase-roles") || !strcmp(format, "supabase-data"));
}

static void find_end(struct plain *w, const char *format)
{
	struct report *r = w->r;

	if (report_has(r, F_NO_END_MARK))
		return;
	if (w->half_mark || (w->dump_line && !w->cluster_line) ||
		(!plain_is_dump(w) && w->first == PLAIN_REPLICA))
		report_find(r, F_NO_END_MARK, report_line(r, w->lex.line),
			"the file ends before the line \"-- %s complete\"",
			w->half_mark && strcmp(w->half_mark, "pgdump-plain") ? PLAIN_CLUSTER
									     : PLAIN_HEADER);
	else if (w->cluster_line && !w->cluster_end)
		report_find(r, F_NO_END_MARK, report_line(r, w->lex.line),
			"the file ends before the line \"-- " PLAIN_CLUSTER " complete\"");
	else if (plain_is_dump(w) && w->restricted)
		report_find(r, F_NO_END_MARK, report_line(r, w->lex.line),
			"the file ends before the \\unrestrict that closes it");
	else if (w->frame_due)
		report_find(r, F_NO_END_MARK, report_line(r, w->lex.line),
			"the file ends before the line \"--\" that closes its end mark");
	else if (misses_reset(w, format))
		report_find(r, F_NO_END_MARK, report_line(r, w->lex.line),
			"the file ends before the RESET ALL; that closes it");
	else if (!strcmp(format, "supabase-schema") && !plain_is_dump(w) && !w->reset_line)
		report_find(r, F_END_UNPROVABLE, NULL,
			"its comments were stripped, and the end mark with them: nothing "
			"proves that the file is "
			"complete; dump with `supabase db dump --keep-comments`");
}

static void find_sqlite_end(struct plain *w)
{
	if (!strcasecmp(w->last_word, "rollback"))
		report_find(w->r, F_MALFORMED, report_line(w->r, w->lex.line),
			"SQLite's .dump ended in ROLLBACK: the database was damaged when it "
			"was dumped");
	else if (strcasecmp(w->last_word, "commit"))
		report_find(w->r, F_NO_END_MARK, report_line(w->r, w->lex.line),
			"SQLite's .dump ends before its COMMIT;");
}

static void find_spots(struct plain *w)
{
	struct report *r = w->r;

	if (w->meta.line)
		report_find(r, F_META_COMMAND, report_line(r, w->meta.line),
			"the backslash command %s stands here, which pg_dump does not write "
			"(%llu in the file): psql would "
			"run it",
			bks_shown(w->meta.text, r->arena), (unsigned long long)w->meta.count);
	if (w->program.line)
		report_find(r, F_META_COMMAND, report_line(r, w->program.line),
			"COPY with PROGRAM stands here, which pg_dump does not write (%llu in "
			"the "
			"file): the server would run a program",
			(unsigned long long)w->program.count);
	if (w->strange.line)
		report_find(r, F_MALFORMED, report_line(r, w->strange.line),
			"a statement begins here with %.100s, which is no command of "
			"PostgreSQL",
			bks_shown(w->strange.text, r->arena));
	if (w->bad_row.line)
		report_find(r, F_MALFORMED, report_line(r, w->bad_row.line),
			"this row of %s is none that COPY writes: another number of columns "
			"than it names, or a broken escape",
			w->bad_row.text);
	if (w->bare.line && w->copies)
		report_find(r, F_STATEMENT_MISSING, report_line(r, w->bare.line),
			"the data of %s is announced here, and neither COPY nor INSERT follows "
			"(%llu times in the file): the other tables have theirs",
			w->bare.text, (unsigned long long)w->bare.count);
	if (w->early.line)
		report_find(r, F_MALFORMED, report_line(r, w->early.line),
			"rows stand before the header of the dump here");
	if (w->headless)
		report_find(r, F_MALFORMED, report_line(r, w->end_line),
			"an end mark stands here, and no header before it: the beginning is "
			"missing");
	if (w->after_reset.line)
		report_find(r, w->two_after_reset ? F_TWO_DUMPS_IN_ONE : F_TRAILING_DATA,
			report_line(r, w->after_reset.line),
			"a statement stands here, behind the RESET ALL; at line %llu",
			(unsigned long long)w->reset_line);
}

static void find_warnings(struct plain *w)
{
	struct report *r = w->r;

	if (w->drop.line)
		report_find(r, F_DROPS_OBJECTS, report_line(r, w->drop.line),
			"made with --clean: loading it drops what is there before");
	if (w->rls.line)
		report_find(r, F_ROW_SECURITY_ON, report_line(r, w->rls.line),
			"made with row security on: rows that its user may not see are "
			"missing");
	if (r->out->content == BKS_CONTENT_SCHEMA)
		report_find(r, F_SCHEMA_ONLY, NULL, "it holds no rows, only definitions");
}

/* What the whole file holds; only asked when its end was seen. */
static enum bks_content content_of(const struct plain *w, const char *format)
{
	if (!strcmp(format, "supabase-schema"))
		return BKS_CONTENT_SCHEMA;
	if (!strcmp(format, "supabase-data"))
		return BKS_CONTENT_DATA;
	if (!strcmp(format, "supabase-roles") || (w->cluster_line && !w->dumps))
		return BKS_CONTENT_ROLES;
	if (w->sections)
		return w->objects ? BKS_CONTENT_FULL : BKS_CONTENT_DATA;
	if (w->stores || (!w->tables && w->constraints))
		return BKS_CONTENT_SCHEMA;
	return w->others > w->bare_others || w->cluster_line ? BKS_CONTENT_FULL
							     : BKS_CONTENT_EMPTY;
}

static bool ended_well(const struct plain *w)
{
	return !w->cut && !w->over && !w->r->fails[BKS_WHOLE];
}

static void end_dump(struct plain *w, enum sql_open open, const char *format)
{
	struct report *r = w->r;

	find_spots(w);
	if (!w->cut && !w->over && !find_open(w, open, true))
		find_end(w, format);
	if (ended_well(w))
		r->out->content = content_of(w, format);
	else if (w->sections && w->objects)
		r->out->content = BKS_CONTENT_FULL;
	find_warnings(w);
	if (!r->out->wrappings && ended_well(w))
		report_find(r, F_NO_CHECKSUM, NULL,
			"plain text holds no checksum: a changed byte within a value shows "
			"only against a known digest");
}

static void end_script(struct plain *w, enum sql_open open)
{
	if (!w->cut && !w->over && !find_open(w, open, false) && w->first == PLAIN_SQLITE)
		find_sqlite_end(w);
	report_find(w->r, F_NOT_A_BACKUP, NULL,
		"SQL that no dump tool of PostgreSQL marked: nothing proves that it is "
		"complete");
}

void plain_end(struct plain *w, enum sql_open open)
{
	bks_inspection *out = w->r->out;
	const char *format;

	format = plain_word(w);
	out->format = format;
	out->recognised = strcmp(format, "sql") != 0;
	if (w->zeros)
		report_find(w->r, F_MALFORMED, report_byte(w->r, w->zero_at),
			"a byte 0 stands here, which no SQL text can hold");
	if (w->lex.overlong)
		plain_once(w, F_LIMIT_REACHED, 0,
			"a dollar quote's tag is longer than %d bytes", SQL_TEXT_MAX);
	if (out->recognised)
		end_dump(w, open, format);
	else
		end_script(w, open);
}
