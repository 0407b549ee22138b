/* Gathering a statement: where it ends, what of it is kept, what is only counted. */
#include "format/sqlstmt.h"
#include <string.h>
#include <strings.h>

void sqlstmt_clear(struct sqlstmt *s)
{
	s->begun = false;
	s->count = 0;
	s->depth = s->body = 0;
	s->routine = s->insert = s->select = s->texts = s->after_begin = s->values = false;
	s->tuples = 0;
	s->groups = s->columns = 0;
	s->kept = 0;
}

static char lower(char c)
{
	return c >= 'A' && c <= 'Z' ? (char)(c | 0x20) : c;
}

static void keep(struct sqlstmt *s, const struct sql_token *t)
{
	size_t n = t->n, room = SQL_KEPT_MAX - s->kept;
	struct sql_piece *p = &s->pieces[s->count++];

	*p = (struct sql_piece){t->kind, t->cut, s->text + s->kept};
	if (t->kind == SQL_STRING && n > SQL_STRING_MAX)
		n = SQL_STRING_MAX;
	if (n + 1 > room) {
		p->cut = true;
		n = room ? room - 1 : 0;
		p->s = room ? p->s : "";
		if (!room)
			return;
	}
	memcpy(s->text + s->kept, t->s, n);
	s->text[s->kept + n] = '\0';
	if (t->kind == SQL_WORD && !s->as_written)
		for (size_t i = 0; i < n; i++)
			s->text[s->kept + i] = lower(s->text[s->kept + i]);
	s->kept += n + 1;
}

static bool is(const struct sql_token *t, const char *word)
{
	return !strcasecmp(t->s, word);
}

static void note_first(struct sqlstmt *s, const struct sql_token *t)
{
	s->insert = is(t, "insert");
	s->select = is(t, "select");
	s->texts = s->select || is(t, "set");
}

/* The body of a routine in SQL's own syntax: BEGIN ATOMIC ..; ..; END, with CASE .. END inside.
 */
static void note_body(struct sqlstmt *s, const struct sql_token *t)
{
	if (s->after_begin && is(t, "atomic"))
		s->body = 1;
	else if (s->body && is(t, "case"))
		s->body++;
	else if (s->body && is(t, "end"))
		s->body--;
	s->after_begin = !s->depth && !s->body && is(t, "begin");
}

static void note_insert(struct sqlstmt *s, const struct sql_token *t)
{
	if (is(t, "values")) {
		const struct sql_piece *last = &s->pieces[s->count ? s->count - 1 : 0];

		s->values = true;
		s->tuples =
			s->count && last->kind == SQL_WORD && !strcasecmp(last->s, "default");
	} else if (is(t, "on") || is(t, "returning") || is(t, "select")) {
		s->values = false;
	}
}

static void note_word(struct sqlstmt *s, const struct sql_token *t)
{
	if (!s->count)
		note_first(s, t);
	else if (s->insert && !s->depth)
		note_insert(s, t);
	else if (s->routine)
		note_body(s, t);
	else if (s->count < 5 && !s->depth && (is(t, "function") || is(t, "procedure")))
		s->routine = !strcasecmp(s->pieces[0].s, "create");
}

/* true: the end. */
static bool note_byte(struct sqlstmt *s, char c)
{
	if (c == '(') {
		s->groups += !s->depth;
		s->columns += !s->depth && s->groups == 1;
		s->tuples += !s->depth && s->values;
		s->depth++;
	} else if (c == ')') {
		s->depth -= s->depth > 0;
	} else if (c == ',') {
		s->columns += s->depth == 1 && s->groups == 1;
	}
	return c == ';' && !s->depth && !s->body;
}

bool sqlstmt_add(struct sqlstmt *s, const struct sql_token *t)
{
	char c = t->kind == SQL_PUNCT ? t->s[0] : '\0';
	bool outside = !s->depth || s->select;

	if (!s->begun) {
		s->begun = true;
		s->line = t->line;
	}
	if (c && note_byte(s, c))
		return true;
	if (t->kind == SQL_WORD)
		note_word(s, t);
	if (s->count < SQL_PIECES_MAX && outside && c != ',' && c != ')')
		keep(s, t);
	return false;
}
