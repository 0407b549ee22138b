/* stop.h - SIGINT and SIGTERM ask to stop; a second one does not ask */
#pragma once
#include <stdbool.h>

/* From here on a first signal only sets a flag, which long work looks at between blocks. */
void stop_watch(void);
/* The `stop` of an options struct; ARG is not used. */
bool stop_asked(void *arg);
/* The signal that came, or 0. */
int stop_signal(void);
