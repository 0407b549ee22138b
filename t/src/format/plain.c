/* Dumps that are SQL text: the walk. Tokens come from the lexer; comments, backslash lines and
 * statements have a file each. */
#include "format/plain.h"
#include "format/format.h"
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

void plain_spot(struct plain_spot *s, uint64_t line, const char *text)
{
	if (s->count++)
		return;
	s->line = line;
	snprintf(s->text, sizeof s->text, "%s", text);
}

void plain_once(struct plain *w, enum finding_kind kind, uint64_t line, const char *fmt, ...)
{
	char text[512];
	va_list ap;

	if (report_has(w->r, kind))
		return;
	va_start(ap, fmt);
	vsnprintf(text, sizeof text, fmt, ap);
	va_end(ap);
	report_find(w->r, kind, line ? report_line(w->r, line) : NULL, "%s", text);
}

bool plain_is_dump(const struct plain *w)
{
	return w->dumps || w->cluster_line || w->headless;
}

bool plain_after_end(const struct plain *w)
{
	return w->cluster_line ? w->cluster_end != 0 : plain_is_dump(w) && !w->dump_line;
}

const char *plain_shown(const struct plain *w, const char *schema, const char *name)
{
	char both[400];

	snprintf(both, sizeof both, "%.190s.%.190s", schema, name);
	return bks_shown(both, w->r->arena);
}

const char *plain_name(const struct plain *w, const bks_table *t)
{
	return t ? plain_shown(w, t->schema, t->name) : "a table";
}

/* Names in backticks: a dialect whose strings have rules of their own, so the rest would be
 * misread. */
static void look_for_backticks(struct plain *w, const struct sql_token *t)
{
	if (t->kind == SQL_PUNCT && t->s[0] == '`' && !plain_is_dump(w) &&
		w->first != PLAIN_SQLITE)
		w->over = w->foreign = true;
}

static void on_token(void *arg, const struct sql_token *t)
{
	struct plain *w = arg;

	if (w->over)
		return;
	if (t->kind == SQL_COMMENT) {
		plain_comment(w, t);
	} else if (t->kind == SQL_META) {
		plain_meta(w, t);
	} else if (t->kind == SQL_COPIED) {
		plain_copied(w);
	} else if (sqlstmt_add(&w->stmt, t)) {
		plain_statement(w);
		sqlstmt_clear(&w->stmt);
		w->lex.keep = false;
	} else {
		w->lex.keep = w->stmt.texts && w->stmt.count < SQL_PIECES_MAX;
		look_for_backticks(w, t);
	}
}

/* No byte 0 can stand in SQL, nor in what COPY writes: a page that never reached the disk. */
static void look_for_zeros(struct plain *w, const uint8_t *p, size_t n, uint64_t at)
{
	const uint8_t *zero = w->zeros ? NULL : memchr(p, 0, n);

	if (zero) {
		w->zeros = true;
		w->zero_at = at + (uint64_t)(zero - p);
	}
}

static int feed(struct plain *w, stream *in, size_t skip, bks_error *err)
{
	const uint8_t *p;
	uint64_t at = 0;
	size_t n;
	int r;

	while ((r = stream_next(in, &p, &n, err)) > 0) {
		size_t from = skip < n ? skip : n;

		look_for_zeros(w, p, n, at);
		if (!w->over)
			sqllex_feed(&w->lex, p + from, n - from);
		skip -= from;
		at += n;
	}
	return r;
}

static struct plain *walker(struct report *r)
{
	struct plain *w = malloc(sizeof *w); /* its text buffers, most of it, need no zeros */

	if (!w)
		abort();
	memset(w, 0, offsetof(struct plain, lex));
	memset(&w->stmt, 0, offsetof(struct sqlstmt, text));
	w->r = r;
	sqllex_init(&w->lex, on_token, w);
	return w;
}

AUTO_FN(plain_auto, struct plain, free);

static int walk(stream *in, struct report *r, bks_error *err)
{
	AUTO(plain_auto) struct plain *w = NULL;
	enum sql_open open = SQL_CLOSED;
	const uint8_t *head;
	size_t n;
	int got = plain_other(in, r, err);

	if (got)
		return got < 0 && got != BKS_E_CUT ? got : 0;
	w = walker(r);
	got = stream_peek(in, 3, &head, &n, err);
	if (!got)
		got = feed(w, in, n >= 3 && !memcmp(head, "\xef\xbb\xbf", 3) ? 3 : 0, err);
	w->cut = got == BKS_E_CUT;
	if (got < 0 && !w->cut)
		return got;
	if (!w->over && !w->cut)
		open = sqllex_end(&w->lex);
	plain_end(w, open);
	return 0;
}

const struct format format_plain = {.name = "pgdump-plain", .probe = plain_probe, .walk = walk};
