/*
 * Makes a catalog of many backups by the calls that scan and verify make: million FILE BACKUPS SOURCES [proven]
 *
 * Each source has one dump a day; with "proven" each got a sound look, one in 97 a damaged one, and its tables are one of seven lists. All
 * of it follows from the numbers alone. It prints how long the rows took, and the bytes of the file.
 */
#include "backstay/run.h"
#include "backstay/source.h"
#include "base/text.h"
#include "catalog/rows.h"
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <time.h>

enum { GROUP = 2048, TABLES = 12, LISTS = 7 };

static bks_error err;
static bks_catalog *cat;

static void must(int r)
{
	if (r >= 0)
		return;
	fprintf(stderr, "million: %s\n", err.text);
	exit(1);
}

static double wall(void)
{
	struct timespec t;

	clock_gettime(CLOCK_MONOTONIC, &t);
	return (double)t.tv_sec + (double)t.tv_nsec / 1e9;
}

static double used(void)
{
	struct rusage u;

	getrusage(RUSAGE_SELF, &u);
	return (double)(u.ru_utime.tv_sec + u.ru_stime.tv_sec) + (double)(u.ru_utime.tv_usec + u.ru_stime.tv_usec) / 1e6;
}

static void say(const char *what, long n, double w, double u, const char *file)
{
	struct stat st;

	stat(file, &st);
	printf("%s\t%ld\t%.3f s\t%.3f s cpu\t%.0f rows/s\t%.0f rows/s of cpu\t%.1f bytes each\n", what, n, wall() - w, used() - u,
		(double)n / (wall() - w), (double)n / (used() - u), (double)st.st_size / (double)n);
}

static const char *path_of(char out[96], long source, bks_time t)
{
	time_t at = (time_t)(t / BKS_SECOND);
	char when[32];
	struct tm tm;

	strftime(when, sizeof when, "%Y%m%d_%H%M%S", gmtime_r(&at, &tm));
	snprintf(out, 96, "db%04ld/db%04ld_%s.dump", source, source, when);
	return out;
}

/* As a walk meets them: source by source. The last day ends on 2026-11-22. */
static bks_time time_of(long i, long n, long sources)
{
	long each = (n + sources - 1) / sources;

	return (INT64_C(1795312800) - (each - i % each) * 86400 + i / each * 7) * BKS_SECOND;
}

static void add(long i, long n, long sources, int64_t repo, const int64_t *ids)
{
	char path[96];
	bks_time t = time_of(i, n, sources);
	bks_backup b = {.source_id = ids[i / ((n + sources - 1) / sources)], .kind = BKS_KIND_LOGICAL, .format = "pgdump-custom", .content = BKS_CONTENT_FULL,
		.taken_at = t, .taken_from = BKS_TAKEN_NAME, .size = 1000000 + i % 7777, .state = BKS_STATE_LIVE, .wrapping = "",
		.first_seen = t + BKS_HOUR};
	bks_artifact f = {.repo_id = repo, .size = b.size, .device = 64769, .inode = 1000 + i, .mtime = t + BKS_MINUTE,
		.state = BKS_STATE_LIVE, .first_seen = t + BKS_HOUR, .last_seen = t + BKS_HOUR};
	int64_t backup, artifact;

	b.label = f.path = path_of(path, i / ((n + sources - 1) / sources), t);
	must(backup_insert(&backup, &artifact, cat, &b, &f, &err));
}

static void prove(long i, long n, long sources, int64_t run, const bks_table *tables)
{
	static const bks_finding cut = {"truncated", BKS_ERROR, NULL, "the file ends before its end"};
	bks_time t = time_of(i, n, sources) + 2 * BKS_HOUR;
	bool bad = i % 97 == 5;
	bks_inspection look = {.format = "pgdump-custom", .recognised = true, .content = BKS_CONTENT_FULL, .size = 1000000 + i % 7777,
		.bytes_read = 1000000 + i % 7777, .unwrapped = -1, .verdict = bad ? BKS_DAMAGED : BKS_SOUND, .taken_at = BKS_TIME_NONE,
		.levels = {BKS_RESULT_PASS, BKS_RESULT_PASS, bad ? BKS_RESULT_FAIL : BKS_RESULT_PASS},
		.tables = tables + i % LISTS, .table_count = TABLES, .findings = &cut, .finding_count = bad};
	int64_t id;

	look.digests.has_xxh3 = look.digests.has_sha256 = true;
	memcpy(look.digests.xxh3, &i, sizeof i);
	memcpy(look.digests.sha256, &i, sizeof i);
	must(check_insert(&id, cat, run, i + 1, &look, t, t + BKS_SECOND, &err));
}

static void add_all(long n, long sources, int64_t repo)
{
	int64_t *ids = calloc((size_t)sources, sizeof *ids);

	for (long s = 0; s < sources; s++) {
		char name[32];
		bks_source one = {.name = name, .level = BKS_LEVEL_NONE, .rpo = 26 * BKS_HOUR};

		snprintf(name, sizeof name, "db%04ld", s);
		must(bks_source_add(&ids[s], cat, &one, &err));
	}
	for (long i = 0; i < n; i++) {
		if (i % GROUP == 0)
			must(catalog_begin_bulk(cat, &err));
		add(i, n, sources, repo, ids);
		if (i % GROUP == GROUP - 1 || i == n - 1)
			must(catalog_commit(cat, &err));
	}
	free(ids);
}

static void prove_all(long n, long sources)
{
	bks_table tables[TABLES + LISTS];
	char names[TABLES + LISTS][16];
	int64_t run;

	for (int i = 0; i < TABLES + LISTS; i++) {
		snprintf(names[i], sizeof names[i], "table%02d", i);
		tables[i] = (bks_table){.schema = "public", .name = names[i], .ddl = true, .data = true, .rows = 1000 + i};
	}
	must(bks_run_begin(&run, cat, "verify", &err));
	for (long i = 0; i < n; i++) {
		if (i % GROUP == 0)
			must(catalog_begin_bulk(cat, &err));
		prove(i, n, sources, run, tables);
		if (i % GROUP == GROUP - 1 || i == n - 1)
			must(catalog_commit(cat, &err));
	}
}

int main(int argc, char **argv)
{
	long n = argc > 3 ? atol(argv[2]) : 0, sources = argc > 3 ? atol(argv[3]) : 0;
	bks_arena *a = bks_arena_new();
	const bks_settings *s;
	bks_repo repo = {.name = "local", .url = "file:///srv/backups", .price_month = -1, .min_duration = 0, .retrieval_price = -1};
	double w, u;
	int64_t id;

	if (n <= 0 || sources <= 0)
		return fprintf(stderr, "million FILE BACKUPS SOURCES [proven]\n"), 2;
	must(bks_settings_read(&s, "/dev/null", a, &err));
	must(bks_catalog_open(&cat, argv[1], BKS_OPEN_MAKE, s, BKS_MINUTE, &err));
	must(repo_insert(&id, cat, &repo, &err));
	w = wall();
	u = used();
	add_all(n, sources, id);
	say("register", n, w, u, argv[1]);
	w = wall();
	u = used();
	if (argc > 4) {
		prove_all(n, sources);
		say("prove", n, w, u, argv[1]);
	}
	bks_catalog_close(cat);
	bks_arena_free(a);
	return 0;
}
