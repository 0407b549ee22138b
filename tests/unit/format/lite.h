/* lite.h - the databases of tests/corpus/sqlite, and what lies beside them, before the verifier
 */
#pragma once
#include "format/format.h"
#include "format/verify.h"
#include "unit.h"

struct bytes {
	uint8_t *p;
	size_t n;
};

struct look {
	bks_arena *a;
	bks_inspection v;
	int r;
	bks_error err;
};

/* What lies beside: NULL bytes are not there. */
struct neighbours {
	members m;
	struct bytes file[2]; /* -journal, -wal */
	int fails;            /* what open answers instead; 0: nothing */
	bool changes;
	size_t opened;
	int closed;
};

static inline struct bytes fixture(const char *name)
{
	char path[512];
	struct bytes b = {malloc(1 << 20), 0};
	FILE *f;

	snprintf(path, sizeof path, "%s/sqlite/%s", CORPUS, name);
	f = fopen(path, "rb");
	assert_non_null(f);
	assert_non_null(b.p);
	b.n = fread(b.p, 1, 1 << 20, f);
	assert_true(b.n > 0);
	fclose(f);
	return b;
}

static inline int neighbour_open(stream **out, members *m, size_t i, bks_error *err)
{
	struct neighbours *n = (struct neighbours *)m;

	n->opened++;
	if (n->fails)
		return n->fails < 0 ? (fail)(err, n->fails, "no answer") : n->fails;
	if (!n->file[i].p)
		return 1;
	*out = stream_memory(n->file[i].p, n->file[i].n, 1000);
	return 0;
}

static inline int neighbour_changed(
	members *m, size_t i, stream *in, const char **how, bks_error *err)
{
	(void)i;
	(void)in;
	(void)err;
	*how = "size 1 -> 2";
	return ((struct neighbours *)m)->changes;
}

static inline void neighbour_close(members *m)
{
	((struct neighbours *)m)->closed++;
}

static inline struct neighbours beside(struct bytes journal, struct bytes wal)
{
	static const struct member names[] = {
		{.name = "-journal", .size = -1}, {.name = "-wal", .size = -1}};

	return (struct neighbours){
		.m = {.v = names, .n = 2, .open = neighbour_open, .changed = neighbour_changed,
			.close = neighbour_close},
		.file = {journal, wal}};
}

static inline void look_at(struct look *l, const uint8_t *p, size_t n, struct verify_job job,
	struct neighbours *by)
{
	*l = (struct look){.a = bks_arena_new()};
	if (!job.in)
		job.in = stream_memory(p, n, 0);
	job.name = "x";
	job.size = (int64_t)n;
	job.beside = by ? &by->m : NULL;
	if (by)
		by->closed = 0;
	l->r = format_verify(&l->v, &job, l->a, &l->err);
	if (by)
		assert_int_equal(by->closed, 1); /* whatever was found, and for the seal alone too */
}

static inline void look_away(struct look *l)
{
	bks_arena_free(l->a);
}

static inline const bks_finding *found(const struct look *l, const char *code)
{
	for (size_t i = 0; i < l->v.finding_count; i++)
		if (!strcmp(l->v.findings[i].code, code))
			return &l->v.findings[i];
	return NULL;
}

static inline int64_t rows_of(const struct look *l, const char *table)
{
	for (size_t i = 0; i < l->v.table_count; i++)
		if (!strcmp(l->v.tables[i].name, table))
			return l->v.tables[i].rows;
	return -2;
}

/* Sound, with those codes alone (beside no-checksum), NULL-ended. */
static inline bool is_sound_with(const struct look *l, const char *one, const char *two)
{
	size_t n = (found(l, "no-checksum") ? 1 : 0) + (one ? 1U : 0) + (two ? 1U : 0);

	return !l->r && l->v.verdict == BKS_SOUND &&
	       l->v.levels[BKS_WHOLE] == BKS_RESULT_PASS && l->v.finding_count == n &&
	       (!one || found(l, one)) && (!two || found(l, two));
}

/* Called WORD by the finding CODE. */
static inline bool is_called(const struct look *l, enum bks_verdict word, const char *code)
{
	return !l->r && l->v.verdict == word && found(l, code);
}
