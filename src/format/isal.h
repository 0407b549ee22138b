/*
 * format/isal.h - deflate undone by ISA-L, two to four times as fast as by zlib (home of
 * isa-l.h)
 *
 * What zlib would refuse it refuses too, but it cannot say why, nor where: whoever asks has
 * zlib read the same again from its start. Built where ISA-L is there (meson option isal).
 */
#pragma once
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct isal;

enum isal_result {
	ISAL_MORE,  /* it wants more input, or more room */
	ISAL_END,   /* the stream is complete, length and checksum hold; IN stands behind it */
	ISAL_DOUBT, /* something is wrong; what was made until now may be too */
};

bool isal_built(void);
/* GZIP: a CRC-32 and a length stand behind the data, else an Adler-32. NULL where it was not
 * built in. Aborts without memory: some 120 KiB. */
struct isal *isal_new(bool gzip);
void isal_free(struct isal *s);  /* NULL is fine */
void isal_again(struct isal *s); /* for the next stream */

/* IN begins behind the header of the member, and goes on where the last step left it. */
enum isal_result isal_step(
	struct isal *s, const uint8_t **in, size_t *in_n, uint8_t **out, size_t *out_n);
