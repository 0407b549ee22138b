/* job.h - what is to be stepped through, as torture.py wrote it down */
#pragma once
#include "pictures.h"

extern struct job {
	char *top, *bin, *preload, *op, *arg, *clock, *later, *label;
	bool again; /* what was removed before cannot come back: no end to compare */
	long seed, kills, share, sweep;
} job;

/* Lines of NAME VALUE; W gets its repos. */
void job_read(struct world *w, const char *path);
