/* The scanner knows four depths: outside, in the object, in one of its lists, in an object of
 * the list. Deeper nesting is not JSON of the kind that it is for. */
#include "format/jsoncut.h"

enum { OUTSIDE, OBJECT, LIST, ITEM };

static enum jsoncut_said bad(struct jsoncut *c, const char *why)
{
	c->why = why;
	return JSONCUT_BAD;
}

static enum jsoncut_said keep_top(struct jsoncut *c, uint8_t b)
{
	if (c->top_n + 2 > sizeof c->top)
		return bad(c, "too much beside its lists");
	c->top[c->top_n++] = (char)b;
	return JSONCUT_MORE;
}

static enum jsoncut_said keep(struct jsoncut *c, uint8_t b)
{
	if (c->depth == OBJECT)
		return keep_top(c, b);
	if (c->depth != ITEM)
		return bad(c, "something else than an object in a list");
	if (c->item_n == sizeof c->item)
		return bad(c, "an object in a list is too long");
	c->item[c->item_n++] = (char)b;
	return JSONCUT_MORE;
}

static enum jsoncut_said in_string(struct jsoncut *c, uint8_t b)
{
	bool ends = b == '"' && !c->escaped;

	c->escaped = b == '\\' && !c->escaped;
	c->string = !ends;
	if (!ends && c->depth == OBJECT) {
		if (c->key_n < sizeof c->key - 1)
			c->key[c->key_n] = (char)b;
		c->key_n += c->key_n < sizeof c->key;
	}
	if (ends)
		c->key[c->key_n < sizeof c->key ? c->key_n : 0] = '\0';
	return keep(c, b);
}

static enum jsoncut_said open_object(struct jsoncut *c)
{
	if (c->depth != OUTSIDE && !(c->depth == LIST && c->filled == c->comma))
		return bad(c, "an object where none may stand");
	c->depth++;
	c->item_n = 0;
	return keep(c, '{');
}

static enum jsoncut_said close_object(struct jsoncut *c)
{
	enum jsoncut_said said;

	if (c->depth != OBJECT && c->depth != ITEM)
		return bad(c, "the end of an object that did not begin");
	said = keep(c, '}');
	if (said == JSONCUT_BAD)
		return said;
	c->depth--;
	c->filled = true;
	c->comma = false;
	return c->depth == OUTSIDE ? JSONCUT_DONE : JSONCUT_ITEM_READY;
}

static enum jsoncut_said list_byte(struct jsoncut *c, uint8_t b)
{
	if (b == '[' && c->depth == OBJECT) {
		enum jsoncut_said said = keep_top(c, b);

		c->depth = LIST;
		c->filled = c->comma = false;
		return said;
	}
	if (b == ']' && c->depth == LIST && !c->comma) {
		c->depth = OBJECT;
		return keep_top(c, b);
	}
	if (b == ',' && c->depth == LIST && c->filled && !c->comma) {
		c->comma = true;
		return JSONCUT_MORE;
	}
	return b == ',' && c->depth != LIST ? keep(c, b)
					    : bad(c, "a list that is not put together as one");
}

/* In the object itself: quotes around a bare number. */
static enum jsoncut_said number_edge(struct jsoncut *c, uint8_t b)
{
	bool digit = b >= '0' && b <= '9';

	if (c->depth != OBJECT || digit == c->number)
		return JSONCUT_MORE;
	c->number = digit;
	return keep_top(c, '"');
}

enum jsoncut_said jsoncut_push(struct jsoncut *c, uint8_t b)
{
	if (c->string)
		return in_string(c, b);
	if (number_edge(c, b) == JSONCUT_BAD)
		return JSONCUT_BAD;
	switch (b) {
	case '"':
		c->string = true;
		c->key_n = c->depth == OBJECT ? 0 : c->key_n;
		return keep(c, b);
	case '{':
		return open_object(c);
	case '}':
		return close_object(c);
	case '[':
	case ']':
	case ',':
		return list_byte(c, b);
	case ' ':
	case '\t':
	case '\r':
	case '\n':
		return c->depth == ITEM ? keep(c, b) : JSONCUT_MORE;
	default:
		return keep(c, b);
	}
}
