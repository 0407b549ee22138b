/* work/sidecar.h - digests that came with the files: NAME.sha256 and SHA256SUMS, as sha256sum(1) writes them */
#pragma once
#include "backstay/inspect.h"
#include "store/store.h"

/* The last SHA256SUMS that was looked at, so that a directory's is read once; its text lives in ARENA. */
struct sidecars {
	bks_arena *arena;
	const char *dir;  /* of the sums */
	const char *sums; /* NULL: it has none */
};

/* 1: OUT has the SHA-256 that stands beside PATH; 0: none does; negative: could not look. A digest line that cannot be read is
 * BKS_E_IO with file and line. */
int sidecar_find(bks_digests *out, struct sidecars *sc, store *s, const char *path, bks_arena *a, bks_error *err);

/* Whether the base name of PATH is a sidecar's. */
bool sidecar_is(const char *path);
