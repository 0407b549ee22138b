/*
 * One SHA256SUMS as a sorted list, so that ten thousand files do not each read ten thousand
 * lines.
 */
#include "work/sums.h"
#include "base/bytes.h"
#include "base/vec.h"
#include <stdlib.h>
#include <string.h>

enum { HEX = 64 };

static bool is_blank(char c)
{
	return c == ' ' || c == '\t';
}

static bool read_hex(bks_digests *out, const char *at, size_t n)
{
	char hex[HEX + 1];

	if (n < HEX)
		return false;
	memcpy(hex, at, HEX);
	hex[HEX] = '\0';
	out->has_sha256 = hex_read(out->sha256, sizeof out->sha256, hex);
	return out->has_sha256;
}

/* As BSD's sha256, `sha256sum --tag` and openssl write it: "SHA256 (name) = <64 hex>",
 * "SHA2-256(name)= <64 hex>". */
static bool read_tagged(
	bks_digests *out, const char **name, size_t *len, const char *line, size_t n)
{
	const char *open = memchr(line, '(', n), *end = line + n, *close = end - HEX;

	if (!open || strncmp(line, "SHA2", 4) != 0 || open - line > 9 || n < HEX + 4 ||
		!read_hex(out, close, HEX))
		return false;
	while (close > open && is_blank(close[-1]))
		close--;
	if (close[-1] != '=')
		return false;
	close--;
	while (close > open && is_blank(close[-1]))
		close--;
	if (close[-1] != ')' || close - 1 <= open)
		return false;
	*name = open + 1;
	*len = (size_t)(close - 1 - *name);
	return true;
}

bool sums_line(bks_digests *out, const char **name, size_t *len, const char *line, size_t n)
{
	size_t at = HEX;

	if (n && line[n - 1] == '\r')
		n--;
	if (!read_hex(out, line, n))
		return read_tagged(out, name, len, line, n);
	if (at < n && !is_blank(line[at]))
		return out->has_sha256 = false;
	while (at < n && is_blank(line[at]))
		at++;
	if (at < n && line[at] == '*')
		at++;
	if (n - at > 2 && line[at] == '.' && line[at + 1] == '/')
		at += 2;
	*name = line + at;
	*len = n - at;
	return true;
}

static int compare_names(const char *x, size_t x_n, const char *y, size_t y_n)
{
	int c = memcmp(x, y, x_n < y_n ? x_n : y_n);

	return c ? c : (x_n > y_n) - (x_n < y_n);
}

/* Of two lines for one name the first counts. */
static int by_name(const void *x, const void *y)
{
	const struct sum *a = x, *b = y;
	int c = compare_names(a->name, a->len, b->name, b->len);

	return c ? c : (a->name > b->name) - (a->name < b->name);
}

void sums_read(struct sums *out, const char *text, size_t n, bks_arena *a)
{
	const char *end = text + n;
	VEC(struct sum) v = {0};

	for (const char *line = text, *next; line < end; line = next + 1) {
		struct sum one = {0};
		bks_digests d = {0};

		next = memchr(line, '\n', (size_t)(end - line));
		next = next ? next : end;
		if (!sums_line(&d, &one.name, &one.len, line, (size_t)(next - line)) ||
			!one.len)
			continue; /* comments, other tools' lines */
		memcpy(one.sha256, d.sha256, sizeof one.sha256);
		*vec_add(&v, a) = one;
	}
	if (v.n)
		qsort(v.v, v.n, sizeof *v.v, by_name);
	out->v = v.v;
	out->n = v.n;
}

bool sums_find(bks_digests *out, const struct sums *s, const char *name)
{
	size_t lo = 0, hi = s->n, len = strlen(name);

	while (lo < hi) {
		size_t mid = lo + (hi - lo) / 2;

		if (compare_names(s->v[mid].name, s->v[mid].len, name, len) < 0)
			lo = mid + 1;
		else
			hi = mid;
	}
	if (lo == s->n || compare_names(s->v[lo].name, s->v[lo].len, name, len) != 0)
		return false;
	memcpy(out->sha256, s->v[lo].sha256, sizeof out->sha256);
	return out->has_sha256 = true;
}
