/* folder.h - any bytes as a folder: files, each a length of its name (1 byte), its name, a length of its bytes (3, low first),
 * its bytes. folder.py packs real ones. */
#pragma once
#include "base/members.h"
#include "fuzz.h"
#include <string.h>

enum { FOLDER_MAX = 64 };

struct fuzz_folder {
	members m;
	struct member v[FOLDER_MAX];
	struct {
		char name[256];
		uint8_t *bytes; /* of exactly its size, so that a read past it is seen */
		size_t n;
	} f[FOLDER_MAX];
	size_t step;
};

static int folder_open(stream **out, members *m, size_t i, bks_error *err)
{
	struct fuzz_folder *d = (struct fuzz_folder *)m;
	size_t at = (size_t)(m->v[i].mtime); /* where its bytes are, the list being sorted */

	(void)err;
	*out = stream_memory(d->f[at].bytes, d->f[at].n, d->step);
	return 0;
}

static int folder_by_name(const void *a, const void *b)
{
	return strcmp(((const struct member *)a)->name, ((const struct member *)b)->name);
}

/* A name that is there already, or is empty, is left out. */
static void folder_add(struct fuzz_folder *d, const uint8_t *name, size_t name_n, const uint8_t *p, size_t n)
{
	size_t at = d->m.n;
	char *own = d->f[at].name;

	memcpy(own, name, name_n);
	own[name_n] = '\0';
	for (size_t i = 0; i < at; i++)
		if (!strcmp(d->f[i].name, own))
			return;
	if (!*own)
		return;
	d->f[at].bytes = malloc(n ? n : 1);
	MUST(d->f[at].bytes);
	memcpy(d->f[at].bytes, p, n);
	d->f[at].n = n;
	d->v[at] = (struct member){.name = own, .size = (int64_t)n, .mtime = (bks_time)at};
	d->m.n++;
}

static void folder_make(struct fuzz_folder *d, const uint8_t *p, size_t n)
{
	memset(d, 0, sizeof *d);
	d->m.v = d->v;
	d->m.open = folder_open;
	while (n && d->m.n < FOLDER_MAX) {
		size_t name_n = p[0], bytes_n;

		if (n < 1 + name_n + 3)
			break;
		bytes_n = (size_t)p[1 + name_n] | (size_t)p[2 + name_n] << 8 | (size_t)p[3 + name_n] << 16;
		if (bytes_n > n - 4 - name_n)
			bytes_n = n - 4 - name_n;
		folder_add(d, p + 1, name_n, p + 4 + name_n, bytes_n);
		p += 4 + name_n + bytes_n;
		n -= 4 + name_n + bytes_n;
	}
	qsort(d->v, d->m.n, sizeof *d->v, folder_by_name);
}

static void folder_drop(struct fuzz_folder *d)
{
	for (size_t i = 0; i < FOLDER_MAX; i++)
		free(d->f[i].bytes);
}
