/* A million archived segments in a scan: one row, and little memory. */
#include "../catalog/shelf.h"
#include "work/walruns.h"
#include <sys/resource.h>

enum { MILLION = 1000000, SIZE = 16 << 20 };

static void no_act(void *arg, const bks_action *a)
{
	(void)a;
	++*(int *)arg;
}

static void no_find(void *arg, const char *code, const char *path, const char *text)
{
	(void)arg;
	fail_msg("%s %s %s", code, path, text);
}

static long memory(void)
{
	struct rusage u;

	getrusage(RUSAGE_SELF, &u);
	return u.ru_maxrss; /* KiB */
}

static void see(struct walruns *w, uint64_t lsn)
{
	char name[BKS_WAL_SEGMENT_TEXT], path[64];
	struct store_entry e = {.path = path, .kind = STORE_FILE, .id = {1, 1, SIZE, T0}};

	snprintf(path, sizeof path, "wal/%s", bks_wal_segment(name, 1, lsn, SIZE));
	assert_int_equal(walruns_see(w, &e), 1);
}

static struct wal_run known(const struct shelf *s)
{
	return (struct wal_run){.repo_id = s->repo,
		.read_began = T0,
		.run = {.folder = "wal",
			.system_id = 7,
			.timeline = 1,
			.segment_size = SIZE,
			.version = 15,
			.start_lsn = SIZE,
			.end_lsn = (uint64_t)(MILLION + 1) * SIZE,
			.read_lsn = (uint64_t)(MILLION + 1) * SIZE,
			.proven_lsn = (uint64_t)(MILLION + 1) * SIZE,
			.last_xact = T0,
			.partial_xact = BKS_TIME_NONE,
			.verified_at = T0,
			.first_seen = T0,
			.last_seen = T0}};
}

TEST(a_million_segments_fit_in_64_mib_and_one_row)
{
	bks_scanned counts = {0};
	bks_sources none = {0};
	struct shelf s;
	struct wal_run r;
	struct wal_runs after;
	struct walruns *w;
	bks_repo repo;
	long before;
	int acts = 0;

	NOSTATE;
	shelf_open(&s);
	r = known(&s);
	OK(&s, wal_run_put(s.cat, &r, &s.err));
	repo = (bks_repo){.id = s.repo, .name = "local"};
	before = memory();
	w = walruns_open(&(struct walruns_job){.cat = s.cat,
		.sources = &none,
		.repo = &repo,
		.now = T0 + BKS_DAY,
		.arena = s.a,
		.counts = &counts,
		.act = no_act,
		.find = no_find,
		.arg = &acts});
	for (uint64_t i = MILLION; i > 0; i--) /* in no order that helps */
		see(w, (i ^ 1) <= MILLION && i > 1 && (i ^ 1) ? (i ^ 1) * SIZE : i * SIZE);
	see(w, SIZE); /* and one twice */
	OK(&s, walruns_settle(w, false, &s.err));
	walruns_close(w);
	print_message("%ld KiB for %d segments\n", memory() - before, MILLION);
#ifndef __SANITIZE_ADDRESS__ /* whose own memory is not ours */
	assert_true(memory() - before < 64 * 1024);
#endif
	OK(&s, wal_run_list(&after, s.cat, s.repo, NULL, s.a, &s.err));
	assert_int_equal(after.n, 1);
	assert_int_equal(after.v[0].run.id, r.run.id);
	assert_true(
		after.v[0].run.start_lsn == SIZE && after.v[0].run.end_lsn == r.run.end_lsn);
	assert_true(after.v[0].run.proven_lsn == r.run.proven_lsn);
	assert_int_equal(acts, 0);
	shelf_close(&s);
}

MAIN(T(a_million_segments_fit_in_64_mib_and_one_row))
