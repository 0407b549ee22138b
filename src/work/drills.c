/* Drills: what is asked of one before it is kept. */
#include "backstay/source.h"
#include "backstay/text.h"
#include "base/text.h"
#include "catalog/task_rows.h"
#include <string.h>

int bks_drill_add(int64_t *id, bks_catalog *cat, const bks_drill *d, bks_error *err)
{
	if (!d->evidence.path || d->evidence.size <= 0)
		return fail(err, BKS_E_USAGE, "a drill needs evidence");
	if (d->started == BKS_TIME_NONE || d->ended == BKS_TIME_NONE || d->ended <= d->started)
		return fail(err, BKS_E_USAGE, "a drill ends after it began");
	if (d->ended > bks_clock_now())
		return fail(err, BKS_E_USAGE, "a drill that ends in the future is none yet");
	if (d->note && !bks_is_utf8(d->note, strlen(d->note)))
		return fail(err, BKS_E_USAGE, "the note is no UTF-8");
	return drill_insert(id, cat, d, err);
}

int bks_drill_list(const bks_drill **out, size_t *n, bks_catalog *cat, const char *source,
	bks_arena *a, bks_error *err)
{
	const bks_source *s = NULL;
	int r = source ? bks_source_find(&s, cat, source, a, err) : 0;

	if (r)
		return r < 0 ? r
			     : fail(err, BKS_E_USAGE, "no source is called %s",
				       bks_shown(source, a));
	return drill_list(out, n, cat, s ? s->id : 0, a, err);
}
