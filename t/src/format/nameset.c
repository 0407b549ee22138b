/* A table of hashes with open addresses. */
#include "format/nameset.h"
#include <stdlib.h>

enum { MOST = 1 << 20 };

static uint64_t mix(uint64_t h, char c)
{
	return (h ^ (uint8_t)c) * 1099511628211ULL;
}

uint64_t nameset_hash(const char *name, size_t n)
{
	uint64_t h = 14695981039346656037ULL;
	bool any = false;

	for (size_t i = 0; i < n;) {
		size_t from = i;

		while (i < n && name[i] != '/')
			i++;
		if (i - from > 1 || (i > from && name[from] != '.')) {
			if (any)
				h = mix(h, '/');
			for (size_t k = from; k < i; k++)
				h = mix(h, name[k]);
			any = true;
		}
		i++;
	}
	h ^= h >> 32;
	return h ? h : 1;
}

static size_t place(const struct nameset *s, uint64_t hash)
{
	size_t i = (size_t)hash & (s->room - 1);

	while (s->v[i] && s->v[i] != hash)
		i = (i + 1) & (s->room - 1);
	return i;
}

bool nameset_has(const struct nameset *s, uint64_t hash)
{
	return s->room && s->v[place(s, hash)];
}

static void grow(struct nameset *s)
{
	struct nameset more = *s;

	more.room = s->room ? s->room * 2 : 256;
	more.v = calloc(more.room, sizeof *more.v);
	if (!more.v)
		abort();
	for (size_t i = 0; i < s->room; i++)
		if (s->v[i])
			more.v[place(&more, s->v[i])] = s->v[i];
	free(s->v);
	*s = more;
}

bool nameset_add(struct nameset *s, uint64_t hash)
{
	size_t i;

	if (nameset_has(s, hash))
		return false;
	if (s->n == (s->most ? s->most : MOST)) {
		s->full = true;
		return true;
	}
	if (4 * (s->n + 1) > 3 * s->room)
		grow(s);
	i = place(s, hash);
	s->v[i] = hash;
	s->n++;
	return true;
}

void nameset_clear(struct nameset *s)
{
	free(s->v);
	*s = (struct nameset){0};
}
