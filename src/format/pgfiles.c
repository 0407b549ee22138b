/* Names decide; the bytes are looked at elsewhere. */
#include "format/pgfiles.h"
#include <stdio.h>
#include <string.h>

/* What pg_dump packs a file with stands in its name's end. */
static const struct {
	const char *end, *wrapping;
	bool lazy; /* of an object without bytes pg_dump writes none, not even an empty frame */
} packings[] = {{".gz", "gzip", false}, {".lz4", "lz4", true}, {".zst", "zstd", false}};
enum { PACKINGS = sizeof packings / sizeof *packings };

static bool ends(const char *name, size_t n, const char *end)
{
	size_t k = strlen(end);

	return n > k && !memcmp(name + n - k, end, k);
}

int pgfiles_stem(char stem[PGFILES_NAME], const char *name)
{
	size_t n = strlen(name), k = n;
	int packing = PGFILES_BARE;

	for (int i = 0; i < (int)PACKINGS && packing == PGFILES_BARE; i++)
		if (ends(name, n, packings[i].end)) {
			k = n - strlen(packings[i].end);
			packing = i;
		}
	memset(stem, 0, PGFILES_NAME);
	if (k < PGFILES_NAME)
		memcpy(stem, name, k);
	return packing;
}

ptrdiff_t pgfiles_contents(const members *m)
{
	ptrdiff_t at = members_find(m, "toc.dat");

	for (size_t i = 0; at < 0 && i < PACKINGS; i++) {
		char name[PGFILES_NAME];

		snprintf(name, sizeof name, "toc.dat%s", packings[i].end);
		at = members_find(m, name);
	}
	return at;
}

/* "3348.dat", "blob_16402.dat", "blobs.toc", "blobs_12.toc". */
static bool is_member_name(const char *s)
{
	size_t digits = strspn(s, "0123456789");
	bool blobs = !digits && !strncmp(s, "blob", 4);

	if (blobs) {
		s += 4 + (s[4] == 's');
		digits = *s == '_' ? strspn(s + 1, "0123456789") : 0;
		s += digits ? digits + 1 : 0;
		return !strcmp(s, ".toc") || (digits && !strcmp(s, ".dat"));
	}
	return digits && !strcmp(s + digits, ".dat");
}

bool pgfiles_owns(const char *name)
{
	char stem[PGFILES_NAME];

	pgfiles_stem(stem, name);
	return !strcmp(stem, "toc.dat") || is_member_name(stem);
}

/* A folder that lost its toc.dat is known by its other files when nobody else has such. */
int pgfiles_probe(const members *m)
{
	bool packed = false, lists = false;

	if (pgfiles_contents(m) >= 0)
		return 90;
	for (size_t i = 0; i < m->n; i++) {
		char name[PGFILES_NAME];

		packed |= pgfiles_stem(name, m->v[i].name) != PGFILES_BARE;
		lists |= !strncmp(name, "blobs", 5);
		if (!is_member_name(name))
			return 0;
	}
	return packed || lists ? 30 : 0;
}

static const struct format *wrapping(const char *name)
{
	for (const struct format *const *f = formats; *f; f++)
		if (!strcmp((*f)->name, name))
			return *f;
	return NULL;
}

int pgfiles_unpack(
	stream **top, int packing, bool may_be_nothing, struct report *r, bks_error *err)
{
	const struct format *w =
		packing == PGFILES_BARE ? NULL : wrapping(packings[packing].wrapping);
	const uint8_t *p;
	size_t n;
	int s;

	if (!w)
		return 0;
	s = stream_peek(*top, 1, &p, &n, err);
	if (s)
		return s;
	if (n)
		return w->unwrap(top, *top, r, err);
	if (!may_be_nothing || !packings[packing].lazy)
		report_find(r, F_TRUNCATED, report_byte(r, 0), "zero bytes are no %s", w->name);
	return 1;
}
