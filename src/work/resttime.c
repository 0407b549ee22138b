/* The restore time that is quoted: measured by drills, or taken for granted until there is one.
 */
#include "work/resttime.h"
#include "catalog/task_rows.h"
#include "policy/rate.h"

enum { DEFAULT_START_S = 30, DEFAULT_RATE = 10 << 20 };

int resttime_find(struct resttime *out, bks_catalog *cat, const bks_backup *b, int64_t bytes,
	bks_arena *a, bks_error *err)
{
	const struct drill_sample *v;
	struct rate_sample *samples;
	size_t n;
	int r = drill_samples(&v, &n, cat, b, a, err);

	if (r)
		return r;
	*out = (struct resttime){
		bytes < 0 ? -1 : (DEFAULT_START_S + bytes / DEFAULT_RATE) * BKS_SECOND,
		"default"};
	samples = arena_take(a, (n + 1) * sizeof *samples);
	for (size_t i = 0; i < n; i++)
		samples[i] = (struct rate_sample){v[i].bytes, v[i].took};
	if (rate_restore(samples, n, bytes, a) >= 0)
		*out = (struct resttime){rate_restore(samples, n, bytes, a), "drills"};
	return 0;
}
