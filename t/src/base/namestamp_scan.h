/* base/namestamp_scan.h - one stamp at one place of a name, for namestamp.c and nobody else */
#pragma once
#include "base/namestamp.h"
#include <stddef.h>

/* A name, which need not end in a NUL, and a place in it. */
struct scan {
	const char *s;
	size_t n, i;
};

/* What stands K bytes further; 0 beyond the end. */
static inline char scan_at(const struct scan *c, size_t k)
{
	return c->i + k < c->n ? c->s[c->i + k] : '\0';
}

/* A date, and a time if one follows, at C, which moves past it. C stands on the first of some
 * digits. */
bool scan_stamp(struct namestamp *out, struct scan *c);
/* Ten digits of Unix seconds between separators, likewise. */
bool scan_epoch(struct namestamp *out, struct scan *c);
