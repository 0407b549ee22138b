/*
 * Walks segments as one stream, as verify does: walk_wal FILE... prints what is wrong, status 1
 * when anything is. walk_wal SEED FLIPS CUTS FILE...: flips so many single bits and makes so
 * many cuts, each in one of the files, and prints how many were noticed; status 1 when one was
 * missed that is not the flag of a page that says it may be left out of an archive.
 */
#include "format/wal.h"
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { FOLLOW = 6 }; /* what a flip breaks is noticed at the latest when its record ends */

struct file {
	const char *name;
	uint8_t *p;
	size_t n;
	struct wal_carry before;
};

static struct file load(const char *path)
{
	const char *slash = strrchr(path, '/');
	struct file f = {.name = slash ? slash + 1 : path};
	FILE *in = fopen(path, "rb");
	size_t room = 0, got;

	if (!in) {
		perror(path);
		exit(2);
	}
	do {
		if (f.n + 65536 > room)
			f.p = realloc(f.p, room = 2 * room + (1 << 20));
		if (!f.p)
			abort();
		got = fread(f.p + f.n, 1, 65536, in);
		f.n += got;
	} while (got);
	fclose(in);
	return f;
}

/* Findings in files I to END, with what was left before the first of them. */
static size_t walk(struct file *v, size_t i, size_t end, size_t last, bool tell, bool keep)
{
	static struct wal w;
	bks_arena *a = bks_arena_new();
	bks_inspection out = {0};
	struct report r;
	size_t n;

	report_init(&r, &out, a);
	wal_init(&w, &r, &v[i].before);
	for (; i < end && (tell || !r.findings.n); i++) {
		if (keep)
			v[i].before = w.carry;
		r.member = NULL;
		wal_begin(&w, v[i].name, i + 1 == last ? WAL_MAY_END : WAL_COMPLETE);
		wal_push(&w, v[i].p, v[i].n);
		wal_end(&w, false);
		for (size_t k = 0; tell && k < r.findings.n; k++)
			printf("%s %s %s: %s\n", v[i].name,
				r.findings.v[k].where ? r.findings.v[k].where : "-",
				r.findings.v[k].code, r.findings.v[k].text);
		if (tell && r.findings.n)
			break;
	}
	n = r.findings.n;
	bks_arena_free(a);
	return n;
}

static uint64_t random_next(uint64_t *s)
{
	*s ^= *s << 13;
	*s ^= *s >> 7;
	*s ^= *s << 17;
	return *s;
}

static bool is_flag(const struct file *f, uint64_t bit)
{
	return bit / 8 % 8192 == 2 && bit % 8 == 2 && f->p[bit / 8 - 2];
}

static int hunt(struct file *v, size_t n, uint64_t seed, long flips, long cuts)
{
	long noticed = 0, flags = 0, missed = 0, cut = 0;

	for (long k = 0; k < flips; k++) {
		/* not in the last one: the record at its end goes on in a segment that is not there */
		size_t i = 1 + random_next(&seed) % (n - 2),
		       end = i + FOLLOW < n ? i + FOLLOW : n;
		uint64_t bit = random_next(&seed) % (8 * v[i].n);

		v[i].p[bit / 8] ^= (uint8_t)(1 << bit % 8);
		if (walk(v, i, end, n + 1, false, false))
			noticed++;
		else if (is_flag(&v[i], bit))
			flags++;
		else {
			missed++;
			printf("missed: %s byte %llu bit %llu\n", v[i].name,
				(unsigned long long)(bit / 8), (unsigned long long)(bit % 8));
		}
		v[i].p[bit / 8] ^= (uint8_t)(1 << bit % 8);
	}
	for (long k = 0; k < cuts; k++) {
		size_t i = 1 + random_next(&seed) % (n - 1), all = v[i].n;

		v[i].n = random_next(&seed) % all;
		cut += walk(v, i, i + 1, n + 1, false, false) > 0;
		v[i].n = all;
	}
	printf("| %ld flips | %ld noticed | %ld of a flag without meaning | %ld missed | %ld "
	       "cuts | %ld noticed |\n",
		flips, noticed, flags, missed, cuts, cut);
	return missed || cut != cuts;
}

static int finish(struct file *v, size_t n, int status)
{
	for (size_t i = 0; i < n; i++)
		free(v[i].p);
	free(v);
	return status;
}

int main(int argc, char **argv)
{
	bool hunts = argc > 5 && strspn(argv[1], "0123456789") == strlen(argv[1]);
	int first = hunts ? 4 : 1;
	size_t n = (size_t)(argc - first);
	struct file *v = calloc(n ? n : 1, sizeof *v);
	size_t found;

	if (!v || argc < 2)
		return 2;
	for (size_t i = 0; i < n; i++)
		v[i] = load(argv[first + (int)i]);
	found = walk(v, 0, n, n, true, true);
	if (found || !hunts)
		return finish(v, n, found > 0);
	v[0].before.system_id = v[n - 1].before.system_id; /* as a catalog knows it */
	return finish(v, n,
		hunt(v, n, strtoull(argv[1], NULL, 10) | 1, strtol(argv[2], NULL, 10),
			strtol(argv[3], NULL, 10)));
}
