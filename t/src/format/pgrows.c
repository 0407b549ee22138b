/* COPY text up to its line \., line ends behind it, and nothing else; or INSERT statements. */
#include "format/pgrows.h"
#include <string.h>

void pgrows_begin(struct pgrows *c, bool copy, int columns, bool backslashes)
{
	*c = (struct pgrows){.copy = copy, .inserts = {.backslashes = backslashes}};
	sqlcopy_rows(&c->lines, columns);
}

static void feed_copy(struct pgrows *c, const uint8_t *p, const uint8_t *end)
{
	if (!c->ended)
		c->ended = sqlcopy_feed(&c->lines, &p, end);
	while (p < end && *p == '\n')
		p++;
	c->after |= p < end;
}

void pgrows_feed(struct pgrows *c, const uint8_t *p, size_t n)
{
	c->zero = c->zero || memchr(p, 0, n);
	if (c->copy)
		feed_copy(c, p, p + n);
	else
		inserts_feed(&c->inserts, p, n);
}

static enum pgrows_end end_of_copy(struct pgrows *c)
{
	c->rows = (int64_t)c->lines.rows;
	c->bad_row = c->lines.bad_row;
	if (c->zero)
		return ROWS_ZERO;
	if (!c->ended)
		return ROWS_OPEN;
	return c->after ? ROWS_AFTER : c->bad_row ? ROWS_BAD : ROWS_FINE;
}

enum pgrows_end pgrows_end(struct pgrows *c)
{
	static const enum pgrows_end ends[] = {ROWS_FINE, ROWS_OPEN, ROWS_STRANGE};

	if (c->copy)
		return end_of_copy(c);
	c->rows = c->inserts.rows;
	return c->zero ? ROWS_ZERO : ends[inserts_end(&c->inserts)];
}
