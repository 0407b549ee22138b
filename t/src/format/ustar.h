/*
 * format/ustar.h - one header block of a tar as pg_dump writes it
 *
 * Source: POSIX.1-1988 ustar; PostgreSQL, src/port/tar.c. Why not by libarchive:
 * docs/decisions/0007.
 */
#pragma once
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum { USTAR_BLOCK = 512, USTAR_NAME = 100, USTAR_PREFIX = 155 };

struct ustar {
	char name[USTAR_PREFIX + 1 + USTAR_NAME + 1]; /* prefix and name */
	char type;                                    /* '0': a regular file */
	uint64_t size;                                /* bytes of content, before its padding */
};

enum ustar_found {
	USTAR_HEADER,   /* *out is filled */
	USTAR_ZEROS,    /* all of it is zero: half of the end mark */
	USTAR_CHECKSUM, /* its bytes are not those of its checksum */
	USTAR_STRANGE,  /* its checksum fits, or there is none, and it is no header: *why */
};

enum ustar_found ustar_read(
	struct ustar *out, const uint8_t block[USTAR_BLOCK], const char **why);

/* The magic of POSIX, of PostgreSQL before 9.4, or of GNU. */
bool ustar_magic(const uint8_t block[USTAR_BLOCK]);
bool ustar_checksum(const uint8_t block[USTAR_BLOCK]); /* whether it fits */
bool ustar_zeros(const uint8_t *p, size_t n);          /* whether all of them are */

/* A name that would lead out of the folder it is extracted into: absolute, or with a part "..".
 */
bool ustar_unsafe(const char *name);
