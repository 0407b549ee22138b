/* The restore time that is quoted: measured by drills, or taken for granted until there is one.
 */
#include "work/resttime.h"
#include "catalog/task_rows.h"
#include "policy/rate.h"
#include <string.h>

enum { DEFAULT_START_S = 30, DEFAULT_RATE = 10 << 20 };

static int read_samples(struct resttime_last *l, bks_catalog *cat, const bks_backup *b,
	bks_arena *a, bks_error *err)
{
	const struct drill_sample *v;
	int r;

	if (l->format && l->source_id == b->source_id && l->kind == b->kind &&
		!strcmp(l->format, b->format))
		return 0;
	r = drill_samples(&v, &l->n, cat, b, a, err);
	if (r)
		return r;
	l->source_id = b->source_id;
	l->kind = b->kind;
	l->format = b->format;
	l->v = arena_take(a, (l->n + 1) * sizeof *l->v);
	for (size_t i = 0; i < l->n; i++)
		l->v[i] = (struct rate_sample){v[i].bytes, v[i].took};
	return 0;
}

int resttime_find(struct resttime *out, struct resttime_last *last, bks_catalog *cat,
	const bks_backup *b, int64_t bytes, bks_arena *a, bks_error *err)
{
	int r = read_samples(last, cat, b, a, err);
	int64_t us;

	if (r)
		return r;
	*out = (struct resttime){
		bytes < 0 ? -1 : (DEFAULT_START_S + bytes / DEFAULT_RATE) * BKS_SECOND,
		"default"};
	us = last->n ? rate_restore(last->v, last->n, bytes, a) : -1;
	if (us >= 0)
		*out = (struct resttime){us, "drills"};
	return 0;
}
