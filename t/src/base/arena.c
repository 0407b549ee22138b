#include "base/arena.h"
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

struct page {
	struct page *next;
	size_t used, size;
	max_align_t bytes[];
};

struct bks_arena {
	struct page *pages;
};

enum { PAGE_FIRST = 1024, PAGE = 16 * 1024, ALIGN = _Alignof(max_align_t) };

static struct page *page_new(size_t size)
{
	struct page *p = malloc(sizeof *p + size);

	if (!p)
		abort(); /* our own sizes: nothing sensible is left to do */
	*p = (struct page){.size = size};
	return p;
}

bks_arena *bks_arena_new(void)
{
	bks_arena *a = calloc(1, sizeof *a);

	if (!a)
		abort();
	return a;
}

/* Small at first: a run over many files keeps an arena for each. */
static size_t next_size(const struct page *p, size_t wanted)
{
	size_t size = !p ? PAGE_FIRST : p->size < PAGE / 2 ? 2 * p->size : PAGE;

	return wanted > size ? wanted : size;
}

void *arena_take(bks_arena *a, size_t size)
{
	struct page *p = a->pages;
	void *at;

	size = (size + ALIGN - 1) / ALIGN * ALIGN;
	if (!p || p->size - p->used < size) {
		p = page_new(next_size(p, size));
		p->next = a->pages;
		a->pages = p;
	}
	at = (char *)p->bytes + p->used;
	p->used += size;
	return memset(at, 0, size);
}

char *arena_text(bks_arena *a, const char *s)
{
	size_t n = strlen(s) + 1;

	return memcpy(arena_take(a, n), s, n);
}

void *arena_grow(bks_arena *a, void *old, size_t old_size, size_t new_size)
{
	void *at = arena_take(a, new_size);

	return old_size ? memcpy(at, old, old_size) : at;
}

void bks_arena_reset(bks_arena *a)
{
	struct page *p = a->pages;

	while (p && p->next) {
		struct page *next = p->next;
		free(p);
		p = next;
	}
	if (p)
		p->used = 0;
	a->pages = p;
}

void bks_arena_free(bks_arena *a)
{
	if (!a)
		return;
	bks_arena_reset(a);
	free(a->pages);
	free(a);
}

void arena_adopt(bks_arena *a, bks_arena *child)
{
	struct page *last = child->pages;

	if (last) {
		while (last->next)
			last = last->next;
		/* behind the page in use, so that its room is not lost */
		if (a->pages) {
			last->next = a->pages->next;
			a->pages->next = child->pages;
		} else {
			a->pages = child->pages;
		}
	}
	free(child);
}
