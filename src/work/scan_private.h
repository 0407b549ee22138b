/* work/scan_private.h - one run of scan, shared by the files scan*.c alone */
#pragma once
#include "backstay/scan.h"
#include "base/text.h"
#include "base/vec.h"
#include "work/known.h"
#include "work/register.h"
#include "work/regroup.h"
#include <sys/stat.h>

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
	bool blind; /* some directory could not be read: nothing is called missing */
	bool open;  /* a group of writes is */
	bool failed; /* the catalog did, not the place that is walked */
	int pending;
	struct stat catalog_file;
	const char *folder; /* the last one that was asked whether it is a directory dump */
	bool folder_is_dump;
};

/* A finding of the repo that is walked; PATH NULL: of the repo itself. An error leaves the scan unfinished. */
void scan_find(struct scan *s, const char *code, enum bks_severity sev, const char *path, const char *text);
/* One more action, from the state that K has. */
bks_action *scan_act(struct scan *s, const struct known *k, const char *to, const char *reason);

/* Opens a group of writes; and says that one more was written, which may end the group and open the next. */
int scan_begin(struct scan *s);
int scan_wrote(struct scan *s);

/* Whether nobody counts E: ours, or what belongs to another file. */
bool scan_passes_over(const struct scan *s, const struct store_entry *e);
/* Somebody's work in progress: left alone until it gets its name. */
bool scan_in_progress(const char *path);
/* Whether PATH is a member of a directory dump, for which its toc.dat stands. */
bool scan_is_member(struct scan *s, const char *path);

/* One entry of the walk (ARG is the struct scan). 0; negative: the catalog failed, two sources claim it, or a signal came. */
int scan_visit(void *arg, const struct store_entry *e);
/* What the walk did not meet is missing. */
int scan_mark_missing(struct scan *s);
