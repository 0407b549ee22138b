/* work/fetch.h - what is to be fetched, and the copying of it, for fetch*.c alone */
#pragma once
#include "backstay/fetch.h"
#include "backstay/wal.h"
#include "base/vec.h"
#include "store/store.h"

struct fetch_item {
	const char *repo, *path;     /* in it, and beneath DIR */
	const bks_digests *expected; /* NULL: none are registered */
	bks_time mtime;
	bool base; /* a base backup: links to its tablespaces and its log are followed within
		      the repo */
	const bks_wal_run *run; /* a segment of this archived log; NULL */
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
	size_t followed;       /* links */
	const char *open_name; /* the store that is open */
	store *open;
};

/* The item, which may be changed until the next one is added. */
struct fetch_item *fetch_add(struct fetching *f, const char *repo, const char *path,
	const bks_digests *expected, bks_time mtime);
/* The store of a repo, open until the next one is asked for. 0 or negative. */
int fetch_store(store **out, struct fetching *f, const char *repo);
/* Nothing of the items is there. 0 or BKS_E_REFUSED. */
int fetch_free(struct fetching *f);
/* Copies one: 0, also with a finding. */
int fetch_one(struct fetching *f, const struct fetch_item *it);

/* FROM in S to TO beneath DIR. 0; 1: other digests than HOW expects. */
struct intofile;
int fetch_file(bks_digests *d, int64_t *size, struct fetching *f, store *s, const char *from,
	int dir, const char *to, const struct intofile *how);
/* The folder in which PATH lies beneath DIR, made where it is not there; *base: PATH's last
 * component. -1: raised. */
int fetch_above(const char **base, struct fetching *f, int dir, const char *path);
/* The folder of IT, whole or not at all; fills digests and size. 0; 1: other digests. */
int fetch_folder(
	bks_fetched_file *out, struct fetching *f, store *s, const struct fetch_item *it);

/* Reads the segments of archived log that were fetched; one that is no good does not stay, and
 * is a finding. 0 or negative. */
int fetch_check_log(struct fetching *f);

/* Tells of BEST, the copy that was taken, when it is proven to be no good one. */
void fetch_weigh(bks_fetched *out, struct fetching *f, const bks_artifact *best);

/* Adds what a base backup consists of: chain and log. With TELL, when all lies in f->root, the
 * commands that bring it back go into OUT. 0; 1: it is no base backup that is known. */
int fetch_physical(struct fetching *f, const bks_backup *b, bks_fetched *out, bool tell);
