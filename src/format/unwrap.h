/*
 * format/unwrap.h - what all wrappings share: the row of parts, padding, what follows the last
 * one, and the findings of it
 *
 * A wrapping is a row of parts: members of gzip, frames of zstd and lz4, streams of xz and
 * bzip2. A codec knows one part; the row, the offsets and the promise of format.h's unwrap
 * (bytes made before a damage are delivered first, then BKS_E_CUT) are kept here, once for all.
 */
#pragma once
#include "format/format.h"
#include "format/magic.h"

enum unwrap_step {
	UNWRAP_MORE, /* go on: it wants more input, or more room */
	UNWRAP_END, /* the part is complete, every check of it held, all of its output is out */
	UNWRAP_BAD  /* KIND and TEXT say what is wrong */
};

/* One step of a codec. It moves IN and OUT past what it took and made. */
struct unwrap_io {
	const uint8_t *in;
	size_t in_n;
	uint8_t *out;
	size_t out_n;
	uint64_t at; /* where IN began, in bytes of the outer stream */
	struct report *report;
	enum finding_kind kind;
	const char *text; /* goes behind "gzip member 2: "; static or in the report's arena */
};

struct codec {
	const char *name; /* "gzip" */
	const char *part; /* "member" */
	size_t look;      /* BEGINS and START see so many bytes, or all there are; at most
			     INTAKE_HOLD */
	size_t pad;       /* zero bytes may follow a part in multiples of it; 0: none may */
	bool pad_between; /* and another part may follow them */
	size_t room;      /* a step is given so many bytes of room where it can be; 0 or less than STREAM_BLOCK: that */

	enum unwrap_begin (*begins)(const uint8_t *p, size_t n);
	/* A part begins at IN, of which nothing is taken yet. UNWRAP_MORE or UNWRAP_BAD. */
	enum unwrap_step (*start)(void *state, struct unwrap_io *io);
	/* With no input it gives what it still holds. Output that shares a step with a damage
	 * may be lost where the library drops it, so a codec over such a library takes one
	 * block a step. */
	enum unwrap_step (*step)(void *state, struct unwrap_io *io);
	void (*cut)(void *state); /* the input ended inside the part; NULL is fine */
	void (*free)(void *state);
};

/* Makes *INNER over OUTER, which it owns, as it owns STATE. Always 0: what it allocates has a
 * size of our own choice. */
int unwrap_open(stream **inner, stream *outer, struct report *r, const struct codec *codec,
	void *state);

/* Writes down what is wrong, for a step to return. */
enum unwrap_step unwrap_bad(struct unwrap_io *io, enum finding_kind kind, const char *fmt, ...)
	PRINTF(3, 4);
