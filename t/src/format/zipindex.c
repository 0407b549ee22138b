/* The members of a zip in the order of the file, found again by place and by name. */
#include "format/zipindex.h"
#include "base/bytes.h"
#include "base/text.h"
#include "format/nameset.h"
#include <stdlib.h>
#include <string.h>

void zipindex_begin(struct zipindex *x, struct report *r)
{
	*x = (struct zipindex){.report = r, .names = bks_arena_new()};
}

void zipindex_clear(struct zipindex *x)
{
	bks_arena_free(x->names);
	free(x->v);
	free(x->by_name);
	*x = (struct zipindex){0};
}

static uint32_t *slot(const struct zipindex *x, const void *name, size_t n)
{
	size_t i = (size_t)nameset_hash(name, n) & (x->name_room - 1);

	for (; x->by_name[i]; i = (i + 1) & (x->name_room - 1)) {
		const struct zip_record *r = &x->v[x->by_name[i] - 1];

		if (r->name_n == n && !memcmp(r->name, name, n))
			break;
	}
	return &x->by_name[i];
}

static void grow_names(struct zipindex *x)
{
	free(x->by_name);
	x->name_room = x->name_room ? x->name_room * 2 : 256;
	x->by_name = calloc(x->name_room, sizeof *x->by_name);
	if (!x->by_name)
		abort();
	for (size_t i = 0; i < x->n; i++) {
		uint32_t *s = slot(x, x->v[i].name, x->v[i].name_n);

		if (!*s)
			*s = (uint32_t)i + 1;
	}
}

static bool make_room(struct zipindex *x, size_t name_n)
{
	size_t most = (size_t)x->report->max_memory / 4 * 3;

	x->bytes += sizeof *x->v * 3 / 2 + 4 * sizeof *x->by_name + name_n + 16;
	if (x->bytes > most) {
		report_find(x->report, F_LIMIT_REACHED, NULL,
			"more than %zu members: their names and places need more than %zu MiB",
			x->n, most >> 20);
		return false;
	}
	if (x->n == x->room) {
		x->room = x->room ? x->room * 3 / 2 : 64;
		x->v = realloc(x->v, x->room * sizeof *x->v);
		if (!x->v)
			abort();
	}
	if (2 * (x->n + 1) > x->name_room)
		grow_names(x);
	return true;
}

struct zip_record *zipindex_add(struct zipindex *x, const uint8_t *name, size_t n, bool *twice)
{
	struct zip_record *r;
	uint32_t *s;

	if (!make_room(x, n))
		return NULL;
	s = slot(x, name, n);
	*twice = *s != 0;
	r = &x->v[x->n++];
	*r = (struct zip_record){.name = arena_bytes(x->names, name, n), .name_n = (uint16_t)n};
	if (!*twice)
		*s = (uint32_t)x->n;
	return r;
}

/* The last one that begins at AT or before. */
static struct zip_record *before(const struct zipindex *x, uint64_t at)
{
	size_t low = 0, high = x->n;

	while (low < high) {
		size_t i = low + (high - low) / 2;

		if (x->v[i].at <= at)
			low = i + 1;
		else
			high = i;
	}
	return low ? &x->v[low - 1] : NULL;
}

struct zip_record *zipindex_at(const struct zipindex *x, uint64_t at)
{
	struct zip_record *r = before(x, at);

	return r && r->at == at ? r : NULL;
}

struct zip_record *zipindex_around(const struct zipindex *x, uint64_t at)
{
	struct zip_record *r = before(x, at);

	return r && r->at < at && at < r->end ? r : NULL;
}

struct zip_record *zipindex_named(const struct zipindex *x, const uint8_t *name, size_t n)
{
	uint32_t i = x->name_room ? *slot(x, name, n) : 0;

	return i ? &x->v[i - 1] : NULL;
}

static bool take64(uint64_t *out, const uint8_t **p, size_t *n)
{
	if (*out != UINT32_MAX)
		return true;
	if (*n < 8)
		return false;
	*out = get_le64(*p);
	*p += 8;
	*n -= 8;
	return *out <= INT64_MAX;
}

bool zip64_read(uint64_t *size, uint64_t *stored, uint64_t *offset, bool *has,
	const uint8_t *extra, size_t n)
{
	*has = false;
	while (n >= 4) {
		size_t k = (size_t)extra[2] | (size_t)extra[3] << 8;
		const uint8_t *p = extra + 4;

		if (k > n - 4)
			return false;
		extra += 4 + k;
		n -= 4 + k;
		if (p[-4] != 1 || p[-3] || *has)
			continue;
		*has = true;
		if (!take64(size, &p, &k) || !take64(stored, &p, &k) ||
			(offset && !take64(offset, &p, &k)))
			return false;
	}
	return true;
}
