/* Whether what was just looked at lost suddenly what the ones before it had: then it is put under suspicion, which suspends the
 * expiry of those. */
#include "work/verify_private.h"
#include <stdlib.h>
#include <string.h>

enum { NIGHTS_LEAST = 3 }; /* fewer say nothing of how large a backup is usually */

static int ascending(const void *a, const void *b)
{
	const int64_t *x = a, *y = b;

	return (*x > *y) - (*x < *y);
}

static bool lost_rows(const bks_inspection *i)
{
	for (size_t k = 0; k < i->finding_count; k++)
		if (i->findings[k].severity == BKS_ERROR && (!strcmp(i->findings[k].code, "rows-dropped") ||
								!strcmp(i->findings[k].code, "table-emptied")))
			return true;
	return false;
}

/* Less than half of the median, and less than any of them. */
static bool lost_size(struct suspicion_sizes *s)
{
	if (s->n < NIGHTS_LEAST)
		return false;
	qsort(s->before, s->n, sizeof *s->before, ascending);
	return s->own < s->before[0] && s->own < s->before[s->n / 2] / 2;
}

int verify_suspect(struct verify *v, const struct job *j)
{
	const bks_inspection *i = &j->out;
	struct suspicion_sizes sizes;
	int r;

	if (lost_rows(i))
		return suspicion_add(v->cat, j->backup->id, j->backup->label, "lost rows", j->arena, &v->err);
	/* rows that were compared say more than bytes; files of sets are none of them alone */
	if ((i->verdict != BKS_SOUND && i->verdict != BKS_UNPROVEN) || i->levels[BKS_COVERED] == BKS_RESULT_PASS ||
		j->file->part != BKS_PART_NONE)
		return 0;
	r = suspicion_sizes(&sizes, v->cat, j->backup->id, &v->err);
	if (r || !lost_size(&sizes))
		return r;
	return suspicion_add(v->cat, j->backup->id, j->backup->label, "lost size", j->arena, &v->err);
}
