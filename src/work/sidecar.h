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

/* 1: OUT has the SHA-256 that stands beside PATH; 0: none does; negative: could not look. A digest line that cannot be read is
 * BKS_E_IO with file and line. */
int sidecar_find(bks_digests *out, struct sidecars *sc, store *s, const char *path, bks_arena *a, bks_error *err);

/* Whether the base name of PATH is a sidecar's: of digests, a signature, or a manifest (work/rowsfile.h). */
bool sidecar_is(const char *path);
