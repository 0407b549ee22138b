#include "policy/brake.h"
#include <stdlib.h>

static int oldest_first(const void *x, const void *y)
{
	const struct brake_item *a = x, *b = y;

	if (a->point != b->point)
		return a->point > b->point ? 1 : -1;
	return (a->id > b->id) - (a->id < b->id);
}

/* PCT percent of ALL, without overflow. */
static int64_t part(int64_t all, int pct)
{
	return all / 100 * pct + all % 100 * pct / 100;
}

static size_t one_run(
	const struct brake_item *v, size_t n, int64_t count, int64_t bytes, const bks_policy *p)
{
	int64_t most = part(count, p->brake_count_pct), room = part(bytes, p->brake_bytes_pct),
		sum = 0;
	size_t k = 0;

	if (most < p->brake_count)
		most = p->brake_count;
	for (; k < n && (int64_t)k < most; k++) {
		sum += v[k].bytes;
		if ((int64_t)k >= p->brake_count && sum > room)
			break;
	}
	return k;
}

void brake_decide(struct brake *out, struct brake_item *v, size_t n, int64_t count,
	int64_t bytes, const bks_policy *p)
{
	size_t at, step;

	if (n)
		qsort(v, n, sizeof *v, oldest_first);
	*out = (struct brake){.take = one_run(v, n, count, bytes, p)};
	out->left = n - out->take;
	for (size_t i = out->take; i < n; i++)
		out->left_bytes += v[i].bytes;
	for (at = 0, step = out->take; at < n;
		step = one_run(v + at, n - at, count, bytes, p)) {
		if (!step) {
			out->runs = -1;
			return;
		}
		out->runs += at > 0;
		for (size_t i = at; i < at + step; i++) {
			count--;
			bytes -= v[i].bytes;
		}
		at += step;
	}
}

enum { RUNS_MOST = 1000 };

void brake_wal(struct wal_brake *out, int64_t wanted, int64_t wanted_bytes, int64_t bytes, int64_t least, const bks_policy *p)
{
	double each = wanted > 0 ? (double)wanted_bytes / (double)wanted : 0;
	int64_t left = wanted, step;

	*out = (struct wal_brake){0};
	for (int64_t run = 0; left > 0 && run < RUNS_MOST; run++) {
		step = each > 0 ? (int64_t)((double)part(bytes, p->brake_bytes_pct) / each) : left;
		step = step < least ? least : step;
		step = step < left ? step : left;
		left -= step;
		bytes -= (int64_t)(each * (double)step);
		if (!run) {
			out->left = left;
			out->left_bytes = (int64_t)(each * (double)left);
		} else {
			out->runs++;
		}
	}
}
