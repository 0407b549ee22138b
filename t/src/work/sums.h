/* work/sums.h - the lines of sha256sum(1) and its like, and a whole file of them */
#pragma once
#include "backstay/inspect.h"

struct sum {
	const char *name; /* not NUL-ended; in the text that was read */
	size_t len;
	uint8_t sha256[32];
};

/* Of one SHA256SUMS; sorted. */
struct sums {
	struct sum *v;
	size_t n;
};

/* A line of N bytes: "<64 hex>", "<64 hex>  name", "<64 hex> *./name", or a tagged one as BSD's
 * sha256 and openssl write it. *name is in the line, *len its length, 0 when the line has none.
 * false: it is none of these. */
bool sums_line(bks_digests *out, const char **name, size_t *len, const char *line, size_t n);

/* All lines with a name in the N bytes of TEXT, which must outlive OUT; what else stands there
 * is passed over. The list lives in A. */
void sums_read(struct sums *out, const char *text, size_t n, bks_arena *a);

/* The first line with that NAME: false, or true and OUT has its SHA-256. */
bool sums_find(bks_digests *out, const struct sums *s, const char *name);
