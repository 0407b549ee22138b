/*
 * format/tarpax.h - the records of a pax extension header: "LENGTH KEY=VALUE\n"
 *
 * Source: POSIX.1-2001, pax, "pax Extended Header"; GNU tar manual, "Storing Sparse Files".
 */
#pragma once
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum { TARPAX_MAX = 1024 * 1024 }; /* bytes of one header, as libarchive has it */

struct tarpax_text {
	const char *s; /* in the body; NULL: not told */
	size_t n;
};

struct tarpax {
	struct tarpax_text path, link, sparse_name;
	bool has_size, sparse;
	bool sparse_map; /* the map stands before the data (GNU.sparse 1.0) */
	uint64_t size;
};

/* Adds what BODY says to *out. NULL, or what is wrong with it, static. */
const char *tarpax_read(struct tarpax *out, const char *body, size_t n);
