/* What is around the members of PostgreSQL's own tars, whatever they hold: every header, byte
 * of padding and end block is held against what PostgreSQL writes. */
#include "format/tarframe.h"
#include <stdio.h>
#include <string.h>

void tarframe_init(struct tarframe *t, stream *in, struct report *r, bks_error *err)
{
	*t = (struct tarframe){.report = r};
	reader_init(&t->r, in, err);
	snprintf(t->inside, sizeof t->inside, "its first header");
}

int tarframe_told(struct tarframe *t, enum finding_kind kind, uint64_t at, const char *text)
{
	report_find(t->report, kind, report_byte(t->report, at), "%s", text);
	return PG_TOLD;
}

static int read_second_zeros(struct tarframe *t)
{
	uint8_t block[USTAR_BLOCK];

	snprintf(t->inside, sizeof t->inside, "its end mark, behind the first of two blocks");
	PG_MUST(reader_take(&t->r, block, sizeof block));
	if (ustar_zeros(block, sizeof block))
		return TAR_END;
	return tarframe_told(t, F_MALFORMED, t->r.at - USTAR_BLOCK,
		"a block of zeros where a member's header should be");
}

int tarframe_head(struct tarframe *t)
{
	uint8_t block[USTAR_BLOCK];
	const char *why = "";
	uint64_t at = t->r.at;

	PG_MUST(reader_take(&t->r, block, sizeof block));
	switch (ustar_read(&t->head, block, &why)) {
	case USTAR_HEADER:
		snprintf(t->inside, sizeof t->inside, "member %s", t->head.name);
		return 1;
	case USTAR_ZEROS:
		return read_second_zeros(t);
	case USTAR_CHECKSUM:
		return tarframe_told(t, F_CHECKSUM_MISMATCH, at,
			"the header of a member is not that of its checksum");
	case USTAR_STRANGE:
	default:
		return tarframe_told(t, F_MALFORMED, at,
			arena_form(t->report->arena, "no header of a member: %s", why));
	}
}

static void meet_dirt(struct tarframe *t, uint64_t at)
{
	if (!t->loose)
		report_find(t->report, F_MALFORMED, report_byte(t->report, at),
			"%s is padded with other bytes than zeros", t->inside);
	else if (!t->dirty++)
		t->dirty_at = at;
}

int tarframe_padding(struct tarframe *t)
{
	uint8_t pad[USTAR_BLOCK];
	size_t n = (USTAR_BLOCK - t->head.size % USTAR_BLOCK) % USTAR_BLOCK;

	PG_MUST(reader_take(&t->r, pad, n));
	if (!ustar_zeros(pad, n))
		meet_dirt(t, t->r.at - n);
	snprintf(t->inside, sizeof t->inside, "no end mark, behind member %s", t->head.name);
	return 1;
}

int tarframe_trailing(struct tarframe *t)
{
	uint64_t from = t->r.at;
	const uint8_t *p;
	size_t n;
	int got;

	if (t->dirty)
		report_find(t->report, F_PADDING_NOT_ZERO, report_byte(t->report, t->dirty_at),
			"%zu members are padded with other bytes than zeros, which carry "
			"nothing",
			t->dirty);
	while ((got = reader_some(&t->r, &p, &n, UINT64_MAX)) > 0) {
		while (n && !*p) {
			p++;
			n--;
		}
		if (n)
			return tarframe_told(t, F_TRAILING_DATA, t->r.at - n,
				"bytes behind the two end blocks");
	}
	if (got == 0 && t->r.at > from)
		report_find(t->report, F_TRAILING_ZEROS, report_byte(t->report, from),
			"%llu zero bytes behind the two end blocks",
			(unsigned long long)(t->r.at - from));
	return got;
}

static int part_next(stream *s, const uint8_t **p, size_t *n, bks_error *err)
{
	struct tarpart *part = (struct tarpart *)s;
	int r;

	(void)err; /* the reader has its own */
	if (!part->left)
		return 0;
	r = reader_some(part->from, p, n, part->left);
	if (r > 0)
		part->left -= *n;
	return r ? r : part->end;
}

static void part_close(stream *s)
{
	(void)s;
}

void tarpart_init(struct tarpart *p, struct tarframe *t, int end)
{
	static const struct stream_kind kind = {part_next, part_close};

	*p = (struct tarpart){{.kind = &kind}, &t->r, t->head.size, end};
}
