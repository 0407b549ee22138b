/* work/sidecar.h - digests that came with the files: NAME.sha256 and SHA256SUMS, as sha256sum(1) writes them */
#pragma once
#include "backstay/inspect.h"
#include "store/store.h"
#include <pthread.h>

/* The SHA256SUMS of the directories that were looked at, each read once, as long as they are not many: with what they list, about
 * 48 MiB at most. Zeroed, it is empty; sidecars_clear gives all back. The stores must outlive it. */
struct sidecars {
	pthread_mutex_t *lock; /* where threads share it, else NULL */
	bks_arena *arena;      /* its own, as the rest */
	struct dir_sums *dirs;
	size_t n, room, bytes;
};
void sidecars_clear(struct sidecars *sc);

/* 1: OUT has the SHA-256 that stands beside PATH, *written (may be NULL) is the mtime of the file that says so; 0: none does;
 * negative: could not look. A digest line that cannot be read is BKS_E_IO with file and line. */
int sidecar_find(bks_digests *out, bks_time *written, struct sidecars *sc, store *s, const char *path, bks_arena *a,
	bks_error *err);

/*
 * Whether a digest that was WRITTEN then may be of other bytes than those of a file of MTIME: the file was written later. What it then
 * says is no proof by itself, see sidecar_doubt.
 */
bool sidecar_older(bks_time written, bks_time mtime);
/*
 * Judges the older digest D by what OUT was found to be (its SHA-256 and its time are known): equal, it is of these bytes after all,
 * and sealed passes. Different, it is digest-changed where the file itself or its name tells a time before D was written: the dump was
 * there when D was made, and altered since. Else the file was written anew, and D is of what lay there before: sidecar-stale, and
 * nothing is compared. 1: equal; 0.
 */
bool sidecar_doubt(bks_inspection *out, const bks_digests *d, bks_time written, bks_arena *a);

/* Whether the base name of PATH is a sidecar's: of digests, a signature, or a manifest (work/rowsfile.h). */
bool sidecar_is(const char *path);
