/* level.h - what is proven of a backup: levels, their results, and the verdict that sums them up */
#pragma once
#include "error.h"

/* In rising order. Each level of each copy has a result of its own; DESIGN's table says what each proves. */
#define BKS_LEVELS(X)                                                                          \
	X(PRESENT, "present")                                                                  \
	X(SEALED, "sealed")                                                                    \
	X(WHOLE, "whole")                                                                      \
	X(COVERED, "covered")                                                                  \
	X(RESTORED, "restored")                                                                \
	X(EQUAL, "equal")

/* The first one is what memory set to zero says: nothing was proven. */
#define BKS_RESULTS(X)                                                                         \
	X(NOT_RUN, "not-run")                                                                  \
	X(PASS, "pass")                                                                        \
	X(FAIL, "fail")                                                                        \
	X(UNPROVABLE, "unprovable")

/* Zero is "unknown": sound is only ever the result of having reached the end. */
#define BKS_VERDICTS(X)                                                                        \
	X(UNKNOWN, "unknown")                                                                  \
	X(SOUND, "sound")                                                                      \
	X(UNPROVEN, "unproven")                                                                \
	X(DAMAGED, "damaged")                                                                  \
	X(INCOMPLETE, "incomplete")                                                            \
	X(UNREADABLE, "unreadable")                                                            \
	X(UNSUPPORTED, "unsupported")                                                          \
	X(MISSING, "missing")

#define X(name, word) BKS_##name,
enum bks_level { BKS_LEVELS(X) BKS_LEVEL_COUNT };
enum bks_verdict { BKS_VERDICTS(X) BKS_VERDICT_COUNT };
#undef X
#define X(name, word) BKS_RESULT_##name,
enum bks_result { BKS_RESULTS(X) BKS_RESULT_COUNT };
#undef X

enum { BKS_LEVEL_NONE = -1 }; /* where an int holds a level that may be missing */

/* The stable words of the contract; loans. An unknown value gives "?". */
BKS_API const char *bks_level_name(int level);
BKS_API const char *bks_result_name(enum bks_result r);
BKS_API const char *bks_verdict_name(enum bks_verdict v);

/* 0: *out is set; 1: WORD is none of them. */
BKS_API int bks_level_parse(int *out, const char *word);
BKS_API int bks_verdict_parse(enum bks_verdict *out, const char *word);
