/*
 * format/tarhead.h - one header block of any tar: old, POSIX, GNU
 *
 * Source: POSIX.1-2001, pax, "ustar Interchange Format"; GNU tar manual, "Basic Tar Format".
 * What pg_dump writes is held against stricter rules: ustar.h.
 */
#pragma once
#include "format/ustar.h"

enum tar_dialect { TAR_OLD, TAR_POSIX, TAR_GNU };

struct tarhead {
	char name[USTAR_PREFIX + 1 + USTAR_NAME + 1]; /* prefix and name */
	char link[USTAR_NAME + 1];
	char type; /* '0' for the zero byte of old ones */
	enum tar_dialect dialect;
	uint64_t size;     /* bytes behind it, before their padding */
	bool regions_more; /* the map of a sparse file goes on in blocks of its own */
};

enum { TAR_EXTENDED = 504 }; /* in such a block: whether another one follows */

/* As ustar.h tells what was found. A checksum may be of signed bytes, as some old tars sum. */
enum ustar_found tarhead_read(
	struct tarhead *out, const uint8_t block[USTAR_BLOCK], const char **why);

bool tarhead_checksum(const uint8_t block[USTAR_BLOCK]); /* whether it fits */
