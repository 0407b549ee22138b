/* acts.h - the commands of retention, carried out in this process */
#pragma once
#include <stdbool.h>
#include <stddef.h>

struct outcome {
	int r;
	bool refusal, unfinished, carried_out, needed;
	size_t actions, refused;
	char why[300];
};

/* WHAT: "apply" "run" "purge" "undo", with its argument ("": none), at the time CLOCK, on the catalog in FOLDER. */
struct outcome act(const char *folder, const char *what, const char *arg, const char *clock);
/* NULL when all was done and nothing refused; else why, freed by the caller. */
char *act_wrong(const char *what, const struct outcome *o);
/* NULL, or what ails the catalog. */
char *act_doctor(const char *folder);
