/*
 * age.h - rewrites a real archive of version 1.14 as an older one: 1.13 to 1.11 lack the access
 * method, 1.10 the section too. No pg_dump of those years is at hand; pg_restore reads what
 * comes out (tests/real/custom.sh).
 */
#pragma once
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

struct age {
	const uint8_t *p, *end;
	uint8_t *out;
	size_t n;
};

static inline void age_copy(struct age *a, size_t n, int keep)
{
	if ((size_t)(a->end - a->p) < n)
		abort();
	if (keep) {
		memcpy(a->out + a->n, a->p, n);
		a->n += n;
	}
	a->p += n;
}

static inline int64_t age_int(struct age *a, int keep)
{
	uint32_t v = (uint32_t)a->p[1] | (uint32_t)a->p[2] << 8 | (uint32_t)a->p[3] << 16 |
		     (uint32_t)a->p[4] << 24;
	int64_t r = a->p[0] ? -(int64_t)v : (int64_t)v;

	age_copy(a, 5, keep);
	return r;
}

static inline int age_text(struct age *a, int keep)
{
	int64_t n = age_int(a, keep);

	if (n > 0)
		age_copy(a, (size_t)n, keep);
	return n >= 0;
}

static inline void age_place(struct age *a, int64_t shift)
{
	int set = *a->p == 2;
	uint64_t at = 0;

	age_copy(a, 1, 1);
	for (int i = 7; i >= 0; i--)
		at = at << 8 | a->p[i];
	age_copy(a, 8, 1);
	if (set)
		at += (uint64_t)shift;
	for (int i = 0; i < 8; i++)
		a->out[a->n - 8 + (size_t)i] = (uint8_t)(at >> 8 * i);
}

static inline void age_entry(struct age *a, int minor, int64_t shift)
{
	age_int(a, 1);
	age_int(a, 1);
	for (int i = 0; i < 4; i++)
		age_text(a, 1); /* two numbers, tag, description */
	age_int(a, minor >= 11);
	for (int i = 0; i < 5; i++)
		age_text(a, 1); /* definition, drop, copy, schema, tablespace */
	age_text(a, 0);         /* access method */
	age_text(a, 1);
	age_text(a, 1);
	while (age_text(a, 1))
		;
	age_place(a, shift);
}

/* Into OUT, which is as large as IN; returns its size. */
static inline size_t age_archive(
	uint8_t *out, const uint8_t *in, size_t n, int minor, int64_t shift)
{
	struct age a = {in, in + n, out, 0};
	int64_t count;

	age_copy(&a, 11, 1);
	out[6] = (uint8_t)minor;
	for (int i = 0; i < 8; i++)
		age_int(&a, 1); /* compression and date */
	for (int i = 0; i < 3; i++)
		age_text(&a, 1);
	count = age_int(&a, 1);
	while (count-- > 0)
		age_entry(&a, minor, shift);
	age_copy(&a, (size_t)(a.end - a.p), 1);
	return shift ? a.n : age_archive(out, in, n, minor, (int64_t)a.n - (int64_t)n);
}
