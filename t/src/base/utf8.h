/* base/utf8.h - one character of UTF-8 (RFC 3629) */
#pragma once
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* How many bytes the character at S takes, 1 to 4, with *C its code point; 0 where the N bytes
 * begin with none: overlong forms, surrogates and what lies above U+10FFFF are none. N is at
 * least 1. */
size_t utf8_take(uint32_t *c, const char *s, size_t n);

/* Whether C would command a terminal or hide text from its reader: C0, DEL, C1, line and
 * paragraph separators, and the bidirectional controls. */
bool utf8_is_control(uint32_t c);
