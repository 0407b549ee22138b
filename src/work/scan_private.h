/* work/scan_private.h - one run of scan, shared by the files scan*.c alone */
#pragma once
#include "backstay/scan.h"
#include "base/vec.h"
#include "catalog/strangers.h"
#include "work/known.h"
#include "work/passing.h"
#include "work/register.h"
#include "work/regroup.h"

/* Objects of a bucket that an earlier scan looked at for nothing. */
struct strangers {
	bool on;
	const struct stranger *v; /* sorted */
	size_t n;
	char *seen; /* of each, in this scan */
};

struct scan {
	bks_catalog *cat;
	const bks_scan_options *opt;
	bks_arena *arena, *scratch;
	bks_sources sources;
	bks_scanned *out;
	VEC(bks_action) actions;
	VEC(bks_finding) findings;
	bks_error *err;
	/* of the repo that is being walked */
	const bks_repo *repo;
	struct registrar registrar;
	struct sidecars sidecars;
	struct known_set known;
	struct regroup regroup;
	struct sets sets;
	bool blind; /* some directory could not be read: nothing is called missing */
	bool open;  /* a group of writes is */
	bool failed; /* the catalog did, not the place that is walked */
	int pending;
	bks_time began; /* that group did */
	struct passing passing;
	struct strangers strangers;
	struct walruns *wal; /* its archived WAL */
};

/* Writes a finding down; PATH (may be NULL) is one of the repo. An error leaves the scan unfinished. */
void scan_find(struct scan *s, const char *code, enum bks_severity sev, const char *path, const char *text);
/* Writes down what was done with K. */
bks_action *scan_act(struct scan *s, const struct known *k, const char *to, const char *reason);
/* Something was written to the catalog. Writes come in groups, so that a stopped scan keeps what it did and nobody waits long for
 * the lock. 0, or negative. */
int scan_wrote(struct scan *s);

/* E, which nobody knows under its name, is a known file that had another name until now: its backup follows it. 1: so it is; 0: not;
 * negative: the catalog failed. */
int scan_renamed(struct scan *s, const struct store_entry *e);

/* Reads those of the repo. */
int strangers_load(struct scan *s, const store *place);
/* 1: E was looked at before, is the same, and nobody claims it; 0; negative. */
int strangers_know(struct scan *s, const struct store_entry *e);
/* E was looked at, and is no backup. 0 or negative. */
int strangers_note(struct scan *s, const struct store_entry *e);
/* After a walk that saw all: forgets those that are not there any more. */
int strangers_forget(struct scan *s);

/* Tells what else lies in a bucket, after its walk. 0 or negative. */
int scan_rest(struct scan *s, store *place);
/* Holds what its server does by itself against the policy, and notes what it keeps. 0 or negative. */
int scan_rules(struct scan *s, store *place);
/* K vanished: the cause, where the place tells it. */
void scan_why_missing(struct scan *s, const struct known *k);

/* Before anything is written: BKS_E_USAGE when two sources claim a file of REPOS, or a backup that the catalog has of them. */
int scan_claims(struct scan *s, const bks_repos *repos);

/* The visitor of the repo's walk; ARG is the scan. */
int scan_visit(void *arg, const struct store_entry *e);
/* Walks PLACE with that visitor, and has files that nobody knows read while the rows of those before them are written. As store_walk. */
int scan_ahead(struct scan *s, store *place);
