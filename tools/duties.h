/* duties.h - tasks of the calendar that nobody did in time, as `status` and `nightly` tell
 * them; they never turn a status red */
#pragma once
#include "backstay/task.h"
#include "tool.h"

struct duties {
	const bks_task *v; /* overdue ones alone */
	size_t n;
};
/* HAND: those that people do, alone; the program's own are told by the very run that asks. */
int duties_do(struct duties *out, struct call *c, bool hand);
void duties_put(bks_json *doc, const struct duties *d);
/* "drill (Team), storage (DevOps)"; NULL: none. */
const char *duties_text(const struct call *c, const struct duties *d);

bks_json *evidence_json(const bks_evidence *e);
