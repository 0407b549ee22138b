/* The blocks of a tar as they are pushed through, whatever pieces they come in. */
#include "format/tarblocks.h"
#include "format/tarmember.h"
#include <stdlib.h>
#include <string.h>

void tarblocks_begin(struct tarblocks *t, struct report *r)
{
	*t = (struct tarblocks){.report = r, .inside = "its first header"};
	t->last = &t->first;
}

void tarblocks_lost(struct tarblocks *t, enum finding_kind kind, uint64_t at, const char *text)
{
	report_find(t->report, kind, report_byte(t->report, at), "%s", text);
	t->state = TAR_LOST;
	t->limit |= kind == F_LIMIT_REACHED;
}

/* Behind a member's header: its bytes, its map, or the next one. */
static void begin_data(struct tarblocks *t, uint64_t size)
{
	t->left = size;
	t->pad = (USTAR_BLOCK - size % USTAR_BLOCK) % USTAR_BLOCK;
	t->padding_told = false;
	t->state = size ? TAR_IN_DATA : TAR_AT_HEADER;
	t->data |= size > 0;
	if (t->head.regions_more)
		t->state = TAR_IN_REGIONS;
}

static void on_header(struct tarblocks *t)
{
	uint64_t at = t->at - USTAR_BLOCK, size = 0;
	const char *why = "";

	switch (tarhead_read(&t->head, t->block, &why)) {
	case USTAR_HEADER:
		t->state = TAR_AT_HEADER;
		if (tarmember_meet(t, &size, at) && t->state == TAR_AT_HEADER)
			begin_data(t, size);
		return;
	case USTAR_ZEROS:
		t->state = TAR_AT_SECOND_ZEROS;
		if (t->waiting)
			tarblocks_lost(t, F_MALFORMED, at,
				"the archive ends behind an extension header that has no "
				"member");
		return;
	case USTAR_CHECKSUM:
		tarblocks_lost(t, F_CHECKSUM_MISMATCH, at,
			"the header of a member is not that of its checksum");
		return;
	case USTAR_STRANGE:
	default:
		tarblocks_lost(t, F_MALFORMED, at,
			arena_form(t->report->arena, "no header of a member: %s", why));
	}
}

static void count_regions(struct tarblocks *t, uint64_t n)
{
	t->regions += n;
	if (t->regions > TAR_REGIONS_MAX)
		tarblocks_lost(t, F_LIMIT_REACHED, t->at,
			arena_form(t->report->arena, "a sparse file of more than %d regions",
				TAR_REGIONS_MAX));
}

static void on_block(struct tarblocks *t)
{
	bool zeros = ustar_zeros(t->block, USTAR_BLOCK);

	switch (t->state) {
	case TAR_AT_HEADER:
		on_header(t);
		return;
	case TAR_IN_REGIONS:
		t->state = t->block[TAR_EXTENDED] ? TAR_IN_REGIONS : TAR_IN_DATA;
		count_regions(t, 21);
		return;
	case TAR_AT_SECOND_ZEROS:
		t->end_at = t->at;
		t->state = TAR_BEHIND_END;
		if (!zeros)
			tarblocks_lost(t, F_MALFORMED, t->at - USTAR_BLOCK,
				"a block of zeros where a member's header should be");
		return;
	case TAR_IN_EXTENSION:
	case TAR_IN_DATA:
	case TAR_BEHIND_END:
	case TAR_LOST:
	default:
		return;
	}
}

static size_t push_block(struct tarblocks *t, const uint8_t *p, size_t n)
{
	size_t k = USTAR_BLOCK - t->have < n ? USTAR_BLOCK - t->have : n;

	memcpy(t->block + t->have, p, k);
	t->have += k;
	t->at += k;
	if (t->have == USTAR_BLOCK) {
		t->have = 0;
		on_block(t);
	}
	return k;
}

static void check_padding(struct tarblocks *t, const uint8_t *p, size_t n)
{
	if (!t->padding_told && !ustar_zeros(p, n)) {
		t->padding_told = true;
		report_find(t->report, F_MALFORMED, report_byte(t->report, t->at),
			"%s is padded with other bytes than zeros", t->inside);
	}
	t->pad -= n;
}

/* The first line before the data of a sparse file: how many regions its map has. */
static void watch_map(struct tarblocks *t, const uint8_t *p, size_t n)
{
	for (size_t i = 0; i < n && t->map && t->state != TAR_LOST; i++) {
		t->map = p[i] >= '0' && p[i] <= '9';
		if (t->map)
			count_regions(t, t->regions * 9 + (uint64_t)(p[i] - '0'));
	}
}

/* Bytes of data or of an extension, then their padding. */
static size_t push_bytes(struct tarblocks *t, const uint8_t *p, size_t n)
{
	size_t k = 0;

	if (t->left) {
		k = n < t->left ? n : (size_t)t->left;
		if (t->state == TAR_IN_EXTENSION) {
			memcpy(t->body + t->body_n, p, k);
			t->body_n += k;
		} else if (t->map) {
			watch_map(t, p, k);
		}
		t->left -= k;
	} else if (t->pad) {
		k = n < t->pad ? n : t->pad;
		check_padding(t, p, k);
	}
	t->at += k;
	if (t->left || t->pad || t->state == TAR_LOST)
		return k;
	if (t->state == TAR_IN_EXTENSION)
		tarmember_extend(t);
	if (t->state != TAR_LOST)
		t->state = TAR_AT_HEADER;
	return k;
}

static size_t push_trailing(struct tarblocks *t, const uint8_t *p, size_t n)
{
	size_t k = 0;

	if (ustar_zeros(p, n)) {
		t->at += n;
		return n;
	}
	while (!p[k])
		k++;
	tarblocks_lost(t, F_TRAILING_DATA, t->at + k, "bytes behind the two end blocks");
	return k;
}

void tarblocks_push(struct tarblocks *t, const uint8_t *p, size_t n)
{
	while (n) {
		size_t k = n;

		if (t->state == TAR_LOST)
			t->at += n;
		else if (t->state == TAR_BEHIND_END)
			k = push_trailing(t, p, n);
		else if (t->state == TAR_IN_DATA || t->state == TAR_IN_EXTENSION)
			k = push_bytes(t, p, n);
		else
			k = push_block(t, p, n);
		p += k;
		n -= k;
	}
}

struct tar_member *tarblocks_take(struct tarblocks *t)
{
	struct tar_member *m = t->first;

	if (!m)
		return NULL;
	t->first = m->next;
	if (!t->first)
		t->last = &t->first;
	return m;
}

static void tell_cut(struct tarblocks *t)
{
	const char *in = t->state == TAR_AT_SECOND_ZEROS        ? "in its end mark, behind"
			 : t->state == TAR_IN_DATA              ? "in"
			 : t->have || t->state != TAR_AT_HEADER ? "in a header behind"
								: "without its end mark behind";

	report_find(t->report, F_TRUNCATED, report_byte(t->report, t->at),
		"the archive ends %s %s", in, t->inside);
}

void tarblocks_end(struct tarblocks *t)
{
	uint64_t record = (t->end_at + TAR_RECORD - 1) / TAR_RECORD * TAR_RECORD;

	if (t->state == TAR_LOST)
		return;
	if (t->state != TAR_BEHIND_END)
		tell_cut(t);
	else if (t->at > record)
		report_find(t->report, F_TRAILING_ZEROS, report_byte(t->report, t->end_at),
			"%llu zero bytes behind the two end blocks",
			(unsigned long long)(t->at - t->end_at));
}

void tarblocks_clear(struct tarblocks *t)
{
	struct tar_member *m;

	while ((m = tarblocks_take(t)))
		free(m);
	free(t->body);
	free(t->long_name);
	free(t->long_link);
	free(t->pax_body);
}
