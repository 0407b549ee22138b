/*
 * base/sandbox.h - what a process that reads strangers' bytes takes away from itself
 *
 * Once shared by all workers (sandbox_share, in the process that forks them): no new
 * privileges, no capabilities, not dumpable, Landlock without a single right. Then each worker
 * by itself (sandbox_enter): limits, and a seccomp list of the few system calls that reading,
 * memory and threads need. Whatever is not on the list kills the process with SIGSYS.
 */
#pragma once
#include "base/error.h"
#include <stdbool.h>
#include <stdint.h>

/* What stands, as bits. */
enum {
	SANDBOX_PRIVILEGES = 1, /* no new ones, no capabilities */
	SANDBOX_LANDLOCK = 2,
	SANDBOX_LIMITS = 4,
	SANDBOX_MEMORY = 8, /* never under a sanitizer, whose shadow is larger than any limit */
	SANDBOX_SECCOMP = 16,
	SANDBOX_ALL = 31,
};

struct sandbox_limits {
	int64_t memory;  /* bytes of its own data, stacks of threads among them */
	int32_t threads; /* 1: it may not make any */
	int64_t scratch; /* bytes of any file that it may write, on a descriptor that it is
			    given; 0: none */
};

/* Does the first half and builds the list; every file that anything in the process will ever
 * want must be read before. The bits that stand, or negative: the kernel offers what could not
 * be had. */
int sandbox_share(bks_error *err);

/* Does the second half. The bits that stand, also those of sandbox_share; negative: nothing may
 * be read by this process. */
int sandbox_enter(const struct sandbox_limits *l);

/* Whether this program was built with AddressSanitizer. */
bool sandbox_is_watched(void);

/* The kernel's version of Landlock; 0: it has none. */
int sandbox_landlock(void);
