/*
 * work/answer.h - an inspection over a wire, from a process that may be under a stranger's will
 *
 * Whoever takes one believes no length, number, word or verdict of it: it is refused when it
 * passes a limit of the report, or when it does not follow from its own findings.
 */
#pragma once
#include "base/wire.h"
#include "format/verify.h"

enum {
	ANSWER_BYTES_MAX = 256 * 1024 * 1024,
	ANSWER_TEXT_MAX = 1024 * 1024, /* of a name or a finding's text */
	ANSWER_MEMBERS_MAX = 10000,
};

void answer_put(struct wire *w, const bks_inspection *i);

/* A time as it may come back: within the years 1 to 9999, so that nobody's sums overflow, or
 * none. */
bks_time answer_time(struct wire *w);

/* Its path is JOB's name. Where it cannot be, W is bad and says why. All lives in A. */
void answer_take(bks_inspection *out, struct wire *w, const struct verify_job *job, bool glance,
	bks_arena *a);
