/* base/base64.h - bytes as base64 text (RFC 4648, with padding) */
#pragma once
#include "base/arena.h"

/* N bytes; NUL-ended, lives in A. */
const char *base64_text(const void *bytes, size_t n, bks_arena *a);
