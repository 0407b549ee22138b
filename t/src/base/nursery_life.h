/* base/nursery_life.h - between the two files of the nursery */
#pragma once
#include "base/nursery.h"

/* What the nursery writes to `life` when a worker has died, or never lived. */
struct nursery_death {
	int32_t unborn; /* VALUE is errno */
	int32_t value;  /* as of waitpid */
};

/* A worker's status when it could not put on its sandbox. */
enum { NURSERY_NO_SANDBOX = 71 };

/* The whole life of the process that was set aside. FIRST: the program's first thread forked
 * it, whose end is the program's. */
_Noreturn void nursery_live(int control, const struct nursery_trade *trade, bool first);
