/* Asks a catalog what the commands ask it, without a process's start: ask FILE SOURCE... It prints microseconds a question (the median). */
#include "backstay/restore.h"
#include "backstay/retain.h"
#include "backstay/source.h"
#include "base/text.h"
#include "catalog/rows.h"
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <time.h>

enum { TIMES = 9 };

static bks_error err;
static bks_catalog *cat;
static const char *source;
static const bks_time now = INT64_C(1795312800) * BKS_SECOND + BKS_HOUR;

static void list_one(bks_arena *a)
{
	bks_selection sel = {.source = source};
	bks_backups v;

	if (bks_backup_list(&v, cat, &sel, a, &err) < 0)
		exit(1);
}

static void list_newest(bks_arena *a)
{
	bks_selection sel = {.source = source, .last = 20};
	bks_backups v;

	if (bks_backup_list(&v, cat, &sel, a, &err) < 0)
		exit(1);
}

static void plan_one(bks_arena *a)
{
	bks_plan p;

	if (bks_retain_plan(&p, cat, source, now, a, &err) < 0)
		exit(1);
}

static void pick(bks_arena *a)
{
	bks_wish w = {.source = source, .now = now, .at = now - 10 * BKS_DAY, .level = BKS_LEVEL_NONE};
	bks_picked c;

	if (bks_pick(&c, cat, &w, a, &err) < 0)
		exit(1);
}

static void gaps(bks_arena *a)
{
	bks_gaps g;

	if (bks_gaps_find(&g, cat, source, 30 * BKS_DAY, now, a, &err) < 0)
		exit(1);
}

static void gaps_all(bks_arena *a)
{
	const char *one = source;
	bks_sources v;

	if (bks_source_list(&v, cat, a, &err) < 0)
		exit(1);
	for (size_t i = 0; i < v.n; i++) {
		source = v.v[i].name;
		gaps(a);
	}
	source = one;
}

static void plan_all(bks_arena *a)
{
	bks_plan p;

	if (bks_retain_plan(&p, cat, NULL, now, a, &err) < 0)
		exit(1);
}

static double spent(void)
{
	struct rusage u;

	getrusage(RUSAGE_SELF, &u);
	return ((double)u.ru_utime.tv_sec + (double)u.ru_stime.tv_sec) * 1e6 + (double)u.ru_utime.tv_usec + (double)u.ru_stime.tv_usec;
}

static int by_size(const void *x, const void *y)
{
	const double *a = x, *b = y;

	return (*a > *b) - (*a < *b);
}

static void ask(const char *what, void (*f)(bks_arena *a), int times)
{
	double wall[TIMES], cpu[TIMES];
	struct timespec t0, t1;

	for (int i = 0; i < times; i++) {
		bks_arena *a = bks_arena_new();
		double c = spent();

		clock_gettime(CLOCK_MONOTONIC, &t0);
		f(a);
		clock_gettime(CLOCK_MONOTONIC, &t1);
		wall[i] = (double)(t1.tv_sec - t0.tv_sec) * 1e6 + (double)(t1.tv_nsec - t0.tv_nsec) / 1e3;
		cpu[i] = spent() - c;
		bks_arena_free(a);
	}
	qsort(wall, (size_t)times, sizeof *wall, by_size);
	qsort(cpu, (size_t)times, sizeof *cpu, by_size);
	printf("%s\t%.1f\t%.1f\n", what, wall[times / 2], cpu[times / 2]);
	fflush(stdout);
}

int main(int argc, char **argv)
{
	static const struct {
		const char *name;
		void (*f)(bks_arena *a);
		int times;
	} all[] = {{"list-one", list_one, TIMES}, {"list-newest", list_newest, TIMES}, {"plan-one", plan_one, TIMES}, {"pick", pick, TIMES},
		{"gaps", gaps, TIMES}, {"gaps-all", gaps_all, 3}, {"plan-all", plan_all, 3}};
	bks_arena *a = bks_arena_new();
	const bks_settings *s;

	if (argc < 3)
		return 2;
	source = argv[2];
	if (bks_settings_read(&s, "/dev/null", a, &err) < 0 || bks_catalog_open(&cat, argv[1], BKS_OPEN_READ, s, BKS_MINUTE, &err) < 0)
		return fprintf(stderr, "ask: %s\n", err.text), 1;
	for (size_t i = 0; i < sizeof all / sizeof *all; i++) {
		bool wanted = argc == 3;

		for (int k = 3; k < argc; k++)
			wanted = wanted || !strcmp(argv[k], all[i].name);
		if (wanted)
			ask(all[i].name, all[i].f, all[i].times);
	}
	bks_catalog_close(cat);
	bks_arena_free(a);
	return 0;
}
