/*
 * policy/schedule.h - what comes round by the calendar: the tasks there are, and when one is
 * due
 *
 * docs/tasks.md says where each default comes from.
 */
#pragma once
#include "backstay/task.h"
#include "base/arena.h"

/* What counts as done. */
enum schedule_proof {
	SCHEDULE_NOTES,  /* what people say, and nothing else */
	SCHEDULE_DRILLS, /* and drills that passed */
	SCHEDULE_VERIFY, /* runs of verify over all that was due */
	SCHEDULE_RETAIN, /* runs of retention */
	SCHEDULE_COPY /* runs that left a copy of the catalog elsewhere, and what people say */
};

struct schedule_task {
	const char *name, *owner, *text;
	int64_t every;
	enum schedule_proof proof;
	const char *declared;
};

/* The defaults with the RULES over them, then the new ones, without those that are off.
 * RETAINS: retention is switched on somewhere; else nobody owes a run of it. Lives in A. */
size_t schedule_make(const struct schedule_task **out, const bks_task_rule *rules, size_t n,
	bool retains, bks_arena *a);

/* 0: *out; 1: neither a default nor one of the rules is called NAME; 2: it is switched off
 * (*out is set). */
int schedule_find(
	struct schedule_task *out, const char *name, const bks_task_rule *rules, size_t n);
/* Whether runs of the program do it. */
bool schedule_is_automatic(enum schedule_proof p);
/* Whether people may say that it was done. */
bool schedule_takes_notes(enum schedule_proof p);

/* When a task is due that comes round every EVERY, was done at LAST (or NONE), in a catalog
 * begun at BEGUN, and how it stands NOW. */
struct schedule_standing {
	bks_time next_due;
	enum bks_task_state state;
	bool overdue;
};
struct schedule_standing schedule_judge(
	int64_t every, bks_time last, bks_time begun, bks_time now);
