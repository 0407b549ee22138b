/* kill_at.h - what kill_at.c offers to a program that it is linked into, and says to one that steps it */
#pragma once

/* Told before a call that changes something, in the middle of a write that was cut in two, and at the end of the process. */
struct kill_at_told {
	int what; /* 0 before, 1 in the middle, 2 the end */
	int kind;
	long n; /* the number of the call */
	long bytes; /* of a write */
};
/* The answer to it: at which call to stop next, and (of a write) after how many of its bytes to tell again; 0: whole. */
struct kill_at_answer {
	long next, half;
};

/* This process, from now on, stops at its call FIRST (1: the first) and tells FD, a socket of packets. */
__attribute__((visibility("default"))) void kill_at_steps(int fd, long first);
/* Tells the end of it. */
__attribute__((visibility("default"))) void kill_at_done(void);
/* This process, from now on: the AT-th call of KIND fails with ERROR (KIND -1: none). */
__attribute__((visibility("default"))) void kill_at_fails(int kind, long at, int error);
/* How often each kind came, and whether the failure did. */
enum { KILL_AT_KINDS = 13 };
__attribute__((visibility("default"))) int kill_at_counts(long out[KILL_AT_KINDS]);
/* The word of a kind; NULL: there is none of that number. */
__attribute__((visibility("default"))) const char *kill_at_kind(int kind);
/* Asked of each file that is looked at: what its inode and the count of its names are to be. NULL: as they are. */
__attribute__((visibility("default"))) extern void (*kill_at_looks)(unsigned long *inode, unsigned long *links, unsigned mode);
