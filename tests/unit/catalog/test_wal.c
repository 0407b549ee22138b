/* Rows of archived WAL: runs, what stands against them, acknowledgements, and the stretches
 * that are proven. */
#include "catalog/wal_rows.h"
#include "shelf.h"

enum { MIB = 1 << 20 };

static struct wal_run run_of(
	const struct shelf *s, const char *folder, uint64_t first, uint64_t n)
{
	return (struct wal_run){.repo_id = s->repo,
		.read_began = BKS_TIME_NONE,
		.run = {.folder = folder,
			.system_id = 7,
			.timeline = 1,
			.segment_size = MIB,
			.version = 15,
			.start_lsn = first * MIB,
			.end_lsn = (first + n) * MIB,
			.read_lsn = first * MIB,
			.proven_lsn = first * MIB,
			.last_xact = BKS_TIME_NONE,
			.partial_xact = BKS_TIME_NONE,
			.verified_at = BKS_TIME_NONE,
			.first_seen = T0,
			.last_seen = T0}};
}

static struct wal_finding finding_of(
	const struct shelf *s, const struct wal_run *r, uint64_t segment)
{
	static char name[8][BKS_WAL_SEGMENT_TEXT];
	static int k;

	k = (k + 1) % 8;
	return (struct wal_finding){.repo_id = s->repo,
		.run_id = r->run.id,
		.folder = r->run.folder,
		.segment = bks_wal_segment(name[k], 1, segment * MIB, MIB),
		.lsn = segment * MIB,
		.by_verify = true,
		.code = "checksum-mismatch",
		.where = "byte 8192",
		.text = "bad",
		.found = T0};
}

TEST(a_run_comes_back_as_it_was_written)
{
	struct shelf s;
	struct wal_runs all;
	struct wal_run r;

	NOSTATE;
	shelf_open(&s);
	r = run_of(&s, "a/b", 4095, 3);
	r.run.system_id = UINT64_MAX - 1; /* from 2038 on they do not fit into 63 bits */
	r.run.start_lsn = r.run.read_lsn = r.run.proven_lsn = 0xfff00000;
	r.run.end_lsn = 0x100200000;
	r.run.partial = true;
	r.run.partial_lsn = 0x100200100;
	r.run.last_xact = T0;
	memcpy(r.carry, "abc", 3);
	r.carry_n = 3;
	r.source_id = s.source;
	OK(&s, wal_run_put(s.cat, &r, &s.err));
	OK(&s, wal_run_list(&all, s.cat, s.repo, "a/b", s.a, &s.err));
	assert_int_equal(all.n, 1);
	assert_true(all.v[0].run.system_id == UINT64_MAX - 1);
	assert_true(
		all.v[0].run.start_lsn == 0xfff00000 && all.v[0].run.end_lsn == 0x100200000);
	assert_int_equal(all.v[0].run.segments, 3);
	assert_string_equal(all.v[0].run.source, "shop");
	assert_true(all.v[0].run.partial && all.v[0].run.partial_lsn == 0x100200100);
	assert_true(all.v[0].run.last_xact == T0 && all.v[0].run.verified_at == BKS_TIME_NONE);
	assert_int_equal(all.v[0].carry_n, 3);
	assert_memory_equal(all.v[0].carry, "abc", 3);
	assert_int_equal(shelf_count(&s, "SELECT system_id = '18446744073709551614' AND "
					 "first_segment = '0000000100000000"
					 "00000FFF' AND last_segment = "
					 "'000000010000000100000001' AND end_lsn = '1/200000' "
					 "FROM wal"),
		1);
	OK(&s, wal_run_list(&all, s.cat, s.repo, "a", s.a, &s.err));
	assert_int_equal(all.n, 0);
	shelf_close(&s);
}

TEST(bad_segments_cut_the_stretches_that_are_proven)
{
	struct shelf s;
	struct wal_run r;
	struct wal_finding f;

	NOSTATE;
	shelf_open(&s);
	r = run_of(&s, "wal", 10, 10);
	OK(&s, wal_run_put(s.cat, &r, &s.err));
	assert_int_equal(shelf_count(&s, "SELECT count(*) FROM wal_proven"), 0);
	r.run.read_lsn = 20 * MIB;
	r.run.proven_lsn = 20 * MIB - 100;
	r.run.last_xact = T0;
	OK(&s, wal_run_put(s.cat, &r, &s.err));
	assert_int_equal(shelf_count(&s, "SELECT count(*) FROM wal_proven WHERE from_lsn = 10 "
					 "<< 20 AND to_lsn = (20 << 20) - 100"),
		1);
	f = finding_of(&s, &r, 13);
	OK(&s, wal_finding_put(s.cat, &f, &s.err));
	OK(&s, wal_finding_put(s.cat, &f, &s.err)); /* two of one segment */
	f = finding_of(&s, &r, 14);
	OK(&s, wal_finding_put(s.cat, &f, &s.err));
	assert_int_equal(shelf_count(&s, "SELECT count(*) FROM wal_proven"), 2);
	assert_int_equal(shelf_count(&s, "SELECT count(*) FROM wal_proven WHERE from_lsn = 10 "
					 "<< 20 AND to_lsn = 13 << 20 "
					 "AND last_commit IS NULL"),
		1);
	assert_int_equal(shelf_count(&s, "SELECT count(*) FROM wal_proven WHERE from_lsn = 15 "
					 "<< 20 AND last_commit NOT NULL"),
		1);
	/* read again, and well */
	OK(&s, wal_finding_forget(s.cat, r.run.id, 13 * MIB, 14 * MIB, &s.err));
	assert_int_equal(
		shelf_count(&s, "SELECT count(*) FROM wal_proven WHERE to_lsn = 14 << 20"), 1);
	shelf_close(&s);
}

TEST(trouble_that_is_acknowledged_is_told_so_and_another_kind_is_news)
{
	struct shelf s;
	struct wal_run r;
	struct wal_finding f;
	bks_wal w;

	NOSTATE;
	shelf_open(&s);
	r = run_of(&s, "wal", 10, 10);
	OK(&s, wal_run_put(s.cat, &r, &s.err));
	f = finding_of(&s, &r, 13);
	OK(&s, wal_finding_put(s.cat, &f, &s.err));
	assert_int_equal(bks_wal_ack(s.cat, "other/00000001000000000000000D", "known",
				 BKS_TIME_NONE, &s.err),
		1);
	assert_int_equal(bks_wal_ack(s.cat, "17", "known", BKS_TIME_NONE, &s.err), 1);
	assert_int_equal(
		bks_wal_ack(s.cat, "wal/00000001000000000000000D", "", BKS_TIME_NONE, &s.err),
		BKS_E_USAGE);
	OK(&s, bks_wal_list(&w, s.cat, NULL, NULL, s.a, &s.err));
	assert_int_equal(w.run_count, 1);
	assert_int_equal(w.runs[0].finding_count, 1);
	assert_false(w.runs[0].findings[0].acked);
	assert_int_equal(wal_finding_acked(s.cat, &f, &s.err), 0);
	OK(&s, bks_wal_ack(s.cat, "00000001000000000000000D", "known", BKS_TIME_NONE, &s.err));
	OK(&s, bks_wal_list(&w, s.cat, "local", NULL, s.a, &s.err));
	assert_true(w.runs[0].findings[0].acked);
	assert_int_equal(wal_finding_acked(s.cat, &f, &s.err), 1);
	f.code = "truncated";
	assert_int_equal(wal_finding_acked(s.cat, &f, &s.err), 0);
	OK(&s, bks_wal_list(&w, s.cat, "bucket", NULL, s.a, &s.err));
	assert_int_equal(w.run_count, 0);
	shelf_close(&s);
}

TEST(a_run_that_goes_takes_along_what_stands_against_it)
{
	struct shelf s;
	struct wal_run r, into;
	struct wal_finding f;

	NOSTATE;
	shelf_open(&s);
	r = run_of(&s, "wal", 10, 10);
	into = run_of(&s, "wal", 5, 5);
	OK(&s, wal_run_put(s.cat, &r, &s.err));
	OK(&s, wal_run_put(s.cat, &into, &s.err));
	f = finding_of(&s, &r, 13);
	OK(&s, wal_finding_put(s.cat, &f, &s.err));
	f = finding_of(&s, &r, 15);
	OK(&s, wal_finding_put(s.cat, &f, &s.err));
	OK(&s, wal_finding_move(s.cat, r.run.id, into.run.id, 15 * MIB, 16 * MIB, &s.err));
	OK(&s, wal_run_drop(s.cat, r.run.id, &s.err));
	assert_int_equal(shelf_count(&s, "SELECT count(*) FROM wal_findings"), 1);
	shelf_close(&s);
}

MAIN(T(a_run_comes_back_as_it_was_written), T(bad_segments_cut_the_stretches_that_are_proven),
	T(trouble_that_is_acknowledged_is_told_so_and_another_kind_is_news),
	T(a_run_that_goes_takes_along_what_stands_against_it))
