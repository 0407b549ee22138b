/* work/fetch.h - what is to be fetched, and the copying of it, for fetch*.c alone */
#pragma once
#include "backstay/fetch.h"
#include "base/vec.h"
#include "store/store.h"

struct fetch_item {
	const char *repo, *path;     /* in it, and beneath DIR */
	const bks_digests *expected; /* NULL: none are registered */
	bks_time mtime;
};

struct fetching {
	bks_catalog *cat;
	const bks_fetch_options *opt;
	bks_arena *a;
	bks_error *err;
	const char *root; /* absolute */
	int dir;
	VEC(struct fetch_item) items;
	VEC(bks_fetched_file) done;
	VEC(bks_finding) findings;
	const char *open_name; /* the store that is open */
	store *open;
};

void fetch_add(struct fetching *f, const char *repo, const char *path,
	const bks_digests *expected, bks_time mtime);
/* The store of a repo, open until the next one is asked for. 0 or negative. */
int fetch_store(store **out, struct fetching *f, const char *repo);
/* Nothing of the items is there. 0 or BKS_E_REFUSED. */
int fetch_free(struct fetching *f);
/* Copies one: 0, also with a finding. */
int fetch_one(struct fetching *f, const struct fetch_item *it);

/* Tells of BEST, the copy that was taken, when it is proven to be no good one. */
void fetch_weigh(bks_fetched *out, struct fetching *f, const bks_artifact *best);

/* Adds what a base backup consists of: chain and log. With TELL, when all lies in f->root, the
 * commands that bring it back go into OUT. 0; 1: it is no base backup that is known. */
int fetch_physical(struct fetching *f, const bks_backup *b, bks_fetched *out, bool tell);
