/* work/register.h - one new file of a repo becomes a row */
#pragma once
#include "backstay/scan.h"
#include "catalog/rows.h"
#include "store/store.h"
#include "work/ahead.h"
#include "work/group.h"
#include "work/sets.h"
#include "work/sidecar.h"

struct registrar {
	bks_catalog *cat;
	const bks_sources *sources;
	const bks_repo *repo;
	store *s;
	struct sidecars *sidecars;
	int64_t settle;
	bks_time now;
	bool dry_run;
	const char *odd_sidecar; /* set by a call: why the digest beside the file could not be read; lives in its arena */
	struct sets *sets; /* takes what is one part of a backup */
	struct ahead *ahead; /* glances that were asked for before they are wanted; NULL: none */
	const bks_add_options *by_hand; /* `add`: what the operator said; NULL in a scan */
};

/* It may be one part of a backup, and was put aside: sets_flush registers it and tells. */
enum { REGISTER_ASIDE = 2 };

/*
 * Looks at the head of E and registers it as a new backup; OUT tells what was done (out->label NULL: ignored, being no backup that
 * is known or claimed). 0; REGISTER_ASIDE; 1: the file could not be read, *why says how; negative: the catalog failed, or two sources claim it.
 */
int register_file(bks_action *out, struct registrar *g, const struct store_entry *e, const char **why,
	bks_arena *a, bks_error *err);

/* The head of E: its format, and the times and names in it. 0; 1: it could not be read, *why says how. */
int register_glance(bks_inspection *out, struct registrar *g, const struct store_entry *e, const char **why, bks_arena *a);

enum bks_kind register_kind(const char *format);
