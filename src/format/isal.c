/*
 * ISA-L takes codes that leave something over, and tells nothing of where a block begins. So
 * each block is given to it as if it were the last: it stops behind it, and the header that
 * follows is checked before it goes on. Its own bit for the last block is set in the bits that
 * it holds.
 */
#include "format/isal.h"
#ifdef HAVE_ISAL
#include "base/bytes.h"
#include "format/deflatehead.h"
#include <isa-l.h>
#include <stdlib.h>
#include <string.h>

enum { WINDOW = 32 * 1024, TRAILER_MAX = 8 };
enum place { AT_HEADER, IN_BLOCK, AT_TRAILER };

struct isal {
	bool gzip;
	enum place place;
	bool last;     /* the block at hand */
	bool aside;    /* WINDOW is the history, which the engine did not keep */
	uint32_t sum;  /* CRC-32 or Adler-32 of what was made */
	uint32_t made; /* bytes, modulo 2^32 */
	uint8_t trailer[TRAILER_MAX];
	size_t trailer_n;
	size_t held; /* of HOLD: the input ended inside a header */
	uint8_t hold[DEFLATEHEAD_MAX];
	uint8_t window[WINDOW];
	struct inflate_state s;
};

/* What a step reads: first what is held, with as much of the caller's behind it as there is
 * room for, else the caller's alone. */
struct source {
	const uint8_t *p;
	size_t n;
	size_t held; /* of it, not the caller's */
};

bool isal_built(void)
{
	return true;
}

struct isal *isal_new(bool gzip)
{
	struct isal *s = malloc(sizeof *s); /* most of it is written before it is read */

	if (!s)
		abort();
	s->gzip = gzip;
	isal_inflate_init(&s->s);
	isal_again(s);
	return s;
}

void isal_free(struct isal *s)
{
	free(s);
}

void isal_again(struct isal *s)
{
	s->place = AT_HEADER;
	s->last = s->aside = false;
	s->sum = s->gzip ? 0 : 1;
	s->made = 0;
	s->trailer_n = s->held = 0;
	isal_inflate_reset(&s->s);
}

static void add_up(struct isal *s, const uint8_t *p, size_t n)
{
	s->sum = s->gzip ? crc32_gzip_refl(s->sum, p, n) : isal_adler32(s->sum, p, n);
	s->made += (uint32_t)n;
}

/* Bits above those that count may be those of the next byte: they come again with it. */
static void drop_uncounted(struct inflate_state *e)
{
	if (e->read_in_length < 64)
		e->read_in &= ((uint64_t)1 << e->read_in_length) - 1;
}

/* N bytes up to END were made last, and the block is over: whatever the next one refers to must
 * stand in the engine's own buffer. */
static void keep_history(struct isal *s, const uint8_t *end, size_t n)
{
	struct inflate_state *e = &s->s;
	uint32_t over = (uint32_t)e->tmp_out_valid;

	if (n >= WINDOW) {
		memcpy(e->tmp_out_buffer, end - WINDOW, WINDOW);
	} else if (s->aside) {
		memcpy(e->tmp_out_buffer, s->window + n, WINDOW - n);
		memcpy(e->tmp_out_buffer + WINDOW - n, end - n, n);
	} else if (over > WINDOW) {
		memmove(e->tmp_out_buffer, e->tmp_out_buffer + over - WINDOW, WINDOW);
	}
	if (n >= WINDOW || s->aside || over > WINDOW)
		e->tmp_out_valid = e->tmp_out_processed = WINDOW;
	s->aside = false;
}

/* The same where the block is over and not all of it is out. */
static void set_aside(struct isal *s, const uint8_t *end, size_t n)
{
	if (n >= WINDOW) {
		memcpy(s->window, end - WINDOW, WINDOW);
		s->aside = true;
	} else if (s->aside) {
		memmove(s->window, s->window + n, WINDOW - n);
		memcpy(s->window + WINDOW - n, end - n, n);
	}
}

static void end_block(struct isal *s)
{
	s->s.block_state = ISAL_BLOCK_NEW_HDR;
	s->s.tmp_in_size = 0;
	drop_uncounted(&s->s);
	s->place = s->last ? AT_TRAILER : AT_HEADER;
}

/* Each of these three takes from SRC. 1: go on; 0: nothing more can be done now; -1: doubt. */
static int begin_block(struct isal *s, struct source *src)
{
	struct inflate_state *e = &s->s;

	switch (deflatehead_check(
		&s->last, e->read_in, (unsigned)e->read_in_length, src->p, src->n)) {
	case DEFLATEHEAD_BAD:
		return -1;
	case DEFLATEHEAD_MORE:
		return 0;
	case DEFLATEHEAD_FINE:
		break;
	}
	if (!e->read_in_length) {
		e->read_in = *src->p++;
		e->read_in_length = 8;
		src->n--;
	}
	e->read_in |= 1;
	s->place = IN_BLOCK;
	return 1;
}

static int go_on(struct isal *s, struct source *src, uint8_t **out, size_t *out_n)
{
	struct inflate_state *e = &s->s;
	size_t room = *out_n < UINT32_MAX / 2 ? *out_n : UINT32_MAX / 2, n;
	size_t fed = src->n < UINT32_MAX / 2 ? src->n : UINT32_MAX / 2;
	uint8_t *from = *out;
	int r;

	e->next_in = (uint8_t *)(uintptr_t)src->p; /* it only reads there */
	e->avail_in = (uint32_t)fed;
	e->next_out = from;
	e->avail_out = (uint32_t)room;
	r = isal_inflate(e);
	n = (size_t)(e->next_out - from);
	src->p += fed - e->avail_in;
	src->n -= fed - e->avail_in;
	*out += n;
	*out_n -= n;
	add_up(s, from, n);
	if (r < 0)
		return -1;
	if (e->block_state == ISAL_BLOCK_FINISH) {
		keep_history(s, *out, n);
		end_block(s);
		return 1;
	}
	if (e->block_state == ISAL_BLOCK_INPUT_DONE)
		set_aside(s, *out, n);
	return 0;
}

static int read_trailer(struct isal *s, struct source *src)
{
	struct inflate_state *e = &s->s;
	size_t want = s->gzip ? 8 : 4;

	e->read_in >>= e->read_in_length % 8;
	e->read_in_length -= e->read_in_length % 8;
	for (; s->trailer_n < want && e->read_in_length; e->read_in_length -= 8) {
		s->trailer[s->trailer_n++] = (uint8_t)e->read_in;
		e->read_in >>= 8;
	}
	for (; s->trailer_n < want && src->n; src->n--)
		s->trailer[s->trailer_n++] = *src->p++;
	if (s->trailer_n < want)
		return 0;
	if (s->gzip)
		return get_le32(s->trailer) == s->sum && get_le32(s->trailer + 4) == s->made
			       ? 1
			       : -1;
	return get_be32(s->trailer) == s->sum ? 1 : -1;
}

static struct source source_of(struct isal *s, const uint8_t *in, size_t in_n)
{
	size_t more = sizeof s->hold - s->held;

	if (!s->held)
		return (struct source){in, in_n, 0};
	more = more < in_n ? more : in_n;
	memcpy(s->hold + s->held, in, more);
	return (struct source){s->hold, s->held + more, s->held};
}

/* SRC is what is left of FROM. What was held and is not yet eaten stays; of the caller's so
 * much is taken. */
static void settle(struct isal *s, const struct source *from, const struct source *src,
	const uint8_t **in, size_t *in_n)
{
	size_t eaten = from->n - src->n, mine = eaten < from->held ? eaten : from->held;

	s->held = from->held - mine;
	memmove(s->hold, from->held ? s->hold + mine : s->hold, s->held);
	*in += eaten - mine;
	*in_n -= eaten - mine;
}

/* A header that the input ends in is kept until there is more of it. */
static int hold_rest(struct isal *s, const uint8_t **in, size_t *in_n)
{
	if (*in_n > sizeof s->hold - s->held)
		return -1; /* no header is so long */
	memcpy(s->hold + s->held, *in, *in_n);
	s->held += *in_n;
	*in += *in_n;
	*in_n = 0;
	return 0;
}

/* Behind the trailer the engine may hold bytes that are not its own: they go back to the
 * caller, if it is his present ones that they came from. */
static enum isal_result finish(struct isal *s, const uint8_t **in, size_t *in_n, size_t taken)
{
	size_t back = (size_t)s->s.read_in_length / 8;

	if (s->held || back > taken)
		return ISAL_DOUBT;
	*in -= back;
	*in_n += back;
	return ISAL_END;
}

enum isal_result isal_step(
	struct isal *s, const uint8_t **in, size_t *in_n, uint8_t **out, size_t *out_n)
{
	size_t had = *in_n;
	int r = 1;

	while (r > 0) {
		struct source from = source_of(s, *in, *in_n), src = from;
		enum place place = s->place;
		size_t room = *out_n;

		r = place == AT_HEADER  ? begin_block(s, &src)
		    : place == IN_BLOCK ? go_on(s, &src, out, out_n)
					: read_trailer(s, &src);
		settle(s, &from, &src, in, in_n);
		if (r > 0 && place == AT_TRAILER)
			return finish(s, in, in_n, had - *in_n);
		if (!r && place == AT_HEADER)
			r = hold_rest(s, in, in_n);
		else if (!r && *out_n && (s->held || *in_n)) /* the caller's own comes now */
			r = src.n < from.n || *out_n < room ? 1 : -1;
	}
	return r < 0 ? ISAL_DOUBT : ISAL_MORE;
}
#else
bool isal_built(void)
{
	return false;
}

struct isal *isal_new(bool gzip)
{
	(void)gzip;
	return NULL;
}

void isal_free(struct isal *s)
{
	(void)s;
}

void isal_again(struct isal *s)
{
	(void)s;
}

enum isal_result isal_step(
	struct isal *s, const uint8_t **in, size_t *in_n, uint8_t **out, size_t *out_n)
{
	(void)s, (void)in, (void)in_n, (void)out, (void)out_n;
	return ISAL_DOUBT;
}
#endif
