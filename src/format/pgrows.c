/* Lines of COPY text: only at the start of a line does it matter what stands there. */
#include "format/pgrows.h"
#include <string.h>

enum { LINE_START, BACKSLASH, DOT, INSIDE, ENDED, AFTER };

void pgrows_begin(struct pgrows *c, bool copy, bool backslashes)
{
	*c = (struct pgrows){.copy = copy, .inserts = {.backslashes = backslashes}};
}

static const uint8_t *to_line_end(struct pgrows *c, const uint8_t *p, const uint8_t *end)
{
	const uint8_t *nl = memchr(p, '\n', (size_t)(end - p));

	if (!nl)
		return end;
	c->rows++;
	c->state = LINE_START;
	return nl + 1;
}

static void feed_copy(struct pgrows *c, const uint8_t *p, const uint8_t *end)
{
	while (p < end && c->state != AFTER)
		switch (c->state) {
		case LINE_START:
			c->state = *p == '\\' ? BACKSLASH : INSIDE;
			p += *p == '\\';
			break;
		case BACKSLASH:
			c->state = *p == '.' ? DOT : INSIDE;
			p += *p == '.';
			break;
		case DOT:
			c->state = *p == '\n' ? ENDED : INSIDE;
			p += *p == '\n';
			break;
		case ENDED:
			c->state = *p++ == '\n' ? ENDED : AFTER;
			break;
		default:
			p = to_line_end(c, p, end);
		}
}

void pgrows_feed(struct pgrows *c, const uint8_t *p, size_t n)
{
	c->zero = c->zero || memchr(p, 0, n);
	if (c->copy)
		feed_copy(c, p, p + n);
	else
		inserts_feed(&c->inserts, p, n);
}

enum pgrows_end pgrows_end(struct pgrows *c)
{
	static const enum pgrows_end ends[] = {ROWS_FINE, ROWS_OPEN, ROWS_STRANGE};

	if (!c->copy)
		c->rows = c->inserts.rows;
	if (c->zero)
		return ROWS_ZERO;
	if (!c->copy)
		return ends[inserts_end(&c->inserts)];
	return c->state == ENDED ? ROWS_FINE : c->state == AFTER ? ROWS_AFTER : ROWS_OPEN;
}
