/* format/magic.h - how the parts of a wrapping begin */
#pragma once
#include <stddef.h>
#include <stdint.h>

enum { SKIPPABLE_HEAD = 8 }; /* magic and length, before what is skipped */

enum unwrap_begin {
	BEGINS_NOTHING,   /* nothing of this wrapping */
	BEGINS_PART,      /* a part */
	BEGINS_SKIPPABLE, /* a skippable frame; skipped by the row itself */
	BEGINS_CUT /* the first two bytes or more of one of them, and then the input ends */
};

/* BEGINS_PART, BEGINS_CUT or BEGINS_NOTHING by a magic number alone. */
enum unwrap_begin unwrap_magic(const uint8_t *p, size_t n, const void *magic, size_t magic_n);
/* The same for the skippable frames that zstd and lz4 share. */
enum unwrap_begin unwrap_skippable(const uint8_t *p, size_t n);

/* For a probe: the bits of MAGIC that HEAD shows; 0 unless all that is there fits, two bytes at
 * least. */
int unwrap_probe(const uint8_t *head, size_t n, const void *magic, size_t magic_n);
/* How many bytes of skippable frames HEAD begins with; more than N when the last one is longer
 * than the head. */
uint64_t unwrap_skippables(const uint8_t *head, size_t n);
