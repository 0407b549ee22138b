/* policy/eligible.h - which backups count, which is the later one, and which holds all that
 * another holds */
#pragma once
#include "policy/policy.h"

/* Whether B would be eligible were its state live. */
bool keep_stands(const struct keep_backup *b, int level, bks_time now);
/* Damaged, incomplete, or without something that was required: proven, not merely unknown. */
bool keep_proven_bad(const struct keep_backup *b);
/* Its point is too weakly known to let it go by it. */
bool keep_time_weak(const struct keep_backup *b);

/* The total order of one stream: above 0 when X is the later (or, at one instant, the better)
 * one; 0 only for one id. */
int keep_later(const struct keep_backup *x, const struct keep_backup *y);
/* At one instant: fuller, sound, higher level, more copies, not incremental, earlier registered, smaller id. */
int keep_better(const struct keep_backup *x, const struct keep_backup *y);

/* Of that the first three: fuller, sound, higher level; 0: they are alike. */
int keep_proven_better(const struct keep_backup *x, const struct keep_backup *y);

/* What a backup holds and how well it is known (live, sound, of a confirmed source and time),
 * as a number below KEEP_GROUPS. */
enum { KEEP_GROUPS = BKS_CONTENT_COUNT * 8 };
int keep_group(const struct keep_backup *b);
/* Whether one of group X may stand in for one of group Y. */
bool keep_covers(int x, int y);
/* Whether content X has all that content Y has. */
bool keep_holds(enum bks_content x, enum bks_content y);
