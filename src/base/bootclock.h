/* base/bootclock.h - the clock that nobody sets: since the machine started, sleep included */
#pragma once
#include "backstay/time.h"

struct boot_clock {
	int64_t since; /* microseconds */
	char id[40];   /* of this boot; "" where the system does not tell */
};

/*
 * Where the wall clock is a test's (BACKSTAY_TEST_CLOCK), this one goes along with it, in one
 * boot called "test"; so months of nights pass in seconds. BACKSTAY_TEST_BOOT ("RFC3339" or
 * "RFC3339 NAME") then sets what it says by itself, and the boot's name.
 */
void boot_clock_read(struct boot_clock *out);

/* The wall clock as other machines have it, whatever a test says: for what is signed for them. */
bks_time clock_wire(void);
/* Microseconds that only grow, for how long something may take. */
int64_t clock_steady(void);
