/* engines.h - the same bytes through both engines of format/inflate.h, for the unit test and the fuzz target */
#pragma once
#include "format/inflate.h"
#include <stdlib.h>
#include <string.h>

struct engine_run {
	enum inflate_result result; /* MORE: the bytes ended before the member did */
	bool doubt;
	size_t taken; /* bytes of it */
	uint8_t *out; /* the caller's to free */
	size_t n, room;
};

static inline void engine_room(struct engine_run *r)
{
	if (r->n < r->room)
		return;
	r->room = r->room ? 2 * r->room : 1 << 20;
	r->out = realloc(r->out, r->room);
	if (!r->out)
		abort();
}

/* One member, given in pieces of IN_STEP, taken in pieces of OUT_STEP (0: all there is room for), at most MAX bytes of it. Each piece
 * is memory of its own, so that the address sanitizer sees what is read beyond it. */
static inline struct engine_run engine_run(
	enum inflate_kind kind, bool fast, const uint8_t *p, size_t n, size_t in_step, size_t out_step, size_t max)
{
	struct engine_run r = {.result = INFLATE_MORE};
	atomic_bool doubt = false;
	struct inflater *f = inflater_new(kind, fast ? &doubt : NULL);
	bool full = false;

	inflater_reset(f);
	while (r.result == INFLATE_MORE && r.n < max && (full || r.taken < n)) {
		size_t left = n - r.taken, piece = full ? 0 : in_step && in_step < left ? in_step : left, in_n = piece, out_n, room;
		uint8_t *own = malloc(piece ? piece : 1), *out;
		const uint8_t *in = own;

		if (!own)
			abort();
		memcpy(own, p + r.taken, piece);
		engine_room(&r);
		room = out_n = out_step && out_step < r.room - r.n ? out_step : r.room - r.n;
		out = r.out + r.n;
		r.result = inflater_step(f, &in, &in_n, &out, &out_n);
		if (r.result == INFLATE_MORE && in_n == piece && out_n == room && !full)
			abort(); /* neither took nor gave */
		r.taken += piece - in_n;
		r.n += room - out_n;
		full = out_n == 0;
		free(own);
	}
	if (r.result == INFLATE_MORE && r.n < max)
		inflater_cut(f);
	r.doubt = atomic_load(&doubt);
	inflater_free(f);
	return r;
}

/* What the faster engine is believed is what zlib says. */
static inline bool engines_agree(const struct engine_run *fast, const struct engine_run *slow)
{
	if (fast->doubt)
		return true; /* the word is zlib's */
	return fast->result == slow->result && fast->taken == slow->taken && fast->n == slow->n &&
	       (!fast->n || !memcmp(fast->out, slow->out, fast->n));
}
