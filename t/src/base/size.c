/* Counts of bytes: a number with a unit in, three digits or so with a unit out. */
#include "backstay/time.h"
#include "base/usage.h"
#include <inttypes.h>
#include <stdio.h>
#include <string.h>

static const struct {
	const char *word;
	int64_t bytes;
} units[] = {{"B", 1}, {"kB", 1000}, {"KB", 1000}, {"MB", 1000000}, {"GB", 1000000000},
	{"TB", 1000000000000}, {"KiB", 1LL << 10}, {"MiB", 1LL << 20}, {"GiB", 1LL << 30},
	{"TiB", 1LL << 40}};

static int64_t unit_of(const char *word)
{
	for (size_t i = 0; i < sizeof units / sizeof *units; i++)
		if (!strcmp(units[i].word, word))
			return units[i].bytes;
	return 0;
}

/* A million times a TiB still fits. */
enum { FRACTION_MAX = 6 };

/* "123" at *P. false: no digit there; *over tells a number that is too large. */
static bool take_whole(int64_t *n, bool *over, const char **p)
{
	const char *from = *p;

	*n = 0;
	*over = false;
	for (; **p >= '0' && **p <= '9'; ++*p)
		*over |= __builtin_mul_overflow(*n, 10, n) ||
			 __builtin_add_overflow(*n, **p - '0', n);
	return *p > from;
}

/* ".5" at *P: *part of *scale. false: a dot without digits, or with too many. */
static bool take_fraction(int64_t *part, int64_t *scale, const char **p)
{
	const char *from;

	*part = 0;
	*scale = 1;
	if (**p != '.')
		return true;
	for (from = ++*p; **p >= '0' && **p <= '9' && *p - from < FRACTION_MAX;
		++*p, *scale *= 10)
		*part = *part * 10 + (**p - '0');
	return *p > from && !(**p >= '0' && **p <= '9');
}

int bks_size_parse(int64_t *out, const char *text, bks_error *err)
{
	int64_t n, part, scale, unit;
	const char *p = text;
	bool over;

	if (!take_whole(&n, &over, &p) || !take_fraction(&part, &scale, &p))
		return usage_fail(err, "size", text,
			"wants a number and a unit, such as 512B 10MiB 2GB 1.5GiB");
	if (!*p)
		return usage_fail(err, "size", text,
			"needs a unit, such as 10MiB (B kB MB GB TB KiB MiB GiB TiB)");
	p += *p == ' '; /* as bks_size_text writes it */
	unit = unit_of(p);
	if (!unit || (unit == 1 && scale > 1))
		return usage_fail(err, "size", text,
			unit ? "is not a whole number of bytes"
			     : "wants one number and one unit of B kB MB GB TB KiB MiB GiB "
			       "TiB, such as 10MiB");
	if (over || __builtin_mul_overflow(n, unit, &n) ||
		__builtin_add_overflow(n, part * unit / scale, &n))
		return usage_fail(err, "size", text, "is too large");
	*out = n;
	return 0;
}

const char *bks_size_text(char *buf, int64_t bytes)
{
	static const char *const words[] = {"KiB", "MiB", "GiB", "TiB", "PiB", "EiB"};
	double v = (double)bytes / 1024;
	size_t i = 0;

	if (bytes < 0) {
		memcpy(buf, "-", 2);
	} else if (bytes < 1024) {
		snprintf(buf, BKS_SIZE_TEXT, "%" PRId64 " B", bytes);
	} else {
		/* What would be rounded to 1024.0 is 1.0 of the next. */
		for (; v >= 1023.95 && i + 1 < sizeof words / sizeof *words; i++)
			v /= 1024;
		snprintf(buf, BKS_SIZE_TEXT, "%.1f %s", v, words[i]);
	}
	return buf;
}
