#include "base/text.h"
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

void text_add(struct text *t, const void *bytes, size_t n)
{
	if (t->room < t->n + n + 1) {
		size_t room = t->room * 2 > t->n + n + 1 ? t->room * 2 : t->n + n + 64;

		t->s = arena_grow(t->arena, t->s, t->n, room);
		t->room = room;
	}
	if (n)
		memcpy(t->s + t->n, bytes, n);
	t->n += n;
	t->s[t->n] = '\0';
}

void text_word(struct text *t, const char *s)
{
	text_add(t, s, strlen(s));
}

PRINTF(2, 0)
static void add_form(struct text *t, const char *fmt, va_list ap)
{
	char small[256];
	va_list again;
	int n;

	va_copy(again, ap);
	n = vsnprintf(small, sizeof small, fmt, ap);
	if (n < 0) {
		va_end(again);
		return;
	}
	if ((size_t)n < sizeof small) {
		text_add(t, small, (size_t)n);
	} else {
		char *big = malloc((size_t)n + 1);

		if (!big)
			abort();
		vsnprintf(big, (size_t)n + 1, fmt, again);
		text_add(t, big, (size_t)n);
		free(big);
	}
	va_end(again);
}

void text_form(struct text *t, const char *fmt, ...)
{
	va_list ap;

	va_start(ap, fmt);
	add_form(t, fmt, ap);
	va_end(ap);
}

const char *arena_form(bks_arena *a, const char *fmt, ...)
{
	struct text t = {.arena = a};
	va_list ap;

	va_start(ap, fmt);
	text_add(&t, "", 0);
	add_form(&t, fmt, ap);
	va_end(ap);
	return t.s;
}

const char *arena_bytes(bks_arena *a, const void *bytes, size_t n)
{
	char *s = arena_take(a, n + 1);

	if (n)
		memcpy(s, bytes, n);
	return s;
}
