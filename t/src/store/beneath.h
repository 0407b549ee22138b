/* store/beneath.h - opening what lies beneath a folder, and nothing else: no link, no "..", no
 * way out */
#pragma once
#include <stdbool.h>
#include <stddef.h>
#include <sys/types.h>

/*
 * A handle (O_PATH) of the folder that the first N bytes of PATH name beneath DIR; N 0 is DIR
 * itself. Paths may be longer than PATH_MAX. Mount points are crossed. -1 with errno: ELOOP for
 * a link, ENOTDIR, ENOENT, EACCES, ...
 */
int beneath_folder(int dir, const char *path, size_t n);

/* NAME, one component, right in DIR, as open(2) with FLAGS, close-on-exec. A link is ELOOP
 * (ENOTDIR with O_DIRECTORY). */
int beneath_open(int dir, const char *name, int flags, mode_t mode);

/* Makes ready for both: a handle of the folder in which PATH lies, and *base its last
 * component. */
int beneath_parent(const char **base, int dir, const char *path);

/* Set: works as on a kernel (or in a sandbox) without openat2. Sets itself at the first such
 * answer; tests set it. */
extern bool beneath_stepwise;
