/* Files of archived WAL by their names: what retention looks at right before it condemns or
 * removes any. */
#include "work/wallist.h"
#include "base/digest.h"
#include "base/text.h"
#include "format/walname.h"
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { DIGITS = 24, BELOW = 16, GRAINS = 256 };

struct listing {
	size_t skip;
	bks_arena *a;
	const char *end; /* of the last one: most are alike */
	VEC(struct wal_file) v;
};

static bool is_hex(const char *s, size_t n)
{
	return strspn(s, "0123456789ABCDEF") >= n;
}

/* Archives keep segments right in their folder, or in one for each log. */
static bool split(bool *below, const char **base, const char *rest)
{
	const char *slash = strchr(rest, '/');

	*below = slash != NULL;
	*base = slash ? slash + 1 : rest;
	if (!slash)
		return true;
	return slash - rest == BELOW && !strchr(*base, '/') && !strncmp(rest, *base, BELOW);
}

static int see(void *arg, const struct store_entry *e)
{
	struct listing *l = arg;
	const char *rest = e->path + l->skip, *base;
	struct wal_name name;
	struct wal_file *f;
	bool below;

	if (e->kind == STORE_FOLDER)
		return strlen(rest) == BELOW && is_hex(rest, BELOW) ? 0 : STORE_PASS;
	if (!split(&below, &base, rest))
		return 0;
	wal_name_read(&name, base);
	if (name.kind != WAL_NAME_SEGMENT && name.kind != WAL_NAME_BACKUP)
		return 0;
	if (!l->end || strcmp(l->end, base + DIGITS) != 0)
		l->end = arena_text(l->a, base + DIGITS);
	f = vec_add(&l->v, l->a);
	*f = (struct wal_file){name.timeline, name.log, name.seg, below, e->kind == STORE_FILE,
		name.kind == WAL_NAME_SEGMENT, l->end, e->id};
	return 0;
}

static int by_place(const struct wal_file *a, const struct wal_file *b)
{
	if (a->timeline != b->timeline)
		return a->timeline < b->timeline ? -1 : 1;
	if (a->log != b->log)
		return a->log < b->log ? -1 : 1;
	return (a->seg > b->seg) - (a->seg < b->seg);
}

static int by_name(const void *x, const void *y)
{
	const struct wal_file *a = x, *b = y;
	int c = by_place(a, b);

	if (!c)
		c = strcmp(a->end, b->end);
	return c ? c : (int)a->below - (int)b->below;
}

int wal_list_read(
	struct wal_list *out, store *s, const char *folder, bks_arena *a, bks_error *err)
{
	struct listing l = {.skip = *folder ? strlen(folder) + 1 : 0, .a = a};
	int r = store_walk_in(s, folder, see, &l, err);

	*out = (struct wal_list){folder, l.v.v, l.v.n};
	if (l.v.n)
		qsort(l.v.v, l.v.n, sizeof *l.v.v, by_name);
	return r < 0 ? r : 0;
}

static struct wal_file place_of(uint32_t timeline, uint32_t size, uint64_t lsn)
{
	return (struct wal_file){.timeline = timeline,
		.log = (uint32_t)(lsn >> 32),
		.seg = (uint32_t)(lsn & UINT32_MAX) / size};
}

static size_t first_from(const struct wal_list *l, const struct wal_file *key)
{
	size_t lo = 0, hi = l->n;

	while (lo < hi) {
		size_t mid = lo + (hi - lo) / 2;

		if (by_place(&l->v[mid], key) < 0)
			lo = mid + 1;
		else
			hi = mid;
	}
	return lo;
}

size_t wal_list_range(size_t *at, const struct wal_list *l, uint32_t timeline, uint32_t size,
	uint64_t from, uint64_t to)
{
	const struct wal_file low = place_of(timeline, size, from),
			      high = place_of(timeline, size, to);

	*at = first_from(l, &low);
	return from < to ? first_from(l, &high) - *at : 0;
}

uint64_t wal_file_lsn(const struct wal_file *f, uint32_t size)
{
	return ((uint64_t)f->log << 32) + (uint64_t)f->seg * size;
}

const char *wal_file_name(const struct wal_file *f, bks_arena *a)
{
	return arena_form(a, "%08X%08X%08X%s", f->timeline, f->log, f->seg, f->end);
}

const char *wal_file_path(const struct wal_list *l, const struct wal_file *f, bks_arena *a)
{
	const char *name = wal_file_name(f, a);

	return arena_form(a, "%s%s%.*s%s%s", l->folder, *l->folder ? "/" : "",
		f->below ? BELOW : 0, name, f->below ? "/" : "", name);
}

uint64_t wal_file_mark(const char *name, const struct store_id *id)
{
	char text[GRAINS + 80];
	uint8_t sum[32];
	uint64_t mark;
	int n = snprintf(text, sizeof text, "%.*s%c%lld %lld %lld", GRAINS, name, 0,
		(long long)id->inode, (long long)id->size, (long long)id->mtime);

	digest_sha256(sum, text, (size_t)n);
	memcpy(&mark, sum, sizeof mark);
	return mark;
}

/* A plain one that is shorter than a segment is none. */
static bool serves(const struct wal_file *f, uint32_t size)
{
	return f->regular && f->segment && (*f->end ? f->id.size > 0 : f->id.size == size);
}

int wal_list_lacks(uint64_t *missing, const struct wal_list *l, uint32_t timeline,
	uint32_t size, uint64_t from, uint64_t to)
{
	size_t i, n = wal_list_range(&i, l, timeline, size, from, to);

	n += i;
	for (uint64_t at = from; at < to; at += size) {
		bool there = false;

		for (; i < n && wal_file_lsn(&l->v[i], size) <= at; i++)
			there = there ||
				(wal_file_lsn(&l->v[i], size) == at && serves(&l->v[i], size));
		if (!there) {
			*missing = at;
			return 1;
		}
	}
	return 0;
}
