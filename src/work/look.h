/* work/look.h - one look at one file, or one folder that is a backup, of a store: open, verify, tell its time */
#pragma once
#include "backstay/inspect.h"
#include "store/store.h"
#include <stdatomic.h>

/* What goes on while bytes are read: shared by the workers of one run. */
struct watch {
	atomic_llong bytes;
	bool (*stop)(void *arg);
	void *stop_arg;
	void (*progress)(void *arg, const char *path, int64_t bytes, int64_t total); /* calling thread only */
	void *progress_arg;
	int64_t total;
};

struct look {
	const char *shown; /* the path that the result carries */
	const bks_requirement *require;
	size_t require_count;
	int64_t min_size;
	bks_digests expected;
	enum bks_digest_from expected_from;
	int64_t registered_size; /* -1: none */
	bool seal_only;
	bool here;        /* with seal_only: by the thread that asks, as nothing is parsed */
	bool sha256_once; /* as verify.h's */
	bool sha256_unasked; /* as verify.h's */
	int64_t max_memory;
	struct wal_part *wal; /* as verify.h's */
	struct watch *watch; /* NULL is fine */
	int jobs;            /* threads for the files of a folder; 0 is 1 */
	bool alone;          /* this is the calling thread: progress may be told */
	const struct opened *opened; /* NULL: it is still to be opened */
};

/* What store_read said: where each question costs a request, whoever asked first keeps the answer. */
struct opened {
	stream *in; /* of R 0; look_at takes it */
	struct store_id id;
	int r;
	bks_error err;
};

/* Looks at PATH of S. A file that cannot be had is a result too. 0 or BKS_E_INTERRUPTED. *mtime (may be NULL) is the file's, of a folder
 * that of the newest file in it. */
int look_at(bks_inspection *out, bks_time *mtime, store *s, const char *path, const struct look *how, bks_arena *a,
	bks_error *err);

/* A result for what could not be looked at: KIND is a finding of verify (cannot-open, special-file, vanished). */
void look_failed(bks_inspection *out, const char *shown, int kind, const char *text, bks_arena *a);

/* Only whether PATH of S is there with the size that was registered; not a byte is read. */
void look_present(bks_inspection *out, store *s, const char *path, const struct look *how, bks_arena *a);
