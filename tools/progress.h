/* progress.h - one line on a terminal that tells how far long work is; nothing in a pipe */
#pragma once
#include "tool.h"

typedef void progress_fn(void *arg, const char *path, int64_t bytes, int64_t total);

/* The `progress` of an options struct: NULL when nobody would see it. TOTAL is of all that will
 * be read; -1 unknown. */
progress_fn *progress_begin(const struct call *c, int64_t total);
/* Takes the line away, before something else is printed. */
void progress_clear(void);
