/* store/store.h - where bytes lie: list them, open them as streams, know them again */
#pragma once
#include "backstay/time.h"
#include "base/arena.h"
#include "base/stream.h"

typedef struct store store;

/* What tells a file from another one that later takes its name. */
struct store_id {
	int64_t device, inode;
	int64_t size;
	bks_time mtime; /* microseconds */
};

enum store_kind_of { STORE_FILE, STORE_SPECIAL, STORE_LINK, STORE_UNREADABLE };

struct store_entry {
	const char *path; /* beneath the root, '/' between; any byte but NUL; valid during the call */
	enum store_kind_of kind;
	struct store_id id;
	const char *error; /* of an unreadable one: what the system said; NULL otherwise */
};

/*
 * A kind of store fills in what it can do. All paths are beneath the root; ".." and absolute ones are refused; no link is
 * followed; nothing but a regular file is ever opened.
 */
struct store_kind {
	const char *scheme; /* "file" */
	/* Opens the place that URL names (file:///dir, or a plain path). BKS_E_USAGE: no such directory; BKS_E_IO. */
	int (*open)(store **out, const char *url, bks_error *err);
	void (*close)(store *s);
	/* Calls VISIT for every entry that is not a directory, in no promised order, any depth, bounded memory. A directory that
	 * cannot be read comes as STORE_UNREADABLE. VISIT may return nonzero to stop: it comes back. */
	int (*walk)(store *s, int (*visit)(void *arg, const struct store_entry *e), void *arg, bks_error *err);
	/* 0: *out; 1: there is none; negative: could not look. */
	int (*stat)(struct store_entry *out, store *s, const char *path, bks_error *err);
	/* Opens a regular file. 0; 1: there is none; 2: it is no regular file; BKS_E_IO with errno's words, uid and mode when
	 * permission is missing. *id is what was opened. */
	int (*read)(stream **out, struct store_id *id, store *s, const char *path, bks_error *err);
	/* Writes a small file whole: temp file, fsync, rename, fsync of the directory. Refuses to replace unless REPLACE. */
	int (*put)(store *s, const char *path, const void *bytes, size_t n, bool replace, bks_error *err);
};

struct store {
	const struct store_kind *kind;
	const char *root; /* for messages */
};

/* Opens by scheme. */
int store_open(store **out, const char *url, bks_error *err);
void store_close(store *s); /* NULL is fine */
int store_walk(store *s, int (*visit)(void *arg, const struct store_entry *e), void *arg, bks_error *err);
int store_stat(struct store_entry *out, store *s, const char *path, bks_error *err);
int store_read(stream **out, struct store_id *id, store *s, const char *path, bks_error *err);
int store_put(store *s, const char *path, const void *bytes, size_t n, bool replace, bks_error *err);

/* A small file as text of at most MAX bytes. 0: *out lives in A; 1: there is none; 2: larger; negative. */
int store_slurp(const char **out, size_t *n, store *s, const char *path, size_t max, bks_arena *a, bks_error *err);

/* The marker of a repo: its random id (32 hex digits). 0; 1: no marker; BKS_E_IO. *id lives in A. */
#define STORE_MARKER ".backstay-repo"
int store_marker_read(const char **id, store *s, bks_arena *a, bks_error *err);
/* Writes a new one (refuses when one is there: BKS_E_USAGE names its id). */
int store_marker_make(const char **id, store *s, bks_arena *a, bks_error *err);

/* Whether two identities are the same unchanged file, between scans: size and mtime. */
bool store_same(const struct store_id *a, const struct store_id *b);

AUTO_FN(store_auto, store, store_close);
