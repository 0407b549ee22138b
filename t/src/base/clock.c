/* Where time enters, and nowhere else. */
#include "backstay/time.h"
#include "base/rfc3339.h"
#include <stdlib.h>
#include <time.h>

bks_time bks_clock_now(void)
{
	const char *set = getenv("BACKSTAY_TEST_CLOCK");
	struct timespec now;
	bks_time t;

	if (set) {
		/* A test that got the real clock by mistake could decide about years of
		 * backups: better no answer at all. */
		if (!rfc3339_read(&t, set))
			abort();
		return t;
	}
	if (clock_gettime(CLOCK_REALTIME, &now))
		abort();
	return (bks_time)now.tv_sec * BKS_SECOND + now.tv_nsec / 1000;
}
