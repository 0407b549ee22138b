/* text.h - names are bytes: how they are shown to people and to programs */
#pragma once
#include "arena.h"
#include <stdbool.h>
#include <stddef.h>

/* NAME with control bytes, ESC, DEL, C1, bidirectional controls, a backslash and what is not valid UTF-8 as \xNN, so that a
 * terminal, a log or a mail shows it on one line and obeys nothing. Lives in A; NULL gives "-". */
BKS_API const char *bks_shown(const char *name, bks_arena *a);
BKS_API bool bks_is_utf8(const char *s, size_t n);

/* NAME as one word of a shell: 'it'\''s'; $'a\012b', as bash, zsh and ksh have it, where a terminal or a program that takes only UTF-8
 * would not let its bytes be. Lives in A. */
BKS_API const char *bks_shell_word(const char *name, bks_arena *a);

/* The entry of WORDS (NULL-ended) nearest to WORD, if near enough for "did you mean"; NULL otherwise. A loan. */
BKS_API const char *bks_near_miss(const char *word, const char *const *words);
