/*
 * A small machine over the text of INSERT statements. It knows quotes ('' and E''), parentheses
 * and the words VALUES and DEFAULT outside of both; pg_dump quotes any name that would read as
 * one of these words.
 */
#include "format/inserts.h"
#include <string.h>

static const char start[] = "INSERT INTO ";

static bool is_space(char c)
{
	return c == ' ' || c == '\n' || c == '\t' || c == '\r';
}

static bool is_word(char c)
{
	return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') ||
	       c == '_' || c == '$' || (unsigned char)c >= 0x80;
}

static void open_quote(struct inserts *s, char c)
{
	s->quote = c;
	s->escapes = c == '\'' && (s->backslashes || s->last == 'E');
}

/* Inside quotes; a doubled quote closes and opens again, which comes to the same. Returns how
 * many bytes were taken. */
static size_t in_quotes(struct inserts *s, const uint8_t *p, size_t n)
{
	for (size_t i = 0; i < n; i++) {
		if (s->skip)
			s->skip = false;
		else if (s->escapes && p[i] == '\\')
			s->skip = true;
		else if (p[i] == (uint8_t)s->quote) {
			/* E'..' that goes on with '' keeps its escapes: the letter stays in
			 * LAST */
			s->last = s->escapes ? 'E' : s->quote;
			s->quote = 0;
			return i + 1;
		}
		if (!s->escapes) {
			const uint8_t *q = memchr(p + i, s->quote, n - i);

			if (!q)
				return n;
			i = (size_t)(q - p) - 1;
		}
	}
	return n;
}

static void end_word(struct inserts *s)
{
	bool is_default = s->word_n == 7 && !memcmp(s->word, "DEFAULT", 7);

	if (s->word_n == 6 && !memcmp(s->word, "VALUES", 6)) {
		s->state = s->was_default ? INSERTS_TAIL : INSERTS_TUPLE;
		s->rows += s->was_default;
	}
	if (s->word_n)
		s->was_default = is_default;
	s->word_n = 0;
}

static enum inserts_state in_target(struct inserts *s, char c)
{
	if (!s->depth && is_word(c)) {
		if (s->word_n < sizeof s->word)
			s->word[s->word_n] = c;
		s->word_n += s->word_n <= sizeof s->word;
		return INSERTS_TARGET;
	}
	end_word(s);
	if (s->state == INSERTS_TUPLE || s->state == INSERTS_TAIL)
		return is_space(c)                              ? s->state
		       : (s->state == INSERTS_TAIL && c == ';') ? INSERTS_BETWEEN
								: INSERTS_FOREIGN;
	if (c == '\'' || c == ';')
		return INSERTS_FOREIGN;
	if (c == '"')
		open_quote(s, c);
	s->depth += c == '(';
	if (c == ')' && !s->depth--)
		return INSERTS_FOREIGN;
	return INSERTS_TARGET;
}

static enum inserts_state in_values(struct inserts *s, char c)
{
	if (c == '\'' || c == '"')
		open_quote(s, c);
	else if (c == '(')
		s->depth++;
	else if (c == ')' && !--s->depth)
		return INSERTS_AFTER;
	return c == ';' ? INSERTS_FOREIGN : INSERTS_VALUES;
}

static enum inserts_state step(struct inserts *s, char c)
{
	switch (s->state) {
	case INSERTS_BETWEEN:
		s->depth = 1; /* of START: letters matched */
		return is_space(c) ? INSERTS_BETWEEN
		       : c == 'I'  ? INSERTS_START
				   : INSERTS_FOREIGN;
	case INSERTS_START:
		if (c != start[s->depth])
			return INSERTS_FOREIGN;
		if (start[++s->depth])
			return INSERTS_START;
		s->depth = s->word_n = 0;
		s->was_default = false;
		return INSERTS_TARGET;
	case INSERTS_TARGET:
		return in_target(s, c);
	case INSERTS_TUPLE:
		s->rows += c == '(';
		s->depth = 1;
		return c == '('      ? INSERTS_VALUES
		       : is_space(c) ? INSERTS_TUPLE
				     : INSERTS_FOREIGN;
	case INSERTS_AFTER:
		return c == ';'      ? INSERTS_BETWEEN
		       : c == ','    ? INSERTS_TUPLE
		       : c == 'O'    ? INSERTS_TAIL
		       : is_space(c) ? INSERTS_AFTER
				     : INSERTS_FOREIGN;
	case INSERTS_VALUES:
		return in_values(s, c);
	case INSERTS_TAIL:
		return c == ';'                    ? INSERTS_BETWEEN
		       : is_space(c) || is_word(c) ? INSERTS_TAIL
						   : INSERTS_FOREIGN;
	case INSERTS_FOREIGN:
	default:
		return INSERTS_FOREIGN;
	}
}

/* Most bytes of a tuple mean nothing: numbers, commas, words. Returns how many such come first.
 */
static size_t plain_values(struct inserts *s, const uint8_t *p, size_t n)
{
	static const bool means[256] = {
		['\''] = true, ['"'] = true, ['('] = true, [')'] = true, [';'] = true};
	size_t i = 0;

	if (s->state != INSERTS_VALUES)
		return 0;
	while (i < n && !means[p[i]])
		i++;
	if (i)
		s->last = (char)p[i - 1];
	return i;
}

void inserts_feed(struct inserts *s, const uint8_t *p, size_t n)
{
	for (size_t i = 0; i < n && s->state != INSERTS_FOREIGN;) {
		size_t took =
			s->quote ? in_quotes(s, p + i, n - i) : plain_values(s, p + i, n - i);

		if (took) {
			i += took;
			s->at += took;
			continue;
		}
		s->state = step(s, (char)p[i]);
		if (s->state == INSERTS_FOREIGN)
			return;
		if (!s->quote)
			s->last = (char)p[i];
		i++;
		s->at++;
	}
}

int inserts_end(const struct inserts *s)
{
	if (s->state == INSERTS_FOREIGN)
		return 2;
	return s->state == INSERTS_BETWEEN ? 0 : 1;
}
