/* arena.h - one lifetime for many results */
#pragma once
#include "error.h"

typedef struct bks_arena bks_arena;

BKS_API bks_arena *bks_arena_new(void);
BKS_API void bks_arena_reset(bks_arena *a); /* forget all, keep a page */
BKS_API void bks_arena_free(bks_arena *a);  /* NULL is fine */
