/*
 * Any bytes as a tar dump: the walk ends, reads nothing past them, says the same however they
 * are cut in pieces, and calls nothing sound that loses its last block. Then once more with the
 * checksums of its headers made right, so that what is behind them is reached.
 */
#include "format/format.h"
#include "format/ustar.h"
#include "fuzz.h"
#include <stdio.h>
#include <string.h>

extern const struct format format_pgtar;

struct sight {
	enum bks_verdict verdict;
	enum bks_content content;
	size_t tables, findings;
	int64_t rows;
	bool zeros;
};

static struct sight look(const uint8_t *data, size_t n, size_t step)
{
	bks_arena *a = bks_arena_new();
	stream *in = stream_memory(data, n, step);
	bks_inspection out = {0};
	bks_error err = {0};
	struct report r;
	struct sight s;

	report_init(&r, &out, a);
	MUST(format_pgtar.walk(in, &r, &err) == 0);
	MUST(in->given == n);
	stream_close(in);
	s.zeros = report_has(&r, F_TRAILING_ZEROS);
	report_close(&r, true);
	s = (struct sight){
		out.verdict, out.content, out.table_count, out.finding_count, 0, s.zeros};
	for (size_t i = 0; i < out.table_count; i++) {
		MUST(out.tables[i].rows >= -1 && out.tables[i].rows <= (int64_t)n);
		s.rows += out.tables[i].rows;
	}
	bks_arena_free(a);
	return s;
}

static void try(const uint8_t *data, size_t n)
{
	struct sight all = look(data, n, 0), other = look(data, n, n % 13 + 1);

	MUST(all.verdict == other.verdict && all.content == other.content &&
		all.tables == other.tables && all.findings == other.findings &&
		all.rows == other.rows);
	if (all.verdict == BKS_SOUND && !all.zeros) {
		MUST(n >= 3 * USTAR_BLOCK);
		MUST(look(data, n - 1, 0).verdict == BKS_DAMAGED);
	}
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t n)
{
	uint8_t *copy = malloc(n ? n : 1);

	MUST(copy);
	format_guess(data, n);
	try(data, n);
	if (n)
		memcpy(copy, data, n);
	for (size_t at = 0; at + USTAR_BLOCK <= n; at += USTAR_BLOCK) {
		unsigned sum = 0;
		char text[9];

		if (!ustar_magic(copy + at))
			continue;
		memset(copy + at + 148, ' ', 8);
		for (size_t i = 0; i < USTAR_BLOCK; i++)
			sum += copy[at + i];
		snprintf(text, sizeof text, "%07o ", sum);
		memcpy(copy + at + 148, text, 8);
	}
	try(copy, n);
	free(copy);
	return 0;
}
