/* dumped.h - a folder of tests/corpus/pgdump-directory in memory, to be spoiled and walked */
#pragma once
#include "format/verify.h"
#include "many.h"
#include <dirent.h>

struct dumped {
	struct many many;
	uint8_t *bytes[MANY_MAX]; /* of the file that was added I-th */
	char *names[MANY_MAX];
	size_t n; /* of both */
};

static inline int dumped_by_name(const void *a, const void *b)
{
	return strcmp(*(char *const *)a, *(char *const *)b);
}

static inline void dumped_file(struct dumped *d, const char *path, const char *name)
{
	uint8_t *p = malloc(1 << 16);
	FILE *f = fopen(path, "rb");
	size_t n;

	assert_true(f && p);
	n = fread(p, 1, 1 << 16, f);
	fclose(f);
	d->bytes[d->n] = p;
	many_add(&d->many, d->names[d->n] = strdup(name), p, n);
	d->n++;
}

static inline struct dumped *dumped_new(const char *name)
{
	struct dumped *d = calloc(1, sizeof *d);
	char folder[4096], path[8192], *names[MANY_MAX];
	struct dirent *e;
	size_t n = 0;
	DIR *dir;

	assert_non_null(d);
	many_begin(&d->many);
	snprintf(folder, sizeof folder, "%s/pgdump-directory/%s", CORPUS, name);
	dir = opendir(folder);
	assert_non_null(dir);
	while ((e = readdir(dir)) != NULL)
		if (e->d_name[0] != '.')
			names[n++] = strdup(e->d_name);
	closedir(dir);
	qsort(names, n, sizeof *names, dumped_by_name);
	for (size_t i = 0; i < n; i++) {
		snprintf(path, sizeof path, "%s/%s", folder, names[i]);
		dumped_file(d, path, names[i]);
		free(names[i]);
	}
	return d;
}

static inline void dumped_free(struct dumped *d)
{
	for (size_t i = 0; i < d->n; i++) {
		free(d->bytes[i]);
		free(d->names[i]);
	}
	free(d);
}

static inline size_t dumped_at(const struct dumped *d, const char *name)
{
	ptrdiff_t i = members_find(&d->many.m, name);

	assert_true(i >= 0);
	return (size_t)i;
}

/* Takes member I out. */
static inline void dumped_lose(struct dumped *d, size_t i)
{
	size_t left = --d->many.m.n - i;

	memmove(&d->many.v[i], &d->many.v[i + 1], left * sizeof *d->many.v);
	memmove(&d->many.f[i], &d->many.f[i + 1], left * sizeof *d->many.f);
}

/* Puts a copy of member I in under NAME, which lives on. */
static inline void dumped_copy(struct dumped *d, size_t i, const char *name)
{
	struct many_file f = d->many.f[i];
	size_t at = 0, left;

	while (at < d->many.m.n && strcmp(d->many.v[at].name, name) < 0)
		at++;
	left = d->many.m.n++ - at;
	memmove(&d->many.v[at + 1], &d->many.v[at], left * sizeof *d->many.v);
	memmove(&d->many.f[at + 1], &d->many.f[at], left * sizeof *d->many.f);
	d->many.v[at] = (struct member){.name = name, .size = (int64_t)f.n, .mtime = BKS_TIME_NONE};
	d->many.f[at] = f;
}

struct seen {
	bks_arena *a;
	bks_inspection v;
};

static inline void see(struct seen *s, struct dumped *d, int jobs)
{
	struct verify_job job = {.members = &d->many.m, .jobs = jobs, .name = "shop.dir", .size = -1};
	bks_error err = {0};

	*s = (struct seen){.a = bks_arena_new()};
	assert_int_equal(format_verify(&s->v, &job, s->a, &err), 0);
}

static inline void see_away(struct seen *s)
{
	bks_arena_free(s->a);
}

static inline const bks_finding *saw(const struct seen *s, const char *code)
{
	for (size_t i = 0; i < s->v.finding_count; i++)
		if (!strcmp(s->v.findings[i].code, code))
			return &s->v.findings[i];
	return NULL;
}

static inline enum bks_verdict verdict_of(struct dumped *d)
{
	struct seen s;
	enum bks_verdict v;

	see(&s, d, 1);
	v = s.v.verdict;
	see_away(&s);
	return v;
}
