/* row.h - one backup as a row of `list`, and the tiers that hold it */
#pragma once
#include "backstay/backup.h"
#include "backstay/retain.h"
#include "tool.h"

/* Which tiers hold which backup: as asked for, and as the plan would have it. */
struct tiers {
	bks_plan plan;
	struct tier_row {
		int64_t id;
		const bks_plan_row *row;
	} * rows; /* by id */
	size_t n;
};
/* Plans for SOURCE (NULL: all) as of c->now. Changes nothing. */
int tiers_read(struct tiers *out, struct call *c, const char *source);
bool tiers_hold(const struct tiers *t, const bks_backup *b, const char *tier);

bks_json *row_json(const bks_backup *b, const struct tiers *t);
const char *row_tiers(const bks_backup *b, const struct tiers *t);
const char *row_level(const bks_backup *b);
/* A table of them on stdout. */
void rows_say(struct call *c, const bks_backup *v, size_t n, const struct tiers *t);

/* A row of the plan: {"id", "label", "taken_at", "size", "action", "reasons", "copies", "not_there"}. */
bks_json *plan_row_json(const bks_plan_row *r);
/* A copy of it: {"repo", "action", "reasons", "bytes"}. */
bks_json *plan_copy_json(const bks_plan_copy *p);
