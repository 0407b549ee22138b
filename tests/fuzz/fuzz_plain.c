/*
 * SQL text on any bytes: the walk reads to the end, gives the same answer however the bytes
 * arrive, counts no more rows than bytes, and calls nothing sound that has no end mark.
 */
#include "format/format.h"
#include "fuzz.h"
#include <string.h>
#include <strings.h>

extern const struct format format_plain;

enum { SLOW_MAX = 4096, STEP = 37 };

struct sight {
	enum bks_verdict verdict;
	enum bks_content content;
	size_t tables, findings;
	uint64_t sum; /* of every text */
};

static uint64_t mix(uint64_t sum, const char *s)
{
	for (; s && *s; s++)
		sum = (sum ^ (uint8_t)*s) * 1099511628211U;
	return (sum ^ 0xff) * 1099511628211U;
}

static uint64_t mix_all(const bks_inspection *v)
{
	uint64_t sum = mix(1469598103934665603U, v->format);

	for (size_t i = 0; i < v->table_count; i++) {
		const bks_table *t = &v->tables[i];

		sum = mix(mix(mix(sum, t->database), t->schema), t->name) + (uint64_t)t->rows;
	}
	for (size_t i = 0; i < v->finding_count; i++)
		sum = mix(mix(sum, v->findings[i].text), v->findings[i].where);
	return mix(mix(mix(sum, v->producer), v->server_version), v->database);
}

static struct sight look(const uint8_t *data, size_t n, size_t step)
{
	bks_arena *a = bks_arena_new();
	bks_inspection out = {.format = "raw"};
	struct sight s;
	struct report r;
	bks_error err = {0};
	stream *in = stream_memory(data, n, step);

	report_init(&r, &out, a);
	MUST(format_plain.walk(in, &r, &err) == 0);
	MUST(in->given == n);
	stream_close(in);
	report_close(&r, true);
	for (size_t i = 0; i < out.table_count; i++)
		MUST(out.tables[i].rows >= -1 && out.tables[i].rows <= (int64_t)n);
	MUST(out.verdict != BKS_SOUND || out.recognised);
	s = (struct sight){
		out.verdict, out.content, out.table_count, out.finding_count, mix_all(&out)};
	bks_arena_free(a);
	return s;
}

static bool may_end(const uint8_t *data, size_t n)
{
	for (size_t i = 0; i + 5 <= n; i++)
		if (!strncasecmp((const char *)data + i, "reset", 5))
			return true;
	return memmem(data, n, "dump complete", 13) != NULL;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t n)
{
	struct sight all, other;

	format_guess(data, n);
	if (!n)
		return 0;
	all = look(data, n, 0);
	MUST(all.verdict != BKS_SOUND || may_end(data, n));
	other = look(data, n, n > SLOW_MAX ? STEP : 1);
	MUST(all.verdict == other.verdict && all.content == other.content &&
		all.tables == other.tables && all.findings == other.findings &&
		all.sum == other.sum);
	return 0;
}
