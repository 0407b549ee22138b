/* stop.c - long work ends in order when a signal asks: what was proven so far is written */
#include "stop.h"
#include <signal.h>
#include <string.h>
#include <unistd.h>

static volatile sig_atomic_t came;

static void on_signal(int n)
{
	if (came)
		_exit(128 + n);
	came = n;
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
