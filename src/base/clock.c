/* Where time enters, and nowhere else. */
#include "backstay/time.h"
#include "base/bootclock.h"
#include "base/rfc3339.h"
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

static int64_t read_clock(clockid_t which)
{
	struct timespec now;

	if (clock_gettime(which, &now))
		abort();
	return (int64_t)now.tv_sec * BKS_SECOND + now.tv_nsec / 1000;
}

bks_time clock_wire(void)
{
	return read_clock(CLOCK_REALTIME);
}

int64_t clock_steady(void)
{
	return read_clock(CLOCK_MONOTONIC);
}

bks_time bks_clock_now(void)
{
	const char *set = getenv("BACKSTAY_TEST_CLOCK");
	bks_time t;

	if (set) {
		/* A test that got the real clock by mistake could decide about years of
		 * backups: better no answer at all. */
		if (!rfc3339_read(&t, set))
			abort();
		return t;
	}
	return read_clock(CLOCK_REALTIME);
}

static void read_boot_id(char *out, size_t room)
{
	FILE *f = fopen("/proc/sys/kernel/random/boot_id", "re");

	out[0] = '\0';
	if (f && !fgets(out, (int)room, f))
		out[0] = '\0';
	out[strcspn(out, "\n")] = '\0';
	if (f)
		fclose(f);
}

static void test_boot(struct boot_clock *out, const char *set)
{
	char time[BKS_TIME_TEXT] = "";
	size_t n = strcspn(set, " ");

	if (n < sizeof time)
		memcpy(time, set, n);
	if (!rfc3339_read(&out->since, time))
		abort();
	snprintf(out->id, sizeof out->id, "%s", set[n] ? set + n + 1 : "test");
}

void boot_clock_read(struct boot_clock *out)
{
	const char *boot = getenv("BACKSTAY_TEST_BOOT"), *wall = getenv("BACKSTAY_TEST_CLOCK");

	if (wall) {
		test_boot(out, boot ? boot : wall);
		return;
	}
	out->since = read_clock(CLOCK_BOOTTIME);
	read_boot_id(out->id, sizeof out->id);
}
