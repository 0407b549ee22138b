/* What statements say about tables and rows, and the ends of COPY data. */
#include "format/plain.h"
#include <stdio.h>
#include <string.h>
#include <strings.h>

/* Names come from the file: what they may take is a part of what the walk may take. */
static bool room_for(struct plain *w, const bks_table *t)
{
	int64_t limit = w->r->max_memory / 4;

	w->name_bytes +=
		strlen(t->name) + strlen(t->schema) + (t->database ? strlen(t->database) : 0);
	if (w->name_bytes <= (uint64_t)limit)
		return true;
	report_find(w->r, F_LIMIT_REACHED, NULL,
		"the names of the tables take more than %lld bytes", (long long)limit);
	return false;
}

bks_table *plain_table(struct plain *w, const struct sql_name *n)
{
	const char *database = w->cluster_line && *w->database ? w->database : NULL;
	const char *schema = n->schema                  ? n->schema
			     : *w->path                 ? w->path
			     : w->first == PLAIN_SQLITE ? "main"
							: "public";
	size_t before = w->r->tables.n;
	bks_table *t;

	if (w->full)
		return NULL;
	t = report_table(w->r, database, schema, n->name);
	if (!t || (w->r->tables.n > before && !room_for(w, t)))
		w->full = true;
	return t;
}

static void make_table(struct plain *w, const struct sql_said *s)
{
	bks_table *t = plain_table(w, &s->name);

	w->tables++;
	w->stores += !s->storeless;
	w->odd_names |= strpbrk(s->name.name, "\r\n") ||
			(s->name.schema && strpbrk(s->name.schema, "\r\n"));
	if (t)
		t->ddl = true;
}

static void set_parent(struct plain *w, const struct sql_said *s)
{
	bks_table *t = plain_table(w, &s->name), *parent = t ? plain_table(w, &s->other) : NULL;

	if (!parent || t->parent_name)
		return;
	t->parent_schema = parent->schema;
	t->parent_name = parent->name;
}

static void begin_copy(struct plain *w, const struct sql_said *s)
{
	w->sections++;
	w->copies++;
	w->in_section = false;
	w->copying = plain_table(w, &s->name);
	w->copy_line = w->stmt.line;
	if (w->copying) {
		w->copying->data = true;
		if (w->copying->rows < 0)
			w->copying->rows = 0;
	}
	sqllex_copy(&w->lex, s->columns);
}

void plain_copied(struct plain *w)
{
	const struct sqlcopy *c = &w->lex.copy;
	char text[160];

	if (w->copying)
		w->copying->rows += (int64_t)c->rows;
	if (!c->bad_row || w->bad_row.line)
		return;
	snprintf(text, sizeof text, "%.150s", plain_name(w, w->copying));
	plain_spot(&w->bad_row, w->copy_line + c->bad_row, text);
}

static void insert(struct plain *w, const struct sql_said *s)
{
	bks_table *t = plain_table(w, &s->name);

	w->sections++;
	w->in_section = false;
	if (!t)
		return;
	t->data = true;
	if (s->rows >= 0)
		t->rows = (t->rows < 0 ? 0 : t->rows) + s->rows;
}

/* SET search_path = public, pg_catalog: what stands first holds the bare names that follow. */
static void set(struct plain *w, const struct sql_said *s)
{
	const char *v = s->value;
	size_t n = strcspn(v, ",");

	if (!strcmp(s->what, "search_path")) {
		n = n < PLAIN_NAME_MAX ? n : PLAIN_NAME_MAX - 1;
		memcpy(w->path, v, n);
		w->path[n] = '\0';
		if (!strcmp(v, "default"))
			w->path[0] = '\0';
	} else if (!strcmp(s->what, "standard_conforming_strings")) {
		w->lex.escapes = !strcasecmp(v, "off") || !strcasecmp(v, "false");
	} else if (!strcmp(s->what, "row_security") && !strcasecmp(v, "on")) {
		plain_spot(&w->rls, w->stmt.line, "");
	}
}

static bool begins_dump(const struct sql_said *s)
{
	return s->says == SQL_SET && (!strcmp(s->what, "statement_timeout") ||
					     !strcmp(s->what, "session_replication_role") ||
					     !strcmp(s->what, "default_transaction_read_only"));
}

static enum plain_first first_of(const struct plain *w, const struct sql_said *s)
{
	if (w->stmt.pieces[0].kind == SQL_WORD && !strcasecmp(w->stmt.pieces[0].s, "pragma"))
		return PLAIN_SQLITE;
	if (s->says != SQL_SET || plain_is_dump(w))
		return PLAIN_OTHER;
	if (!strcmp(s->what, "statement_timeout"))
		return PLAIN_TIMEOUT;
	if (!strcmp(s->what, "session_replication_role"))
		return PLAIN_REPLICA;
	if (!strcmp(s->what, "default_transaction_read_only"))
		return PLAIN_READ_ONLY;
	return PLAIN_OTHER;
}

/* A statement that was stripped of its header still shows whether every name was quoted. */
static bool needless_quotes(const struct sqlstmt *s)
{
	for (unsigned i = 0; i < s->count; i++)
		if (s->pieces[i].kind == SQL_NAME && !strcmp(s->pieces[i].s, "public"))
			return true;
	return false;
}

static bool supabase(const struct plain *w)
{
	return w->first == PLAIN_REPLICA || w->first == PLAIN_READ_ONLY || w->lenient ||
	       w->commented;
}

static void behind_the_end(struct plain *w, const struct sql_said *s)
{
	if (s->says == SQL_RESET && supabase(w) && !w->reset_line) {
		w->reset_line = w->stmt.line;
		return;
	}
	if (begins_dump(s))
		report_find(w->r, F_TWO_DUMPS_IN_ONE, report_line(w->r, w->stmt.line),
			"another dump begins here, behind the end mark at line %llu",
			(unsigned long long)w->end_line);
	else
		report_find(w->r, F_TRAILING_DATA, report_line(w->r, w->stmt.line),
			"a statement stands here, behind the end mark at line %llu",
			(unsigned long long)w->end_line);
	w->over = true;
}

/* Without a header the end is RESET ALL, if the file turns out to be one of supabase's. */
static void note_reset(struct plain *w, const struct sql_said *s)
{
	if (w->reset_line) {
		if (!w->after_reset.line)
			w->two_after_reset = begins_dump(s);
		plain_spot(&w->after_reset, w->stmt.line, "");
	} else if (s->says == SQL_RESET) {
		w->reset_line = w->stmt.line;
	}
}

/* DROP, ALTER DATABASE, COMMENT: of an empty database --clean and --create write these too, and
 * the contents of an archive with nothing else are empty as well. */
static bool holds_nothing(const struct plain *w, const struct sql_said *s)
{
	const struct sql_piece *p = w->stmt.pieces;

	return s->says == SQL_DROP || !strcasecmp(p[0].s, "comment") ||
	       (w->stmt.count > 1 && p[1].kind == SQL_WORD && !strcasecmp(p[0].s, "alter") &&
		       !strcasecmp(p[1].s, "database"));
}

static void count(struct plain *w, const struct sql_said *s)
{
	w->lenient |= s->lenient;
	w->quoted = w->quoted || needless_quotes(&w->stmt);
	w->constraints += s->constraint;
	w->roles += s->says == SQL_ROLE;
	w->databases += s->says == SQL_DATABASE;
	w->objects += s->says == SQL_CREATE || s->says == SQL_TABLE;
	w->others += s->says != SQL_ROLE && s->says != SQL_SET && s->says != SQL_RESET &&
		     s->says != SQL_DATABASE;
	w->bare_others += holds_nothing(w, s);
	if (s->says == SQL_DROP)
		plain_spot(&w->drop, w->stmt.line, "");
	if (s->says == SQL_STRANGE)
		plain_spot(&w->strange, w->stmt.line, w->stmt.pieces[0].s);
	snprintf(w->last_word, sizeof w->last_word, "%s", w->stmt.pieces[0].s);
}

static void obey(struct plain *w, const struct sql_said *s)
{
	if (s->says == SQL_TABLE) {
		make_table(w, s);
		if (s->other.name)
			set_parent(w, s);
	} else if (s->says == SQL_ATTACH) {
		set_parent(w, s);
	} else if (s->says == SQL_COPY) {
		begin_copy(w, s);
	} else if (s->says == SQL_INSERT) {
		insert(w, s);
	} else if (s->says == SQL_SET) {
		set(w, s);
	} else if (s->says == SQL_DATABASE && s->name.name && !w->cluster_line &&
		   !w->r->out->database) {
		w->r->out->database = arena_text(w->r->arena, s->name.name);
	}
}

void plain_statement(struct plain *w)
{
	struct sql_said s;

	sqlstmt_read(&s, &w->stmt);
	if (s.says == SQL_NOTHING)
		return;
	if (!w->statements++)
		w->first = first_of(w, &s);
	w->stmt.as_written = w->first == PLAIN_SQLITE;
	if (s.cut)
		plain_once(w, F_LIMIT_REACHED, w->stmt.line, "a name is longer than %d bytes",
			SQL_TEXT_MAX);
	if (s.program)
		plain_spot(&w->program, w->stmt.line, "");
	if (plain_after_end(w)) {
		behind_the_end(w, &s);
		return;
	}
	if (w->lifted)
		plain_once(w, F_RESTRICT_MISMATCH, w->lifted,
			"\\unrestrict stands here, before the dump's end");
	w->lifted = 0;
	if (!plain_is_dump(w))
		note_reset(w, &s);
	if (!w->after_reset.line)
		count(w, &s);
	obey(w, &s);
}
