/* Rows of a plan by the ids of their backups: to look through all of them for each is too much
 * at 100 000. */
#include "work/applying.h"
#include <stdlib.h>

static int by_backup(const void *x, const void *y)
{
	const struct plan_place *a = x, *b = y;

	return (a->backup > b->backup) - (a->backup < b->backup);
}

void plan_index_make(struct plan_index *out, const bks_plan *p, bks_arena *a)
{
	size_t n = 0;

	for (size_t i = 0; i < p->stream_count; i++)
		n += p->streams[i].row_count;
	*out = (struct plan_index){.plan = p, .v = arena_take(a, (n + 1) * sizeof *out->v)};
	for (size_t i = 0; i < p->stream_count; i++)
		for (size_t k = 0; k < p->streams[i].row_count; k++)
			out->v[out->n++] =
				(struct plan_place){p->streams[i].rows[k].backup->id, i, k};
	if (n)
		qsort(out->v, n, sizeof *out->v, by_backup);
}

const bks_plan_row *plan_find_row(
	const bks_plan_stream **in, size_t *at, const struct plan_index *p, int64_t backup)
{
	const struct plan_place key = {.backup = backup}, *f;

	f = p->n ? bsearch(&key, p->v, p->n, sizeof *p->v, by_backup) : NULL;
	if (!f)
		return NULL;
	*at = f->stream;
	*in = &p->plan->streams[f->stream];
	return &(*in)->rows[f->row];
}
