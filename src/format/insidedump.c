/* Directory dumps in an archive, known by the names of their files. */
#include "format/insidedump.h"
#include "format/pgfiles.h"
#include <string.h>

static size_t folder_length(const char *name)
{
	const char *slash = strrchr(name, '/');

	return slash ? (size_t)(slash - name) + 1 : 0;
}

static struct insidedump_folder *find(const struct insidedump *d, const char *name, size_t n)
{
	for (size_t i = d->folders.n; i-- > 0;)
		if (strlen(d->folders.v[i].name) == n && !memcmp(d->folders.v[i].name, name, n))
			return &d->folders.v[i];
	return NULL;
}

void insidedump_meet(struct insidedump *d, const char *name, bks_arena *a)
{
	size_t n = folder_length(name);
	struct insidedump_folder *f;
	char stem[PGFILES_NAME];
	int packing;

	if (!pgfiles_owns(name + n)) {
		nameset_add(&d->others, nameset_hash(name, n));
		return;
	}
	f = find(d, name, n);
	if (!f) {
		if (d->folders.n == INSIDEDUMP_MAX)
			return;
		f = vec_add(&d->folders, a); /* zeroed */
		f->name = arena_form(a, "%.*s", (int)n, name);
	}
	packing = pgfiles_stem(stem, name + n);
	f->toc |= !strcmp(stem, "toc.dat");
	f->files += strcmp(stem, "toc.dat") != 0;
	f->sure |= packing != PGFILES_BARE || !strncmp(stem, "blobs", 5);
}

size_t insidedump_beside(const struct insidedump *d, const char *name)
{
	const struct insidedump_folder *f = find(d, name, folder_length(name));

	return f ? f->files : 0;
}

void insidedump_end(struct insidedump *d, struct report *r)
{
	/* past that many folders nobody knows what else lies in one */
	for (size_t i = 0; !d->others.full && i < d->folders.n; i++) {
		const struct insidedump_folder *f = &d->folders.v[i];

		if (f->toc || !f->sure ||
			nameset_has(&d->others, nameset_hash(f->name, strlen(f->name))))
			continue;
		report_find(r, F_MEMBER_MISSING, arena_form(r->arena, "%stoc.dat", f->name),
			"%zu files of a directory dump lie here, and its table of contents is "
			"not in the archive",
			f->files);
	}
	nameset_clear(&d->others);
}
