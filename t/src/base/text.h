/* base/text.h - text that grows in an arena, and formatted text */
#pragma once
#include "backstay/text.h"
#include "base/arena.h"
#include "base/error.h"
#include <stdint.h>

/* Bytes that grow; always ends in a NUL that N does not count. Zeroed with the arena set is empty. */
struct text {
	bks_arena *arena;
	char *s; /* NULL while nothing was added */
	size_t n, room;
};

void text_add(struct text *t, const void *bytes, size_t n);
void text_word(struct text *t, const char *s);
void text_form(struct text *t, const char *fmt, ...) PRINTF(2, 3);

/* Formatted text in A. */
const char *arena_form(bks_arena *a, const char *fmt, ...) PRINTF(2, 3);
/* A copy of N bytes, NUL-ended. */
const char *arena_bytes(bks_arena *a, const void *bytes, size_t n);
