/* look.h - from what a user wrote to what the catalog knows */
#pragma once
#include "backstay/backup.h"
#include "backstay/source.h"
#include "tool.h"

/* Workers: --jobs, else the settings, else one a core. 0, or BKS_E_USAGE. */
int look_jobs(int *out, struct call *c);
/* Finds a backup by id, label or prefix. 0: it is there; 1: none is, and c->err says so;
 * negative: a usage error. */
int look_backup(const bks_backup **out, struct call *c, const char *name);
/* The same, for commands that change it: none is BKS_E_USAGE. */
int look_backup_must(const bks_backup **out, struct call *c, const char *name);
int look_source(const bks_source **out, struct call *c, const char *name);
int look_source_must(const bks_source **out, struct call *c, const char *name);
int look_repo(struct call *c, const char *name);
/* --source and --repo, where they narrow down a list: 0, 1 (no such name: no_match was said) or
 * negative. *zone is the source's. */
int look_filters(bks_selection *sel, const char **zone, struct call *c);
/* --until of a hold or an ack: BKS_TIME_NONE when not given; BKS_E_USAGE in the past. */
int look_until(bks_time *out, struct call *c);
