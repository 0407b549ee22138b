/*
 * The wrappings on any bytes: no clean end without an end, no damage without a finding, the
 * same answer however the bytes arrive. -DFUZZ_REPLAY and replay.c make a program of it that
 * replays files.
 */
#include "format/format.h"
#include "fuzz.h"

enum { OUTPUT_MAX = 64 << 20, SLOW_MAX = 4096 };

struct sight {
	int end; /* 1: stopped at OUTPUT_MAX */
	uint64_t n, sum;
	enum bks_result whole;
	size_t findings;
	bool zeros;
};

static struct sight look(const struct format *f, const uint8_t *data, size_t n, size_t step)
{
	bks_arena *a = bks_arena_new();
	bks_inspection out = {0};
	struct sight s = {.sum = 1469598103934665603U};
	struct report r;
	bks_error err = {0};
	const uint8_t *p;
	stream *inner;
	size_t got;

	report_init(&r, &out, a);
	MUST(f->unwrap(&inner, stream_memory(data, n, step), &r, &err) == 0);
	while ((s.end = stream_next(inner, &p, &got, &err)) > 0 && s.n < OUTPUT_MAX) {
		MUST(got > 0);
		s.n += got;
		for (size_t i = 0; i < got; i += 1 + got / 4096)
			s.sum = (s.sum ^ p[i]) * 1099511628211U;
	}
	stream_close(inner);
	s.zeros = report_has(&r, F_TRAILING_ZEROS);
	report_close(&r, true);
	s.whole = out.levels[BKS_WHOLE];
	s.findings = out.finding_count;
	bks_arena_free(a);
	return s;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t n)
{
	const struct format *f = format_guess(data, n);
	struct sight all, other;

	if (!f || !f->unwrap)
		return 0;
	all = look(f, data, n, 0);
	if (all.end > 0)
		return 0;
	MUST(all.end == 0 || all.end == BKS_E_CUT);
	MUST((all.end == 0) == (all.whole == BKS_RESULT_PASS));
	if (n > SLOW_MAX || all.n > 1 << 20)
		return 0;
	other = look(f, data, n, 1);
	MUST(other.end == all.end && other.whole == all.whole &&
		other.findings == all.findings);
	/* How soon a library sees a damage, and so how much garbage comes before it, is its own
	 * affair. */
	MUST(all.end < 0 || (other.n == all.n && other.sum == all.sum));
	/* What ends cleanly has an end: without its last byte it is no longer clean, unless
	 * that was padding. */
	if (all.end == 0) {
		other = look(f, data, n - 1, 0);
		MUST(other.end == BKS_E_CUT ||
			(all.zeros && data[n - 1] == 0 && other.n == all.n));
	}
	return 0;
}
