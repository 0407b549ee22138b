/* The records of a zip as they are pushed through, whatever pieces they come in. */
#include "format/ziprecords.h"
#include "base/bytes.h"
#include <inttypes.h>
#include <stdlib.h>

enum { LOCAL = 30, CENTRAL = 46, END = 22, LOCATOR = 20, END64_HEAD = 12, END64_MAX = 1 << 20 };
enum {
	SIGNED_LOCAL = 0x04034b50,
	SIGNED_CENTRAL = 0x02014b50,
	SIGNED_END = 0x06054b50,
	SIGNED_END64 = 0x06064b50,
	SIGNED_LOCATOR = 0x07064b50,
	SIGNED_SIGNATURE = 0x05054b50,
	SIGNED_DESCRIPTOR = 0x08074b50
};

static size_t get_le16(const uint8_t *p)
{
	return (size_t)p[0] | (size_t)p[1] << 8;
}

void ziprecords_begin(struct ziprecords *z, struct report *r)
{
	*z = (struct ziprecords){.report = r, .ends = {.report = r}};
	zipindex_begin(&z->index, r);
}

void ziprecords_clear(struct ziprecords *z)
{
	zipindex_clear(&z->index);
	free(z->hold);
	z->hold = NULL;
}

static struct zip_record *last(const struct ziprecords *z)
{
	return z->index.n ? &z->index.v[z->index.n - 1] : NULL;
}

static const char *last_name(const struct ziprecords *z)
{
	const struct zip_record *r = last(z);

	return r ? arena_text(z->report->arena, r->name) : NULL;
}

static void lost(struct ziprecords *z, enum finding_kind kind, const char *text)
{
	report_find(z->report, kind, report_byte(z->report, z->at), "%s", text);
	z->state = ZIP_LOST;
}

/* How long the record at P is, of which N bytes are there; more than N: not known yet, that
 * many are needed. 0: no record. */
static size_t length_of(const uint8_t *p, size_t n)
{
	if (n < 4)
		return 4;
	switch (get_le32(p)) {
	case SIGNED_LOCAL:
		return n < LOCAL ? LOCAL : LOCAL + get_le16(p + 26) + get_le16(p + 28);
	case SIGNED_CENTRAL:
		return n < CENTRAL ? CENTRAL
				   : CENTRAL + get_le16(p + 28) + get_le16(p + 30) +
					     get_le16(p + 32);
	case SIGNED_END64:
		if (n < END64_HEAD)
			return END64_HEAD;
		return get_le64(p + 4) > END64_MAX ? 0 : END64_HEAD + (size_t)get_le64(p + 4);
	case SIGNED_LOCATOR:
		return LOCATOR;
	case SIGNED_SIGNATURE:
		return n < 6 ? 6 : 6 + get_le16(p + 4);
	case SIGNED_END:
		return END;
	default:
		return 0;
	}
}

/* What may stand behind a member. */
static bool is_follower(const uint8_t *p)
{
	uint32_t s = get_le32(p);

	return s == SIGNED_LOCAL || s == SIGNED_CENTRAL || s == SIGNED_END || s == SIGNED_END64;
}

static void begin_data(struct ziprecords *z, struct zip_record *r, bool open)
{
	z->data_at = z->at;
	z->tail_n = 0;
	z->left = r->stored;
	r->known = !(r->flags & ZIP_SIZES_BEHIND);
	r->end = z->at + r->stored;
	r->open = open;
	z->state = open ? ZIP_IN_OPEN_DATA : ZIP_IN_DATA;
}

static void on_local(struct ziprecords *z)
{
	const uint8_t *p = z->hold;
	size_t name_n = get_le16(p + 26), extra_n = get_le16(p + 28);
	bool twice, has;
	struct zip_record *r = zipindex_add(&z->index, p + LOCAL, name_n, &twice);

	if (!r) {
		z->limit = true;
		z->state = ZIP_LOST;
		return;
	}
	r->at = z->at - z->have;
	r->version = p[4];
	r->system = p[5];
	r->flags = (uint16_t)get_le16(p + 6);
	r->method = (uint16_t)get_le16(p + 8);
	r->crc = get_le32(p + 14);
	r->stored = get_le32(p + 18);
	r->size = get_le32(p + 22);
	if (z->ends.begun)
		report_find(z->report, F_MALFORMED, report_byte(z->report, r->at),
			"a local header in the central directory");
	if (!zip64_read(&r->size, &r->stored, NULL, &has, p + LOCAL + name_n, extra_n))
		lost(z, F_MALFORMED, "the fields of a local header do not add up");
	else
		begin_data(z, r, (r->flags & ZIP_SIZES_BEHIND) && !r->stored);
	z->meet(z->meet_arg, r, twice);
}

static void on_end(struct ziprecords *z)
{
	zipends_end(&z->ends, z->at - END, z->hold);
	z->left = get_le16(z->hold + 20);
	z->end_at = z->at + z->left;
	z->state = z->left ? ZIP_IN_COMMENT : ZIP_BEHIND_END;
	zipindex_unlisted(&z->index);
}

static void on_record(struct ziprecords *z)
{
	switch (get_le32(z->hold)) {
	case SIGNED_LOCAL:
		on_local(z);
		break;
	case SIGNED_CENTRAL:
		zipends_central(&z->ends, z->at - z->have, z->have);
		zipindex_meet(&z->index, z->hold, z->have);
		break;
	case SIGNED_END64:
		zipends_64(&z->ends, z->at - z->have, z->hold, z->have);
		break;
	case SIGNED_LOCATOR:
		zipends_locator(&z->ends, z->hold);
		break;
	case SIGNED_END:
		on_end(z);
		break;
	default:
		break;
	}
	z->have = 0;
}

static void begin_gap(struct ziprecords *z)
{
	z->gap_at = z->at - z->have;
	z->tail_n = z->have < 4 ? z->have : 4;
	memcpy(z->tail, z->hold, z->tail_n);
	z->have = 0;
	z->state = ZIP_IN_GAP;
}

static void hold_more(struct ziprecords *z, size_t want)
{
	if (want <= z->room)
		return;
	z->room = want < 1024 ? 1024 : want;
	z->hold = realloc(z->hold, z->room);
	if (!z->hold)
		abort(); /* at most three names of 64 KiB, or END64_MAX */
}

static size_t push_record(struct ziprecords *z, const uint8_t *p, size_t n)
{
	size_t want = length_of(z->hold, z->have), k;

	k = want - z->have < n ? want - z->have : n;
	hold_more(z, want);
	memcpy(z->hold + z->have, p, k);
	z->have += k;
	z->at += k;
	if (z->have < want)
		return k;
	want = length_of(z->hold, z->have);
	if (!want)
		begin_gap(z);
	else if (want == z->have)
		on_record(z);
	return k;
}

static size_t push_data(struct ziprecords *z, size_t n)
{
	size_t k = n < z->left ? n : (size_t)z->left;

	z->left -= k;
	z->at += k;
	if (z->left)
		return k;
	if (z->state == ZIP_IN_COMMENT)
		z->state = ZIP_BEHIND_END;
	else
		z->state =
			last(z)->flags & ZIP_SIZES_BEHIND ? ZIP_AT_DESCRIPTOR : ZIP_AT_RECORD;
	return k;
}

static void tail_add(struct ziprecords *z, uint8_t c)
{
	if (z->tail_n == ZIP_TAIL)
		memmove(z->tail, z->tail + 1, --z->tail_n);
	z->tail[z->tail_n++] = c;
}

/* A gap ends where a record begins; a marker of four bytes before the first one belongs to an
 * archive that was to be split, and was not. */
static size_t push_gap(struct ziprecords *z, const uint8_t *p, size_t n)
{
	for (size_t i = 0; i < n; i++) {
		bool marker;

		if (z->tail_n == 4)
			memmove(z->tail, z->tail + 1, --z->tail_n);
		z->tail[z->tail_n++] = p[i];
		z->at++;
		if (z->tail_n < 4 || !is_follower(z->tail))
			continue;
		marker = !z->gap_at && z->at == 8;
		if (!marker)
			report_find(z->report, F_MALFORMED, report_byte(z->report, z->gap_at),
				"%" PRIu64 " bytes that belong to no member",
				z->at - 4 - z->gap_at);
		hold_more(z, 4);
		memcpy(z->hold, z->tail, 4);
		z->have = 4;
		z->state = ZIP_AT_RECORD;
		return i + 1;
	}
	return n;
}

/* The length of the descriptor that ends before the last four bytes of the tail, N of them,
 * when COUNT bytes of data stand before it; 0: there is none. */
static size_t descriptor(struct zip_record *r, const uint8_t *end, size_t n, uint64_t since)
{
	static const struct {
		size_t length;
		bool sign, wide;
	} forms[] = {
		{16, true, false}, {24, true, true}, {12, false, false}, {20, false, true}};

	for (size_t i = 0; i < 4; i++) {
		const uint8_t *p = end - forms[i].length;
		uint64_t stored;

		if (forms[i].length > n || forms[i].length > since)
			continue;
		if (forms[i].sign && get_le32(p) != SIGNED_DESCRIPTOR)
			continue;
		p += forms[i].sign ? 4 : 0;
		stored = forms[i].wide ? get_le64(p + 4) : get_le32(p + 4);
		if (stored != since - forms[i].length)
			continue;
		r->crc = get_le32(p);
		r->stored = stored;
		r->size = forms[i].wide ? get_le64(p + 12) : get_le32(p + 8);
		return forms[i].length;
	}
	return 0;
}

/* What the local header said before, where it said anything. */
static void check_told(
	struct ziprecords *z, const struct zip_record *was, const struct zip_record *r)
{
	if ((was->crc && was->crc != r->crc) || (was->stored && was->stored != r->stored) ||
		(was->size && was->size != r->size))
		report_find(z->report, F_SIZE_CONFLICT, last_name(z),
			"its local header and the descriptor behind its bytes differ");
}

/* Four bytes of a record are the last ones: is what stands before them a descriptor? */
static bool ends_member(struct ziprecords *z)
{
	struct zip_record *r = last(z), was = *r;
	const uint8_t *end = z->tail + z->tail_n - 4;

	if (!descriptor(r, end, z->tail_n - 4, z->at - 4 - z->data_at))
		return false;
	check_told(z, &was, r);
	r->known = true;
	r->end = z->at - 4;
	memcpy(z->hold, end, 4);
	z->have = 4;
	z->state = ZIP_AT_RECORD;
	return true;
}

/* How many of the N bytes at P cannot be of a signature or of what stands before one. */
static size_t quiet(const struct ziprecords *z, const uint8_t *p, size_t n)
{
	const uint8_t *next = memchr(p, 'P', n);
	size_t k = next ? (size_t)(next - p) : n;

	for (size_t i = 1; i < 4 && i <= z->tail_n; i++)
		if (z->tail[z->tail_n - i] == 'P')
			return 0;
	return k > ZIP_TAIL ? k - ZIP_TAIL : 0;
}

static size_t push_open(struct ziprecords *z, const uint8_t *p, size_t n)
{
	for (size_t i = 0; i < n;) {
		size_t k = p[i] == 'P' ? 0 : quiet(z, p + i, n - i);

		if (k)
			z->tail_n = 0;
		i += k;
		tail_add(z, p[i++]);
		z->at += k + 1;
		if (z->tail_n >= 4 && is_follower(z->tail + z->tail_n - 4) && ends_member(z))
			return i;
	}
	return n;
}

/* The sizes were told before: a descriptor follows at once, and says the same. */
static size_t push_descriptor(struct ziprecords *z, const uint8_t *p, size_t n)
{
	uint64_t stored = last(z)->stored;

	for (size_t i = 0; i < n; i++) {
		tail_add(z, p[i]);
		z->at++;
		if (z->tail_n >= 4 && is_follower(z->tail + z->tail_n - 4) && ends_member(z))
			return i + 1;
		if (z->at - z->data_at - stored < ZIP_TAIL)
			continue;
		lost(z, F_SIZE_CONFLICT,
			arena_form(z->report->arena,
				"behind the bytes of %s no descriptor tells its size",
				last(z)->name));
		return i + 1;
	}
	return n;
}

static size_t push_trailing(struct ziprecords *z, const uint8_t *p, size_t n)
{
	size_t k = 0;

	while (k < n && !p[k])
		k++;
	z->at += k;
	z->zeros |= k > 0;
	if (k < n)
		lost(z, F_TRAILING_DATA, "bytes behind the end record and its comment");
	return k;
}

void ziprecords_push(struct ziprecords *z, const uint8_t *p, size_t n)
{
	while (n) {
		size_t k = n;

		switch (z->state) {
		case ZIP_AT_RECORD:
			k = push_record(z, p, n);
			break;
		case ZIP_IN_DATA:
		case ZIP_IN_COMMENT:
			k = push_data(z, n);
			break;
		case ZIP_IN_OPEN_DATA:
			k = push_open(z, p, n);
			break;
		case ZIP_AT_DESCRIPTOR:
			k = push_descriptor(z, p, n);
			break;
		case ZIP_IN_GAP:
			k = push_gap(z, p, n);
			break;
		case ZIP_BEHIND_END:
			k = push_trailing(z, p, n);
			break;
		case ZIP_LOST:
		default:
			z->at += n;
		}
		p += k;
		n -= k;
	}
}

static void tell_cut(struct ziprecords *z, bool cut)
{
	const char *name = last_name(z);
	bool in_data = z->state == ZIP_IN_DATA || z->state == ZIP_IN_OPEN_DATA ||
		       z->state == ZIP_AT_DESCRIPTOR;

	if (z->state == ZIP_IN_OPEN_DATA && !cut)
		report_find(z->report, F_SIZE_CONFLICT, name,
			"no descriptor behind its bytes tells how many there are");
	else if (in_data)
		report_find(z->report, F_TRUNCATED, report_byte(z->report, z->at),
			"the archive ends in member %s", name);
	else
		report_find(z->report, F_TRUNCATED, report_byte(z->report, z->at),
			"the archive ends %s",
			z->state == ZIP_IN_COMMENT ? "in its comment"
			: z->state == ZIP_IN_GAP   ? "in bytes that belong to no member"
			: z->have                  ? "in a record"
			: z->ends.begun            ? "in the central directory"
						   : "without a central directory");
}

void ziprecords_end(struct ziprecords *z, bool cut)
{
	if (z->state == ZIP_LOST)
		return;
	if (z->state != ZIP_BEHIND_END)
		tell_cut(z, cut);
	else if (z->zeros)
		report_find(z->report, F_TRAILING_ZEROS, report_byte(z->report, z->end_at),
			"%" PRIu64 " zero bytes behind the end record", z->at - z->end_at);
}
