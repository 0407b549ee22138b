/* stop.c - long work ends in order when a signal asks: what was proven so far is written */
#include "stop.h"
#include <signal.h>
#include <stdint.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

static volatile sig_atomic_t came;
static struct timespec first;

/* A second signal within half a second is the same one, sent to the process and to its group
 * (as timeout(1) does). */
static void on_signal(int n)
{
	struct timespec now = {0};
	clock_gettime(CLOCK_MONOTONIC, &now);
	if (!came) {
		first = now;
		came = n;
		return;
	}
	int64_t passed = (int64_t)(now.tv_sec - first.tv_sec) * 1000 +
			 (now.tv_nsec - first.tv_nsec) / 1000000;
	if (passed > 500)
		_exit(128 + n);
}

void stop_watch(void)
{
	struct sigaction sa;
	memset(&sa, 0, sizeof sa);
	sa.sa_handler = on_signal;
	sigemptyset(&sa.sa_mask);
	sa.sa_flags = SA_RESTART;
	sigaction(SIGINT, &sa, NULL);
	sigaction(SIGTERM, &sa, NULL);
	/* a terminal that went away; nohup(1) says that it is of no account */
	struct sigaction before;
	if (!sigaction(SIGHUP, NULL, &before) && before.sa_handler != SIG_IGN)
		sigaction(SIGHUP, &sa, NULL);
}

bool stop_asked(void *arg)
{
	(void)arg;
	return came != 0;
}

int stop_signal(void)
{
	return came;
}
