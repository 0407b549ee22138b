/* take.c - memory for one run of the program: taken piece by piece, given back at once at the
 * end */
#include "tool.h"
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

struct piece {
	struct piece *before;
	max_align_t bytes[];
};
static struct piece *last;

void *take(size_t size)
{
	struct piece *p = calloc(1, sizeof *p + size);
	if (!p)
		abort();
	p->before = last;
	last = p;
	return p->bytes;
}

void *take_more(void *old, size_t old_size, size_t size)
{
	void *p = take(size);
	if (old_size)
		memcpy(p, old, old_size);
	return p;
}

char *said(const char *fmt, ...)
{
	va_list ap, again;
	va_start(ap, fmt);
	va_copy(again, ap);
	int n = vsnprintf(NULL, 0, fmt, ap);
	va_end(ap);
	if (n < 0)
		abort();
	char *s = take((size_t)n + 1);
	vsnprintf(s, (size_t)n + 1, fmt, again);
	va_end(again);
	return s;
}

void take_free(void)
{
	while (last) {
		struct piece *p = last;
		last = p->before;
		free(p);
	}
}
