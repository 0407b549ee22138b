/*
 * The row of parts: finds where the next part begins, feeds it to the codec, and says what is
 * wrong at which byte. All wrappings meet cuts, padding and trailing bytes here, so that none
 * of them can take an early end for a clean one.
 */
#include "format/unwrap.h"
#include "base/bytes.h"
#include "format/intake.h"
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>

enum { FLOWING = 1 };

struct unwrap {
	stream s;
	struct intake in;
	struct report *report;
	const struct codec *codec;
	void *state;
	size_t filled;  /* of OUT */
	uint64_t parts; /* begun so far */
	uint64_t skip;  /* bytes of a skippable frame still ahead */
	bool inside;    /* a part, not between two */
	bool pending;   /* the codec filled all its room: it may hold more */
	bool skip_noted, pad_noted;
	int result; /* FLOWING, 0 at the clean end, or the failure */
	bks_error failure;
	size_t room;
	uint8_t out[];
};

static unsigned long long llu(uint64_t v)
{
	return v;
}

static int cut(const struct unwrap *u, uint64_t at, bks_error *err)
{
	return fail(err, BKS_E_CUT, "%s is damaged at byte %llu", u->codec->name, llu(at));
}

static int damage(
	struct unwrap *u, enum finding_kind kind, uint64_t at, const char *text, bks_error *err)
{
	report_find(u->report, kind, report_byte(u->report, at), "%s %s %llu: %s",
		u->codec->name, u->codec->part, llu(u->parts), text);
	return cut(u, at, err);
}

static int truncated(struct unwrap *u, const char *what, bks_error *err)
{
	uint64_t end = u->in.at + u->in.n;

	report_find(u->report, F_TRUNCATED, report_byte(u->report, end),
		"%s ended inside %s %llu, before its end was reached", u->codec->name, what,
		llu(u->parts));
	return cut(u, end, err);
}

/* Bytes that belong to no part, from FROM on: counts them to the end of the outer stream. */
static int trailing(struct unwrap *u, uint64_t from, bks_error *err)
{
	uint64_t ahead = u->in.at + u->in.n + u->in.rest_n - from, n = 0;
	int r = u->in.ended ? 0 : stream_drain(u->in.outer, &n, err);

	report_find(u->report, F_TRAILING_DATA, report_byte(u->report, from),
		"%s%llu bytes after the last %s %s", r < 0 ? "at least " : "", llu(ahead + n),
		u->codec->name, u->codec->part);
	return r < 0 ? r : cut(u, from, err);
}

/* No part begins here: padding, or what must not be. FLOWING when a part may follow. */
static int after_part(struct unwrap *u, bks_error *err)
{
	uint64_t from = u->in.at;
	size_t pad = u->codec->pad;
	bool clean;
	int r;

	if (!u->parts && !u->skip_noted) {
		report_find(u->report, F_MALFORMED, report_byte(u->report, from),
			"does not begin as %s does", u->codec->name);
		return cut(u, from, err);
	}
	while ((r = intake_more(&u->in, err)) > 0 && pad && !*u->in.p)
		intake_take(&u->in, 1);
	clean = pad && u->in.at > from && (u->in.at - from) % pad == 0;
	if (r > 0 && !(clean && u->codec->pad_between))
		return trailing(u, from, err);
	if (r < 0)
		return r;
	if (!clean)
		return trailing(u, from, err);
	if (!u->pad_noted)
		report_find(u->report, F_TRAILING_ZEROS, report_byte(u->report, from),
			"%llu zero bytes of padding after %s %s %llu", llu(u->in.at - from),
			u->codec->name, u->codec->part, llu(u->parts));
	u->pad_noted = true;
	return r;
}

static int begin_skippable(struct unwrap *u)
{
	u->skip = SKIPPABLE_HEAD + (uint64_t)get_le32(u->in.p + 4);
	if (!u->skip_noted)
		report_find(u->report, F_SKIPPABLE_FRAME, report_byte(u->report, u->in.at),
			"a skippable frame of %llu bytes, not part of the data", llu(u->skip));
	u->skip_noted = true;
	return FLOWING;
}

static int begin_part(struct unwrap *u, bks_error *err)
{
	struct unwrap_io io = {
		.in = u->in.p, .in_n = u->in.n, .at = u->in.at, .report = u->report};

	u->parts++;
	u->inside = true;
	u->pending = false;
	if (u->codec->start(u->state, &io) == UNWRAP_BAD)
		return damage(u, io.kind, u->in.at, io.text, err);
	return FLOWING;
}

/* Each of these three does one thing and returns FLOWING, 0 at the clean end, or a failure. */
static int between(struct unwrap *u, bks_error *err)
{
	int r = intake_gather(&u->in, u->codec->look, err);

	if (r < 0)
		return r;
	if (!u->in.n && (u->parts || u->skip_noted))
		return 0;
	switch (u->codec->begins(u->in.p, u->in.n)) {
	case BEGINS_PART:
		return begin_part(u, err);
	case BEGINS_SKIPPABLE:
		return begin_skippable(u);
	case BEGINS_CUT:
		u->parts++;
		return truncated(u, u->codec->part, err);
	case BEGINS_NOTHING:
		break;
	}
	return after_part(u, err);
}

static int skip(struct unwrap *u, bks_error *err)
{
	int r = intake_more(&u->in, err);
	size_t n = u->in.n < u->skip ? u->in.n : (size_t)u->skip;

	if (r < 0)
		return r;
	if (r == 0)
		return truncated(u, "a skippable frame after frame", err);
	intake_take(&u->in, n);
	u->skip -= n;
	return FLOWING;
}

static int inside(struct unwrap *u, bks_error *err)
{
	struct unwrap_io io = {.out = u->out + u->filled,
		.out_n = u->room - u->filled,
		.report = u->report};
	enum unwrap_step step;
	int r;

	/* First what the codec still holds, then new input: see the note at codec's step. */
	if (!u->pending && (r = intake_more(&u->in, err)) <= 0) {
		if (!r && u->codec->cut)
			u->codec->cut(u->state);
		return r < 0 ? r : truncated(u, u->codec->part, err);
	}
	io.in = u->in.p;
	io.in_n = u->pending ? 0 : u->in.n;
	io.at = u->in.at;
	step = u->codec->step(u->state, &io);
	if (io.in == u->in.p && io.out_n == u->room - u->filled && !u->pending &&
		step == UNWRAP_MORE)
		step = unwrap_bad(&io, F_MALFORMED, "its data does not go on");
	intake_take(&u->in, (size_t)(io.in - u->in.p));
	u->filled = u->room - io.out_n;
	u->pending = io.out_n == 0;
	if (step == UNWRAP_BAD)
		return damage(u, io.kind, u->in.at, io.text, err);
	u->inside = step == UNWRAP_MORE;
	return FLOWING;
}

static int unwrap_next(stream *s, const uint8_t **p, size_t *n, bks_error *err)
{
	struct unwrap *u = (struct unwrap *)s;

	u->filled = 0;
	while (u->result == FLOWING && u->filled < STREAM_BLOCK)
		u->result = u->inside ? inside(u, &u->failure)
			    : u->skip ? skip(u, &u->failure)
				      : between(u, &u->failure);
	*p = u->out;
	*n = u->filled;
	if (u->filled)
		return 1;
	if (u->result < 0)
		*err = u->failure;
	return u->result;
}

static void unwrap_close(stream *s)
{
	struct unwrap *u = (struct unwrap *)s;

	u->codec->free(u->state);
	stream_close(u->in.outer);
	free(u);
}

int unwrap_open(
	stream **inner, stream *outer, struct report *r, const struct codec *codec, void *state)
{
	static const struct stream_kind kind = {unwrap_next, unwrap_close};
	size_t room = codec->room > STREAM_BLOCK ? codec->room : STREAM_BLOCK;
	struct unwrap *u = malloc(sizeof *u + room);

	if (!u)
		abort();
	memset(u, 0, offsetof(struct unwrap, out));
	u->room = room;
	u->s.kind = &kind;
	intake_init(&u->in, outer);
	u->report = r;
	u->codec = codec;
	u->state = state;
	u->result = FLOWING;
	*inner = &u->s;
	return 0;
}

enum unwrap_step unwrap_bad(struct unwrap_io *io, enum finding_kind kind, const char *fmt, ...)
{
	char text[256];
	va_list ap;

	va_start(ap, fmt);
	vsnprintf(text, sizeof text, fmt, ap);
	va_end(ap);
	io->kind = kind;
	io->text = arena_text(io->report->arena, text);
	return UNWRAP_BAD;
}
