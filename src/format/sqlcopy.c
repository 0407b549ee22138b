/* COPY data: whole blocks by format/copyscan.c, what is left of them and the lines that begin with a backslash here. */
#include "format/sqlcopy.h"
#include "format/copyscan.h"
#include <string.h>

enum { TAIL, START, INSIDE, SLASH, DOT, DOT_CR };
enum { BLOCKS = 128 }; /* fewer bytes are not worth the call */

void sqlcopy_begin(struct sqlcopy *c, int columns)
{
	*c = (struct sqlcopy){.state = TAIL, .columns = columns};
}

void sqlcopy_rows(struct sqlcopy *c, int columns)
{
	*c = (struct sqlcopy){.state = START, .columns = columns};
}

static uint64_t count_tabs(const uint8_t *p, const uint8_t *end)
{
	uint64_t n = 0;

	for (; p < end; p++)
		n += *p == '\t';
	return n;
}

static void bad(struct sqlcopy *c)
{
	if (!c->bad_row)
		c->bad_row = c->rows + 1;
}

static const uint8_t *blocks(struct sqlcopy *c, const uint8_t *p, const uint8_t *end)
{
	bool start = false;
	const uint8_t *q = copyscan_best()(c, p, end, &start);

	if (start)
		c->state = START;
	return q;
}

/* The rest of a row. */
static const uint8_t *inside(struct sqlcopy *c, const uint8_t *p, const uint8_t *end)
{
	const uint8_t *line = memchr(p, '\n', (size_t)(end - p));
	const uint8_t *stop = line ? line : end;

	if (c->columns > 0)
		c->tabs += count_tabs(p, stop);
	if (!line)
		return end;
	if (c->columns > 0 && c->tabs + 1 != (uint64_t)c->columns)
		bad(c);
	c->tabs = 0;
	c->rows++;
	c->lines++;
	c->state = START;
	return line + 1;
}

static const uint8_t *tail(struct sqlcopy *c, const uint8_t *p, const uint8_t *end)
{
	const uint8_t *line = memchr(p, '\n', (size_t)(end - p));

	if (!line)
		return end;
	c->lines++;
	c->state = START;
	return line + 1;
}

/* The byte after the backslash that began a line, or after its dot. true: C was the end of the
 * line \. */
static bool after_slash(struct sqlcopy *c, uint8_t byte)
{
	if (c->state == SLASH && byte == '.') {
		c->state = DOT;
	} else if (c->state == DOT && byte == '\r') {
		c->state = DOT_CR;
	} else if (c->state != SLASH && byte == '\n') {
		c->lines++;
		return true;
	} else {
		if (c->state != SLASH || !memchr("bfnrtvN\\", byte, 8))
			bad(c);
		c->state = INSIDE;
	}
	return false;
}

bool sqlcopy_feed(struct sqlcopy *c, const uint8_t **p, const uint8_t *end)
{
	const uint8_t *at = *p;
	bool done = false;

	while (at < end && !done) {
		if (c->state == START && *at != '\\')
			c->state = INSIDE;
		if (c->state == INSIDE && end - at > BLOCKS) {
			at = blocks(c, at, end);
		} else if (c->state == INSIDE) {
			at = inside(c, at, end);
		} else if (c->state == TAIL) {
			at = tail(c, at, end);
		} else if (c->state == START) {
			c->state = SLASH;
			at++;
		} else {
			done = after_slash(c, *at);
			/* What ends no marker is data, and read as such: a tab or line end
			 * counts. */
			at += c->state != INSIDE || (*at != '\n' && *at != '\t');
		}
	}
	*p = at;
	return done;
}
