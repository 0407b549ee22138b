/*
 * Any bytes as files of WAL: the walk ends, says the same however they are cut in pieces, and
 * proves nothing that lies outside of the segment. Then with the checksums of its records made
 * right, so that what is behind them is reached; and once more as the segment that follows.
 */
#include "base/bytes.h"
#include "format/format.h"
#include "format/wal.h"
#include "format/walhistory.h"
#include "fuzz.h"
#include <string.h>

extern const struct format format_pgwal;

struct sight {
	struct wal_facts facts;
	size_t findings;
	uint32_t is, must; /* of the first record whose checksum is wrong */
};

static struct wal *walker(void)
{
	static struct wal *w;

	if (!w)
		w = malloc(sizeof *w);
	MUST(w);
	return w;
}

static struct sight look(const uint8_t *data, size_t n, size_t step, enum wal_how how,
	const struct wal_carry *from, struct wal_carry *left)
{
	bks_arena *a = bks_arena_new();
	bks_inspection out = {0};
	struct report r;
	struct wal *w = walker();
	struct sight s = {0};
	const char *sum;

	report_init(&r, &out, a);
	wal_init(w, &r, from);
	wal_begin(w, how == WAL_PARTIAL ? "000000010000000000000001.partial" : NULL, how);
	for (size_t at = 0; at < n; at += step)
		wal_push(w, data + at, n - at < step ? n - at : step);
	wal_end(w, false);
	s.facts = w->facts;
	s.findings = r.findings.n;
	for (size_t i = 0; i < r.findings.n; i++) {
		sum = strstr(r.findings.v[i].text, "CRC-32C is ");
		if (sum && sscanf(sum, "CRC-32C is %8x, must be %8x", &s.is, &s.must) != 2)
			s.is = s.must = 0;
	}
	if (s.facts.segment_size && s.facts.end_lsn) {
		MUST(s.facts.end_lsn >= s.facts.lsn);
		MUST(s.facts.end_lsn - s.facts.lsn <= s.facts.segment_size);
	}
	MUST(w->carry.got <= w->carry.length || !w->carry.record);
	if (left)
		*left = w->carry;
	bks_arena_free(a);
	return s;
}

static void same(const struct sight *a, const struct sight *b)
{
	MUST(a->findings == b->findings && a->facts.records == b->facts.records &&
		a->facts.end_lsn == b->facts.end_lsn &&
		a->facts.last_xact == b->facts.last_xact && a->facts.end == b->facts.end);
}

/* The record that says MUST gets the checksum that it has. */
static bool mend(uint8_t *data, size_t n, const struct sight *s)
{
	for (size_t i = 0; s->is != s->must && i + 4 <= n; i++) {
		if (get_le32(data + i) != s->must)
			continue;
		for (int k = 0; k < 4; k++)
			data[i + (size_t)k] = (uint8_t)(s->is >> 8 * k);
		return true;
	}
	return false;
}

static void as_format(const uint8_t *data, size_t n, const char *name)
{
	bks_arena *a = bks_arena_new();
	stream *in = stream_memory(data, n, n % 997 + 1);
	bks_inspection out = {.path = name};
	bks_error err = {0};
	struct report r;

	report_init(&r, &out, a);
	MUST(format_pgwal.walk(in, &r, &err) == 0);
	MUST(in->given == n);
	stream_close(in);
	report_close(&r, true);
	bks_arena_free(a);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t n)
{
	static const enum wal_how hows[] = {WAL_COMPLETE, WAL_MAY_END, WAL_PARTIAL};
	uint8_t *copy = malloc(n ? n : 1);
	struct wal_carry left = {0};

	MUST(copy);
	if (n)
		memcpy(copy, data, n);
	format_guess(data, n);
	as_format(copy, n, "00000003.history");
	as_format(copy, n, "000000010000000000000001.00000028.backup");
	for (size_t i = 0; i < 3; i++)
		for (int mends = 0; mends < (hows[i] == WAL_PARTIAL ? 6 : 1); mends++) {
			struct sight all = look(copy, n, n + 1, hows[i], NULL, &left),
				     other = look(copy, n, n % 4099 + 1, hows[i], NULL, NULL);

			same(&all, &other);
			if (!mend(copy, n, &all))
				break;
		}
	left.lsn = n >= 16 ? get_le64(copy + 8)
			   : 0; /* what was left, as if this were the next one */
	left.system_id = n >= 32 ? get_le64(copy + 24) : 0;
	left.segment_size = n >= 36 ? get_le32(copy + 32) : 0;
	if (n >= 96) {
		memcpy(left.head, copy, sizeof left.head);
		left.length = 24 + get_le32(copy + 40) % 100000;
		left.got = left.length ? get_le32(copy + 44) % left.length : 0;
		left.record = left.lsn > 100000 ? left.lsn - left.got : 0;
		look(copy, n, n + 1, WAL_MAY_END, &left, NULL);
	}
	free(copy);
	return 0;
}
