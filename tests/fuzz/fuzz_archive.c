/*
 * Any bytes as a tar and as a zip: the walk ends, reads all of them and nothing past them, says
 * the same however they are cut in pieces, and calls nothing sound that loses its end. A tar once
 * more with the checksums of its headers made right, so that what is behind them is reached.
 */
#include "format/format.h"
#include "format/ustar.h"
#include "fuzz.h"
#include <stdio.h>
#include <string.h>

extern const struct format format_tar, format_zip;

struct sight {
	enum bks_verdict verdict;
	enum bks_content content;
	size_t tables, findings, members;
	bool zeros;
};

static struct sight look(const struct format *f, const uint8_t *data, size_t n, size_t step)
{
	bks_arena *a = bks_arena_new();
	stream *in = stream_memory(data, n, step);
	bks_inspection out = {.format = f->name};
	bks_error err = {0};
	struct report r;
	struct sight s;

	report_init(&r, &out, a);
	MUST(f->walk(in, &r, &err) == 0);
	MUST(in->given == n);
	stream_close(in);
	s.zeros = report_has(&r, F_TRAILING_ZEROS);
	report_close(&r, true);
	s = (struct sight){out.verdict, out.content, out.table_count, out.finding_count,
		out.member_count, s.zeros};
	for (size_t i = 0; i < out.member_count; i++) {
		MUST(out.members[i].verdict != BKS_UNKNOWN && out.members[i].path);
		MUST(out.members[i].verdict == BKS_SOUND || out.verdict != BKS_SOUND);
	}
	bks_arena_free(a);
	return s;
}

/* Zeros behind the end of a tar are padding: how many bytes it has without them. */
static size_t length(const struct format *f, const uint8_t *data, size_t n)
{
	if (f == &format_zip)
		return n;
	n -= n % USTAR_BLOCK;
	while (n >= 3 * USTAR_BLOCK && ustar_zeros(data + n - 3 * USTAR_BLOCK, 3 * USTAR_BLOCK))
		n -= USTAR_BLOCK;
	return n;
}

static void try(const struct format *f, const uint8_t *data, size_t n)
{
	struct sight all = look(f, data, n, 0), other = look(f, data, n, n % 13 + 1);

	MUST(all.verdict == other.verdict && all.content == other.content &&
		all.tables == other.tables && all.findings == other.findings &&
		all.members == other.members);
	if (all.verdict == BKS_SOUND && !all.zeros) {
		size_t end = length(f, data, n);

		/* a member may end in blocks of zeros: of those in front of them any is one */
		MUST(end && (f == &format_tar || look(f, data, end - 1, 0).verdict != BKS_SOUND));
		MUST(look(f, data, end > 1024 ? end - 1024 : 0, 0).verdict != BKS_SOUND);
	}
}

static void seal(uint8_t *copy, size_t n)
{
	for (size_t at = 0; at + USTAR_BLOCK <= n; at += USTAR_BLOCK) {
		unsigned sum = 0;
		char text[9];

		if (memcmp(copy + at + 257, "ustar", 5) != 0)
			continue;
		memset(copy + at + 148, ' ', 8);
		for (size_t i = 0; i < USTAR_BLOCK; i++)
			sum += copy[at + i];
		snprintf(text, sizeof text, "%06o", sum);
		memcpy(copy + at + 148, text, 7);
	}
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t n)
{
	uint8_t *copy = malloc(n ? n : 1);

	MUST(copy);
	format_guess(data, n);
	try(&format_zip, data, n);
	try(&format_tar, data, n);
	if (n)
		memcpy(copy, data, n);
	seal(copy, n);
	try(&format_tar, copy, n);
	free(copy);
	return 0;
}
