/*
 * work/walruns.h - archived WAL in a scan: its files are told by their names, gathered during
 * the walk at 24 bytes each, and become runs of segments without a gap
 */
#pragma once
#include "backstay/scan.h"
#include "catalog/wal_rows.h"
#include "store/store.h"

enum { WALRUNS_MAX = 2000000 }; /* segments of one repo; more are told and left out */

struct walruns; /* of one walk of one repo */

struct walruns_job {
	bks_catalog *cat;
	const bks_sources *sources;
	const bks_repo *repo;
	store *s;
	int64_t settle;
	bks_time now;
	bool dry_run;
	bks_arena *arena;    /* of what is told */
	bks_scanned *counts; /* added, unchanged, ignored, missing, wal_trouble */
	void (*act)(void *arg, const bks_action *a);
	/* PATH in the repo. What is an error stands in the catalog as well; here it is told as
	 * a warning. */
	void (*find)(void *arg, const char *code, const char *path, const char *text);
	void *arg;
};

struct walruns *walruns_open(const struct walruns_job *job);
void walruns_close(struct walruns *w); /* NULL is fine */

/* 1: the name of E is that of a file of WAL, and it was taken; 0: it is not. */
int walruns_see(struct walruns *w, const struct store_entry *e);

/* After the walk, within the caller's transaction: what was seen becomes runs, what stands
 * against them is told and written down. BLIND: some folder could not be read, so nothing is
 * called missing. 0 or negative: the catalog failed, or two sources claim it. */
int walruns_settle(struct walruns *w, bool blind, bks_error *err);

/* How a segment of a run lies in its folder: nobody notes that, it is found by trying. */
struct walfile {
	int form;   /* ending: plain, .gz, .lz4, .zst, .xz, .bz2 */
	bool below; /* in a folder of its own name's first 16 digits, as barman keeps them */
};
enum { WALFILE_FORMS = 6 };
/* The path of segment NAME; PARTIAL: of its .partial (form 0 to 5: wrapped behind that ending,
 * from 6 on before it). */
const char *walfile_path(
	const char *folder, const char *name, struct walfile f, bool partial, bks_arena *a);
