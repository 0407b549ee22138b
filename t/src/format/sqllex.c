/* The lexer: one function a state, each taking as many bytes as it can. */
#include "format/sqllex.h"
#include <stddef.h>
#include <string.h>

enum state {
	NORMAL,
	WORD,
	STRING,
	STRING_END,
	ESCAPE,
	NAME,
	NAME_END,
	DASH,
	LINE_COMMENT,
	SLASH,
	BLOCK,
	BLOCK_SLASH,
	BLOCK_STAR,
	TAG,
	BODY,
	META,
	COPY
};

/* What a byte is outside quotes: L begins a word, D goes on in one, B is blank, 0 stands for
 * itself. */
enum { L = 1, D = 2, B = 4 };

__extension__ static const uint8_t kinds[256] = {
	['\0'] = B,
	['\t'] = B,
	['\v'] = B,
	['\f'] = B,
	['\r'] = B,
	[' '] = B,
	['0' ... '9'] = D,
	['A' ... 'Z'] = L,
	['a' ... 'z'] = L,
	['_'] = L,
	[0x80 ... 0xff] = L,
};

static bool starts_word(uint8_t c)
{
	return kinds[c] == L;
}

static bool is_digit(uint8_t c)
{
	return kinds[c] == D;
}

static bool is_blank(uint8_t c)
{
	return kinds[c] == B;
}

void sqllex_init(struct sqllex *l, void (*token)(void *, const struct sql_token *), void *arg)
{
	memset(l, 0, offsetof(struct sqllex, text));
	l->token = token;
	l->arg = arg;
	l->line = 1;
	l->last = '\n';
}

static void begin(struct sqllex *l, const uint8_t *p)
{
	l->n = 0;
	l->cut = false;
	l->began = l->line;
	l->margin = (p > l->base ? p[-1] : l->last) == '\n';
}

static void add(struct sqllex *l, const uint8_t *p, size_t n)
{
	if (n > SQL_TEXT_MAX - l->n) {
		n = SQL_TEXT_MAX - l->n;
		l->cut = true;
	}
	memcpy(l->text + l->n, p, n);
	l->n += n;
}

static void count_lines(struct sqllex *l, const uint8_t *p, const uint8_t *end)
{
	while (p < end && (p = memchr(p, '\n', (size_t)(end - p)))) {
		l->line++;
		p++;
	}
}

/* Bytes of a quoted thing: their lines count, their text is kept where somebody wants it. */
static void take(struct sqllex *l, const uint8_t *p, const uint8_t *end, bool keep)
{
	count_lines(l, p, end);
	if (keep)
		add(l, p, (size_t)(end - p));
}

static void emit(struct sqllex *l, enum sql_kind kind, bool open)
{
	struct sql_token t = {kind, l->text, l->n, l->began, l->margin, l->cut, open};

	l->state = NORMAL;
	l->tail = 0;
	l->text[l->n] = '\0';
	l->token(l->arg, &t);
}

static void emit_byte(struct sqllex *l, char c)
{
	l->text[0] = c;
	l->n = 1;
	emit(l, SQL_PUNCT, false);
}

static void enter_string(struct sqllex *l, const uint8_t *p)
{
	/* 'a' 'b' on two lines are one string: a second part of an E string has its escapes
	 * too. */
	l->esc = l->escapes || l->tail == 2;
	begin(l, p);
	l->state = STRING;
}

static enum state enter(struct sqllex *l, const uint8_t *p)
{
	uint8_t c = *p;

	begin(l, p);
	add(l, p, 1);
	if (starts_word(c) || is_digit(c)) {
		l->number = is_digit(c);
		return WORD;
	}
	l->n -= c == '"' || c == '\\';
	return c == '"'    ? NAME
	       : c == '-'  ? DASH
	       : c == '/'  ? SLASH
	       : c == '$'  ? TAG
	       : c == '\\' ? META
			   : NORMAL;
}

static const uint8_t *normal(struct sqllex *l, const uint8_t *p, const uint8_t *end)
{
	while (p < end && l->state == NORMAL) {
		uint8_t c = *p;

		if (c == '\n') {
			l->line++;
			l->tail = l->tail ? 2 : 0;
		} else if (c == '\'') {
			enter_string(l, p);
		} else if (!is_blank(c)) {
			l->state = (int)enter(l, p);
			if (l->state == NORMAL)
				emit(l, SQL_PUNCT, false);
		}
		p++;
	}
	return p;
}

static const uint8_t *word(struct sqllex *l, const uint8_t *p, const uint8_t *end)
{
	const uint8_t *q = p;

	while (q < end && (kinds[*q] & (L | D) || (*q == '$' && !l->number)))
		q++;
	add(l, p, (size_t)(q - p));
	if (q == end)
		return q;
	if (*q == '\'' && l->n == 1 && (l->text[0] == 'E' || l->text[0] == 'e')) {
		l->n = 0;
		l->esc = true;
		l->state = STRING;
		return q + 1;
	}
	emit(l, SQL_WORD, false);
	return q;
}

static const uint8_t *string(struct sqllex *l, const uint8_t *p, const uint8_t *end)
{
	const uint8_t *q = p;

	if (l->esc) {
		while (q < end && *q != '\'' && *q != '\\')
			q++;
	} else {
		q = memchr(p, '\'', (size_t)(end - p));
		q = q ? q : end;
	}
	take(l, p, q, l->keep);
	if (q == end)
		return q;
	l->state = *q == '\'' ? STRING_END : ESCAPE;
	return q + 1;
}

static const uint8_t *string_end(struct sqllex *l, const uint8_t *p, const uint8_t *end)
{
	(void)end;
	if (*p == '\'') {
		take(l, p, p + 1, l->keep);
		l->state = STRING;
		return p + 1;
	}
	emit(l, SQL_STRING, false);
	l->tail = l->esc;
	return p;
}

static const uint8_t *escape(struct sqllex *l, const uint8_t *p, const uint8_t *end)
{
	(void)end;
	take(l, p, p + 1, l->keep);
	l->state = STRING;
	return p + 1;
}

static const uint8_t *name(struct sqllex *l, const uint8_t *p, const uint8_t *end)
{
	const uint8_t *q = memchr(p, '"', (size_t)(end - p));

	take(l, p, q ? q : end, true);
	if (!q)
		return end;
	l->state = NAME_END;
	return q + 1;
}

static const uint8_t *name_end(struct sqllex *l, const uint8_t *p, const uint8_t *end)
{
	(void)end;
	if (*p == '"') {
		add(l, p, 1);
		l->state = NAME;
		return p + 1;
	}
	emit(l, SQL_NAME, false);
	return p;
}

static const uint8_t *dash(struct sqllex *l, const uint8_t *p, const uint8_t *end)
{
	(void)end;
	if (*p == '-') {
		l->n = 0;
		l->state = LINE_COMMENT;
		return p + 1;
	}
	emit(l, SQL_PUNCT, false);
	return p;
}

/* A comment or a backslash line; its line end is left for normal(). */
static const uint8_t *rest_of_line(struct sqllex *l, const uint8_t *p, const uint8_t *end)
{
	const uint8_t *q = memchr(p, '\n', (size_t)(end - p));

	add(l, p, (size_t)((q ? q : end) - p));
	if (!q)
		return end;
	l->n -= l->n && l->text[l->n - 1] == '\r';
	emit(l, l->state == META ? SQL_META : SQL_COMMENT, false);
	return q;
}

static const uint8_t *slash(struct sqllex *l, const uint8_t *p, const uint8_t *end)
{
	(void)end;
	if (*p == '*') {
		l->depth = 1;
		l->state = BLOCK;
		return p + 1;
	}
	emit(l, SQL_PUNCT, false);
	return p;
}

static const uint8_t *block(struct sqllex *l, const uint8_t *p, const uint8_t *end)
{
	for (; p < end && *p != '*' && *p != '/'; p++)
		l->line += *p == '\n';
	if (p == end)
		return p;
	l->state = *p == '*' ? BLOCK_STAR : BLOCK_SLASH;
	return p + 1;
}

static const uint8_t *block_mark(struct sqllex *l, const uint8_t *p, const uint8_t *end)
{
	bool star = l->state == BLOCK_STAR;

	(void)end;
	if (*p == (star ? '/' : '*')) {
		l->depth += star ? -1 : 1;
		l->state = l->depth ? BLOCK : NORMAL;
		return p + 1;
	}
	l->state = BLOCK;
	return p;
}

/* $tag was no quote: a $, and the word after it. */
static void not_a_tag(struct sqllex *l)
{
	size_t n = l->n - 1;
	char first = l->text[1]; /* emit_byte ends its text there */

	emit_byte(l, '$');
	l->text[1] = first;
	memmove(l->text, l->text + 1, n);
	l->n = n;
	l->number = false;
	if (n)
		l->state = WORD;
}

static const uint8_t *tag(struct sqllex *l, const uint8_t *p, const uint8_t *end)
{
	(void)end;
	if (*p == '$' || starts_word(*p) || (l->n > 1 && is_digit(*p))) {
		l->state = *p == '$' ? BODY : TAG;
		l->matched = 0;
		add(l, p, 1);
		l->overlong |= l->cut;
		return p + 1;
	}
	not_a_tag(l);
	return p;
}

/* The closing tag holds $ only at its ends, so a mismatch can begin anew with this byte or not
 * at all. */
static const uint8_t *body(struct sqllex *l, const uint8_t *p, const uint8_t *end)
{
	while (p < end) {
		if (!l->matched) {
			const uint8_t *q = memchr(p, '$', (size_t)(end - p));

			count_lines(l, p, q ? q : end);
			if (!q)
				return end;
			l->matched = 1;
			p = q + 1;
		} else if (*p == (uint8_t)l->text[l->matched]) {
			p++;
			if (++l->matched == l->n) {
				l->n = 0;
				emit(l, SQL_STRING, false);
				return p;
			}
		} else {
			l->matched = *p == '$';
			p += l->matched;
		}
	}
	return p;
}

static const uint8_t *copy(struct sqllex *l, const uint8_t *p, const uint8_t *end)
{
	if (sqlcopy_feed(&l->copy, &p, end)) {
		l->line += l->copy.lines;
		l->n = 0;
		l->cut = false;
		emit(l, SQL_COPIED, false);
	}
	return p;
}

void sqllex_copy(struct sqllex *l, int columns)
{
	sqlcopy_begin(&l->copy, columns);
	l->state = COPY;
}

void sqllex_feed(struct sqllex *l, const uint8_t *p, size_t n)
{
	static const uint8_t *(*const steps[])(
		struct sqllex *, const uint8_t *, const uint8_t *) = {
		[NORMAL] = normal,
		[WORD] = word,
		[STRING] = string,
		[STRING_END] = string_end,
		[ESCAPE] = escape,
		[NAME] = name,
		[NAME_END] = name_end,
		[DASH] = dash,
		[LINE_COMMENT] = rest_of_line,
		[SLASH] = slash,
		[BLOCK] = block,
		[BLOCK_SLASH] = block_mark,
		[BLOCK_STAR] = block_mark,
		[TAG] = tag,
		[BODY] = body,
		[META] = rest_of_line,
		[COPY] = copy,
	};
	const uint8_t *end = p + n;

	l->base = p;
	while (p < end)
		p = steps[l->state](l, p, end);
	if (n)
		l->last = end[-1];
}

static enum sql_open closing(struct sqllex *l, enum sql_kind kind, bool open)
{
	emit(l, kind, open);
	return SQL_CLOSED;
}

enum sql_open sqllex_end(struct sqllex *l)
{
	switch ((enum state)l->state) {
	case NORMAL:
		return SQL_CLOSED;
	case WORD:
		return closing(l, SQL_WORD, true);
	case STRING_END:
		return closing(l, SQL_STRING, false);
	case NAME_END:
		return closing(l, SQL_NAME, false);
	case DASH:
	case SLASH:
		return closing(l, SQL_PUNCT, false);
	case LINE_COMMENT:
		l->n -= l->n && l->text[l->n - 1] == '\r';
		return closing(l, SQL_COMMENT, true);
	case META:
		return closing(l, SQL_META, true);
	case TAG:
		not_a_tag(l);
		return l->n ? closing(l, SQL_WORD, true) : SQL_CLOSED;
	case STRING:
	case ESCAPE:
		return SQL_IN_STRING;
	case NAME:
		return SQL_IN_NAME;
	case BLOCK:
	case BLOCK_SLASH:
	case BLOCK_STAR:
		return SQL_IN_COMMENT;
	case BODY:
		return SQL_IN_BODY;
	case COPY:
		l->line += l->copy.lines;
		return SQL_IN_COPY;
	}
	return SQL_CLOSED;
}
