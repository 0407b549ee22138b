/* base/arena.h - allocation inside an arena; it never returns NULL */
#pragma once
#include "backstay/arena.h"
#include <stddef.h>

void *arena_take(bks_arena *a, size_t size);
char *arena_text(bks_arena *a, const char *s);
void *arena_grow(bks_arena *a, void *old, size_t old_size, size_t new_size);

#define arena_one(a, type) ((type *)arena_take(a, sizeof(type)))
/* A takes over all that CHILD holds; CHILD is freed. */
void arena_adopt(bks_arena *a, bks_arena *child);
