/*
 * Any bytes as a database, with or without a log or journal beside it: the walk ends, reads all
 * of it, writes to nothing but its copy, says the same however the bytes arrive, and calls
 * nothing sound that loses its last byte. When the last four bytes are 'J' or 'W' and a length,
 * so many bytes before them are what lies beside.
 */
#include "format/verify.h"
#include "fuzz.h"
#include <string.h>

enum { TAIL = 4, SIZE_MAX_KEPT = 1 << 20 };

struct neighbour {
	members m;
	const uint8_t *p[2]; /* -journal, -wal */
	size_t n[2];
};

struct sight {
	enum bks_verdict verdict;
	enum bks_content content;
	size_t tables, findings;
	int64_t rows;
	bool zeros;
};

static int open_it(stream **out, members *m, size_t i, bks_error *err)
{
	struct neighbour *b = (struct neighbour *)m;

	(void)err;
	if (!b->p[i])
		return 1;
	*out = stream_memory(b->p[i], b->n[i], 0);
	return 0;
}

static bool tells(const bks_inspection *v, const char *code)
{
	for (size_t i = 0; i < v->finding_count; i++)
		if (!strcmp(v->findings[i].code, code))
			return true;
	return false;
}

static struct sight look(const uint8_t *data, size_t n, size_t step, struct neighbour *by)
{
	bks_arena *a = bks_arena_new();
	struct verify_job job = {.in = stream_memory(data, n, step),
		.name = "x",
		.size = (int64_t)n,
		.beside = &by->m};
	bks_inspection out;
	bks_error err = {0};
	struct sight s;

	MUST(format_verify(&out, &job, a, &err) == 0);
	MUST(out.bytes_read == (int64_t)n);
	s = (struct sight){out.verdict, out.content, out.table_count, out.finding_count, 0,
		tells(&out, "trailing-zeros")};
	for (size_t i = 0; i < out.table_count; i++) {
		MUST(out.tables[i].rows >= -1);
		s.rows += out.tables[i].rows;
	}
	bks_arena_free(a);
	return s;
}

static void beside(struct neighbour *by, const uint8_t *data, size_t *n)
{
	static const struct member names[] = {
		{.name = "-journal", .size = -1}, {.name = "-wal", .size = -1}};
	const uint8_t *t;
	size_t k;

	*by = (struct neighbour){.m = {.v = names, .n = 2, .open = open_it}};
	if (*n < TAIL)
		return;
	t = data + *n - TAIL;
	if (*t != 'J' && *t != 'W')
		return;
	k = (size_t)t[1] << 16 | (size_t)t[2] << 8 | t[3];
	if (k > *n - TAIL)
		return;
	*n -= TAIL + k;
	by->p[*t == 'W'] = data + *n;
	by->n[*t == 'W'] = k;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t n)
{
	struct neighbour by;
	struct sight all, other;
	uint8_t *copy;

	if (n > SIZE_MAX_KEPT)
		return 0;
	beside(&by, data, &n);
	copy = malloc(n ? n : 1);
	MUST(copy);
	if (n)
		memcpy(copy, data, n);
	all = look(data, n, 0, &by);
	other = look(data, n, n % 511 + 1, &by);
	MUST(all.verdict == other.verdict && all.content == other.content &&
		all.tables == other.tables && all.findings == other.findings &&
		all.rows == other.rows);
	MUST(!n || !memcmp(copy, data, n));
	if (all.verdict == BKS_SOUND && !all.zeros)
		MUST(look(data, n - 1, 0, &by).verdict != BKS_SOUND);
	free(copy);
	return 0;
}
