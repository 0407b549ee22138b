/* A sorted array and a bit for each of its numbers. */
#include "format/pgoids.h"
#include <stdlib.h>
#include <string.h>

void pgoids_put(struct pgoids *s, uint32_t oid)
{
	if (s->n == PGOIDS_MAX)
		s->forgotten = true;
	if (s->forgotten) {
		s->n = 0;
		return;
	}
	if (s->n == s->room) {
		s->room = s->room ? s->room + s->room / 2 : 64;
		s->v = realloc(s->v, s->room * sizeof *s->v);
		if (!s->v)
			abort(); /* at most PGOIDS_MAX of them */
	}
	s->v[s->n++] = oid;
}

bool pgoids_add(struct pgoids *s, const char *text)
{
	do {
		uint64_t oid = 0;
		size_t n = strspn(text, "0123456789");

		for (size_t i = 0; i < n && i < 11; i++)
			oid = oid * 10 + (uint64_t)(text[i] - '0');
		if (!oid || oid > UINT32_MAX)
			return false;
		pgoids_put(s, (uint32_t)oid);
		text += n;
		text += *text == '\n';
	} while (*text);
	return true;
}

static int by_number(const void *a, const void *b)
{
	uint32_t x = *(const uint32_t *)a, y = *(const uint32_t *)b;

	return (x > y) - (x < y);
}

void pgoids_sort(struct pgoids *s)
{
	s->left = s->n;
	if (!s->n)
		return;
	qsort(s->v, s->n, sizeof *s->v, by_number);
	s->taken = calloc(s->n / 8 + 1, 1);
	if (!s->taken)
		abort();
}

int pgoids_take(struct pgoids *s, uint32_t oid)
{
	const uint32_t *at = s->n ? bsearch(&oid, s->v, s->n, sizeof oid, by_number) : NULL;
	size_t i;

	if (!at)
		return 1;
	i = (size_t)(at - s->v);
	if (s->taken[i / 8] & 1U << i % 8)
		return 2;
	s->taken[i / 8] |= (uint8_t)(1U << i % 8);
	s->left--;
	return 0;
}

uint32_t pgoids_first_left(const struct pgoids *s)
{
	for (size_t i = 0; i < s->n && s->left; i++)
		if (!(s->taken[i / 8] & 1U << i % 8))
			return s->v[i];
	return 0;
}

void pgoids_forget(struct pgoids *s)
{
	if (s->n)
		memset(s->taken, 0, s->n / 8 + 1);
	s->left = s->n;
}

void pgoids_clear(struct pgoids *s)
{
	free(s->v);
	free(s->taken);
	*s = (struct pgoids){0};
}
