#include "base/reader.h"
#include <string.h>

void reader_init(struct reader *r, stream *s, bks_error *err)
{
	*r = (struct reader){.s = s, .err = err};
}

int reader_some(struct reader *r, const uint8_t **p, size_t *n, uint64_t max)
{
	if (!r->n) {
		int got = stream_next(r->s, &r->p, &r->n, r->err);

		if (got <= 0) {
			r->n = 0;
			return got;
		}
	}
	*p = r->p;
	*n = r->n < max ? r->n : (size_t)max;
	r->p += *n;
	r->n -= *n;
	r->at += *n;
	return 1;
}

int reader_take(struct reader *r, void *out, size_t n)
{
	uint8_t *to = out;

	while (n) {
		const uint8_t *p;
		size_t got;
		int s = reader_some(r, &p, &got, n);

		if (s <= 0)
			return s;
		memcpy(to, p, got);
		to += got;
		n -= got;
	}
	return 1;
}

int reader_byte(struct reader *r, uint8_t *out)
{
	return reader_take(r, out, 1);
}

int reader_skip(struct reader *r, uint64_t n)
{
	while (n) {
		const uint8_t *p;
		size_t got;
		int s = reader_some(r, &p, &got, n);

		if (s <= 0)
			return s;
		n -= got;
	}
	return 1;
}
