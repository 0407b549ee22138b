/* The restore time that past drills let expect. */
#include "policy/rate.h"
#include "backstay/time.h"
#include <stdlib.h>

enum { NEAR_FACTOR = 10 };

static int ascending(const void *x, const void *y)
{
	const double *a = x, *b = y;

	return (*a > *b) - (*a < *b);
}

static bool tells(const struct rate_sample *s)
{
	return s->bytes > 0 && s->took > 0;
}

static bool is_near(const struct rate_sample *s, int64_t bytes)
{
	return s->bytes >= bytes / NEAR_FACTOR && s->bytes / NEAR_FACTOR <= bytes;
}

static size_t collect(
	double *out, const struct rate_sample *v, size_t n, int64_t bytes, bool near_alone)
{
	size_t k = 0;

	for (size_t i = 0; i < n; i++)
		if (tells(&v[i]) && (!near_alone || is_near(&v[i], bytes)))
			out[k++] = (double)v[i].took / (double)v[i].bytes;
	return k;
}

int64_t rate_restore(const struct rate_sample *v, size_t n, int64_t bytes, bks_arena *a)
{
	double *per_byte = arena_take(a, (n + 1) * sizeof *per_byte), us;
	size_t k = bytes < 0 ? 0 : collect(per_byte, v, n, bytes, true);

	if (!k && bytes >= 0)
		k = collect(per_byte, v, n, bytes, false);
	if (!k)
		return -1;
	qsort(per_byte, k, sizeof *per_byte, ascending);
	us = (per_byte[(k - 1) / 2] + per_byte[k / 2]) / 2 * (double)bytes;
	if (us > (double)(INT64_MAX / 4))
		return INT64_MAX / 4;
	return us < (double)BKS_SECOND ? BKS_SECOND : (int64_t)us;
}
