/* Any bytes as a custom dump: the walk ends, reads nothing past them, and tells the same
 * however they are cut in pieces. */
#include "format/format.h"
#include <stdlib.h>
#include <string.h>

extern const struct format format_custom;
int LLVMFuzzerTestOneInput(const uint8_t *data, size_t n);

static bks_arena *walk(bks_inspection *v, const uint8_t *data, size_t n, size_t step)
{
	bks_arena *a = bks_arena_new();
	stream *s = stream_memory(data, n, step);
	bks_error err = {0};
	struct report r;

	*v = (bks_inspection){0};
	report_init(&r, v, a);
	if (format_custom.walk(s, &r, &err))
		abort(); /* memory does not fail */
	report_close(&r, true);
	stream_close(s);
	return a;
}

static void same(const bks_inspection *a, const bks_inspection *b)
{
	if (a->verdict != b->verdict || a->content != b->content ||
		a->table_count != b->table_count || a->finding_count != b->finding_count)
		abort();
	for (size_t i = 0; i < a->table_count; i++)
		if (a->tables[i].rows != b->tables[i].rows ||
			strcmp(a->tables[i].name, b->tables[i].name) != 0)
			abort();
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t n)
{
	bks_inspection whole, pieces;
	bks_arena *a, *b;

	format_custom.probe(data, n);
	a = walk(&whole, data, n, 0);
	b = walk(&pieces, data, n, n % 13 + 1);
	same(&whole, &pieces);
	bks_arena_free(a);
	bks_arena_free(b);
	return 0;
}
