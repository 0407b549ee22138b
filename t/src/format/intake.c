/* The outer stream, counted. A look ahead copies the few bytes of a header only when a block
 * ends inside it. */
#include "format/intake.h"
#include <string.h>

void intake_init(struct intake *i, stream *outer)
{
	*i = (struct intake){.outer = outer};
	i->p = i->hold;
}

int intake_more(struct intake *i, bks_error *err)
{
	int r;

	if (i->n)
		return 1;
	if (i->rest_n) {
		i->p = i->rest;
		i->n = i->rest_n;
		i->rest_n = 0;
		return 1;
	}
	if (i->ended)
		return 0;
	r = stream_next(i->outer, &i->p, &i->n, err);
	if (r <= 0) {
		i->p = i->hold;
		i->n = 0;
	}
	i->ended = r == 0;
	return r;
}

int intake_gather(struct intake *i, size_t k, bks_error *err)
{
	size_t have = i->n;
	int r = 1;

	if (have >= k)
		return 0;
	memmove(i->hold, i->p, have);
	i->n = 0;
	while (have < k && (r = intake_more(i, err)) > 0) {
		size_t n = i->n < k - have ? i->n : k - have;

		memcpy(i->hold + have, i->p, n);
		have += n;
		i->rest = i->p + n;
		i->rest_n = i->n - n;
		i->n = 0;
	}
	i->p = i->hold;
	i->n = have;
	return r < 0 ? r : 0;
}

void intake_take(struct intake *i, size_t n)
{
	i->p += n;
	i->n -= n;
	i->at += n;
}
