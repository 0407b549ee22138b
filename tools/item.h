/* item.h - one inspected artifact: the ITEM of `inspect` and `verify` */
#pragma once
#include "backstay/inspect.h"
#include "tool.h"

/* BACKUP 0 and REPO NULL where there is no catalog. */
bks_json *item_json(const bks_inspection *i, int64_t backup, const char *repo);
bks_json *finding_json(const bks_finding *f);
bks_json *table_json(const bks_table *t);
bks_json *levels_json(const enum bks_result *levels);
/* NULL for NULL. */
bks_json *physical_json(const bks_physical *p);

/* Lines on stdout: what it is, and its findings below; or with --quiet a line on stderr when it
 * is in trouble. */
void items_say(struct call *c, const bks_inspection *v, size_t n);
