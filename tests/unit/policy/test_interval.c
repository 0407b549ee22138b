/* Restorable intervals: the edges one by one. Random histories: test_recovery.c. */
#include "base/auto.h"
#include "fixture.h"
#include "policy/interval.h"

#define MB (UINT64_C(1) << 20)
#define SEG(n) ((uint64_t)(n)*16 * MB)

static const struct log_base base = {
	1, SEG(4) + 40, SEG(4) + 320, 1000 * BKS_SECOND, 1000 * BKS_SECOND, false};

struct fixture {
	bks_arena *a;
	struct log_path path;
	struct log_reach reach;
	struct log_answer answer;
};

static void follow(struct fixture *f, const struct log_base *b, const struct log_fork *forks,
	size_t fork_count, uint32_t line, const struct log_stretch *v, size_t n)
{
	log_path_make(&f->path, forks, fork_count, line, f->a);
	log_follow(&f->reach, b, &f->path, v, n, 16 * MB, f->a);
}

static void ask(struct fixture *f, const struct log_base *b, const bks_wish *w)
{
	log_answer(&f->answer, b, &f->reach, NULL, 0, w, 16 * MB, f->a);
}

static const struct log_stretch whole = {
	1, SEG(4), SEG(8) + 64, SEG(8), SEG(8) + 24, true, 2000 * BKS_SECOND};

TEST(a_time_within_the_interval_is_a_target)
{
	AUTO(arena_auto) bks_arena *a = bks_arena_new();
	struct fixture f = {.a = a};
	bks_wish w = {.at = 1500 * BKS_SECOND, .now = 9000 * BKS_SECOND};

	NOSTATE;
	follow(&f, &base, NULL, 0, 1, &whole, 1);
	assert_true(f.reach.consistent);
	assert_int_equal(f.reach.end, SEG(8) + 64);
	ask(&f, &base, &w);
	assert_true(f.answer.fits);
	assert_int_equal(f.answer.target, BKS_TARGET_TIME);
	assert_int_equal(f.answer.target_time, w.at);
	w.before = true;
	ask(&f, &base, &w);
	assert_int_equal(f.answer.target_time, w.at - 1);
}

TEST(the_last_commit_and_what_is_later_have_no_target)
{
	AUTO(arena_auto) bks_arena *a = bks_arena_new();
	struct fixture f = {.a = a};
	bks_wish w = {.at = 2000 * BKS_SECOND - 1, .now = 9000 * BKS_SECOND};

	NOSTATE;
	follow(&f, &base, NULL, 0, 1, &whole, 1);
	ask(&f, &base, &w);
	assert_int_equal(f.answer.target, BKS_TARGET_TIME);
	w.at++;
	ask(&f, &base, &w);
	assert_int_equal(f.answer.target, BKS_TARGET_END);
	assert_int_equal(f.answer.point, 2000 * BKS_SECOND);
	assert_false(f.answer.idle);
	w.at += 10 * BKS_SECOND;
	ask(&f, &base, &w);
	assert_int_equal(f.answer.target, BKS_TARGET_END);
	assert_int_equal(f.answer.point, 2000 * BKS_SECOND);
	assert_true(f.answer.idle);
	assert_non_null(strstr(f.answer.note, "where none was made"));
	w.before = true; /* strictly before the last commit leaves it out */
	w.at = 2000 * BKS_SECOND;
	ask(&f, &base, &w);
	assert_int_equal(f.answer.target, BKS_TARGET_TIME);
	assert_int_equal(f.answer.target_time, 2000 * BKS_SECOND - 1);
}

TEST(before_the_stop_there_is_nothing)
{
	AUTO(arena_auto) bks_arena *a = bks_arena_new();
	struct fixture f = {.a = a};
	bks_wish w = {.at = 1000 * BKS_SECOND - 1, .now = 9000 * BKS_SECOND};

	NOSTATE;
	follow(&f, &base, NULL, 0, 1, &whole, 1);
	ask(&f, &base, &w);
	assert_false(f.answer.fits);
	assert_string_equal(
		f.answer.why_not, "after the wish: it stopped at 1970-01-01T00:16:40Z");
	assert_int_equal(f.answer.after, 1000 * BKS_SECOND);
}

TEST(a_gap_cuts_and_is_named)
{
	AUTO(arena_auto) bks_arena *a = bks_arena_new();
	struct fixture f = {.a = a};
	const struct log_stretch v[] = {
		{1, SEG(4), SEG(6), SEG(6), SEG(6) - 48, true, 1200 * BKS_SECOND},
		{1, SEG(7), SEG(9), SEG(9), SEG(9) - 48, true, 1900 * BKS_SECOND}};
	bks_wish w = {.at = 1800 * BKS_SECOND, .now = 9000 * BKS_SECOND};

	NOSTATE;
	follow(&f, &base, NULL, 0, 1, v, 2);
	assert_true(f.reach.cut);
	assert_int_equal(f.reach.end, SEG(6));
	assert_int_equal(f.reach.missing, SEG(6));
	ask(&f, &base, &w);
	assert_int_equal(f.answer.target, BKS_TARGET_END);
	assert_int_equal(f.answer.point, 1200 * BKS_SECOND);
	assert_non_null(strstr(f.answer.note, "segment 000000010000000000000006 is not there"));
	w = (bks_wish){.lsn = SEG(7) + 100, .now = 9000 * BKS_SECOND};
	ask(&f, &base, &w);
	assert_false(f.answer.fits);
	assert_non_null(strstr(f.answer.why_not, "000000010000000000000006"));
}

TEST(without_the_segment_of_its_stop_it_is_not_consistent_unless_it_has_its_own)
{
	AUTO(arena_auto) bks_arena *a = bks_arena_new();
	struct fixture f = {.a = a};
	const struct log_stretch later = {
		1, SEG(5), SEG(9), SEG(9), SEG(9) - 48, true, 1900 * BKS_SECOND};
	struct log_base own = base;
	bks_wish w = {.at = 1800 * BKS_SECOND, .now = 9000 * BKS_SECOND};

	NOSTATE;
	follow(&f, &base, NULL, 0, 1, &later, 1);
	ask(&f, &base, &w);
	assert_false(f.reach.consistent);
	assert_string_equal(f.answer.why_not,
		"not consistent: segment 000000010000000000000004 is not there");
	own.own = true;
	follow(&f, &own, NULL, 0, 1, &later, 1);
	assert_true(f.reach.consistent);
	ask(&f, &own, &w);
	assert_int_equal(f.answer.target, BKS_TARGET_IMMEDIATE);
	assert_int_equal(f.answer.point, own.stopped);
}

TEST(behind_a_fork_the_new_timelines_copy_is_needed)
{
	AUTO(arena_auto) bks_arena *a = bks_arena_new();
	struct fixture f = {.a = a};
	const struct log_fork fork = {2, 1, SEG(6) + 800};
	const struct log_stretch v[] = {
		whole, {2, SEG(6), SEG(9), SEG(9), SEG(9) - 48, true, 3000 * BKS_SECOND}};
	struct log_base late = base;

	NOSTATE;
	follow(&f, &base, &fork, 1, 2, v, 2);
	assert_true(f.reach.on_path);
	assert_int_equal(f.reach.end, SEG(9));
	assert_int_equal(f.reach.n, 2);
	assert_int_equal(f.reach.pieces[0].to, SEG(6));
	assert_int_equal(f.reach.reached, 3000 * BKS_SECOND);
	follow(&f, &base, &fork, 1, 2, v, 1);
	assert_int_equal(f.reach.end, SEG(6)); /* the old one's copy does not count */
	assert_int_equal(f.reach.missing_timeline, 2);
	late.stop = SEG(6) + 900; /* a backup that the fork went through */
	follow(&f, &late, &fork, 1, 2, v, 2);
	assert_false(f.reach.on_path);
	follow(&f, &late, &fork, 1, 1, v, 2);
	assert_true(f.reach.consistent);
}

TEST(an_lsn_behind_the_last_record_has_no_target)
{
	AUTO(arena_auto) bks_arena *a = bks_arena_new();
	struct fixture f = {.a = a};
	bks_wish w = {.lsn = SEG(8) + 24, .now = 9000 * BKS_SECOND};

	NOSTATE;
	follow(&f, &base, NULL, 0, 1, &whole, 1);
	ask(&f, &base, &w);
	assert_int_equal(f.answer.target, BKS_TARGET_LSN);
	w.lsn = SEG(8) + 64;
	ask(&f, &base, &w);
	assert_int_equal(f.answer.target, BKS_TARGET_END);
	w.lsn++;
	ask(&f, &base, &w);
	assert_false(f.answer.fits);
	w.lsn = base.stop;
	ask(&f, &base, &w);
	assert_int_equal(f.answer.target, BKS_TARGET_IMMEDIATE);
	w.lsn--;
	ask(&f, &base, &w);
	assert_false(f.answer.fits);
}

TEST(recovery_stops_at_the_first_point_of_a_name)
{
	AUTO(arena_auto) bks_arena *a = bks_arena_new();
	struct fixture f = {.a = a};
	const struct log_mark marks[] = {{1, SEG(5) + 100, 1100 * BKS_SECOND, "v2"},
		{1, SEG(5) + 900, 1150 * BKS_SECOND, "v2"},
		{1, SEG(4) + 100, 900 * BKS_SECOND, "v1"},
		{2, SEG(5) + 100, 1100 * BKS_SECOND, "other"}};
	bks_wish w = {.name = "v2", .now = 9000 * BKS_SECOND};

	NOSTATE;
	follow(&f, &base, NULL, 0, 1, &whole, 1);
	log_answer(&f.answer, &base, &f.reach, marks, 4, &w, 16 * MB, a);
	assert_true(f.answer.fits);
	assert_int_equal(f.answer.point, 1100 * BKS_SECOND);
	w.name = "v1";
	log_answer(&f.answer, &base, &f.reach, marks, 4, &w, 16 * MB, a);
	assert_string_equal(
		f.answer.why_not, "after the wish: it stopped behind that restore point");
	w.name = "other";
	log_answer(&f.answer, &base, &f.reach, marks, 4, &w, 16 * MB, a);
	assert_string_equal(f.answer.why_not, "its log does not come to that restore point");
	w.name = "none";
	log_answer(&f.answer, &base, &f.reach, marks, 4, &w, 16 * MB, a);
	assert_string_equal(f.answer.why_not, "no such restore point is known in its log");
}

MAIN(T(a_time_within_the_interval_is_a_target),
	T(the_last_commit_and_what_is_later_have_no_target),
	T(before_the_stop_there_is_nothing), T(a_gap_cuts_and_is_named),
	T(without_the_segment_of_its_stop_it_is_not_consistent_unless_it_has_its_own),
	T(behind_a_fork_the_new_timelines_copy_is_needed),
	T(an_lsn_behind_the_last_record_has_no_target),
	T(recovery_stops_at_the_first_point_of_a_name))
